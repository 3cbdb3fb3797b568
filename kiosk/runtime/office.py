"""What the server last said of its office, read without the server: opening hours, limits, and the words for paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
LOOK_AHEAD_DAYS = 14
REASONS = {"service_closed": "hours", "service_stopped": "stopped", "daily_limit_reached": "daily_limit"}


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """No number is given now; `values` are those of the text for `code`."""

    code: str
    values: Mapping[str, Any]


class Office:
    """A kept `GET /offices/<code>`."""

    def __init__(self, view: Json) -> None:
        self.view = view
        self.zone = ZoneInfo(view.get("timezone", "Asia/Ho_Chi_Minh"))

    def local(self, now: datetime) -> datetime:
        return now.astimezone(self.zone)

    def day(self, now: datetime) -> str:
        return self.local(now).date().isoformat()

    def services(self) -> list[str]:
        return [service["code"] for service in self.view["services"]]

    def service(self, code: str) -> Json:
        for service in self.view["services"]:
            if service["code"] == code:
                return dict(service)
        raise Refused("service_not_found", {"service": code})

    def check(self, code: str, now: datetime, given: int) -> Json:
        """The service, when it gives numbers now. `given`: numbers that the server does not count yet."""
        service, local = self.service(code), self.local(now)
        if service.get("closed_reason") == "stopped" and service.get("stopped_on") == local.date().isoformat():
            why = service.get("stopped_why") or ""
            raise _shut("service_stopped", service, self._next_day(service, now), why=why)
        hours = service.get("hours") or self.view["hours"]
        if not _is_open(hours, local):
            raise _shut("service_closed", service, _next_opening(hours, local))
        left = service.get("left")
        if left is not None and given >= left:
            raise _shut("daily_limit_reached", service, self._next_day(service, now))
        return service

    def now(self, now: datetime, given: Mapping[str, int], offline_since: datetime | None) -> Json:
        """The view as it stands without the server: what is open is reckoned here, who waits is not known."""
        services = []
        for service in self.view["services"]:
            open_now: Json = {"open": True}
            try:
                self.check(service["code"], now, given.get(service["code"], 0))
            except Refused as refused:
                reason = REASONS[refused.code]
                open_now = {"open": False, "closed_reason": reason, "opens_at": refused.values["opens_at"]}
            # Nobody knows how long the line is.
            services.append(service | open_now | {"expected_wait_s": None, "late": False})
        local = self.local(now)
        opening = _next_opening(self.view["hours"], local)
        hours = self.view["hours"] | {
            "open": _is_open(self.view["hours"], local),
            "next_open": opening.isoformat() if opening else None,
        }
        since = offline_since.astimezone(self.zone).isoformat(timespec="seconds") if offline_since else None
        return self.view | {"services": services, "hours": hours, "offline_since": since}

    def _next_day(self, service: Json, now: datetime) -> datetime | None:
        """The first opening after today, for whom today is no use any more."""
        tonight = datetime.combine(self.local(now).date(), time.max, self.zone)
        return _next_opening(service.get("hours") or self.view["hours"], tonight)

    def paper(self, told: Json, local: datetime, procedure: Json | None = None) -> Json:
        """The words on the paper of a number that this kiosk gave by itself. Who waits ahead is not known."""
        language = told["language"]
        texts = self.view["texts"]["ticket"]
        words = texts.get(language) or texts["vi"]
        service = words["services"][told["service"]]
        bring = (procedure or {}).get("on_paper") or {}
        return {
            "language": language,
            "office_name": words["office_name"],
            "heading": words["heading"],
            "number": told["number"],
            "priority": words["priorities"][told["priority"]] if told["priority"] else None,
            "service": service["service"],
            "counters": service["counters"],
            "ahead": None,
            "wait": None,
            "date": f"{local:%d/%m/%Y}",
            "time": f"{local:%H:%M}",
            "papers": bring.get(language) or bring.get("vi") or service["papers"],
            "qr": told["track_url"] if words.get("qr", True) else None,
            "qr_hint": words["qr_hint"],
            "hotline": words["hotline"],
            "footer": words["footer"],
            "reprint": None,
        }


def _shut(code: str, service: Json, opens_at: datetime | None, **values: str) -> Refused:
    """A refusal that ends by itself, with the next time, as the server tells it."""
    again = {"opens_at": opens_at.isoformat() if opens_at else None}
    again |= {"next": f"{opens_at:%H:%M %d/%m/%Y}" if opens_at else ""}
    return Refused(code, values | again | {"service": service.get("names") or service["name"]})


def _windows(hours: Json, day: date) -> list[tuple[time, time]]:
    exceptions, weekly = hours.get("exceptions") or {}, hours.get("weekly") or {}
    if day.isoformat() in exceptions:
        pairs = exceptions[day.isoformat()]
    else:
        # An office that sets no hours at all is open all day, as it is to the server.
        pairs = weekly.get(str(day.weekday()), []) if weekly else [["00:00", "24:00"]]
    return [(_time(start), _time(end)) for start, end in pairs]


def _time(text: str) -> time:
    return time.max if text == "24:00" else time.fromisoformat(text)


def _is_open(hours: Json, local: datetime) -> bool:
    now = local.time()
    return any(start <= now and (now < end or end == time.max) for start, end in _windows(hours, local.date()))


def _next_opening(hours: Json, local: datetime) -> datetime | None:
    for ahead in range(LOOK_AHEAD_DAYS):
        day = local.date() + timedelta(days=ahead)
        for start, _ in _windows(hours, day):
            opening = datetime.combine(day, start, local.tzinfo)
            if opening > local:
                return opening
    return None
