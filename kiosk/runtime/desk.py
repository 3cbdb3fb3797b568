"""One touch, one key, one number, whatever happens to the server meanwhile."""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from kiosk.runtime.circuit import Circuit
from kiosk.runtime.office import Office, Refused
from kiosk.runtime.store import AlreadyHeld, Entitled, Given, Json, NoNumbers, NumberTwice, Store, StoreBroken
from kiosk.runtime.upstream import Answer, Gone, Upstream

log = structlog.get_logger(__name__)

FIELDS = ("service", "priority", "language")


class Problem(Exception):
    """A refusal of the kiosk's own: `code` and the values of its text."""

    def __init__(self, status: int, code: str, **values: Any) -> None:
        super().__init__(code)
        self.status, self.code, self.values = status, code, values


class KeyLocks:
    """One touch at a time for each key; a double touch waits for the first and gets its answer."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def __call__(self, key: str) -> Iterator[None]:
        with self._guard:
            lock, users = self._locks.get(key, (threading.Lock(), 0))
            self._locks[key] = (lock, users + 1)
        try:
            with lock:
                yield
        finally:
            with self._guard:
                lock, users = self._locks[key]
                if users == 1:
                    del self._locks[key]
                else:
                    self._locks[key] = (lock, users - 1)


@dataclass
class Situation:
    """What the desk and the courier both know: is the server there, and what did it last say."""

    office_code: str
    clock: Callable[[], datetime]
    circuit: Circuit = field(default_factory=Circuit)
    revoked: bool = False
    stopped: Json | None = None
    wake: threading.Event = field(default_factory=threading.Event)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def failed(self) -> None:
        with self.guard:
            self.circuit = self.circuit.failed(self.clock())
        self.wake.set()

    def answered(self) -> None:
        with self.guard:
            self.circuit = self.circuit.answered(self.clock())

    @property
    def offline_since(self) -> datetime | None:
        return self.circuit.offline_since(self.clock())


class TouchDesk:
    def __init__(
        self, store: Store, server: Upstream, situation: Situation, print_paper: Callable[[Json], None] | None
    ) -> None:
        self._store, self._server, self._now = store, server, situation
        self._print = print_paper
        self._one_by_key = KeyLocks()

    # --- the office ---------------------------------------------------------------------------------------------------

    def office(self) -> Office:
        kept = self._store.recall(self.office_path)
        if kept is None:
            raise Problem(503, "kiosk_not_ready")
        return Office(json.loads(kept))

    @property
    def office_path(self) -> str:
        return f"/api/v1/offices/{self._now.office_code}"

    # --- a touch ------------------------------------------------------------------------------------------------------

    def take(self, key: str, body: Json, headers: dict[str, str]) -> Answer | Json:
        """What the citizen is told: the server's answer, or the kiosk's own. The same key is told the same."""
        asked = {name: body.get(name) for name in FIELDS} | {"language": body.get("language") or "vi"}
        asked |= {"procedure": body["procedure"]} if body.get("procedure") else {}
        with self._one_by_key(key):
            known = self._store.touch(key)
            if known is not None and known["told"]:
                if json.loads(known["asked"]) != asked:
                    raise Problem(409, "idempotency_key_reused")
                return told_again(known)
            if self._now.revoked:
                raise Problem(403, "kiosk_revoked")
            if self._now.stopped:
                raise Problem(409, "kiosk_stopped")
            if self._now.circuit.online:
                try:
                    return self._ask_server(key, asked, body, headers)
                except (Gone, NumberTwice) as why:
                    log.warning("touch.alone", why=str(why))
            return self._give(key, asked, body)

    def _ask_server(self, key: str, asked: Json, body: Json, headers: dict[str, str]) -> Answer | Json:
        noted = self._note(key, asked, self._entitled(asked, body))
        # With a store that cannot be written the server is the only one who may give numbers, and prints them.
        prints = "caller" if self._print and noted else "agent"
        path = f"{self.office_path}/tickets"
        try:
            answer = self._server.ask(
                "POST", path, body=body | {"print": prints}, headers=headers | {"Idempotency-Key": key}
            )
        except Gone:
            self._now.failed()
            raise
        if not answer.ok:
            if noted:
                self._store.forget(key)
            return answer
        if not noted:
            return answer
        return self._keep(key, dict(answer.json))

    def _entitled(self, asked: Json, body: Json) -> Entitled | None:
        if not (body.get("card") or body.get("booking")):
            return None
        day = self.office().day(self._now.clock())
        return Entitled(day, str(asked["service"]), body.get("card"), body.get("booking"))

    def _note(self, key: str, asked: Json, entitled: Entitled | None) -> bool:
        try:
            self._store.ask(key, asked, self._now.clock(), entitled)
        except StoreBroken as error:
            log.error("store.broken", error=str(error))
            return False
        return True

    def _keep(self, key: str, told: Json) -> Json:
        job = told["print"].pop("job", None)
        issued = datetime.fromisoformat(told["issued_at"])
        prefix, seq = _split(told["number"])
        number = Given("", told["issued_at"][:10], prefix, seq, told["number"], issued)
        try:
            self._store.told(key, told, job, number)
        except StoreBroken as error:
            # The server has the number, so it may be shown and printed; a repeat is asked of the server again.
            log.error("store.broken", error=str(error))
        if job and self._print:
            at = self._now.clock().isoformat()
            self._print({"key": key, "number": number.number, "at": at, "job": json.dumps(job)})
        return told

    # --- alone --------------------------------------------------------------------------------------------------------

    def _give(self, key: str, asked: Json, body: Json) -> Json:
        office, now = self.office(), self._now.clock()
        day, code = office.day(now), str(asked["service"])
        try:
            service = office.check(code, now, self._store.given_on(code, day))
            if asked["priority"] not in (None, *office.view["priorities"]):
                raise Problem(422, "invalid_request", detail="priority")
            procedure = self._procedure(service, asked.get("procedure"))
            entitled = self._entitled(asked, body)
            if entitled is None and office.view.get("card") == "required" and not service.get("help"):
                raise Problem(409, "card_required")
            given = self._store.give(
                key, asked, code, day, now, lambda n: self._compose(office, service, asked, procedure, n), entitled
            )
        except AlreadyHeld as held:
            raise Problem(409, held.code, number=held.number) from None
        except Refused as refused:
            status = 404 if refused.code.endswith("_not_found") else 409
            raise Problem(status, refused.code, **refused.values) from None
        except NoNumbers:
            log.error("numbers.none_left", service=code, day=day)
            raise Problem(503, "no_numbers_left", service=code) from None
        except StoreBroken as error:
            log.error("store.broken", error=str(error))
            raise Problem(503, "store_broken") from None
        self._now.wake.set()
        if given["job"] and self._print:
            self._print(given)
        return told_again(given)

    def _procedure(self, service: Json, code: str | None) -> Json | None:
        """What the citizen has come for, from the catalogue that the server gave last. A kiosk that was never given
        one believes the page."""
        kept = self._store.recall(f"{self.office_path}/procedures") if code else None
        if code is None or kept is None:
            return None
        services = json.loads(kept)["services"]
        listed: list[Json] = next((each["procedures"] for each in services if each["code"] == service["code"]), [])
        for procedure in listed:
            if procedure["code"] == code:
                return dict(procedure)
        raise Refused("procedure_not_found", {"service": service.get("names") or service["name"], "procedure": code})

    def _compose(
        self, office: Office, service: Json, asked: Json, procedure: Json | None, given: Given
    ) -> tuple[Json, Json | None]:
        kiosk = office.view.get("kiosk") or {}
        local = office.local(given.issued_at)
        printer = kiosk.get("printer_id") if self._print else None
        told: Json = {
            "id": secrets.token_hex(13),
            "number": given.number,
            "service": service["code"],
            "service_name": service["name"],
            "state": "waiting",
            "priority": asked["priority"],
            "language": asked["language"],
            "issued_at": local.isoformat(timespec="milliseconds"),
            "called_at": None,
            "counter": None,
            "call_count": 0,
            "people_ahead": None,
            "expected_wait_s": None,
            "counters": service["counters"],
            "track_url": f"{kiosk.get('track_base', '/t/')}{secrets.token_urlsafe(12)}",
            "print": {"state": "queued" if printer else "none"},
            "offline": True,
        }
        told |= {"procedure": procedure["code"], "papers": procedure["papers"]} if procedure else {}
        if not printer:
            return told, None
        job = {
            "id": secrets.token_hex(13),
            "device": printer,
            "kind": "ticket",
            "ticket_id": told["id"],
            "copy": 1,
            "language": told["language"],
            "content": office.paper(told, local, procedure),
        }
        return told, job


def told_again(touch: Json) -> Json:
    """What the citizen was told, with what became of the paper since."""
    told: Json = json.loads(touch["told"])
    if touch["job"]:
        told["print"] = {"state": touch["paper"], "detail": touch["paper_detail"]}
    return told


def _split(number: str) -> tuple[str, int]:
    found = re.fullmatch(r"([A-Za-z]*)(\d+)", number)
    assert found, number
    return found[1], int(found[2])
