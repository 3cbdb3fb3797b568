"""`motcua report`: look at printed reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from server.domain.reports.check import Result, TableResult
from server.domain.reports.figures import Kind, rounded
from server.domain.reports.findings import Check, Note
from server.domain.reports.table import Figure, NotAReport, Unread

NOTHING_COMPARED = 2

_NOTES = {
    "carried_over_not_printed": "carried_over is not printed; it was taken for 0",
    "days_outside": "{n} day(s) outside",
    "dash_but_countable": "printed as a rate over 0, but there is something to divide by",
    "gap_equals": "the gap is as large as {key}",
    "matches_other_rate": "the printed value is {rate}",
    "rate_over_zero": "a rate over 0 is printed as —",
    "ratings_without_level": "{n} rating(s) without a level",
    "rounded_further": "holds when rounded to {places} decimal(s)",
}
_UNREAD = {
    "dash_for_count": "a count of nothing is printed as 0",
    "negative": "a count is not below 0",
    "not_a_date": "not a date (2026-11-20 or 20/11/2026)",
    "not_a_number": "not a number",
    "not_a_period": "not a period",
    "not_whole": "a count is a whole number (1523 or 1.523)",
}


_REFUSED = {
    "formula_without_value": "it has formulas without a value; open it in Excel or LibreOffice and save it",
    "no_figures": "no table with figures found",
    "not_a_workbook": "not an XLSX workbook: {why}",
    "not_csv": "not CSV: {why}",
    "not_json": "not JSON: {why}",
    "not_utf8": "not UTF-8",
    "same_name_twice": "the same key twice in one object: {why}",
    "unknown_kind": "expected {why}",
    "unknown_shape": "a report is an object of figures or a list of rows: {why}",
}


@click.group()
def report() -> None:
    """Look at printed reports."""


@report.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(["json", "csv", "xlsx"]), help="What FILE is, else its ending.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--quiet", "-q", is_flag=True, help="Leave out the comparisons that hold.")
@click.pass_context
def check(ctx: click.Context, file: Path, form: str | None, as_json: bool, quiet: bool) -> None:
    """Recompute every sum and rate that FILE prints and name each that does not hold.

    FILE is JSON, CSV or XLSX: one table of figures, many by name, or the rows of II.06a/VPCP/KSTT, with names in
    English or Vietnamese. Nothing in it is changed. Exit code: 0 all that could be compared holds, 1 something
    does not hold or cannot be read, 2 there was nothing to compare, or FILE is no report.
    """
    result = _read_and_check(file, form)
    text = json.dumps(as_data(result), ensure_ascii=False, indent=1) if as_json else "\n".join(lines(result, quiet))
    click.echo(text)
    if not result.clean:
        ctx.exit(1)
    if not result.compared:
        ctx.exit(NOTHING_COMPARED)


def _read_and_check(file: Path, form: str | None) -> Result:
    from server.services.report_check import KINDS, check_file

    kind = f".{form}" if form else file.suffix.lower()
    if kind not in KINDS:
        raise click.UsageError(f"{file.name}: expected {', '.join(KINDS)} (or say --format)")
    try:
        with click.open_file(str(file), "rb") as source:
            return check_file(file.stem + kind, source.read())
    except NotAReport as problem:
        words = _REFUSED[problem.code].format(why=problem.why)
        raise click.UsageError(f"{file.name}: {words} ({problem.code})") from problem


def lines(result: Result, quiet: bool = False) -> Iterator[str]:
    """The result for a terminal: each table, what was compared in it, and a last line with the counts."""
    for table in result.tables:
        yield from _table_lines(table, quiet)
    broken, unread = len(result.broken), sum(len(table.unread) for table in result.tables)
    alone = sum(len(table.unchecked) for table in result.tables)
    yield (
        f"{len(result.tables)} table(s), {result.compared} comparison(s): {broken} do not hold, "
        f"{unread} figure(s) unreadable, {alone} figure(s) with nothing to compare them with"
    )
    if not result.compared:
        yield "Nothing was checked."


def _table_lines(table: TableResult, quiet: bool) -> Iterator[str]:
    if quiet and table.clean:
        return
    yield table.table
    for item in table.checks:
        if not item.holds:
            yield f"  ✗ {item.rule}  {item.says}"
            gap = f", gap {_gap(item.gap)}" if item.gap is not None else ""
            yield f"         printed {item.printed}, computed {item.computed}{gap}{_note(item.note)}"
        elif not quiet:
            yield f"  ✓ {item.rule}  {item.says}   ({item.printed})"
    for unread in table.unread:
        yield f"  ? {unread.key}: “{unread.printed}” – {_UNREAD[unread.code]}"
    for figure in () if quiet else table.unchecked:
        yield f"  · {figure.key} {figure.printed}: not checked, {_alone(figure)}"


def _note(note: Note | None) -> str:
    return f" – {_NOTES[note.code].format(**note.params)}" if note else ""


def _gap(gap: Fraction) -> str:
    value = _number(gap)
    return f"{value:+}".replace("-", "−")


def _number(value: Fraction) -> int | Decimal:
    return int(value) if value.denominator == 1 else rounded(value)


def _alone(figure: Figure) -> str:
    if figure.kind is Kind.PERCENT:
        return "the counts it is made of are not printed"
    return "it is in no sum, part or rate of this table"


def as_data(result: Result) -> dict[str, Any]:
    """The result for programs; values as they were printed, gaps as numbers."""
    return {
        "clean": result.clean,
        "compared": result.compared,
        "broken": len(result.broken),
        "tables": [
            {
                "name": table.table,
                "clean": table.clean,
                "checks": [_check_data(item) for item in table.checks],
                "unreadable": [_unread_data(item) for item in table.unread],
                "not_checked": [{"key": figure.key, "printed": figure.printed} for figure in table.unchecked],
            }
            for table in result.tables
        ],
    }


def _check_data(item: Check) -> dict[str, Any]:
    return {
        "rule": item.rule,
        "says": item.says,
        "keys": list(item.keys),
        "holds": item.holds,
        "printed": item.printed,
        "computed": item.computed,
        "printed_value": _plain(item.printed_value),
        "computed_value": _plain(item.computed_value),
        "gap": _plain(item.gap),
        "note": {"code": item.note.code, **item.note.params} if item.note else None,
    }


def _plain(value: Fraction | None) -> int | float | None:
    """A count stays whole; a percentage has the two decimals it is printed with."""
    if value is None:
        return None
    number = _number(value)
    return float(number) if isinstance(number, Decimal) else number


def _unread_data(item: Unread) -> dict[str, str]:
    return {"key": item.key, "printed": item.printed, "code": item.code}
