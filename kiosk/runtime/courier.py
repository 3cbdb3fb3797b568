"""The work behind the touches: is the server there, are there numbers in store, and what does it not have yet."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from kiosk.runtime.cards import DayKeys
from kiosk.runtime.clock import TrueClock
from kiosk.runtime.desk import Situation
from kiosk.runtime.office import Office
from kiosk.runtime.store import Json, Store, StoreBroken
from kiosk.runtime.upstream import ANSWER_S, PATIENT_S, Answer, Gone, Upstream

log = structlog.get_logger(__name__)

BATCH = 50
PROBE_S = 0.5
REPORT_S = 10.0
OFFICE_S = 60.0
UNANSWERED = timedelta(seconds=60)
"""After this long nobody waits for the answer to a touch any more."""

CLOCKS_DIFFER = timedelta(seconds=2)
"""Two clocks that keep the same time are not further apart than this."""

HELD_FIELDS = ("id", "service", "day", "prefix", "digits", "first", "last", "granted_at", "expires_at")


class Courier:
    """`round()` is one piece of the work, for a thread that repeats it or a test that steps it."""

    def __init__(
        self,
        store: Store,
        server: Upstream,
        situation: Situation,
        version: str,
        set_clock: TrueClock | None = None,
        elapsed: Callable[[], float] = time.monotonic,
        keys: DayKeys | None = None,
    ) -> None:
        self._keys = keys
        self._store, self._server, self._now = store, server, situation
        self.version, self._set_clock, self._elapsed = version, set_clock, elapsed
        self._path = f"/api/v1/offices/{situation.office_code}"
        self._stop = threading.Event()
        self._office_at: float | None = None
        self._reported_at: float | None = None
        self._last_outage: Json | None = None

    # --- running ------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        while not self._stop.is_set():
            self._now.wake.clear()
            try:
                more = self.round()
            except StoreBroken as error:
                log.error("store.broken", error=str(error))
                more = False
            except Exception:
                log.exception("courier.failed")
                more = False
            if not more:
                self._now.wake.wait(PROBE_S if not self._now.circuit.online else REPORT_S)
                if not self._now.circuit.online:
                    # Woken by touches or not: a server that is down is not asked more often than this.
                    self._stop.wait(PROBE_S / 2)

    def stop(self) -> None:
        self._stop.set()
        self._now.wake.set()

    def round(self) -> bool:
        """Whether there is more to do at once."""
        try:
            if not self._now.circuit.online or self._due(self._reported_at, REPORT_S):
                self._report()
            if not self._now.circuit.online:
                return False
            self._refresh_office()
            more = self._deliver() | self._report_papers()
            self._take_back_unanswered()
            self._keep_numbers()
            return more
        except Gone as why:
            if self._now.circuit.online:
                log.warning("server.gone", why=str(why))
            self._now.failed()
            return False

    def _due(self, at: float | None, every_s: float) -> bool:
        return at is None or self._elapsed() - at >= every_s

    def _post(self, path: str, body: Json, *, key: str | None = None, within_s: float = PATIENT_S) -> Answer:
        headers = {"Idempotency-Key": key} if key else None
        return self._server.ask("POST", self._path + path, body=body, headers=headers, within_s=within_s)

    # --- is it there --------------------------------------------------------------------------------------------------

    def _report(self) -> None:
        """The probe and the sign of life are one request; its answer carries the server's clock."""
        undelivered, refused = self._store.counts()
        since = self._now.circuit.since
        held = self._store.leases()
        body = {
            "version": self.version,
            "offline_since": since.isoformat() if since else None,
            "undelivered": undelivered,
            "refused": refused,
            "last_outage": self._last_outage,
            "leases": [{name: lease[name] for name in HELD_FIELDS} for lease in held[:400]],
        }
        acts = self._store.acts(BATCH)
        body |= {"stopped": self._now.stopped} if self._now.stopped else {}
        body |= {"staff": acts} if acts else {}
        began = self._elapsed()
        answer = self._post("/kiosk", body, within_s=ANSWER_S)
        # A kiosk whose token was ended must not go on by itself: its numbers would be nobody's.
        self._now.revoked = answer.status in (401, 403)
        if not answer.ok:
            raise Gone(f"refused: {answer.status}")
        if self._set_clock is not None:
            self._set_clock.set_by(datetime.fromisoformat(answer.json["at"]), self._elapsed() - began)
        self._heed(answer.json)
        self._store.acts_told(act["id"] for act in acts)
        self._reported_at = self._elapsed()
        was = self._now.circuit
        if self._ahead_of(datetime.fromisoformat(answer.json["at"])):
            # The server's next number would stand before one that was taken here earlier: a moment later it will not.
            return
        self._now.answered()
        if self._now.circuit.online and not was.online and was.since is not None:
            until = self._now.clock()
            self._last_outage = {"from": was.since.isoformat(), "to": until.isoformat(), "given": undelivered}
            log.info("server.back", since=was.since.isoformat(), undelivered=undelivered)
            self._reported_at = None

    def _ahead_of(self, server: datetime) -> bool:
        """Whether the newest number of this kiosk bears a moment that the server's clock has not come to. One that is
        far ahead was given by a wrong clock; the server puts it right (`server.domain.leases.arrival`)."""
        last = self._store.last_given()
        return last is not None and server < last < server + CLOCKS_DIFFER

    def _heed(self, said: Json) -> None:
        if self._keys is not None:
            self._keys.put(said["card_keys"])
            self._keys.forget(said["day"])
        self._store.forget_marks(said["day"])
        for lease in said["dropped"]:
            log.error("lease.dropped", lease=lease)
            self._store.end_lease(lease, "dropped")
        known = self._store.note("restores")
        if known is not None and int(known) != said["restores"]:
            log.warning("server.restored", restores=said["restores"])
            self._store.deliver_again()
        self._learn_code(said)
        if known != str(said["restores"]):
            self._store.note("restores", str(said["restores"]))

    def _learn_code(self, said: Json) -> None:
        """The hash of the staff code; whoever sets a new one has a right to try it at once."""
        known = self._store.note("staff_code")
        told = said.get("staff_code", known)
        if told == known:
            return
        self._store.erase("staff_tries")
        if told is None:
            self._store.erase("staff_code")
        else:
            self._store.note("staff_code", told)

    def _refresh_office(self) -> None:
        if not self._due(self._office_at, OFFICE_S):
            return
        answer = self._server.ask("GET", self._path, within_s=PATIENT_S)
        if answer.ok:
            self._store.remember(self._path, json.dumps(answer.json), self._now.clock())
            self._office_at = self._elapsed()
            self._refresh_bookings(answer.json)
            self._store.tidy(self._now.clock())
            self._refresh_procedures(answer.json["config_version"])

    def _refresh_bookings(self, office: Json) -> None:
        if office.get("bookings") is None:
            return
        path = f"{self._path}/bookings"
        answer = self._server.ask("GET", path, within_s=PATIENT_S)
        if answer.ok:
            self._store.remember(path, json.dumps(answer.json), self._now.clock())

    def _refresh_procedures(self, version: int) -> None:
        """The catalogue is long and changes only when somebody edits the office."""
        path = f"{self._path}/procedures"
        kept = self._store.recall(path)
        if kept is not None and json.loads(kept)["config_version"] == version:
            return
        answer = self._server.ask("GET", path, within_s=PATIENT_S)
        if answer.ok:
            self._store.remember(path, json.dumps(answer.json), self._now.clock())

    def office(self) -> Office | None:
        kept = self._store.recall(self._path)
        return Office(json.loads(kept)) if kept else None

    # --- delivering ---------------------------------------------------------------------------------------------------

    def _deliver(self) -> bool:
        """The oldest first; True while there may be more."""
        touches = self._store.undelivered(BATCH)
        if not touches:
            return False
        answer = self._post("/deliveries", {"items": [delivery(touch) for touch in touches]})
        if answer.ok:
            self._settle(answer.json["items"], touches)
        elif len(touches) > 1:
            # One that the server cannot read must not keep the others from arriving.
            for touch in touches:
                self._deliver_one(touch)
        else:
            self._deliver_one(touches[0])
        return True

    def _deliver_one(self, touch: Json) -> None:
        answer = self._post("/deliveries", {"items": [delivery(touch)]})
        if answer.ok:
            self._settle(answer.json["items"], [touch])
        elif answer.status in (400, 422):
            code = (answer.json or {}).get("code", str(answer.status))
            log.error("delivery.unreadable", number=touch["number"], code=code)
            self._store.settle([(touch["key"], "refused", code)])
        else:
            raise Gone(f"refused: {answer.status}")

    def _settle(self, items: list[Json], touches: list[Json]) -> None:
        for item in items:
            if item["state"] == "refused":
                log.error("delivery.refused", number=item["number"], code=item.get("code"))
        state = {"accepted": "delivered", "refused": "refused"}
        self._store.settle((item["key"], state[item["state"]], item.get("code")) for item in items)
        self._store.papers_reported(touch["key"] for touch in touches if touch["paper"] not in ("none", "queued"))

    def _report_papers(self) -> bool:
        touches = self._store.papers_to_report(BATCH)
        if not touches:
            return False
        papers = [{"key": touch["key"], **paper_of(touch)} for touch in touches]
        answer = self._post("/papers", {"papers": papers})
        if answer.ok or answer.status in (400, 422):
            self._store.papers_reported(touch["key"] for touch in touches)
        return answer.ok and len(touches) == BATCH

    def _take_back_unanswered(self) -> None:
        keys = [t["key"] for t in self._store.unanswered(self._now.clock() - UNANSWERED, BATCH)]
        if keys and self._post("/deliveries", {"void": keys}).ok:
            self._store.drop(keys)

    # --- numbers in store ---------------------------------------------------------------------------------------------

    def _keep_numbers(self) -> None:
        """Half a block for today and one for the next opening day, of every service; old blocks go back."""
        office, now = self.office(), self._now.clock()
        if office is None:
            return
        today = office.day(now)
        self._give_back(today)
        held = self._store.leases()
        for service in office.services():
            mine = [lease for lease in held if lease["service"] == service]
            size = max((lease["last"] - lease["first"] + 1 for lease in mine), default=2)
            if self._store.left(service, today, now) <= size // 2:
                self._borrow(service, "today")
            if not any(lease["day"] > today for lease in mine):
                self._borrow(service, "next")

    def _borrow(self, service: str, day: str) -> None:
        # The key outlives a lost answer, so that no block is lost with it.
        name = f"borrow:{service}:{day}"
        key = self._store.note(name) or self._store.note(name, secrets.token_hex(16))
        answer = self._post("/leases", {"service": service, "day": day}, key=key)
        if answer.ok:
            self._store.put_lease(answer.json)
        self._store.erase(name)

    def _give_back(self, today: str) -> None:
        waiting = {touch["lease"] for touch in self._store.undelivered(10_000)}
        for lease in self._store.leases():
            if lease["day"] < today and lease["id"] not in waiting:
                answer = self._post(f"/leases/{lease['id']}/return", {"unused_from": lease["next"]})
                if answer.ok or answer.status == 404:
                    self._store.end_lease(lease["id"], "returned")


def delivery(touch: Json) -> Json:
    """One number as the server takes it."""
    asked: dict[str, Any] = json.loads(touch["asked"])
    item = {
        "key": touch["key"],
        "lease": touch["lease"],
        "service": asked["service"],
        "day": touch["day"],
        "prefix": touch["prefix"],
        "seq": touch["seq"],
        "number": touch["number"],
        "issued_at": touch["issued_at"],
        "track_token": touch["token"],
        "priority": asked["priority"],
        "language": asked["language"],
        "card": touch["card"],
        "booking": touch["booking"],
        **({"procedure": asked["procedure"]} if asked.get("procedure") else {}),
    }
    if touch["paper"] not in ("none", "queued"):
        item["paper"] = paper_of(touch)
    return item


def paper_of(touch: Json) -> Json:
    job = json.loads(touch["job"])
    return {"job": job["id"], "state": touch["paper"], "detail": touch["paper_detail"]}
