"""What is under the scanner: an identity card becomes its mark of the day, a booking's code its hash.

The number of a card is in the memory of one request here. Its mark is a keyed hash under the office's key of the day,
which the server sends ahead; a kiosk that was never sent one makes its own, and then knows its own citizens only.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import requests

Json = dict[str, Any]


class DayKeys:
    """One small file a day, thrown away when the day is over; never in the kiosk's store."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "card-keys"

    def put(self, keys: Iterable[Json]) -> None:
        for each in keys:
            if self._read(each["day"]) != each["key"]:
                self._write(each["day"], each["key"])

    def of(self, day: str) -> bytes:
        found = self._read(day)
        if found is None:
            found = secrets.token_hex(32)
            self._write(day, found)
        return bytes.fromhex(found)

    def forget(self, before: str) -> None:
        for path in self._folder.glob("*-*-*"):
            if path.name < before:
                path.unlink(missing_ok=True)

    def _read(self, day: str) -> str | None:
        try:
            return (self._folder / day).read_text()
        except FileNotFoundError:
            return None

    def _write(self, day: str, key: str) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._folder / ".new"
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(key)
        new.replace(self._folder / day)


def mark_of(key: bytes, number: str) -> str:
    """As the server makes it: the same card has the same mark at every kiosk of the office that day."""
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()


def code_hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


class Scanner(Protocol):
    def take(self, wait_s: float) -> Json | None: ...


class DoorScanner:
    """The agent's local door hands each scan to one reader, once, as it was parsed there."""

    def __init__(self, url: str, token: str, device: str) -> None:
        self._url = f"{url.rstrip('/')}/v1/devices/{device}/scan"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"

    def take(self, wait_s: float) -> Json | None:
        """{kind, …}, None when nothing came. What goes wrong between is nothing that a citizen could mend."""
        try:
            answer = self._session.get(self._url, params={"wait": wait_s}, timeout=wait_s + 2)
            return dict(answer.json()) if answer.status_code == 200 else None
        except (requests.RequestException, ValueError):
            return None


class Unfit(Exception):
    """A booking that is not checked in now: `code` and the values of its text."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def check_in(held: Iterable[Json], booking: str, now: datetime, policy: Json, used: str | None) -> Json:
    """A booking of the list that the server gave last; the same rules as there (`server.domain.bookings`)."""
    found = next((each for each in held if each["booking"] == booking), None)
    if found is None:
        raise Unfit("booking_not_found")
    if used or found["number"]:
        raise Unfit("booking_used", number=used or found["number"])
    slot = datetime.fromisoformat(found["slot"])
    opens = slot - timedelta(minutes=policy["early_min"])
    again = opens.isoformat() if now < opens else None
    if found["day"] != now.astimezone(slot.tzinfo).date().isoformat():
        raise Unfit("booking_other_day", slot=f"{slot:%H:%M %d/%m/%Y}", opens_at=again)
    if now < opens:
        raise Unfit("booking_too_early", slot=f"{slot:%H:%M}", opens=f"{opens:%H:%M}", opens_at=again)
    if now > slot + timedelta(minutes=policy["late_min"]):
        raise Unfit("booking_too_late", slot=f"{slot:%H:%M}")
    return {"kind": "booking", "booking": booking, "service": found["service"], "slot": found["slot"]}
