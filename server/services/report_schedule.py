"""Reports that an office has set to be sent: written to a folder or mailed once their period is over, tried again where
that failed, and shown with what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from server.domain.calendar import local_day
from server.domain.errors import N_, MotcuaError, NotFound, ReportBeingPrepared
from server.domain.stats.period import Unit
from server.domain.stats.schedule import last_whole, next_try
from server.domain.words import Role
from server.services import audit
from server.services.access import Actor, require
from server.services.mail import Mailer, MailError
from server.services.ports import Json, UnitOfWork
from server.services.report_names import names_of
from server.services.reporting import Figures, Query, ask
from server.services.reports_out.files import File, file_of
from server.services.reports_out.fonts import FontsMissing
from server.services.texts import text

SENT, FAILED = "sent", "failed"
KEPT_PERIODS = 60

FOLDER = "reports"
"""Of the server's own data: what is written into folders lies below it."""
WHY = {
    "mail_not_set": N_("Máy chủ chưa được đặt để gửi thư (MOTCUA_SMTP_URL, MOTCUA_MAIL_FROM)."),
    FontsMissing.code: FontsMissing.text,
    ReportBeingPrepared.code: ReportBeingPrepared.text,
}


@dataclass(frozen=True, slots=True)
class Schedule:
    """One report of an office that is sent by itself."""

    name: str
    period: Unit
    by: str = "service"
    scope: str = "office"
    formats: tuple[str, ...] = ("xlsx",)
    language: str = "vi"
    folder: str | None = None
    mail: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        return ", ".join([*([f"{self.folder}/"] if self.folder else []), *self.mail])[:300]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A report of one period: what became of it, and when it is tried (again). `state` None: not tried yet."""

    schedule: Schedule
    first: date
    last: date
    state: str | None = None
    tries: int = 0
    at: datetime | None = None
    detail: str | None = None

    @property
    def again_at(self) -> datetime | None:
        return next_try(self.tries, self.at) if self.state == FAILED and self.at else None


def schedules(settings: Mapping[str, object]) -> list[Schedule]:
    """The schedules of an office's settings."""
    found = settings.get("reports", [])
    assert isinstance(found, list)
    return [
        Schedule(**{**one, "period": Unit(one["period"]), "formats": tuple(one.get("formats", ("xlsx",))),
                    "mail": tuple(one.get("mail", ()))})
        for one in found
    ]  # fmt: skip


def deliveries(uow: UnitOfWork, actor: Actor, office: str) -> list[Delivery]:
    """What was sent and what is to be sent, newest first."""
    require(actor, "series.read", office)
    row = uow.first("office", code=office)
    assert row is not None
    named = {schedule.name: schedule for schedule in schedules(row["settings"])}
    found = list(_due(uow, row, every=True))
    current = {(one.schedule.name, one.first) for one in found}
    for past in uow.rows("report_delivery", office_id=row["id"]):
        if (past["name"], past["first"]) not in current:
            schedule = named.get(past["name"]) or Schedule(past["name"], Unit.DAY, folder=past["target"])
            found.append(_from(schedule, past))
    return sorted(found, key=lambda one: (one.last, one.schedule.name), reverse=True)[:KEPT_PERIODS]


def deliver(uow: UnitOfWork, figures: Figures, office: str, root: Path, send: Mailer) -> list[Delivery]:
    """Send what is due. A failure is written down with its words and stops nothing else; the next call tries again."""
    row = uow.first("office", code=office)
    assert row is not None
    done = []
    for due in _due(uow, row):
        done.append(_tried(uow, figures, office, due, root, send))
    return done


class ScheduleNotFound(NotFound):
    code, text = "report_schedule_not_found", N_("Đơn vị không đặt báo cáo nào tên “%(name)s”.")


def send_now(
    uow: UnitOfWork, figures: Figures, actor: Actor, office: str, name: str, root: Path, send: Mailer
) -> Delivery:
    """Send one schedule's newest whole period at once, whether or not it went out before; who sets a mailbox wants to
    see that something arrives. Counted and shown like any other delivery: what fails is tried again."""
    require(actor, "office.configure", office)
    row = uow.first("office", code=office)
    assert row is not None
    due = next((one for one in _due(uow, row, every=True) if one.schedule.name == name), None)
    if due is None:
        raise ScheduleNotFound(name=name[:40])
    tried = _tried(uow, figures, office, due, root, send)
    audit.note(uow, office, actor, "stats.send", name, {"to": tried.schedule.target, "state": tried.state})
    return tried


def said(detail: str, language: str) -> str:
    """What went wrong, in words where it is a code of ours."""
    return text(language, WHY[detail]) if detail in WHY else detail


def _due(uow: UnitOfWork, office: Json, *, every: bool = False) -> Iterator[Delivery]:
    """Reports of the newest whole period that were not sent and whose next try has come; with `every` all of them."""
    zone = uow.hall(office["code"]).config.zone
    rows = {(r["name"], r["first"]): r for r in uow.rows("report_delivery", office_id=office["id"])}
    for schedule in schedules(office["settings"]):
        first, last = last_whole(schedule.period, local_day(uow.now(), zone))
        before = rows.get((schedule.name, first))
        due = _from(schedule, before) if before else Delivery(schedule, first, last)
        if every or (due.state != SENT and (due.again_at is None or due.again_at <= uow.now())):
            yield due


def _tried(uow: UnitOfWork, figures: Figures, office: str, due: Delivery, root: Path, send: Mailer) -> Delivery:
    who = Actor("schedule", name=due.schedule.name, roles={office: frozenset({Role.ADMIN})})
    detail = _try(uow, figures, office, due, root, send, who)
    state = FAILED if detail else SENT
    tried = replace(due, state=state, tries=due.tries + 1, at=uow.now(), detail=detail and detail[:300])
    _note(uow, office, tried, new=due.state is None)
    return tried


def _from(schedule: Schedule, row: Json) -> Delivery:
    return Delivery(schedule, row["first"], row["last"], row["state"], row["tries"], row["at"], row["detail"])


def _try(
    uow: UnitOfWork, figures: Figures, office: str, due: Delivery, root: Path, send: Mailer, who: Actor
) -> str | None:
    """What went wrong; None when all is where it should be."""
    schedule = due.schedule
    by = tuple(schedule.by.split(",")) if schedule.by else ()
    try:
        report = ask(uow, figures, who, Query(office, due.first, due.last, by, {}, schedule.scope == "tree"))
        names = names_of(uow, report, schedule.language)
        files = [file_of(report, names, form) for form in schedule.formats]
        if schedule.folder:
            write(root / schedule.folder, files)
        if schedule.mail:
            send(schedule.mail, files)
    except (MailError, OSError) as error:
        return str(error) or type(error).__name__
    except MotcuaError as error:
        return error.code
    return None


def write(folder: Path, files: Sequence[File]) -> list[Path]:
    """Each file is whole or not there: whoever watches the folder never reads half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        part = folder / f".{file.name}.part"
        part.write_bytes(file.content)
        part.replace(folder / file.name)
    return [folder / file.name for file in files]


def _note(uow: UnitOfWork, office: str, tried: Delivery, *, new: bool) -> None:
    values = {"last": tried.last, "target": tried.schedule.target, "state": tried.state, "tries": tried.tries,
              "at": tried.at, "detail": tried.detail}  # fmt: skip
    with uow.command(office) as tx:
        key = {"office_id": tx.hall.config.id, "name": tried.schedule.name, "first": tried.first}
        if new:
            tx.add("report_delivery", key | values)
        else:
            tx.change("report_delivery", key, values)
