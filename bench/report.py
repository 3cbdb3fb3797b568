"""`python -m bench.report`: docs/benchmarks.md from bench/results.json, so that no figure in it is written by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.results import RESULTS

DOCUMENT = Path(__file__).parents[1] / "docs" / "benchmarks.md"
TITLES = {
    "floor_http": "Taking and calling numbers, beside the floor",
    "call_to_board": "From the officer's key to the last board",
    "call_to_shown": "From the officer's key to the number on a screen, and to its sound",
    "server_rss_mb": "Memory",
    "wait_inside_range": "The wait that people are told, on simulated days whose truth is known",
    "ticket_render_ms": "Paper",
    "touch_to_paper": "From a touch to the paper, from a button to the server",
    "start_s": "Start and return",
    "issue_cost_ms": "Growth of the database",
    "endurance": "Two hours of the peak in one office: memory",
    "country": "The country",
    "touch_to_number_ms": "A kiosk with and without its server",
    "city_report_ms": "Reports",
}
GROUPS = {
    "cut_to_first_offline_ms": "touch_to_number_ms", "heal_to_delivered_s": "touch_to_number_ms",
    "city_prepare_ms": "city_report_ms", "city_today_first_ms": "city_report_ms",
    "issue_http": "floor_http", "next_http": "floor_http", "ticket_bytes": "ticket_render_ms",
    "call_to_sound": "call_to_shown", "truth_after_kill_s": "start_s",
    "press_to_server": "touch_to_paper", "wait_miss_s": "wait_inside_range", "wait_miss_ratio": "wait_inside_range",
    "month_report_ms": "city_report_ms", "rollup_day_ms": "city_report_ms",
    "boards_return_s": "start_s", "call_cost_ms": "issue_cost_ms", "start_grown_s": "issue_cost_ms",
}  # fmt: skip

INTRODUCTION = """# What was measured

Written by `python -m bench.report` from `bench/results.json`; do not edit. `make bench` measures again: everything
(about an hour, most of it the country and ten million tickets), `make bench BENCH=issue_http` one part,
`make bench BENCH="--quick"` all of it briefly.

A figure of one machine says little about another. Those with a target are therefore ratios taken in one run, in
turns: **floor** is a bare Flask endpoint with one INSERT of the same size, under the same gunicorn, engine, pool and
writer lock, on the same durable database (SQLite with WAL and `synchronous=FULL`, PostgreSQL with fsync). The load
generator runs on the same cores as the server. Of N boards on which a call is shown and sounds, one is a real
Chromium with its loudspeaker, the others are sockets that join and read as boards do.
"""


def document(rows: list[dict[str, Any]]) -> str:
    parts = [INTRODUCTION]
    for group, title in TITLES.items():
        chosen = [row for row in rows if _group(row["name"]) == group]
        if chosen:
            parts.append(f"## {title}\n\n{_table(chosen)}\n\n{_where(chosen)}\n")
    return "\n".join(parts)


def _group(name: str) -> str:
    first = name.replace("/", " ").split()[0]
    return GROUPS.get(first, first)


def _table(rows: list[dict[str, Any]]) -> str:
    lines = ["| measure | given | value | n | p50 | p95 | p99 | target | |", "|---|---|--:|--:|--:|--:|--:|---|---|"]
    for row in rows:
        given = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in row["given"].items())
        spread = " | ".join(_number(row[name]) for name in ("p50", "p95", "p99"))
        target = f"{row['target'][0]} {_number(row['target'][1])}" if row["target"] else ""
        verdict = {None: "", True: "reached", False: "**missed**"}[row["reached"]]
        value = f"{_number(row['value'])} {row['unit']}".strip()
        lines.append(f"| {row['name']} | {given} | {value} | {row['n']} | {spread} | {target} | {verdict} |")
    return "\n".join(lines)


def _where(rows: list[dict[str, Any]]) -> str:
    """On which machines, with which versions, and when."""
    seen = {json.dumps(row["machine"], sort_keys=True): row["at"] for row in rows}
    return "\n".join(
        f"Measured {at[:10]}: " + ", ".join(f"{name} {value}" for name, value in json.loads(machine).items()) + "."
        for machine, at in seen.items()
    )


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def main() -> None:
    DOCUMENT.write_text(document(json.loads(RESULTS.read_text())))
    print(DOCUMENT)


if __name__ == "__main__":
    main()
