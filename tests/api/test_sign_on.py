"""A province's own sign-on against a real provider: who comes in, who does not, and what a liar achieves."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
import requests
from flask.testing import FlaskClient
from pydantic import ValidationError

from server.app import Server, create_server
from server.commands.demo_office import OFFICE
from server.domain.words import Role
from server.services.access import Actor
from server.services.offices import put_office
from server.services.staff import put_staff
from server.settings import Settings
from tests.api.conftest import PASSWORD, SECRET, Clock
from tests.provider import Provider

CALLBACK = "/sign-on/tinh/callback"


@pytest.fixture
def province() -> Iterator[Provider]:
    with Provider() as provider:
        yield provider


def about(provider: Provider, **more: Any) -> dict[str, Any]:
    return {
        "name": "tinh", "title": "Tỉnh", "issuer": provider.issuer, "client_id": provider.client_id,
        "client_secret": provider.client_secret, "office": "demo", **more,
    }  # fmt: skip


@pytest.fixture
def serve(demo_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Server]]:
    made: list[Server] = []

    def start(*sign_on: dict[str, Any]) -> Server:
        shutil.copytree(demo_folder, tmp_path, dirs_exist_ok=True)
        made.append(create_server(Settings(
            secret_key=SECRET, database_url=f"sqlite:///{tmp_path / 'demo.db'}", data_dir=tmp_path,
            async_mode="threading", sign_on=list(sign_on),
        ), clock=clock))  # fmt: skip
        return made[-1]

    yield start
    for server in made:
        server.engine.dispose()


@pytest.fixture
def server(serve: Callable[..., Server], province: Provider) -> Server:
    return serve(about(province))


def went_to_province(client: FlaskClient, path: str = "/sign-on/tinh?next=/floor") -> str:
    """Begin, let the province send the browser back; returns the address that it comes back to."""
    begun = client.get(path)
    assert begun.status_code == 302, begun.text
    back = requests.get(begun.location, allow_redirects=False, timeout=5)
    assert back.status_code == 302, back.text
    address = urlsplit(back.headers["Location"])
    return f"{address.path}?{address.query}"


def sign_on(server: Server) -> tuple[FlaskClient, str]:
    client = server.app.test_client()
    return client, client.get(went_to_province(client)).location


def me(client: FlaskClient) -> Any:
    return client.get("/api/v1/me")


def test_somebody_known_comes_in_and_where_they_wanted_to_go(server: Server) -> None:
    client, goes_to = sign_on(server)
    assert goes_to == "/floor"
    assert me(client).json["user"]["roles"] == ["officer"]
    (row,) = server.system.uow.rows("audit", action="staff.sign_in")
    assert (row["subject"], row["detail"]) == ("officer1", {"method": "sign_on", "issuer": "tinh"})
    (stored,) = server.system.uow.rows("sign_in")
    assert "s-1" not in str(stored), "the province's name for a person is kept as a hash"


def test_what_the_province_is_asked_has_state_nonce_and_a_challenge(server: Server, province: Provider) -> None:
    asked = parse_qs(urlsplit(server.app.test_client().get("/sign-on/tinh").location).query)
    assert all(len(asked[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"] == ["http://localhost/sign-on/tinh/callback"]
    assert province.client_secret not in str(asked)


@pytest.mark.parametrize("claims", [
    {"preferred_username": "nobody-here"}, {"preferred_username": None}, {"preferred_username": ["admin"]},
    {"preferred_username": "locked"}, {"preferred_username": "neighbour"}, {"preferred_username": "both"},
    {"preferred_username": "roleless"},
])  # fmt: skip
def test_a_sign_on_makes_no_account_and_no_power(server: Server, province: Provider, claims: dict[str, Any]) -> None:
    uow = server.system.uow
    put_office(uow, OFFICE | {"code": "beside"}, Actor("tests"))
    with uow.command("demo") as tx:
        put_staff(tx, "locked", "x", [Role.HEAD], None)
        tx.change("staff", {"username": "locked"}, {"active": False})
        put_staff(tx, "both", "x", [Role.OFFICER], None)
        put_staff(tx, "roleless", "x", [], None)
    with uow.command("beside") as tx:
        put_staff(tx, "neighbour", "x", [Role.ADMIN], None)
        put_staff(tx, "both", "x", [Role.ADMIN], None)
    people = len(uow.rows("staff"))
    province.signed_in |= claims | {"roles": ["admin"], "groups": ["admin"]}
    client, goes_to = sign_on(server)
    assert goes_to == "/login?refused=sign_on_refused"
    assert me(client).status_code == 401
    assert (len(uow.rows("staff")), uow.rows("sign_in")) == (people, [])
    assert [r["why"] for r in uow.rows("audit", action="staff.sign_in_refused")] == ["sign_on_refused"]


def _wrong(**claims: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda right: {k: v for k, v in (right | claims).items() if v is not None}


PAST = time.time() - 3600
LIES = {
    "another audience": _wrong(aud="another-program"),
    "another audience, for us": _wrong(aud="another-program", azp="motcua"),
    "no audience": _wrong(aud=None),
    "another issuer": _wrong(iss="https://elsewhere.example"),
    "no issuer": _wrong(iss=None),
    "expired": _wrong(iat=PAST, exp=PAST + 300),
    "never expires": _wrong(exp=None),
    "not yet": _wrong(nbf=time.time() + 3600),
    "another browser's nonce": _wrong(nonce="a nonce of somebody else"),
    "no nonce": _wrong(nonce=None),
    "no subject": _wrong(sub=None),
    "nothing": lambda right: {},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_token_with_a_wrong_claim_is_refused(server: Server, province: Provider, lie: Any) -> None:
    province.forge = lie
    client, goes_to = sign_on(server)
    assert goes_to == "/login?refused=sign_on_failed"
    assert me(client).status_code == 401


def test_a_forged_signature_is_refused(server: Server, province: Provider) -> None:
    province.key = province.strange_key()
    assert sign_on(server)[1] == "/login?refused=sign_on_failed"


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_an_algorithm_that_proves_nothing_is_refused(server: Server, province: Provider, algorithm: str) -> None:
    """Even when the provider's own description offers it."""
    province.algorithms = ["RS256", algorithm]
    province.algorithm = algorithm
    assert sign_on(server)[1] == "/login?refused=sign_on_failed"


def test_a_code_a_state_and_an_address_work_once_and_in_one_browser(server: Server, province: Provider) -> None:
    client = server.app.test_client()
    back = went_to_province(client)
    stranger = server.app.test_client()
    assert stranger.get(back).location == "/login?refused=sign_on_failed", "another browser's state"
    assert client.get(back).location == "/floor"
    assert client.get(back).location == "/login?refused=sign_on_failed", "a second time"
    (code,) = parse_qs(urlsplit(went_to_province(server.app.test_client())).query)["code"]
    assert client.get(f"{CALLBACK}?code={code}&state=x").location == "/login?refused=sign_on_failed", "no such state"


@pytest.mark.parametrize("query", ["", "?error=access_denied", "?code=x", "?state=x", "?code=x&state=x", "?code[]=%00"])
def test_a_callback_that_nobody_asked_for_is_refused(server: Server, query: str) -> None:
    assert server.app.test_client().get(CALLBACK + query).location == "/login?refused=sign_on_failed"


def test_a_next_address_elsewhere_is_not_followed(server: Server) -> None:
    client = server.app.test_client()
    back = went_to_province(client, "/sign-on/tinh?next=https://elsewhere.example/")
    assert client.get(back).location == "/console"


def test_a_second_factor_here_is_asked_for_as_well(server: Server, province: Provider, clock: Clock) -> None:
    secret = turn_on(server, "officer1")
    client, goes_to = sign_on(server)
    assert goes_to == "/login?refused=second_factor_required&next=%2Ffloor"
    assert me(client).status_code == 401
    clock.turn(seconds=60)
    right = pyotp.TOTP(secret).at(clock.now)
    assert client.post("/api/v1/session/code", json={"code": right}).json["code"] == "csrf_failed"
    token = {"X-CSRFToken": csrf_of(client)}
    assert client.post("/api/v1/session/code", json={"code": "000000"}, headers=token).status_code == 401
    assert client.post("/api/v1/session/code", json={"code": right}, headers=token).status_code == 200
    assert me(client).status_code == 200


def test_waiting_for_a_code_ends(server: Server, province: Provider, clock: Clock) -> None:
    secret = turn_on(server, "officer1")
    client, _ = sign_on(server)
    clock.turn(minutes=6)
    sent = {"json": {"code": pyotp.TOTP(secret).at(clock.now)}, "headers": {"X-CSRFToken": csrf_of(client)}}
    assert client.post("/api/v1/session/code", **sent).status_code == 401  # type: ignore[arg-type]


@pytest.mark.parametrize(("trusted", "methods", "comes_in"), [
    (True, ["pwd", "otp"], True), (True, ["pwd"], False), (False, ["pwd", "otp"], False), (True, "otp", False),
])  # fmt: skip
def test_a_second_factor_there_counts_where_the_settings_say_so(
    serve: Callable[..., Server], province: Provider, trusted: bool, methods: Any, comes_in: bool
) -> None:
    server = serve(about(province, trusted_second_factor=trusted))
    turn_on(server, "officer1")
    province.signed_in |= {"amr": methods}
    assert (me(sign_on(server)[0]).status_code == 200) is comes_in


def turn_on(server: Server, username: str) -> str:
    client = server.app.test_client()
    answer = client.post("/api/v1/session", json={"username": username, "password": PASSWORD}).json or {}
    headers = {"X-CSRFToken": answer["csrf_token"]}
    begun = client.post("/api/v1/me/second-factor", json={}, headers=headers).json or {}
    code = pyotp.TOTP(begun["secret"]).at(server.system.clock())
    assert client.post("/api/v1/me/second-factor/confirm", json={"code": code}, headers=headers).status_code == 200
    return str(begun["secret"])


def csrf_of(client: FlaskClient) -> str:
    page = client.get("/login").text
    return page.split('name="csrf-token" content="')[1].split('"')[0]


def test_two_provinces_each_for_their_own(serve: Callable[..., Server], province: Provider) -> None:
    with Provider() as second:
        second.signed_in = {"sub": "s-2", "preferred_username": "officer1"}
        server = serve(about(province), about(second, name="tinh-ban", office="beside"))
        put_office(server.system.uow, OFFICE | {"code": "beside"}, Actor("tests"))
        client = server.app.test_client()
        assert [p["name"] for p in page_config(client)["sign_on"]] == ["tinh", "tinh-ban"]
        assert client.get(went_to_province(client, "/sign-on/tinh-ban")).location == "/login?refused=sign_on_refused"
        # A code of one province at the other's address.
        mixed = went_to_province(client).replace("/tinh/", "/tinh-ban/")
        assert client.get(mixed).location == "/login?refused=sign_on_failed"


def page_config(client: FlaskClient) -> Any:
    import json

    return json.loads(client.get("/login").text.split('id="config">')[1].split("</script>")[0])


def test_signing_out_goes_to_the_province_as_well(server: Server, province: Provider) -> None:
    client, _ = sign_on(server)
    answer = client.delete("/api/v1/session", headers={"X-CSRFToken": csrf_of(client)})
    url = urlsplit((answer.json or {})["sign_out_url"])
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{province.issuer}/end"
    asked = parse_qs(url.query)
    assert asked["post_logout_redirect_uri"] == ["http://localhost/login"]
    assert province.claims_of(asked["id_token_hint"][0])["sub"] == "s-1", "the province knows whom it signs out"
    assert me(client).status_code == 401


def test_the_provinces_token_is_kept_sealed_and_no_longer_than_the_sign_in(server: Server, province: Provider) -> None:
    client, _ = sign_on(server)
    (row,) = server.system.uow.rows("sign_in")
    assert row["id_token"].startswith("v1."), "encrypted, as all that is personal"
    client.delete("/api/v1/session", headers={"X-CSRFToken": csrf_of(client)})
    (row,) = server.system.uow.rows("sign_in")
    assert row["id_token"] is None


def test_whoever_leaves_there_is_out_here(server: Server, province: Provider) -> None:
    province.signed_in |= {"sid": "session-1"}
    client, _ = sign_on(server)
    outside = server.app.test_client()
    for refused in (
        "", "no token", province.logout_token(aud="another"), province.logout_token(events={}),
        province.logout_token(nonce="x"), province.logout_token(sid="session-2"),
    ):  # fmt: skip
        outside.post("/sign-on/tinh/left", data={"logout_token": refused})
        assert me(client).status_code == 200, refused
    province.key = province.strange_key()
    assert outside.post("/sign-on/tinh/left", data={"logout_token": province.logout_token()}).status_code == 400
    province.key = province.own_key
    assert outside.post("/sign-on/tinh/left", data={"logout_token": province.logout_token()}).status_code == 200
    assert me(client).status_code == 401


def test_a_province_that_does_not_answer_leaves_the_password(serve: Callable[..., Server]) -> None:
    with Provider() as gone:
        settings = about(gone)
    server = serve(settings)
    client = server.app.test_client()
    assert client.get("/sign-on/tinh").location == "/login?refused=sign_on_unavailable"
    assert client.post("/api/v1/session", json={"username": "head", "password": PASSWORD}).status_code == 200
    assert client.get("/sign-on/nobody").status_code == 404


def test_a_provider_that_calls_itself_otherwise_is_not_used(serve: Callable[..., Server], province: Provider) -> None:
    server = serve(about(province, issuer=province.issuer.replace("127.0.0.1", "localhost")))
    assert server.app.test_client().get("/sign-on/tinh").location == "/login?refused=sign_on_unavailable"


@pytest.mark.parametrize("change", [{"issuer": "http://province.example"}, {"issuer": "ftp://x"}, {"name": "../x"},
                                    {"client_secret": ""}, {"office": ""}, {"power": "admin"}])  # fmt: skip
def test_settings_that_would_be_unsafe_do_not_start(province: Provider, change: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings(secret_key=SECRET, sign_on=[about(province) | change])
