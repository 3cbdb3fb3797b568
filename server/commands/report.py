"""`motcua report`: look at printed reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from server.commands.words import say
from server.domain.errors import N_
from server.domain.reports.check import Result, TableResult
from server.domain.reports.figures import rounded
from server.domain.reports.findings import Check, Note
from server.domain.reports.table import NotAReport, Unread
from server.services import report_words

NOTHING_COMPARED = 2
NOT_COMPARED = N_("không so, vì %(why)s")
GAP = N_("chênh %(gap)s")
SUMMARY = N_(
    "%(tables)s bảng, %(compared)s phép so: %(broken)s không khớp, %(unread)s số không đọc được, "
    "%(alone)s số không có gì để so"
)


@click.group(help=N_("Kiểm tra báo cáo đã in, xuất báo cáo và gửi báo cáo theo lịch."))
def report() -> None:
    pass


@report.command(
    help=N_(
        "Tính lại mọi tổng và tỷ lệ in trong FILE và nêu từng chỗ không khớp.\n\n"
        "FILE là JSON, CSV hoặc XLSX: một bảng số liệu, nhiều bảng có tên, hoặc các dòng của mẫu "
        "II.06a/VPCP/KSTT, tên bằng tiếng Anh hoặc tiếng Việt. Tệp không bị thay đổi. Mã thoát: 0 là mọi thứ so "
        "được đều khớp, 1 là có chỗ không khớp hoặc không đọc được, 2 là không có gì để so, hoặc FILE không phải "
        "báo cáo."
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(["json", "csv", "xlsx"]),
              help=N_("Định dạng của FILE; nếu bỏ trống thì theo phần đuôi của tên tệp."))  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=N_("In kết quả dạng JSON."))
@click.option("--quiet", "-q", is_flag=True, help=N_("Không in những phép so sánh khớp."))
@click.pass_context
def check(ctx: click.Context, file: Path, form: str | None, as_json: bool, quiet: bool) -> None:
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
        wanted = say(N_("chỉ nhận %(kinds)s; hoặc nói --format"), kinds=", ".join(KINDS))
        raise click.UsageError(f"{file.name}: {wanted}")
    try:
        with click.open_file(str(file), "rb") as source:
            return check_file(file.stem + kind, source.read())
    except NotAReport as problem:
        why = report_words.refused(problem).said(say)
        raise click.UsageError(f"{file.name}: {why} ({problem.code})") from problem


def lines(result: Result, quiet: bool = False) -> Iterator[str]:
    """The result for a terminal: each table, what was compared in it, and a last line with the counts."""
    for table in result.tables:
        yield from _table_lines(table, quiet)
    broken, unread = len(result.broken), sum(len(table.unread) for table in result.tables)
    alone = sum(len(table.unchecked) for table in result.tables)
    counts = {"broken": broken, "unread": unread, "alone": alone}
    yield say(SUMMARY, tables=len(result.tables), compared=result.compared, **counts)
    if not result.compared:
        yield say(N_("Chưa so được gì."))


def _table_lines(table: TableResult, quiet: bool) -> Iterator[str]:
    if quiet and table.clean:
        return
    yield table.table
    for item in table.checks:
        if not item.holds:
            yield f"  ✗ {item.rule}  {item.says}"
            gap = f", {say(GAP, gap=_gap(item.gap))}" if item.gap is not None else ""
            both = say(N_("in %(printed)s, tính ra %(computed)s"), printed=item.printed, computed=item.computed)
            yield f"         {both}{gap}{_note(item.note)}"
        elif not quiet:
            yield f"  ✓ {item.rule}  {item.says}   ({item.printed})"
    for unread in table.unread:
        yield f"  ? {unread.key}: “{unread.printed}” – {say(report_words.UNREAD[unread.code])}"
    for figure in () if quiet else table.unchecked:
        told = say(NOT_COMPARED, why=report_words.alone(figure).said(say))
        yield f"  · {figure.key} {figure.printed}: {told}"


def _note(note: Note | None) -> str:
    return f" – {report_words.note(note).said(say)}" if note else ""


def _gap(gap: Fraction) -> str:
    value = _number(gap)
    return f"{value:+}".replace("-", "−")


def _number(value: Fraction) -> int | Decimal:
    return int(value) if value.denominator == 1 else rounded(value)


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
