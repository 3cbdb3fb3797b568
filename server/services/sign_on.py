"""A province's own sign-on: it says who somebody is, and never what they may do.

Somebody comes in when a stated claim names an existing account of ours, and that account's roles all lie in the part of
the tree that this provider speaks for: a province's sign-on cannot open an account of its neighbour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.domain.errors import N_ as _
from server.domain.errors import Unauthenticated
from server.services.places import parent_of
from server.services.ports import Json, UnitOfWork
from server.services.staff import TREE_DEPTH

SECOND_FACTORS = frozenset({"mfa", "otp", "hwk", "swk", "sc", "fpt", "face"})
"""Methods of RFC 8176 that are more than a password."""


class SignOnRefused(Unauthenticated):
    code, text = "sign_on_refused", _("Nơi đăng nhập chung không xác nhận được, hoặc tài khoản chưa được mở ở đây.")


@dataclass(frozen=True, slots=True)
class Provider:
    """One province's sign-on, as the settings describe it.

    claim: which of the provider's claims is the username here. office: the top of the tree that it speaks for.
    trusted_second_factor: when it says that it has asked for a second factor, ours is not asked as well.
    """

    name: str
    title: str
    issuer: str
    client_id: str
    client_secret: str
    office: str
    claim: str = "preferred_username"
    trusted_second_factor: bool = False


def person_of(uow: UnitOfWork, provider: Provider, claims: Mapping[str, Any]) -> Json:
    """The account that a provider's claims name; `SignOnRefused` when there is none that it may open."""
    named = claims.get(provider.claim)
    if not isinstance(named, str) or (provider.claim == "email" and claims.get("email_verified") is not True):
        raise SignOnRefused()
    person = uow.first("staff", username=named.strip().lower())
    if person is None or not person["active"] or not _speaks_for(uow, provider, person):
        raise SignOnRefused()
    return person


def has_second_factor(provider: Provider, claims: Mapping[str, Any]) -> bool:
    methods = claims.get("amr")
    said = isinstance(methods, list) and bool(SECOND_FACTORS & {m for m in methods if isinstance(m, str)})
    return provider.trusted_second_factor and said


def _speaks_for(uow: UnitOfWork, provider: Provider, person: Json) -> bool:
    offices = {grant["office_id"] for grant in uow.rows("staff_role", staff_id=person["id"])}
    return bool(offices) and all(_is_below(uow, office, provider.office) for office in offices)


def _is_below(uow: UnitOfWork, office_id: str, top: str) -> bool:
    at: str | None = office_id
    for _level in range(TREE_DEPTH):
        office = uow.first("office", id=at) if at else None
        if office is None:
            return False
        if office["code"] == top:
            return True
        at = parent_of(uow, office)
    return False
