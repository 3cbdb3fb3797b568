"""What a report tells apart beside time: the parts of its rows' keys that do not change from day to day.

Two questions with the same cut are answered from the same sums, whatever their periods and filters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.domain.office import Names
from server.domain.stats.facts import Cell
from server.domain.stats.slices import slice_for
from server.domain.stats.tally import Tally
from server.services.report_offices import OfficeBasis

FIELD, OFFICE = "field", "office"

Part = str | int | None
Rows = dict[tuple[Part, ...], Tally]
"""Tallies by what a cut tells apart."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Names of dimensions, of `field` and of `office`, each once."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> Cut:
        return cls(tuple(dict.fromkeys(names)))

    @property
    def slice(self) -> str:
        """The narrowest slice of an office's cells in which these can be told apart."""
        return slice_for("service" if name == FIELD else name for name in self.names if name != OFFICE)

    def key(self, office: OfficeBasis, cell: Cell) -> tuple[Part, ...]:
        return tuple(self._part(name, office, cell) for name in self.names)

    def fields(self, office: OfficeBasis) -> list[tuple[str, str | None]]:
        """Which service belongs to which field, where that makes a difference."""
        return [(code, field_of(office, code)) for code in office.services] if FIELD in self.names else []

    @staticmethod
    def _part(name: str, office: OfficeBasis, cell: Cell) -> Part:
        if name == OFFICE:
            return office.code
        if name == FIELD:
            return field_of(office, cell.service)
        value: Part = getattr(cell, name)
        return value

    def fits(self, key: tuple[Part, ...], wanted: Mapping[str, Part]) -> bool:
        """Whether a key has the wanted values."""
        return all(key[self.names.index(name)] == value for name, value in wanted.items())


def field_of(office: OfficeBasis, service: str | None) -> str | None:
    """The field a service belongs to, by its Vietnamese name; a service without one is its own field."""
    if service is None:
        return None
    row = office.services.get(service)
    if row is None:
        return service
    group: Names = row["settings"].get("group") or row["names"]
    return group["vi"]
