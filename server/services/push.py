"""Waking a citizen's phone when the number is called: Web Push (RFC 8030), for one ticket and its one day.

What is kept: an address that the browser made for this page and its keys, encrypted like all that could lead to a
person, and the ticket. It ends with the ticket or with the office's day. Addresses are those of known push services
only: a server that posts to whatever address it is given is a tool for others.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

from server.domain.calendar import end_of_day
from server.domain.errors import N_ as _
from server.domain.errors import Conflict, Invalid, Why
from server.domain.ticket import Ticket
from server.domain.words import LIVE
from server.services import ids
from server.services.ports import Json, Transaction
from server.services.texts import text
from server.services.vault import Vault

PER_TICKET = 3
AUTH_BYTES = 16


class NothingToWaitFor(Conflict):
    code, text = "ticket_is_over", _("Số này không còn được gọi nữa.")


def subscribe(tx: Transaction, vault: Vault, ticket: Ticket, wanted: Json, hosts: tuple[str, ...]) -> None:
    """Keep where this ticket's citizen wants to be told; the same address again takes the place of the former one."""
    current = tx.hall.tickets.get(ticket.id)
    if current is None or current.state not in LIVE | {"no_show"}:
        raise NothingToWaitFor()
    _check(wanted, hosts)
    known = tx.rows("push_subscription", ticket_id=ticket.id)
    address = _hash(wanted["endpoint"])
    if any(row["address_hash"] == address for row in known):
        unsubscribe(tx, ticket, wanted["endpoint"])
    elif len(known) >= PER_TICKET:
        raise Invalid(detail=Why(_("một số báo được nhiều nhất %(n)s máy"), n=PER_TICKET))
    row = {"id": ids.new_id(), "ticket_id": ticket.id, "address_hash": address, "language": wanted["language"]}
    where = json.dumps({"endpoint": wanted["endpoint"], **{key: wanted["keys"][key] for key in ("p256dh", "auth")}})
    until = end_of_day(tx.hall.day, tx.hall.config.zone)
    tx.add("push_subscription", row | {"sealed": vault.seal(where, about(row["id"])), "until": until})


def unsubscribe(tx: Transaction, ticket: Ticket, endpoint: str) -> None:
    tx.remove("push_subscription", {"ticket_id": ticket.id, "address_hash": _hash(endpoint)})


def about(subscription: str) -> str:
    return f"push_subscription/{subscription}"


def opened(vault: Vault, row: Json) -> Json:
    """Where to send: `endpoint`, and the browser's keys `p256dh` and `auth`. Raises vault.Unreadable."""
    where: Json = json.loads(vault.open(row["sealed"], about(row["id"])))
    return where


def _hash(endpoint: str) -> str:
    """By which the same address is known again; it is long and random, so the hash gives nothing away."""
    return ids.token_hash(endpoint)


def _check(wanted: Json, hosts: tuple[str, ...]) -> None:
    if not is_push_service(wanted["endpoint"], hosts):
        raise Invalid(detail="endpoint")
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), decoded(wanted["keys"]["p256dh"]))
        right = len(decoded(wanted["keys"]["auth"])) == AUTH_BYTES
    except ValueError:
        right = False
    if not right:
        raise Invalid(detail="keys")


def is_push_service(endpoint: str, hosts: tuple[str, ...]) -> bool:
    """Whether an address is one of `hosts`, or below one that begins with a dot. Only loopback may do without TLS."""
    try:
        parts = urlsplit(endpoint)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    if parts.username is not None or parts.scheme != ("http" if host == "127.0.0.1" else "https"):
        return False
    return any(host == known or (known.startswith(".") and host.endswith(known)) for known in hosts)


def decoded(encoded: str) -> bytes:
    """base64url with or without its padding; `ValueError` for anything else."""
    return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))


def message(call: Json, counter: str, office: str, language: str) -> Json:
    """What the phone shows: the number, where to go, and nothing about a person."""
    title = _("Mời lại số %(number)s") if call["call_count"] > 1 else _("Mời số %(number)s")
    body = _("Mời ông/bà đến %(counter)s · %(office)s")
    return {
        "title": text(language, title, {"number": call["number"]}),
        "body": text(language, body, {"counter": counter, "office": office}),
        "tag": call["number"],
    }
