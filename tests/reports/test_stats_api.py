"""The statistics of a morning, as the public contract gives them."""

from __future__ import annotations

from datetime import date

import pytest

from server.domain.words import Dissatisfaction, Level
from tests.reports.replay import Past, working_days

STATS = "/offices/demo/stats"
TODAY = {"from": "2026-11-20", "to": "2026-11-20"}


@pytest.fixture
def morning(day, clock):
    """Ba người được phục vụ, một người vắng, một người bỏ về, một người còn chờ."""
    day.open(1)
    day.serve(1, wait=60, seconds=300)
    day.rate(1, Level.VERY_SATISFIED)
    day.serve(1, wait=120, seconds=100)
    day.rate(1, Level.DISSATISFIED, Dissatisfaction.PROCESSING_TIME)
    day.serve(1, wait=900, seconds=720)
    absent = day.take("B")
    day.next(1)
    for _ in range(2):
        day.do("recall", absent)
    day.do("no-show", absent)
    day.do("cancel", day.take("A"))
    day.take("C")
    day.open(3)
    clock.pass_time(seconds=500)
    return day


def test_the_figures_of_a_morning(morning, people) -> None:
    answer = people.as_staff("head").get(STATS, query_string=TODAY)
    assert answer.status_code == 200, answer.text
    whole = answer.json["total"]
    counts = {
        name: whole[name] for name in ("issued", "called", "served", "no_show", "cancelled", "in_hall", "expired")
    }
    assert counts == {"issued": 6, "called": 4, "served": 3, "no_show": 1, "cancelled": 1, "in_hall": 1, "expired": 0}
    assert whole["left_uncalled"] == 1
    assert whole["service_s"] | {"small": None} == {
        "count": 3, "mean": 373.3, "p50": 300, "p90": 720, "max": 720, "within_target": 2,
        "within_target_pct": 66.67, "small": None,
    }  # fmt: skip
    assert whole["wait_s"]["max"] == 900
    assert whole["counter_s"] == {"open": 3200, "paused": 0, "idle": 2080, "busy_pct": 35.0}
    rated = whole["ratings"]
    assert rated["levels"] == {"3": {"very_satisfied": 1, "satisfied": 0, "dissatisfied": 1}}
    assert (rated["none"], rated["response_pct"], rated["satisfied_pct"]) == (1, 66.67, 50.0)
    assert rated["reasons"] == {"processing_time": 1}
    assert rated["small"]
    assert answer.json["complete"] is False


def test_sending_on_within_the_own_service_is_a_transfer_like_any_other(day, clock, people, uow) -> None:
    """Law 6: sending on begins an interval of its own, also where state, service and counter stay as they were."""
    waiting = day.take("A")
    clock.pass_time(seconds=90)
    day.do("transfer", waiting, counter=2)
    whole = people.as_staff("head").get(STATS, query_string=TODAY).json["total"]
    assert whole["transferred"] == 1
    spans = sorted(uow.rows("ticket_interval", ticket_id=waiting), key=lambda row: row["id"])
    assert [(row["state"], row["service"]) for row in spans] == [("waiting", "A"), ("waiting", "A")]
    assert (spans[1]["from_at"] - spans[0]["from_at"]).seconds == 90
    assert spans[0]["to_at"] == spans[1]["from_at"]


@pytest.mark.parametrize("by", ["service", "field", "counter", "officer", "priority", "hour", "day", "week", "month",
                                "quarter", "half_year", "year", "weekday", "service,hour", "officer,day"])  # fmt: skip
def test_the_parts_of_every_split_add_up(morning, people, by) -> None:
    answer = people.as_staff("head").get(STATS, query_string={"from": "2026-11-01", "to": "2026-11-30", "by": by}).json
    for name in ("issued", "called", "served", "no_show", "cancelled", "in_hall", "transferred"):
        assert sum(row[name] for row in answer["rows"]) == answer["total"][name], name
    assert answer["total"]["issued"] == 6


@pytest.mark.parametrize(
    "wrong",
    [{"from": "2026-02-30"}, {"from": "yesterday"}, {"from": "20261120"}, {"from": "2026-11-21", "to": "2026-11-20"},
     {"by": "colour"}, {"by": "day,day"}, {"by": "day,hour,service"}, {"scope": "world"}, {"counter": "x"},
     {"priority": "vip"}, {"from": "0001-01-01"}],
)  # fmt: skip
def test_a_wrong_question_is_refused(people, wrong) -> None:
    answer = people.as_staff("head").get(STATS, query_string=wrong)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_request")


def test_nobody_else_reads_statistics(people, server) -> None:
    assert server.app.test_client().get(f"/api/v1{STATS}").status_code == 401
    assert people.as_device("panel").get(STATS).status_code == 403
    assert people.as_staff("helper").get(STATS).status_code == 403
    assert people.as_staff("head").get("/offices/elsewhere/stats").status_code in (403, 404)


def test_an_officer_sees_the_own_figures_only(morning, people) -> None:
    mine = people.as_staff("officer1").get(STATS, query_string=TODAY | {"by": "officer"}).json
    assert [row["name"]["officer"] for row in mine["rows"]] == ["Nguyễn Thị Minh Ngọc"]
    assert (mine["only_own"], mine["total"]["served"], "rank" in mine["rows"][0]) == (True, 3, True)
    other = people.as_staff("officer3").get(STATS, query_string=TODAY).json
    assert other["total"]["served"] == 0
    head = people.as_staff("head").get(STATS, query_string=TODAY | {"by": "officer"}).json
    asked = {**TODAY, "officer": head["rows"][0]["key"]["officer"]}
    assert people.as_staff("officer3").get(STATS, query_string=asked).status_code == 403


def test_a_question_about_nothing_has_no_rates(people) -> None:
    whole = people.as_staff("head").get(STATS, query_string={"from": "2020-01-01", "to": "2020-12-31"}).json["total"]
    assert whole["issued"] == 0
    assert whole["wait_s"]["mean"] is whole["wait_s"]["p90"] is whole["wait_s"]["within_target_pct"] is None
    assert whole["ratings"]["response_pct"] is whole["ratings"]["interval_pct"] is None


def test_criteria_are_asked_where_the_office_wants_them_and_counted_by_themselves(day, people, uow) -> None:
    day.open(1)
    day.serve(1)
    rating = {"level": "satisfied", "criteria": {"speed": "dissatisfied", "attitude": "very_satisfied"}}
    path = "/offices/demo/counters/1/rating"
    panel = people.as_device("panel")
    assert panel.post(path, json=rating, key="criteria").json["code"] == "invalid_request", "nobody asked"
    with uow.command("demo") as tx:
        [row] = tx.rows("office", code="demo")
        wanted = row["settings"] | {"rating_criteria": ["speed", "attitude"]}
        tx.change("office", {"code": "demo"}, {"settings": wanted})
        tx.reconfigure()
    assert people.as_staff("head").get("/offices/demo").json["rating"]["criteria"] == ["speed", "attitude"]
    wrong = {"level": "satisfied", "criteria": {"speed": "neutral"}}
    assert panel.post(path, json=wrong, key="criteria").status_code == 422, "a level of another scale"
    assert panel.post(path, json=rating, key="criteria").status_code == 201
    found = people.as_staff("head").get(STATS, query_string=TODAY).json["total"]["ratings"]
    assert found["count"] == 1
    told = {name: (one["count"], one["satisfied_pct"], one["levels"]["3"]) for name, one in found["criteria"].items()}
    assert told == {
        "speed": (1, 0.0, {"very_satisfied": 0, "satisfied": 0, "dissatisfied": 1}),
        "attitude": (1, 100.0, {"very_satisfied": 1, "satisfied": 0, "dissatisfied": 0}),
    }
    sheet = people.as_staff("head").get(STATS, query_string=TODAY | {"format": "csv"}).data.decode("utf-8-sig")
    assert "Tốc độ giải quyết: hài lòng" in sheet and "Hướng dẫn: hài lòng" not in sheet


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_officer_learns_no_place_in_the_ranking(uow, people) -> None:
    Past(uow).live(working_days(date(2026, 10, 1), date(2026, 10, 31)), 300, {"satisfied": 290})
    asked = {"from": "2026-10-01", "to": "2026-10-31", "by": "officer"}
    places, sheets = {}, {}
    for username in ("officer1", "head"):
        person = people.as_staff(username)
        rows = person.get("/offices/demo/stats", query_string=asked).json["rows"]
        places[username] = {row["rank"] for row in rows if row["served"]}
        sheets[username] = person.get("/offices/demo/stats", query_string=asked | {"format": "csv"}).text
    assert places["officer1"] == {None} and 1 in places["head"]
    assert "Xếp hạng" not in sheets["officer1"] and "Xếp hạng" in sheets["head"]
