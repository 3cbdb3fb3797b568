"""Bodies that come in, and the shapes that go out, as the OpenAPI description states them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    WithJsonSchema,
)

from server.domain.errors import N_, WrongValue
from server.domain.privacy import masked
from server.domain.words import CounterState, Criterion, Dissatisfaction, Level, PrintState, Priority, Role, TicketState
from server.services.faults import ONE_OF
from server.services.officefile import PolicyPart
from server.services.playlists import Playlist
from server.services.texts import LANGUAGES


def _printable(value: Any) -> Any:
    """Control characters have no place in a name or a note; NUL breaks PostgreSQL."""
    if isinstance(value, str) and any(ord(c) < 32 and c not in "\n\t" for c in value):
        raise WrongValue(N_("có ký tự điều khiển"))
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise WrongValue(N_("không phải Unicode hợp lệ")) from None
    return value


def Text(length: int) -> Any:
    return Annotated[str, BeforeValidator(_printable), Field(max_length=length)]


def Remark(length: int) -> Any:
    """A text that goes into logs which nobody can erase: telephone and identity numbers do not."""
    return Annotated[str, BeforeValidator(_printable), Field(max_length=length), AfterValidator(masked)]


ServiceCode = Annotated[str, BeforeValidator(_printable), Field(min_length=1, max_length=40)]
ProcedureCode = ServiceCode
CounterNumber = Annotated[StrictInt, Field(ge=1, le=9999)]


def _known_language(code: str) -> str:
    if code not in LANGUAGES:
        raise WrongValue(ONE_OF, choices=", ".join(LANGUAGES))
    return code


Language = Annotated[str, AfterValidator(_known_language), WithJsonSchema({"type": "string", "enum": [*LANGUAGES]})]
Chosen = Annotated[
    Language,
    BeforeValidator(lambda code: LANGUAGES[0] if code is None else code),
    WithJsonSchema({"enum": [*LANGUAGES, None]}),
]
"""What a citizen may have chosen. Null is what many programs send for what was not: the same as left out."""
OpaqueId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
TouchKey = Annotated[str, BeforeValidator(_printable), Field(min_length=1, max_length=80)]
Mark = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A keyed hash of a card's number, or the hash of a booking's code."""
Prefix = Annotated[str, Field(pattern=r"^[A-Za-z]{0,2}$")]
Seq = Annotated[StrictInt, Field(ge=1, le=999_999)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SignIn(Body):
    username: Text(80)  # type: ignore[valid-type]
    password: Text(200)  # type: ignore[valid-type]
    code: Annotated[str, Field(max_length=12)] | None = None


class TokenNew(Body):
    name: Annotated[str, BeforeValidator(_printable), Field(min_length=1, max_length=80)]
    scopes: Annotated[list[Text(40)], Field(min_length=1, max_length=50)]  # type: ignore[valid-type]
    days: Annotated[StrictInt, Field(ge=1, le=366)]


class TokenMade(BaseModel):
    id: str
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    token: str


class TakeNumber(Body):
    """`card` and `booking`: what `POST /offices/<office>/scan` answered. `procedure`: what the citizen has come for, of
    the service's catalogue; the papers to bring for it stand on the ticket."""

    service: ServiceCode
    procedure: ProcedureCode | None = None
    card: Mark | None = None
    booking: Mark | None = None
    priority: Priority | None = None
    language: Chosen = "vi"
    print: Literal["agent", "caller"] = "agent"


class Scan(Body):
    """What a kiosk's scanner read, as it is. It is looked at in memory and kept nowhere."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]


class BookingLine(Body):
    service: ServiceCode
    day: date
    time: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    code: Annotated[str, Field(min_length=1, max_length=64)]


class BookingList(Body):
    """`dry_run`: only say what is wrong."""

    items: Annotated[list[BookingLine], Field(max_length=5000)]
    dry_run: bool = False


class CallNext(Body):
    finish_current: bool = False


class Pause(Body):
    reason: Remark(200) | None = None  # type: ignore[valid-type]


class Note(Body):
    note: Remark(300) | None = None  # type: ignore[valid-type]


class Hold(Note):
    until: AwareDatetime | None = None


class Resume(Body):
    counter: CounterNumber | None = None


class Transfer(Note):
    service: ServiceCode | None = None
    counter: CounterNumber | None = None
    officer: Text(32) | None = None  # type: ignore[valid-type]


class GoOn(Note):
    service: ServiceCode | None = None
    here: bool = False


class HandOver(Note):
    officer: OpaqueId


class Assign(Body):
    officer: OpaqueId


class Stop(Body):
    reason: Remark(200)  # type: ignore[valid-type]


class Correct(Note):
    priority: Priority | None = None


class CallByHand(Body):
    reason: Remark(300)  # type: ignore[valid-type]
    counter: CounterNumber | None = None


class Rate(Body):
    level: Level
    reasons: Annotated[
        list[Dissatisfaction], Field(max_length=8), BeforeValidator(lambda given: [] if given is None else given)
    ] = []
    comment: Text(1000) | None = None  # type: ignore[valid-type]
    criteria: dict[Criterion, Level] = {}


class RateAtCounter(Rate):
    pressed_at: AwareDatetime | None = None


class Pair(Body):
    code: Annotated[str, Field(pattern=r"^[0-9]{8}$")]
    keep: bool = False


class JobResult(Body):
    state: Literal["printed", "not_sent", "unknown"]
    detail: Text(300) | None = None  # type: ignore[valid-type]
    at: AwareDatetime | None = None


class DeviceReport(Body):
    id: Text(32)  # type: ignore[valid-type]
    state: Literal["ok", "warning", "error", "offline"]
    detail: dict[str, Any] = {}


class AgentStatus(Body):
    version: Text(40)  # type: ignore[valid-type]
    devices: Annotated[list[DeviceReport], Field(max_length=200)] = []


class Notice(Body):
    vi: Text(500) | None = None  # type: ignore[valid-type]
    en: Text(500) | None = None  # type: ignore[valid-type]


class AskLease(Body):
    service: ServiceCode
    size: Annotated[StrictInt, Field(ge=1, le=200)] | None = None
    day: Literal["today", "next"] = "today"


class ReturnLease(Body):
    unused_from: Seq


class HeldLease(Body):
    id: OpaqueId
    service: ServiceCode
    day: date
    prefix: Prefix
    digits: Annotated[StrictInt, Field(ge=1, le=6)]
    first: Seq
    last: Seq
    granted_at: AwareDatetime
    expires_at: AwareDatetime


class KioskStopped(Body):
    """Since when staff let this kiosk give no numbers, and why."""

    reason: Literal["paper", "printer", "cleaning", "repair", "other"]
    since: AwareDatetime


class StaffAct(Body):
    """Something that staff did at a kiosk with its code; told again under the same id it is written once."""

    id: OpaqueId
    at: AwareDatetime
    action: Literal["opened", "refused", "stopped", "released", "settings", "test_print", "reloaded"]
    detail: Annotated[dict[Text(40), StrictInt | bool | Text(80)], Field(max_length=8)] = {}  # type: ignore[valid-type]


class KioskReport(Body):
    version: Text(40)  # type: ignore[valid-type]
    offline_since: AwareDatetime | None = None
    undelivered: Annotated[StrictInt, Field(ge=0)] = 0
    refused: Annotated[StrictInt, Field(ge=0)] = 0
    last_outage: dict[str, Any] | None = None
    stopped: KioskStopped | None = None
    staff: Annotated[list[StaffAct], Field(max_length=50)] = []
    leases: Annotated[list[HeldLease], Field(max_length=400)] = []


class PushKeys(Body):
    p256dh: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{80,100}=*$", max_length=100)]
    auth: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,36}=*$", max_length=40)]


class PushWish(Body):
    """What `PushManager.subscribe` gives, and the language to be told in."""

    endpoint: Annotated[str, BeforeValidator(_printable), Field(max_length=1000)]
    keys: PushKeys
    language: Language = "vi"


class PushEnd(Body):
    endpoint: Annotated[str, BeforeValidator(_printable), Field(max_length=1000)]


class HeardCall(Body):
    ticket_id: OpaqueId
    call_count: Annotated[StrictInt, Field(ge=1, le=999)]


class BoardReport(Body):
    """`sound`: what this board's loudspeaker does; `none` where its layout does not speak."""

    version: Annotated[StrictInt, Field(ge=0, le=2**53)]
    sound: Literal["on", "muted", "blocked", "failing", "none"]
    visible: bool
    layout: Annotated[str, BeforeValidator(_printable), Field(max_length=40)] = ""
    heard: Annotated[list[HeardCall], Field(max_length=100)] = []


class BoardReported(BaseModel):
    every_s: int


class Paper(Body):
    job: OpaqueId
    state: Literal["printed", "not_sent", "unknown"]
    detail: Text(300) | None = None  # type: ignore[valid-type]


class PaperOf(Paper):
    key: TouchKey


class Papers(Body):
    papers: Annotated[list[PaperOf], Field(max_length=200)]


class Delivery(Body):
    key: TouchKey
    lease: OpaqueId | None = None
    service: ServiceCode
    day: date
    prefix: Prefix
    seq: Seq
    number: Annotated[str, Field(pattern=r"^[A-Za-z]{0,2}[0-9]{1,6}$")]
    issued_at: AwareDatetime
    track_token: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,32}$")]
    priority: Priority | None = None
    language: Language = "vi"
    paper: Paper | None = None
    card: Mark | None = None
    booking: Mark | None = None
    procedure: ProcedureCode | None = None


class Deliveries(Body):
    items: Annotated[list[Delivery], Field(max_length=200)] = []
    void: Annotated[list[TouchKey], Field(max_length=200)] = []


class OfficePut(Body):
    """Either `office` (the description as JSON) or `file` (the same as YAML). `dry_run`: only say what would change."""

    dry_run: bool = False

    config_version: StrictInt | None = None
    office: dict[str, Any] | None = None
    file: Annotated[str, Field(max_length=1024 * 1024)] | None = None


class TryPolicy(Body):
    policy: PolicyPart
    day: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))] | None = None


Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))]
OfficeCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]


class OfficeBelow(Body):
    code: OfficeCode
    name: Annotated[str, BeforeValidator(_printable), Field(min_length=1, max_length=200)]
    valid_from: Day | None = None


class OfficePlace(Body):
    parent: OfficeCode | None
    since: Day | None = None


class OfficeDates(Body):
    valid_from: Day | None
    valid_to: Day | None


class OfficeMerge(Body):
    into: OfficeCode
    on: Day


class StaffPut(Body):
    name: Text(200)  # type: ignore[valid-type]
    roles: list[Role]
    password: Text(200) | None = None  # type: ignore[valid-type]
    active: bool = True


class DevicePut(Body):
    kind: Literal["agent", "kiosk", "panel", "keypad", "board", "printer", "led", "scanner", "speaker"]
    name: Annotated[str, BeforeValidator(_printable), Field(min_length=1, max_length=80)]
    counter: CounterNumber | None = None
    agent: Text(32) | None = None  # type: ignore[valid-type]
    printer: Text(32) | None = None  # type: ignore[valid-type]
    settings: dict[str, Any] = {}


class StaffCode(Body):
    """6–12 digits; null takes the code away."""

    code: Text(40) | None  # type: ignore[valid-type]


class SignagePut(Body):
    edition: Text(40)  # type: ignore[valid-type]
    lists: Annotated[list[Playlist], Field(max_length=30)]


class PasswordChange(Body):
    current: Text(200)  # type: ignore[valid-type]
    new: Text(200)  # type: ignore[valid-type]


class SecondFactorCode(Body):
    code: Annotated[str, Field(pattern=r"^[0-9a-z-]{6,12}$")]


# --- what goes out ----------------------------------------------------------------------------------------------------


class Problem(BaseModel):
    type: str
    title: str
    status: int
    code: str
    detail: str


class Wait(BaseModel):
    low: int
    high: int


class PrintView(BaseModel):
    state: PrintState
    job: dict[str, Any] | None = None


class TicketView(BaseModel):
    id: str
    number: str
    service: str
    service_name: str
    state: TicketState
    priority: Priority | None
    language: str
    issued_at: datetime
    called_at: datetime | None
    counter: int | None
    call_count: int


class TicketTold(TicketView):
    people_ahead: int
    expected_wait_s: Wait | None
    counters: list[int]
    track_url: str
    print: PrintView
    procedure: str | None = None
    papers: list[dict[str, str]] = []


class ReasonView(BaseModel):
    rule: str
    passed_over: list[str]


class TicketCalled(TicketView):
    reason: ReasonView | None


class CounterView(BaseModel):
    number: int
    name: str
    state: CounterState
    ticket: str | None
    services: list[str]


class RatingView(BaseModel):
    session: str
    counter: int
    level: Level
    reasons: list[Dissatisfaction]
    pressed_at: datetime


class BoardView(BaseModel):
    version: int
    calls: list[dict[str, Any]]
    counters: list[CounterView]
    waiting: list[dict[str, Any]]
    hours: dict[str, Any]


class OfficeView(BaseModel):
    code: str
    name: str
    services: list[dict[str, Any]]
    counters: list[dict[str, Any]]
    hours: dict[str, Any]
    texts: dict[str, Any]


class CatalogueView(BaseModel):
    config_version: int
    services: list[dict[str, Any]]


class LeaseView(BaseModel):
    id: str
    service: str
    day: date
    prefix: str
    digits: int
    first: int
    last: int
    granted_at: datetime
    expires_at: datetime
    returned_from: int | None


class Delivered(BaseModel):
    items: list[dict[str, Any]]


class KioskAnswer(BaseModel):
    at: datetime
    card_keys: list[dict[str, str]]
    day: date
    restores: int
    staff_code: str | None
    recovered: list[str]
    dropped: list[str]


class SeriesLog(BaseModel):
    day: date
    series: list[dict[str, Any]]


class SessionView(BaseModel):
    csrf_token: str
    user: dict[str, Any]


class Anything(BaseModel):
    model_config = ConfigDict(extra="allow")
