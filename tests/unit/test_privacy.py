"""Numbers of people in a text, and how long what is kept is kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.privacy import masked, mentions, telephone, without
from server.domain.retention import KINDS, Rule, Span, expired, in_force

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(("text", "kept"), [
    ("gọi 0912345678", "gọi •••678"), ("gọi 0912 345 678 nhé", "gọi •••678 nhé"), ("+84-912-345-678", "•••678"),
    ("84912345678.", "•••678."), ("024.3825.1234", "•••234"), ("CCCD 001099012345", "CCCD •••345"),
    ("CMND 012345678", "CMND •••678"), ("hai số 0912345678, 0987654321", "hai số •••678, •••321"),
    ("A012, quầy 3, 20/11/2026 09:18", "A012, quầy 3, 20/11/2026 09:18"),
    ("lệ phí 150.000.000 đồng", "lệ phí 150.000.000 đồng"),
    ("1900 0000", "1900 0000"), ("", ""),
])  # fmt: skip
def test_numbers_of_people_are_masked_and_others_are_not(text: str, kept: str) -> None:
    assert masked(text) == kept
    assert masked(kept) == kept


@pytest.mark.parametrize(
    "written", ["0912345678", "+84912345678", "84 912 345 678", "(0912) 345-678", " 0912.345.678 "]
)
def test_a_number_is_one_number_however_it_is_written(written: str) -> None:
    assert telephone(written) == "0912345678"


@pytest.mark.parametrize("wrong", ["", "912345678", "09123", "0912345678901", "hello", "+1 202 555 0100", "٠٩١٢٣٤٥٦٧٨"])
def test_what_is_no_number_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):
        telephone(wrong)


@given(st.text(), st.from_regex(r"0[1-9][0-9]{8}", fullmatch=True), st.text())
def test_a_number_that_was_taken_out_is_gone(before: str, number: str, after: str) -> None:
    text = f"{before} {number} {after}"
    assert not mentions(without(text, number), number)


def test_without_rules_the_ordinary_days_hold() -> None:
    assert expired([], "notes", TODAY) == [Span(date.min, TODAY - timedelta(days=KINDS["notes"]))]


def test_each_day_is_judged_by_the_rule_of_its_time() -> None:
    rules = [Rule(date(2026, 6, 1), {"notes": 10}), Rule(date(2026, 1, 1), {"notes": 1000})]
    assert expired(rules, "notes", TODAY) == [
        Span(date.min, date(2026, 1, 1)),
        Span(date(2026, 6, 1), TODAY - timedelta(days=10)),
    ]
    assert in_force(rules, TODAY)["notes"] == 10
    assert in_force(rules, date(2026, 3, 1))["notes"] == 1000
    assert in_force(rules, date(2025, 3, 1))["notes"] == KINDS["notes"]


@given(st.lists(st.builds(Rule, st.dates(date(2020, 1, 1), date(2030, 1, 1)),
                          st.dictionaries(st.sampled_from(sorted(KINDS)), st.integers(1, 900))), max_size=5),
       st.sampled_from(sorted(KINDS)))  # fmt: skip
def test_nothing_young_is_forgotten_and_no_day_twice(rules: list[Rule], kind: str) -> None:
    shortest = min([KINDS[kind], *(rule.days.get(kind, KINDS[kind]) for rule in rules)])
    spans = expired(rules, kind, TODAY)
    assert all(span.end <= TODAY - timedelta(days=shortest) for span in spans)
    assert all(one.end <= other.first for one, other in zip(spans, spans[1:], strict=False))
