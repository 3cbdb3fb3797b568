"""Rows to domain objects and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from server.domain.bookings import BookingPolicy
from server.domain.calendar import Calendar, Windows
from server.domain.happenings import Reason
from server.domain.office import (
    TICKET_PARTS,
    Counter,
    DeviceInfo,
    LeasePolicy,
    OfficeConfig,
    Officer,
    QueuePolicy,
    Service,
    TicketStyle,
)
from server.domain.ticket import Ticket
from server.domain.words import Criterion, Priority, Rule, TicketState

Row = Mapping[Any, Any]
"""A row by column name, as the database gives it or as we write it."""

TICKET_FIELDS = tuple(Ticket.__dataclass_fields__)
SERVICE_SETTINGS = ("first", "digits", "daily_limit", "service_s", "target_s", "help")


def ticket_from(row: Row) -> Ticket:
    values = {name: row[name] for name in TICKET_FIELDS}
    values["state"] = TicketState(values["state"])
    if values["priority"]:
        values["priority"] = Priority(values["priority"])
    return Ticket(**values)


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    return {name: getattr(ticket, name) for name in TICKET_FIELDS}


def ticket_changes(before: Ticket, after: Ticket) -> dict[str, Any]:
    """Only the columns that a change touched."""
    return {n: new for n in TICKET_FIELDS if (new := getattr(after, n)) != getattr(before, n)}


def reason_from(rule: str, stored: Row) -> Reason:
    """Why a ticket was called, from its interval's row."""
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in stored.items() if name != "passed_over"}
    return Reason(Rule(rule), tuple(stored["passed_over"]), values)


def office_from(
    row: Row,
    services: Iterable[Row],
    counters: Iterable[Row],
    officers: Iterable[Row],
    devices: Iterable[Row],
    *,
    merged_into: Row | None = None,
) -> OfficeConfig:
    settings = row["settings"]
    return OfficeConfig(
        id=row["id"],
        code=row["code"],
        names=row["names"],
        timezone=row["timezone"],
        config_version=row["config_version"],
        services={s["code"]: service_from(s, settings.get("calendar", {})) for s in services},
        counters={
            c["number"]: Counter(c["number"], c["names"], tuple(c["services"]), c["zone"])
            for c in counters
            if c["active"]
        },
        officers=officers_from(officers),
        devices={
            d["id"]: DeviceInfo(
                d["id"], d["kind"], d["name"], d["counter"], d["agent_id"], d["printer_id"], d["settings"]
            )
            for d in devices
        },
        policy=QueuePolicy(**settings.get("policy", {})),
        calendar=calendar_from(settings.get("calendar", {})),
        rating_window_s=settings.get("rating_window_s", 30),
        rating_scale=settings.get("rating_scale", 3),
        rating_criteria=tuple(Criterion(name) for name in settings.get("rating_criteria", ())),
        hotline=settings.get("hotline"),
        texts=settings.get("texts", {}),
        boards=tuple(settings.get("boards", ())),
        leases=LeasePolicy(**settings.get("leases", {})),
        card=settings.get("card", "off"),
        bookings=BookingPolicy(**settings["bookings"]) if settings.get("bookings") is not None else None,
        ticket=ticket_style_from(settings.get("ticket", {})),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        merged_into=merged_into,
        restores=tuple(date.fromisoformat(day) for day in row["restores"]),
    )


def officers_from(rows: Iterable[Row]) -> dict[str, Officer]:
    """One officer per member of staff; rows come one per role."""
    found: dict[str, Officer] = {}
    for row in rows:
        serves = row["role"] == "officer" or (row["id"] in found and found[row["id"]].serves)
        found[row["id"]] = Officer(row["id"], row["name"], row["photo"], serves)
    return found


def service_from(row: Row, office_calendar: Row) -> Service:
    """A field with hours of its own still keeps the office's holidays, except on days that it sets itself."""
    settings = row["settings"]
    own = settings.get("calendar")
    dated = office_calendar.get("exceptions", {})
    return Service(
        code=row["code"],
        names=row["names"],
        prefix=row["prefix"],
        group=settings.get("group"),
        papers=tuple(settings.get("papers", ())),
        active=row["active"],
        stopped_on=row["stopped_on"],
        stopped_why=row["stopped_why"],
        calendar=calendar_from(own | {"exceptions": dated | own.get("exceptions", {})}) if own else None,
        **{name: settings[name] for name in SERVICE_SETTINGS if name in settings},
    )


def ticket_style_from(settings: Row) -> TicketStyle:
    """What a file or a page says of the paper; parts that this release does not know are left out."""
    show = tuple(part for part in TICKET_PARTS if part in settings.get("show", TICKET_PARTS))
    return TicketStyle(settings.get("heading"), settings.get("qr_hint"), settings.get("footer"), show)


def calendar_from(settings: Row) -> Calendar:
    """{"weekly": {"0": [["07:30", "11:30"], …]}, "exceptions": {"2026-02-17": []}}"""
    return Calendar(
        weekly={int(day): _windows(w) for day, w in settings.get("weekly", {}).items()},
        exceptions={date.fromisoformat(day): _windows(w) for day, w in settings.get("exceptions", {}).items()},
    )


def _windows(pairs: Iterable[Iterable[str]]) -> Windows:
    return tuple((_time(start), _time(end)) for start, end in pairs)


def _time(text: str) -> time:
    return time.max if text == "24:00" else time.fromisoformat(text)
