"""All rules over all tables of a report: what holds, what does not, and what nothing could be compared with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from server.domain.reports.findings import Check
from server.domain.reports.rates import Percentages
from server.domain.reports.rules import (
    AsOfInPeriod,
    HundredPercentOnTime,
    Outcome,
    PartAtMostWhole,
    Received,
    Rule,
    SplitAddsUp,
    SumOfParts,
    settled,
)
from server.domain.reports.table import Figure, Table, Unread

RULES: tuple[Rule, ...] = (
    Received(),
    SumOfParts("R2", "resolved"),
    SumOfParts("R3", "in_progress"),
    Outcome(),
    PartAtMostWhole(),
    Percentages(),
    SplitAddsUp(),
    AsOfInPeriod(),
    HundredPercentOnTime(),
)


@dataclass(frozen=True)
class TableResult:
    """One table's checks, and the figures that stand alone, so that silence is not taken for agreement."""

    table: str
    checks: tuple[Check, ...]
    unread: tuple[Unread, ...]
    unchecked: tuple[Figure, ...]

    @property
    def broken(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.holds)

    @property
    def clean(self) -> bool:
        return not self.broken and not self.unread


@dataclass(frozen=True)
class Result:
    """The whole report. `clean` only says that nothing contradicts; `compared` says how much was looked at."""

    tables: tuple[TableResult, ...]

    @property
    def clean(self) -> bool:
        return all(table.clean for table in self.tables)

    @property
    def compared(self) -> int:
        return sum(len(table.checks) for table in self.tables)

    @property
    def broken(self) -> tuple[Check, ...]:
        return tuple(check for table in self.tables for check in table.broken)


def check_table(table: Table) -> TableResult:
    """Every rule over one table, in the rules' order; two ways to the same comparison are one check."""
    table = settled(table)
    checks = tuple(
        {
            (check.rule, check.says, check.printed, check.computed): check
            for rule in RULES
            for check in rule.check(table)
        }.values()
    )
    used = {key for check in checks for key in check.keys}
    unchecked = tuple(figure for figure in table.figures() if figure.key not in used)
    return TableResult(table.name, checks, table.unread, unchecked)


def check_report(tables: Iterable[Table]) -> Result:
    """Every table by itself; a figure that went into a column's total in another table counts as looked at."""
    tables = tuple(tables)
    splits = [split for table in tables for split in table.splits if not split.blanks]
    summed = {(row, part.key) for split in splits for row, part in split.parts}
    results = []
    dated: set[tuple[str, str]] = set()
    for result in map(check_table, tables):
        alone = tuple(figure for figure in result.unchecked if (result.table, figure.key) not in summed)
        results.append(_once(replace(result, unchecked=alone), dated))
    return Result(tuple(results))


def _once(result: TableResult, dated: set[tuple[str, str]]) -> TableResult:
    """Dates that are printed once for all rows of a report are said to be wrong once, not at every row."""
    checks = tuple(item for item in result.checks if item.rule != "R8" or (item.printed, item.computed) not in dated)
    unread = tuple(item for item in result.unread if item.code not in _DATED or (item.code, item.printed) not in dated)
    dated |= {(item.printed, item.computed) for item in checks if item.rule == "R8"}
    dated |= {(item.code, item.printed) for item in unread if item.code in _DATED}
    return replace(result, checks=checks, unread=unread)


_DATED = ("not_a_date", "not_a_period")
