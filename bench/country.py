"""The country: every commune's boards on one machine, the numbers and calls of its busiest minute, nothing lost.

3,321 offices share the clients; numbers are taken and called at a given rate, in offices chosen at random. A server
that cannot keep the rate is a fault, not a slower measure. Every board checks its versions. With several processes
(PostgreSQL, Redis) each request goes to any of them, so that an office's commands and boards are spread over all.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from bench.results import Measure
from bench.sockets import Board, Crowd, allow_many_files, loopback_addresses
from bench.stage import HALL, database, progress, rss_mb, unit_of_work
from server.db.migrate import upgrade
from server.domain.words import Role
from server.services.access import Actor
from server.services.devices import put_device
from server.services.offices import put_office
from server.services.serving import open_counter
from server.services.staff import put_staff
from tests.servers import Motcua, Redis, free_ports

OFFICES, CLIENTS, RATE, SECONDS = 3_321, 10_000, 25, 600
ALL_CLIENTS, ALL_SECONDS = 43_000, 120
"""Every board, kiosk, console and panel of the country at once: without a target, reported as it comes out."""
PROCESSES = 2
QUICK = (120, 360, 25, 15)
AT_ONCE = 250
LATE_S = 1.0
Answers = tuple[list[float], list[str]]
"""Latencies in ms, and faults."""
P99_TARGET = ("at most", 100.0)
RSS_TARGET = ("at most", 1536.0)


def measure(quick: bool) -> Iterator[Measure]:
    if quick:
        yield from run(*QUICK)
        yield from run(*QUICK, processes=PROCESSES)
        return
    yield from run(OFFICES, CLIENTS, RATE, SECONDS)
    room = allow_many_files(2 * ALL_CLIENTS) - 2_000
    for row in run(OFFICES, min(ALL_CLIENTS, room), RATE, ALL_SECONDS):
        row.target = None
        yield row
    for row in run(OFFICES, CLIENTS, RATE, ALL_SECONDS, processes=PROCESSES):
        row.target = None
        yield row


def run(
    offices: int, clients: int, rate: int, seconds: float, late_s: float = LATE_S, processes: int = 1
) -> Iterator[Measure]:
    """`late_s`: how far behind the rate the presses may fall."""
    allow_many_files(2 * clients + 1000)
    kind = "postgres" if processes > 1 else "sqlite"
    with ExitStack() as stack:
        url = stack.enter_context(database(kind))
        codes = _found(url, offices)
        ports = free_ports(processes)
        several = {"redis_url": stack.enter_context(Redis()).url} if processes > 1 else {}
        how = ("--processes", str(processes)) if processes > 1 else ()
        server = stack.enter_context(Motcua(url, *how, port=ports[0], max_clients=clients + 1000, **several))
        crowds = [Crowd(f"http://127.0.0.1:{port}", loopback_addresses(clients)) for port in ports]
        began = time.perf_counter()
        for crowd in crowds:
            stack.callback(crowd.close)
        _connect(crowds, codes, clients)
        connected = time.perf_counter() - began
        latencies, faults = _busy_time(crowds, codes, rate, seconds, late_s)
        given = {"offices": offices, "clients": clients, "rate_each": rate, "seconds": round(seconds)}
        given |= {"database": kind, "processes": processes} if processes > 1 else {}
        yield Measure("country connect_s", connected, "s", clients, given=given)
        row = Measure.of("country call_to_board", latencies, "ms", **given)
        yield row
        yield Measure("country call_to_board p99", row.p99 or 0.0, "ms", row.n, given=given, target=P99_TARGET)
        yield Measure("country rss_mb", rss_mb(server.process.pid), "MB", given=given, target=RSS_TARGET)
        yield Measure("country faults", float(len(faults)), "", given=given, target=("at most", 0.0))
        for fault in faults[:5]:
            print(f"  {fault}")


def _connect(crowds: list[Crowd], codes: list[str], clients: int) -> None:
    """A few at each process in turn: those who are there must answer their pings while others come."""
    for come in range(0, clients, AT_ONCE):
        turn, first = come // AT_ONCE % len(crowds), come // len(crowds) % len(codes)
        crowds[turn].fill(codes[first:] + codes[:first], min(AT_ONCE, clients - come))
        for crowd in crowds:
            crowd.listen(0)
        progress("connecting", (come + AT_ONCE) / clients)


def _found(url: str, offices: int) -> list[str]:
    """Offices with a kiosk, a keypad and one open counter each."""
    uow = unit_of_work(url)
    upgrade(uow.engine)
    codes = [f"c{n:04d}" for n in range(offices)]
    for n, code in enumerate(codes):
        put_office(uow, HALL | {"code": code}, Actor("bench"))
        with uow.command(code) as tx:
            officer = put_staff(tx, f"o{code}", "Officer", [Role.OFFICER], None)
            put_device(tx, "kiosk", "kiosk", token=f"kiosk-of-{code}")
            put_device(tx, "keypad", "keypad", token=f"keypad-of-{code}")
        with uow.command(code) as tx:
            open_counter(tx, Actor("staff", officer, roles={code: frozenset({Role.OFFICER})}), 1)
        progress(f"{offices} offices", (n + 1) / offices)
    uow.engine.dispose()
    return codes


def _busy_time(crowds: list[Crowd], codes: list[str], rate: float, seconds: float, late_s: float) -> Answers:
    """Let the presses go on while the boards listen; afterwards lay calls and arrivals beside each other."""
    asked = json.dumps({"urls": [crowd.url for crowd in crowds], "codes": codes, "rate": rate, "seconds": seconds})
    with subprocess.Popen(
        [sys.executable, "-m", "bench.presses"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as presses:
        assert presses.stdin and presses.stdout
        presses.stdin.write(asked)
        presses.stdin.close()
        began = time.perf_counter()
        # Its answer comes in one piece at the end and fits into no pipe by itself: read it beside the boards.
        reader = ThreadPoolExecutor(1).submit(presses.stdout.read)
        while not reader.done():
            for crowd in crowds:
                crowd.listen(0.05 / len(crowds))
            progress("the country", min(1.0, (time.perf_counter() - began) / seconds))
        answer = json.loads(reader.result())
    until = time.perf_counter() + 10
    # All of them, each a little: who is not listened to cannot answer its pings.
    while time.perf_counter() < until and sum(crowd.listen(0.25) for crowd in crowds):
        pass
    latencies, faults = _compared(answer, crowds)
    if answer["late_s"] > late_s:
        faults.append(f"the rate could not be kept: {answer['late_s']:.1f} s late")
    return latencies, faults


def _compared(answer: dict[str, Any], crowds: list[Crowd]) -> Answers:
    faults = [*answer["faults"], *(fault for crowd in crowds for fault in crowd.faults)]
    pressed: dict[str, list[float]] = {}
    for code, at in sorted(answer["calls"], key=lambda call: call[1]):
        pressed.setdefault(code, []).append(at)
    boards: dict[str, list[Board]] = {}
    for board in (board for crowd in crowds for board in crowd.boards):
        boards.setdefault(board.office, []).append(board)
    latencies = []
    for code, moments in pressed.items():
        for board in boards.get(code, ()):
            if len(board.called_at) != len(moments):
                faults.append(f"{code}: {len(board.called_at)} of {len(moments)} calls reached a board")
        complete = [b.called_at for b in boards.get(code, ()) if len(b.called_at) == len(moments)]
        latencies += [(max(at) - moment) * 1000 for moment, *at in zip(moments, *complete, strict=True) if at]
    return latencies, faults
