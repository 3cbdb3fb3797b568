"""R6: every printed percentage recomputed from the counts beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from server.domain.reports.amounts import Amount, Recipe, amount, follow, printed
from server.domain.reports.figures import RATE_TOLERANCE, format_percent, rate
from server.domain.reports.findings import Check, Note, percent
from server.domain.reports.rules import whole_of
from server.domain.reports.table import Figure, Table
from server.domain.reports.vocabulary import RATING_LEVELS


@dataclass(frozen=True)
class Ratio:
    """A part over a whole, both counts of the table."""

    part: Amount
    whole: Amount

    @property
    def value(self) -> Fraction | None:
        return rate(self.part.value, self.whole.value)

    def agrees(self, figure: Figure) -> bool:
        """Within the rounding of two decimals, and what approximate counts leave open."""
        if figure.value is None or self.value is None:
            return figure.value is self.value
        slack = RATE_TOLERANCE + figure.slack
        low, high = self._bounds()
        return low - slack <= figure.value <= high + slack

    def _bounds(self) -> tuple[Fraction, Fraction]:
        low = rate(self.part.value - self.part.slack, self.whole.value + self.whole.slack)
        high = rate(self.part.value + self.part.slack, max(self.whole.value - self.whole.slack, Fraction(1)))
        return low or Fraction(0), high or Fraction(0)

    def __str__(self) -> str:
        part, whole = (f"({item.text})" if not item.printed else item.text for item in (self.part, self.whole))
        return f"{part} / {whole}"

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(figure.key for figure in (*self.part.figures, *self.whole.figures))


@dataclass(frozen=True)
class Percentages:
    """R6. A rate over 0 is printed "—"; percentages of a complete split add up to 100."""

    code: str = "R6"

    def check(self, table: Table) -> Iterator[Check]:
        for figure in table.percents.values():
            ratios = definitions(table, figure)
            if ratios:
                yield self._compare(table, figure, ratios)
        yield from _hundred(table)

    def _compare(self, table: Table, figure: Figure, ratios: list[Ratio]) -> Check:
        chosen = next((ratio for ratio in ratios if ratio.agrees(figure)), ratios[0])
        holds = chosen.agrees(figure)
        note = None if holds else _rate_note(table, figure, chosen)
        return percent(table, figure, str(chosen), chosen.keys, holds=holds, computed=chosen.value, note=note)


def definitions(table: Table, figure: Figure) -> list[Ratio]:
    """What the percentage may mean here; more than one only where printed reports really differ."""
    pairs = [(_numerator(table, figure.name), _denominator(table, figure.name))]
    if figure.name == "satisfied" and "very_satisfied" not in table.percents:
        pairs.append((_numerator(table, "satisfaction"), amount(table, "rated")))
    if figure.name == "on_time" and "early" in table.percents:
        pairs.append((printed(table, "on_time"), amount(table, "resolved")))
    return [Ratio(part, whole) for part, whole in pairs if part and whole]


def _numerator(table: Table, name: str) -> Amount | None:
    if name in ("on_time", "early_or_on_time"):
        return amount(table, "early_or_on_time") or _not_late(table)
    if name == "satisfaction":
        return follow(table, Recipe(("satisfied",), ("very_satisfied",)))
    if name == "resolution":
        return amount(table, "resolved")
    return amount(table, {"response": "rated"}.get(name, name))


def _not_late(table: Table) -> Amount | None:
    resolved, late = printed(table, "resolved"), amount(table, "late")
    if resolved is None or late is None:
        return None
    return Amount(resolved.value - late.value, resolved.slack + late.slack, (*resolved.figures, *late.figures))


def _denominator(table: Table, name: str) -> Amount | None:
    if name in ("on_time", "early_or_on_time", "early", "late"):
        return amount(table, "resolved")
    if name in ("resolution", "in_progress", "carried_over"):
        return printed(table, "received") or follow(table, Recipe(("resolved", "in_progress")))
    if name in ("online", "direct", "in_person", "postal"):
        return follow(table, Recipe(("online", "direct"))) or printed(table, "received_in_period")
    if name in ("in_time", "overdue"):
        return amount(table, "in_progress")
    if name in ("satisfaction", *RATING_LEVELS):
        return amount(table, "rated") or printed(table, "sessions")
    if name in ("response", "not_rated"):
        return amount(table, "sessions")
    return whole_of(table, name) or (printed(table, "total") if name != "total" else None)


def _rate_note(table: Table, figure: Figure, ratio: Ratio) -> Note | None:
    if figure.value is None or ratio.value is None:
        return Note("rate_over_zero") if ratio.value is None else Note("dash_but_countable")
    for places in (1, 0):
        step = Fraction(10) ** -places
        if figure.value % step == 0 and abs(figure.value - ratio.value) <= step / 2:
            return Note("rounded_further", {"places": str(places)})
    others = ("on_time", "early_or_on_time", "resolved", "online", "satisfied", "very_satisfied")
    for name in others:
        for whole_name in ("received", "resolved", "received_in_period", "rated", "sessions"):
            part, whole = printed(table, name), printed(table, whole_name)
            if part and whole and name != whole_name and Ratio(part, whole).agrees(figure):
                return Note("matches_other_rate", {"rate": f"{part.text} / {whole.text}"})
    return None


_COMPLETE = (RATING_LEVELS, ("on_time", "late"), ("in_time", "overdue"), ("online", "direct"))


def _hundred(table: Table) -> Iterator[Check]:
    for names in _COMPLETE:
        figures = [table.percents[name] for name in names if name in table.percents]
        if len(figures) < 2 or any(figure.value is None for figure in figures) or not _complete(table, names):
            continue
        total = sum((figure.value or Fraction(0) for figure in figures), Fraction(0))
        slack = RATE_TOLERANCE * len(figures) + sum((figure.slack for figure in figures), Fraction(0))
        holds = abs(total - 100) <= slack
        keys = tuple(figure.key for figure in figures)
        says = f"{' + '.join(keys)} = 100%"
        gap = None if holds else total - 100
        yield Check("R7", table.name, says, keys, holds, format_percent(total), "100%", gap, None, total, Fraction(100))


def _complete(table: Table, names: tuple[str, ...]) -> bool:
    if names == RATING_LEVELS:
        return {"very_satisfied", "satisfied", "dissatisfied"} <= set(table.percents)
    return set(names) <= set(table.percents) and not (names[0] == "on_time" and "early" in table.percents)
