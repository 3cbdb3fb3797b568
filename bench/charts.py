"""The pictures of docs/benchmarks.md: bars that lie, drawn as the reports draw them."""

from __future__ import annotations

from typing import Any

from server.services.pictures.charts import Mark, Series, ranges

Row = dict[str, Any]
PALE, DARK = "info-soft", "info"
BESIDE = {"issue_http": "Take a number", "next_http": "Call the next"}
GROWN = {"issue_cost_ms": "A number", "call_cost_ms": "A call"}


def floor(rows: list[Row]) -> str:
    """Requests a second: what the machine can at all, and what a number and a call take of it."""
    speeds = {(row["name"], *row["given"].values()): row["value"] for row in rows if row["unit"] == "requests/s"}
    marks = []
    for (name, database, clients), ours in speeds.items():
        bare = speeds.get(("floor_http", database, clients))
        if name == "floor_http" or bare is None:
            continue
        says = f"{BESIDE[name]}, {database}, {clients} at once"
        marks.append(Mark(says, (bare, ours), f"{says}: {ours:,.0f} of {bare:,.0f}/s"))
    series = (Series("bare endpoint with one INSERT", PALE, DARK), Series("Motcua", DARK))
    return ranges("Requests a second, beside the floor", series, marks, {0: "0", 500: "500/s", 1000: "1,000/s"})


def boards(rows: list[Row]) -> str:
    """p50 in p99, and the bounds as lines."""
    bounds = {row["target"][1]: f"{row['target'][1]:g} ms" for row in rows if row["target"]}
    marks = [
        _mark(f"{row['given']['boards']:,} board{'s'[: row['given']['boards'] - 1]}", row, "p99")
        for row in rows
        if row["name"] == "call_to_board"
    ]
    series = (Series("99 of 100 calls", PALE, DARK), Series("half of the calls", DARK))
    return ranges("From the officer's key to the last board", series, marks, {0: "0", **bounds})


def growth(rows: list[Row]) -> str:
    marks = [
        _mark(f"{GROWN[row['name']]}, {row['given']['tickets']:,} tickets", row, "p95")
        for row in rows
        if row["name"] in GROWN
    ]
    series = (Series("95 of 100", PALE, DARK), Series("half", DARK))
    return ranges("Cost of a number and of a call by tickets kept", series, marks, {0: "0", 1: "1 ms", 2: "2 ms"})


def city(rows: list[Row]) -> str:
    """The reports of the biggest city, each with both databases."""
    asked = [row for row in rows if row["name"] == "city_report_ms" and row["n"] > 1]
    most = max(row["given"]["offices"] for row in asked)
    marks = [
        _mark(f"{row['given']['report']}, {row['given']['database']}", row, "p95")
        for row in sorted(asked, key=lambda row: row["given"]["report"])
        if row["given"]["offices"] == most
    ]
    series = (Series("95 of 100", PALE, DARK), Series("half", DARK))
    return ranges(f"Reports of a city with {most} offices", series, marks, {0: "0", 500: "500 ms", 1000: "1,000 ms"})


def _mark(name: str, row: Row, most: str) -> Mark:
    return Mark(name, (row[most], row["p50"]), f"{name}: {row['p50']:.3g} / {row[most]:.3g} ms")
