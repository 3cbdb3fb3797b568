"""A gunicorn configuration that puts a server's clock wrong, by the seconds that stand in the file `FALSE_CLOCK`.

Named by `GUNICORN_CMD_ARGS`, so that the server itself is started, and knows nothing of it, as always.
"""

from __future__ import annotations

from types import CodeType, FunctionType
from typing import Any


def _wrong_now() -> Any:
    """Runs with the globals of `server.app`, in the place of its `utc_now`."""
    seconds = int(open(__import__("os").environ["FALSE_CLOCK"]).read())  # noqa: PTH123, SIM115
    return datetime.now(UTC) + timedelta(seconds=seconds)  # type: ignore[name-defined]  # noqa: F821


def post_worker_init(worker: Any) -> None:
    """Everybody holds the function already: only what it does can still be changed."""
    from server import app

    now: FunctionType = app.utc_now  # type: ignore[assignment]
    code: CodeType = _wrong_now.__code__  # type: ignore[attr-defined]
    now.__code__ = code
