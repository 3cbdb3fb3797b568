"""Snapshots: what a client that joins, or asks, is told of an office as it stands."""

from __future__ import annotations

from datetime import datetime

from server.domain import line
from server.domain.calendar import Windows
from server.domain.errors import DailyLimitReached, ServiceClosed, TicketNotFound
from server.domain.estimate import expected_wait, what_if
from server.domain.hall import Hall
from server.domain.office import Service
from server.domain.words import Priority
from server.services import devices, rating
from server.services.ports import Clock, Json, UnitOfWork
from server.services.texts import LANGUAGES
from server.services.views import board_view, floor_view, progress_view, wait_view, when

STAFF_TOPICS = frozenset({"console", "floor", "devices"})
PUBLIC_TOPICS = frozenset({"board", "kiosk", "rate", "track"})


def snapshot(uow: UnitOfWork, clock: Clock, office: str, topics: frozenset[str]) -> Json:
    """The hall for a set of topics; everything carries the version it stands at."""
    hall = uow.hall(office)
    view = floor_view(hall) if topics & STAFF_TOPICS else board_view(hall)
    view["at"] = when(clock(), hall)
    if "rate" in topics:
        view["rating"] = rating.open_ratings(uow, hall, clock())
    if topics & {"kiosk", "floor", "devices"}:
        view["devices"] = devices.device_views(uow, hall.config.id)
    return view


def office_view(uow: UnitOfWork, clock: Clock, office: str) -> Json:
    """An office as a kiosk or a program sees it: services with their state now, counters, hours, texts."""
    hall, now = uow.hall(office), clock()
    config, counts = hall.config, hall.waiting()
    local = now.astimezone(config.zone)
    upcoming = config.calendar.next_opening(local)
    return {
        "code": config.code,
        "name": config.names["vi"],
        "names": dict(config.names),
        "timezone": config.timezone,
        "version": hall.version,
        "languages": list(LANGUAGES),
        "services": [_service(hall, s, now, counts) for s in config.services.values() if s.active],
        "counters": [
            {"number": c.number, "name": c.names["vi"], "names": dict(c.names), "services": list(c.services),
             "zone": c.zone, "state": hall.desk(c.number).state}
            for c in config.counters.values()
        ],
        "hours": {
            "open": config.calendar.is_open(local),
            "today": _windows(config.calendar.windows(local.date())),
            "weekly": {str(day): _windows(w) for day, w in sorted(config.calendar.weekly.items())},
            "next_open": upcoming.isoformat() if upcoming else None,
        },
        "priorities": [str(p) for p in Priority],
        "rating": {"scale": config.rating_scale, "window_s": config.rating_window_s},
        "hotline": config.hotline,
        "texts": dict(config.texts),
    }  # fmt: skip


def plan_view(hall: Hall, service: str, more: int) -> Json:
    """What `more` counters would do to the wait of a service, by the model that boards and tickets use."""
    plan = what_if(hall, hall.service(service).code, more)
    return {
        "service": service,
        "counters": more,
        "people_ahead": plan.ahead,
        "now_s": wait_view(plan.now),
        "then_s": wait_view(plan.then),
        "opened": list(plan.opened),
        "dedicated": plan.dedicated,
    }


def track(uow: UnitOfWork, token: str) -> Json:
    """A citizen's own ticket, by the token on the paper."""
    found = uow.ticket(track_token=token)
    if found is None:
        raise TicketNotFound()
    office, ticket, _ = found
    hall = uow.hall(office)
    view = progress_view(hall, hall.tickets.get(ticket.id, ticket))
    del view["id"]
    sessions = uow.rows("service_session", ticket_id=ticket.id)
    rated = bool(sessions) and bool(uow.rows("rating", session_id=[s["id"] for s in sessions]))
    view["rating"] = {
        "open": bool(sessions) and not rated and uow.now() <= rating.second_chance_until(hall, ticket),
        "given": rated,
        "scale": hall.config.rating_scale,
    }
    return view


def _service(hall: Hall, service: Service, now: datetime, counts: dict[str, int]) -> Json:
    view: Json = {
        "code": service.code,
        "name": service.names["vi"],
        "names": dict(service.names),
        "group": dict(service.group) if service.group else None,
        "open": True,
        "waiting": counts.get(service.code, 0),
        "expected_wait_s": wait_view(expected_wait(hall, service.code, counts.get(service.code, 0), counts)),
        "counters": list(hall.config.counters_for(service.code)),
        "papers": [dict(paper) for paper in service.papers],
        "target_s": service.target_s,
    }
    try:
        line.check_open(hall, service, now)
    except ServiceClosed as closed:
        view |= {"open": False, "closed_reason": "hours", "opens_at": closed.values["opens_at"]}
    except DailyLimitReached:
        view |= {"open": False, "closed_reason": "daily_limit", "opens_at": None}
    return view


def _windows(windows: Windows) -> list[list[str]]:
    return [[f"{a:%H:%M}", "24:00" if b == b.max else f"{b:%H:%M}"] for a, b in windows]
