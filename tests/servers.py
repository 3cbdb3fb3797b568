"""Real servers for tests and measurements: PostgreSQL, Redis, Mosquitto, Motcua itself, each on a free loopback port.

Every server is a context manager: it is ready when the block begins, and gone, with its files, when it ends.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from tests import warm

READY_S = 40.0
SYSTEM_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_ports(n: int) -> list[int]:
    """Free ports in a row."""
    while True:
        first = free_port()
        if all(_free(first + i) for i in range(n)):
            return [first + i for i in range(n)]


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def wait_until(ready: Callable[[], bool], what: str, timeout_s: float = READY_S) -> None:
    until = time.monotonic() + timeout_s
    while not ready():
        if time.monotonic() > until:
            raise TimeoutError(what)
        time.sleep(0.02)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


class Process:
    """A child that never outlives us, with its output in a file that a failure shows."""

    def __init__(self, directory: Path, name: str) -> None:
        self.directory = directory
        self.log = directory / f"{name}.log"
        self.child: subprocess.Popen[bytes] | warm.Child | None = None

    def launch(self, command: list[str], env: Mapping[str, str] | None = None, user: str | None = None) -> None:
        with self.log.open("ab") as output:
            if warm.can(command):
                self.child = warm.launch(command, os.environ if env is None else env, output.fileno())
                return
            self.child = subprocess.Popen(
                command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=env, user=user, group=user,
                extra_groups=[] if user else None, cwd=self.directory if user else None,
                start_new_session=True, preexec_fn=_die_with_parent,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        assert self.child is not None, "not started"
        return self.child.pid

    @property
    def alive(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def wait_for(self, ready: Callable[[], bool], what: str) -> None:
        def checked() -> bool:
            if not self.alive:
                raise RuntimeError(f"{what} ended:\n{self.log.read_text(errors='replace')[-4000:]}")
            return ready()

        wait_until(checked, what)

    def stop(self, name: signal.Signals = signal.SIGTERM, timeout_s: float = 20.0) -> int | None:
        if self.child is None:
            return None
        if self.alive:
            os.kill(self.child.pid, name)
        try:
            return self.child.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()
            return self.child.wait()

    def kill(self) -> None:
        """It and all that it has started, at once, as when the power goes: nobody gets to say goodbye, and nobody who
        leads a group of its own lives on with a port or with shared memory."""
        assert self.child is not None
        for pid in frozen(self.child.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.child.wait()


def frozen(pid: int) -> list[int]:
    """A process and its descendants, each stopped before it is asked for its children: no more are born meanwhile."""
    try:
        os.kill(pid, signal.SIGSTOP)
        return [pid, *(p for child in children(pid) for p in frozen(child))]
    except (ProcessLookupError, FileNotFoundError):
        return []


def tree(pid: int) -> list[int]:
    """A process and its descendants."""
    return [pid, *(p for child in children(pid) for p in tree(child))]


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class _Running:
    """A server with a directory of its own."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="motcua-"))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.leave()
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError

    def leave(self) -> None:
        """The end of the block; nobody needs it any more."""
        self.stop()


class Postgres(_Running):
    """A PostgreSQL cluster. `durable=False` leaves the disk out: right for rules, wrong for measuring and survival."""

    def __init__(self, *, durable: bool = False) -> None:
        super().__init__()
        self.port = free_port()
        self.durable = durable
        # It refuses to run as root; Debian's package brings this user.
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self.directory, self._user, self._user)
        self.process = Process(self.directory, "postgres")

    def start(self) -> None:
        data = self.directory / "data"
        initdb = [
            program("initdb"), "-D", str(data), "-U", "motcua", "--auth=trust", "--encoding=UTF8", "--locale=C",
            "--no-sync",
        ]  # fmt: skip
        subprocess.run(
            initdb, check=True, stdout=subprocess.DEVNULL, user=self._user, group=self._user,
            extra_groups=[] if self._user else None, cwd=self.directory,
        )  # fmt: skip
        self.restart()

    def restart(self) -> None:
        """Start on the data as they are, after `stop` or `kill`."""
        off = [] if self.durable else ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        command = [
            program("postgres"), "-D", str(self.directory / "data"), "-p", str(self.port),
            "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self.directory}",
            "-c", "max_connections=120", *off,
        ]  # fmt: skip
        self.process.launch(command, user=self._user)
        self.process.wait_for(self._ready, "PostgreSQL")

    def stop(self) -> None:
        self.process.stop(signal.SIGINT)

    def kill(self) -> None:
        self.process.kill()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://motcua@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template0") -> str:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _ready(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


class Redis(_Running):
    """A Redis without a disk: what goes through it is only on its way."""

    def __init__(self) -> None:
        super().__init__()
        self.port = free_port()
        self.process = Process(self.directory, "redis")

    def start(self) -> None:
        command = [
            program("redis-server"), "--bind", "127.0.0.1", "--port", str(self.port), "--save", "",
            "--appendonly", "no", "--dir", str(self.directory),
        ]  # fmt: skip
        self.process.launch(command)
        self.process.wait_for(self._ready, "Redis")

    def stop(self) -> None:
        self.process.stop()

    def kill(self) -> None:
        self.process.kill()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def _ready(self) -> bool:
        return _listens(self.port)


class Mosquitto(_Running):
    """An MQTT broker that knows one user; its users and passwords are in a file, as an office has them."""

    USER, PASSWORD = "buttons", "not a secret: for tests only"

    def __init__(self) -> None:
        super().__init__()
        self.port = free_port()
        self.process = Process(self.directory, "mosquitto")
        # Started by root it becomes this user (Debian's package brings it), who must be able to read its files.
        self.directory.chmod(0o755)

    def start(self) -> None:
        users = self.directory / "users"
        users.touch(mode=0o644)
        subprocess.run([program("mosquitto_passwd"), "-b", str(users), self.USER, self.PASSWORD], check=True)
        if os.geteuid() == 0:
            shutil.chown(users, "mosquitto", "mosquitto")
        config = self.directory / "mosquitto.conf"
        config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous false\npassword_file {users}\npersistence false\n"
        )
        self.restart()

    def restart(self) -> None:
        self.process.launch([program("mosquitto"), "-c", str(self.directory / "mosquitto.conf")])
        self.process.wait_for(lambda: _listens(self.port), "Mosquitto")

    def stop(self) -> None:
        self.process.stop()

    def kill(self) -> None:
        self.process.kill()


class Motcua(_Running):
    """`motcua serve` with its settings in the environment."""

    def __init__(self, database_url: str, *arguments: str, port: int | None = None, **settings: object) -> None:
        super().__init__()
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")},
            "MOTCUA_DATABASE_URL": database_url,
            "MOTCUA_BIND": f"127.0.0.1:{self.port}",
            "MOTCUA_SECRET_KEY": "not a secret: for tests only",
            "MOTCUA_DATA_DIR": str(self.directory),
            "MOTCUA_LOG_LEVEL": "WARNING",
            **{f"MOTCUA_{name.upper()}": str(value) for name, value in settings.items()},
        }
        self._command = [program("motcua"), "serve", *arguments]
        self.process = Process(self.directory, "motcua")

    def start(self) -> None:
        self.process.launch(self._command, env=self.environment)
        self.process.wait_for(lambda: answers(f"{self.url}/readyz"), "the server")

    def stop(self) -> None:
        self.process.stop()

    def kill(self) -> None:
        self.process.kill()

    def leave(self) -> None:
        # What it had is thrown away with its directory; to stop in order would be to wait a second for nothing.
        if self.process.alive:
            self.kill()


def program(name: str) -> str:
    """Where a program is: beside this Python, on the PATH, or in Debian's directory of a PostgreSQL version."""
    beside = shutil.which(name, path=str(Path(sys.executable).parent))
    found = beside or shutil.which(name, path=SYSTEM_PATH)
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: float(p.parts[4]))
    if found is None and not versions:
        raise FileNotFoundError(f"{name}: make system installs it")
    return found or str(versions[-1])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
