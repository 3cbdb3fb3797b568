"""Who may do what: every route states it, and the statement is what happens."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server.app import Server
from server.live.namespace import TOPIC_RULES
from server.services.access import RULES
from tests.api.conftest import PASSWORD, Clock, Person

PAGES = {"kiosk", "display", "web", "static"}


def test_every_api_route_states_who_may_use_it(server: Server) -> None:
    silent = []
    for rule in server.app.url_map.iter_rules():
        if rule.rule.startswith("/api/") and rule.endpoint != "openapi.spec":
            view = server.app.view_functions[rule.endpoint]
            while not hasattr(view, "access_rule") and hasattr(view, "__wrapped__"):
                view = view.__wrapped__
            if getattr(view, "access_rule", None) not in RULES:
                silent.append(rule.rule)
    assert not silent


def test_every_live_topic_states_who_may_join_it() -> None:
    assert set(TOPIC_RULES.values()) <= RULES.keys()


STAFF_ONLY = ["/offices/demo/floor", "/offices/demo/ratings/today", "/offices/demo/devices", "/tickets/x", "/agent"]


@pytest.mark.parametrize("path", STAFF_ONLY)
def test_nobody_reads_what_is_not_public(anybody: Person, path: str) -> None:
    answer = anybody.get(path)
    assert (answer.status_code, (answer.json or {})["code"]) == (401, "not_signed_in")


def test_an_officer_issues_no_numbers_and_a_kiosk_calls_nobody(officer: Person, kiosk: Person) -> None:
    assert officer.post("/offices/demo/tickets", {"service": "A"}, key="k").status_code == 403
    assert kiosk.post("/offices/demo/counters/1/next").status_code == 403


def test_a_changing_request_by_cookie_needs_the_csrf_token(officer: Person) -> None:
    answer = officer.client.post("/api/v1/offices/demo/counters/1/close", json={})
    assert (answer.status_code, (answer.json or {})["code"]) == (403, "csrf_failed")


def test_wrong_passwords_are_refused_alike_and_then_slowed(anybody: Person) -> None:
    tries = [anybody.post("/session", {"username": "officer1", "password": f"guess {n}"}) for n in range(11)]
    unknown = anybody.post("/session", {"username": "nobody", "password": "guess"})
    assert [t.status_code for t in tries] == [401] * 10 + [429]
    assert tries[0].json == unknown.json
    assert tries[-1].json["code"] == "too_many_requests"  # type: ignore[index]
    assert anybody.post("/session", {"username": "officer2", "password": PASSWORD}).status_code == 200


def test_one_password_tried_on_many_names_is_slowed_as_well(anybody: Person) -> None:
    tries = [anybody.post("/session", {"username": f"name{n}", "password": "123456"}) for n in range(61)]
    assert [t.status_code for t in tries] == [401] * 60 + [429]
    assert int(tries[-1].headers["Retry-After"]) > 0


def test_sign_out_ends_it(officer: Person) -> None:
    assert officer.client.delete("/api/v1/session", headers=officer.headers).status_code == 204
    assert officer.get("/me").status_code == 401


def test_codes_cannot_be_guessed_in_numbers(anybody: Person) -> None:
    tries = [anybody.post("/devices/pair", {"code": f"{n:08d}"}) for n in range(21)]
    assert [t.status_code for t in tries] == [409] * 20 + [429]


def test_pairing_works_once_and_a_revoked_token_is_worth_nothing(
    sign_in: Callable[[str], Person], anybody: Person, server: Server, clock: Clock
) -> None:
    admin = sign_in("admin")
    devices = admin.get("/offices/demo/devices").json["devices"]  # type: ignore[index]
    tablet = next(d["id"] for d in devices if d["name"] == "tablet")
    code = admin.post(f"/offices/demo/devices/{tablet}/pairing").json["code"]  # type: ignore[index]
    paired = anybody.post("/devices/pair", {"code": code})
    assert paired.status_code == 201 and paired.json["office"] == "demo"  # type: ignore[index]
    assert anybody.post("/devices/pair", {"code": code}).json["code"] == "pairing_refused"  # type: ignore[index]
    device = Person(server.app.test_client(), {"Authorization": f"Bearer {paired.json['token']}"})  # type: ignore[index]
    assert device.get("/me").json["device"]["kind"] == "panel"  # type: ignore[index]
    assert admin.post(f"/offices/demo/devices/{tablet}/revoke").status_code == 200
    assert device.get("/me").status_code == 401
    late = admin.post(f"/offices/demo/devices/{tablet}/pairing").json["code"]  # type: ignore[index]
    clock.turn(minutes=16)
    assert anybody.post("/devices/pair", {"code": late}).json["code"] == "pairing_refused"  # type: ignore[index]


def test_no_token_or_password_is_stored_readable(server: Server, tmp_path: object) -> None:
    for row in server.system.uow.rows("staff"):
        assert row["password_hash"].startswith("$argon2id$")
    stored = {row["token_hash"] for row in server.system.uow.rows("device")} - {None}
    assert stored and all(len(token) == 64 for token in stored)
