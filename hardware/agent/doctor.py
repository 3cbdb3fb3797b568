"""What a technician needs to know of this machine: ports, permissions, devices, server; each with what to do."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import requests
from serial.tools import list_ports

from hardware.agent import config as configs
from hardware.agent import udev
from hardware.agent.agent import office_code
from hardware.agent.client import Refused, ServerClient, Unauthorized, Unreachable
from hardware.agent.config import AgentConfig, ConfigError
from hardware.agent.outbox import Outbox
from hardware.agent.plain import Trouble, explain
from hardware.agent.rack import Rack, merge
from hardware.agent.running import AlreadyRunning, sole_owner
from hardware.drivers.base import Device
from hardware.drivers.ports import open_serial
from hardware.texts import _

PROBE_S = 4.0
CLOCK_TOLERANCE_S = 30


@dataclass(frozen=True)
class Finding:
    """severity 0: fine, 1: worth knowing, 2: must be repaired."""

    severity: int
    subject: str
    text: str
    advice: str = ""

    @property
    def mark(self) -> str:
        return ("✓", "!", "✗")[self.severity]


Findings = Iterator[Finding]


def examine(path: Path | None, *, probe: bool, now: Callable[[], datetime], monotonic: Callable[[], float]) -> Findings:
    yield from ports()
    yield from usb_printers()
    try:
        config = configs.load(path)
        token = config.token()
    except ConfigError as error:
        yield Finding(2, _("Cấu hình"), str(error))
        return
    yield Finding(
        0, _("Cấu hình"), _("Máy chủ %(server)s, dữ liệu ở %(folder)s", server=config.server, folder=config.state_dir)
    )
    client = ServerClient(config.server, token, config.language)
    yield from server_clock(config.server, now)
    setup: dict[str, object] = {}
    yield from server(client, setup)
    yield from outbox(config, now)
    entries = setup.get("devices", [])
    devices = merge(entries if isinstance(entries, list) else [], config.devices)
    yield from unknown_sections(config, devices)
    if probe:
        yield from answers(config, devices, now, monotonic)


def ports() -> Findings:
    found = sorted(list_ports.comports(), key=lambda port: port.device)
    if not found:
        yield Finding(
            1,
            _("Cổng nối tiếp"),
            _("Không thấy cổng nào."),
            _("Cắm thiết bị hoặc đầu chuyển USB–RS232/RS485 rồi chạy lại."),
        )
    for port in found:
        readable = os.name == "nt" or os.access(port.device, os.R_OK | os.W_OK)
        yield Finding(
            0 if readable else 2,
            port.device,
            port.description if readable else _("%(what)s, nhưng không có quyền mở", what=port.description),
            "" if readable else _permission_advice(Path(port.device)),
        )


def usb_printers(folder: Path = Path("/dev/usb")) -> Findings:
    for node in sorted(folder.glob("lp*")):
        writable = os.access(node, os.R_OK | os.W_OK)
        yield Finding(
            0 if writable else 2,
            str(node),
            _("Máy in USB") if writable else _("Máy in USB, nhưng không có quyền ghi"),
            "" if writable else _permission_advice(node),
        )
    for device in udev.plugged(printers=folder):
        yield Finding(0, device.node, _("Cắm ở %(port)s; đặt tên cố định: motcua agent udev", port=device.id_path))


def server_clock(url: str, now: Callable[[], datetime]) -> Findings:
    """A clock that is wrong makes ratings fall outside their windows."""
    from email.utils import parsedate_to_datetime

    try:
        answer = requests.get(f"{url}/healthz", timeout=5)
        theirs = parsedate_to_datetime(answer.headers["Date"])
    except (requests.RequestException, KeyError, ValueError):
        return
    apart = abs((now() - theirs).total_seconds())
    if apart > CLOCK_TOLERANCE_S:
        yield Finding(
            2,
            _("Đồng hồ"),
            _("Lệch máy chủ %(n)s giây.", n=round(apart)),
            _("Bật đồng bộ giờ: timedatectl set-ntp true"),
        )


def server(client: ServerClient, setup: dict[str, object]) -> Findings:
    try:
        setup.update(client.setup())
    except Unreachable as error:
        yield Finding(
            2,
            client.server,
            _("Không trả lời (%(why)s).", why=error),
            _("Kiểm tra dây mạng, địa chỉ máy chủ và tường lửa; thử mở địa chỉ này bằng trình duyệt."),
        )
        return
    except (Unauthorized, Refused):
        yield Finding(
            2,
            client.server,
            _("Máy chủ không nhận mã của máy này."),
            _("Xin mã dùng một lần ở trang quản trị rồi chạy: motcua agent pair"),
        )
        return
    devices = setup.get("devices")
    yield Finding(
        0,
        client.server,
        _(
            "Văn phòng %(code)s, %(n)s thiết bị",
            code=office_code(setup),
            n=len(devices) if isinstance(devices, list) else 0,
        ),
    )


def outbox(config: AgentConfig, now: Callable[[], datetime]) -> Findings:
    path = config.state_dir / "outbox.sqlite3"
    if not path.exists():
        return
    try:
        box = Outbox(path, now)
    except sqlite3.Error as error:
        yield Finding(
            2, str(path), _("Không mở được: %(why)s", why=error), _("Kiểm tra ổ đĩa còn chỗ và quyền ghi thư mục.")
        )
        return
    waiting, recent = box.pending(), box.recent()
    box.close()
    if waiting:
        yield Finding(
            1,
            _("Lượt bấm"),
            _(
                "%(n)s lượt chưa gửi được, cũ nhất %(at)s.",
                n=len(waiting),
                at=waiting[0].pressed_at.astimezone().strftime("%d/%m %H:%M"),
            ),
        )
    for press in [press for press in recent if press.state in ("refused", "stale")][:5]:
        yield Finding(
            1,
            _("Lượt bấm"),
            _(
                "%(device)s lúc %(at)s không được nhận: %(why)s",
                device=press.device,
                at=press.pressed_at.astimezone().strftime("%d/%m %H:%M:%S"),
                why=press.detail or press.code,
            ),
        )


def unknown_sections(config: AgentConfig, devices: list[Device]) -> Findings:
    known = {device.id for device in devices} | {device.name for device in devices}
    for section in sorted(set(config.devices) - known):
        yield Finding(
            1,
            section,
            _("Có trong tệp cấu hình nhưng máy chủ không biết thiết bị này."),
            _("Thêm thiết bị ở trang quản trị, hoặc sửa id cho đúng tên."),
        )


def answers(
    config: AgentConfig, devices: list[Device], now: Callable[[], datetime], monotonic: Callable[[], float]
) -> Findings:
    """Open every device as the agent would and say what each answers; not while the agent itself owns them."""
    try:
        with sole_owner(config.state_dir):
            yield from _ask_each(config, devices, now, monotonic)
    except AlreadyRunning:
        yield Finding(
            1,
            _("Thiết bị"),
            _("motcua agent đang chạy và giữ các thiết bị; trạng thái của chúng có ở trang theo dõi."),
            _("Muốn hỏi trực tiếp từng thiết bị, hãy dừng agent rồi chạy lại."),
        )


def _ask_each(
    config: AgentConfig, devices: list[Device], now: Callable[[], datetime], monotonic: Callable[[], float]
) -> Findings:
    heard: dict[str, tuple[str, str]] = {}
    others = [device for device in devices if device.kind != "printer"]
    rack = Rack(
        now,
        open_serial,
        lambda device, state, message: heard.__setitem__(device.id, (state, message)),
        lambda _press: False,
        lambda _device, _scan: None,
        lambda _device, _take: None,
    )
    rack.install(others)
    deadline = monotonic() + PROBE_S
    while monotonic() < deadline and any(heard.get(device.id, ("offline", ""))[0] == "offline" for device in others):
        threading.Event().wait(0.1)
    rack.close()
    for device in others:
        yield _device_finding(device, *heard.get(device.id, ("offline", _("Không trả lời."))))
    for printer in [device for device in devices if device.kind == "printer"]:
        yield from _ask_printer(printer, config, now, monotonic)


def _ask_printer(
    device: Device, config: AgentConfig, now: Callable[[], datetime], monotonic: Callable[[], float]
) -> Findings:
    from hardware.agent.prints import open_by_settings
    from hardware.printing import PrintingError

    try:
        printer = open_by_settings(
            device, config.state_dir / "doctor", lambda _status: None, lambda _job, _state, _detail: None, now
        )
    except (PrintingError, OSError, ImportError) as error:
        yield _device_finding(device, "error", str(error))
        return
    deadline = monotonic() + PROBE_S
    while monotonic() < deadline and not printer.status.online:
        threading.Event().wait(0.1)
    status = printer.status
    printer.close()
    known = ", ".join(f"{name}={value}" for name, value in status.detail().items() if name != "message")
    yield _device_finding(device, status.state, status.message or known)


def _device_finding(device: Device, state: str, message: str) -> Finding:
    severity = {"ok": 0, "warning": 1}.get(state, 2)
    words = {"ok": _("trả lời tốt"), "warning": _("cần chú ý"), "error": _("lỗi"), "offline": _("mất tín hiệu")}
    trouble = explain(message) if severity else Trouble()
    # The system's own text stays beside our words: it is what can be searched for, or told to somebody else.
    said = f"{trouble.what} ({message})" if trouble.what else message
    return Finding(
        severity,
        f"{device.name} ({device.kind})",
        " · ".join(filter(None, (words[state], said))),
        _device_advice(device, trouble) if severity else "",
    )


def _device_advice(device: Device, trouble: Trouble) -> str:
    port = device.settings.get("port") or device.settings.get("transport") or "—"
    if trouble.advice:
        return _("%(advice)s (cổng %(port)s)", advice=trouble.advice, port=port)
    return _(
        "Kiểm tra nguồn, dây và mục cấu hình (cổng %(port)s, trình điều khiển %(driver)s).",
        port=port,
        driver=device.driver,
    )


def _permission_advice(node: Path) -> str:
    try:
        import grp

        group = grp.getgrgid(node.stat().st_gid).gr_name
    except (ImportError, KeyError, OSError):
        group = "dialout"
    return _("Thêm người dùng vào nhóm %(group)s: sudo usermod -aG %(group)s $USER, rồi đăng nhập lại.", group=group)
