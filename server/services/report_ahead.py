"""Asks beforehand, at night, what heads of many offices ask in the morning: the sums are kept from then on."""

from __future__ import annotations

from datetime import date, timedelta

from server.domain.calendar import local_day
from server.domain.errors import ReportBeingPrepared
from server.domain.stats.period import Unit
from server.services.access import Actor
from server.services.places import today_in, tree_of
from server.services.ports import UnitOfWork
from server.services.report_cut import FIELD, OFFICE
from server.services.reporting import WEEKDAY, Figures, Query, ask

SPLITS: tuple[tuple[str, ...], ...] = (
    (), (Unit.MONTH,), (Unit.WEEK,), (OFFICE,), ("service",), (FIELD,), ("priority",), ("hour",), (WEEKDAY, "hour"),
)  # fmt: skip


def tops(uow: UnitOfWork) -> list[str]:
    """Offices with others below them, as the tree is today."""
    rows, tree = uow.rows("office"), tree_of(uow)
    parents = {tree.parent(row["id"], today_in(row, uow.now())) for row in rows}
    return sorted(str(row["code"]) for row in rows if row["id"] in parents)


def ahead(uow: UnitOfWork, figures: Figures, actor: Actor, office: str) -> None:
    """This year up to yesterday, and the year before, along every split that a page of a tree shows."""
    yesterday = local_day(uow.now(), uow.hall(office).config.zone) - timedelta(days=1)
    this_year = date(yesterday.year, 1, 1)
    for first, last in ((this_year, yesterday), (date(yesterday.year - 1, 1, 1), this_year - timedelta(days=1))):
        for by in SPLITS:
            _until_ready(uow, figures, actor, Query(office, first, last, tuple(map(str, by)), tree=True))


def _until_ready(uow: UnitOfWork, figures: Figures, actor: Actor, query: Query) -> None:
    """Each attempt keeps what it has counted, so every one comes further."""
    while True:
        try:
            ask(uow, figures, actor, query)
        except ReportBeingPrepared:
            continue
        return
