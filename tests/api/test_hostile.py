"""Whatever is sent, the answer is described, is never a 500, and names a code."""

from __future__ import annotations

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
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", hostile_server.app)
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

        @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), database=None)
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
        credentials["helper"] | {"Idempotency-Key": "k"},
    )
    large = client.post("/api/v1/offices/demo/tickets", data=b"x" * 400_000, headers=headers)
    assert (large.status_code, (large.json or {})["code"]) == (413, "too_large")
    deep = client.post(
        "/api/v1/offices/demo/tickets", data=b'{"service":' + b"[" * 90_000 + b"]" * 90_000 + b"}", headers=headers
    )
    assert deep.status_code in (400, 422)
