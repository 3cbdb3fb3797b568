"""Nothing that only Linux has is needed to start: it is imported where it is used, so that Windows gets that far."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOM = Path(__file__).parents[2] / "hardware"
ONE_SYSTEM_ONLY = {"evdev", "fcntl", "grp", "msvcrt", "pty", "pwd", "resource", "termios", "tty", "win32print"}
SIMULATORS = {"virtual/lines.py"}
"""Pseudo-terminals for tests on Linux; no agent imports them."""
MODULES = [path for path in sorted(ROOM.rglob("*.py")) if not str(path).endswith(tuple(SIMULATORS))]


def imported_at_start(tree: ast.Module) -> Iterator[str]:
    """Modules named outside functions, those under an `if` for one system left out."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOM)))
def test_no_module_needs_what_one_system_alone_has(path: Path) -> None:
    found = set(imported_at_start(ast.parse(path.read_text(encoding="utf-8"))))
    assert not found & ONE_SYSTEM_ONLY
    assert "virtual.lines" not in path.read_text(encoding="utf-8")
