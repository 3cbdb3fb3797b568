"""What the parts of a report are called: fields, counters, officers, hours, groups, stretches of the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.domain.errors import N_
from server.domain.office import named
from server.domain.words import SCALES, Criterion, Dissatisfaction, Level, Priority
from server.services.ports import UnitOfWork
from server.services.printing import PRIORITY_NAMES
from server.services.report_cut import FIELD, OFFICE
from server.services.reporting import UNITS, WEEKDAY, Key, Report
from server.services.texts import text

LEVELS = {
    Level.VERY_SATISFIED: N_("Rất hài lòng"),
    Level.SATISFIED: N_("Hài lòng"),
    Level.NEUTRAL: N_("Bình thường"),
    Level.DISSATISFIED: N_("Không hài lòng"),
    Level.VERY_DISSATISFIED: N_("Rất không hài lòng"),
}
CRITERIA = {
    Criterion.SPEED: N_("Tốc độ giải quyết"),
    Criterion.ATTITUDE: N_("Thái độ phục vụ"),
    Criterion.GUIDANCE: N_("Hướng dẫn"),
    Criterion.FACILITIES: N_("Cơ sở vật chất"),
}
REASONS = {
    Dissatisfaction.PROCESSING_TIME: N_("Thời gian giải quyết"),
    Dissatisfaction.ATTITUDE: N_("Thái độ phục vụ"),
    Dissatisfaction.REPEATED_VISITS: N_("Phải đi lại nhiều lần"),
    Dissatisfaction.UNCLEAR_GUIDANCE: N_("Hướng dẫn chưa rõ"),
    Dissatisfaction.EXTRA_PAPERS: N_("Đòi thêm giấy tờ"),
    Dissatisfaction.FACILITIES: N_("Cơ sở vật chất"),
    Dissatisfaction.FEE: N_("Phí, lệ phí"),
    Dissatisfaction.OTHER: N_("Lý do khác"),
}
FIGURES = {
    "issued": N_("Đã phát"),
    "called": N_("Đã gọi"),
    "served": N_("Đã phục vụ"),
    "no_show": N_("Vắng mặt"),
    "cancelled": N_("Đã huỷ"),
    "transferred": N_("Chuyển"),
    "left_uncalled": N_("Về trước khi gọi"),
    "expired": N_("Hết hiệu lực"),
    "in_hall": N_("Đang trong phòng"),
    "waiting": N_("Đang chờ"),
    "sessions": N_("Lượt phục vụ"),
    "wait_within": N_("Chờ đạt mức"),
    "service_within": N_("Phục vụ đạt mức"),
    "told_within": N_("Báo trước đúng"),
    "told_sooner": N_("Được gọi sớm hơn đã báo"),
    "told_later": N_("Được gọi muộn hơn đã báo"),
    "answered": N_("Lượt phục vụ được đánh giá"),
    "rated": N_("Lượt đánh giá"),
    "none": N_("Không đánh giá"),
    "satisfied": N_("Hài lòng và rất hài lòng"),
    "without_level": N_("Không rõ mức"),
    **{f"rating.{scale}.{level}": LEVELS[level] for scale, levels in SCALES.items() for level in levels},
    **{f"rating.{scale}.without_level": N_("Không rõ mức") for scale in SCALES},
    **{f"reason.{reason}": name for reason, name in REASONS.items()},
    **{f"criterion.{criterion}": name for criterion, name in CRITERIA.items()},
}
"""What a figure is called above the list of its tickets."""

WEEKDAYS = (
    N_("Thứ Hai"), N_("Thứ Ba"), N_("Thứ Tư"), N_("Thứ Năm"), N_("Thứ Sáu"), N_("Thứ Bảy"), N_("Chủ nhật"),
)  # fmt: skip
HEADINGS = {
    "day": N_("Ngày"),
    "week": N_("Tuần"),
    "month": N_("Tháng"),
    "quarter": N_("Quý"),
    "half_year": N_("Nửa năm"),
    "year": N_("Năm"),
    WEEKDAY: N_("Thứ"),
    "hour": N_("Giờ"),
    "service": N_("Lĩnh vực, dịch vụ"),
    FIELD: N_("Lĩnh vực"),
    "counter": N_("Quầy"),
    "officer": N_("Cán bộ"),
    "priority": N_("Nhóm ưu tiên"),
    OFFICE: N_("Đơn vị"),
}
NOBODY = {
    "service": N_("Không theo dịch vụ"),
    FIELD: N_("Không theo lĩnh vực"),
    "counter": N_("Chưa đến quầy"),
    "officer": N_("Chưa đến cán bộ"),
    "priority": N_("Không ưu tiên"),
    "hour": N_("Không rõ giờ"),
}


@dataclass(frozen=True)
class Names:
    """Names of one report's parts in one language."""

    language: str
    services: Mapping[str, str]
    counters: Mapping[int, str]
    officers: Mapping[str, str]
    offices: Mapping[str, str]

    def heading(self, by: str) -> str:
        return text(self.language, HEADINGS[by])

    def of(self, by: str, value: str | int | None) -> str:
        """The name of one part; what is in no part says so."""
        if value is None:
            return text(self.language, NOBODY[by])
        if by in UNITS:
            return self._time(by, str(value))
        match by:
            case "weekday":
                return text(self.language, WEEKDAYS[int(value) - 1])
            case "hour":
                return f"{int(value):02d}:00"
            case "priority":
                return text(self.language, PRIORITY_NAMES[Priority(str(value))])
            case "counter":
                return self.counters.get(int(value), str(value))
            case _:
                names = {"service": self.services, "officer": self.officers, OFFICE: self.offices}.get(by, {})
                return names.get(str(value), str(value))

    def _time(self, by: str, key: str) -> str:
        """As people write dates: 20/11/2026, Tuần 47/2026, 11/2026, Quý 4/2026, Nửa năm 2/2026."""
        if by == "day":
            return "/".join(reversed(key.split("-")))
        year, _, part = key.partition("-")
        if not part:
            return year
        number = part.lstrip("WQH")
        return f"{number}/{year}" if by == "month" else f"{self.heading(by)} {number.lstrip('0')}/{year}"


def names_of(uow: UnitOfWork, report: Report, language: str) -> Names:
    """Names for everything that is in a report's rows."""
    office_id = report.office.id
    officers = _values(report.query.by, report.rows, "officer")
    filtered = report.query.filters.get("officer")
    # Whoever is in the figures is known here; a filter may name anybody, of whatever office.
    known = works_here(uow, office_id, str(filtered)) if filtered is not None else False
    wanted = [str(value) for value in (*officers, *([filtered] if known else [])) if value is not None]
    staff = uow.rows("staff", id=wanted) if wanted else []
    offices = uow.rows("office") if OFFICE in report.query.by else []
    return Names(
        language,
        {code: named(row["names"], language) for code, row in report.office.services.items()},
        {c["number"]: named(c["names"], language) for c in uow.rows("counter", office_id=office_id)},
        {row["id"]: row["name"] for row in staff},
        {row["code"]: named(row["names"], language) for row in offices},
    )


def works_here(uow: UnitOfWork, office_id: str, officer: str) -> bool:
    """Whether somebody has a role in an office, or has served there."""
    found = uow.first("staff_role", office_id=office_id, staff_id=officer)
    return bool(found or uow.first("service_session", office_id=office_id, officer=officer))


def _values(by: tuple[str, ...], rows: Iterable[Key], wanted: str) -> set[str | int | None]:
    if wanted not in by:
        return set()
    place = by.index(wanted)
    return {key[place] for key in rows}
