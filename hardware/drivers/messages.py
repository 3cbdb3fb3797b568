"""Buttons that bring their own network (ESP32): the same message by HTTP or by MQTT.

``{"boot": "3f2a", "seq": 17, "button": 1, "age_ms": 120}`` for panels, ``"key": "NEXT"`` instead of ``button`` for
keypads. The device repeats it until it is answered, as on our serial line.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol

from hardware.drivers.base import BadSettings, Device, Host, Origin, Press, levels_of, required
from hardware.drivers.line import KEY_NAMES, MAX_AGE_MS
from hardware.texts import _

log = logging.getLogger(__name__)

SEQUENCES = 1 << 32


class BadMessage(ValueError):
    """Not a message of our format; answered as an error, never kept."""


def read_press(message: Mapping[str, Any], device: Device, host: Host) -> Press:
    boot, sequence, age = message.get("boot"), message.get("seq"), message.get("age_ms", 0)
    if not isinstance(boot, str) or not 1 <= len(boot) <= 32:
        raise BadMessage("boot: 1 to 32 letters")
    if not _whole(sequence, SEQUENCES) or not _whole(age, MAX_AGE_MS + 1):
        raise BadMessage("seq and age_ms: whole numbers, not negative")
    action, value = _meaning(message, device)
    origin = Origin(device.id, boot, int(sequence), SEQUENCES)  # type: ignore[arg-type]
    at = host.clock() - timedelta(milliseconds=int(age))
    return Press(device, action, at, value, origin)


def _meaning(message: Mapping[str, Any], device: Device) -> tuple[str, str | None]:
    if device.kind == "panel":
        levels = levels_of(device)
        button = message.get("button")
        if not _whole(button, len(levels) + 1) or button == 0:
            raise BadMessage(f"button: 1 to {len(levels)}")
        return "rate", levels[int(button) - 1]  # type: ignore[arg-type]
    action = KEY_NAMES.get(str(message.get("key")))
    if action is None:
        raise BadMessage(f"key: one of {', '.join(KEY_NAMES)}")
    number = message.get("number")
    if number is not None and not (isinstance(number, str) and number.isdigit() and len(number) <= 4):
        raise BadMessage("number: up to four digits, as a string")
    return action, number


def _whole(value: object, below: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < below


class HttpButtons:
    """Posts to the agent's local door with the token in its settings."""

    def __init__(self, device: Device, host: Host) -> None:
        required(device, "token")
        if device.kind == "panel":
            levels_of(device)
        self.device, self.host = device, host
        host.accept(device, self.message)
        host.report(device, "ok")

    def message(self, message: Mapping[str, Any]) -> bool:
        taken = self.host.take(read_press(message, self.device, self.host))
        self.host.report(self.device, "ok")
        return taken

    def close(self) -> None:
        """Nothing is held: the door belongs to the agent."""


class MqttClient(Protocol):
    """The part of paho's client used here."""

    on_connect: Any
    on_connect_fail: Any
    on_message: Any
    on_disconnect: Any

    def connect_async(self, host: str, port: int, keepalive: int) -> Any: ...
    def subscribe(self, topic: str, qos: int) -> Any: ...
    def publish(self, topic: str, payload: bytes, qos: int) -> Any: ...
    def loop_start(self) -> Any: ...
    def loop_stop(self) -> Any: ...
    def disconnect(self) -> Any: ...


def paho_client(device: Device) -> MqttClient:
    try:
        from paho.mqtt import client as paho
        from paho.mqtt.enums import CallbackAPIVersion
    except ImportError as error:
        raise BadSettings(_("Chưa cài gói MQTT: pip install 'motcua[mqtt]'")) from error
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=f"motcua-{device.id}")
    if device.settings.get("username"):
        client.username_pw_set(device.settings["username"], device.settings.get("password"))
    return client


class MqttButtons:
    """``motcua/<device>/press`` in, ``motcua/<device>/ack`` out, once the press is on disk."""

    def __init__(self, device: Device, host: Host, make_client: Callable[[Device], MqttClient] = paho_client) -> None:
        broker = str(required(device, "broker"))
        if device.kind == "panel":
            levels_of(device)
        self.device, self.host = device, host
        self._topic = str(device.settings.get("topic", f"motcua/{device.id}"))
        self._client = make_client(device)
        self._client.on_connect = self._connected
        self._client.on_connect_fail = self._gone
        self._client.on_message = self._message
        self._client.on_disconnect = self._disconnected
        self._welcome = False
        self._client.connect_async(broker, int(device.settings.get("broker_port", 1883)), 30)
        self._client.loop_start()

    def _connected(self, _client: object, _userdata: object, _flags: object, reason: Any, _more: object) -> None:
        self._welcome = not reason.is_failure
        if reason.is_failure:  # paho calls this for a refusal too, and tries again by itself
            self.host.report(self.device, "offline", _("Máy chủ MQTT từ chối: %(why)s.", why=reason))
            return
        self._client.subscribe(f"{self._topic}/press", 1)
        self.host.report(self.device, "ok")

    def _disconnected(self, *_arguments: object) -> None:
        if self._welcome:  # who was turned away has been told why
            self._gone()

    def _gone(self, *_arguments: object) -> None:
        self.host.report(self.device, "offline", _("Mất kết nối máy chủ MQTT."))

    def _message(self, _client: object, _userdata: object, received: Any) -> None:
        try:
            message = json.loads(received.payload)
            press = read_press(message if isinstance(message, dict) else {}, self.device, self.host)
        except (ValueError, RecursionError) as error:
            log.warning("%s: a message that is not ours: %s", self.device.id, error)
            return
        if self.host.take(press) and press.origin is not None:
            answer = {"boot": press.origin.boot, "seq": press.origin.sequence}
            self._client.publish(f"{self._topic}/ack", json.dumps(answer).encode(), 1)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
