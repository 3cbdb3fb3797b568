"""`python -m bench [NAME …] [--quick]`: measure, print, and keep in bench/results.json."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from bench.results import RESULTS, Measure, save

GROUPS = {
    "writing": ("floor_http", "issue_http", "next_http"),
    "boards": ("call_to_board", "server_rss_mb"),
    "heard": ("call_to_shown", "call_to_sound"),
    "returning": ("boards_return_s", "truth_after_kill_s"),
    "paper": ("ticket_render_ms", "ticket_bytes"),
    "devices": ("touch_to_paper", "press_to_server"),
    "start": ("start_s",),
    "growth": ("issue_cost_ms", "call_cost_ms", "start_grown_s"),
    "endurance": ("endurance",),
    "country": ("country",),
    "offline": ("touch_to_number_ms", "cut_to_first_offline_ms", "heal_to_delivered_s"),
    "waits": ("wait_inside_range", "wait_miss_s", "wait_miss_ratio"),
    "reports": ("city_report_ms", "city_prepare_ms", "city_today_first_ms", "month_report_ms", "rollup_day_ms"),
}
"""A module each, and the measures it makes; any of these names selects the module."""


def chosen(names: list[str]) -> list[str]:
    unknown = [n for n in names if n not in GROUPS and not any(n in made for made in GROUPS.values())]
    if unknown:
        known = ", ".join(name for group, made in GROUPS.items() for name in (group, *made))
        raise SystemExit(f"{', '.join(unknown)}: no such measure. There are: {known}")
    return [group for group, made in GROUPS.items() if not names or group in names or set(made) & set(names)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", help="measures or groups; all when none is named")
    parser.add_argument("--quick", action="store_true", help="seconds instead of minutes, fewer boards")
    parser.add_argument("--output", type=Path, default=RESULTS)
    asked = parser.parse_args()
    done: list[Measure] = []
    for group in chosen(asked.names):
        run: Callable[[bool], Iterator[Measure]] = import_module(f"bench.{group}").measure
        for row in run(asked.quick):
            print(row.line(), flush=True)
            done.append(row)
            save(done, asked.output)

    missed = [row.label for row in done if row.reached is False]
    print(f"{len(done)} rows in {asked.output}" + (f"; missed: {', '.join(missed)}" if missed else ""))


if __name__ == "__main__":
    main()
