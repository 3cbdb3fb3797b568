"""Has the sounds of the next calls made before their keys are pressed: to say a number for the first time takes the
voice a second, and a hall should not wait for it.

What is made is a guess by the same rule that calls: who would be next at each counter that is about to call. A wrong
guess costs a sound that nobody hears; nothing else depends on it.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable
from datetime import datetime

import structlog

from server.domain.errors import MotcuaError
from server.domain.hall import Hall
from server.domain.policy import forecast
from server.domain.words import CounterState
from server.services.ports import Event, UnitOfWork

log = structlog.get_logger(__name__)

AT_ONCE = 6
"""Sounds of an office that are made at a time: then it is looked again who is next."""
PAUSE_S = 0.5
"""Between two looks. Many events come at once, and real calls go first at the voice."""
REMEMBERED = 5000
CHANGES = frozenset({"office.changed", "voice.changed"})

Turn = tuple[str, int, str]
"""Number, counter, language of the ticket."""
Prepare = Callable[[str, str, int, str], None]


def next_turns(hall: Hall, now: datetime, most: int = AT_ONCE) -> list[Turn]:
    """Whom the counters would call next. Those come first that will call first: free ones, and of all others whoever
    has not called for longest."""
    about_to = []
    for number in hall.config.counters:
        desk, last = hall.desk(number), hall.lasts.get(number)
        if desk.state is CounterState.OPEN:
            about_to.append((hall.in_hand(number) is not None, last.called_at if last else desk.since, number))
    turns = []
    for _, _, number in sorted(about_to)[:most]:
        choice = forecast(hall, number, now)
        if choice is not None:
            turns.append((choice.ticket.number, number, choice.ticket.language))
    return turns


class Rehearsal:
    """`publish` is called with what was committed; `run` is the task that has sounds made by `prepare`."""

    def __init__(self, uow: UnitOfWork, clock: Callable[[], datetime], prepare: Prepare) -> None:
        self._uow = uow
        self._clock = clock
        self._prepare = prepare
        self._offices: queue.Queue[str] = queue.Queue()
        self._made: dict[tuple[str, Turn], None] = {}

    def publish(self, events: Iterable[Event]) -> None:
        for event in events:
            if event.type in CHANGES:
                self._made.clear()
            if event.type.startswith(("ticket.", "counter.")):
                self._offices.put(event.office)

    def run(self, sleep: Callable[[float], object]) -> None:
        while True:
            offices = {self._offices.get()}
            while not self._offices.empty():
                offices.add(self._offices.get())
            for office in offices:
                self.rehearse(office)
            sleep(PAUSE_S)

    def rehearse(self, office: str) -> None:
        """The next calls of one office, each once."""
        try:
            turns = next_turns(self._uow.hall(office), self._clock())
            for turn in turns:
                if (office, turn) not in self._made:
                    self._remember(office, turn)
                    self._prepare(office, *turn)
        except (MotcuaError, OSError) as error:
            log.warning("speech.rehearsal", office=office, error=str(error))

    def _remember(self, office: str, turn: Turn) -> None:
        self._made[office, turn] = None
        while len(self._made) > REMEMBERED:
            del self._made[next(iter(self._made))]
