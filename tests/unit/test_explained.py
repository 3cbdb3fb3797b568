"""Whatever a report counts, the list of tickets behind it comes to the same, wherever one looks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.stats.facts import (
    DIMENSIONS,
    WITHOUT_LEVEL,
    Cell,
    DayFacts,
    RatingFacts,
    SessionFacts,
    Span,
    TicketFacts,
    count_people,
)
from server.domain.stats.summary import amount
from server.domain.stats.tally import total
from server.domain.words import SCALES, Criterion, Dissatisfaction, Role
from server.services.access import Actor
from server.services.report_details import OF_RATINGS, OF_TICKETS, WAITING, tickets_behind
from server.services.report_names import FIGURES
from server.services.report_offices import office_of
from server.services.reporting import Query

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
SEVEN = round(datetime(2026, 11, 20, 0, 0, tzinfo=UTC).timestamp() * 1000)
HEAD = Actor("staff", "h", "head", {"o": frozenset({Role.HEAD})})
ROW = {"id": "o", "code": "o", "names": {"vi": "O"}, "timezone": "Asia/Ho_Chi_Minh", "settings": {}}

moments = st.integers(SEVEN, SEVEN + 8 * 3_600_000)
services, counters = st.sampled_from("AB"), st.sampled_from([1, 2])
officers = st.sampled_from("xy")
spans = st.builds(
    Span, st.sampled_from(["waiting", "called", "serving", "held", "completed", "no_show", "cancelled", "expired"]),
    moments, st.none() | moments, services, st.none() | counters, st.none() | officers, st.booleans(),
)  # fmt: skip
scales = st.sampled_from(sorted(SCALES))
ratings = scales.flatmap(lambda scale: st.builds(
    RatingFacts, st.just(scale), st.sampled_from(SCALES[scale]),
    st.lists(st.sampled_from(list(Dissatisfaction)), max_size=2, unique=True).map(tuple),
    st.lists(st.tuples(st.sampled_from(list(Criterion)), st.sampled_from(SCALES[scale])), max_size=2,
             unique_by=lambda said: said[0]).map(tuple),
))  # fmt: skip
visits = st.tuples(
    st.none() | st.just("elderly"), moments, st.lists(spans, min_size=1, max_size=4),
    st.none() | st.sampled_from([(0, 600), (600, 7200)]),
    st.lists(st.tuples(services, counters, officers, moments, st.integers(0, 900_000), st.none() | ratings),
             max_size=2),
)  # fmt: skip
older = st.tuples(
    st.builds(Cell, st.none() | services, st.none() | counters, st.none() | officers),
    st.dictionaries(
        st.sampled_from(["issued", "served", "no_show", "rating.3.satisfied", f"rating.3.{WITHOUT_LEVEL}"]),
        st.integers(1, 9),
    ),
)


class OneOffice:
    """As much of the office's books as the explanation reads, and the facts of its one day."""

    def __init__(self, facts: DayFacts) -> None:
        self._facts = facts

    def now(self) -> datetime:
        return NOON

    def first(self, table: str, **_where: Any) -> dict[str, Any]:
        return ROW

    def rows(self, table: str, **_where: Any) -> list[dict[str, Any]]:
        return []

    def facts(self, office: str, day: date) -> DayFacts:
        return self._facts if day == DAY else DayFacts()


def day_of(some: list[Any], past: list[Any]) -> DayFacts:
    tickets, sessions = [], []
    for n, (priority, arrived, states, told, services) in enumerate(some):
        tickets.append(TicketFacts(str(n), f"A{n:03d}", priority, arrived, tuple(states), told))
        for service, counter, officer, start, length, rating in services:
            sessions.append(SessionFacts(str(n), service, counter, officer, start, start + length, rating))
    return DayFacts(tuple(tickets), tuple(sessions), (), tuple(past))


def places(cells: Any) -> list[dict[str, Any]]:
    """Nowhere in particular, and each place along each dimension."""
    found = [(name, getattr(cell, name)) for name in DIMENSIONS for cell in cells]
    return [{}, *({name: value} for name, value in dict.fromkeys(found))]


@settings(deadline=None, max_examples=60)
@given(st.lists(visits, max_size=4), st.lists(older, max_size=2))
def test_the_tickets_behind_a_figure_come_to_the_figure(some, past) -> None:
    office = OneOffice(day_of(some, past))
    cells = count_people(office.facts("o", DAY), office_of(office, "o").basis)
    for place in places(cells):
        here = total(t for cell, t in cells.items() if all(getattr(cell, n) == v for n, v in place.items()))
        for figure in {*OF_TICKETS, *OF_RATINGS} - {WAITING}:
            behind = tickets_behind(office, office, HEAD, Query("o", DAY, DAY, (), place), figure)
            assert behind.times + behind.imported == amount(here, figure), (figure, place)
            assert not behind.more


@settings(deadline=None, max_examples=30)
@given(st.lists(visits, max_size=4))
def test_those_who_wait_are_listed(some) -> None:
    office = OneOffice(day_of(some, []))
    waiting = [n for n, visit in enumerate(some) if visit[2][-1].state == "waiting"]
    behind = tickets_behind(office, office, HEAD, Query("o", DAY, DAY), WAITING)
    assert sorted(ticket["id"] for ticket in behind.tickets) == [str(n) for n in waiting]


def test_whoever_was_sent_on_twice_counts_twice() -> None:
    story = [Span("waiting", SEVEN, SEVEN + 1, "A"), Span("waiting", SEVEN + 1, SEVEN + 2, "B", moved=True),
             Span("waiting", SEVEN + 2, None, "A", moved=True)]  # fmt: skip
    office = OneOffice(day_of([(None, SEVEN, story, None, [])], []))
    [listed] = tickets_behind(office, office, HEAD, Query("o", DAY, DAY), "transferred").tickets
    assert listed["times"] == 2


def test_every_figure_has_a_name() -> None:
    assert FIGURES.keys() == {*OF_TICKETS, *OF_RATINGS}
