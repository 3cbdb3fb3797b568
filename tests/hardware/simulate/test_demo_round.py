"""The agent with simulated devices beside the real server: a number is printed, called by keypad, shown and rated."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio

from tests.hardware.fakes import eventually

pytestmark = pytest.mark.slow
NO_BOUNCE = timedelta(milliseconds=300)
HEADER = {"X-Motcua-Simulator": "1"}


class Demo:
    def __init__(self, folder: Path) -> None:
        port = _free_pair()
        self.url, self.page = f"http://127.0.0.1:{port}", ""
        environment = os.environ | {
            "MOTCUA_DATA_DIR": str(folder),
            "MOTCUA_BIND": f"127.0.0.1:{port}",
            "MOTCUA_DEMO_PASSWORD": "mat-khau-thu",
        }
        command = [str(Path(sys.executable).parent / "motcua"), "demo"]
        self._log = (folder / "log").open("w")
        self.process = subprocess.Popen(command, env=environment, stdout=self._log, stderr=self._log)
        self.page = f"http://127.0.0.1:{port + 1}"
        self.folder = folder

    def wait(self) -> None:
        def ready() -> bool:
            assert self.process.poll() is None, (self.folder / "log").read_text()
            try:
                state = self.state()
            except requests.RequestException:
                return False
            devices = [*state["devices"], *state["printers"]]
            return state["connection"] == "online" and len(devices) == 5 and {d["state"] for d in devices} == {"ok"}

        eventually(ready, 60)

    def state(self) -> dict[str, Any]:
        return requests.get(f"{self.page}/state.json", timeout=5).json()

    def device(self, name: str) -> dict[str, Any]:
        state = self.state()
        return next(each for each in [*state["devices"], *state["printers"]] if each["name"] == name)

    def touch(self, path: str, **body: Any) -> requests.Response:
        return requests.post(f"{self.page}{path}", json=body, headers=HEADER, timeout=5)

    def key(self, action: str, digits: str = "") -> dict[str, Any]:
        """Press a key of the keypad and wait for what became of it."""
        eventually(lambda: self._since(action) > NO_BOUNCE)
        before = self._newest()
        assert self.touch(f"/devices/{self.device('keypad-2')['id']}/key", action=action, digits=digits).ok
        return self._outcome_after(before)

    def _since(self, action: str) -> timedelta:
        """How long ago that key was pressed: two presses of one key closer than a bounce are one."""
        pressed = [press["at"] for press in self.state()["presses"] if press["action"] == action]
        return datetime.now(UTC) - datetime.fromisoformat(max(pressed)) if pressed else timedelta.max

    def rate(self, name: str, button: int) -> dict[str, Any]:
        before = self._newest()
        self.touch(f"/devices/{self.device(name)['id']}/press", button=button)
        return self._outcome_after(before)

    def api(self, method: str, path: str, session: requests.Session | None = None, **body: Any) -> requests.Response:
        kiosk = {"Authorization": f"Bearer {(self.folder / 'demo-kiosk.token').read_text().strip()}"}
        caller = session or requests.Session()
        headers = {} if session else kiosk | {"Idempotency-Key": os.urandom(8).hex()}
        return caller.request(method, f"{self.url}/api/v1{path}", json=body, headers=headers, timeout=10)

    def sign_in(self, name: str) -> requests.Session:
        session = requests.Session()
        answer = self.api("POST", "/session", session, username=name, password="mat-khau-thu")
        session.headers["X-CSRFToken"] = answer.json()["csrf_token"]
        return session

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(30)
        self._log.close()
        return code

    def _newest(self) -> int:
        return max((press["id"] for press in self.state()["presses"]), default=0)

    def _outcome_after(self, before: int) -> dict[str, Any]:
        def settled() -> dict[str, Any] | None:
            newer = [press for press in self.state()["presses"] if press["id"] > before]
            return newer[0] if newer and newer[0]["state"] != "pending" else None

        return eventually(settled)


def _free_pair() -> int:
    """A port whose neighbour is free too: the demo puts its page there. Below those that clients are given, since
    a client that knocks at a port nobody holds yet may be given that very port."""
    for port in random.sample(range(20_000, 32_000, 2), 100):
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise AssertionError("no two free ports")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = Demo(tmp_path_factory.mktemp("demo"))
    try:
        running.wait()
        yield running
    finally:
        running.stop()


def printed(demo: Demo, ticket_id: str) -> str:
    return demo.api("GET", f"/tickets/{ticket_id}").json()["print"]["state"]


def test_a_number_is_printed_called_by_keypad_shown_and_rated(demo: Demo):
    tickets = [demo.api("POST", "/offices/demo/tickets", service="A").json() for _ in range(2)]
    for ticket in tickets:
        eventually(lambda ticket=ticket: printed(demo, ticket["id"]) == "printed")
    sheets = demo.device("kiosk-printer")["sheets"]
    assert len(sheets) == 2
    paper = requests.get(f"{demo.page}/paper/{demo.device('kiosk-printer')['id']}/{sheets[0]['number']}.png", timeout=5)
    assert paper.content.startswith(b"\x89PNG")

    first, second = demo.sign_in("officer1"), demo.sign_in("officer2")
    assert demo.api("POST", "/offices/demo/counters/1/open", first).ok
    assert demo.api("POST", "/offices/demo/counters/2/open", second).ok
    called = demo.api("POST", "/offices/demo/counters/1/next", first).json()
    eventually(lambda: demo.device("led-1")["shown"] == [called["number"], "1", "CALL"])

    assert demo.key("next")["state"] == "delivered"
    at_two = tickets[1]["id"]
    assert demo.api("GET", f"/tickets/{at_two}").json()["counter"] == 2
    assert demo.key("start")["state"] == "delivered"
    assert demo.key("finish")["state"] == "delivered"
    assert demo.api("GET", f"/tickets/{at_two}").json()["state"] == "completed"
    assert demo.key("recall")["code"] == "no_ticket_at_counter"
    the_rest_of_the_keypad(demo)

    demo.api("POST", f"/tickets/{called['id']}/start", first)
    eventually(lambda: demo.device("led-1")["shown"] == [called["number"], "1", "SHOW"])
    demo.api("POST", f"/tickets/{called['id']}/finish", first)
    eventually(lambda: demo.device("led-1")["shown"][-1] == "OFF")
    assert demo.rate("panel-1", 3)["state"] == "delivered"
    assert demo.rate("panel-3", 1)["code"] == "rating_window_closed"


def the_rest_of_the_keypad(demo: Demo) -> None:
    """Recall, transfer by the field's number, and absent after the calls that the office asks for."""
    sent_on, other = (demo.api("POST", "/offices/demo/tickets", service="A").json() for _ in range(2))

    def now(ticket: dict[str, Any]) -> dict[str, Any]:
        return dict(demo.api("GET", f"/tickets/{ticket['id']}").json())

    assert demo.key("next")["state"] == "delivered"
    assert demo.key("recall")["state"] == "delivered" and now(sent_on)["call_count"] == 2
    assert demo.key("transfer", "9")["code"] == "unknown_service_digits"
    assert demo.key("transfer", "2")["state"] == "delivered"
    assert (now(sent_on)["service"], now(sent_on)["state"]) == ("B", "waiting")
    assert demo.key("next")["state"] == "delivered"
    absent = next(ticket for ticket in (sent_on, other) if now(ticket)["state"] == "called")
    assert demo.key("no_show")["code"] == "too_few_calls"
    for _ in range(2):
        assert demo.key("recall")["state"] == "delivered"
    assert demo.key("no_show")["state"] == "delivered" and now(absent)["state"] == "no_show"


def test_paper_out_is_told_to_the_office_and_gone_after_the_new_roll(demo: Demo):
    printer = demo.device("kiosk-printer")["id"]
    agent = {"Authorization": f"Bearer {(demo.folder / 'demo-agent.token').read_text().strip()}"}
    live = socketio.Client(reconnection=False)
    told: list[dict[str, Any]] = []
    live.on("event", lambda event: told.append(event), namespace="/live")
    token = agent["Authorization"].removeprefix("Bearer ")
    live.connect(demo.url, namespaces=["/live"], auth={"token": token}, transports=["websocket"])
    live.call("join", {"office": "demo", "topics": ["devices", "board"]}, namespace="/live")

    def states() -> list[str]:
        devices = [event["data"]["device"] for event in told if event["type"] == "device.status"]
        return [device["state"] for device in devices if device["id"] == printer]

    demo.touch(f"/printers/{printer}/knobs", paper="out")
    eventually(lambda: states()[-1:] == ["error"])
    demo.touch(f"/printers/{printer}/heal")
    eventually(lambda: states()[-1:] == ["ok"])
    live.disconnect()


def test_a_pulled_panel_is_offline_and_what_was_pressed_meanwhile_arrives(demo: Demo):
    panel = demo.device("panel-3")["id"]
    demo.touch(f"/devices/{panel}/plug", plugged=False)
    eventually(lambda: demo.device("panel-3")["state"] == "offline")
    # In the words of whoever stands before it, not the driver's.
    eventually(lambda: demo.device("panel-3")["detail"].get("message") == "dây bị rút hoặc thiết bị mất điện")
    demo.touch(f"/devices/{panel}/press", button=2)
    assert demo.device("panel-3")["waiting"] == 1
    demo.touch(f"/devices/{panel}/plug", plugged=True)
    eventually(lambda: demo.device("panel-3")["state"] == "ok" and demo.device("panel-3")["waiting"] == 0)


def test_a_chattering_button_is_a_warning(demo: Demo):
    demo.touch(f"/devices/{demo.device('panel-3')['id']}/chatter")
    eventually(lambda: demo.device("panel-3")["state"] == "warning", 30)
    head = demo.sign_in("head")

    def on_floor() -> dict[str, Any]:
        devices = demo.api("GET", "/offices/demo/floor", head).json()["devices"]
        return next(device for device in devices if device["name"] == "panel-3")

    seen = eventually(lambda: on_floor()["state"] == "warning" and on_floor())
    assert "dập liên tục" in seen["detail"]["message"]


def test_the_page_takes_orders_only_from_itself(demo: Demo):
    panel = demo.device("panel-1")["id"]
    assert requests.post(f"{demo.page}/devices/{panel}/press", json={"button": 1}, timeout=5).status_code == 403
    assert demo.touch("/devices/nobody/press", button=1).status_code == 404
    assert demo.touch(f"/devices/{panel}/press", button=9).status_code == 400
    printer = demo.device("kiosk-printer")["id"]
    assert demo.touch(f"/printers/{printer}/knobs", paper="burning").status_code == 400
    assert demo.touch(f"/printers/{printer}/knobs", vanish_after=0).status_code == 400


def test_the_page_is_vietnamese_in_any_browser_and_english_when_asked(demo: Demo):
    vietnamese = requests.get(f"{demo.page}/", headers={"Accept-Language": "en-US,en"}, timeout=5)
    assert "Thiết bị mô phỏng" in vietnamese.text
    assert "default-src 'self'" in vietnamese.headers["Content-Security-Policy"]
    assert "Simulated devices" in requests.get(f"{demo.page}/?lang=en", timeout=5).text
    assert "Thiết bị mô phỏng" in requests.get(f"{demo.page}/?lang=xx", timeout=5).text
