"""Signing in: who somebody has proved to be, a second factor where there is one, and the row that can end it."""

from __future__ import annotations

from dataclasses import dataclass

from server.domain.errors import SecondFactorRequired, Unauthenticated
from server.services import second_factor, signins, staff
from server.services.access import Actor
from server.services.ports import Json, UnitOfWork
from server.services.vault import Vault


@dataclass(frozen=True, slots=True)
class Begun:
    person: Json
    actor: Actor
    sign_in: str


def begin(
    uow: UnitOfWork, vault: Vault, person: Json, code: str | None, way: signins.Way, address: str | None
) -> Begun:
    """Start a sign-in of somebody who has proved who they are; their second factor is asked for here."""
    who = staff.active_person(uow, person["id"])
    if who is None or not who.roles:
        raise Unauthenticated()
    with uow.command(next(iter(who.roles))) as tx:
        if not way.second_factor_done:
            second_factor.check(tx, person, vault, code)
        return Begun(person, who, signins.begin(tx, vault, person, way, address))


def note_refused(uow: UnitOfWork, username: str, refusal: Unauthenticated, address: str | None) -> None:
    """Write a refused sign-in down: at the person's office, else at the installation's first one.

    What was typed is kept only when it is a name here: people type passwords into the wrong field.
    """
    if isinstance(refusal, SecondFactorRequired):
        return
    person = uow.first("staff", username=username)
    grants = uow.rows("staff_role", staff_id=person["id"]) if person else []
    where = {"id": grants[0]["office_id"]} if grants else {"parent_id": None}
    office = uow.first("office", **where)
    if office is not None:
        with uow.command(office["code"]) as tx:
            subject = username if person else None
            tx.audit("anonymous", "staff.sign_in_refused", subject=subject, why=refusal.code, address=address)
