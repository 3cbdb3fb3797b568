"""Print jobs: what a ticket's paper says, which printer gets it, and what became of it.

The paper's words are composed here in the ticket's own language; how they look is the printer's business.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from server.domain.errors import N_ as _
from server.domain.errors import Conflict, NotFound
from server.domain.hall import Hall
from server.domain.happenings import Told
from server.domain.office import DeviceInfo, named
from server.domain.ticket import Ticket
from server.domain.words import PrintState, Priority
from server.services import bring, ids
from server.services.access import Actor, require
from server.services.ports import Json, Transaction, UnitOfWork
from server.services.texts import text

log = structlog.get_logger(__name__)
PRIORITY_NAMES = {
    Priority.ELDERLY: _("Người cao tuổi"),
    Priority.DISABLED: _("Người khuyết tật"),
    Priority.PREGNANT: _("Phụ nữ mang thai"),
    Priority.WITH_INFANT: _("Có con nhỏ"),
    Priority.MERITORIOUS: _("Người có công"),
}
FINAL = frozenset({PrintState.PRINTED, PrintState.NOT_SENT, PrintState.UNKNOWN})
TO_LOOK_AFTER = frozenset({PrintState.NOT_SENT, PrintState.UNKNOWN})


PAPER_LOST = timedelta(seconds=30)
"""How old a paper may become at an agent that is away. Then its state is told as it is, and staff look after it."""


class NoPrinter(Conflict):
    code, text = "no_printer", _("Chưa có máy in nào được ghép với nơi này.")


def printer_for(hall: Hall, actor: Actor) -> DeviceInfo | None:
    """The printer beside the kiosk that asked; else the office's first one."""
    devices = hall.config.devices
    kiosk = devices.get(actor.id)
    if kiosk is not None and kiosk.printer:
        return devices.get(kiosk.printer)
    return next((d for d in devices.values() if d.kind == "printer"), None)


def queue(tx: Transaction, printer: DeviceInfo, ticket: Ticket, told: Json, copy: int = 1) -> Json:
    """Write a print job down with its ticket; the agent is told after the commit."""
    job = _job(tx.hall, printer, ticket, told, copy) | {"state": PrintState.QUEUED, "created_at": tx.now}
    tx.add("print_job", job)
    tx.hand_over(printer.agent or printer.id, job_view(job))
    return job


def lend(hall: Hall, printer: DeviceInfo, ticket: Ticket, told: Json) -> Json:
    """A job for a caller that prints by itself, such as a kiosk's runtime: one touch is one paper, whoever gave the
    number. It is written down when the caller reports what became of it (`report`)."""
    return job_view(_job(hall, printer, ticket, told, 1))


def report(tx: Transaction, kiosk: Actor, ticket: Ticket, told: Json, paper: Json) -> None:
    """What became of a paper that a kiosk printed by itself: {job, state, detail?}. The first final answer stands."""
    printer = printer_for(tx.hall, kiosk)
    known = next(iter(tx.rows("print_job", ticket_id=ticket.id, copy=1)), None)
    if printer is None or (known is not None and known["state"] in FINAL):
        return
    if known is None:
        known = _job(tx.hall, printer, ticket, told, 1) | {"id": paper["job"]}
        tx.add("print_job", known | {"state": PrintState.QUEUED, "created_at": tx.now})
    settle(tx, known, PrintState(paper["state"]), paper.get("detail"))


def settle(tx: Transaction, job: Json, state: PrintState, detail: str | None) -> None:
    """What became of a paper, for the kiosk that waits for it and for staff who may have to look after it."""
    tx.change("print_job", {"id": job["id"]}, {"state": state, "detail": detail, "done_at": tx.now})
    message = {"ticket_id": job["ticket_id"], "state": state, "detail": detail, "copy": job["copy"]}
    tx.tell("print", message)
    if state is not PrintState.PRINTED or job["copy"] > 1 or job.get("state") == PrintState.UNKNOWN:
        _tell_staff(tx, job, state, detail)


def _tell_staff(tx: Transaction, job: Json, state: PrintState, detail: str | None) -> None:
    """A paper that came out as it should is not worth an event; one that did not is, and so is what mends it."""
    paper = _paper_view(job | {"state": state, "detail": detail}, tx.now)
    public = {name: paper[name] for name in ("ticket_id", "number", "copy", "state")}
    tx.record(tx.hall.happen(Told, "paper.status", tx.now, data={"paper": public}, staff={"paper": paper}))


def papers(uow: UnitOfWork, hall: Hall) -> list[Json]:
    """Papers of people in the hall that staff may have to look after: of each ticket its newest copy counts."""
    newest: dict[str, Json] = {}
    for job in uow.rows("print_job", ticket_id=list(hall.tickets)):
        if job["copy"] > newest.get(job["ticket_id"], {"copy": 0})["copy"]:
            newest[job["ticket_id"]] = job
    return [_paper_view(job, job["done_at"] or job["created_at"]) for job in newest.values() if _needs_a_look(job)]


def _needs_a_look(job: Json) -> bool:
    return job["state"] in TO_LOOK_AFTER or (job["copy"] > 1 and job["state"] == PrintState.QUEUED)


def _paper_view(job: Json, at: datetime) -> Json:
    view = {name: job[name] for name in ("ticket_id", "copy", "state", "detail")}
    return view | {"number": job["content"]["number"], "at": at.isoformat(timespec="seconds")}


def withdraw(tx: Transaction, ticket_id: str, why: str) -> None:
    """Keep papers from being printed that nobody is waiting for."""
    for job in tx.rows("print_job", ticket_id=ticket_id, state=PrintState.QUEUED):
        tx.change("print_job", {"id": job["id"]}, {"state": PrintState.NOT_SENT, "detail": why, "done_at": tx.now})


def _job(hall: Hall, printer: DeviceInfo, ticket: Ticket, told: Json, copy: int) -> Json:
    return {
        "id": ids.new_id(),
        "device_id": printer.id,
        "ticket_id": ticket.id,
        "copy": copy,
        "content": content(hall, ticket, told, reprint=copy > 1),
    }


def job_view(job: Json) -> Json:
    """A job as the agent gets it."""
    return {
        "id": job["id"],
        "device": job["device_id"],
        "kind": "ticket",
        "ticket_id": job["ticket_id"],
        "copy": job["copy"],
        "language": job["content"]["language"],
        "content": job["content"],
    }


def outstanding(uow: UnitOfWork, agent: Actor) -> list[Json]:
    """Jobs that this agent's printers have not answered for, oldest first."""
    hall = uow.hall(agent.office or "")
    mine = [d.id for d in hall.config.devices.values() if agent.id in (d.agent, d.id)]
    jobs = uow.rows("print_job", device_id=mine, state=PrintState.QUEUED)
    return [job_view(job) for job in sorted(jobs, key=lambda j: str(j["id"]))]


def result(uow: UnitOfWork, agent: Actor, job_id: str, state: PrintState, detail: str | None) -> Json:
    """What became of a job, as the printer proved it. The first answer stands and a repeat changes nothing; but what
    nobody knew, since its agent was away, the agent may know when it is back."""
    office = agent.office or ""
    with uow.command(office) as tx:
        job = next(iter(tx.rows("print_job", id=job_id)), None)
        if job is None or not _owns(tx.hall, agent, job["device_id"]):
            raise NotFound()
        open_still = job["state"] not in FINAL or (job["state"] == PrintState.UNKNOWN and state != job["state"])
        if open_still:
            settle(tx, job, state, detail)
            job |= {"state": state}
    if open_still:
        log.info("paper.result", ticket=job["ticket_id"], number=job["content"]["number"], job=job_id, state=state)
    return {"id": job_id, "state": job["state"]}


def reprint(uow: UnitOfWork, actor: Actor, office: str, ticket: Ticket, told: Json) -> Json:
    """Print a ticket again: same number, marked as a reprint, in the audit log."""
    require(actor, "ticket.print", office)
    with uow.command(office) as tx:
        printer = printer_for(tx.hall, actor)
        if printer is None:
            raise NoPrinter()
        copy = 1 + len(tx.rows("print_job", ticket_id=ticket.id))
        job = queue(tx, printer, ticket, told, copy=max(copy, 2))
        _tell_staff(tx, job, PrintState.QUEUED, None)
        tx.audit(actor.label, "ticket.reprint", subject=ticket.number, address=actor.address, detail={"copy": copy})
    return {"state": PrintState.QUEUED, "copy": copy}


def print_state(uow: UnitOfWork, ticket_id: str) -> Json:
    """The newest copy's state, `none` when no printer was asked."""
    jobs = sorted(uow.rows("print_job", ticket_id=ticket_id), key=lambda j: int(j["copy"]))
    if not jobs:
        return {"state": PrintState.NONE}
    if _waits_for_nobody(uow, jobs[-1]):
        return {"state": PrintState.NOT_SENT, "detail": "no agent yet", "copy": jobs[-1]["copy"]}
    return {"state": jobs[-1]["state"], "detail": jobs[-1]["detail"], "copy": jobs[-1]["copy"]}


def _waits_for_nobody(uow: UnitOfWork, job: Json) -> bool:
    """Ordered from a printer whose agent was never there: it would be dropped when the agent first comes."""
    if job["state"] != PrintState.QUEUED or uow.now() - job["created_at"] <= PAPER_LOST:
        return False
    printer = uow.first("device", id=job["device_id"])
    agent = uow.first("device", id=printer["agent_id"] or printer["id"]) if printer else None
    return agent is None or agent["seen_at"] is None


def content(hall: Hall, ticket: Ticket, told: Json, *, reprint: bool = False) -> Json:
    """The words on the paper. Never a name or an identity number."""
    say = _Speaker(ticket.language)
    words = _kept(hall, ("office", ticket.language), lambda: _office_labels(hall, ticket.language))
    service = _kept(
        hall, (ticket.service, ticket.language), lambda: _service_labels(hall, ticket.service, ticket.language)
    )
    local = ticket.issued_at.astimezone(hall.config.zone)
    ahead, show = told["people_ahead"], hall.config.ticket.show
    return {
        "language": ticket.language,
        "office_name": words["office_name"],
        "heading": words["heading"],
        "number": ticket.number,
        "priority": words["priorities"][ticket.priority] if ticket.priority else None,
        "service": service["service"],
        "counters": service["counters"],
        "ahead": [say(_("Trước ông/bà")), say(_("%(n)s người"), n=ahead)]
        if ahead is not None and "ahead" in show
        else None,
        "wait": [say(_("Chờ")), say(_("%(range)s phút"), range=minutes(told["expected_wait_s"]))]
        if told["expected_wait_s"] and "wait" in show
        else None,
        "date": f"{local:%d/%m/%Y}",
        "time": f"{local:%H:%M}",
        "papers": _papers(ticket, told, "papers" in show) or service["papers"],
        "qr": told["track_url"] if words["qr"] else None,
        "qr_hint": words["qr_hint"],
        "hotline": words["hotline"],
        "footer": words["footer"],
        "reprint": say(_("BẢN IN LẠI")) if reprint else None,
    }


def labels(hall: Hall, language: str) -> Json:
    """The words on paper that do not depend on the ticket. A kiosk keeps them, to compose paper without the server."""
    services = {code: _service_labels(hall, code, language) for code in hall.config.services}
    return _office_labels(hall, language) | {"services": services}


def _kept(hall: Hall, key: tuple[str, str], make: Callable[[], Json]) -> Json:
    found = hall.memo.get(key)
    if found is None:
        found = hall.memo[key] = make()
    return found


def _office_labels(hall: Hall, language: str) -> Json:
    say, style = _Speaker(language), hall.config.ticket
    hotline = hall.config.hotline if "hotline" in style.show else None
    return {
        "office_name": named(hall.config.names, language),
        "heading": named(style.heading, language) if style.heading else say(_("SỐ THỨ TỰ")),
        "priorities": {str(p): say(_("Ưu tiên · %(group)s"), group=say(name)) for p, name in PRIORITY_NAMES.items()},
        "qr": "qr" in style.show,
        "qr_hint": named(style.qr_hint, language)
        if style.qr_hint
        else say(_("Quét để xem còn bao nhiêu người và nhận báo gọi trên điện thoại")),
        "hotline": [say(_("Đường dây nóng")), hotline] if hotline else None,
        "footer": named(style.footer, language) if style.footer else say(_("Vé hết hiệu lực cuối ngày")),
    }


def _service_labels(hall: Hall, code: str, language: str) -> Json:
    say, service, show = _Speaker(language), hall.config.services[code], hall.config.ticket.show
    counters = [_counter_word(hall, number, language) for number in hall.config.counters_for(code)]
    at = counters and "counters" in show
    return {
        "service": named(service.names, language),
        "counters": say(_("Quầy %(counters)s"), counters=", ".join(counters)) if at else None,
        "papers": bring.on_paper(service.papers, language) if "papers" in show else None,
    }


def _papers(ticket: Ticket, told: Json, shown: bool) -> str | None:
    """What the chosen procedure needs; a ticket that was sent to another service has none any more."""
    return bring.on_paper(told.get("papers", ()), ticket.language) if ticket.procedure and shown else None


def minutes(wait: Json) -> str:
    """A range in whole minutes, "20–35", or one figure when both ends agree."""
    low, high = wait["low"] // 60, wait["high"] // 60
    return f"{low}–{high}" if low != high else str(low)


class _Speaker:
    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, msgid: str, **values: Any) -> str:
        return text(self.language, msgid, values or None)


def _counter_word(hall: Hall, number: int, language: str) -> str:
    """The bare number where the counter has no name of its own ("Quầy 3"), else its name."""
    name = named(hall.config.counter_names(number), language)
    return str(number) if name in (f"Quầy {number}", f"Counter {number}") else name


def _owns(hall: Hall, agent: Actor, device_id: str) -> bool:
    device = hall.config.devices.get(device_id)
    return device is not None and agent.id in (device.agent, device.id)
