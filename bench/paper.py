"""A ticket's paper: how long it takes to draw and encode, and how many bytes go to the printer."""

from __future__ import annotations

import time
from collections.abc import Iterator

import sqlalchemy as sa

from bench.results import Measure
from bench.stage import database, set_up, unit_of_work
from hardware.printing.content import TicketContent
from hardware.printing.encode import encode
from hardware.printing.profiles import load
from server.db import tables as t
from server.domain.line import Request
from server.services.access import Actor
from server.services.issuing import Asked, issue

PROFILES = ("generic-80", "generic-58", "epson-tm-80", "serial-80", "epson-tcvn-80")
"""Every way of making a ticket: pictures, hybrid, letters' shapes, text by code pages."""
GLYPH_BYTES = 4_000


def measure(quick: bool) -> Iterator[Measure]:
    contents = [TicketContent.from_job(job) for job in _jobs(4 if quick else 20)]
    for name in PROFILES:
        profile, times, sizes = load(name), [], []
        encode(contents[0], profile)
        for content in contents:
            began = time.perf_counter()
            ticket = encode(content, profile)
            times.append((time.perf_counter() - began) * 1000)
            sizes.append(float(len(ticket.data)))
        given = {"profile": name, "way": profile.way}
        yield Measure.of("ticket_render_ms", times, "ms", **given)
        row = Measure("ticket_bytes", max(sizes), "bytes", len(sizes), given=given)
        if profile.way == "glyphs":
            row.target = ("at most", GLYPH_BYTES)
        yield row


def _jobs(n: int) -> list[dict[str, object]]:
    """Papers as the server words them, of every service in turn."""
    with database("sqlite") as url:
        set_up(url)
        uow = unit_of_work(url)
        kiosk = Actor("device", device="kiosk", office="bench")
        for i in range(n):
            issue(uow, "bench", Request("ABCDEF"[i % 6]), Asked(kiosk, "https://motcua.example", f"paper-{i}"))
        with uow.engine.connect() as connection:
            jobs = list(connection.execute(sa.select(t.print_job.c.content)).scalars())
        uow.engine.dispose()
    return jobs
