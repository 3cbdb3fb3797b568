"""Satisfaction: one press, one session, one row that is never changed."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from server.domain.calendar import end_of_day
from server.domain.errors import AlreadyRated, Forbidden, IdempotencyKeyReused, RatingWindowClosed
from server.domain.feedback import Press, give, open_session
from server.domain.hall import Hall
from server.domain.happenings import ServiceSession
from server.domain.ticket import Ticket
from server.domain.words import SCALES
from server.services import comments
from server.services.access import FULL, Actor
from server.services.ports import Json, Transaction, UnitOfWork
from server.services.vault import Vault
from server.services.views import open_ratings_view

LATE_DELIVERY = timedelta(hours=12)
"""How long a panel may keep a press that it could not deliver."""


def rate_at_counter(
    tx: Transaction, vault: Vault, actor: Actor, counter: int, press: Press, key: str, pressed_at: datetime | None
) -> Json:
    """A press on a counter's panel or tablet, bound to the session that was open when it was pressed."""
    if actor.counter not in (None, counter):
        raise Forbidden()
    press.check(tx.hall.config.rating_scale, tx.hall.config.rating_criteria)
    at = pressed_at or tx.now
    if not tx.now - LATE_DELIVERY <= at <= tx.now + timedelta(seconds=5):
        raise RatingWindowClosed()
    earlier = _by_key(tx, key)
    if earlier:
        if earlier["counter"] != counter or _said(earlier) != _meant(press):
            raise IdempotencyKeyReused()
        return _view(earlier)
    session = _session_at(tx, counter, at)
    return _write(tx, vault, session, press, key, at, actor.device or actor.kind, actor.id or None)


def rate_by_token(tx: Transaction, vault: Vault, ticket: Ticket, press: Press, key: str | None) -> Json:
    """The citizen's second chance by the ticket's QR, until the end of the next working day, once.

    A phone needs no key: what it says of one session is one thing, however often it is sent. Something else said of the
    same session is a second rating, and refused as such.
    """
    press.check(tx.hall.config.rating_scale, tx.hall.config.rating_criteria)
    rows = sorted(tx.rows("service_session", ticket_id=ticket.id), key=lambda r: r["ended_at"])
    if not rows:
        raise RatingWindowClosed()
    session = _session_from(rows[-1])
    earlier = _by_key(tx, key or f"track:{session.id}")
    if earlier and earlier["session_id"] == session.id and _said(earlier) == _meant(press):
        return _view(earlier)
    if earlier and key:
        raise IdempotencyKeyReused()
    if tx.now > second_chance_until(tx.hall, ticket):
        raise RatingWindowClosed()
    return _write(tx, vault, session, press, key or f"track:{session.id}", tx.now, "phone", None)


def second_chance_until(hall: Hall, ticket: Ticket) -> datetime:
    """The end of the next working day."""
    return end_of_day(hall.config.calendar.next_working_day(ticket.day), hall.config.zone)


def open_ratings(uow: UnitOfWork, hall: Hall, now: datetime) -> list[Json]:
    """Sessions that wait for a press now, for a tablet that joins."""
    waiting = [s.id for s in hall.sessions.values() if s.rating_until > now]
    rated = {str(r["session_id"]) for r in uow.rows("rating", session_id=waiting)} if waiting else set()
    return open_ratings_view(hall, now, rated)


def today(uow: UnitOfWork, hall: Hall, actor: Actor) -> list[Json]:
    """Today's counts for each officer; sessions without a press are `none`, their own bucket. Side by side, names and
    levels are a ranking: whoever may not see that one sees themselves."""
    office_id = hall.config.id
    sessions = Counter(s["officer"] for s in uow.rows("service_session", office_id=office_id, day=hall.day))
    given: dict[str | None, Counter[str]] = {}
    for row in uow.rows("rating", office_id=office_id, day=hall.day):
        given.setdefault(row["officer"], Counter())[row["level"]] += 1
    levels = SCALES[hall.config.rating_scale]
    full = bool(actor.roles_in(hall.config.code) & FULL)
    return [
        {
            "id": officer.id,
            "name": officer.name,
            "photo": officer.photo,
            "sessions": sessions[officer.id],
            "counts": {str(level): given.get(officer.id, Counter())[level] for level in levels}
            | {"none": sessions[officer.id] - sum(given.get(officer.id, Counter()).values())},
        }
        for officer in hall.config.officers.values()
        if (officer.serves or sessions[officer.id]) and (full or officer.id == actor.id)
    ]


def _session_at(tx: Transaction, counter: int, at: datetime) -> ServiceSession:
    try:
        return open_session(tx.hall, counter, at)
    except RatingWindowClosed:
        # A press that was delivered late belongs to an earlier session of this counter.
        rows = tx.rows("service_session", office_id=tx.hall.config.id, counter=counter, day=tx.hall.day)
        matching = [_session_from(r) for r in rows if r["ended_at"] <= at <= r["rating_until"]]
        if not matching:
            raise
        return max(matching, key=lambda s: s.ended_at)


def _session_from(row: Json) -> ServiceSession:
    return ServiceSession(**{name: row[name] for name in ServiceSession.__dataclass_fields__})


def _by_key(tx: Transaction, key: str) -> Json | None:
    return next(iter(tx.rows("rating", office_id=tx.hall.config.id, idempotency_key=key)), None)


def _said(row: Json) -> tuple[object, ...]:
    return row["level"], row["reasons"], row["criteria"]


def _meant(press: Press) -> tuple[object, ...]:
    """The same of a press, as a row holds it."""
    criteria = {str(name): str(level) for name, level in press.criteria.items()} or None
    return str(press.level), [str(reason) for reason in press.reasons], criteria


def _kept(at: datetime) -> datetime:
    """To the millisecond, as rows keep it: the first answer is the same as one that is read back."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _write(
    tx: Transaction, vault: Vault, session: ServiceSession, press: Press, key: str, at: datetime, channel: str,
    device: str | None,
) -> Json:  # fmt: skip
    rated = [str(r["session_id"]) for r in tx.rows("rating", session_id=session.id)]
    try:
        fact = give(tx.hall, session, press, rated, tx.now)
    except AlreadyRated:
        tx.attempt(f"{channel}:{device or ''}", "rating.refused", subject=session.id, detail={"level": press.level})
        raise
    row = {
        "session_id": session.id,
        "day": tx.hall.day,
        "service": session.service,
        "counter": session.counter,
        "officer": session.officer,
        "scale": tx.hall.config.rating_scale,
        **dict(zip(("level", "reasons", "criteria"), _meant(press), strict=True)),
        "channel": channel,
        "device_id": device,
        "pressed_at": _kept(at),
        "received_at": tx.now,
        "idempotency_key": key,
    }
    tx.record(fact)
    tx.add_rating(row)
    if press.comment:
        sealed = vault.seal(press.comment, comments.about(session.id))
        tx.add("rating_comment", {"session_id": session.id, "day": tx.hall.day, "sealed": sealed})
    return _view(row)


def _view(row: Json) -> Json:
    return {
        "session": row["session_id"],
        "counter": row["counter"],
        "level": row["level"],
        "reasons": row["reasons"],
        "pressed_at": row["pressed_at"].isoformat(timespec="milliseconds"),
    }
