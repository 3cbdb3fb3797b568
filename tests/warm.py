"""Programs that start at once: a process that has imported everything already forks, and the child becomes the program.

Importing is nine tenths of what a start costs, and the tests start some three hundred servers and kiosks. The
child is what the command would be: a process of its own in a session of its own, with its own arguments, environment,
directory and output, that runs the same console script from its first line to its exit code, and may be killed. What it
does not prove is the import itself: tests of starting, of stopping and of survival ask for `cold_starts`, and so does
everything outside the tests, which never asks for warm ones.

`python -m tests.warm` is the process that waits and forks. It talks over its standard input: one message a start,
with the files that the child writes to; the end of that line is the end of it and of its children.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, NoReturn

COMMANDS = ("serve", "kiosk")
"""Those that many tests start; both have gevent patch the standard library before anything else."""
MODULES = (
    "server.commands.serve", "gunicorn.app.wsgiapp", "gunicorn.workers.ggevent", "server.app", "server.api.*",
    "display.page", "display.speech.announcer", "hardware.printing.picture", "engineio.async_drivers.gevent",
    "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql.psycopg",
    "kiosk.cli", "kiosk.page", "kiosk.runtime.*",
)  # fmt: skip
"""What they import on their way; a name with a star stands for all modules of a package."""
MESSAGE_BYTES = 1 << 18
# As they were before gevent: the process that waits must have no hub when it forks.
_fork, _select, _Socket = os.fork, select.select, socket.socket
_execv = os.execv


class Child:
    """What `subprocess.Popen` is to a child of one's own: `pid`, `poll`, `wait`, `returncode`."""

    def __init__(self, said: int) -> None:
        self._said = said
        self.returncode: int | None = None
        self.pid = int(self._line())

    def _line(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            more = os.read(self._said, 1)
            if not more:
                raise RuntimeError("the process that forks has ended")
            line += more
        return line

    def poll(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._said], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("a warm program", timeout or 0)
            self.returncode = int(self._line())
            os.close(self._said)
        return self.returncode


class _House:
    """This process's end of the process that waits."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-m", "tests.warm"]
            self._process = subprocess.Popen(
                command, stdin=theirs, start_new_session=True, cwd=Path(__file__).parents[1]
            )

    def start(self, command: list[str], env: Mapping[str, str], output: int) -> Child:
        said, says = os.pipe()
        try:
            message = json.dumps({"argv": command, "env": dict(env), "cwd": str(Path.cwd())}).encode()
            socket.send_fds(self._line, [message], [says, output])
        finally:
            os.close(says)
        return Child(said)

    def close(self) -> None:
        self._line.close()
        self._process.wait()


_house: _House | None = None
_one_at_a_time = threading.Lock()
_warm = False


def can(command: list[str]) -> bool:
    """Whether this command may start warm: one process of ours."""
    return _warm and Path(command[0]).name == "motcua" and command[1] in COMMANDS and "--processes" not in command


def launch(command: list[str], env: Mapping[str, str], output: int) -> Child:
    global _house
    with _one_at_a_time:
        _house = _house or _House()
        return _house.start(command, env, output)


@contextlib.contextmanager
def starts(warm: bool) -> Iterator[None]:
    """Within this block programs start warm, or as in an office: from nothing."""
    global _warm, _house
    before, _warm = _warm, warm
    try:
        yield
    finally:
        _warm = before
        if not before and _house:
            _house.close()
            _house = None


def main() -> None:
    _die_with_parent()
    from gevent import monkey

    # Not what forks and reaps: gunicorn's master does that unpatched, and its worker patches the rest for itself.
    monkey.patch_all(os=False, signal=False)
    for name in MODULES:
        package, star, _ = name.partition(".*")
        module = importlib.import_module(package)
        for found in pkgutil.iter_modules(module.__path__, f"{package}.") if star else ():
            importlib.import_module(found.name)
    gc.collect()
    gc.freeze()
    _become(*_wait_for_work())


def _wait_for_work() -> tuple[dict[str, Any], int]:
    """Fork at every message. Returns in the child only."""
    line = _Socket(fileno=0)
    says: dict[int, tuple[int, int]] = {}
    while True:
        ready = _select([line, *says], [], [])[0]
        for ended in [x for x in ready if isinstance(x, int)]:
            pid, to = says.pop(ended)
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            _say(to, code)
            os.close(ended)
            os.close(to)
        if line not in ready:
            continue
        message, files, *_ = socket.recv_fds(line, MESSAGE_BYTES, 2)
        if not message:
            sys.exit()
        to, output = files
        pid = _fork()
        if pid == 0:
            line.detach()
            for other, (_, their) in says.items():
                os.close(other)
                os.close(their)
            os.close(to)
            return json.loads(message), output
        os.close(output)
        says[os.pidfd_open(pid)] = pid, to
        _say(to, pid)


def _say(to: int, number: int) -> None:
    with contextlib.suppress(BrokenPipeError):
        os.write(to, b"%d\n" % number)


def _become(wish: dict[str, Any], output: int) -> NoReturn:
    """Be the program from here on, up to the end of the interpreter."""
    os.setsid()
    _die_with_parent()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.close(nothing)
    os.close(output)
    os.environ.clear()
    os.environ.update(wish["env"])
    time.tzset()
    os.chdir(wish["cwd"])
    sys.argv = wish["argv"]
    if sys.argv[1] == "serve":
        os.execv = _run_module  # type: ignore[assignment]
    from gevent import monkey

    # The program says when; a second patch of threads would break each fork of it.
    monkey.patch_all = lambda: (monkey.patch_os(), monkey.patch_signal())
    (script,) = entry_points(group="console_scripts", name="motcua")
    sys.exit(script.load()())


def _run_module(path: str, command: list[str]) -> NoReturn:
    """`python -m module …` in place of this program, without a new interpreter; once, then it is what it was."""
    import runpy

    os.execv = _execv
    assert (path, command[1]) == (sys.executable, "-m"), command
    sys.argv = command[2:]
    runpy.run_module(command[2], run_name="__main__", alter_sys=True)
    sys.exit(0)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


if __name__ == "__main__":
    main()
