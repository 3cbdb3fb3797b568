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
from server.db.tables import metadata
from server.domain.words import Role
from server.live.namespace import TOPIC_RULES
from server.services import ids
from server.services.access import RULES, Actor
from server.services.devices import put_device
from server.services.offices import put_office
from server.services.places import OfficeCircle, place
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
OWN_PROOF = {
    "/api/v1/openapi.json": "the description of all this",
    "/api/v1/session": "a name and a password, or a cookie",
    "/api/v1/session/code": "a cookie of who waits for a second factor",
    "/api/v1/devices/pair": "a one-time code",
    "/api/v1/track/<token>": "the ticket's unguessable token",
    "/api/v1/track/<token>/leave": "the ticket's unguessable token",
    "/api/v1/track/<token>/rating": "the ticket's unguessable token",
    "/api/v1/track/<token>/push": "the ticket's unguessable token",
    "/api/v1/track/<token>/push/end": "the ticket's unguessable token",
}
"""Addresses that everybody may call, with the proof that each asks for by itself."""
PAGES = dict.fromkeys((
    "/kiosk/speech.wav",
    "/", "/account", "/admin", "/console", "/display", "/floor", "/kiosk", "/login", "/rate", "/screen", "/today",
    "/healthz", "/metrics", "/readyz", "/i18n/<language>.json", "/static/<path:filename>",
    "/display/static/<path:filename>", "/kiosk/static/<path:filename>", "/display/<office>/listen", "/sign-on/<name>",
    "/sign-on/<name>/callback", "/sign-on/<name>/left", "/t/<token>", "/t/<token>/qr.svg",
    "/t/worker.js", "/display/worker.js",
    "/display/<office>/speech/<number>/<int:counter>.<language>.wav",
), "public") | dict.fromkeys((
    "/reports", "/reports/file", "/reports/officer", "/reports/officer/<officer>", "/reports/tickets", "/reports/today",
    "/reports/check",
), "stats.read") | {
    "/reports/checks": "audit.read", "/reports/import": "office.configure", "/reports/deliveries": "series.read",
} | dict.fromkeys((
    "/admin/voice", "/admin/signage", "/display/<office>/voice.json",
), "public")  # fmt: skip
"""Pages and files: shells without data are public; those that carry figures name their action."""
PROGRAMS = tuple(f"token:{role}" for role in STAFF)
"""Personal tokens with every scope that their role may hand on."""
NARROW = "token:admin:stats.read"
EVERYBODY = ("anonymous", *STAFF, *DEVICES, *PROGRAMS, NARROW)
FACTS = ("office", *sorted({name for name, table in metadata.tables.items() if "office_id" in table.c} - {"rollup"}))
"""Every table of an office, but the sums that are reckoned when somebody asks."""
CANARY = "Chim Hoàng Yến"
"""A name of the foreign office that nobody of this one may ever read."""


@dataclass
class World:
    server: Server
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    tickets: dict[str, str] = field(default_factory=dict)
    devices: dict[str, str] = field(default_factory=dict)
    jobs: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)


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
    server.close()


def _furnish(world: World, office: str) -> None:
    """One person of each role, one device of each kind, a waiting ticket, a printer, and its job."""
    mine = office == "demo"
    with world.server.system.uow.command(office) as tx:
        for role in STAFF:
            name = role if mine else f"{CANARY} {role}"
            put_staff(tx, f"{office}-{role}", name, [Role(role)], PASSWORD if mine else None)
        agent = ""
        for kind in DEVICES:
            token = ids.new_token()
            made = put_device(tx, kind, f"matrix-{kind}", token=token)
            agent = made if kind == "agent" else agent
            if mine:
                world.headers[kind] = {"Authorization": f"Bearer {token}"}
        world.devices[office] = put_device(tx, "printer", "0-matrix-printer", agent=agent)
        world.people[office] = next(r["id"] for r in tx.rows("staff", username=f"{office}-officer"))
    world.tickets[office] = _ticket(world, office)
    if mine:
        for role in STAFF:
            world.headers[role] = _sign_in(world.server, f"{office}-{role}")
            world.headers[f"token:{role}"] = _token(world, role)
        world.headers[NARROW] = _token(world, "admin", "stats.read")


def _token(world: World, role: str, *scopes: str) -> dict[str, str]:
    client, headers = world.server.app.test_client(use_cookies=False), world.headers[role]
    all_scopes = client.get("/api/v1/me/tokens", headers=headers).json["scopes"]  # type: ignore[index]
    body = {"name": "matrix", "scopes": scopes or all_scopes, "days": 30}
    made = client.post("/api/v1/me/tokens", json=body, headers=headers)
    assert made.json and made.status_code == 201, made.json
    return {"Authorization": f"Bearer {made.json['token']}"}


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
        if not rule.rule.startswith("/api/v1/") or rule.rule in OWN_PROOF:
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
    if rule.rule.startswith(SELF):
        return who in STAFF or (rule.rule == SELF and who != "anonymous")
    if rule.rule.startswith(OF_THE_AGENT):
        return who == "agent"
    return RULES[action].public or (office == "demo" and _may(who, action))


def _may(who: str, action: str) -> bool:
    """Whether somebody of an office may do this there."""
    stated = RULES[action]
    if who == "anonymous" or (who == NARROW and action != "stats.read"):
        return False
    if who in DEVICES:
        return who in stated.devices
    # A token is never good for the account itself.
    by_token = ":" in who
    return Role(who.split(":")[1] if by_token else who) in stated.roles and not (by_token and action == "account.own")


def _call(world: World, who: str, method: str, rule: Rule, office: str, *, ids_of: str = "", body: Any = None) -> Any:
    ids_of = ids_of or office
    values = {
        "office": office, "counter": 1, "ticket_id": world.tickets[ids_of], "device_id": world.devices[ids_of],
        "job_id": world.jobs[ids_of], "username": f"{ids_of}-auditor", "language": "vi", "number": "A001",
        "officer": world.people[ids_of],
    }  # fmt: skip
    _domain, path = rule.build({name: values.get(name, "nothing") for name in rule.arguments}) or ("", "")
    client = world.server.app.test_client(use_cookies=False)
    # Empty is a fault for most commands: whoever may, is told so; whoever may not, never gets that far.
    last = path.rsplit("/", 1)[1]
    wanted = {"call": {"reason": "x", "counter": 9999}, "rating": {"level": "satisfied"}}.get(last, {})
    sent = None if method == "GET" else wanted if body is None else body
    headers = world.headers[who] | {"Idempotency-Key": ids.new_id()}
    query = "" if path.startswith("/api/") or not path.startswith("/reports") else f"?office={office}&figure=served"
    return client.open(path + query, method=method, json=sent, headers=headers)


def _facts(world: World, office: str) -> dict[str, list[Any]]:
    """Every row of an office."""
    rows = world.server.system.uow.rows
    (row,) = rows("office", code=office)
    found: dict[str, list[Any]] = {
        name: sorted(map(repr, rows(name, **({"id": row["id"]} if name == "office" else {"office_id": row["id"]}))))
        for name in FACTS
    }
    people = [grant["staff_id"] for grant in rows("staff_role", office_id=row["id"])]
    return found | {"staff": sorted(map(repr, rows("staff", id=people)))}


@pytest.mark.parametrize("office", OFFICES)
@pytest.mark.parametrize("who", EVERYBODY)
def test_every_route_does_what_its_rule_says(world: World, who: str, office: str) -> None:
    routes = _routes(world.server)
    assert len(routes) > 45
    wrong = []
    before = _facts(world, "other")
    for method, rule, action in routes:
        answer = _call(world, who, method, rule, office)
        refused = answer.status_code in (401, 403) and (answer.json or {}).get("code") in REFUSED
        # Somebody else's job is not there for an agent, which is more than a refusal.
        hidden = "<job_id>" in rule.rule and office != "demo" and answer.status_code in (404, 422)
        if refused is _expected(who, rule, action, office) and not hidden:
            wrong.append((method, rule.rule, action, answer.status_code, (answer.json or {}).get("code")))
        assert answer.status_code < 500, (method, rule.rule)
        assert CANARY.encode() not in answer.get_data(), (method, rule.rule)
        if who == "anonymous" and refused:
            assert answer.status_code == 401, (method, rule.rule)
    assert wrong == []
    assert _facts(world, "other") == before, "nobody of another office writes here"


WHOLE = {
    "devices/<device_id>": {"kind": "printer", "name": "taken over"},
    "staff/<username>": {"name": "taken over", "roles": ["admin"], "password": PASSWORD},
    "/transfer": {"officer": "?"},
}
"""Bodies that would be taken, so that nothing but the foreign id can be the reason for a refusal."""


@pytest.mark.parametrize("who", ["admin", "head", "token:admin", "agent", "kiosk"])
def test_a_foreign_thing_under_the_own_address_is_not_there(world: World, who: str) -> None:
    """The address says the own office, and names a device, a person or a ticket of the other one."""
    before, tried = _facts(world, "other"), 0
    for method, rule, _action in _routes(world.server):
        if rule.arguments & {"device_id", "username", "ticket_id", "job_id", "lease_id"}:
            body = next((b for part, b in WHOLE.items() if rule.rule.endswith(part)), {})
            body = body | {"officer": world.people["other"]} if "officer" in body else body
            answer = _call(world, who, method, rule, "demo", ids_of="other", body=body)
            assert answer.status_code in (401, 403, 404, 405, 409, 422), (method, rule.rule, answer.json)
            assert CANARY.encode() not in answer.get_data()
            tried += 1
    assert tried > 15
    own = world.headers["admin"]
    for path in (
        "/reports/officer/{}?office=demo", "/reports?office=demo&officer={}",
        "/api/v1/offices/demo/stats?officer={}", "/api/v1/offices/demo/stats?by=officer&officer={}",
    ):  # fmt: skip
        answer = world.server.app.test_client(use_cookies=False).get(path.format(world.people["other"]), headers=own)
        assert answer.status_code == 200 and CANARY.encode() not in answer.get_data(), path
    assert _facts(world, "other") == before


def test_every_page_states_who_may_see_it(world: World) -> None:
    pages = {r.rule for r in world.server.app.url_map.iter_rules() if not r.rule.startswith("/api/v1/")}
    assert pages == PAGES.keys()
    outside = {r.rule for r in world.server.app.url_map.iter_rules()} & OWN_PROOF.keys()
    assert outside == OWN_PROOF.keys(), "an address that is gone needs no exception"


@pytest.mark.parametrize("office", OFFICES)
@pytest.mark.parametrize("who", EVERYBODY)
def test_every_page_does_what_its_rule_says(world: World, who: str, office: str) -> None:
    wrong = []
    for rule in world.server.app.url_map.iter_rules():
        action = PAGES.get(rule.rule)
        if action is None:
            continue
        answer = _call(world, who, "GET" if "GET" in (rule.methods or ()) else "POST", rule, office)
        assert answer.status_code < 500, rule.rule
        if action == "public":
            assert CANARY.encode() not in answer.get_data(), rule.rule
            answer.close()
            continue
        to_sign_in = answer.status_code == 302 and answer.location.startswith("/login?")
        refused = answer.status_code == 403 or to_sign_in
        if refused is (office == "demo" and _may(who, action)) or (who == "anonymous" and not to_sign_in):
            wrong.append((rule.rule, action, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("office", OFFICES)
@pytest.mark.parametrize("who", EVERYBODY)
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
        agents_own = topic == "devices" and who == "agent"
        may = RULES[action].public or (office == "demo" and (agents_own or _may(who, action)))
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
    uow = world.server.system.uow
    for code in ("one", "two", "three"):
        put_office(uow, OFFICE | {"code": code}, SCRIPT)
    place(uow, "two", "one", SCRIPT)
    place(uow, "three", "two", SCRIPT)
    with pytest.raises(OfficeCircle):
        place(uow, "one", "three", SCRIPT)
