"""An agent that falls silent: what hangs on it is offline, its papers become known, and all is well when it is back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask_socketio.test_client import SocketIOTestClient

from server.app import Server
from server.live.hub import Hub
from tests.api.conftest import Clock, Person

NAMESPACE = "/live"


@pytest.fixture
def agent(device: Callable[[str], Person]) -> Person:
    return device("agent")


@pytest.fixture
def head(sign_in: Callable[[str], Person]) -> Person:
    return sign_in("head")


@pytest.fixture
def beat(server: Server) -> Callable[[], None]:
    """One beat of the timer that calls the roll."""
    return lambda: server.hub.call_roll()


def report(agent: Person, state: str = "ok", **detail: Any) -> str:
    """All devices of the agent are well, but the printer is as told; the printer's id."""
    devices = (agent.get("/agent").json or {})["devices"]
    said = [{"id": d["id"], "state": "ok", "detail": {}} for d in devices if d["kind"] != "printer"]
    (printer,) = [d["id"] for d in devices if d["kind"] == "printer"]
    said.append({"id": printer, "state": state, "detail": detail})
    assert agent.post("/agent/status", {"version": "1", "devices": said}).status_code == 200
    return str(printer)


def on_floor(head: Person) -> dict[str, str]:
    """The states of the agent and its devices by name."""
    devices = (head.get("/offices/demo/floor").json or {})["devices"]
    return {d["name"]: d["state"] for d in devices if d["kind"] not in ("kiosk", "board") and d["reports"]}


def before_a_touch(kiosk: Person) -> Any:
    return (kiosk.get("/offices/demo").json or {})["kiosk"]["printer"]


def counted(anybody: Person, kind: str) -> dict[str, float]:
    lines = anybody.client.get("/metrics").text.splitlines()
    found = [line.split() for line in lines if line.startswith(f'motcua_device_state{{kind="{kind}",office="demo"')]
    return {name.split('state="')[1].removesuffix('"}'): float(n) for name, n in found if float(n)}


def device_news(server: Server, since: int) -> list[tuple[str, str]]:
    events = server.system.uow.events("demo", since, 500)
    return [(e.data["device"]["name"], e.data["device"]["state"]) for e in events if e.type == "device.status"]


def version(server: Server) -> int:
    return server.system.uow.hall("demo").version


def live(server: Server, agent: Person) -> SocketIOTestClient:
    token = agent.headers["Authorization"].removeprefix("Bearer ")
    client = server.socketio.test_client(server.app, namespace=NAMESPACE, auth={"token": token})
    answer = client.emit("join", {"office": "demo", "topics": ["devices", "board"]}, namespace=NAMESPACE, callback=True)
    assert "error" not in answer, answer
    return client


def test_the_silence_of_an_agent_is_seen_by_all_who_read(
    agent: Person, kiosk: Person, head: Person, anybody: Person, clock: Clock
) -> None:
    report(agent, paper="ok")
    assert before_a_touch(kiosk)["state"] == "ok" and set(on_floor(head).values()) == {"ok"}
    clock.turn(seconds=15)
    assert before_a_touch(kiosk)["state"] == "ok", "two questions were missed at most"
    clock.turn(seconds=1)
    assert before_a_touch(kiosk) == {"state": "offline", "detail": {"agent": "offline"}}
    assert set(on_floor(head).values()) == {"offline"}
    assert counted(anybody, "printer") == {"offline": 1} == counted(anybody, "agent")


def test_it_is_told_once_and_its_return_is_told_too(
    agent: Person, kiosk: Person, head: Person, server: Server, clock: Clock, beat: Callable[[], None]
) -> None:
    report(agent)
    everything = set(on_floor(head))
    clock.turn(seconds=16)
    before = version(server)
    beat()
    told = device_news(server, before)
    assert {name for name, _ in told} == everything and {state for _, state in told} == {"offline"}
    beat()
    assert len(device_news(server, before)) == len(told), "nothing new, nothing told"

    before = version(server)
    report(agent, "warning", paper="near_end")
    assert dict(device_news(server, before)) == on_floor(head)
    assert before_a_touch(kiosk) == {"state": "warning", "detail": {"paper": "near_end"}}


def test_an_agent_with_a_socket_is_there_without_a_word(
    agent: Person, kiosk: Person, server: Server, clock: Clock, beat: Callable[[], None]
) -> None:
    report(agent)
    client = live(server, agent)
    for _ in range(10):
        clock.turn(seconds=14)
        beat()
        assert before_a_touch(kiosk)["state"] == "ok"
    client.disconnect(namespace=NAMESPACE)
    clock.turn(seconds=16)
    beat()
    assert before_a_touch(kiosk)["state"] == "offline"


def test_one_whose_socket_cannot_get_through_is_there_while_it_asks(
    agent: Person, kiosk: Person, clock: Clock, beat: Callable[[], None]
) -> None:
    report(agent)
    for _ in range(5):
        clock.turn(seconds=10)
        agent.get("/agent/jobs")
        beat()
        assert before_a_touch(kiosk)["state"] == "ok"


def test_who_joined_in_the_silence_hears_that_it_ended(
    agent: Person, kiosk: Person, server: Server, clock: Clock
) -> None:
    report(agent)
    clock.turn(seconds=16)
    assert before_a_touch(kiosk)["state"] == "offline", "read before the timer told it"
    before = version(server)
    report(agent)
    assert device_news(server, before)[-1][1] == "ok" and ("kiosk-printer", "ok") in device_news(server, before)


def test_a_server_that_has_just_started_waits_for_its_agents(
    server: Server, agent: Person, kiosk: Person, clock: Clock, beat: Callable[[], None]
) -> None:
    report(agent)
    clock.turn(hours=1)
    server.system.uow.began = clock.now
    before = version(server)
    beat()
    assert before_a_touch(kiosk)["state"] == "ok" and device_news(server, before) == []
    clock.turn(seconds=16)
    beat()
    assert before_a_touch(kiosk)["state"] == "offline"


def paper(kiosk: Person, ticket: dict[str, Any]) -> str:
    return str((kiosk.get(f"/tickets/{ticket['id']}").json or {})["print"]["state"])


def test_a_paper_that_never_left_is_told_as_such(
    agent: Person, kiosk: Person, head: Person, server: Server, clock: Clock, beat: Callable[[], None]
) -> None:
    report(agent)
    clock.turn(seconds=20)
    ticket = kiosk.take()
    clock.turn(seconds=29)
    beat()
    assert paper(kiosk, ticket) == "queued", "it may be back in a moment"
    clock.turn(seconds=2)
    beat()
    assert paper(kiosk, ticket) == "not_sent"
    (known,) = (head.get("/offices/demo/floor").json or {})["papers"]
    assert (known["number"], known["state"], known["detail"]) == ("A001", "not_sent", "agent away")
    assert agent.get("/agent/jobs").json == {"jobs": []}, "who was given up for lost gets no paper an hour later"


def test_a_paper_that_may_have_left_is_unknown_until_the_agent_is_back_and_knows(
    agent: Person, kiosk: Person, head: Person, server: Server, clock: Clock, beat: Callable[[], None]
) -> None:
    report(agent)
    clock.turn(seconds=3)
    ticket = kiosk.take()
    (job,) = (agent.get("/agent/jobs").json or {})["jobs"]
    clock.turn(seconds=31)
    beat()
    assert paper(kiosk, ticket) == "unknown"
    before = version(server)
    assert (agent.post(f"/agent/jobs/{job['id']}/result", {"state": "printed"}).json or {})["state"] == "printed"
    assert paper(kiosk, ticket) == "printed"
    (told,) = [e for e in server.system.uow.events("demo", before, 50) if e.type == "paper.status"]
    assert told.data["paper"]["state"] == "printed" and (head.get("/offices/demo/floor").json or {})["papers"] == []
    assert (agent.post(f"/agent/jobs/{job['id']}/result", {"state": "unknown"}).json or {})["state"] == "printed"


def test_an_agent_that_comes_for_the_first_time_prints_no_old_papers(
    agent: Person, kiosk: Person, clock: Clock, beat: Callable[[], None]
) -> None:
    old = kiosk.take()
    clock.turn(hours=2)
    beat()
    assert paper(kiosk, old) == "not_sent", "nobody is there to print it"
    fresh = kiosk.take()
    jobs = (agent.get("/agent/jobs").json or {})["jobs"]
    assert [job["ticket_id"] for job in jobs] == [fresh["id"]]
    assert paper(kiosk, old) == "not_sent"


def test_an_agent_that_was_away_with_the_server_prints_no_old_papers(
    server: Server, agent: Person, kiosk: Person, clock: Clock
) -> None:
    report(agent)
    ticket = kiosk.take()
    clock.turn(minutes=10)
    server.system.uow.began = clock.now
    assert agent.get("/agent/jobs").json == {"jobs": []}
    assert paper(kiosk, ticket) == "unknown"


def test_a_paper_that_failed_is_told_to_staff_and_so_is_its_copy(
    agent: Person, kiosk: Person, head: Person, server: Server
) -> None:
    report(agent)
    ticket = kiosk.take()
    before = version(server)

    def answer(state: str) -> None:
        (job,) = (agent.get("/agent/jobs").json or {})["jobs"]
        agent.post(f"/agent/jobs/{job['id']}/result", {"state": state, "detail": "paper out"})

    answer("not_sent")
    head.post(f"/tickets/{ticket['id']}/print")
    answer("printed")
    events = [e for e in server.system.uow.events("demo", before, 50) if e.type == "paper.status"]
    assert [(e.data["paper"]["copy"], e.data["paper"]["state"]) for e in events] == [
        (1, "not_sent"), (2, "queued"), (2, "printed"),
    ]  # fmt: skip
    assert "detail" not in events[0].data["paper"] and events[0].full()["data"]["paper"]["detail"] == "paper out"


def test_a_paper_without_trouble_costs_no_event(agent: Person, kiosk: Person, server: Server) -> None:
    report(agent)
    kiosk.take()
    before = version(server)
    (job,) = (agent.get("/agent/jobs").json or {})["jobs"]
    agent.post(f"/agent/jobs/{job['id']}/result", {"state": "printed"})
    assert version(server) == before


@pytest.mark.parametrize("act", ["revoke", "roll"])
def test_an_ended_token_loses_its_socket_too(
    act: str, agent: Person, sign_in: Callable[[str], Person], server: Server, anybody: Person, kiosk: Person
) -> None:
    client = live(server, agent)
    me = (agent.get("/agent").json or {})["agent"]["id"]
    admin = sign_in("admin")
    if act == "revoke":
        assert admin.post(f"/offices/demo/devices/{me}/revoke").status_code == 200
    else:
        code = (admin.post(f"/offices/demo/devices/{me}/pairing").json or {})["code"]
        assert client.is_connected(NAMESPACE), "the old token holds until the new one is fetched"
        assert anybody.post("/devices/pair", {"code": code}).status_code == 201
    assert not client.is_connected(NAMESPACE)
    assert agent.get("/agent/jobs").status_code == 401


def test_an_agents_token_is_worth_its_own_devices_only(
    agent: Person, kiosk: Person, sign_in: Callable[[str], Person], server: Server, anybody: Person
) -> None:
    """A second station in the same office: another printer's papers, states and settings are not its business."""
    printer = report(agent, paper="ok")
    admin = sign_in("admin")
    made = admin.post("/offices/demo/devices", {"kind": "agent", "name": "second", "settings": {}}).json or {}
    code = (admin.post(f"/offices/demo/devices/{made['id']}/pairing").json or {})["code"]
    token = (anybody.post("/devices/pair", {"code": code}).json or {})["token"]
    second = Person(server.app.test_client(), {"Authorization": f"Bearer {token}"})
    ticket = kiosk.take()
    (job,) = (agent.get("/agent/jobs").json or {})["jobs"]

    assert (second.get("/agent").json or {})["devices"] == [] and second.get("/agent/jobs").json == {"jobs": []}
    assert second.post(f"/agent/jobs/{job['id']}/result", {"state": "printed"}).status_code == 404
    lie = {"version": "1", "devices": [{"id": printer, "state": "error", "detail": {"paper": "out"}}]}
    assert second.post("/agent/status", lie).status_code == 200
    assert paper(kiosk, ticket) == "queued" and before_a_touch(kiosk)["state"] == "ok"


class Background:
    """A socket server's background tasks, run by hand: `sleep` ends the task after so many beats."""

    def __init__(self, beats: int) -> None:
        self.tasks: dict[str, Callable[[], None]] = {}
        self.slept: list[float] = []
        self._beats = beats

    def start_background_task(self, task: Callable[[], None]) -> None:
        self.tasks[task.__name__] = task

    def sleep(self, seconds: float) -> None:
        if len(self.slept) == self._beats:
            raise KeyboardInterrupt
        self.slept.append(seconds)


def test_a_serving_process_calls_the_roll_at_every_beat_whatever_happens() -> None:
    background, calls = Background(beats=3), []
    hub = Hub(background, lambda: datetime.now(UTC), heartbeat_s=4.0)  # type: ignore[arg-type]

    def call() -> None:
        calls.append(1)
        raise OSError("the database is away")

    hub.call_roll = call
    hub.start()
    with pytest.raises(KeyboardInterrupt):
        background.tasks["_call_roll_forever"]()
    assert len(calls) == 3 and background.slept == [4.0, 4.0, 4.0]
