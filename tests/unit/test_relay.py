"""Redis may be away for a night: that is two lines of the log, however often it was asked."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import pytest
from structlog.testing import capture_logs

from server.live.relay import Relay
from tests.servers import Redis, wait_until


@pytest.mark.redis
def test_redis_that_is_away_is_said_once_and_so_is_its_return() -> None:
    redis, tries = Redis(), 0

    def sleep(_seconds: float) -> None:
        nonlocal tries
        tries += 1
        if tries == 6:
            redis.start()

    relay = Relay(redis.url, sleep)
    with ExitStack() as stack, capture_logs() as log:
        stack.push(redis)
        relay.send("event", ["demo", {}, None])
        threading.Thread(target=relay.send_forever, daemon=True).start()
        wait_until(lambda: len(log) > 1, "Redis is back")
        relay.send("event", ["demo", {}, None])
        wait_until(lambda: relay.waiting == 0, "it takes what comes")
    assert [line["event"] for line in log] == ["relay.redis_away", "relay.redis_back"]
