"""The offices that a report is about, each with the days on which it belonged to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from server.domain.errors import OfficeNotFound
from server.domain.office import Names
from server.domain.stats.facts import Basis
from server.domain.tree import Period
from server.services.places import tree_of
from server.services.ports import Json, UnitOfWork

WAIT_TARGET_S = 900


@dataclass(frozen=True, slots=True)
class OfficeBasis:
    """An office as figures need it."""

    id: str
    code: str
    names: Names
    basis: Basis
    services: Mapping[str, Json]


def office_of(uow: UnitOfWork, code: str) -> OfficeBasis:
    """One office by itself."""
    row = uow.first("office", code=code)
    if row is None:
        raise OfficeNotFound(office=code)
    return _bases(uow, [row])[0]


def offices_by_id(uow: UnitOfWork, ids: Sequence[str]) -> list[OfficeBasis]:
    return _bases(uow, uow.rows("office", id=list(ids)))


Stays = Sequence[tuple[OfficeBasis, list[Period]]]
"""Offices with the days that count of each."""


def below(uow: UnitOfWork, code: str, period: Period, on: date | None = None) -> Stays:
    """The office and all that stood below it on any day of the period, each with those of its days; or, with `on`, all
    that stand below it on that one day, with the whole period: what they did elsewhere is then theirs to bring."""
    rows = {row["id"]: row for row in uow.rows("office")}
    root = next((row["id"] for row in rows.values() if row["code"] == code), None)
    if root is None:
        raise OfficeNotFound(office=code)
    spans = tree_of(uow).below(root, Period(on, on) if on else period)
    offices = _bases(uow, [rows[office] for office in spans])
    return [(office, [period] if on else spans[office.id]) for office in offices]


def by_days(stays: Stays) -> dict[Period, list[OfficeBasis]]:
    """Which offices belong together for which days: what is asked for many offices at once is asked for few spans."""
    found: defaultdict[Period, list[OfficeBasis]] = defaultdict(list)
    for office, spans in stays:
        for span in spans:
            found[span].append(office)
    return dict(found)


def _bases(uow: UnitOfWork, offices: Iterable[Json]) -> list[OfficeBasis]:
    chosen = list(offices)
    services: dict[str, dict[str, Json]] = {row["id"]: {} for row in chosen}
    for row in sorted(uow.rows("service", office_id=list(services)), key=lambda r: int(r["position"])):
        services[row["office_id"]][row["code"]] = row
    return [
        OfficeBasis(r["id"], r["code"], r["names"], _basis(r, services[r["id"]]), services[r["id"]]) for r in chosen
    ]


def _basis(row: Json, services: Mapping[str, Json]) -> Basis:
    """Targets as they are set now: a report measures a whole period against one target, and names it."""
    settings = {code: service["settings"] for code, service in services.items()}
    return Basis(
        timezone=row["timezone"],
        wait_targets={code: s["wait_target_s"] for code, s in settings.items() if "wait_target_s" in s},
        service_targets={code: s["target_s"] for code, s in settings.items() if "target_s" in s},
        wait_target=row["settings"].get("report", {}).get("wait_target_s", WAIT_TARGET_S),
    )
