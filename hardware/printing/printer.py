"""A printer and the one thread that owns it: jobs in, results and states out, nothing else touches the line."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import structlog

from . import profiles
from .content import TicketContent
from .encode import Ticket, encode
from .interface import Clock, Job, JobState, OnResult, OnStatus, PrinterStatus, PrintingError
from .session import Session, question
from .settings import PrinterSettings
from .spool import Result, Spool, Waiting
from .transport import LineError, open_transport

log = structlog.get_logger()
IDLE_S = 0.05
"""How long the owner listens to the printer before it looks for a job again."""
TELL_S = 10.0
"""How often a result is told until it is acknowledged."""


def open_printer(
    settings: PrinterSettings, spool_dir: Path, on_status: OnStatus, on_result: OnResult, clock: Clock
) -> OwnedPrinter:
    """Starts the owner of a printer. `spool_dir` is this printer's own and outlives restarts.

    Raises SettingsError for a profile or way that cannot be; a printer that is away is a state, not an error.
    """
    profile = profiles.load(settings.profile)
    encode(TicketContent(number="A001"), profile, settings.way)
    return OwnedPrinter(settings, profile, Spool(spool_dir / "jobs.sqlite", clock), on_status, on_result, clock)


class OwnedPrinter:
    """See `interface.Printer` for its promises."""

    def __init__(
        self, settings: PrinterSettings, profile: profiles.Profile, spool: Spool,
        on_status: OnStatus, on_result: OnResult, clock: Clock,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._profile = profile
        self._spool = spool
        self._on_status = on_status
        self._on_result = on_result
        self._clock = clock
        self._status = PrinterStatus(message="not asked yet")
        self._session: Session | None = None
        self._next_check = 0.0
        self._next_tell = 0.0
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"printer {settings.transport}", daemon=True)
        self._thread.start()

    # --- from any thread ------------------------------------------------------------------------------------------

    @property
    def status(self) -> PrinterStatus:
        return self._status

    def submit(self, job: Job) -> None:
        if not self._spool.accept(job):
            self._spool.tell_again(str(job["id"]))
            self._next_tell = 0.0
        self._wake.set()

    def acknowledge(self, job_id: str) -> None:
        self._spool.acknowledge(job_id)

    def close(self) -> None:
        self._stop.set()
        self._wake.set()
        self._thread.join()
        self._spool.close()

    # --- the owner ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._turn()
            except Exception:
                log.exception("printer_owner_failed", transport=self._settings.transport)
                self._hang_up("internal error")
                self._stop.wait(1)
        self._hang_up("stopped")

    def _turn(self) -> None:
        self._tell()
        job = self._spool.next()
        if job is not None:
            self._finish(job, *self._print(job))
        elif self._session is None and time.monotonic() < self._next_check:
            self._wake.wait(IDLE_S)
            self._wake.clear()
        else:
            self._idle()

    def _idle(self) -> None:
        try:
            if time.monotonic() >= self._next_check:
                self._next_check = time.monotonic() + self._settings.check_s
                self._ready()
            elif self._session is not None:
                self._session.listen(IDLE_S)
        except LineError as error:
            self._hang_up(str(error))

    def _print(self, job: Waiting) -> tuple[JobState, str, bool]:
        """The job's result, its detail, and whether it left the line clean; what was unclean before stays so."""
        if self._clock() - job.accepted_at > timedelta(seconds=self._settings.max_age_s):
            return JobState.NOT_SENT, "waited too long", False
        try:
            ticket = encode(TicketContent.from_job(job.body.get("content") or {}), self._profile, self._settings.way)
        except PrintingError as error:
            return JobState.NOT_SENT, str(error), False
        session, why = self._await_ready()
        if session is None:
            return JobState.NOT_SENT, why, False
        self._spool.sending(job.id, ticket.longest)
        return self._send(session, ticket, token(job.place))

    def _send(self, session: Session, ticket: Ticket, mark: bytes) -> tuple[JobState, str, bool]:
        try:
            session.send(ticket.data + question(self._profile, mark))
        except LineError as error:
            why = blocked(self._status) or str(error)
            self._hang_up(why)
            return (JobState.UNKNOWN, why, False) if error.written else (JobState.NOT_SENT, why, True)
        if not session.can_prove:
            return JobState.UNKNOWN, "this printer cannot prove that it printed", True
        try:
            if session.prove(mark, self._settings.proof_timeout_s):
                return JobState.PRINTED, "", True
            why = blocked(self._status) or f"no proof within {self._settings.proof_timeout_s:g} s"
        except LineError as error:
            why = str(error)
        self._hang_up(why)
        return JobState.UNKNOWN, why, False

    def _finish(self, job: Waiting, state: JobState, detail: str, line_is_clean: bool) -> None:
        self._tell_one(self._spool.finish(job.id, state, detail, line_is_clean))
        log.info("print_job_ended", job=job.id, state=state.value, detail=detail)

    # --- the line -------------------------------------------------------------------------------------------------

    def _await_ready(self) -> tuple[Session | None, str]:
        """A printer that will take a ticket now, or why there is none within the time."""
        deadline = time.monotonic() + self._settings.ready_timeout_s
        while True:
            try:
                session = self._ready()
                why = blocked(self._status)
                if session is not None and not why:
                    return session, ""
            except LineError as error:
                why = str(error)
                self._hang_up(why)
            if time.monotonic() >= deadline or self._stop.is_set():
                return None, why or "offline"
            time.sleep(0.1)

    def _ready(self) -> Session | None:
        """Opens the line where it is not, asks the printer how it is, and cleans up after a ticket that broke off."""
        session = self._session or self._open()
        if not session.check():
            self._hang_up("the printer does not answer")
            return None
        if not self._status.can_print:
            return None
        unfinished = self._spool.unfinished
        if unfinished:
            session.clean(unfinished)
            if not session.check() or not self._status.can_print:
                return None
            self._spool.cleaned()
        if not session.in_turn():
            self._hang_up("the printer does not answer in turn")
            return None
        return session

    def _open(self) -> Session:
        line = open_transport(self._settings.transport, self._settings.write_timeout_s)
        self._session = Session(line, self._profile, self._settings.write_timeout_s, self._heard)
        return self._session

    def _hang_up(self, why: str) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None
        self._heard(replace(self._status, online=False, message=why))

    # --- what the agent hears -------------------------------------------------------------------------------------

    def _heard(self, status: PrinterStatus) -> None:
        if status != self._status:
            self._status = status
            try:
                self._on_status(status)
            except Exception:
                log.exception("status_not_taken")

    def _tell(self) -> None:
        if time.monotonic() >= self._next_tell:
            self._next_tell = time.monotonic() + TELL_S
            for result in self._spool.untold():
                self._tell_one(result)

    def _tell_one(self, result: Result) -> None:
        try:
            self._on_result(result.job_id, result.state, result.detail)
        except Exception:
            log.exception("result_not_taken", job=result.job_id)


def blocked(status: PrinterStatus) -> str:
    """Why a ticket cannot be printed now; empty when it can."""
    if status.paper == "out":
        return "paper out"
    if status.cover == "open":
        return "cover open"
    if status.cutter == "error":
        return "cutter error"
    return "" if status.online else status.message or "offline"


def token(place: int) -> bytes:
    """Four bytes from 0x21 to 0x7E that no other job of the last 78 million has."""
    digits = []
    for _ in range(4):
        place, digit = divmod(place, 94)
        digits.append(0x21 + digit)
    return bytes(digits)
