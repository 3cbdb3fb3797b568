"""Panels, keypads, LED boards and scanners that speak our open line protocol."""

from __future__ import annotations

from datetime import timedelta

from hardware.drivers.base import ACTIONS, BadSettings, Device, Host, Origin, Press, Shown, levels_of
from hardware.drivers.bus import LineBus
from hardware.drivers.codes import parse_scan
from hardware.drivers.link import SerialLink
from hardware.protocol.line import BROADCAST, Frame
from hardware.texts import _

MAX_AGE_MS = 24 * 3600 * 1000

KEY_NAMES = {
    "NEXT": "next",
    "RECALL": "recall",
    "START": "start",
    "FINISH": "finish",
    "ABSENT": "no_show",
    "TRANSFER": "transfer",
}


class LineDevice:
    """What all devices on our line share: address, origin of a message, presence, own status."""

    def __init__(self, device: Device, host: Host) -> None:
        self.device = device
        self.host = host
        self.address = _address(device)
        self._link: SerialLink = host.link(device)
        polled = bool(device.settings.get("shared_line", False))
        timeout = float(device.settings.get("answer_timeout", 0.15))
        self.bus = self._link.shared(LineBus, lambda: LineBus(polled=polled, answer_timeout=timeout))
        if not self.bus.join(self.address, self):
            raise BadSettings(_("Hai thiết bị cùng địa chỉ %(address)s trên một đường dây.", address=self.address))

    def event(self, frame: Frame) -> bool:
        if frame.command == "HELLO":
            self.presence(True, "")
            return True
        if frame.command == "STAT":
            return self._own_status(frame)
        press = self.press(frame)
        return press is None or self.host.take(press)

    def press(self, frame: Frame) -> Press | None:  # noqa: ARG002 - for subclasses
        """The press in an event, or None when it means nothing here (acknowledged, so that it does not block)."""
        return None

    def presence(self, online: bool, why: str) -> None:
        if online:
            self.host.report(self.device, "ok")
        else:
            self.host.report(self.device, "offline", why or _("Thiết bị không trả lời; kiểm tra dây và nguồn."))

    def close(self) -> None:
        self._link.close()

    def made_press(self, frame: Frame, action: str, value: str | None, age_ms: str) -> Press:
        age = min(int(age_ms), MAX_AGE_MS) if age_ms.isascii() and age_ms.isdigit() else 0
        origin = Origin(f"{self.device.id}", frame.args[0], frame.sequence)
        return Press(self.device, action, self.host.clock() - timedelta(milliseconds=age), value, origin)

    def _own_status(self, frame: Frame) -> bool:
        state = frame.args[1].lower() if len(frame.args) > 1 else "ok"
        message = frame.args[2] if len(frame.args) > 2 else ""
        if state in ("ok", "warning", "error"):
            self.host.report(self.device, state, message)  # type: ignore[arg-type]
        return True


class LinePanel(LineDevice):
    """``BTN,boot,button,age``: buttons count from 1, the happiest first."""

    def __init__(self, device: Device, host: Host) -> None:
        self.levels = levels_of(device)
        super().__init__(device, host)

    def press(self, frame: Frame) -> Press | None:
        if frame.command != "BTN" or len(frame.args) < 3 or not frame.args[1].isdigit():
            return None
        button = int(frame.args[1])
        if not 1 <= button <= len(self.levels):
            self.host.report(self.device, "warning", _("Nút %(n)s không có trong cấu hình.", n=button))
            return None
        return self.made_press(frame, "rate", self.levels[button - 1], frame.args[2])


class LineKeypad(LineDevice):
    """``KEY,boot,name,age[,digits]``."""

    def press(self, frame: Frame) -> Press | None:
        if frame.command != "KEY" or len(frame.args) < 3:
            return None
        action = KEY_NAMES.get(frame.args[1])
        if action not in ACTIONS:
            return None
        digits = frame.args[3] if len(frame.args) > 3 and frame.args[3] else None
        return self.made_press(frame, action, digits, frame.args[2])


class LineLed(LineDevice):
    """``TEXT,number,counter,mode``; mode is CALL (flashing), SHOW or OFF."""

    def show(self, shown: Shown) -> None:
        mode = "OFF" if shown.number is None else "CALL" if shown.calling else "SHOW"
        self.bus.show(self.address, (shown.number or "", str(shown.counter), mode))


class LineScanner(LineDevice):
    """``SCAN,boot,text``: short codes only; an identity card does not fit a line."""

    def event(self, frame: Frame) -> bool:
        if frame.command == "SCAN" and len(frame.args) > 1:
            self.host.scanned(self.device, parse_scan(frame.args[1], identity_cards=False))
            return True
        return super().event(frame)


def _address(device: Device) -> int:
    try:
        address = int(device.settings.get("address", 1))
    except (TypeError, ValueError):
        address = -1
    if not 1 <= address < BROADCAST:
        raise BadSettings(_("Địa chỉ của %(id)s phải là số từ 1 đến 254.", id=device.id))
    return address
