"""The simulated printer as a machine: a buffer, sensors, a cover and a knife, and a knob for every way it can fail."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .decoder import Decoder, Status
from .paper import Paper, Strip

_ASK = b"\x10\x04"


@dataclass
class Knobs:
    """Failures, changed while it runs. Counts are of bytes received from now on."""

    paper: str = "ok"
    cover: str = "closed"
    cutter: str = "ok"
    cutter_breaks: bool = False
    """The knife sticks at the next cut."""
    paper_out_after_rows: int | None = None
    stalled: bool = False
    """Takes no byte and says nothing."""
    stall_after: int | None = None
    vanish_after: int | None = None
    """The line drops at that byte; what had arrived is still printed."""
    garble_answers: bool = False
    """Every answer is preceded by noise."""
    mute: bool = False
    """Prints, but answers nothing."""
    delay_s: float = 0.0
    """Answers come that much later."""
    baud: int = 0
    """Speed of the line in bits a second, ten to a byte; 0 is as fast as it goes."""


class LineGone(Exception):
    """The simulated line was cut."""


class VirtualPrinter(Status):
    """Thread-safe; lines (TCP, PTY, in process) call `receive` and `take_answers`."""

    buffer_size = 4096

    def __init__(self, width: int = 576, on_strip: Callable[[Strip], None] | None = None) -> None:
        self.width = width
        self.knobs = Knobs()
        self.received = 0
        self._lock = threading.RLock()
        self._on_strip = on_strip
        self._answers: list[tuple[float, bytes]] = []
        self._tail = b""
        self.paper = Paper(width)
        self._rows_left: int | None = None
        self._planned: tuple[str, dict[str, object]] | None = None
        self._working = False
        self._switch_on()

    def _switch_on(self) -> None:
        self._queue = bytearray()
        self.decoder = Decoder(self.paper, self._answer, self)

    # --- the hand of a person or a test -------------------------------------------------------------------------

    def turn(self, **knobs: object) -> None:
        """Turns knobs; sensors that change are told when automatic status is on, and work goes on by itself."""
        with self._lock:
            before = self.automatic()
            for name, value in knobs.items():
                if not hasattr(self.knobs, name):
                    raise ValueError(f"no knob is called {name}")
                setattr(self.knobs, name, value)
            if "paper_out_after_rows" in knobs and self.knobs.paper_out_after_rows is not None:
                self._rows_left = self.paper.rows_moved + self.knobs.paper_out_after_rows
            self._tell_if_changed(before)
            self._work()

    def plan(self, moment: str, **knobs: object) -> None:
        """Turns knobs the next time that moment is reached: inside a "picture" or "code", "cut" or "proof"."""
        with self._lock:
            self._planned = (moment, knobs)

    def power_cycle(self) -> None:
        """Off and on: the buffer, the glyphs and half-read commands are gone, the paper stays as it is."""
        with self._lock:
            self._switch_on()

    def say(self, data: bytes) -> None:
        """Bytes that nobody asked for."""
        with self._lock:
            self._answers.append((0.0, data))

    @property
    def strips(self) -> list[Strip]:
        """All pieces of paper so far, the one still hanging last if there is ink on it."""
        with self._lock:
            hanging = [] if self.paper.is_blank else [self.paper.hanging()]
            return [*self.paper.strips, *hanging]

    # --- the line's end -----------------------------------------------------------------------------------------

    def room(self) -> int:
        """How many bytes it takes now."""
        with self._lock:
            if self.knobs.stalled:
                return 0
            limits = [self.buffer_size - len(self._queue)]
            limits += [left for left in (self.knobs.stall_after, self.knobs.vanish_after) if left is not None]
            return max(0, min(limits))

    def receive(self, data: bytes) -> None:
        """At most `room()` bytes. Raises LineGone once the byte at which the line drops was taken."""
        with self._lock:
            self.received += len(data)
            self._count(len(data))
            self._answer_realtime(data)
            self._queue += data
            self._work()
            self._drop_if_due()

    def take_answers(self) -> bytes:
        """What it says now; raises LineGone when the line drops."""
        with self._lock:
            self._drop_if_due()
            if self.knobs.stalled or self.knobs.mute:
                self._answers.clear()
            now = time.monotonic()
            due = [data for at, data in self._answers if at <= now]
            self._answers = [(at, data) for at, data in self._answers if at > now]
            return b"".join(due)

    def _drop_if_due(self) -> None:
        if self.knobs.vanish_after == 0:
            self.knobs.vanish_after = None
            self._answers.clear()
            raise LineGone

    def _count(self, size: int) -> None:
        knobs = self.knobs
        if knobs.vanish_after is not None:
            knobs.vanish_after = max(0, knobs.vanish_after - size)
        if knobs.stall_after is not None:
            knobs.stall_after = max(0, knobs.stall_after - size)
            knobs.stalled = knobs.stalled or knobs.stall_after == 0
            if knobs.stalled:
                knobs.stall_after = None

    def _answer_realtime(self, data: bytes) -> None:
        """`DLE EOT n` is answered on arrival, whatever else waits: that is what it is for."""
        seen = self._tail + data
        at = seen.find(_ASK)
        while 0 <= at < len(seen) - 2:
            self._answer_kind(seen[at + 2])
            at = seen.find(_ASK, at + 3)
        self._tail = seen[at:] if at >= 0 else seen[-1:] if seen[-1:] == b"\x10" else b""

    def _work(self) -> None:
        """Prints what is in the buffer for as long as nothing stops the machine."""
        if self._working:
            return
        self._working = True
        try:
            self._work_on()
        finally:
            self._working = False

    def _work_on(self) -> None:
        while self._queue and not self.offline and not self.knobs.stalled:
            before, strips = self.automatic(), len(self.paper.strips)
            taken = bytes(self._queue[: self.decoder.wanted])
            del self._queue[: len(taken)]
            self.decoder.push(taken)
            self._wear()
            self._tell_if_changed(before)
            if self._on_strip:
                for strip in self.paper.strips[strips:]:
                    self._on_strip(strip)

    def _wear(self) -> None:
        if self._rows_left is not None and self.paper.rows_moved >= self._rows_left:
            self._rows_left = None
            self.knobs.paper = "out"

    # --- what it says -------------------------------------------------------------------------------------------

    @property
    def offline(self) -> bool:
        return self.knobs.paper == "out" or self.knobs.cover == "open" or self.knobs.cutter == "error"

    def automatic(self) -> bytes:
        knobs = self.knobs
        first = 0x10 | (0x08 if self.offline else 0) | (0x20 if knobs.cover == "open" else 0)
        second = 0x08 if knobs.cutter == "error" else 0
        return bytes([first, second, self.paper_sensor(), 0x0F])

    def paper_sensor(self) -> int:
        return {"ok": 0, "near_end": 0x03, "out": 0x0F}[self.knobs.paper]

    def reached(self, moment: str) -> None:
        if moment == "cut" and self.knobs.cutter_breaks:
            self.knobs.cutter_breaks = False
            self.knobs.cutter = "error"
        if self._planned and self._planned[0] == moment:
            (_, knobs), self._planned = self._planned, None
            self.turn(**knobs)

    def _answer_kind(self, kind: int) -> None:
        knobs = self.knobs
        bits = {
            1: 0x08 if self.offline else 0,
            2: (0x04 if knobs.cover == "open" else 0) | (0x20 if knobs.paper == "out" else 0)
            | (0x40 if knobs.cutter == "error" else 0),
            3: 0x08 if knobs.cutter == "error" else 0,
            4: {"ok": 0, "near_end": 0x0C, "out": 0x6C}[knobs.paper],
        }  # fmt: skip
        if kind in bits:
            self._answer(bytes([0x12 | bits[kind]]))

    def _answer(self, data: bytes) -> None:
        noise = b"\xff\x80\xc3" if self.knobs.garble_answers else b""
        at = time.monotonic() + self.knobs.delay_s if self.knobs.delay_s else 0.0
        self._answers.append((at, noise + data))

    def _tell_if_changed(self, before: bytes) -> None:
        if self.decoder.auto_status and self.automatic() != before:
            self._answer(self.automatic())
