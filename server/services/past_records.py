"""Taking in older ratings and daily counts: read, shown, and then all of it or nothing."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass

from server.domain.calendar import local_day
from server.domain.errors import N_, Conflict, Invalid
from server.domain.reports.vocabulary import plain
from server.domain.stats.past import Known, Taken, sums, take
from server.services import ids
from server.services.access import Actor, require
from server.services.ports import Json, UnitOfWork
from server.services.workbooks import NotAWorkbook, sheets_of


class TakenBefore(Conflict):
    code, text = "already_imported", N_("Tệp này đã được nhập ngày %(day)s.")


@dataclass(frozen=True, slots=True)
class PastFile:
    """A file as it was given; its digest keeps it from being taken in twice."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read_rows(file: PastFile) -> list[list[str]]:
    """The fields of a CSV file or of a workbook's first sheet, as text. Raises Invalid for anything else."""
    try:
        if file.name.lower().endswith(".xlsx"):
            return sheets_of(file.content)[0][1]
        return _csv(file.content.decode("utf-8-sig"))
    except (UnicodeDecodeError, csv.Error, NotAWorkbook) as error:
        raise Invalid(detail=f"{file.name}: CSV (UTF-8), XLSX") from error


def _csv(text: str) -> list[list[str]]:
    delimiter = next((mark for mark in ("\t", ";") if mark in text.partition("\n")[0]), ",")
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


def known_of(uow: UnitOfWork, office: str) -> Known:
    config = uow.hall(office).config
    services = {s.code: s.code for s in config.services.values()}
    services |= {plain(s.names["vi"]): s.code for s in config.services.values()}
    people = uow.rows("staff", id=list(config.officers)) if config.officers else []
    officers = {p["username"]: p["id"] for p in people} | {plain(p["name"]): p["id"] for p in people}
    today = local_day(uow.now(), config.zone)
    return Known(services, frozenset(config.counters), officers, today, config.rating_scale)


def look(uow: UnitOfWork, office: str, file: PastFile) -> Taken:
    """What the file says, without taking anything in."""
    return take(read_rows(file), known_of(uow, office))


def take_in(uow: UnitOfWork, actor: Actor, office: str, file: PastFile) -> Json:
    """Take the file in; refused whole when anything in it is wrong, or when it was taken in before."""
    require(actor, "office.configure", office)
    taken = look(uow, office, file)
    if taken.wrong:
        raise Invalid(detail=f"{len(taken.wrong)}")
    batch = ids.new_id()
    with uow.command(office) as tx:
        office_id = tx.hall.config.id
        for earlier in tx.rows("past_batch", office_id=office_id, digest=file.digest):
            raise TakenBefore(day=f"{earlier['at'].astimezone(tx.hall.config.zone):%d/%m/%Y}")
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
