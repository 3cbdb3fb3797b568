"""Offices that move and merge: which office belongs to which on which day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.tree import ONE_DAY, Move, Period, Tree

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
JULY = date(2026, 7, 1)
JUNE_END = JULY - ONE_DAY


def offices(*moves: Move) -> Tree:
    """A province with two districts, and two wards in the first of them."""
    return Tree(
        {"province": None, "east": "province", "west": "province", "ward-1": "east", "ward-2": "east"}, moves
    )


def test_who_never_moved_belongs_all_the_time() -> None:
    assert offices().below("east", YEAR) == {"east": [YEAR], "ward-1": [YEAR], "ward-2": [YEAR]}


def test_who_moved_belongs_here_until_then_and_there_from_then_on() -> None:
    tree = offices(Move("ward-1", JULY, "west"))
    assert tree.below("east", YEAR)["ward-1"] == [Period(YEAR.first, JUNE_END)]
    assert tree.below("west", YEAR)["ward-1"] == [Period(JULY, YEAR.last)]
    assert tree.below("province", YEAR)["ward-1"] == [YEAR], "a move within the tree is none of it"
    assert "ward-1" not in tree.below("west", Period(YEAR.first, JUNE_END))
    assert (tree.parent("ward-1", JUNE_END), tree.parent("ward-1", JULY)) == ("east", "west")


def test_what_stands_below_moves_with_it() -> None:
    tree = offices(Move("east", JULY, "west"), Move("ward-2", date(2026, 10, 1), "province"))
    found = tree.below("west", YEAR)
    assert found["ward-1"] == [Period(JULY, YEAR.last)]
    assert found["ward-2"] == [Period(JULY, date(2026, 9, 30))]


def test_one_that_left_and_came_back_belongs_twice() -> None:
    tree = offices(Move("ward-1", JULY, "west"), Move("ward-1", date(2026, 9, 1), "east"))
    assert tree.below("east", YEAR)["ward-1"] == [
        Period(YEAR.first, JUNE_END), Period(date(2026, 9, 1), YEAR.last),
    ]  # fmt: skip


def test_a_move_to_where_it_stands_is_none_and_one_that_is_put_right_leaves_nothing() -> None:
    tree = offices(Move("ward-1", JULY, "west"))
    assert tree.moved("ward-1", "east", date(2026, 3, 1)).moves == {JULY: "west"}
    assert tree.moved("ward-1", "east", JULY).moves == {}
    assert tree.moved("ward-1", "west", None).moves == {}
    assert tree.moved("ward-1", "province", date(2026, 3, 1), for_good=True).moves == {date(2026, 3, 1): "province"}


@pytest.mark.parametrize(
    ("office", "parent", "since", "circle"),
    [
        ("east", "ward-1", JULY, True),
        ("east", "east", None, True),
        ("east", "ward-2", date(2026, 8, 1), False),
        ("east", "ward-2", JUNE_END, True),
        ("province", "west", None, True),
        ("west", "ward-2", JULY, True),
    ],
)
def test_no_office_stands_under_itself_on_any_day(office: str, parent: str, since: date | None, circle: bool) -> None:
    tree = offices(Move("ward-2", JULY, "west"))
    assert tree.makes_circle(office, tree.moved(office, parent, since)) is circle


NAMES = ("province", "east", "west", "ward-1", "ward-2")
DAYS = [YEAR.first + timedelta(days=30 * n) for n in range(6)]
MOVES = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(DAYS), st.one_of(st.none(), st.sampled_from(NAMES))), max_size=8
)


@given(MOVES)
def test_the_days_of_a_tree_are_those_of_its_every_day(wishes: list[tuple[str, date, str | None]]) -> None:
    """However offices move: `below` says of each day what following the parents of that day says."""
    moves: list[Move] = []
    for office, since, parent in wishes:
        tree = offices(*moves)
        wanted = tree.moved(office, parent, since)
        if not tree.makes_circle(office, wanted):
            moves = [m for m in moves if m.office != office] + [Move(office, d, to) for d, to in wanted.moves.items()]
    tree = offices(*moves)
    checked = [day + step for day in DAYS for step in (-ONE_DAY, timedelta(0))]
    for root, day in product(NAMES, checked):
        below = tree.below(root, YEAR).items()
        found = {office for office, stays in below if any(stay.first <= day <= stay.last for stay in stays)}
        expected = {office for office in NAMES if root in _above(tree, office, day)}
        assert found == (expected if YEAR.first <= day else set()), (root, day, moves)


def _above(tree: Tree, office: str, day: date) -> list[str]:
    found: list[str] = []
    at: str | None = office
    while at is not None:
        assert at not in found, "a circle"
        found.append(at)
        at = tree.parent(at, day)
    return found
