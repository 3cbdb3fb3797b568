"""What boards tell of themselves: which calls they have spoken, and whether anybody can see and hear them.

A thousand boards may tell the same at once, so almost nothing of it is written. The first loudspeaker that spoke a
call to its end writes one row and one event, `call.heard`; boards that hear the event say nothing more of that call,
and what others say meanwhile is dropped in memory. A board's own state is written when it changes; when it was last
seen, with the version that it shows, goes to the database every few seconds for all boards together, beside the
office's lock. Whoever has not been heard for `BOARD_SILENT` is taken for asleep, switched off or cut off.

A report needs no `Idempotency-Key`: it says what is so, and saying it twice changes nothing.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from server.domain.errors import MotcuaError
from server.domain.happenings import Told
from server.services.access import Actor
from server.services.devices import BOARD_SILENT, device_view
from server.services.ports import Clock, Json, Transaction, UnitOfWork

log = structlog.get_logger(__name__)

REPORT_EVERY_S = 30
"""How often a board reports when nothing has happened; three times within `BOARD_SILENT`."""
SWEEP_S = 10.0
CLAIMED_MAX = 20_000
DEAF = frozenset({"muted", "blocked"})
"""A loudspeaker that was told to be silent, or that the browser keeps silent until somebody touches the screen."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One call that a loudspeaker has spoken to its end."""

    ticket_id: str
    call_count: int


class BoardReports:
    """Takes reports in one process. Several processes share what they know through the database."""

    def __init__(self, uow: UnitOfWork, clock: Clock) -> None:
        self._uow = uow
        self._clock = clock
        self._guard = threading.Lock()
        self._claimed: set[tuple[str, int]] = set()
        self._seen: dict[str, tuple[datetime, Json]] = {}
        self._states: dict[str, tuple[str, Json]] = {}
        self.folded = 0
        """Announcements that needed no writing, because the call was known to be heard."""

    def take(self, office: str, actor: Actor, said: Json, heard: list[Heard]) -> None:
        """One report. An agent that drives a loudspeaker tells only what it has spoken: its state has its own way."""
        if actor.device == "board":
            self._note_state(office, actor, said)
        news = self._claim(office, heard)
        if not news:
            return
        try:
            with self._uow.command(office) as tx:
                for call in news:
                    _write_heard(tx, actor, call)
        except BaseException:
            # Not written: the next one that tells it shall be listened to.
            self._claimed.difference_update((call.ticket_id, call.call_count) for call in news)
            raise

    def _claim(self, office: str, heard: list[Heard]) -> list[Heard]:
        """Those that nobody has told before, and that nobody else is just writing."""
        known = self._uow.hall(office, at_least=0).heard if heard else {}
        with self._guard:
            if len(self._claimed) > CLAIMED_MAX:
                self._claimed.clear()
            news = [
                call
                for call in heard
                if known.get(call.ticket_id, 0) < call.call_count
                and (call.ticket_id, call.call_count) not in self._claimed
            ]
            self._claimed.update((call.ticket_id, call.call_count) for call in news)
            self.folded += len(heard) - len(news)
        return news

    # --- the board itself --------------------------------------------------------------------------------------------

    def _note_state(self, office: str, board: Actor, said: Json) -> None:
        detail = {name: said[name] for name in ("sound", "visible", "layout")}
        state = state_of(said)
        self._seen[board.id] = self._clock(), detail | {"shows": said["version"]}
        if self._states.get(board.id) == (state, detail):
            return
        with self._uow.command(office) as tx:
            row = tx.rows("device", id=board.id)[0]
            known = device_view(row, tx.now)["state"], _told(row["detail"])
            if row["revoked_at"] is None and known != (state, detail):
                _change(tx, row, state, detail | {"shows": said["version"]})
        self._states[board.id] = state, detail

    def sweep(self) -> None:
        """Write down who was seen, all at once; then find those who have fallen silent."""
        with self._guard:
            seen, self._seen = self._seen, {}
        if seen:
            self._uow.note_seen(seen)
        for back in self._uow.rows("device", id=list(seen), state="offline") if seen else ():
            # Another process took it for silent: its next report is written again.
            self._states.pop(back["id"], None)
        silent_since = self._clock() - BOARD_SILENT
        if self._uow.began > silent_since:
            return  # it has just started, and has heard nobody yet
        for office, device_id in self._uow.silent_devices("board", silent_since):
            with self._uow.command(office) as tx:
                row = tx.rows("device", id=device_id)[0]
                # Another process may have found it first, or heard of it just now.
                if row["state"] != "offline" and row["seen_at"] <= silent_since:
                    self._states.pop(device_id, None)
                    _change(tx, row, "offline", row["detail"], seen=False)

    def sweep_forever(self, sleep: Callable[[float], None]) -> None:
        while True:
            sleep(SWEEP_S * random.uniform(0.8, 1.2))  # noqa: S311 - several processes need not sweep together
            try:
                self.sweep()
            except MotcuaError as error:
                log.warning("boards.not_swept", error=error.code)


def state_of(said: Json) -> str:
    """A board that nobody can hear or see is a trouble, though it works."""
    if said["sound"] == "failing":
        return "error"
    return "ok" if said["visible"] and said["sound"] not in DEAF else "warning"


def _told(detail: Json) -> Json:
    """The part of a detail whose change is news."""
    return {name: value for name, value in detail.items() if name != "shows"}


def _change(tx: Transaction, row: Json, state: str, detail: Json, *, seen: bool = True) -> None:
    values = {"state": state, "detail": detail} | ({"seen_at": tx.now} if seen else {})
    tx.change("device", {"id": row["id"]}, values)
    view = device_view(row | values, tx.now)
    tx.record(tx.hall.happen(Told, "device.status", tx.now, data={"device": view}))


def _write_heard(tx: Transaction, actor: Actor, call: Heard) -> None:
    """Once for each call, whoever of several processes comes first; a call that never was is not heard."""
    ticket = tx.hall.tickets.get(call.ticket_id) or tx.ticket(call.ticket_id)
    if ticket is None or not 0 < call.call_count <= ticket.call_count or ticket.day != tx.hall.day:
        return
    key = {"ticket_id": call.ticket_id, "call_count": call.call_count}
    if tx.hall.heard.get(call.ticket_id, 0) >= call.call_count or tx.rows("call_heard", **key):
        return
    tx.add("call_heard", key | {"day": tx.hall.day, "device_id": actor.id, "at": tx.now})
    if call.ticket_id in tx.hall.tickets:
        tx.hall.heard[call.ticket_id] = call.call_count
    told = key | {"number": ticket.number, "counter": ticket.counter, "by": actor.name}
    tx.record(tx.hall.happen(Told, "call.heard", tx.now, data={"heard": told}))
