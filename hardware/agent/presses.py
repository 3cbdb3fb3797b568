"""From a driver's press to the disk: repeats and bounces fall away here, chattering buttons are cut off."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from hardware.agent.outbox import Outbox
from hardware.drivers.base import Device, Press, State
from hardware.drivers.debounce import Debounce, Verdict
from hardware.texts import _

log = logging.getLogger(__name__)


class PressDesk:
    def __init__(
        self,
        outbox: Outbox,
        clock: Callable[[], datetime],
        report: Callable[[Device, State, str], None],
        ticket_at: Callable[[int], str | None],
        wake: Callable[[], None],
    ) -> None:
        self._outbox, self._clock, self._report, self._ticket_at, self._wake = outbox, clock, report, ticket_at, wake
        self._lock = threading.Lock()
        self._debounce: dict[str, Debounce] = defaultdict(Debounce)
        self._devices: dict[str, Device] = {}

    def take(self, press: Press) -> bool:
        """True once the press needs no repeating; False asks the device to say it again."""
        try:
            with self._lock:
                return self._take(press)
        except sqlite3.Error as error:
            log.error("outbox: %s", error)
            self._report(press.device, "error", _("Không ghi được lượt bấm xuống đĩa: %(why)s", why=error))
            return False

    def _take(self, press: Press) -> bool:
        if press.origin is not None and self._outbox.is_repeat(press.origin):
            return True
        self._devices[press.device.id] = press.device
        verdict = self._debounce[press.device.id].press(press.value or press.action, press.at)
        if verdict is Verdict.TAKE:
            ticket = self._ticket_at(press.device.counter) if press.device.counter is not None else None
            self._outbox.put(press, ticket)
            self._wake()
            return True
        self._outbox.drop(press.origin)
        if verdict is Verdict.CUT_OFF:
            self._report(
                press.device,
                "warning",
                _("Một nút bị dập liên tục nên tạm ngắt; kiểm tra nút có bị kẹt hoặc ẩm không."),
            )
        return True

    def watch(self) -> None:
        """Bring devices back whose buttons have rested; called now and then."""
        with self._lock:
            rested = [name for name, debounce in self._debounce.items() if debounce.rested(self._clock())]
        for name in rested:
            self._report(self._devices[name], "ok", "")
