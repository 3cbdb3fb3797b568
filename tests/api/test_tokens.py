"""Personal API tokens: some of a person's rights, in a program's hands, until a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from server.app import Server
from tests.api.conftest import PASSWORD, Clock, Person

SignIn = Callable[[str], Person]


@pytest.fixture
def head(sign_in: SignIn) -> Person:
    return sign_in("head")


def make(person: Person, *scopes: str, days: int = 30) -> dict[str, Any]:
    answer = person.post("/me/tokens", {"name": "nightly figures", "scopes": list(scopes), "days": days})
    assert answer.status_code == 201, answer.json
    return dict(answer.json or {})


def program(server: Server, token: str) -> Person:
    return Person(server.app.test_client(), {"Authorization": f"Bearer {token}"})


def remove(person: Person, path: str) -> Any:
    return person.client.delete(f"/api/v1{path}", headers=person.headers)


def test_a_token_does_what_its_scopes_say_and_nothing_else(head: Person, server: Server) -> None:
    figures = program(server, make(head, "stats.read")["token"])
    assert figures.get("/offices/demo/stats").status_code == 200
    assert figures.get("/me").json["user"]["scopes"] == ["stats.read"]  # type: ignore[index]
    for refused in (
        figures.get("/offices/demo/floor"),
        figures.post("/offices/demo/notice", {"vi": "x"}),
        figures.get("/me/tokens"),
        figures.post("/me/tokens", {"name": "more", "scopes": ["stats.read"], "days": 9}),
        figures.post("/me/password", {"current": PASSWORD, "new": "mat-khau-khac"}),
    ):
        assert (refused.status_code, refused.json["code"]) == (403, "forbidden")


@pytest.mark.parametrize("scope", ["office.configure", "account.own", "device.serve", "nothing.such"])
def test_nobody_gives_away_what_is_not_theirs(head: Person, scope: str) -> None:
    answer = head.post("/me/tokens", {"name": "x", "scopes": ["stats.read", scope], "days": 30})
    assert (answer.status_code, (answer.json or {})["code"]) == (422, "invalid_request")


def test_a_token_is_shown_once_and_stored_as_a_hash(head: Person, server: Server) -> None:
    made = make(head, "stats.read")
    assert made["token"].startswith("motcua_")
    assert made["token"] not in str(head.get("/me/tokens").json)
    assert made["token"] not in str(server.system.uow.rows("api_token"))
    assert made["token"] not in str(server.system.uow.rows("audit"))


def test_a_token_ends_on_its_day(head: Person, server: Server, clock: Clock) -> None:
    figures = program(server, make(head, "stats.read", days=1)["token"])
    clock.turn(hours=23)
    assert figures.get("/offices/demo/stats").status_code == 200
    clock.turn(hours=2)
    server.app.extensions["motcua_callers"].forget()
    assert figures.get("/offices/demo/stats").status_code == 401


def test_a_token_ends_when_it_is_revoked_and_only_by_its_owner(head: Person, sign_in: SignIn, server: Server) -> None:
    made = make(head, "stats.read")
    figures = program(server, made["token"])
    assert remove(sign_in("admin"), f"/me/tokens/{made['id']}").status_code == 404
    assert figures.get("/offices/demo/stats").status_code == 200
    assert remove(head, f"/me/tokens/{made['id']}").status_code == 204
    assert figures.get("/offices/demo/stats").status_code == 401
    assert head.get("/me/tokens").json["tokens"] == []  # type: ignore[index]
    done = [(r["action"], r["subject"], r["actor"]) for r in server.system.uow.rows("audit") if "token." in r["action"]]
    assert [(a, s) for a, s, _ in done] == [("token.make", "nightly figures"), ("token.revoke", "nightly figures")]


def test_a_lost_role_is_lost_to_the_token_and_a_new_password_by_others_ends_it(
    head: Person, sign_in: SignIn, server: Server
) -> None:
    figures = program(server, make(head, "stats.read", "floor.watch")["token"])
    admin, path = sign_in("admin"), "/api/v1/offices/demo/staff/head"
    body = {"name": "x", "roles": ["helper"]}
    assert admin.client.put(path, json=body, headers=admin.headers).status_code == 200
    assert figures.get("/offices/demo/stats").status_code == 403
    assert figures.get("/offices/demo/floor").status_code == 200
    assert admin.client.put(path, json=body | {"password": PASSWORD}, headers=admin.headers).status_code == 200
    assert figures.get("/offices/demo/floor").status_code == 401


def test_a_token_needs_no_csrf_and_a_wrong_one_does_not_fall_back_to_a_cookie(sign_in: SignIn, server: Server) -> None:
    helper = sign_in("helper")
    made = make(helper, "ticket.issue")
    assert program(server, made["token"]).take("A")["number"] == "A001"
    stale = helper.client.get("/api/v1/me", headers={"Authorization": f"Bearer {made['token'][:-1]}"})
    assert stale.status_code == 401


def test_there_is_an_end_to_tokens(head: Person) -> None:
    for _ in range(20):
        make(head, "stats.read")
    answer = head.post("/me/tokens", {"name": "x", "scopes": ["stats.read"], "days": 30})
    assert (answer.status_code, (answer.json or {})["code"]) == (409, "too_many_tokens")


def test_when_it_was_last_used_is_known_to_the_hour(head: Person, server: Server, clock: Clock) -> None:
    figures = program(server, make(head, "stats.read")["token"])

    def used() -> Any:
        return (head.get("/me/tokens").json or {})["tokens"][0]["used_at"]

    assert used() is None
    seen = []
    for minutes in (0, 30, 31):
        clock.turn(minutes=minutes)
        server.app.extensions["motcua_callers"].forget()
        assert figures.get("/offices/demo/stats").status_code == 200
        seen.append(used())
    assert seen[0] == seen[1] == (clock.now - timedelta(minutes=61)).isoformat(timespec="minutes")
    assert seen[2] == clock.now.isoformat(timespec="minutes")
