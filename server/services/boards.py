"""Snapshots: what a client that joins, or asks, is told of an office as it stands."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta

from server.domain import line
from server.domain.calendar import Calendar, Windows
from server.domain.errors import NoNumbersNow, ServiceStopped
from server.domain.estimate import expected_wait, what_if
from server.domain.hall import Hall
from server.domain.office import Service
from server.domain.policy import forecast
from server.domain.words import Priority
from server.services import devices, printing, rating
from server.services.ports import Clock, Json, UnitOfWork
from server.services.texts import LANGUAGES
from server.services.views import board_view, floor_view, outlook_view, wait_view, when

STAFF_TOPICS = frozenset({"console", "floor", "devices"})
EXCEPTIONS_AHEAD = 14
PUBLIC_TOPICS = frozenset({"board", "kiosk", "rate", "track"})


class Snapshots:
    """Snapshots for clients that join. What all boards of an office see is made once a version and kept."""

    def __init__(self, uow: UnitOfWork, clock: Clock) -> None:
        self._uow = uow
        self._clock = clock
        self._kept: dict[tuple[str, bool], tuple[Hall, Json]] = {}

    def take(self, office: str, topics: frozenset[str], *, at_least: int | None = None) -> Json:
        """The hall for a set of topics; everything carries the version it stands at. `at_least`: see `UnitOfWork`."""
        hall, now = self._uow.hall(office, at_least=at_least), self._clock()
        kept = self._view(office, hall, staff=bool(topics & STAFF_TOPICS))
        view = kept | {"at": when(now, hall), "hours": open_hours(hall, now)}
        if "rate" in topics:
            view["rating"] = rating.open_ratings(self._uow, hall, now)
        if topics & {"kiosk", "floor", "devices"}:
            view["devices"] = devices.device_views(self._uow, hall.config.id)
        if "floor" in topics:
            view["papers"] = printing.papers(self._uow, hall)
        return view

    def _view(self, office: str, hall: Hall, *, staff: bool) -> Json:
        kept = self._kept.get((office, staff))
        # A hall is never changed, only replaced: the same object is the same state.
        if kept is None or kept[0] is not hall:
            kept = self._kept[office, staff] = hall, floor_view(hall) if staff else board_view(hall)
        return kept[1]


def open_hours(hall: Hall, now: datetime) -> Json:
    """When anything of the office is open today, and the first opening after today: a screen whose hall is empty says
    so. A field may have hours of its own."""
    config, local = hall.config, now.astimezone(hall.config.zone)
    calendars = [config.calendar, *(s.calendar for s in config.services.values() if s.active and s.calendar)]
    today = {tuple(window) for calendar in calendars for window in _windows(calendar.windows(local.date()))}
    later = [opening for calendar in calendars if (opening := calendar.next_day(local))]
    return {"today": sorted(map(list, today)), "next": min(later).isoformat() if later else None}


def snapshot(uow: UnitOfWork, clock: Clock, office: str, topics: frozenset[str]) -> Json:
    """One snapshot, for whoever asks once."""
    return Snapshots(uow, clock).take(office, topics)


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
        "config_version": config.config_version,
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
            "exceptions": _exceptions(config.calendar, local.date()),
        },
        "priorities": [str(p) for p in Priority],
        "rating": {"scale": config.rating_scale, "window_s": config.rating_window_s,
                   "criteria": list(config.rating_criteria)},
        "policy": {
            "calls_before_no_show": config.policy.calls_before_no_show,
            "guard_s": config.policy.guard_s,
            "return_after": config.policy.return_after,
            "alert_wait_s": config.policy.alert_wait_s,
        },
        "card": config.card,
        "bookings": asdict(config.bookings) if config.bookings else None,
        "hotline": config.hotline,
        "texts": dict(config.texts) | {"ticket": {language: printing.labels(hall, language) for language in LANGUAGES}},
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


def outlook(hall: Hall, now: datetime, counter: int | None) -> list[Json]:
    """Who would be called next, at one counter or at each."""
    numbers = list(hall.config.counters) if counter is None else [hall.counter(counter).number]
    return [outlook_view(hall, number, forecast(hall, number, now)) for number in numbers]


def _service(hall: Hall, service: Service, now: datetime, counts: dict[str, int]) -> Json:
    calendar, local = service.calendar or hall.config.calendar, now.astimezone(hall.config.zone)
    tomorrow = calendar.next_day(local)
    after_today = tomorrow.isoformat() if tomorrow else None
    wait = expected_wait(hall, service.code, counts.get(service.code, 0), counts)
    view: Json = {
        "code": service.code,
        "name": service.names["vi"],
        "names": dict(service.names),
        "group": dict(service.group) if service.group else None,
        "open": True,
        "waiting": counts.get(service.code, 0),
        "expected_wait_s": wait_view(wait),
        # The line is longer than what is left of today: people are told, and may still take a number.
        "late": wait is not None and timedelta(seconds=wait.low) > calendar.remaining(local),
        "next_day": after_today,
        "help": service.help,
        "counters": list(hall.config.counters_for(service.code)),
        "papers": [dict(paper) for paper in service.papers],
        "target_s": service.target_s,
        "left": None if service.daily_limit is None else max(0, service.daily_limit - hall.issued.get(service.code, 0)),
        "hours": _hours(service.calendar, hall.day) if service.calendar else None,
    }
    try:
        line.check_open(hall, service, now)
    except NoNumbersNow as shut:
        view |= {"open": False, "closed_reason": shut.reason, "opens_at": shut.values["opens_at"]}
        if shut.reason == "stopped":
            view["stopped_why"] = shut.values["why"]
        if isinstance(shut, ServiceStopped):
            view["stopped_on"] = hall.day.isoformat()
    return view


def _hours(calendar: Calendar, today: date) -> Json:
    """Windows by weekday, and the exceptions of the days for which a kiosk may have to know them by itself."""
    weekly = {str(day): _windows(windows) for day, windows in sorted(calendar.weekly.items())}
    return {"weekly": weekly, "exceptions": _exceptions(calendar, today)}


def _exceptions(calendar: Calendar, today: date) -> Json:
    soon = today + timedelta(days=EXCEPTIONS_AHEAD)
    return {d.isoformat(): _windows(w) for d, w in sorted(calendar.exceptions.items()) if today <= d <= soon}


def _windows(windows: Windows) -> list[list[str]]:
    return [[f"{a:%H:%M}", "24:00" if b == b.max else f"{b:%H:%M}"] for a, b in windows]
