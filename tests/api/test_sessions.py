"""Sign-ins that end: here, elsewhere, by themselves; and with them their live connections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.app import Server
from server.caller import SESSION_IDLE_S, SESSION_S
from tests.api.conftest import PASSWORD, Clock, Person

SignIn = Callable[[str], Person]


def watch(server: Server, headers: dict[str, str] | None = None, token: str | None = None) -> Any:
    """A live connection that has joined the staff's topic."""
    client = server.app.extensions["socketio"].test_client(
        server.app, namespace="/live", headers=headers, auth={"token": token} if token else None
    )
    answer = client.emit("join", {"office": "demo", "topics": ["floor"]}, namespace="/live", callback=True)
    assert "error" not in answer, answer
    return client


def of(person: Person) -> dict[str, str]:
    cookie = person.client.get_cookie("motcua")
    assert cookie
    return {"Cookie": f"motcua={cookie.value}"}


def is_connected(client: Any) -> bool:
    return bool(client.is_connected(namespace="/live"))


def remove(person: Person, path: str) -> int:
    return int(person.client.delete(f"/api/v1{path}", headers=person.headers).status_code)


def test_a_copied_cookie_ends_with_the_sign_in(sign_in: SignIn, server: Server) -> None:
    head = sign_in("head")
    copied = of(head)
    thief = server.app.test_client(use_cookies=False)
    assert thief.get("/api/v1/me", headers=copied).status_code == 200
    assert remove(head, "/session") == 204
    assert thief.get("/api/v1/me", headers=copied).status_code == 401


def test_signing_out_cuts_this_browsers_connections_and_no_others(sign_in: SignIn, server: Server) -> None:
    here, elsewhere, colleague = sign_in("head"), sign_in("head"), sign_in("helper")
    cut, kept, also_kept = (watch(server, of(p)) for p in (here, elsewhere, colleague))
    assert remove(here, "/session") == 204
    assert [is_connected(c) for c in (cut, kept, also_kept)] == [False, True, True]


def test_a_password_change_ends_the_other_sign_ins_and_their_connections(sign_in: SignIn, server: Server) -> None:
    here, elsewhere = sign_in("head"), sign_in("head")
    cut = watch(server, of(elsewhere))
    assert here.post("/me/password", {"current": PASSWORD, "new": "mat-khau-moi-2026"}).status_code == 204
    assert not is_connected(cut)
    assert elsewhere.get("/me").status_code == 401
    assert [s["current"] for s in here.get("/me/sign-ins").json["sign_ins"]] == [True]  # type: ignore[index]


def test_a_locked_account_and_a_lost_role_cut_connections(sign_in: SignIn, server: Server) -> None:
    admin, helper = sign_in("admin"), sign_in("helper")
    connection = watch(server, of(helper))
    body = {"name": "Hướng dẫn viên", "roles": ["helper"], "active": False}
    path = "/api/v1/offices/demo/staff/helper"
    assert admin.client.put(path, json=body, headers=admin.headers).status_code == 200
    assert not is_connected(connection)


def test_a_revoked_token_cuts_its_connection(sign_in: SignIn, server: Server) -> None:
    head = sign_in("head")
    made = head.post("/me/tokens", {"name": "wall", "scopes": ["floor.watch"], "days": 9}).json or {}
    connection = watch(server, token=made["token"])
    assert remove(head, f"/me/tokens/{made['id']}") == 204
    assert not is_connected(connection)


@pytest.mark.parametrize("busy", [False, True])
def test_time_ends_connections_too(sign_in: SignIn, server: Server, clock: Clock, busy: bool) -> None:
    head = sign_in("head")
    connection = watch(server, of(head))
    clock.turn(seconds=SESSION_IDLE_S - 60)
    server.hub.on_recheck(None)
    assert is_connected(connection)
    for _hour in range(SESSION_S // 3600 if busy else 1):
        clock.turn(hours=1)
        if busy:
            head.get("/me")
    server.hub.on_recheck(None)
    assert not is_connected(connection)


def test_one_ends_a_sign_in_from_elsewhere_but_nobody_elses(sign_in: SignIn, server: Server) -> None:
    here, forgotten, colleague = sign_in("head"), sign_in("head"), sign_in("helper")
    listed = here.get("/me/sign-ins").json["sign_ins"]  # type: ignore[index]
    (other,) = [s["id"] for s in listed if not s["current"]]
    assert remove(colleague, f"/me/sign-ins/{other}") == 404
    assert remove(here, f"/me/sign-ins/{other}") == 204
    assert (here.get("/me").status_code, forgotten.get("/me").status_code) == (200, 401)


def test_every_sign_in_is_in_the_log_and_no_password_is(sign_in: SignIn, anybody: Person, server: Server) -> None:
    head = sign_in("head")
    remove(head, "/session")
    anybody.post("/session", {"username": "head", "password": "a wrong one"})
    anybody.post("/session", {"username": "mat-khau-go-nham", "password": "a wrong one"})
    rows = sorted(server.system.uow.rows("audit"), key=lambda r: r["id"])
    told = [(r["action"], r["why"], r["address"]) for r in rows if r["action"].startswith("staff.sign_")]
    assert told == [
        ("staff.sign_in", None, "127.0.0.1"),
        ("staff.sign_out", "signed_out", "127.0.0.1"),
        ("staff.sign_in_refused", "wrong_credentials", "127.0.0.1"),
        ("staff.sign_in_refused", "wrong_credentials", "127.0.0.1"),
    ]
    assert "a wrong one" not in str(rows) and "mat-khau-go-nham" not in str(rows)
