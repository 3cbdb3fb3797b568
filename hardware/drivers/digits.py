"""Digits typed before an action key, on any keypad: ``2 TRANSFER`` transfers to the second field."""

from __future__ import annotations

from datetime import datetime, timedelta

FORGET_AFTER = timedelta(seconds=10)
MAX_DIGITS = 4


class DigitEntry:
    def __init__(self) -> None:
        self._digits = ""
        self._last: datetime | None = None

    def key(self, key: str, at: datetime) -> tuple[str, str | None] | None:
        """The action and its number when this key completes one."""
        if self._last is not None and at - self._last > FORGET_AFTER:
            self._digits = ""
        self._last = at
        if len(key) == 1 and key.isdigit():
            self._digits = (self._digits + key)[-MAX_DIGITS:]
            return None
        number, self._digits = self._digits or None, ""
        return None if key == "clear" else (key, number)
