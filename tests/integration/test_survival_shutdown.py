"""A server that is told to stop finishes what was begun: whoever's number was committed gets an answer."""

from __future__ import annotations

import http.client
import json
import os
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from bench.stage import set_up
from server.db import tables as t
from server.db.engine import opened
from tests.offices import TOKENS
from tests.servers import Motcua, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("cold_starts")]
CLIENTS = 8
STOPPED_S = 10.0


def _press(port: int, answered: dict[str, int]) -> None:
    """Numbers one after another on one connection, until nobody is there any more."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    while True:
        key = os.urandom(8).hex()
        headers = {"Authorization": f"Bearer {TOKENS['kiosk']}", "Idempotency-Key": key}
        try:
            connection.request("POST", "/api/v1/offices/bench/tickets", json.dumps({"service": "A"}), headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return
        answered[key] = answer.status


def test_every_number_that_was_committed_before_the_end_was_answered(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'motcua.db'}"
    set_up(url)
    answered: dict[str, int] = {}
    with Motcua(url) as server:
        people = [threading.Thread(target=_press, args=(server.port, answered)) for _ in range(CLIENTS)]
        for person in people:
            person.start()
        wait_until(lambda: len(answered) > 100, "people at work")
        began = time.monotonic()
        assert server.process.stop() == 0, "it ends as one that was asked to"
        assert time.monotonic() - began < STOPPED_S
        for person in people:
            person.join(STOPPED_S)
    with opened(url) as engine, engine.connect() as connection:
        kept = set(connection.execute(sa.select(t.ticket.c.idempotency_key)).scalars())
    assert set(answered.values()) == {201}
    assert kept == set(answered)
