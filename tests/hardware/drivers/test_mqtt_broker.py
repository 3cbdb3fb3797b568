"""An ESP32 panel on MQTT with a real broker between it and the agent: presses, answers, a broker that dies."""

from __future__ import annotations

import json
import queue
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from hardware.agent.outbox import Outbox
from hardware.agent.presses import PressDesk
from hardware.drivers.base import Device
from hardware.drivers.messages import MqttButtons
from tests.hardware.fakes import FakeHost, eventually, panel
from tests.servers import Mosquitto, free_port

TOPIC = "motcua/panel-3"


class Esp32:
    """What the firmware does: publishes a press and reads its acknowledgements."""

    def __init__(self, port: int) -> None:
        self.acknowledged: queue.Queue[dict[str, Any]] = queue.Queue()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id="esp32")
        self._client.username_pw_set(Mosquitto.USER, Mosquitto.PASSWORD)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda client, *_: client.subscribe(f"{TOPIC}/ack", 1)
        self._client.on_message = lambda _client, _data, message: self.acknowledged.put(json.loads(message.payload))
        self._subscribed = False
        self._client.on_subscribe = lambda *_: setattr(self, "_subscribed", True)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        eventually(lambda: self._subscribed)

    def press(self, sequence: int, button: int = 1) -> None:
        self.say(json.dumps({"boot": "3f2a", "seq": sequence, "button": button}).encode())

    def say(self, payload: bytes) -> None:
        self._client.publish(f"{TOPIC}/press", payload, 1)

    def hears(self, sequence: int, timeout_s: float = 10) -> bool:
        """The next acknowledgement is for this press; False when none comes."""
        try:
            return self.acknowledged.get(timeout=timeout_s) == {"boot": "3f2a", "seq": sequence}
        except queue.Empty:
            return False

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def device(port: int, **settings: Any) -> Device:
    user = {"username": Mosquitto.USER, "password": Mosquitto.PASSWORD}
    return panel(driver="mqtt", broker="127.0.0.1", broker_port=port, **{**user, **settings})


@pytest.fixture
def broker() -> Iterator[Mosquitto]:
    with Mosquitto() as server:
        yield server


@pytest.fixture
def host() -> FakeHost:
    return FakeHost()


@pytest.fixture
def driver(broker: Mosquitto, host: FakeHost) -> Iterator[MqttButtons]:
    made = MqttButtons(device(broker.port), host)
    eventually(lambda: host.reports[-1:] == [("panel-3", "ok", "")])
    yield made
    made.close()


@pytest.fixture
def esp32(broker: Mosquitto) -> Iterator[Esp32]:
    made = Esp32(broker.port)
    yield made
    made.close()


@pytest.mark.usefixtures("driver")
def test_a_press_goes_through_the_broker_and_comes_back_acknowledged(esp32: Esp32, host: FakeHost) -> None:
    esp32.press(17, button=3)
    assert esp32.hears(17)
    (press,) = host.presses
    assert (press.action, press.value, press.device.counter) == ("rate", "dissatisfied", 3)


@pytest.mark.usefixtures("driver")
def test_a_press_that_is_not_on_disk_is_not_acknowledged_until_it_is(esp32: Esp32, host: FakeHost) -> None:
    host.disk_full = True
    esp32.press(1)
    esp32.say(b"\xff not ours")
    esp32.press(2)
    assert not esp32.hears(1, timeout_s=0.5)
    host.disk_full = False
    esp32.press(1)
    assert esp32.hears(1)
    assert len(host.presses) == 1


def test_a_broker_that_dies_is_told_and_presses_go_on_when_it_is_back(
    broker: Mosquitto, driver: MqttButtons, esp32: Esp32, host: FakeHost
) -> None:
    broker.kill()
    eventually(lambda: host.reports[-1][1] == "offline")
    broker.restart()
    eventually(lambda: host.reports[-1][1] == "ok", 20)
    # The device repeats a press until it is acknowledged, as on our serial line.
    eventually(lambda: (esp32.press(5), esp32.hears(5, timeout_s=0.3))[1], 20)
    assert {press.origin for press in host.presses} == {host.presses[0].origin}


def test_a_wrong_password_is_told_and_not_called_well(broker: Mosquitto, host: FakeHost) -> None:
    refused = MqttButtons(device(broker.port, password="wrong"), host)
    try:
        eventually(lambda: len(host.reports) >= 2)
        assert set(host.reports) == {("panel-3", "offline", "Máy chủ MQTT từ chối: Not authorized.")}
    finally:
        refused.close()


def test_a_broker_that_was_never_there_is_told(host: FakeHost) -> None:
    alone = MqttButtons(device(free_port()), host)
    try:
        eventually(lambda: host.reports)
        assert host.reports[0][1] == "offline"
    finally:
        alone.close()


def test_a_repeated_press_is_one_press_in_the_outbox(broker: Mosquitto, esp32: Esp32, tmp_path: Path) -> None:
    host = FakeHost()
    outbox = Outbox(tmp_path / "outbox.sqlite3", host.clock)
    desk = PressDesk(outbox, host.clock, lambda *_: None, lambda _: "t1", lambda: None)
    host.take = desk.take  # type: ignore[method-assign]
    driver = MqttButtons(device(broker.port), host)
    try:
        eventually(lambda: host.reports)
        for _ in range(3):
            esp32.press(9)
            assert esp32.hears(9)
        assert len(outbox.recent(10)) == 1
    finally:
        driver.close()
        outbox.close()
