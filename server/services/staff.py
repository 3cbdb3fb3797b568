"""People who sign in: passwords, and who they are in which office."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from server.domain.errors import N_, Forbidden, Invalid, Why, WrongPassword
from server.domain.words import Role
from server.services import ids, signins
from server.services.access import Actor
from server.services.places import children
from server.services.ports import Json, Transaction, UnitOfWork

PASSWORD_MIN = 8
OPTIONAL, ADMINISTRATORS, EVERYBODY = "optional", "administrators", "everybody"
TREE_DEPTH = 6
"""Levels of the organisation that a role reaches down: more than a state has, and an end should a circle get in."""
USERNAME = re.compile(r"^[a-z0-9][a-z0-9._-]{1,79}$")

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_nobody = _hasher.hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    """Argon2id with the parameters of OWASP's minimum (19 MiB, 2 passes)."""
    if len(password) < PASSWORD_MIN:
        raise Invalid(detail=Why(N_("mật khẩu cần ít nhất %(n)s ký tự"), n=PASSWORD_MIN))
    return hash_secret(password)


def hash_secret(secret: str) -> str:
    return _hasher.hash(secret)


def verifies(password_hash: str | None, password: str) -> bool:
    """Whether a password is the one behind a hash."""
    try:
        return bool(password_hash) and _hasher.verify(password_hash or "", password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def check_password(uow: UnitOfWork, username: str, password: str) -> Json:
    """The member of staff; the same refusal, in the same time, for an unknown name and for a wrong password."""
    person = uow.first("staff", username=username)
    known = person is not None and person["active"] and person["password_hash"]
    right = verifies(person["password_hash"] if person and known else _nobody, password)
    if person is None or not known or not right:
        raise WrongPassword()
    return person


def actor_for(uow: UnitOfWork, staff_id: str, epoch: int, sign_in: str, asked: str = OPTIONAL) -> Actor | None:
    """The signed-in person as an actor; None when the account or this sign-in has ended."""
    return active_person(uow, staff_id, epoch, asked) if signins.lives(uow, sign_in, staff_id) else None


def active_person(uow: UnitOfWork, staff_id: str, epoch: int | None = None, asked: str = OPTIONAL) -> Actor | None:
    """Somebody with all their rights, None when the account does not work, or no longer as of that epoch.

    asked: of whom the installation asks a second factor (`server.settings`)."""
    person = uow.first("staff", id=staff_id)
    if person is None or not person["active"] or epoch not in (None, person["epoch"]):
        return None
    roles, wishes = _roles(uow, staff_id)
    missing = "totp" not in person["settings"] and any(
        _asks(wish, roles[code]) for code, office in wishes.items() for wish in (asked, office)
    )
    return Actor("staff", person["id"], person["name"], roles, must_secure=missing)


def _asks(wish: str, roles: frozenset[Role]) -> bool:
    return wish == EVERYBODY or (wish == ADMINISTRATORS and Role.ADMIN in roles)


def _roles(uow: UnitOfWork, staff_id: str) -> tuple[dict[str, frozenset[Role]], dict[str, str]]:
    """Roles by office code: a role at an office holds for every office that stands below it today; and of whom each of
    these offices asks a second factor."""
    held: dict[str, frozenset[Role]] = {}
    for grant in uow.rows("staff_role", staff_id=staff_id):
        held[grant["office_id"]] = held.get(grant["office_id"], frozenset()) | {Role(grant["role"])}
    roles: dict[str, frozenset[Role]] = {}
    wishes: dict[str, str] = {}
    level = [(office, held[office["id"]]) for office in uow.rows("office", id=list(held))]
    for _depth in range(TREE_DEPTH):
        above = {}
        for office, granted in level:
            code = office["code"]
            above[office["id"]] = roles[code] = roles.get(code, frozenset()) | granted
            wishes[code] = office["settings"].get("second_factor", OPTIONAL)
        below = children(uow, above) if above else []
        level = [(office, held.get(office["id"], frozenset()) | above[parent]) for office, parent in below]
    return roles, wishes


def put_staff(
    tx: Transaction, username: str, name: str, roles: Iterable[Role], password: str | None, photo: str | None = None
) -> str:
    """Make a member of staff, or bring an existing one to these values; the office is the transaction's."""
    found = next(iter(tx.rows("staff", username=username)), None)
    values: Json = {"name": name, "photo": photo}
    if password is not None:
        values["password_hash"] = hash_password(password)
    if found is None:
        staff_id = ids.new_id()
        tx.add("staff", {"id": staff_id, "username": username, "settings": {}, **values})
    else:
        staff_id = found["id"]
        tx.change("staff", {"id": staff_id}, values | {"epoch": found["epoch"] + (password is not None)})
    held = {r["role"] for r in tx.rows("staff_role", staff_id=staff_id, office_id=tx.hall.config.id)}
    for role in set(roles) - held:
        tx.add("staff_role", {"staff_id": staff_id, "role": role})
    tx.reconfigure()
    return staff_id


def own_account(tx: Transaction, username: str) -> Json | None:
    """The account of this name, None when there is none; refused when it has roles in another office."""
    found = next(iter(tx.rows("staff", username=username)), None)
    if found is not None:
        held = tx.rows("staff_role", staff_id=found["id"])
        if any(row["office_id"] != tx.hall.config.id for row in held):
            raise Forbidden()
    return found


def change_staff(
    tx: Transaction,
    actor: Actor,
    username: str,
    name: str,
    roles: list[Role],
    password: str | None,
    active: bool,
) -> str:
    """Set a person's name, roles in this office, password and whether the account works; all of it in the audit log.
    Returns the person's id."""
    if not USERNAME.match(username):
        raise Invalid(detail=Why(N_("tên đăng nhập gồm 2–80 chữ thường không dấu, chữ số và . _ -")))
    office_id = tx.hall.config.id
    found = own_account(tx, username)
    if found is None and password is None:
        raise Invalid(detail=Why(N_("người mới cần có mật khẩu")))
    staff_id = put_staff(tx, username, name, roles, password, found["photo"] if found else None)
    gone = {row["role"] for row in tx.rows("staff_role", staff_id=staff_id, office_id=office_id)} - set(roles)
    for role in gone:
        tx.remove("staff_role", {"staff_id": staff_id, "office_id": office_id, "role": role})
    if found is not None and found["active"] != active:
        tx.change("staff", {"id": staff_id}, {"active": active, "epoch": found["epoch"] + 1})
    if found is not None and (password is not None or not active):
        signins.end_everything(tx, staff_id)
    detail = {"roles": sorted(roles), "active": active, "password": password is not None}
    tx.audit(actor.label, "staff.put", subject=username, address=actor.address, detail=detail)
    return staff_id


def change_password(tx: Transaction, actor: Actor, current: str, new: str, sign_in: str | None) -> int:
    """The own password; every other browser is signed out. Returns the epoch of this browser's sign-in."""
    (person,) = tx.rows("staff", id=actor.id)
    if not verifies(person["password_hash"], current):
        raise WrongPassword()
    epoch: int = person["epoch"] + 1
    tx.change("staff", {"id": actor.id}, {"password_hash": hash_password(new), "epoch": epoch})
    signins.end_others(tx, actor.id, sign_in)
    tx.audit(actor.label, "staff.password", subject=person["username"], address=actor.address)
    return epoch


def staff_views(uow: UnitOfWork, office_id: str) -> list[Json]:
    """The people of an office, without anything secret."""
    grants = uow.rows("staff_role", office_id=office_id)
    people = uow.rows("staff", id=[g["staff_id"] for g in grants])
    return [
        {
            "id": person["id"],
            "username": person["username"],
            "name": person["name"],
            "photo": person["photo"],
            "active": person["active"],
            "second_factor": "totp" in person["settings"],
            "roles": sorted(g["role"] for g in grants if g["staff_id"] == person["id"]),
        }
        for person in sorted(people, key=lambda p: str(p["username"]))
    ]
