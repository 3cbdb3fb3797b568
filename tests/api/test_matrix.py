"""Every route and live topic × every role × the own and a foreign office: what is stated is what happens.

Two offices stand side by side. Whoever belongs to one must get, for each address, exactly what `access.RULES` says;
in the other one nothing but what is public.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from werkzeug.routing import Rule

from server.app import Server, create_server
from server.commands.demo_office import OFFICE
from server.domain.words import Role
from server.live.namespace import TOPIC_RULES
from server.services import ids
from server.services.access import RULES, Actor
from server.services.devices import put_device
from server.services.offices import place, put_office
from server.services.staff import put_staff
from server.settings import Settings
from tests.api.conftest import PASSWORD, SECRET, Clock

STAFF = tuple(str(role) for role in Role)
DEVICES = ("kiosk", "panel", "keypad", "agent", "board")
OFFICES = ("demo", "other")
REFUSED = {"not_signed_in", "forbidden"}
SCRIPT = Actor("tests")

# Routes that everybody may call and that then look for themselves: what they check is stated here.
CHECKED_INSIDE = {
    ("POST", "/api/v1/offices/<office>/counters/<int:counter>/rating"): "rating.give",
}
SELF = "/api/v1/me"
OF_THE_AGENT = "/api/v1/agent"
OUTSIDE = ("/api/v1/openapi.json", "/api/v1/session", "/api/v1/devices/pair", "/api/v1/track/")


@dataclass
class World:
    server: Server
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    tickets: dict[str, str] = field(default_factory=dict)
    devices: dict[str, str] = field(default_factory=dict)
    jobs: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def world(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("matrix")
    shutil.copytree(demo_folder, folder, dirs_exist_ok=True)
    url = f"sqlite:///{folder / 'demo.db'}"
    settings = Settings(secret_key=SECRET, database_url=url, data_dir=folder, async_mode="threading")
    server = create_server(settings, clock=Clock())
    made = World(server, {"anonymous": {}})
    put_office(server.system.uow, OFFICE | {"code": "other"}, SCRIPT)
    for office in OFFICES:
        _furnish(made, office)
    yield made
    server.engine.dispose()


def _furnish(world: World, office: str) -> None:
    """One person of each role, one device of each kind, a waiting ticket, a printer, and its job."""
    mine = office == "demo"
    with world.server.system.uow.command(office) as tx:
        for role in STAFF:
            put_staff(tx, f"{office}-{role}", role, [Role(role)], PASSWORD if mine else None)
        agent = ""
        for kind in DEVICES:
            token = ids.new_token()
            made = put_device(tx, kind, f"matrix-{kind}", token=token)
            agent = made if kind == "agent" else agent
            if mine:
                world.headers[kind] = {"Authorization": f"Bearer {token}"}
        world.devices[office] = put_device(tx, "printer", "0-matrix-printer", agent=agent)
    world.tickets[office] = _ticket(world, office)
    if mine:
        for role in STAFF:
            world.headers[role] = _sign_in(world.server, f"{office}-{role}")


def _ticket(world: World, office: str) -> str:
    from server.domain.line import Request
    from server.services.issuing import Asked, issue

    helper = Actor("staff", "h", roles={office: frozenset({Role.HELPER})})
    told = issue(world.server.system.uow, office, Request("A"), Asked(helper, "", f"matrix-{office}"))
    job = world.server.system.uow.first("print_job", ticket_id=told["id"])
    assert job is not None
    world.jobs[office] = job["id"]
    return str(told["id"])


def _sign_in(server: Server, username: str) -> dict[str, str]:
    client = server.app.test_client()
    answer = client.post("/api/v1/session", json={"username": username, "password": PASSWORD})
    cookie = client.get_cookie("motcua")
    assert answer.json and cookie, answer.json
    return {"X-CSRFToken": answer.json["csrf_token"], "Cookie": f"motcua={cookie.value}"}


def _routes(server: Server) -> list[tuple[str, Rule, str]]:
    found = []
    for rule in server.app.url_map.iter_rules():
        if not rule.rule.startswith("/api/v1/") or rule.rule.startswith(OUTSIDE):
            continue
        view: Any = server.app.view_functions[rule.endpoint]
        while not hasattr(view, "access_rule") and hasattr(view, "__wrapped__"):
            view = view.__wrapped__
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            action = CHECKED_INSIDE.get((method, rule.rule), view.access_rule)
            found.append((method, rule, action))
    return found


def _expected(who: str, rule: Rule, action: str, office: str) -> bool:
    """What the rules say, told once more in plain words and not by calling `access.allowed`."""
    stated = RULES[action]
    if rule.rule.startswith(SELF):
        return who in STAFF or (rule.rule == SELF and who in DEVICES)
    if rule.rule.startswith(OF_THE_AGENT):
        return who == "agent"
    if stated.public:
        return True
    if office != "demo" or who == "anonymous":
        return False
    return who in stated.devices if who in DEVICES else Role(who) in stated.roles


def _call(world: World, who: str, method: str, rule: Rule, office: str) -> Any:
    values = {
        "office": office, "counter": 1, "ticket_id": world.tickets[office], "device_id": world.devices[office],
        "job_id": world.jobs[office], "username": f"{office}-auditor",
    }  # fmt: skip
    _domain, path = rule.build({name: values.get(name, "nothing") for name in rule.arguments}) or ("", "")
    client = world.server.app.test_client(use_cookies=False)
    # Empty is a fault for most commands: whoever may, is told so; whoever may not, never gets that far.
    last = path.rsplit("/", 1)[1]
    body = {"call": {"reason": "x", "counter": 9999}, "rating": {"level": "satisfied"}}.get(last, {})
    sent = None if method == "GET" else body
    return client.open(path, method=method, json=sent, headers=world.headers[who] | {"Idempotency-Key": ids.new_id()})


@pytest.mark.parametrize("office", OFFICES)
@pytest.mark.parametrize("who", ["anonymous", *STAFF, *DEVICES])
def test_every_route_does_what_its_rule_says(world: World, who: str, office: str) -> None:
    routes = _routes(world.server)
    assert len(routes) > 45
    wrong = []
    for method, rule, action in routes:
        answer = _call(world, who, method, rule, office)
        refused = answer.status_code in (401, 403) and (answer.json or {}).get("code") in REFUSED
        # Somebody else's job is not there for an agent, which is more than a refusal.
        hidden = "<job_id>" in rule.rule and office != "demo" and answer.status_code in (404, 422)
        if refused is _expected(who, rule, action, office) and not hidden:
            wrong.append((method, rule.rule, action, answer.status_code, (answer.json or {}).get("code")))
        assert answer.status_code < 500, (method, rule.rule)
        if who == "anonymous" and refused:
            assert answer.status_code == 401, (method, rule.rule)
    assert wrong == []


@pytest.mark.parametrize("office", OFFICES)
@pytest.mark.parametrize("who", ["anonymous", *STAFF, *DEVICES])
def test_every_live_topic_does_what_its_rule_says(world: World, who: str, office: str) -> None:
    wrong = []
    for topic, action in TOPIC_RULES.items():
        headers = world.headers[who]
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        client = world.server.app.extensions["socketio"].test_client(
            world.server.app, namespace="/live", headers=headers, auth={"token": token} if token else None
        )
        answer = client.emit("join", {"office": office, "topics": [topic]}, namespace="/live", callback=True)
        client.disconnect(namespace="/live")
        stated = RULES[action]
        agents_own = topic == "devices" and who == "agent"
        may = stated.public or (office == "demo" and (agents_own or (who in STAFF and Role(who) in stated.roles)))
        if ("error" not in answer) is not may:
            wrong.append((topic, answer.get("error")))
    assert wrong == []


def test_a_role_above_holds_below_and_never_beside_or_above(world: World) -> None:
    uow = world.server.system.uow
    for code in ("province", "ward", "beside"):
        put_office(uow, OFFICE | {"code": code}, SCRIPT)
    place(uow, "ward", "province", SCRIPT)
    with uow.command("province") as tx:
        put_staff(tx, "above", "above", [Role.HEAD], PASSWORD)
    with uow.command("ward") as tx:
        put_staff(tx, "below", "below", [Role.HEAD], PASSWORD)
    reach = {}
    for username in ("above", "below"):
        headers = _sign_in(world.server, username)
        client = world.server.app.test_client(use_cookies=False)
        answers = {
            code: client.get(f"/api/v1/offices/{code}/floor", headers=headers)
            for code in ("province", "ward", "beside")
        }
        reach[username] = {code for code, answer in answers.items() if answer.status_code == 200}
    assert reach == {"above": {"province", "ward"}, "below": {"ward"}}


def test_an_office_cannot_stand_under_itself(world: World) -> None:
    from server.services.offices import OfficeCircle

    uow = world.server.system.uow
    for code in ("one", "two", "three"):
        put_office(uow, OFFICE | {"code": code}, SCRIPT)
    place(uow, "two", "one", SCRIPT)
    place(uow, "three", "two", SCRIPT)
    with pytest.raises(OfficeCircle):
        place(uow, "one", "three", SCRIPT)
