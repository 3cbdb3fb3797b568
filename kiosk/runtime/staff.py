"""Staff at the kiosk: a code opens its settings, with the server and without it.

The server keeps and sends only a hash of the code. Wrong codes are counted on the disk before they are looked at, so
that neither a reload nor pulling the plug gives another try.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kiosk.languages import LANGUAGES
from kiosk.runtime.desk import Problem, Situation
from kiosk.runtime.office import Office
from kiosk.runtime.store import Json, Store
from kiosk.runtime.texts import TEST_PAPER, words

log = structlog.get_logger(__name__)

FREE_TRIES = 3
WAITS_S = (30, 60, 120, 300, 900)
"""After the free tries each further wrong code costs so much, the last for ever: at most 100 tries a day."""

OPEN_FOR = timedelta(minutes=10)
"""How long a grant holds after its last use; the page itself leaves after one idle minute."""

REASONS = ("paper", "printer", "cleaning", "repair", "other")
TEST_NUMBER = "0000"
_hasher = PasswordHasher()

Printed = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong codes in a row, and until when no code is looked at. Pure: every input carries its time."""

    failed: int = 0
    until: datetime | None = None

    def wait_s(self, now: datetime) -> int:
        """Never longer than the longest wait: a clock that was set back must not lock staff out."""
        left = (self.until - now).total_seconds() if self.until else 0
        return max(0, min(WAITS_S[-1], -int(-left // 1)))

    def wrong(self, now: datetime) -> Tries:
        failed = self.failed + 1
        if failed < FREE_TRIES:
            return Tries(failed)
        wait = WAITS_S[min(failed - FREE_TRIES, len(WAITS_S) - 1)]
        return Tries(failed, now + timedelta(seconds=wait))

    def dump(self) -> str:
        return json.dumps([self.failed, self.until.isoformat() if self.until else None])

    @classmethod
    def load(cls, kept: str | None) -> Tries:
        failed, until = json.loads(kept) if kept else (0, None)
        return cls(failed, datetime.fromisoformat(until) if until else None)


class StaffDesk:
    """What staff may do at the kiosk. All but `open` wants the grant that `open` gave."""

    def __init__(
        self,
        store: Store,
        situation: Situation,
        office: Callable[[], Office],
        print_paper: Callable[[Json, datetime], Printed] | None,
    ) -> None:
        self._store, self._now, self._office, self._print = store, situation, office, print_paper
        self._guard = threading.Lock()
        self._grant, self._until = "", situation.clock()
        situation.stopped = json.loads(store.note("stopped") or "null")

    # --- the door -----------------------------------------------------------------------------------------------------

    def open(self, code: str) -> str:
        """A grant for the right code."""
        with self._guard:
            kept, now = self._store.note("staff_code"), self._now.clock()
            if kept is None:
                raise Problem(409, "staff_code_unset")
            tries = Tries.load(self._store.note("staff_tries"))
            if wait := tries.wait_s(now):
                raise Problem(429, "staff_code_wait", wait_s=wait)
            tries = tries.wrong(now)
            self._store.note("staff_tries", tries.dump())
            if not _is(kept, code):
                self._told("refused", in_a_row=tries.failed)
                raise Problem(403, "staff_code_wrong", wait_s=tries.wait_s(now))
            self._store.erase("staff_tries")
            self._grant, self._until = secrets.token_urlsafe(24), now + OPEN_FOR
            self._told("opened")
            return self._grant

    def need(self, grant: object) -> None:
        with self._guard:
            now = self._now.clock()
            given = grant if isinstance(grant, str) else ""
            if not self._grant or now > self._until or not secrets.compare_digest(given.encode(), self._grant.encode()):
                raise Problem(403, "staff_code_again")
            self._until = now + OPEN_FOR

    def leave(self) -> None:
        with self._guard:
            self._grant = ""

    def _told(self, action: str, **detail: Any) -> None:
        """For the server's audit log, as soon as it is there."""
        name, at = secrets.token_hex(12), self._now.clock().isoformat()
        log.info("staff", action=action)
        self._store.add_act(name, at, json.dumps({"id": name, "at": at, "action": action, "detail": detail}))
        self._now.wake.set()

    # --- what it opens ------------------------------------------------------------------------------------------------

    def view(self) -> Json:
        """What the page shows to everybody: how this kiosk is set, and whether a code would open anything."""
        return {
            "staff": {"code_set": self._store.note("staff_code") is not None, "prints": self._print is not None},
            "settings": self.settings(),
            "stopped": self._now.stopped,
        }

    def settings(self) -> Json:
        kept: Json = json.loads(self._store.note("settings") or "{}")
        return {"low": False, "language": None, "sound": True} | kept

    def set(self, wanted: Json) -> None:
        known = {"low": (True, False), "sound": (True, False), "language": LANGUAGES}
        if not wanted or any(name not in known or value not in known[name] for name, value in wanted.items()):
            raise Problem(422, "invalid_request", detail="settings")
        self._store.note("settings", json.dumps(self.settings() | wanted))
        self._told("settings", **wanted)

    def stop(self, reason: str) -> None:
        """No more numbers here, until staff allow them again; a restart changes nothing."""
        if reason not in REASONS:
            raise Problem(422, "invalid_request", detail="reason")
        stopped = {"reason": reason, "since": self._now.clock().isoformat(timespec="seconds")}
        self._store.note("stopped", json.dumps(stopped))
        self._now.stopped = stopped
        self._told("stopped", reason=reason)

    def release(self) -> None:
        self._store.erase("stopped")
        self._now.stopped = None
        self._told("released")

    def reloading(self) -> None:
        self._told("reloaded")

    def test_print(self, language: str) -> Json:
        """A paper that is no number, through the very way that numbers go; waits for the printer's own answer."""
        office = self._office()
        printer = (office.view.get("kiosk") or {}).get("printer_id")
        if self._print is None or not printer:
            raise Problem(409, "no_printer_here")
        now = self._now.clock()
        job = {
            "id": secrets.token_hex(13), "device": printer, "kind": "ticket", "ticket_id": None, "copy": 1,
            "language": language, "content": _test_paper(office, language, office.local(now)),
        }  # fmt: skip
        state, detail = self._print(job, now)
        self._told("test_print", state=state)
        return {"state": state, "detail": detail}


def _is(kept: str, code: str) -> bool:
    try:
        return _hasher.verify(kept, code)
    except (VerificationError, InvalidHashError):
        return False


def _test_paper(office: Office, language: str, local: datetime) -> Json:
    texts = office.view["texts"]["ticket"]
    heading, service, footer = (words(text, language) for text in TEST_PAPER)
    return {
        "language": language,
        "office_name": (texts.get(language) or texts["vi"])["office_name"],
        "heading": heading,
        "number": TEST_NUMBER,
        "priority": None,
        "service": service,
        "counters": None,
        "ahead": None,
        "wait": None,
        "date": f"{local:%d/%m/%Y}",
        "time": f"{local:%H:%M}",
        "papers": None,
        "qr": None,
        "qr_hint": None,
        "hotline": None,
        "footer": footer,
        "reprint": None,
    }
