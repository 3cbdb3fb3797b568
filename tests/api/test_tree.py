"""Offices that begin, move and become a part of others, and a history that stays where it was made."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from tests.api.conftest import Clock, Person

_keys = count(1)


@pytest.fixture
def admin(sign_in: Callable[[str], Person]) -> Person:
    return sign_in("admin")


def put(person: Person, path: str, body: Any) -> Any:
    return person.client.put(f"/api/v1{path}", json=body, headers=person.headers)


def below(admin: Person, code: str, parent: str = "demo", **more: Any) -> None:
    answer = admin.post(f"/offices/{parent}/below", {"code": code, "name": f"Phường {code}", **more})
    assert answer.status_code == 201, answer.json


def tree(person: Person) -> list[tuple[str, int]]:
    return [(o["code"], o["depth"]) for o in (person.get("/offices/demo/tree").json or {})["offices"]]


def number(person: Person, office: str) -> Any:
    return person.post(f"/offices/{office}/tickets", {"service": "A"}, key=f"{office}-{next(_keys)}")


def test_offices_are_made_and_moved_within_the_tree(admin: Person, sign_in: Callable[[str], Person]) -> None:
    below(admin, "khu-1")
    below(admin, "khu-2", valid_from="2027-01-01")
    below(admin, "to-1", parent="khu-1")
    assert tree(admin) == [("demo", 0), ("khu-1", 1), ("to-1", 2), ("khu-2", 1)]
    assert put(admin, "/offices/to-1/place", {"parent": "khu-2"}).status_code == 200
    assert tree(admin) == [("demo", 0), ("khu-1", 1), ("khu-2", 1), ("to-1", 2)]
    circle = put(admin, "/offices/khu-2/place", {"parent": "to-1"})
    assert (circle.status_code, circle.json["code"]) == (409, "office_circle")
    taken = admin.post("/offices/demo/below", {"code": "khu-1", "name": "x"})
    assert (taken.status_code, (taken.json or {})["code"]) == (409, "office_exists")
    assert sign_in("head").get("/offices/demo/tree").status_code == 403


def test_who_has_no_right_above_cannot_leave_what_stands_above(admin: Person, sign_in: Callable[[str], Person]) -> None:
    below(admin, "khu-1")
    body = {"name": "Lan", "roles": ["admin"], "password": "mat-khau-demo"}
    assert put(admin, "/offices/khu-1/staff/lan", body).status_code == 200
    lan = sign_in("lan")
    assert put(lan, "/offices/khu-1/place", {"parent": None}).status_code == 403
    assert lan.post("/offices/khu-1/merge", {"into": "demo", "on": "2027-01-01"}).status_code == 403
    assert [o["code"] for o in (lan.get("/offices/khu-1/tree").json or {})["offices"]] == ["khu-1"]


def test_an_office_gives_numbers_from_its_first_day_to_its_last(admin: Person, clock: Clock) -> None:
    below(admin, "khu-1", valid_from="2026-11-23")
    early = number(admin, "khu-1")
    assert (early.status_code, (early.json or {})["code"]) == (409, "office_not_in_force")
    assert put(admin, "/offices/khu-1/dates", {"valid_from": "2026-11-20", "valid_to": None}).status_code == 200
    assert number(admin, "khu-1").status_code == 201
    assert put(admin, "/offices/khu-1/dates", {"valid_from": "2026-11-20", "valid_to": "2026-11-01"}).status_code == 422


def test_a_merged_office_keeps_its_history_under_its_successor(admin: Person, sign_in: Callable[[str], Person]) -> None:
    below(admin, "khu-1")
    below(admin, "khu-2")
    assert [number(admin, "khu-1").json["number"] for _ in range(3)] == ["A001", "A002", "A003"]  # type: ignore[index]
    number(admin, "khu-2")
    today = admin.post("/offices/khu-1/merge", {"into": "khu-2", "on": "2026-11-20"})
    assert (today.status_code, (today.json or {})["code"]) == (409, "office_still_serving")
    for ticket in (admin.get("/offices/khu-1/floor").json or {})["line"]:
        admin.post(f"/tickets/{ticket['id']}/cancel", {"note": "sáp nhập"})
    merged = admin.post("/offices/khu-1/merge", {"into": "khu-2", "on": "2026-11-20"})
    assert merged.status_code == 200, merged.json
    row = next(o for o in merged.json["offices"] if o["code"] == "khu-1")  # type: ignore[index]
    assert (row["parent"], row["merged_into"], row["valid_to"], row["depth"]) == ("khu-2", "khu-2", "2026-11-19", 2)
    refused = number(admin, "khu-1")
    assert (refused.status_code, (refused.json or {})["code"]) == (409, "office_not_in_force")
    assert "Phường khu-2" in (refused.json or {})["detail"]
    shown = (admin.get("/offices/khu-1").json or {})["services"][0]
    assert (shown["open"], shown["closed_reason"]) == (False, "stopped")
    days = "from=2026-11-20&to=2026-11-20"
    issued = {
        scope: (admin.get(f"/offices/khu-2/stats?{days}&scope={scope}").json or {})["total"]["issued"]
        for scope in ("office", "tree")
    }
    assert issued == {"office": 1, "tree": 4}, "the successor's tree still counts what was done before"
    log = (admin.get("/offices/khu-2/audit").json or {})["rows"]
    assert ("office.merge", "khu-1") in [(r["action"], r["subject"]) for r in log]
    for path, body in (("dates", {"valid_from": None, "valid_to": None}), ("place", {"parent": "demo"})):
        again = put(admin, f"/offices/khu-1/{path}", body)
        assert (again.status_code, again.json["code"]) == (409, "office_merged"), "a merger is not undone in passing"


def issued(admin: Person, office: str, **asked: str) -> dict[str | None, int]:
    """Numbers of both days, by office."""
    words = "&".join(f"{name}={value}" for name, value in {"from": "2026-11-20", "to": "2026-11-23", **asked}.items())
    answer = admin.get(f"/offices/{office}/stats?scope=tree&by=office&{words}")
    assert answer.status_code == 200, answer.json
    return {row["key"]["office"]: row["issued"] for row in (answer.json or {})["rows"]}


def test_figures_before_and_after_a_merger_belong_to_the_tree_of_their_day(
    admin: Person, sign_in: Callable[[str], Person], clock: Clock
) -> None:
    """Two numbers at khu-1 and one at khu-2 on Friday; on Monday khu-1 is part of khu-2, which gives two."""
    below(admin, "khu-1")
    below(admin, "khu-2")
    for code, many in (("khu-1", 2), ("khu-2", 1)):
        for _ in range(many):
            assert number(admin, code).status_code == 201
    assert admin.post("/offices/khu-1/merge", {"into": "khu-2", "on": "2026-11-23"}).status_code == 200
    assert dict(tree(admin))["khu-1"] == 1, "until then it stands where it stood"
    clock.turn(days=3)
    admin = sign_in("admin")
    for _ in range(2):
        assert number(admin, "khu-2").status_code == 201
    assert dict(tree(admin))["khu-1"] == 2
    assert issued(admin, "demo") == {"khu-1": 2, "khu-2": 3}
    assert issued(admin, "khu-2") == {"khu-2": 3}, "Friday was not khu-2's yet"
    assert issued(admin, "khu-2", to="2026-11-20") == {"khu-2": 1}
    assert issued(admin, "khu-2", tree_on="2026-11-23") == {"khu-1": 2, "khu-2": 3}, "all it brought"
    assert issued(admin, "khu-2", tree_on="2026-11-20") == {"khu-2": 3}
    for tree_now, brought in (("", []), ("&tree=now", ["2"])):
        page = admin.client.get(f"/reports?office=khu-2&from=2026-11-20&to=2026-11-23{tree_now}").text
        part = page[page.index('id="offices"') :] if 'id="offices"' in page else ""
        assert re.findall(r'Phường khu-1</th>\s*<td class="amount">(?:<a [^>]*>)?(\d+)', part) == brought


def test_a_planned_merger_is_called_off_until_its_day_comes(
    admin: Person, sign_in: Callable[[str], Person], clock: Clock
) -> None:
    below(admin, "khu-1")
    below(admin, "khu-2")
    off = "/api/v1/offices/khu-1/merge"
    none = admin.client.delete(off, headers=admin.headers)
    assert (none.status_code, none.json["code"]) == (409, "office_not_merged")
    for _ in range(2):  # what was called off can be planned again
        assert admin.post("/offices/khu-1/merge", {"into": "khu-2", "on": "2026-11-23"}).status_code == 200
        called_off = admin.client.delete(off, headers=admin.headers)
        row = next(o for o in called_off.json["offices"] if o["code"] == "khu-1")
        assert (row["merged_into"], row["valid_to"], row["moves"], row["parent"]) == (None, None, [], "demo")
    assert admin.post("/offices/khu-1/merge", {"into": "khu-2", "on": "2026-11-23"}).status_code == 200
    log = (admin.get("/offices/khu-2/audit").json or {})["rows"]
    assert [row["action"] for row in log if row["subject"] == "khu-1"].count("office.merge_off") == 2
    lan = {"name": "Lan", "roles": ["admin"], "password": "mat-khau-demo"}
    assert put(admin, "/offices/khu-1/staff/lan", lan).status_code == 200
    one_side = sign_in("lan")
    assert one_side.client.delete(off, headers=one_side.headers).status_code == 403, "it takes a right in both"
    clock.turn(days=3)
    late = sign_in("admin")
    refused = late.client.delete(off, headers=late.headers)
    assert (refused.status_code, refused.json["code"]) == (409, "office_merged")


def test_a_move_is_dated_forward_and_back(admin: Person, sign_in: Callable[[str], Person], clock: Clock) -> None:
    below(admin, "khu-1")
    below(admin, "khu-2")
    below(admin, "to-1", parent="khu-1")
    number(admin, "to-1")
    person = {"name": "Lan", "roles": ["head"], "password": "mat-khau-demo"}
    assert put(admin, "/offices/khu-2/staff/lan", person).status_code == 200
    lan = sign_in("lan")
    moved = put(admin, "/offices/to-1/place", {"parent": "khu-2", "since": "2026-11-23"})
    row = next(o for o in moved.json["offices"] if o["code"] == "to-1")
    assert (row["parent"], row["moves"]) == ("khu-1", [{"since": "2026-11-23", "parent": "khu-2"}])
    assert lan.get("/offices/to-1/floor").status_code == 403, "rights follow the tree of today"
    later = (admin.get("/offices/demo/tree?on=2026-11-23").json or {})["offices"]
    assert next(o for o in later if o["code"] == "to-1")["parent"] == "khu-2"
    assert admin.get("/offices/demo/tree?on=x").status_code == 422
    clock.turn(days=3)
    admin = sign_in("admin")
    assert sign_in("lan").get("/offices/to-1/floor").status_code == 200
    assert issued(admin, "khu-2", to="2026-11-23").get("to-1", 0) == 0
    corrected = put(admin, "/offices/to-1/place", {"parent": "khu-2", "since": "2026-11-20"})
    assert corrected.status_code == 200
    assert issued(admin, "khu-2")["to-1"] == 1, "it had stood there since Friday after all"
    log = (admin.get("/offices/to-1/audit").json or {})["rows"]
    assert [row["detail"]["since"] for row in log if row["action"] == "office.place" and row["detail"]] == [
        "2026-11-20", "2026-11-23",
    ]  # fmt: skip
