"""Published tables, taken apart into single tickets and ratings and put together again."""

from __future__ import annotations

import json
from datetime import date

import pytest

from server.domain.reports.check import check_report
from server.domain.reports.reading import read_json
from tests.reports.replay import Past, working_days

HALF_YEAR = {"from": "2026-01-01", "to": "2026-06-30"}
# Hà Đông, six months: 2,939 ratings, of which 2,220 + 715 + 3 have a level. One has none.
PUBLISHED = {"total": 2939, "very_satisfied": 2220, "satisfied": 715, "dissatisfied": 3}
LEVELS = {**{k: v for k, v in PUBLISHED.items() if k != "total"}, "without_level": 1}
SERVED = 4509


@pytest.fixture
def past(uow) -> None:
    days = working_days(date(2026, 1, 1), date(2026, 6, 30))
    Past(uow).live(days, SERVED, LEVELS, absent=41, left=7, reason="processing_time")


def test_the_published_ratings_come_out_again(past, people) -> None:
    answer = people.as_staff("head").get("/offices/demo/stats", query_string=HALF_YEAR)
    assert answer.status_code == 200, answer.text
    whole = answer.json["total"]
    rated = whole["ratings"]
    assert {"total": rated["count"], **rated["levels"]["3"]} == PUBLISHED
    assert rated["without_level"] == 1
    assert rated["reasons"] == {"processing_time": 3}
    assert (whole["served"], whole["no_show"], whole["expired"]) == (SERVED, 41, 7)
    assert rated["none"] == SERVED - 2939
    assert (rated["satisfied_pct"], rated["response_pct"]) == (99.86, 65.18)


def test_the_validator_finds_in_our_report_what_it_finds_in_the_published_one(past, people) -> None:
    rated = people.as_staff("head").get("/offices/demo/stats", query_string=HALF_YEAR).json["total"]["ratings"]
    ours = {"total": rated["count"], **rated["levels"]["3"]}
    gaps = [[c.gap for c in check_report(read_json(json.dumps(table))).broken] for table in (ours, PUBLISHED)]
    assert gaps[0] == gaps[1] == [1]


@pytest.mark.parametrize("by", ["month", "quarter", "week", "day", "service", "officer", "counter", "priority", "hour",
                                "field", "half_year", "year", "weekday,hour", "month,service"])  # fmt: skip
def test_every_split_of_the_half_year_adds_up(past, people, by) -> None:
    answer = people.as_staff("head").get("/offices/demo/stats", query_string=HALF_YEAR | {"by": by}).json
    rows = answer["rows"]
    assert sum(row["served"] for row in rows) == SERVED
    assert sum(row["ratings"]["without_level"] for row in rows) == 1
    assert sum(row["ratings"]["levels"].get("3", {}).get("very_satisfied", 0) for row in rows) == 2220
    assert sum(row["ratings"]["none"] for row in rows) == answer["total"]["ratings"]["none"]
    assert sum(row["wait_s"]["within_target"] for row in rows) == answer["total"]["wait_s"]["within_target"]
