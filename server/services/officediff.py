"""What an office file would change, said before it is taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from server.services.ports import Json

KEYS = {"services": "code", "counters": "number"}
"""Lists whose items have a name of their own: an item that moved is no change of every item after it."""


def changes(before: Json, after: Json) -> list[Json]:
    """One entry a value: where, what it is now (None: not there) and what it would be (None: taken away)."""
    return [{"path": path, "before": old, "after": new} for path, old, new in _walk("", before, after)]


def _walk(path: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    if old == new:
        return
    key = KEYS.get(path)
    if key and isinstance(old, list) and isinstance(new, list):
        old, new = ({str(item[key]): item for item in items} for items in (old, new))
    if not (isinstance(old, dict) and isinstance(new, dict)):
        yield path, old, new
        return
    for name in [*old, *(name for name in new if name not in old)]:
        yield from _walk(f"{path}.{name}" if path else str(name), old.get(name), new.get(name))
