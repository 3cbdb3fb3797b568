"""Taking in older ratings and daily counts: read, shown, and then all of it or nothing."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from dataclasses import dataclass

from server.domain.calendar import local_day
from server.domain.errors import N_, Conflict, Invalid, Why
from server.domain.office import OfficeConfig
from server.domain.reports.vocabulary import plain
from server.domain.stats.facts import Cell
from server.domain.stats.past import Known, Taken, Wrong, counted_before, sums, take
from server.services import ids
from server.services.access import Actor, require
from server.services.ports import Json, Transaction, UnitOfWork
from server.services.workbooks import NotAWorkbook, UncountedFormula, sheets_of, text_of

NOTHING_TAKEN = N_("%(n)s lỗi; chưa nhập gì.")


class TakenBefore(Conflict):
    code, text = "already_imported", N_("Tệp này đã được nhập ngày %(day)s.")


class UnreadableFile(Invalid):
    code, text = "file_unreadable", N_("Không đọc được tệp %(name)s: cần CSV (UTF-8 hoặc Unicode của Excel) hoặc XLSX.")


class FileTooLarge(Invalid):
    code, text = "file_too_large", N_("Tệp lớn quá: nhiều nhất %(most)s MB. Hãy chia thành nhiều tệp.")


class SeveralSheets(Invalid):
    code, text = "several_sheets", N_("Tệp có nhiều trang tính có số liệu: %(names)s. Hãy để mỗi trang tính một tệp.")


class FormulaWithoutValue(Invalid):
    code = "formula_without_value"
    text = N_("Tệp có công thức chưa tính. Hãy mở tệp bằng Excel hoặc LibreOffice rồi lưu lại.")


@dataclass(frozen=True, slots=True)
class PastFile:
    """A file as it was given; its digest keeps it from being taken in twice."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read_rows(file: PastFile) -> list[list[str]]:
    """The fields of a CSV file or of a workbook's only sheet with any, as text. Raises Invalid for anything else."""
    try:
        if file.name.lower().endswith(".xlsx"):
            return _only_sheet(file.content)
        return _csv(text_of(file.content))
    except UncountedFormula:
        raise FormulaWithoutValue() from None
    except (UnicodeDecodeError, csv.Error, NotAWorkbook) as error:
        raise UnreadableFile(name=file.name[:80]) from error


def _only_sheet(content: bytes) -> list[list[str]]:
    """What a second sheet says would be left out unseen, so it is asked for in a file of its own."""
    sheets = [(name, rows) for name, rows in sheets_of(content) if any(any(row) for row in rows)]
    if len(sheets) > 1:
        raise SeveralSheets(names=", ".join(name for name, _ in sheets))
    return sheets[0][1] if sheets else []


def _csv(text: str) -> list[list[str]]:
    delimiter = next((mark for mark in ("\t", ";") if mark in text.partition("\n")[0]), ",")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def known_of(uow: UnitOfWork, office: str) -> Known:
    config = uow.hall(office).config
    services = {s.code: s.code for s in config.services.values()}
    services |= {plain(s.names["vi"]): s.code for s in config.services.values()}
    today = local_day(uow.now(), config.zone)
    own = frozenset(plain(name) for name in (config.code, *config.names.values()))
    return Known(services, frozenset(config.counters), _officers(uow, config.id), today, config.rating_scale, own)


def _officers(uow: UnitOfWork, office_id: str) -> dict[str, str]:
    """Whoever served there by username, and by name where nobody else bears it. Older records name those who left."""
    members = {row["staff_id"] for row in uow.rows("staff_role", office_id=office_id)}
    people = uow.rows("staff", id=list(members)) if members else []
    times = Counter(plain(p["name"]) for p in people)
    by_name = {plain(p["name"]): p["id"] if times[plain(p["name"])] == 1 else "" for p in people}
    return by_name | {p["username"]: p["id"] for p in people}


def look(uow: UnitOfWork, office: str, file: PastFile) -> Taken:
    """What the file says, without taking anything in. Raises TakenBefore for a file that is in already."""
    config = uow.hall(office).config
    taken = take(read_rows(file), known_of(uow, office))
    if not taken.wrong:
        _refuse_again(uow, config, file)
        taken.wrong += _counted_before(uow, config.id, taken)
    return taken


def _refuse_again(reader: UnitOfWork | Transaction, config: OfficeConfig, file: PastFile) -> None:
    for earlier in reader.rows("past_batch", office_id=config.id, digest=file.digest):
        raise TakenBefore(day=f"{earlier['at'].astimezone(config.zone):%d/%m/%Y}")


def _counted_before(reader: UnitOfWork | Transaction, office_id: str, taken: Taken) -> list[Wrong]:
    days = sorted({line.day for line in taken.lines})
    if not days:
        return []
    past = reader.rows("past_figure", office_id=office_id, day=days)
    there = {(row["day"], Cell(row["service"], row["counter"], row["officer"])) for row in past}
    own = {row["day"] for row in reader.rows("series", office_id=office_id, day=days)}
    return counted_before(taken, there, own)


def take_in(uow: UnitOfWork, actor: Actor, office: str, file: PastFile) -> Json:
    """Take the file in; refused whole when anything in it is wrong, or when it was taken in before."""
    require(actor, "office.configure", office)
    taken = look(uow, office, file)
    if taken.wrong:
        raise Invalid(detail=Why(NOTHING_TAKEN, n=len(taken.wrong)))
    batch = ids.new_id()
    with uow.command(office) as tx:
        office_id = tx.hall.config.id
        _refuse_again(tx, tx.hall.config, file)
        if again := _counted_before(tx, office_id, taken):
            raise Invalid(detail=Why(NOTHING_TAKEN, n=len(again)))
        tx.add("past_batch", {"id": batch, "digest": file.digest, "filename": file.name[:200], "at": tx.now,
                              "lines": len(taken.lines), "actor": actor.label[:80]})  # fmt: skip
        for line in taken.lines:
            place = {"service": line.cell.service, "counter": line.cell.counter, "officer": line.cell.officer}
            tx.add(
                "past_figure", {"batch_id": batch, "line": line.line, "day": line.day, "figures": line.figures} | place
            )
        tx.audit(actor.label, "stats.import", subject=file.name[:80], address=actor.address,
                 detail={"batch": batch, "lines": len(taken.lines), "sums": sums(taken.lines)})  # fmt: skip
    return {"batch": batch, "lines": len(taken.lines), "sums": sums(taken.lines)}
