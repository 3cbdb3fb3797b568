"""A whole office as one readable file (YAML or JSON): checked as a whole, taken as a whole or not at all.

The same description is what the administration's pages edit and what the demo is made from.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from string import Formatter
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from server.domain.errors import N_, Why, WrongValue
from server.domain.office import TICKET_PARTS, TicketPartName
from server.domain.words import Criterion
from server.services.faults import GROUP, Fault, FileRefused, reason_of
from server.services.officefits import misfits
from server.services.officeyaml import line_of, parsed
from server.services.parts import ADDRESS, PREFIX, Code, LongText, Names, Part, Text, Windows
from server.services.playlists import Playlist
from server.services.ports import Json

FILE_MAX = 1024 * 1024
FORMAT = "motcua-office/1"

SETTINGS = (
    "hotline", "rating_scale", "rating_criteria", "rating_window_s", "second_factor", "retention", "policy", "calendar",
    "texts", "ticket", "card", "bookings", "boards", "reports",
)  # fmt: skip

Address = Annotated[str, Field(pattern=ADDRESS, max_length=200)]


class CalendarPart(Part):
    """Opening windows by weekday ("0" is Monday) and by date; an empty list is a day off."""

    weekly: dict[Literal["0", "1", "2", "3", "4", "5", "6"], Windows] = {}
    exceptions: dict[date, Windows] = {}
    sources: dict[date, Text] = {}


class PolicyPart(Part):
    mode: Literal["strict", "interleaved"] = "interleaved"
    ratio: Annotated[int, Field(ge=1, le=20)] = 2
    guard_s: Annotated[int, Field(ge=300, le=6 * 3600)] | None = 2700
    service_order: Literal["arrival", "listed"] = "arrival"
    calls_before_no_show: Annotated[int, Field(ge=1, le=9)] = 3
    return_after: Annotated[int, Field(ge=0, le=20)] = 2
    alert_wait_s: Annotated[int, Field(ge=60, le=6 * 3600)] = 1800


class ProcedurePart(Part):
    """What people come for. `fee` and `time_limit` are words: "8.000 đồng mỗi bản", "trong ngày"."""

    code: Code
    names: Names
    papers: Annotated[list[Names], Field(max_length=30)] = []
    fee: Names | None = None
    time_limit: Names | None = None


class RetentionPart(Part):
    """From a day on, how many days what is kept about people is kept (`server.domain.retention`)."""

    since: date
    days: dict[Literal["comments", "notes", "messages", "sign_ins"], Annotated[int, Field(ge=1, le=3660)]]
    source: Text | None = None


class ServicePart(Part):
    code: Code
    names: Names
    prefix: Annotated[str, Field(pattern=PREFIX)] | None = None
    group: Names | None = None
    first: Annotated[int, Field(ge=1, le=9999)] = 1
    digits: Annotated[int, Field(ge=2, le=4)] = 3
    daily_limit: Annotated[int, Field(ge=1, le=9999)] | None = None
    service_s: Annotated[int, Field(ge=30, le=4 * 3600)] = 480
    target_s: Annotated[int, Field(ge=30, le=8 * 3600)] = 600
    papers: Annotated[list[Names], Field(max_length=20)] = []
    procedures: Annotated[list[ProcedurePart], Field(max_length=500)] = []
    calendar: CalendarPart | None = None
    active: bool = True
    help: bool = False

    def series(self) -> str:
        return self.prefix or self.code[:2].upper()


class CounterPart(Part):
    number: Annotated[int, Field(ge=1, le=9999)]
    names: Names | None = None
    services: Annotated[list[str], Field(max_length=100)]
    zone: Text | None = None


def _says_number_and_counter(template: str) -> str:
    try:
        named = {name for _text, name, _spec, _conversion in Formatter().parse(template) if name is not None}
    except ValueError:
        named = set()  # braces that do not close
    if named != {"number", "counter"}:
        raise WrongValue(N_("cần có đủ {number} và {counter}, không có ngoặc nhọn nào khác"))
    return template


Wording = Annotated[LongText, AfterValidator(_says_number_and_counter)]


class VoicePart(Part):
    """How calls are worded: each template must say the number and the counter, and nothing else that is looked up."""

    languages: Annotated[list[Literal["vi", "en"]], Field(max_length=2)] = []
    style: Literal["digits", "number"] = "digits"
    invite: dict[Literal["vi", "en"], Wording] = {}
    recall: dict[Literal["vi", "en"], Wording] = {}
    quiet: Annotated[Windows, Field(max_length=12)] = []
    """Windows of every day in which loudspeakers are silent."""
    max_age_s: Annotated[int, Field(ge=30, le=900)] = 180


class BoardPart(Part):
    """A layout of the hall's screens: the whole board, one zone's, a counter's sign, who waits for what, or signage.

    `zone`, `counters`, `services` say which part of the hall it shows; nothing is all of it. A sign without a counter
    stands over the one that its device belongs to.
    """

    code: Code
    name: Text
    layout: Literal["main", "zone", "sign", "queue", "signage"] = "main"
    zone: Text | None = None
    counters: Annotated[list[int], Field(max_length=200)] = []
    services: Annotated[list[str], Field(max_length=200)] = []
    theme: Literal["night", "paper"] = "night"
    voice: Literal["speaks", "silent"] | None = None

    @model_validator(mode="after")
    def _shows_a_part(self) -> BoardPart:
        if self.layout == "zone" and not (self.zone or self.counters or self.services):
            raise WrongValue(N_("bảng của một khu cần có khu, quầy hoặc lĩnh vực"))
        if self.layout == "sign" and len(self.counters) > 1:
            raise WrongValue(N_("biển trên quầy chỉ dành cho một quầy"))
        return self


class TicketPart(Part):
    """What the paper says and shows. `show` names the parts that are printed; what is not named is left out."""

    heading: Names | None = None
    qr_hint: Names | None = None
    footer: Names | None = None
    show: list[TicketPartName] = Field(
        default_factory=lambda: list(TICKET_PARTS), max_length=len(TICKET_PARTS)
    )


class BookingsPart(Part):
    """How many minutes before and after its slot a booking may be checked in at the kiosk."""

    early_min: Annotated[int, Field(ge=0, le=600)] = 30
    late_min: Annotated[int, Field(ge=0, le=600)] = 30


class TextsPart(BaseModel):
    """Texts that rooms read; those that this release does not know are kept."""

    model_config = ConfigDict(extra="allow")

    voice: VoicePart | None = None


class ReportPart(Part):
    """A report that is sent by itself once its period is over: into a folder of the server's own, or by mail."""

    name: Code
    period: Literal["day", "week", "month", "quarter", "half_year", "year"]
    by: Literal[
        "", "day", "week", "month", "service", "field", "counter", "officer", "priority", "hour", "office"
    ] = "service"
    scope: Literal["office", "tree"] = "office"
    formats: Annotated[list[Literal["csv", "xlsx", "pdf"]], Field(min_length=1, max_length=3)] = ["xlsx"]
    language: Literal["vi", "en"] = "vi"
    folder: Code | None = None
    mail: Annotated[list[Address], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _goes_somewhere(self) -> ReportPart:
        if not self.folder and not self.mail:
            raise PydanticCustomError("goes_nowhere", "a folder or a mailbox is needed")
        return self


class OfficeFile(Part):
    format: Literal["motcua-office/1"] = FORMAT  # type: ignore[assignment]
    code: Code
    names: Names
    timezone: str = "Asia/Ho_Chi_Minh"
    hotline: Text | None = None
    rating_scale: Literal[3, 5] = 3
    rating_criteria: Annotated[list[Criterion], Field(max_length=len(Criterion))] = []
    rating_window_s: Annotated[int, Field(ge=5, le=600)] = 30
    second_factor: Literal["optional", "administrators", "everybody"] = "optional"
    retention: Annotated[list[RetentionPart], Field(max_length=20)] = []
    policy: PolicyPart = PolicyPart()
    calendar: CalendarPart = CalendarPart()
    texts: TextsPart = TextsPart()
    ticket: TicketPart = TicketPart()
    card: Literal["off", "optional", "required"] = "off"
    """Whether kiosks ask for an identity card, for one number a field and day."""
    bookings: BookingsPart | None = None
    boards: Annotated[list[BoardPart], Field(max_length=100)] = []
    signage: Annotated[list[Playlist], Field(max_length=30)] | None = None
    """Playlists, with their pictures by digest: the files themselves travel with the backup. None leaves them alone."""
    reports: Annotated[list[ReportPart], Field(max_length=50)] = []
    services: Annotated[list[ServicePart], Field(min_length=1, max_length=200)]
    counters: Annotated[list[CounterPart], Field(min_length=1, max_length=500)]

    @field_validator("card", mode="before")
    @classmethod
    def _off_is_a_word(cls, rule: Any) -> Any:
        """YAML reads a bare `off` as false."""
        return "off" if rule is False else rule

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise WrongValue(N_("không có múi giờ “%(name)s”"), name=name) from None
        return name

    @field_validator("rating_criteria")
    @classmethod
    def _each_once(cls, criteria: list[Criterion]) -> list[Criterion]:
        if len(set(criteria)) < len(criteria):
            raise WrongValue(N_("có mục đứng hai lần"))
        return criteria

    def description(self) -> Json:
        """What `offices.put_office` takes."""
        given = self.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
        services = [
            s.model_dump(mode="json", exclude_defaults=True, exclude_none=True) | {"prefix": s.series()}
            for s in self.services
        ]
        counters = [c.model_dump(mode="json", exclude_none=True) for c in self.counters]
        # That bookings are taken at all is said by the part being there, with whatever values.
        given |= {"bookings": self.bookings.model_dump()} if self.bookings else {}
        return {
            "code": self.code,
            "names": self.names.plain(),
            "timezone": self.timezone,
            "settings": {name: given[name] for name in SETTINGS if name in given},
            "services": services,
            "counters": counters,
            **({} if self.signage is None else {"signage": [playlist.plain() for playlist in self.signage]}),
        }


def read(text: str) -> OfficeFile:
    """Check a file; `FileRefused` names every fault with its line. JSON is YAML, so one reader serves both."""
    if len(text.encode(errors="replace")) > FILE_MAX:
        raise FileRefused([Fault("", None, Why(N_("lớn quá: nhiều nhất %(most)s kB"), most=FILE_MAX // 1024))])
    return _checked(*parsed(text))


def read_bytes(content: bytes) -> OfficeFile:
    """The same for a file as it lies on a disk: one that an old editor has saved is told where it is not UTF-8."""
    try:
        return read(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRefused([Fault("", line, Why(N_("không phải UTF-8; hãy lưu lại tệp theo UTF-8")))]) from None


def check(data: Any) -> OfficeFile:
    """The same for data that came as JSON by the API."""
    return _checked(data, None)


def write(office: Json) -> str:
    """A description as a YAML file that `read` takes back unchanged."""
    return str(yaml.safe_dump({"format": FORMAT, **office}, allow_unicode=True, sort_keys=False, width=100))


def _checked(data: Any, root: yaml.Node | None) -> OfficeFile:
    if not isinstance(data, dict):
        raise FileRefused([Fault("", 1, Why(GROUP))])
    try:
        office = OfficeFile.model_validate(data)
    except ValidationError as error:
        raise FileRefused(list(_faults(error, root))) from None
    unfit = [Fault(".".join(map(str, m.path)), line_of(root, m.path), m.reason, m.kind) for m in misfits(office)]
    if unfit:
        raise FileRefused(unfit)
    return office


def _faults(error: ValidationError, root: yaml.Node | None) -> Iterator[Fault]:
    for fault in error.errors():
        path = [part for part in fault["loc"] if not (isinstance(part, str) and "[" in part)]
        yield Fault(".".join(map(str, path)), line_of(root, path), reason_of(fault), fault["type"])
