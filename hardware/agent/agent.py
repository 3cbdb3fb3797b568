"""The agent put together: devices, outbox, printers and the connection, and the few threads that drive them."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from hardware.agent import floor as floors
from hardware.agent.calls import Call
from hardware.agent.client import PRESS_TIMEOUT_S, Refused, ServerClient, Unauthorized, Unreachable
from hardware.agent.config import AgentConfig
from hardware.agent.connection import Connection
from hardware.agent.courier import Courier, Surroundings
from hardware.agent.door import Door, ScanShelf
from hardware.agent.health import Health
from hardware.agent.live import LiveTransport
from hardware.agent.outbox import Outbox, Stored
from hardware.agent.plain import explain
from hardware.agent.presses import PressDesk
from hardware.agent.prints import PrintDesk, PrinterFactory, open_by_settings
from hardware.agent.rack import Rack, merge
from hardware.agent.voice import HallVoice
from hardware.drivers.base import Device, State
from hardware.drivers.ports import Port, PortSettings, open_serial
from hardware.texts import _

log = logging.getLogger(__name__)

IN_HAND = frozenset({"called", "serving"})
EVERYDAY = frozenset({"rating_window_closed"})
"""Presses refused for these are in the outbox's list, where doctor shows them; they are no alarm."""

REPAIR_S = 10.0
STATUS_S = 10.0
COURIER_S = (0.5, 1.0, 2.0, 4.0)


class Agent:
    def __init__(
        self,
        config: AgentConfig,
        clock: Callable[[], datetime],
        *,
        open_port: Callable[[PortSettings], Port] = open_serial,
        make_printer: PrinterFactory = open_by_settings,
        prepare: Callable[[list[Device]], list[Device]] = lambda devices: devices,
    ) -> None:
        self.config = config
        self._prepare = prepare
        self._setup_lock = threading.Lock()
        self._stop = threading.Event()
        self._warned: set[str] = set()
        self._press_came, self._repair_due, self._news = threading.Event(), threading.Event(), threading.Event()
        self._setup_path = config.state_dir / "setup.json"
        self.setup: Mapping[str, Any] = _read_setup(self._setup_path)
        self.floor = floors.Floor()
        self._floor_lock = threading.Lock()
        self.client = ServerClient(config.server, config.token(), config.language)
        self.outbox = Outbox(config.state_dir / "outbox.sqlite3", clock)
        self.health = Health(self._news.set)
        self.presses = PressDesk(self.outbox, clock, self._report, self._ticket_at, self._press_came.set)
        self.shelf = ScanShelf()
        self.door = Door(self.shelf)
        self.rack = Rack(
            clock,
            open_port,
            self._report,
            self.presses.take,
            lambda device, scan: self.shelf.put(device.id, scan),
            self.door.accept,
        )
        self.prints = PrintDesk(config.state_dir / "spool", clock, self.health.report, self._news.set, make_printer)
        around = Surroundings(
            lambda: office_code(self.setup),
            self._ticket_at,
            self._called,
            self._service_of,
            self._press_refused,
            self._press_delivered,
        )
        self.courier = Courier(self.outbox, self.client, around, clock)
        self.voice = HallVoice(
            self.client.fetch, lambda: office_code(self.setup), time.monotonic, self._report, self._said
        )
        transport = LiveTransport(
            config.server,
            self.client.token,
            self._learn_setup,
            self._snapshot,
            self._event,
            self.prints.submit,
            lambda: self.connection.heard(),
        )
        self._transport = transport
        self.connection = Connection(transport, time.monotonic, self._connected)
        self._threads = [
            threading.Thread(target=self._without_end, args=(run,), name=run.__name__.strip("_"), daemon=True)
            for run in (self._keep_connected, self._deliver_presses, self._repair)
        ]

    def start(self) -> None:
        """Devices run from the first moment, with the setup of last time, whether or not the server is there."""
        self._install()
        if self.config.door is not None:
            self.door.open(self.config.door)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for event in (self._press_came, self._repair_due, self._news):
            event.set()
        self._transport.disconnect()
        for thread in self._threads:
            thread.join(timeout=5)
        self.voice.close()
        self.rack.close()
        self.prints.close()
        self.door.close()
        self.outbox.close()

    # The threads

    def _without_end(self, run: Callable[[], None]) -> None:
        """A mistake in one round is logged and costs that round: an agent whose thread died would look alive."""
        while not self._stop.is_set():
            try:
                run()
            except Exception:
                log.exception("%s", run.__name__)
                self._stop.wait(1)

    def _keep_connected(self) -> None:
        while not self._stop.is_set():
            self._stop.wait(self.connection.step())

    def _deliver_presses(self) -> None:
        failures = 0
        while not self._stop.is_set():
            self._press_came.wait(30 if failures == 0 else COURIER_S[min(failures, len(COURIER_S)) - 1])
            self._press_came.clear()
            failures = 0 if self.courier.round() else failures + 1

    def _repair(self) -> None:
        """Asks for jobs and setup, tells results and status: whatever a lost event left undone is done here."""
        next_repair = next_status = next_results = 0.0
        while not self._stop.is_set():
            now = time.monotonic()
            if self._repair_due.is_set() or now >= next_repair:
                self._repair_due.clear()
                # Told again after a time alone: the server takes the devices of a silent agent for offline.
                next_repair, next_status = now + REPAIR_S, now
                self._guarded(self._repair_once)
            if self.prints.has_results and now >= next_results:
                told = self._guarded(self._tell_results)
                next_results = 0.0 if told else now + REPAIR_S / 5
            if self.health.untold() or now >= next_status:
                next_status = now + STATUS_S
                self._guarded(self._tell_status)
            self.presses.watch()
            self.shelf.sweep()
            self.prints.local.sweep()
            self._news.wait(0.5)
            self._news.clear()

    def _connected(self) -> None:
        self._repair_due.set()
        self._news.set()
        self._press_came.set()

    def _guarded(self, step: Callable[[], object]) -> bool:
        try:
            step()
            return True
        except (Unreachable, Unauthorized) as error:
            log.debug("%s: %r", step.__name__, error)
        except Refused as refusal:
            log.warning("%s: %s %s", step.__name__, refusal.code, refusal.detail)
        return False

    def _tell_results(self) -> None:
        self.prints.deliver(self.client.result)

    def _repair_once(self) -> None:
        self._learn_setup()
        for job in self.client.jobs():
            self.prints.submit(job)
        self.outbox.purge()

    def _tell_status(self) -> None:
        known = {str(entry["id"]) for entry in self.setup.get("devices", [])}
        devices = self.health.all()
        self.client.status([entry for entry in devices if entry["id"] in known])
        self.health.told(devices)

    # The setup: which office, which devices

    def _learn_setup(self) -> str | None:
        """Ask the server who we are; the office's code."""
        setup = self.client.setup()
        with self._setup_lock:
            if setup != self.setup:
                self._setup_path.write_text(json.dumps(setup, ensure_ascii=False), encoding="utf-8")
                self.setup = setup
                self._install()
        return office_code(setup)

    def _install(self) -> None:
        devices = self._prepare(merge(self.setup.get("devices", []), self.config.devices))
        self.door.clear()
        self.prints.install([device for device in devices if device.kind == "printer"])
        self.rack.install([device for device in devices if device.kind != "printer"])
        for device in devices:
            if device.kind == "scanner":
                self.door.allow_scans(device)
            if device.kind == "printer":
                self.door.allow_jobs(device, self.prints.print_here, self.prints.local.result)
        self.voice.install(self.rack.speakers())
        self._set_floor(lambda floor: floor)

    # What the server says

    def _snapshot(self, snapshot: Mapping[str, Any], version: int) -> None:
        self._set_floor(lambda _: floors.from_snapshot(snapshot, version))
        self.voice.snapshot(snapshot)

    def _event(self, event: Mapping[str, Any]) -> None:
        self._set_floor(lambda floor: floors.reduce(floor, event))
        self.voice.event(event)

    def _set_floor(self, change: Callable[[floors.Floor], floors.Floor]) -> None:
        """Under one lock with what the boards are shown, so that the newest is what they are shown last."""
        with self._floor_lock:
            self.floor = change(self.floor)
            self.rack.show(self.floor.shown)

    def _called(self, counter: int, ticket: Mapping[str, Any] | None) -> None:
        """A keypad's answer tells earlier than the event which ticket is in hand now."""
        if ticket is None or "id" not in ticket:
            return
        with self._floor_lock:
            here = ticket.get("counter") == counter and ticket.get("state") in IN_HAND
            now = floors.CounterNow(ticket["number"], ticket["id"], ticket.get("state"))
            self.floor = self.floor.with_counter(counter, now if here else floors.CounterNow())

    def _ticket_at(self, counter: int) -> str | None:
        return self.floor.at(counter).ticket_id

    def _service_of(self, device_id: str, digits: str) -> str | None:
        device = self.rack.device(device_id)
        table = dict(device.settings.get("transfer", {})) if device else {}
        return table.get(digits) or self._services().get(digits)

    def _services(self) -> dict[str, str]:
        """Without a table of its own a keypad counts the office's fields: 1 is the first."""
        try:
            office = self.client.ask("GET", f"/offices/{office_code(self.setup)}", timeout=PRESS_TIMEOUT_S)
        except Refused:
            return {}
        return {str(place): entry["code"] for place, entry in enumerate(office["services"], start=1)}

    # What devices say

    def _report(self, device: Device, state: State, message: str) -> None:
        if state == "offline":
            message = explain(message).what or message
        self.health.report(device.id, state, {"message": message} if message else {})

    def _said(self, call: Call) -> None:
        heard = [{"ticket_id": call.ticket_id, "call_count": call.count}]
        report = {"version": 0, "sound": "on", "visible": True, "heard": heard}
        self.client.ask("POST", f"/offices/{office_code(self.setup)}/boards/report", report)

    def _press_refused(self, press: Stored, state: str, code: str, detail: str) -> None:
        device = self.rack.device(press.device)
        if device is None or code in EVERYDAY:
            return
        why = _("Lượt bấm đến quá muộn nên không thực hiện; hãy bấm lại.") if state == "stale" else detail or code
        self._warned.add(device.id)
        self._report(device, "warning", why)

    def _press_delivered(self, press: Stored) -> None:
        """What a press said was wrong, the next good press says is right again."""
        device = self.rack.device(press.device)
        if device is not None and press.device in self._warned:
            self._warned.discard(press.device)
            self._report(device, "ok", "")


def office_code(setup: Mapping[str, Any]) -> str | None:
    office = setup.get("office")
    return str(office["code"]) if office else None


def _read_setup(path: Path) -> Mapping[str, Any]:
    try:
        setup = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return setup if isinstance(setup, dict) else {}
