"""R6: every printed percentage recomputed from the counts beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from server.domain.reports.amounts import Amount, Recipe, amount, follow, printed
from server.domain.reports.figures import RATE_TOLERANCE, format_percent, places, rate
from server.domain.reports.findings import Check, Note, percent
from server.domain.reports.rules import WHOLES, whole_of
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
        ways = [(ratio, seen) for seen in _as_seen(figure) for ratio in ratios]
        wanted = ratios[0].value or Fraction(0)
        nearest = min(_as_seen(figure), key=lambda seen: abs(float((seen.value or 0) - wanted)))
        chosen, figure = next(((ratio, seen) for ratio, seen in ways if ratio.agrees(seen)), (ratios[0], nearest))
        holds = chosen.agrees(figure)
        note = None if holds else _rate_note(table, figure, chosen)
        return percent(table, figure, str(chosen), chosen.keys, holds=holds, computed=chosen.value, note=note)


def definitions(table: Table, figure: Figure) -> list[Ratio]:
    """What the percentage may mean here; more than one only where printed reports really differ."""
    pairs: list[Pair] = [(_numerator(table, figure.name), _denominator(table, figure.name))]
    if figure.name == "satisfied" and "very_satisfied" not in table.percents:
        pairs.append((_numerator(table, "satisfaction"), amount(table, "rated")))
    if figure.name == "on_time" and "early" in table.percents:
        pairs.append((printed(table, "on_time"), amount(table, "resolved")))
    if figure.name in RATING_LEVELS and "not_rated" in table.percents:
        pairs.append((printed(table, figure.name), amount(table, "sessions")))
    if figure.bare:
        pairs = _of_its_own(table, figure, pairs)
    return [Ratio(part, whole) for part, whole in pairs if part and whole]


def _as_seen(figure: Figure) -> list[Figure]:
    """0,9935 without a percent sign may be a fraction, as a workbook keeps it."""
    if figure.value is None or figure.value > 1 or "%" in figure.printed:
        return [figure]
    return [figure, replace(figure, value=figure.value * 100, slack=figure.slack * 100)]


Pair = tuple[Amount | None, Amount | None]


def _of_its_own(table: Table, figure: Figure, pairs: list[Pair]) -> list[Pair]:
    """What a column headed "Tỷ lệ (%)" may mean: the share of the count before it, or the rate of the whole row."""
    count = "resolved" if figure.name == "resolution" else figure.name
    shares = [(printed(table, count), amount(table, whole)) for whole in WHOLES.get(count, ())]
    usual = [(_numerator(table, name), _denominator(table, name)) for name in ("on_time", "resolution", "satisfaction")]
    return [*pairs, *shares, *usual] if pairs[0][0] and pairs[0][1] or any(a and b for a, b in shares) else []


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
    for shown in (1, 0):
        step = Fraction(10) ** -shown
        if figure.value % step == 0 and abs(figure.value - ratio.value) <= step / 2:
            return Note("rounded_further", {"places": str(shown)})
    others = ("on_time", "early_or_on_time", "resolved", "online", "satisfied", "very_satisfied")
    for name in others:
        for whole_name in ("received", "resolved", "received_in_period", "rated", "sessions"):
            part, whole = printed(table, name), printed(table, whole_name)
            if part and whole and name != whole_name and Ratio(part, whole).agrees(figure):
                return Note("matches_other_rate", {"rate": f"{part.text} / {whole.text}"})
    return None


_COMPLETE = (
    RATING_LEVELS,
    ("on_time", "late"),
    ("early_or_on_time", "late"),
    ("in_time", "overdue"),
    ("online", "direct"),
    ("full", "partial", "information_only"),
)
# Who did not rate is a share of the sessions beside the levels, of the ratings it is none; and "đúng hạn" counts the
# early in one report, not in another. Either sum may hold.
_BESIDE = {RATING_LEVELS: ("not_rated", "without_level"), ("on_time", "late"): ("early",)}


def _hundred(table: Table) -> Iterator[Check]:
    for names in _COMPLETE:
        figures = [table.percents[name] for name in names if name in table.percents]
        if not _complete(table, names) or any(figure.value is None for figure in figures):
            continue
        beside = [table.percents[name] for name in _BESIDE.get(names, ()) if name in table.percents]
        checks = [_adds_up(table, figures), *([_adds_up(table, [*figures, *beside])] if beside else [])]
        yield next((check for check in checks if check.holds), checks[-1])


def _adds_up(table: Table, figures: list[Figure]) -> Check:
    """To 100, within what rounding each to two decimals leaves open."""
    total = sum((figure.value or Fraction(0) for figure in figures), Fraction(0))
    parts_of_one = total <= Fraction(11, 10) and not any("%" in figure.printed for figure in figures)
    total *= 100 if parts_of_one else 1
    slack = RATE_TOLERANCE * len(figures) + sum((item.slack for item in figures), Fraction(0))
    holds = abs(total - 100) <= slack * (100 if parts_of_one else 1)
    keys = tuple(figure.key for figure in figures)
    says = f"{' + '.join(keys)} = 100%"
    gap, note = (None, None) if holds else (total - 100, _rounded_further(figures, total))
    return Check("R7", table.name, says, keys, holds, format_percent(total), "100%", gap, note, total, Fraction(100))


def _rounded_further(figures: list[Figure], total: Fraction) -> Note | None:
    shown = max(places(figure.printed) for figure in figures)
    close = abs(total - 100) <= Fraction(10) ** -shown / 2 * len(figures)
    return Note("rounded_further", {"places": str(shown)}) if close and shown < 2 else None


def _complete(table: Table, names: tuple[str, ...]) -> bool:
    if names == RATING_LEVELS:
        return {"very_satisfied", "satisfied", "dissatisfied"} <= set(table.percents)
    return set(names) <= set(table.percents)
