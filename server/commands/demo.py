"""`motcua demo`: a whole office on this machine: server, agent, and devices that are simulated but real to both."""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import click

from server.commands.demo_office import DEVICES, OFFICE, PEOPLE
from server.commands.serve import checked
from server.commands.words import say
from server.domain.errors import N_
from server.settings import DemoSettings

TOKENS = ("agent", "kiosk", "panel", "board")
STARTED_S = 30.0
STOPPED_S = 15.0


@click.command(help=N_("Chạy thử toàn bộ trên máy này với thiết bị mô phỏng. Nhấn Ctrl-C để dừng."))
def demo() -> None:
    settings = checked(DemoSettings)
    data = settings.data_dir
    data.mkdir(parents=True, exist_ok=True)
    host, port = _address(settings.bind)
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104
    page = _free_port(host, port + 1)
    url = f"http://{shown}:{port}"
    os.environ |= environment(settings) | {
        "MOTCUA_BIND": f"{host}:{port}",
        "MOTCUA_SIMULATOR_URL": f"http://{shown}:{page}/",
    }
    password = settings.demo_password or _kept(data / "demo.password", 9)
    prepare(data, password)
    agent = [
        "agent", "simulate", "--server", url, "--token-file", str(data / "demo-agent.token"),
        "--page", f"{host}:{page}",
    ]  # fmt: skip
    raise SystemExit(_run(url, page, password, ["serve"], agent))


def environment(settings: DemoSettings) -> dict[str, str]:
    """What the demo's processes are started with; what nobody gave is made, and kept for the next start."""
    data, given = settings.data_dir, settings.model_fields_set
    return {
        "MOTCUA_DATA_DIR": str(data),
        "MOTCUA_DEMO": "1",
        "MOTCUA_SECRET_KEY": settings.secret_key or _kept(data / "demo.secret"),
        "MOTCUA_DATABASE_URL": settings.database_url if "database_url" in given else f"sqlite:///{data / 'demo.db'}",
        # Who looks at a demo looks for its addresses and sign-ins, not for each number that is taken.
        "MOTCUA_LOG_LEVEL": settings.log_level if "log_level" in given else "WARNING",
    }


def prepare(data: Path, password: str) -> None:
    """The demo's database, office, people, devices and tokens; what is there already stays."""
    from server.commands.local import local_unit_of_work
    from server.db.migrate import upgrade
    from server.domain.words import Role
    from server.services.access import Actor
    from server.services.devices import put_device
    from server.services.offices import put_office
    from server.services.staff import put_staff, verifies

    tokens = {name: _kept(data / f"demo-{name}.token") for name in TOKENS}
    uow = local_unit_of_work()
    upgrade(uow.engine)
    if uow.first("office", code="demo") is None:
        put_office(uow, OFFICE, Actor("command line", name="demo"))
    with uow.command("demo") as tx:
        for username, name, role in PEOPLE:
            found = next(iter(tx.rows("staff", username=username)), None)
            if found is None or not verifies(found["password_hash"], password):
                put_staff(tx, username, name, [Role(role)], password)
        agent = put_device(tx, "agent", "demo-agent", token=tokens["agent"])
        owned = {d["name"]: put_device(tx, agent=agent, **d) for d in DEVICES}
        put_device(tx, "kiosk", "kiosk-1", printer=owned["kiosk-printer"], token=tokens["kiosk"])
        put_device(tx, "panel", "tablet", token=tokens["panel"])
        put_device(tx, "board", "board-1", token=tokens["board"])
    uow.engine.dispose()


def _run(url: str, page: int, password: str, *commands: list[str]) -> int:
    """Start the processes, say where they are, and stop all of them when one ends or somebody presses Ctrl-C."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, _stop)
    children: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            children.append(_start(command))
            if command == ["serve"]:
                _wait_for(f"{url}/healthz", children[0])
        _say(url, page, password)
        while all(child.poll() is None for child in children):
            time.sleep(0.2)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        _stop_all(children)


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    program = shutil.which("motcua", path=str(Path(sys.executable).parent)) or "motcua"
    # A session of its own, so that Ctrl-C reaches us first and the order of stopping is ours.
    return subprocess.Popen([program, *command], start_new_session=True, preexec_fn=_die_with_parent)


def _die_with_parent() -> None:
    """When the demo itself is killed nothing of it stays behind (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _stop_all(children: list[subprocess.Popen[bytes]]) -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    for child in reversed(children):
        child.terminate()
    until = time.monotonic() + STOPPED_S
    for child in children:
        try:
            child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _wait_for(url: str, child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTED_S
    while time.monotonic() < until:
        if child.poll() is not None:
            raise SystemExit(child.returncode or 1)
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise click.ClickException(say(N_("%(url)s không trả lời"), url=url))


def _say(url: str, page: int, password: str) -> None:
    host = url.rsplit(":", 1)[0]
    lines = [
        "",
        "  Motcua · một cửa",
        "",
        f"  {url}/           mọi màn hình · every screen",
        f"  {url}/kiosk      lấy số · take a number",
        f"  {url}/display    bảng gọi số · the board",
        f"  {url}/console    bàn làm việc · an officer's desk",
        f"  {url}/rate?counter=1",
        f"  {host}:{page}/           giấy in, nút bấm, bảng LED · paper, buttons, LED board",
        "",
        f"  officer1 … officer5, helper, head, admin    mật khẩu · password: {password}",
        "",
        "  Ctrl-C: dừng · stop",
        "",
    ]
    click.echo("\n".join(lines))


def _address(bind: str) -> tuple[str, int]:
    host, _, port = bind.rpartition(":")
    return host or "127.0.0.1", int(port)


def _free_port(host: str, wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise click.ClickException(say(N_("%(host)s: không còn cổng nào trống"), host=host))


def _kept(path: Path, size: int = 32) -> str:
    """A secret made once and kept for its owner alone."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(size))
    return path.read_text().strip()
