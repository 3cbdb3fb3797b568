"""Kiosks and desks of many offices, in a process of its own: `python -m bench.presses <json>` takes and calls numbers
at a steady rate, and says when each call was pressed and what was answered."""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from bench.load import Connection, request

HANDS = 8


class Hand(threading.Thread):
    """Presses for the offices that are its own, so that the calls of one office follow each other."""

    def __init__(
        self, number: int, urls: list[str], codes: list[str], rate: float, begin: float, seconds: float
    ) -> None:
        super().__init__()
        self._connections = {url: _connected(url) for url in urls}
        self._codes, self._rate = codes, rate
        self._begin, self._seconds = begin, seconds
        self._number, self._chance = number, random.Random(number)  # noqa: S311
        self.calls: list[tuple[str, float]] = []
        self.faults: list[str] = []
        self.late_s = 0.0

    def run(self) -> None:
        for n in range(int(self._rate * self._seconds)):
            due = self._begin + (n + self._number / HANDS) / self._rate
            wait = due - time.perf_counter()
            if wait > 0:
                time.sleep(wait)
            self.late_s = max(self.late_s, -wait)
            code = self._chance.choice(self._codes)
            self._post(f"/offices/{code}/tickets", f"kiosk-of-{code}", b'{"service": "A"}', 201)
            pressed = time.perf_counter()
            body = b'{"finish_current": true}'
            if self._post(f"/offices/{code}/counters/1/next", f"keypad-of-{code}", body, 200):
                self.calls.append((code, pressed))

    def _post(self, path: str, token: str, body: bytes, expected: int) -> bool:
        key = f"country-{self._number}-{time.perf_counter_ns()}"
        url = self._chance.choice(list(self._connections))
        data = request("POST", f"{url}/api/v1{path}", body, Authorization=f"Bearer {token}", Idempotency_Key=key)
        try:
            status, text = self._connections[url].ask(data)
        except OSError as error:
            self.faults.append(f"{path}: no answer ({error})")
            self._connections[url] = _connected(url)
            return False
        if status != expected:
            self.faults.append(f"{path}: {status} {text[:120]!r}")
        return status == expected


def _connected(url: str) -> Connection:
    parts = urlsplit(url)
    return Connection(parts.hostname or "", parts.port or 80)


def press(urls: list[str], codes: list[str], rate: float, seconds: float) -> dict[str, Any]:
    begin = time.perf_counter() + 0.2
    hands = [Hand(n, urls, codes[n::HANDS], rate / HANDS, begin, seconds) for n in range(HANDS)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return {
        "calls": [call for hand in hands for call in hand.calls],
        "faults": [fault for hand in hands for fault in hand.faults],
        "late_s": max(hand.late_s for hand in hands),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(press(**json.loads(sys.stdin.read()))))
