"""One open line to one printer: questions, answers, proof, and the cleaning after a ticket that broke off."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from . import answers
from .answers import Answer, Automatic, Finished, RealTime, Sensor
from .commands import AUTO_STATUS, ESC, GS, RESET, cut_command
from .interface import PrinterStatus
from .profiles import Profile
from .transport import LineError, Transport

ANSWER_S = 0.5
"""How long a real-time question may take: it is answered on arrival."""
LOT = 4096
FLUSH_LOT = 8192
_ASK = b"\x10\x04"
_PAPER_SENSOR = GS + b"r\x01"
A = TypeVar("A", RealTime, Sensor, Finished)


def question(profile: Profile, token: bytes) -> bytes:
    """The last command of a ticket, by which it is proven; `token` is four bytes from 0x20 to 0x7E."""
    if profile.proof == "process_id":
        return GS + b"(H\x06\x0000" + token
    return _PAPER_SENSOR if profile.proof == "gs_r" else b""


class Session:
    """Used by the printer's own thread only; `on_status` is told whatever the printer says of itself."""

    def __init__(self, line: Transport, profile: Profile, timeout_s: float, on_status: Callable[[PrinterStatus], None]):
        self._line = line
        self._profile = profile
        self._timeout_s = timeout_s
        self._on_status = on_status
        self._sorter = answers.Sorter()
        self._heard: list[Answer] = []
        self._late = False
        self._begun = False
        self.status = PrinterStatus(online=True)

    def close(self) -> None:
        self._line.close()

    def listen(self, timeout_s: float) -> list[Answer]:
        """What came within the time; states in it are told on."""
        found = self._sorter.feed(self._line.read(timeout_s))
        for answer in found:
            if isinstance(answer, Automatic):
                self._set(answers.from_automatic(answer.data))
        return found

    def check(self) -> bool:
        """Asks how the printer is; False when one that can answer did not."""
        if not self._line.can_read or not (self._profile.realtime or self._profile.asb):
            self._set(self.status)
            return True
        self._heard = []
        if self._late:
            self._settle()
        if self._profile.asb and not self._begun:
            self._line.write(AUTO_STATUS, self._timeout_s)
            self._begun = True
        if not self._profile.realtime:
            return True
        given = {}
        for kind in (1, 2, 3, 4):
            self._line.write(_ASK + bytes([kind]), self._timeout_s)
            answer = self._await(RealTime, ANSWER_S)
            if answer is None:
                self._late = True
                return False
            given[kind] = answer.bits
        self._set(answers.from_realtime(given, self.status))
        return True

    def send(self, data: bytes) -> int:
        """Writes a ticket and hears the printer meanwhile. A LineError says how many bytes of all had left."""
        sent = 0
        # A line that says nothing need not be heard in between, and a spooler makes a document of each write.
        size = LOT if self._line.can_read else len(data)
        while sent < len(data):
            lot = data[sent : sent + size]
            try:
                self._line.write(lot, self._timeout_s)
                sent += len(lot)
                # What came before the last lot left cannot answer the question at its end.
                self._heard = self.listen(0)
            except LineError as error:
                error.written += sent
                raise
        return sent

    @property
    def can_prove(self) -> bool:
        """Whether this printer on this line can ever say that it printed."""
        return self._line.can_read and self._profile.proof != "none"

    def prove(self, token: bytes, timeout_s: float) -> bool:
        """Waits for the printer's word that all before is on paper; the question was the ticket's last command."""
        if self._profile.proof == "process_id":
            return self._await(Finished, timeout_s, lambda answer: answer.token == token) is not None
        if self._profile.proof == "gs_r":
            # One byte is this proof, and a line that breaks makes such bytes: who answers must still be there.
            proven = self._await(Sensor, timeout_s) is not None and self._is_there()
            self._late = self._late or not proven
            return proven
        return False

    def _is_there(self) -> bool:
        if not self._profile.realtime:
            return True
        self._line.write(_ASK + b"\x01", self._timeout_s)
        return self._await(RealTime, ANSWER_S) is not None

    def in_turn(self) -> bool:
        """Whether the printer answers `GS r 1` now: an older answer still on its way would come before it."""
        if self._profile.proof != "gs_r" or not self._line.can_read:
            return True
        self.listen(0)
        self._line.write(_PAPER_SENSOR, self._timeout_s)
        if self._await(Sensor, ANSWER_S * 2) is None:
            self._late = True
            return False
        return True

    def clean(self, longest: int) -> None:
        """Ends a command that broke off by filling it up, forgets all settings, and cuts the broken ticket away."""
        feed = ESC + b"J" + bytes([min(255, self._profile.feed_before_cut)])
        for _ in range(-(-max(1, longest) // FLUSH_LOT)):
            self._write_all(bytes(FLUSH_LOT))
        self._write_all(RESET + feed + cut_command(self._profile))
        self._begun = False
        self._settle()

    def _write_all(self, data: bytes) -> None:
        for start in range(0, len(data), 512):
            self._line.write(data[start : start + 512], self._timeout_s)

    def _settle(self) -> None:
        """Lets late answers come and go until the line is quiet for as long as an answer may take."""
        deadline = time.monotonic() + 4 * ANSWER_S
        while time.monotonic() < deadline and self.listen(ANSWER_S):
            pass
        self._late = False

    def _await(self, kind: type[A], timeout_s: float, wanted: Callable[[A], bool] = lambda _: True) -> A | None:
        """The next answer of that kind; other kinds are heard and passed over."""
        deadline = time.monotonic() + timeout_s
        heard, self._heard = self._heard, []
        while True:
            for answer in heard:
                if isinstance(answer, kind) and wanted(answer):
                    return answer
            left = deadline - time.monotonic()
            heard = self.listen(max(0.0, min(left, 0.25)))
            if heard:
                continue
            if left <= 0:
                return None

    def _set(self, status: PrinterStatus) -> None:
        self.status = status
        self._on_status(status)
