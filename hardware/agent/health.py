"""How each device is, and whether the server has been told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from hardware.drivers.base import State


class Health:
    """The newest state of every device; thread-safe. ``changed`` is called when there is something new to tell."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._lock = threading.Lock()
        self._changed = changed
        self._devices: dict[str, dict[str, Any]] = {}
        self._told: dict[str, dict[str, Any]] | None = None

    def report(self, device_id: str, state: State, detail: Mapping[str, Any]) -> None:
        entry = {"id": device_id, "state": state, "detail": dict(detail)}
        with self._lock:
            if self._devices.get(device_id) == entry:
                return
            self._devices[device_id] = entry
        self._changed()

    def forget(self, device_id: str) -> None:
        with self._lock:
            self._devices.pop(device_id, None)

    def state_of(self, device_id: str) -> str | None:
        with self._lock:
            entry = self._devices.get(device_id)
        return str(entry["state"]) if entry else None

    def all(self) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(entry) for entry in self._devices.values()]

    def untold(self) -> bool:
        with self._lock:
            return self._told != self._devices

    def told(self, devices: list[dict[str, Any]]) -> None:
        with self._lock:
            self._told = {entry["id"]: entry for entry in devices}
