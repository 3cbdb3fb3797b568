"""Several server processes of one machine under one parent: starts them, starts again what died, stops all in order."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from socket import AF_INET, AF_INET6
from socket import create_server as listen

import click

from server.commands.words import say
from server.domain.errors import N_
from server.settings import Settings

TOO_FEW_PORTS = N_("MOTCUA_BIND=%(bind)s: cần %(n)s cổng liền nhau, viết như 127.0.0.1:8080")
SOON_S = 5.0
"""A process that ends sooner than this after its start waits before the next try: something is wrong beyond itself."""
BACK_OFF_S = 2.0
STOP_S = 15.0
PORT_S = 5.0
"""How long a start waits for its ports."""


def addresses(bind: str, processes: int) -> list[str]:
    """Consecutive ports from the one in `bind`."""
    if processes == 1:
        return [bind]
    host, _, port = bind.rpartition(":")
    if bind.startswith("unix:") or int(port) + processes > 65_536:
        raise click.ClickException(say(TOO_FEW_PORTS, bind=bind, n=processes))
    return [f"{host or '127.0.0.1'}:{int(port) + n}" for n in range(processes)]


def check(settings: Settings, processes: int) -> None:
    """Several processes need a database and a messenger that several can share."""
    missing = []
    if settings.database_url.startswith("sqlite"):
        missing.append("MOTCUA_DATABASE_URL=postgresql://…")
    if not settings.redis_url:
        missing.append("MOTCUA_REDIS_URL=redis://…")
    if processes > 1 and missing:
        raise click.ClickException(f"--processes {processes}: {' + '.join(missing)}")


def await_free(address: str) -> None:
    """A server that is just ending still holds its port for a moment; one that stays is named."""
    host, _, port = address.rpartition(":")
    if address.startswith("unix:"):
        return
    until = time.monotonic() + PORT_S
    while True:
        try:
            listen((host.strip("[]"), int(port)), family=AF_INET6 if ":" in host else AF_INET).close()
            return
        except OSError as error:
            if time.monotonic() > until:
                raise click.ClickException(f"MOTCUA_BIND={address}: {error.strerror}") from error
        time.sleep(0.2)


def upstream(bound: Sequence[str]) -> str:
    """The lines for both `upstream` blocks of deploy/nginx.conf."""
    return "\n".join(f"    server {address} fail_timeout=1s;" for address in bound)


def run(command: Callable[[str], list[str]], bound: Sequence[str]) -> int:
    """Keep one process an address alive until we are asked to stop."""
    # A hung-up terminal too: who ends without a word has its children killed in the middle of a number.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _stop)
    children = {address: _Child(command(address)) for address in bound}
    try:
        while True:
            for address, child in children.items():
                if child.keep_alive():
                    click.echo(json.dumps({"event": "process: started again", "address": address}), err=True)
            time.sleep(0.2)
    except KeyboardInterrupt:
        return 0
    finally:
        _stop_all([child.process for child in children.values()])


class _Child:
    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._start()

    def _start(self) -> None:
        # A session of its own: Ctrl-C reaches the parent, which stops all in order.
        self.process = subprocess.Popen(self._command, start_new_session=True, preexec_fn=_die_with_parent)
        self._started = time.monotonic()
        self._not_before = 0.0

    def keep_alive(self) -> bool:
        """Start again if it has ended; True when it was."""
        if self.process.poll() is None:
            return False
        now = time.monotonic()
        if not self._not_before:
            self._not_before = now + (BACK_OFF_S if now - self._started < SOON_S else 0.0)
        if now < self._not_before:
            return False
        self._start()
        return True


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _stop_all(processes: list[subprocess.Popen[bytes]]) -> None:
    for ending in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(ending, signal.SIG_IGN)
    for process in processes:
        process.terminate()
    until = time.monotonic() + STOP_S
    for process in processes:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _die_with_parent() -> None:
    """When the parent itself is killed no process stays behind to hold a port (Linux)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
