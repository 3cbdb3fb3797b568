"""Bookings that were made elsewhere: when one may be checked in, where it stands in the line, and reading a day's list.

A list holds a field, a time and an opaque code; no name and no telephone number. One order holds for everybody: a
booked number stands in it by its slot once that has come, and by its real arrival when the citizen is early.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from server.domain.errors import N_ as _
from server.domain.errors import Conflict, NotFound
from server.domain.reports.period import parse_date
from server.domain.reports.vocabulary import plain
from server.domain.scans import code_hash

MOST_LINES = 5_000
CODE = re.compile(r"(?=.*[A-Za-z_-])[A-Za-z0-9_-]{8,64}")
TIME = re.compile(r"([01]?\d|2[0-3])[:hH]([0-5]\d)")
HEADINGS = {
    "office": "office don_vi ma_don_vi",
    "service": "service linh_vuc dich_vu field ma_linh_vuc",
    "day": "day date ngay ngay_hen",
    "time": "time gio gio_hen slot",
    "code": "code ma ma_dat_lich ma_hen",
}
_NAMES = {word: name for name, words in HEADINGS.items() for word in words.split()}
NEEDED = ("service", "day", "time", "code")


class BookingNotFound(NotFound):
    code, text = (
        "booking_not_found",
        _("Không tìm thấy lịch hẹn của mã này. Mời ông/bà lấy số thường hoặc hỏi cán bộ hướng dẫn."),
    )


class BookingOtherOffice(Conflict):
    code, text = "booking_other_office", _("Lịch hẹn này ở %(office)s. Mời ông/bà đến đúng nơi đã đặt.")


class BookingOtherDay(Conflict):
    code, text = (
        "booking_other_day",
        _("Lịch hẹn này vào %(slot)s. Hôm nay mời ông/bà lấy số thường, hoặc đến đúng ngày đã đặt."),
    )


class BookingTooEarly(Conflict):
    code, text = (
        "booking_too_early",
        _("Lịch hẹn lúc %(slot)s. Mời ông/bà quay lại quét mã từ %(opens)s, hoặc lấy số thường ngay bây giờ."),
    )


class BookingTooLate(Conflict):
    code, text = "booking_too_late", _("Lịch hẹn lúc %(slot)s đã quá giờ nhận số. Mời ông/bà lấy số thường.")


class BookingUsed(Conflict):
    code, text = "booking_used", _("Mã đặt lịch này đã lấy số %(number)s.")


@dataclass(frozen=True, slots=True)
class BookingPolicy:
    """How many minutes before and after its slot a booking may be checked in."""

    early_min: int = 30
    late_min: int = 30


@dataclass(frozen=True, slots=True)
class Booking:
    code_hash: str
    service: str
    day: date
    slot: datetime


def check_in(booking: Booking, now: datetime, policy: BookingPolicy, zone: tzinfo) -> None:
    """Refuse a booking whose time has not come or is over, and say what to do; one that is still to come says as
    `opens_at` from when it can be checked in."""
    slot = booking.slot.astimezone(zone)
    opens = slot - timedelta(minutes=policy.early_min)
    again = opens.isoformat() if now < opens else None
    if booking.day != now.astimezone(zone).date():
        raise BookingOtherDay(slot=f"{slot:%H:%M %d/%m/%Y}", opens_at=again)
    if now < opens:
        raise BookingTooEarly(slot=f"{slot:%H:%M}", opens=f"{opens:%H:%M}", opens_at=again)
    if now > slot + timedelta(minutes=policy.late_min):
        raise BookingTooLate(slot=f"{slot:%H:%M}")


def place(slot: datetime, arrived_at: datetime) -> datetime:
    """From when a booked number counts as waiting."""
    return min(slot, arrived_at)


# --- a day's list -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wrong:
    """One fault: its line as the file counts them, its column, and what it is (a msgid)."""

    line: int
    column: str
    text: str


@dataclass(slots=True)
class Listed:
    bookings: list[Booking] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


def read_list(rows: Sequence[Sequence[str]], office: str, services: Mapping[str, str], zone: tzinfo) -> Listed:
    """Read a table whose first row is the headings. `services`: codes by code and by plain name."""
    listed = Listed()
    columns = {_NAMES[plain(h)]: i for i, h in reversed(list(enumerate(rows[0] if rows else ()))) if plain(h) in _NAMES}
    listed.wrong += [Wrong(1, name, _("Thiếu cột này.")) for name in NEEDED if name not in columns]
    if len(rows) > MOST_LINES + 1:
        listed.wrong.append(Wrong(MOST_LINES + 2, "", _("Tệp quá dài.")))
    if listed.wrong:
        return listed
    seen: set[str] = set()
    for line, row in enumerate(rows[1:], 2):
        if any(text.strip() for text in row):
            texts = {name: row[i].strip() if i < len(row) else "" for name, i in columns.items()}
            _take(listed, line, texts, office, services, zone, seen)
    return listed


def _take(
    listed: Listed, line: int, texts: Mapping[str, str], office: str, services: Mapping[str, str], zone: tzinfo,
    seen: set[str],
) -> None:  # fmt: skip
    service = services.get(texts["service"]) or services.get(plain(texts["service"]))
    day, clock = _day(texts["day"]), _clock(texts["time"])
    faults = [
        ("office", texts.get("office", office) not in ("", office), _("Dòng này của đơn vị khác.")),
        ("service", service is None, _("Không có lĩnh vực này.")),
        ("day", day is None, _("Ngày chưa đúng.")),
        ("time", clock is None, _("Giờ chưa đúng.")),
        ("code", not CODE.fullmatch(texts["code"]), _("Mã cần 8–64 chữ và số, không chỉ là số.")),
        ("code", texts["code"] in seen, _("Mã này có hai lần.")),
    ]
    seen.add(texts["code"])
    wrong = [Wrong(line, column, text) for column, is_wrong, text in faults if is_wrong]
    listed.wrong += wrong
    if not wrong and service is not None and day is not None and clock is not None:
        slot = datetime.combine(day, clock, zone)
        listed.bookings.append(Booking(code_hash(texts["code"]), service, day, slot))


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    # Days at the ends of the calendar cannot be turned into another time zone.
    return found if found is not None and 2000 <= found.year <= 2999 else None


def _clock(text: str) -> time | None:
    found = TIME.fullmatch(text)
    return time(int(found[1]), int(found[2])) if found else None
