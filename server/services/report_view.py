"""A report as JSON."""

from __future__ import annotations

from typing import Any

from server.domain.office import named
from server.domain.stats.shares import SMALL
from server.domain.stats.summary import rank, summarise
from server.services.ports import Json
from server.services.report_names import Names
from server.services.reporting import Report


def report_view(report: Report, names: Names) -> Json:
    """The whole and its parts. A rate over 0 is null; `small` marks figures of fewer than 30."""
    query, office = report.query, report.office
    ranks = ranking(report)
    return {
        "office": {"code": office.code, "name": named(office.names, names.language), "offices": report.offices},
        "from": query.first.isoformat(),
        "to": query.last.isoformat(),
        "by": list(query.by),
        "filters": dict(query.filters),
        "scope": "tree" if query.tree else "office",
        "tree_on": query.tree_on.isoformat() if query.tree_on else None,
        "at": report.at.astimezone(office.basis.zone).isoformat(timespec="seconds"),
        "complete": query.last < report.today,
        "only_own": not report.full,
        "method": {
            "percentiles": "nearest rank; exact below 512 s, else within 0.2 %",
            "interval": "Wilson, 95 %",
            "small_below": SMALL,
            "wait_target_s": office.basis.wait_target,
        },
        "total": summarise(report.total),
        "rows": [
            {
                "key": dict(zip(query.by, key, strict=True)),
                "name": {by: names.of(by, value) for by, value in zip(query.by, key, strict=True)},
                **summarise(tally),
                **({"rank": ranks.get(key)} if query.by == ("officer",) else {}),
            }
            for key, tally in (report.rows.items() if query.by else ())
        ],
    }


def ranking(report: Report) -> dict[Any, int]:
    """Places of officers by satisfaction, for those who may see all; small samples have none."""
    if report.query.by != ("officer",) or not report.full:
        return {}
    named_rows = {key: tally for key, tally in report.rows.items() if key[0] is not None}
    return {key: place for place, key in enumerate(rank(named_rows), 1)}
