"""`python -m bench.report`: docs/benchmarks.md and its pictures from bench/results.json, so that nothing in them is
written by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from bench import charts
from bench.results import RESULTS

Row = dict[str, Any]
DOCUMENT = Path(__file__).parents[1] / "docs" / "benchmarks.md"
PICTURES = DOCUMENT.parent / "images"


@dataclass(frozen=True, slots=True)
class Section:
    """names: the first words of its measures' names. apart: what its rows were measured under that makes a table of
    its own. drawn: a picture of all its rows, by file name."""

    title: str
    names: tuple[str, ...]
    apart: tuple[str, ...] = ()
    drawn: tuple[str, Callable[[list[Row]], str]] | None = None


SECTIONS = (
    Section("Taking and calling numbers, beside the floor", ("floor_http", "issue_http", "next_http"), (),
            ("bench-floor.svg", charts.floor)),
    Section("From the officer's key to the last board", ("call_to_board",), (), ("bench-boards.svg", charts.boards)),
    Section("From the officer's key to the number on a screen, and to its sound", ("call_to_shown", "call_to_sound")),
    Section("The country", ("country",), ("clients", "processes")),
    Section("Faults survived", ("survived", "acknowledged"), ("database",)),
    Section("Memory", ("server_rss_mb",)),
    Section("Two hours of the peak in one office: memory", ("endurance",)),
    Section("Growth of the database", ("issue_cost_ms", "call_cost_ms", "start_grown_s"), (),
            ("bench-growth.svg", charts.growth)),
    Section("Start and return", ("start_s", "boards_return_s", "truth_after_kill_s")),
    Section("A kiosk with and without its server",
            ("touch_to_number_ms", "cut_to_first_offline_ms", "heal_to_delivered_s")),
    Section("Paper", ("ticket_render_ms", "ticket_bytes")),
    Section("From a touch to the paper, from a button to the server", ("touch_to_paper", "press_to_server")),
    Section("The wait that people are told, on simulated days whose truth is known",
            ("wait_inside_range", "wait_miss_s", "wait_miss_ratio")),
    Section("Reports of a city", ("city_report_ms", "city_prepare_ms", "city_today_first_ms"),
            ("offices", "database"), ("bench-city.svg", charts.city)),
    Section("Reports of an office", ("month_report_ms", "rollup_day_ms"), ("database",)),
)  # fmt: skip

INTRODUCTION = """# What was measured

Written by `python -m bench.report` from `bench/results.json`; do not edit. `make bench` measures again: everything
(about an hour, most of it the country and ten million tickets), `make bench BENCH=issue_http` one part,
`make bench BENCH="--quick"` all of it briefly; `make chaos` lets faults happen for ten minutes.

A figure of one machine says little about another. Those with a target are therefore ratios taken in one run, in
turns: **floor** is a bare Flask endpoint with one INSERT of the same size, under the same gunicorn, engine, pool and
writer lock, on the same durable database (SQLite with WAL and `synchronous=FULL`, PostgreSQL with fsync). The load
generator runs on the same cores as the server. Of N boards on which a call is shown and sounds, one is a real
Chromium with its loudspeaker, the others are sockets that join and read as boards do.
"""

CLAIMS = {
    "issue_http/floor_http": "taking a number, as a share of the floor's speed",
    "next_http/floor_http": "calling the next, as a share of the floor's speed",
    "call_to_board p99": "from the officer's key to the last board, p99",
    "call_to_shown p99": "from the officer's key to the number on a screen, p99",
    "country call_to_board p99": "from the officer's key to the last board, a country at its peak, p99",
    "country rss_mb": "memory of the server with a country at its peak",
    "country faults": "events lost or repeated, and answers of 5xx, in the country",
    "endurance growth": "memory after two hours of the peak, against the beginning",
    "issue_cost_ms grown": "cost of a number in a grown database, against an empty one",
    "call_cost_ms grown": "cost of a call in a grown database, against an empty one",
    "start_s": "start, until numbers can be taken",
    "start_grown_s": "start with a grown database",
    "boards_return_s": "all boards back after a restart",
    "truth_after_kill_s": "all boards hold the truth after a kill -9",
    "cut_to_first_offline_ms": "a kiosk's first own number after the network was cut",
    "heal_to_delivered_s": "a thousand offline numbers delivered when the network is back",
    "ticket_bytes": "a ticket of glyphs, for a serial line",
    "touch_to_paper": "from a touch to the paper over a serial line",
    "wait_inside_range": "waits that end inside the range that was told",
    "wait_miss_ratio": "how far the told wait misses, against people ahead × average",
    "city_report_ms": "a report of a city",
}


def document(rows: list[Row]) -> str:
    parts = [INTRODUCTION, f"{_where(rows)}\n", f"## At a glance\n\n{_glance(rows)}\n"]
    for section in SECTIONS:
        chosen = _rows_of(section, rows)
        if not chosen:
            continue
        parts.append(f"## {section.title}\n")
        if section.drawn:
            parts.append(f"![{section.title}](images/{section.drawn[0]})\n")
        parts += _tables(section, chosen)
    return "\n".join(parts)


def pictures(rows: list[Row]) -> dict[str, str]:
    """SVG by file name."""
    drawn = [(section.drawn, _rows_of(section, rows)) for section in SECTIONS if section.drawn]
    return {how[0]: how[1](chosen) + "\n" for how, chosen in drawn if how and chosen}


def _rows_of(section: Section, rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row["name"].replace("/", " ").split()[0] in section.names]


def _glance(rows: list[Row]) -> str:
    """Of each claim the figure that came nearest to its bound, or missed it by most."""
    lines = ["| | asked | measured at worst | |", "|---|--:|--:|---|"]
    for name, says in CLAIMS.items():
        bounds: dict[tuple[str, float], list[Row]] = {}
        for row in rows:
            if row["name"] == name and row["target"]:
                bounds.setdefault(tuple(row["target"]), []).append(row)
        for (side, bound), those in bounds.items():
            worst = (min if side == "at least" else max)(those, key=lambda row: row["value"])
            given = _given(worst["given"], set())
            asked = f"{side} {_amount(bound, worst['unit'])}"
            measured = _amount(worst["value"], worst["unit"])
            lines.append(f"| {says}{f' ({given})' if given else ''} | {asked} | {measured} | {_verdict(worst)} |")
    return "\n".join(lines)


def _tables(section: Section, rows: list[Row]) -> Iterator[str]:
    def apart(row: Row) -> tuple[Any, ...]:
        return tuple(row["given"].get(name) for name in section.apart)

    for _, group in groupby(rows, apart):
        those = list(group)
        common = {name for name in those[0]["given"] if len({str(row["given"].get(name)) for row in those}) == 1}
        if common and len(those) > 1:
            yield f"With {_given({name: those[0]['given'][name] for name in those[0]['given'] if name in common})}:\n"
        yield _table(those, common if len(those) > 1 else set()) + "\n"


def _table(rows: list[Row], common: set[str]) -> str:
    """Columns that no row fills are left out. Whatever a row counts, its spread is in milliseconds."""
    columns: list[tuple[str, str, Callable[[Row], str]]] = [
        ("measure", "---", lambda row: row["name"]),
        ("given", "---", lambda row: _given(row["given"], common)),
        ("value", "--:", lambda row: _amount(row["value"], row["unit"])),
        ("n", "--:", lambda row: f"{row['n']:,}" if row["n"] > 1 else ""),
        *((part, "--:", lambda row, part=part: _spread(row, part)) for part in ("p50", "p95", "p99")),
        ("target", "--:", lambda row: f"{row['target'][0]} {_number(row['target'][1])}" if row["target"] else ""),
        ("", "---", _verdict),
    ]
    filled = [(title, line, cell) for title, line, cell in columns if any(cell(row) for row in rows)]
    lines = [[title for title, _, _ in filled], [line for _, line, _ in filled]]
    lines += [[cell(row) for _, _, cell in filled] for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _given(given: dict[str, Any], without: Iterable[str] = ()) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} {_plain(value)}" for name, value in given.items() if name not in without
    )


def _plain(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) and value >= 10_000 else str(value)


def _spread(row: Row, part: str) -> str:
    if row[part] is None or row["n"] == 1:
        return ""
    return _number(row[part]) + ("" if row["unit"] == "ms" else " ms")


def _verdict(row: Row) -> str:
    return {None: "", True: "reached", False: "**missed**"}[row["reached"]]


def _where(rows: list[Row]) -> str:
    """On which machines, with which versions, and when."""
    days: dict[str, set[str]] = {}
    for row in rows:
        days.setdefault(json.dumps(row["machine"]), set()).add(row["at"][:10])
    lines = []
    for machine, seen in days.items():
        of = json.loads(machine)
        hardware = f"{of.pop('cores')} cores of {of.pop('cpu')}, {of.pop('memory_gib')} GiB, {of.pop('system')}"
        versions = ", ".join(f"{name} {version}" for name, version in of.items())
        lines.append(f"Measured {' and '.join(sorted(seen))} on {hardware}; {versions}.")
    return "\n".join(lines)


def _amount(value: float, unit: str) -> str:
    return f"{_number(value)} {unit}".strip()


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def main() -> None:
    rows = json.loads(RESULTS.read_text(encoding="utf-8"))
    for name, drawing in pictures(rows).items():
        (PICTURES / name).write_text(drawing, encoding="utf-8")
        print(PICTURES / name)
    DOCUMENT.write_text(document(rows), encoding="utf-8")
    print(DOCUMENT)


if __name__ == "__main__":
    main()
