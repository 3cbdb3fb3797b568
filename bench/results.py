"""What was measured, as rows of bench/results.json, and whether it reaches the target."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results.json"
PACKAGES = ("Flask", "Flask-SocketIO", "python-socketio", "SQLAlchemy", "gevent", "gunicorn", "psycopg")


def quantile(values: Sequence[float], part: float) -> float | None:
    """Nearest rank: a figure that was really seen."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else None


@dataclass
class Measure:
    """One figure. `given`: what it was measured under. `target`: ("at least" or "at most", bound), where one is set."""

    name: str
    value: float
    unit: str
    n: int = 1
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    given: dict[str, Any] = field(default_factory=dict)
    target: tuple[str, float] | None = None

    @classmethod
    def of(cls, name: str, values: Sequence[float], unit: str, value: float | None = None, **given: Any) -> Measure:
        p50, p95, p99 = (quantile(values, part) for part in (0.5, 0.95, 0.99))
        return cls(name, p50 if value is None else value, unit, len(values), p50, p95, p99, given)  # type: ignore[arg-type]

    @property
    def reached(self) -> bool | None:
        if self.target is None:
            return None
        side, bound = self.target
        return self.value >= bound if side == "at least" else self.value <= bound

    @property
    def label(self) -> str:
        given = ", ".join(f"{k} {v}" for k, v in self.given.items())
        return f"{self.name} ({given})" if given else self.name

    def line(self) -> str:
        spread = f"  p50 {self.p50:.1f}  p95 {self.p95:.1f}  p99 {self.p99:.1f} ms" if self.p99 is not None else ""
        verdict = ""
        if self.target:
            verdict = f"  {'PASS' if self.reached else 'FAIL'} ({self.target[0]} {self.target[1]:g})"
        return f"{self.label:<58} {self.value:>9.2f} {self.unit}{spread}{verdict}"


def machine() -> dict[str, Any]:
    model = platform.processor()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "memory_gib": round(pages * size / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in PACKAGES},
    }


def save(measures: Iterable[Measure], path: Path = RESULTS) -> None:
    """Rows of this run replace older ones of the same name and database; those of what did not run stay."""
    now, where = datetime.now(UTC).isoformat(timespec="seconds"), machine()
    rows = [
        {**asdict(m), "target": list(m.target) if m.target else None, "reached": m.reached, "at": now, "machine": where}
        for m in measures
    ]
    measured = {(row["name"], row["given"].get("database")) for row in rows}
    older = json.loads(path.read_text()) if path.exists() else []
    kept = [row for row in older if (row["name"], row["given"].get("database")) not in measured]
    temporary = path.with_suffix(".json.tmp")
    temporary.write_text(json.dumps(kept + rows, indent=1, ensure_ascii=False) + "\n")
    temporary.replace(path)
