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
from server.domain.policy import eligible, forecast
from server.domain.words import CounterState
from server.services.ports import Event, UnitOfWork

log = structlog.get_logger(__name__)

COUNTERS = 6
"""How many counters of an office are thought of: those that will call first."""
PAUSE_S = 0.05
"""Between two sounds: a call that is made now goes first at the voice."""
REMEMBERED = 5000
CHANGES = frozenset({"office.changed", "voice.changed"})

Turn = tuple[str, int, str]
"""Number, counter, language of the ticket."""
Prepare = Callable[[str, str, int, str], bool]
"""Of office, number, counter and language; False where nobody listens."""


def next_turns(hall: Hall, now: datetime, most: int = COUNTERS) -> list[Turn]:
    """What will probably be called, the most probable first: the counters one after another, each with whom the others
    leave; then whoever is first in line from any of them."""
    choices = [(number, forecast(hall, number, now)) for number in about_to_call(hall)[:most]]
    first = [(number, choice.ticket) for number, choice in choices if choice is not None]
    taken: set[str] = set()
    in_turn = []
    for number, ticket in first:
        line = [ticket, *eligible(hall, hall.desk(number))]
        left = next((each for each in line if each.id not in taken), None)
        if left is not None:
            taken.add(left.id)
            in_turn.append((number, left))
    return list(dict.fromkeys((ticket.number, number, ticket.language) for number, ticket in [*in_turn, *first]))


def about_to_call(hall: Hall) -> list[int]:
    """Open counters, those first that will call first: free ones, and of all others whoever has not for longest."""
    found = []
    for number in hall.config.counters:
        desk, last = hall.desk(number), hall.lasts.get(number)
        if desk.state is CounterState.OPEN:
            found.append((hall.in_hand(number) is not None, last.called_at if last else desk.since, number))
    return [number for _, _, number in sorted(found)]


class Rehearsal:
    """`publish` is called with what was committed; `run` is the task that has sounds made by `prepare`. `watched`:
    whether any client has joined an office; where none has, nobody's turn need be thought of."""

    def __init__(
        self,
        uow: UnitOfWork,
        clock: Callable[[], datetime],
        prepare: Prepare,
        watched: Callable[[str], bool] = lambda office: True,
    ) -> None:
        self._watched = watched
        self._uow = uow
        self._clock = clock
        self._prepare = prepare
        self._offices: queue.Queue[str] = queue.Queue()
        self._made: dict[tuple[str, Turn], None] = {}

    def publish(self, events: Iterable[Event]) -> None:
        for event in events:
            if event.type in CHANGES:
                self._made.clear()
            if event.type.startswith(("ticket.", "counter.")) and self._watched(event.office):
                self._offices.put(event.office)

    def run(self, sleep: Callable[[float], object]) -> None:
        while True:
            offices = {self._offices.get()}
            while offices:
                while not self._offices.empty():
                    offices.add(self._offices.get())
                offices = {office for office in offices if self.rehearse(office)}
                sleep(PAUSE_S)

    def rehearse(self, office: str) -> bool:
        """Has the most probable call made that has no sound yet; whether there was one. Then look again: the line may
        have moved meanwhile."""
        try:
            turns = next_turns(self._uow.hall(office, at_least=0), self._clock())
            turn = next((turn for turn in turns if (office, turn) not in self._made), None)
            if turn is None or not self._prepare(office, *turn):
                return False
            self._remember(office, turn)
        except (MotcuaError, OSError) as error:
            log.warning("speech.rehearsal", office=office, error=str(error))
            return False
        return True

    def _remember(self, office: str, turn: Turn) -> None:
        self._made[office, turn] = None
        while len(self._made) > REMEMBERED:
            del self._made[next(iter(self._made))]
