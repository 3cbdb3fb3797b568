"""A process around an agent: signals, one instance, a log people can read."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import structlog

from hardware.texts import _


class AlreadyRunning(RuntimeError):
    """Another process owns this state directory: two would print one ticket twice."""


def clock() -> datetime:
    return datetime.now(UTC)


def log_to_stderr(*, verbose: bool = False) -> None:
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.DEBUG if verbose else logging.INFO,
        force=True,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.INFO),
        processors=[structlog.processors.KeyValueRenderer(key_order=["event"])],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    # Libraries below tell each request; at DEBUG they would also tell tokens.
    for name in ("urllib3", "engineio", "socketio", "websocket", "werkzeug", "PIL"):
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def sole_owner(state_dir: Path) -> Iterator[None]:
    """Hold the state directory; the system lets go of it even after kill -9."""
    state_dir.mkdir(parents=True, exist_ok=True)
    with (state_dir / "lock").open("w") as file:
        _lock(file)
        yield


def wait_for_end() -> None:
    """Until Ctrl-C or SIGTERM."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    while not ended.wait(3600):
        pass


def _lock(file: IO[str]) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        with suppress(OSError):
            file.close()
        raise AlreadyRunning(_("Một motcua agent khác đang chạy với cùng thư mục dữ liệu.")) from error
