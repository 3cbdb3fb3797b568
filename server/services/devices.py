"""Devices: tokens, pairing, and how each is seen. Tokens are stored hashed and shown once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from server.domain.errors import N_ as _
from server.domain.errors import Conflict, NotFound
from server.services import ids
from server.services.access import Actor
from server.services.ports import Json, Transaction, UnitOfWork

KINDS = ("agent", "kiosk", "panel", "keypad", "board", "printer", "led", "scanner", "speaker")
STATES = ("ok", "warning", "error", "offline")
PAIRING_TIME = timedelta(minutes=15)
KIOSK_SILENT = timedelta(seconds=30)
"""A kiosk's runtime reports every ten seconds."""
BOARD_SILENT = timedelta(seconds=100)
"""A board reports every half minute: one that misses three is asleep, switched off or cut off."""
SILENT = timedelta(seconds=15)
"""An agent whose socket is gone asks every ten seconds."""


class PairingRefused(Conflict):
    code, text = "pairing_refused", _("Mã ghép không đúng hoặc đã hết hạn.")


def actor_for(uow: UnitOfWork, token: str) -> Actor | None:
    """The device behind a bearer token, None when there is none or it was revoked."""
    row = uow.first("device", token_hash=ids.token_hash(token), revoked_at=None)
    if row is None:
        return None
    office = uow.first("office", id=row["office_id"])
    assert office is not None, "a device belongs to an office"
    return Actor("device", row["id"], row["name"], device=row["kind"], office=office["code"], counter=row["counter"])


def put_device(
    tx: Transaction,
    kind: str,
    name: str,
    *,
    counter: int | None = None,
    agent: str | None = None,
    printer: str | None = None,
    settings: Json | None = None,
    token: str | None = None,
) -> str:
    """Make a device of the transaction's office, or bring the one of this name to these values."""
    values: Json = {
        "kind": kind, "counter": counter, "agent_id": agent, "printer_id": printer, "settings": settings or {},
    }  # fmt: skip
    if token is not None:
        values["token_hash"] = ids.token_hash(token)
    found = next(iter(tx.rows("device", office_id=tx.hall.config.id, name=name)), None)
    tx.reconfigure()
    if found is not None:
        tx.change("device", {"id": found["id"]}, values | {"revoked_at": None})
        return str(found["id"])
    device_id = ids.new_id()
    tx.add("device", {"id": device_id, "name": name, "detail": {}, "state": "offline", **values})
    return device_id


def offer_pairing(tx: Transaction, actor: Actor, device_id: str) -> Json:
    """A one-time code with which a device fetches its own token within 15 minutes; an older token keeps working
    until then, and is replaced by the pairing (roll)."""
    code = ids.new_pairing_code()
    until = tx.now + PAIRING_TIME
    device = _device(tx, device_id)
    tx.change("device", {"id": device_id}, {"pairing_hash": ids.token_hash(code), "pairing_until": until})
    tx.audit(actor.label, "device.offer_pairing", subject=device["name"], address=actor.address)
    return {"code": code, "until": until.isoformat(timespec="seconds")}


def pair(uow: UnitOfWork, code: str) -> Json:
    """Trade a one-time code for a token. The code works once."""
    row = uow.first("device", pairing_hash=ids.token_hash(code))
    office = uow.first("office", id=row["office_id"]) if row else None
    if row is None or office is None:
        raise PairingRefused()
    token = ids.new_token()
    with uow.command(office["code"]) as tx:
        device = _device(tx, row["id"])
        if device["pairing_hash"] != ids.token_hash(code) or device["pairing_until"] < tx.now:
            raise PairingRefused()
        values = {"token_hash": ids.token_hash(token), "pairing_hash": None, "pairing_until": None, "revoked_at": None}
        tx.change("device", {"id": row["id"]}, values)
        tx.audit(f"device:{device['name']}", "device.paired", subject=row["id"])
        tx.reconfigure()
    return {
        "token": token,
        "office": office["code"],
        "device": {"id": row["id"], "kind": row["kind"], "name": row["name"], "counter": row["counter"]},
    }


def revoke(tx: Transaction, actor: Actor, device_id: str) -> None:
    """End a device's token at once."""
    device = _device(tx, device_id)
    tx.change("device", {"id": device_id}, {"revoked_at": tx.now, "token_hash": None, "pairing_hash": None})
    tx.audit(actor.label, "device.revoke", subject=device["name"], address=actor.address)
    tx.reconfigure()


def alive_since(uow: UnitOfWork) -> datetime:
    """Agents that were not heard since then are away. A server that has just started has heard nobody yet: it waits."""
    now = uow.now()
    return now - SILENT if now - uow.began > SILENT else datetime.fromtimestamp(0, UTC)


def is_here(agent: Json, since: datetime) -> bool:
    return agent["seen_at"] is not None and bool(agent["seen_at"] >= since)


def device_view(row: Json, now: datetime, *, away: bool = False) -> Json:
    """A device as the hall sees it. A kiosk reports by itself; one that is silent works offline, or not at all.
    `away`: it is an agent that is not heard, or hangs on one. `reports`: whether anybody tells its state; a screen's
    own state is known by nobody but whoever stands there."""
    view = {name: row[name] for name in ("id", "kind", "name", "counter", "state", "detail")}
    seen = row.get("seen_at")
    view["reports"] = row["kind"] == "agent" or row["agent_id"] is not None or seen is not None
    if away:
        # What a printer last said of its paper is no news of a printer that nobody hears.
        gone = {} if seen is None else {"offline_since": seen.isoformat(timespec="seconds")}
        view |= {"state": "offline", "detail": gone if row["kind"] == "agent" else {"agent": "offline"}}
    if row["kind"] == "kiosk" and seen is not None:
        view["seen_at"] = seen.isoformat(timespec="seconds")
        if now - seen > KIOSK_SILENT:
            since = row["detail"].get("offline_since") or view["seen_at"]
            view |= {"state": "offline", "detail": row["detail"] | {"offline_since": since}}
    if row["kind"] == "board" and seen is not None:
        view["seen_at"] = seen.isoformat(timespec="seconds")
        if now - seen > BOARD_SILENT:
            view["state"] = "offline"
    return view


def device_views(uow: UnitOfWork, office_id: str) -> list[Json]:
    rows = uow.rows("device", office_id=office_id, revoked_at=None)
    views = views_of(uow, rows)
    return sorted((views[row["id"]] for row in rows), key=lambda view: str(view["name"]))


def views_of(uow: UnitOfWork, rows: list[Json], agents: list[Json] | None = None) -> dict[str, Json]:
    """Views by id. `agents`: where they are not among the rows themselves."""
    since, now = alive_since(uow), uow.now()
    known = rows if agents is None else agents
    here = {row["id"] for row in known if row["kind"] == "agent" and is_here(row, since)}
    return {row["id"]: device_view(row, now, away=_agent_of(row) not in here | {None}) for row in rows}


def printer_state(uow: UnitOfWork, printer: str | None) -> Json | None:
    """How a kiosk's printer is, as far as anybody knows."""
    row = uow.first("device", id=printer) if printer else None
    if row is None:
        return None
    agents = uow.rows("device", id=row["agent_id"], revoked_at=None) if row["agent_id"] else []
    view = views_of(uow, [row], agents)[row["id"]]
    return {"state": view["state"], "detail": view["detail"]}


def _agent_of(row: Json) -> str | None:
    """Who tells how this device is; None when it does so by itself, or nobody does."""
    found: str | None = row["id"] if row["kind"] == "agent" else row["agent_id"]
    return found


def _device(tx: Transaction, device_id: str) -> Json:
    row = next(iter(tx.rows("device", id=device_id, office_id=tx.hall.config.id)), None)
    if row is None:
        raise NotFound()
    return row
