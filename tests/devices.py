"""An office with its devices on real lines: the product's server, an agent's configuration, a panel and a printer."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hardware.printing.virtual import VirtualPrinter
from hardware.printing.virtual.lines import PtyServer, TcpServer
from hardware.simulate.devices import LineFirmware
from server.db.engine import make_engine
from server.db.migrate import upgrade
from server.db.unit_of_work import SqlUnitOfWork
from server.services.devices import put_device
from server.services.views import describe
from tests.clients import Client
from tests.offices import PASSWORD, TOKENS, Silent, furnish
from tests.servers import Motcua

OFFICE = "demo"
PANEL, COUNTER = "panel-3", 3


class PanelOnTerminal:
    """Real firmware on a real pseudo-terminal, in a thread, over any number of agents."""

    def __init__(self) -> None:
        self.firmware = LineFirmware(3)
        self.master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            ready, _, _ = select.select([self.master], [], [], 0.005)
            out = self.firmware.receive(os.read(self.master, 4096), time.monotonic()) if ready else b""
            out += self.firmware.tick(time.monotonic())
            if out:
                os.write(self.master, out)

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        os.close(self._slave)
        os.close(self.master)


@dataclass
class Branch:
    """The demo's office on a server of its own; its printer is simulated, outside the agent, on a line of its own."""

    server: Motcua
    uow: SqlUnitOfWork
    config: Path
    printer: VirtualPrinter
    panel: PanelOnTerminal

    def client(self, device: str) -> Client:
        return Client(self.server.url, {"Authorization": f"Bearer {TOKENS[device]}"})

    def helper(self) -> Client:
        client = Client(self.server.url, {})
        client.sign_in("helper", PASSWORD)
        return client

    def jobs(self, **where: Any) -> list[dict[str, Any]]:
        return list(self.uow.rows("print_job", **where))


@contextlib.contextmanager
def branch(
    directory: Path, plug: Callable[[VirtualPrinter], TcpServer | PtyServer] = TcpServer, **printer_settings: Any
) -> Iterator[Branch]:
    """`plug`: the printer's line. `printer_settings`: what the office says of its printer, beside where it is."""
    url = f"sqlite:///{directory / 'office.db'}"
    with ExitStack() as stack:
        paper = VirtualPrinter(576)
        line = plug(paper)
        stack.callback(line.close)
        panel = PanelOnTerminal()
        stack.callback(panel.close)
        uow = SqlUnitOfWork(make_engine(url), lambda: datetime.now(UTC), describe, Silent())
        stack.callback(uow.engine.dispose)
        upgrade(uow.engine)
        furnish(uow)
        settings = {"transport": line.address, **printer_settings}
        with uow.command(OFFICE) as tx:
            (agent,) = tx.rows("device", name="demo-agent")
            put_device(tx, "printer", "kiosk-printer", agent=agent["id"], settings=settings)
        server = stack.enter_context(Motcua(url))
        yield Branch(server, uow, _configuration(directory, server.url, panel.path), paper, panel)


def _configuration(directory: Path, server: str, panel: str) -> Path:
    (directory / "token").write_text(TOKENS["agent"])
    config = directory / "agent.toml"
    config.write_text(
        f'server = "{server}"\ntoken_file = "token"\nstate_dir = "state"\n'
        f'[[device]]\nid = "{PANEL}"\nport = "{panel}"\naddress = 3\n'
    )
    return config
