"""One's own account: sign-ins that end, the own password, and a second factor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest

from server.app import Server, create_server
from server.caller import SESSION_IDLE_S, SESSION_S
from server.services.vault import Unreadable, Vault
from server.settings import Settings
from tests.api.conftest import PASSWORD, SECRET, Clock, Person

SignIn = Callable[[str], Person]
NEW = "mat-khau-moi-2026"


@pytest.fixture
def admin(sign_in: SignIn) -> Person:
    return sign_in("admin")


def session_of(server: Server, **body: str) -> tuple[int, str | None]:
    answer = server.app.test_client().post("/api/v1/session", json={"username": "admin", "password": PASSWORD, **body})
    return answer.status_code, (answer.json or {}).get("code")


def test_a_sign_in_ends_when_nobody_is_there(admin: Person, clock: Clock) -> None:
    clock.turn(seconds=SESSION_IDLE_S - 60)
    assert admin.get("/me").status_code == 200
    clock.turn(seconds=SESSION_IDLE_S + 60)
    assert admin.get("/me").status_code == 401


def test_a_sign_in_ends_after_a_long_day_however_busy(admin: Person, clock: Clock) -> None:
    hours = SESSION_S // 3600
    answers = []
    for _hour in range(hours + 1):
        clock.turn(hours=1)
        answers.append(admin.get("/me").status_code)
    assert answers == [200] * hours + [401]


def test_the_own_password_ends_every_other_sign_in(admin: Person, sign_in: SignIn, server: Server) -> None:
    elsewhere = sign_in("admin")
    wrong = admin.post("/me/password", {"current": "guess", "new": NEW})
    assert (wrong.status_code, (wrong.json or {})["code"]) == (401, "wrong_credentials")
    assert admin.post("/me/password", {"current": PASSWORD, "new": "short"}).status_code == 422
    assert admin.post("/me/password", {"current": PASSWORD, "new": NEW}).status_code == 204
    assert admin.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 401
    assert session_of(server) == (401, "wrong_credentials")
    assert session_of(server, password=NEW)[0] == 200


@pytest.fixture
def secret(admin: Person) -> str:
    """An administrator whose phone makes codes; the recovery codes are not kept."""
    return turn_on(admin)[0]


def turn_on(admin: Person, username: str = "admin") -> tuple[str, list[str]]:
    begun = admin.post("/me/second-factor").json or {}
    assert begun["uri"].startswith(f"otpauth://totp/Motcua:{username}?") and begun["qr_svg"].startswith("<svg")
    code = pyotp.TOTP(begun["secret"]).at(Clock().now)
    confirmed = admin.post("/me/second-factor/confirm", {"code": code})
    assert confirmed.status_code == 200, confirmed.json
    return begun["secret"], (confirmed.json or {})["recovery_codes"]


def test_a_second_factor_counts_only_after_a_first_code(admin: Person, server: Server) -> None:
    assert admin.post("/me/second-factor/confirm", {"code": "123456"}).json["code"] == "second_factor_not_begun"  # type: ignore[index]
    admin.post("/me/second-factor")
    assert admin.post("/me/second-factor/confirm", {"code": "000000"}).json["code"] == "wrong_second_factor"  # type: ignore[index]
    assert session_of(server)[0] == 200


def test_then_a_password_alone_is_not_enough(secret: str, server: Server, clock: Clock) -> None:
    assert session_of(server) == (401, "second_factor_required")
    assert session_of(server, password="guess") == (401, "wrong_credentials"), "a wrong password says nothing of it"
    assert session_of(server, code="000000") == (401, "wrong_second_factor")
    clock.turn(seconds=30)
    assert session_of(server, code=pyotp.TOTP(secret).at(clock.now))[0] == 200


def test_a_code_works_once_and_not_for_long(secret: str, server: Server, clock: Clock) -> None:
    clock.turn(seconds=60)
    code = pyotp.TOTP(secret).at(clock.now)
    assert session_of(server, code=code)[0] == 200
    assert session_of(server, code=code) == (401, "wrong_second_factor")
    late = pyotp.TOTP(secret).at(clock.now.timestamp() + 30)
    clock.turn(seconds=120)
    assert session_of(server, code=late) == (401, "wrong_second_factor")


def test_a_recovery_code_works_once_and_is_in_the_log(admin: Person, server: Server) -> None:
    _secret, codes = turn_on(admin)
    assert len(set(codes)) == 8
    assert session_of(server, code=codes[0].upper())[0] == 200
    assert session_of(server, code=codes[0]) == (401, "wrong_second_factor")
    (used,) = server.system.uow.rows("audit", action="staff.recovery_code")
    assert used["detail"] == {"left": 7}
    stored = server.system.uow.first("staff", username="admin")
    assert stored and not set(codes) & set(stored["settings"]["totp"]["recovery"]), "kept as hashes"


def test_an_administrator_helps_somebody_who_lost_the_phone(sign_in: SignIn, admin: Person, server: Server) -> None:
    head = sign_in("head")
    begun = head.post("/me/second-factor").json or {}
    head.post("/me/second-factor/confirm", {"code": pyotp.TOTP(begun["secret"]).at(Clock().now)})
    people = {p["username"]: p for p in admin.get("/offices/demo/staff").json["staff"]}  # type: ignore[index]
    assert people["head"]["second_factor"] and not people["helper"]["second_factor"]
    path = "/api/v1/offices/demo/staff/head/second-factor"
    assert head.client.delete(path, headers=head.headers).status_code == 403
    assert admin.client.delete(path, headers=admin.headers).status_code == 204
    answer = server.app.test_client().post("/api/v1/session", json={"username": "head", "password": PASSWORD})
    assert answer.status_code == 200


def test_what_was_done_is_written_down_with_from_where(admin: Person, server: Server) -> None:
    admin.post("/me/password", {"current": PASSWORD, "new": NEW})
    (row,) = server.system.uow.rows("audit", action="staff.password")
    assert (row["subject"], row["address"]) == ("admin", "127.0.0.1")


def test_the_secret_is_encrypted_and_bound_to_its_person(secret: str, sign_in: SignIn, server: Server) -> None:
    stored = {row["username"]: row for row in server.system.uow.rows("staff")}
    assert secret not in str(stored)
    sealed = stored["admin"]["settings"]["totp"]["sealed"]
    with pytest.raises(Unreadable):
        server.system.vault.open(sealed, f"staff/{stored['head']['id']}/totp")
    with pytest.raises(Unreadable):
        Vault("another installation's key").open(sealed, f"staff/{stored['admin']['id']}/totp")
    newer = Vault("the key after this one", [SECRET])
    assert newer.open(sealed, f"staff/{stored['admin']['id']}/totp") == secret


def test_a_lost_key_leaves_the_recovery_codes(admin: Person, server: Server, database_url: str, tmp_path: Path) -> None:
    _secret, codes = turn_on(admin)
    settings = Settings(
        secret_key="a key that was made anew", database_url=database_url, data_dir=tmp_path, async_mode="threading"
    )
    later = create_server(settings, clock=Clock())
    try:
        assert session_of(later, code="123456") == (401, "wrong_second_factor")
        assert session_of(later, code=codes[0])[0] == 200
    finally:
        later.engine.dispose()


@pytest.mark.parametrize(("asked", "kept_out"), [("administrators", ["admin"]), ("everybody", ["admin", "head"])])
def test_an_office_may_ask_for_a_second_factor(
    sign_in: SignIn, server: Server, asked: str, kept_out: list[str]
) -> None:
    admin = sign_in("admin")
    config = admin.get("/offices/demo/config").json or {}
    config["office"]["second_factor"] = asked
    assert admin.client.put("/api/v1/offices/demo/config", json=config, headers=admin.headers).status_code == 200
    server.app.extensions["motcua_callers"].forget()
    for username in ("admin", "head"):
        person = sign_in(username)
        answer = person.get("/offices/demo/floor")
        must = username in kept_out
        assert (answer.status_code, (answer.json or {}).get("code")) == (
            (403, "second_factor_missing") if must else (200, None)
        )
        assert person.get("/me").json["user"]["must_secure"] is must  # type: ignore[index]
        if must:
            turn_on(person, username)
            assert person.get("/offices/demo/floor").status_code == 200, "then everything opens at once"


def test_an_installation_may_ask_in_every_office_and_of_tokens_too(database_url: str, tmp_path: Path) -> None:
    settings = Settings(
        secret_key=SECRET, database_url=database_url, data_dir=tmp_path, async_mode="threading",
        second_factor="administrators",
    )  # fmt: skip
    server = create_server(settings, clock=Clock())
    try:
        client = server.app.test_client()
        answer = client.post("/api/v1/session", json={"username": "admin", "password": PASSWORD}).json or {}
        admin = Person(client, {"X-CSRFToken": answer["csrf_token"]})
        made = admin.post("/me/tokens", {"name": "x", "scopes": ["floor.watch"], "days": 9}).json or {}
        token = Person(server.app.test_client(), {"Authorization": f"Bearer {made['token']}"})
        assert admin.get("/offices/demo/floor").json["code"] == "second_factor_missing"  # type: ignore[index]
        assert token.get("/offices/demo/floor").json["code"] == "second_factor_missing"  # type: ignore[index]
        assert admin.get("/offices/demo/board").status_code == 200
    finally:
        server.engine.dispose()
