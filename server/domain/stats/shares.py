"""Shares, and how far they can be trusted."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import sqrt

SMALL = 30
"""Below this many a share or a percentile says little; figures of fewer are marked, and not ranked."""

Z95 = 1.959964
"""Standard normal deviate of a two-sided 95 % interval."""


def percent(part: int, whole: int) -> float | None:
    """`part` of `whole` in percent with two decimals, halves up; None over 0, which is printed "—"."""
    if whole == 0:
        return None
    exact = Fraction(part * 100, whole)
    digits = Decimal(exact.numerator) / Decimal(exact.denominator)
    return float(digits.quantize(Decimal("0.01"), ROUND_HALF_UP))


def wilson(part: int, whole: int) -> tuple[float, float] | None:
    """The 95 % score interval (Wilson 1927) of a share, in percent; honest for few and for all-satisfied."""
    if whole == 0:
        return None
    p, z2 = part / whole, Z95 * Z95
    centre = (p + z2 / (2 * whole)) / (1 + z2 / whole)
    half = Z95 * sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole)) / (1 + z2 / whole)
    low = 0.0 if part == 0 else max(0.0, centre - half)
    high = 1.0 if part == whole else min(1.0, centre + half)
    return round(low * 100, 2), round(high * 100, 2)


def is_small(count: int) -> bool:
    return count < SMALL
