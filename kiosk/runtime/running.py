"""Puts the runtime together and runs it until it is told to stop."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import structlog
from flask import Flask

from kiosk.runtime import page
from kiosk.runtime.clock import TrueClock
from kiosk.runtime.courier import Courier
from kiosk.runtime.desk import Situation, TouchDesk
from kiosk.runtime.printer import HttpDoor, PrintDesk
from kiosk.runtime.staff import StaffDesk
from kiosk.runtime.store import Store
from kiosk.runtime.upstream import PATIENT_S, Gone, HttpUpstream
from kiosk.runtime.web import make_app

log = structlog.get_logger(__name__)
STOPPED_S = 3.0


def configure_logging(level: str = "INFO") -> None:
    """One JSON line an event on standard error; no line says who came."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """server: its address. door: the agent's local address and token, None when the kiosk has no printer of its own."""

    server: str
    token: str
    data: Path
    host: str = "127.0.0.1"
    port: int = 8090
    door: str | None = None
    door_token: str = ""


@dataclass(frozen=True, slots=True)
class Runtime:
    app: Flask
    courier: Courier
    papers: PrintDesk | None
    store: Store
    server: HttpUpstream


class NeverPaired(Exception):
    """The first start needs the server once, to learn which office this is."""


def assemble(settings: Settings) -> Runtime:
    store = Store(settings.data / "kiosk.db")
    server = HttpUpstream(settings.server, settings.token)
    clock = TrueClock(not_before=store.newest())
    situation = Situation(_office(store, server), clock)
    papers = None
    if settings.door:
        papers = PrintDesk(store, HttpDoor(settings.door, settings.door_token), clock, situation.wake.set)
    desk = TouchDesk(store, server, situation, papers.print if papers else None)
    courier = Courier(store, server, situation, version("motcua"), clock)
    staff = StaffDesk(store, situation, desk.office, papers.outcome if papers else None)
    app = make_app(store, server, situation, desk, courier, staff)
    if find_spec("kiosk.page"):
        page.register(app, lambda: situation.office_code, settings.data)
    return Runtime(app, courier, papers, store, server)


def _office(store: Store, server: HttpUpstream) -> str:
    known = store.note("office")
    if known is not None:
        return known
    try:
        answer = server.ask("GET", "/api/v1/me", within_s=PATIENT_S)
    except Gone as why:
        raise NeverPaired(f"{server.url}: {why}") from None
    if not answer.ok or "office" not in answer.json:
        raise NeverPaired(f"{server.url}: {answer.status}")
    return str(store.note("office", answer.json["office"]))


def run(settings: Settings) -> None:
    from gevent.pywsgi import WSGIServer

    from kiosk.runtime.tunnel import handler_for

    runtime = assemble(settings)
    if runtime.papers:
        runtime.papers.begin()
    work = threading.Thread(target=runtime.courier.run, name="courier", daemon=True)
    work.start()
    listener: Any = WSGIServer(
        (settings.host, settings.port),
        runtime.app,
        log=None,
        handler_class=handler_for(settings.server, settings.token),
    )
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: listener.stop(timeout=1))
    log.info("kiosk.ready", address=f"http://{settings.host}:{settings.port}/kiosk")
    listener.serve_forever()
    runtime.courier.stop()
    work.join(STOPPED_S)
    if runtime.papers:
        runtime.papers.close()
    runtime.server.close()
    runtime.store.close()
