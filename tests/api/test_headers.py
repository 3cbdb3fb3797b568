"""What every answer carries, and what no log does."""

from __future__ import annotations

import gzip
import json
import re
import time
from pathlib import Path

import pyotp
import pytest
import requests

from server.app import Server, create_server
from server.db.engine import make_engine
from server.db.migrate import upgrade
from server.db.unit_of_work import SqlUnitOfWork
from server.services.views import describe
from server.settings import Settings
from tests.api.conftest import SECRET, Clock, Person
from tests.offices import PASSWORD, TOKENS, FixedClock, Silent, furnish
from tests.provider import Provider
from tests.servers import Motcua

PAGES = ("/", "/login", "/account", "/console", "/floor", "/admin", "/kiosk", "/display", "/rate", "/today", "/no-such")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_runs_its_own_scripts_alone(server: Server, path: str) -> None:
    answer = server.app.test_client().get(path)
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";") if part.strip()
    )
    assert policy["default-src"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert re.fullmatch(r"'nonce-[\w-]{20,}' 'strict-dynamic'", policy["script-src"])
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    nonce = policy["script-src"].split("'")[1].removeprefix("nonce-")
    scripts = [tag for tag in re.findall(r"<script[^>]*>", answer.text) if "application/json" not in tag]
    assert all(f'nonce="{nonce}"' in tag for tag in scripts)
    assert not re.search(r"<[^>]+\s(on\w+|style)=", answer.text)
    headers = answer.headers
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "same-origin")
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin" and headers["Cache-Control"] == "no-store"


def test_a_picture_that_is_opened_by_itself_runs_nothing(server: Server, kiosk: Person) -> None:
    track = kiosk.take("A")["track_url"].rsplit("/", 1)[1]
    answer = server.app.test_client().get(f"/t/{track}/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@pytest.mark.parametrize("path", ["/static/ui.css", "/static/js/api.js", "/display/static/app.js", "/i18n/en.json"])
def test_what_is_the_same_for_everybody_is_sent_compressed(server: Server, path: str) -> None:
    client, takes = server.app.test_client(), {"Accept-Encoding": "gzip, deflate"}
    plain, packed = (client.get(path, headers=given, buffered=True) for given in ({}, takes))
    assert gzip.decompress(packed.data) == plain.data and len(packed.data) < len(plain.data) / 2
    assert (packed.headers["Content-Encoding"], packed.headers["Content-Length"]) == ("gzip", str(len(packed.data)))
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in packed.headers["Vary"]
    for known in (plain, packed):
        again = client.get(path, headers=takes | {"If-None-Match": known.headers["ETag"]}, buffered=True)
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", ["/login", "/api/v1/offices/demo", "/api/v1/offices/demo/board"])
def test_what_may_carry_a_secret_is_never_compressed(server: Server, path: str) -> None:
    answer = server.app.test_client().get(path, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200 and "Content-Encoding" not in answer.headers


def test_cookies_are_out_of_scripts_reach_and_stay_on_https(database_url: str, tmp_path: Path) -> None:
    settings = Settings(
        secret_key=SECRET, database_url=database_url, data_dir=tmp_path, async_mode="threading",
        public_url="https://motcua.example.vn", trusted_proxies=1,
    )  # fmt: skip
    server = create_server(settings, clock=Clock())
    try:
        client = server.app.test_client()
        body = {"username": "head", "password": "mat-khau-demo"}
        answer = client.post("/api/v1/session", json=body, headers={"X-Forwarded-Proto": "https"})
        (cookie,) = answer.headers.getlist("Set-Cookie")
        assert all(flag in cookie for flag in ("; Secure", "; HttpOnly", "; SameSite=Lax")), cookie
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    finally:
        server.engine.dispose()


def test_no_log_has_a_secret_in_it(tmp_path: Path) -> None:
    """A real server that logs everything it can, and secrets of every kind that come to it, right and wrong."""
    path = tmp_path / "office.db"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    furnish(SqlUnitOfWork(engine, FixedClock(), describe, Silent()))
    engine.dispose()
    with Provider() as province:
        sign_on = (
            f'[{{"name": "tinh", "title": "T", "issuer": "{province.issuer}", "client_id": "motcua",'
            f' "client_secret": "{province.client_secret}", "office": "demo"}}]'
        )
        with Motcua(f"sqlite:///{path}", log_level="DEBUG", sign_on=sign_on) as server:
            secrets = _use(server)
            log = server.process.log.read_text(errors="replace")
        secrets |= {"client": province.client_secret, "key": server.environment["MOTCUA_SECRET_KEY"], **TOKENS}
    assert "sign_on.failed" in log and "server.started" in log, "it does log"
    assert [line for line in log.splitlines() if not isinstance(json.loads(line), dict)] == [], "and in one form"
    assert [name for name, secret in secrets.items() if secret in log] == []


def _use(server: Motcua) -> dict[str, str]:
    """Every way that a secret comes in or goes out; returns them by name."""
    api, browser = f"{server.url}/api/v1", requests.Session()
    wrong = "a wrong password 7731"
    assert browser.post(f"{api}/session", json={"username": "head", "password": wrong}).status_code == 401
    answer = browser.post(f"{api}/session", json={"username": "head", "password": PASSWORD}).json()
    headers = {"X-CSRFToken": answer["csrf_token"]}
    wanted = {"name": "x", "scopes": ["stats.read"], "days": 9}
    made = browser.post(f"{api}/me/tokens", headers=headers, json=wanted).json()
    begun = browser.post(f"{api}/me/second-factor", headers=headers, json={}).json()
    code = pyotp.TOTP(begun["secret"]).at(time.time())
    codes = browser.post(f"{api}/me/second-factor/confirm", headers=headers, json={"code": code}).json()
    for token in (made["token"], TOKENS["kiosk"], "not-a-token-55121"):
        requests.get(f"{api}/me", headers={"Authorization": f"Bearer {token}"}, timeout=10)
    key = {"Authorization": f"Bearer {TOKENS['kiosk']}", "Idempotency-Key": "one"}
    taken = requests.post(f"{api}/offices/demo/tickets", json={"service": "A"}, headers=key, timeout=10).json()
    track = taken["track_url"].rpartition("/")[2]
    assert [requests.post(f"{api}/track/{track}/leave", json={}, timeout=10).ok for _ in "12"] == [True, False]
    # A body that is no JSON, a broken one, and a callback that a stranger made up.
    requests.post(f"{api}/session", data=f'{{"password": "{wrong}"', timeout=10)
    requests.get(f"{server.url}/sign-on/tinh/callback?code=stolen-code-812&state=stolen-state-99", timeout=10)
    went = browser.get(f"{server.url}/sign-on/tinh", allow_redirects=False).headers["Location"]
    back = requests.get(went, allow_redirects=False, timeout=10).headers["Location"]
    browser.get(back)
    return {
        "password": PASSWORD, "wrong password": wrong, "csrf": answer["csrf_token"], "token": made["token"],
        "wrong token": "not-a-token-55121", "totp": begun["secret"], "recovery": codes["recovery_codes"][0],
        "cookie": str(browser.cookies.get("motcua"))[:40], "code": "stolen-code-812", "state": "stolen-state-99",
        "track": track,
    }  # fmt: skip
