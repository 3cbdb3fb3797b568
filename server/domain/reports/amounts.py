"""What a table says a thing amounts to: the figure it prints, or else the sum of the parts it prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from server.domain.reports.table import Figure, Table
from server.domain.reports.vocabulary import RATING_LEVELS


@dataclass(frozen=True)
class Recipe:
    """A whole is the sum of these parts; an optional part that is not printed counts as nothing."""

    parts: tuple[str, ...]
    optional: tuple[str, ...] = ()


# Exclusive parts, in the order in which a whole that is not printed is looked for.
RECIPES: dict[str, tuple[Recipe, ...]] = {
    "early_or_on_time": (Recipe(("on_time",), ("early",)),),
    "late": (Recipe(("late_with_apology", "late_without_apology")),),
    "resolved": (Recipe(("early_or_on_time", "late")),),
    "in_progress": (Recipe(("in_time", "overdue")),),
    "direct": (Recipe(("in_person",), ("postal",)),),
    "received_in_period": (Recipe(("online", "direct")),),
    "rated": (Recipe(("satisfied", "dissatisfied"), (*RATING_LEVELS, "without_level")),),
    "sessions": (Recipe(("rated", "not_rated")),),
    "catalogue": (Recipe(("dvc2", "dvc3", "dvc4"), ("dvc1",)), Recipe(("full", "partial"), ("information_only",))),
}


@dataclass(frozen=True)
class Amount:
    """A value with the figures that made it; `slack` grows with every approximate one."""

    value: Fraction
    slack: Fraction
    figures: tuple[Figure, ...]

    @property
    def text(self) -> str:
        return " + ".join(figure.key for figure in self.figures)

    @property
    def printed(self) -> bool:
        return len(self.figures) == 1


def printed(table: Table, name: str) -> Amount | None:
    """The count that stands in the table under this name."""
    figure = table.counts.get(name)
    if figure is None or figure.value is None:
        return None
    return Amount(figure.value, figure.slack, (figure,))


def amount(table: Table, name: str) -> Amount | None:
    """Printed, or composed of printed parts; None when a needed part is not there."""
    return printed(table, name) or composed(table, name)


def composed(table: Table, name: str) -> Amount | None:
    """The sum of the parts, whatever is printed for the whole."""
    for recipe in RECIPES.get(name, ()):
        if total := follow(table, recipe):
            return total
    return None


def follow(table: Table, recipe: Recipe) -> Amount | None:
    if table.hides((*recipe.parts, *recipe.optional)):
        return None
    needed = [amount(table, part) for part in recipe.parts]
    if None in needed:
        return None
    extra = [printed(table, part) for part in recipe.optional if part not in recipe.parts]
    total = add([item for item in (*needed, *extra) if item])
    order = [figure.key for figure in table.counts.values()]
    return replace(total, figures=tuple(sorted(total.figures, key=lambda figure: order.index(figure.key))))


def add(amounts: Sequence[Amount]) -> Amount:
    """The sum, carrying every figure that went into it."""
    return Amount(
        sum((item.value for item in amounts), Fraction(0)),
        sum((item.slack for item in amounts), Fraction(0)),
        tuple(figure for item in amounts for figure in item.figures),
    )
