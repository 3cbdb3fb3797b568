"""Each kind of printed table through the library, the command, a workbook and accents of the other form."""

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from server.commands.report import report
from server.domain.reports.check import Result
from server.services.report_check import check_file, check_text
from tests.unit.reports.kinds import KINDS, Kind, nfd

each = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def rules(result: Result) -> set[str]:
    return {check.rule for table in result.tables for check in table.checks}


def findings(result: Result) -> list[tuple[str, str, str, str, float | None]]:
    return sorted(
        (item.table, item.rule, item.printed, item.computed, None if item.gap is None else round(float(item.gap), 2))
        for item in result.broken
    )


def agrees(kind: Kind, result: Result) -> None:
    found, wanted = findings(result), list(kind.broken)
    for table, *rest in found:
        match = next((item for item in wanted if table.endswith(item[0]) and _same(item[1:], rest)), None)
        assert match, f"not expected: {table} {rest}"
        wanted.remove(match)
    assert wanted == []
    assert [(item.printed, item.code) for table in result.tables for item in table.unread] == list(kind.unread)
    assert rules(result) >= set(kind.compared.split()), "silent where it should have compared"


def _same(wanted, found) -> bool:
    return list(wanted[:3]) == found[:3] and (wanted[3] is None or wanted[3] == found[3])


@each
def test_what_does_not_hold_is_found_and_nothing_else(kind: Kind) -> None:
    agrees(kind, check_text(kind.text))


@each
def test_accents_of_the_other_form_change_nothing(kind: Kind) -> None:
    assert len(findings(check_text(nfd(kind.text)))) == len(kind.broken)


@each
def test_the_command_says_the_same(kind: Kind, tmp_path: Path) -> None:
    file = tmp_path / ("report.json" if kind.text.startswith(("{", "[")) else "report.csv")
    file.write_text(kind.text)
    result = CliRunner().invoke(report, ["check", str(file), "--json"])
    data = json.loads(result.output)
    assert sum(not check["holds"] for table in data["tables"] for check in table["checks"]) == len(kind.broken)
    assert result.exit_code == (1 if kind.broken or kind.unread else 0)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if ";" in kind.text], ids=lambda kind: kind.name)
def test_a_workbook_with_the_same_cells(kind: Kind) -> None:
    book = Workbook()
    for line in kind.text.splitlines():
        book.active.append([int(cell) if cell.isdigit() else cell or None for cell in line.split(";")])
    file = io.BytesIO()
    book.save(file)
    agrees(kind, check_file("report.xlsx", file.getvalue()))
