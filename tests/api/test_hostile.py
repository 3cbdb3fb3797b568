"""Whatever is sent, the answer is described, is never a 500, and names a code."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.app import Server, create_server
from server.domain.words import Role
from server.services import api_tokens
from server.services.access import delegable
from server.services.devices import put_device
from server.services.staff import active_person, put_staff
from server.settings import Settings
from tests.api.conftest import PASSWORD, SECRET, Clock

ROLES = ("officer1", "helper", "head", "admin", "auditor", "kiosk", "panel", "keypad", "agent", "token", "nobody")
EXAMPLES = int(os.environ.get("MOTCUA_TEST_EXAMPLES", "5"))
"""Of each operation for each of the roles."""
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]


@pytest.fixture(scope="module")
def hostile_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    import shutil

    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(demo_folder, folder, dirs_exist_ok=True)
    url = f"sqlite:///{folder / 'demo.db'}"
    made = Settings(secret_key=SECRET, database_url=url, data_dir=folder, async_mode="threading")
    server = create_server(made, clock=Clock())
    yield server
    server.engine.dispose()


@pytest.fixture(scope="module")
def credentials(hostile_server: Server, demo_folder: Path) -> dict[str, dict[str, str]]:
    """What each kind of caller sends along."""
    found: dict[str, dict[str, str]] = {"nobody": {}}
    uow = hostile_server.system.uow
    with uow.command("demo") as tx:
        put_staff(tx, "auditor", "Kiểm soát viên", [Role.AUDITOR], PASSWORD)
        put_device(tx, "keypad", "hostile-keypad", token="a-token-of-the-tests-keypad")
    found["keypad"] = {"Authorization": "Bearer a-token-of-the-tests-keypad"}
    for name in ("kiosk", "panel", "agent"):
        found[name] = {"Authorization": f"Bearer {(demo_folder / f'demo-{name}.token').read_text()}"}
    for name in ("officer1", "helper", "head", "admin", "auditor"):
        client = hostile_server.app.test_client()
        answer = client.post("/api/v1/session", json={"username": name, "password": PASSWORD})
        cookie = client.get_cookie("motcua")
        assert answer.json and cookie
        found[name] = {"X-CSRFToken": answer.json["csrf_token"], "Cookie": f"motcua={cookie.value}"}
    with uow.command("demo") as tx:
        # A program with every right that an administrator may hand on.
        person = active_person(uow, tx.rows("staff", username="admin")[0]["id"])
        assert person
        made = api_tokens.make(tx, person, "hostile", sorted(delegable(person)), 30)
    found["token"] = {"Authorization": f"Bearer {made['token']}"}
    return found


@pytest.fixture(scope="module")
def operations(hostile_server: Server) -> list[Any]:
    # Each role brings its own proof: none is made up.
    config = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", hostile_server.app, config=config)
    found = [found.ok() for found in schema.get_all_operations()]
    # Whoever signs out is nobody from then on.
    return sorted(found, key=lambda operation: (operation.method, operation.path) == ("delete", "/api/v1/session"))


@pytest.mark.parametrize("role", ROLES)
def test_no_input_breaks_the_api(
    role: str, operations: list[Any], credentials: dict[str, dict[str, str]], hostile_server: Server
) -> None:
    assert len(operations) > 60
    for operation in operations:
        if operation is operations[-1]:
            answer = hostile_server.app.test_client(use_cookies=False).get("/api/v1/me", headers=credentials[role])
            assert answer.status_code == (401 if role == "nobody" else 200), "it was this role until the end"

        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy())
        def sent(case: Any) -> None:
            # Half the addresses should exist, or the generator would only ever meet "not found".
            if "office" in (case.path_parameters or {}):
                case.path_parameters["office"] = "demo"
            case.call_and_validate(headers=credentials[role], checks=CHECKS)

        sent()


HOSTILE = [
    "' OR 1=1 --", "{{7*7}}", "../../etc/passwd", "<script>alert(1)</script>", "=cmd|'/C calc'!A0", "\u202e‮",
    "%00", "😀" * 20, "A" * 100_000, "\\x00", "${jndi:ldap://x}",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_get_a_code(hostile_server: Server, credentials: dict[str, dict[str, str]], text: str) -> None:
    client = hostile_server.app.test_client(use_cookies=False)
    headers = credentials["helper"]
    answers = [
        client.post("/api/v1/offices/demo/tickets", json={"service": text}, headers=headers | {"Idempotency-Key": "k"}),
        client.post("/api/v1/session", json={"username": text, "password": text}),
        client.get("/api/v1/track/x", query_string={"q": text}),
        client.get(f"/api/v1/offices/{text[:200]}/board"),
        client.get(f"/api/v1/tickets/{text[:200]}", headers=headers),
        client.get("/kiosk", query_string={"office": text[:200]}),
    ]
    for answer in answers:
        assert 300 <= answer.status_code < 500 or answer.status_code == 200
        if answer.mimetype == "application/problem+json":
            assert answer.json and answer.json["code"]


def test_a_body_that_is_too_large_or_too_deep(hostile_server: Server, credentials: dict[str, dict[str, str]]) -> None:
    client, headers = (
        hostile_server.app.test_client(use_cookies=False),
        credentials["helper"] | {"Idempotency-Key": "k", "Content-Type": "application/json"},
    )
    large = client.post("/api/v1/offices/demo/tickets", data=b"x" * 400_000, headers=headers)
    assert (large.status_code, (large.json or {})["code"]) == (413, "too_large")
    deep = client.post(
        "/api/v1/offices/demo/tickets", data=b'{"service":' + b"[" * 90_000 + b"]" * 90_000 + b"}", headers=headers
    )
    assert deep.status_code in (400, 422)


ENCODINGS = {
    "latin-1": '{"username": "Nguyễn"}'.encode("utf-16"), "broken utf-8": b'{"username": "\xff\xfe"}',
    "a lone surrogate": b'{"username": "\\ud800", "password": "x"}',
    "NUL": b'{"username": "a\\u0000b", "password": "x"}',
    "two roots": b"{}{}", "an endless number": b'{"username": ' + b"9" * 5000 + b"}", "NaN": b'{"username": NaN}',
    "a list": b"[]", "nothing": b"null", "twice": b'{"username": "a", "username": "b", "password": "x"}',
}  # fmt: skip


@pytest.mark.parametrize("body", ENCODINGS.values(), ids=ENCODINGS.keys())
def test_a_body_that_is_not_what_it_says(hostile_server: Server, body: bytes) -> None:
    client = hostile_server.app.test_client(use_cookies=False)
    for charset in ("application/json", "application/json; charset=utf-16", "application/json; charset=nonsense"):
        answer = client.post("/api/v1/session", data=body, content_type=charset)
        assert 400 <= answer.status_code < 500 and (answer.json or {})["code"], (charset, answer.status_code)


FORMS = ["text/plain", "text/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]


@pytest.mark.parametrize("content_type", FORMS)
def test_a_form_of_another_site_is_no_request(hostile_server: Server, content_type: str) -> None:
    """What a page elsewhere can send without asking first is never taken for JSON."""
    client = hostile_server.app.test_client(use_cookies=False)
    client.environ_base["REMOTE_ADDR"] = "192.0.2.9"  # others have tried many passwords from the usual one
    body = b'{"username": "admin", "password": "' + PASSWORD.encode() + b'"}'
    answer = client.post("/api/v1/session", data=body, content_type=content_type)
    assert (answer.status_code, (answer.json or {})["code"]) == (415, "unsupported_media_type")


PATHS = [
    "/static/../settings.py", "/static/..%2f..%2fsettings.py", "/static/%2e%2e/%2e%2e/app.py",
    "/static/js/..\\..\\app.py",
    "/static//etc/passwd", "/kiosk/static/../../server/app.py", "/display/static/..%5c..%5cpage.py", "/t/../../api",
    "/display/demo/speech/..%2f..%2fetc/1.vi.wav", "/display/../speech/A001/1.vi.wav", "/i18n/..%2f..%2fen.json",
    "/api/v1/photos/..%2f..%2fdemo.db", "/sign-on/..%2fadmin", "/static/\x00", "/" + "a/" * 3000,
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_path_leads_nowhere_else(hostile_server: Server, path: str) -> None:
    answer = hostile_server.app.test_client(use_cookies=False).get(path)
    assert answer.status_code in (302, 308, 400, 404, 409, 414, 422), answer.status_code
    assert b"import " not in answer.data and b"root:" not in answer.data


HEADERS = {
    "Accept-Language": "../../x;q=abc, " + "vi," * 5000, "Authorization": "Bearer " + "x" * 9000,
    "Idempotency-Key": "k\u00e9\u0080", "Cookie": "motcua=" + "." * 4000 + "; motcua_device=' OR 1=1",
    "X-Forwarded-For": "<script>, ' OR 1=1", "Content-Type": "application/json; charset=\x7f",
    "If-None-Match": '"' * 500, "Origin": "null",
    "X-Forwarded-Host": "elsewhere.example", "Host": "elsewhere.example\\@x", "Range": "bytes=0-,1-,2-",
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), HEADERS.items())
def test_a_hostile_header_gets_a_code(
    hostile_server: Server, credentials: dict[str, dict[str, str]], name: str, value: str
) -> None:
    client = hostile_server.app.test_client(use_cookies=False)
    headers = {"Idempotency-Key": "k", **credentials["kiosk"], name: value}
    answers = [
        client.post("/api/v1/offices/demo/tickets", json={"service": "nothing"}, headers=headers),
        client.get("/api/v1/offices/demo/board", headers=headers), client.get("/static/ui.css", headers=headers),
        client.get("/login?next=//elsewhere.example\r\nSet-Cookie:x=1", headers=headers),
    ]  # fmt: skip
    for answer in answers:
        assert answer.status_code < 500, (name, answer.status_code)
        assert "elsewhere.example" not in str(answer.headers) and "x=1" not in str(answer.headers)
        answer.close()


def test_a_workbook_that_unfolds_into_gigabytes_is_refused() -> None:
    """Older records come as workbooks, which are archives."""
    from server.domain.errors import Invalid
    from server.services.past_records import PastFile, read_rows

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
            archive.writestr(name, b"<x>" + b" " * 120_000_000 + b"</x>")
    assert len(buffer.getvalue()) < 2_000_000
    began = time.monotonic()
    with pytest.raises(Invalid):
        read_rows(PastFile("bomb.xlsx", buffer.getvalue()))
    assert time.monotonic() - began < 5, "refused before it is unfolded"


def test_an_office_file_cannot_unfold_run_or_reach_out(
    hostile_server: Server, credentials: dict[str, dict[str, str]]
) -> None:
    client = hostile_server.app.test_client(use_cookies=False)
    for text in (
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "!!python/object/apply:os.system ['id']", "<<: {a: 1}",
        "a: " + "[" * 30_000, "x: " + "9" * 5000,
        "{" * 60_000, "\t\t- x", "a: !!binary " + "A" * 90_000, "%TAG ! tag:x,2000:\n---\n!x y", "\ufeff\x00",
    ):  # fmt: skip
        body = {"config_version": 1, "file": text}
        answer = client.put("/api/v1/offices/demo/config", json=body, headers=credentials["admin"])
        assert answer.status_code in (401, 422), (text[:20], answer.status_code, answer.json)
        assert (answer.json or {})["code"] in ("office_file_refused", "invalid_request", "not_signed_in")


def test_a_formula_in_a_name_is_exported_as_text(hostile_server: Server) -> None:
    """What somebody typed stays inert in whatever a spreadsheet opens."""
    from server.services.access import Actor
    from server.services.inspection import export

    uow = hostile_server.system.uow
    with uow.command("demo") as tx:
        tx.audit("=HYPERLINK(1)", "+cmd|' /C calc'!A0", subject="@SUM(1)", why="-2+3", detail={"x": "=1"})
    auditor = Actor("staff", "a", "a", roles={"demo": frozenset({Role.AUDITOR})})
    made = export(uow, auditor, "demo", uow.hall("demo").day)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        text = archive.read("audit.csv").decode("utf-8-sig")
    (line,) = [line for line in text.splitlines() if "HYPERLINK" in line]
    assert not [cell for cell in line.split(";") if cell.strip('"')[:1] in ("=", "+", "-", "@")]
