"""What the server says of itself: one JSON object a line on standard error, libraries and gunicorn included.

Lines that belong to a request carry its id (`request`), which its answer carries as `X-Request-ID`, and the id of the
ticket it is about (`ticket`). No secret, no body and nobody's name ever goes there.
"""

from __future__ import annotations

import logging
import random
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog
from gunicorn.glogging import Logger
from structlog.stdlib import ProcessorFormatter
from structlog.typing import Processor

from server.services.ports import Event

_facts = structlog.get_logger(__name__)
REQUEST_ID = "X-Request-ID"
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,64}")
_FIRST: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_LAST: list[Processor] = [
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(ensure_ascii=False),
]


class _Patient:
    """A stream that takes what it can: on a full disk a line of log must not turn a clear refusal into a crash."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            return self._stream.write(text)
        return 0

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._stream.flush()


class Gunicorn(Logger):  # type: ignore[misc]
    """Gunicorn's own lines in the form of all others."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(_formatter())


def configure(level: str) -> None:
    stream = cast(TextIO, _Patient(sys.stderr))
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter())
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # It writes code verifiers at DEBUG.
    logging.getLogger("authlib").setLevel(logging.WARNING)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        processors=[*_FIRST, *_LAST],
        logger_factory=structlog.WriteLoggerFactory(stream),
    )


def _formatter() -> ProcessorFormatter:
    return ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *_FIRST],
        processors=[ProcessorFormatter.remove_processors_meta, *_LAST],
    )


def say(events: Iterable[Event]) -> None:
    """One line for each committed fact."""
    for event in events:
        _facts.info(event.type, **event.about())


def begin_request(given: str | None, ticket: str | None) -> str:
    """All lines until the next request of this task are this request's; its id, the caller's own where it is one."""
    request = given if given and _ACCEPTED.fullmatch(given) else f"{random.getrandbits(64):016x}"  # noqa: S311 - a name, not a secret
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=request, **({"ticket": ticket} if ticket else {}))
    return request
