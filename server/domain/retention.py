"""How long what is kept about people is kept: rules with dates, since a rule that changes does not reach back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

KINDS = {
    "comments": 365,  # what people wrote with their ratings
    "notes": 90,  # what officers wrote about a ticket
    "messages": 31,  # events and answers kept for screens and devices that were away
    "sign_ins": 365,  # who signed in when, from which address
}
"""Kinds of what is kept, with the days that hold where an office says nothing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """From a day on, what arises is kept for so many days; a kind that is not named keeps to `KINDS`."""

    since: date
    days: Mapping[str, int] = field(default_factory=dict)
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Days, the last not included, whose records of a kind have had their time."""

    first: date
    end: date


def expired(rules: Sequence[Rule], kind: str, today: date) -> list[Span]:
    """The spans of a kind that are over today. Each day is judged by the rule that was in force on it."""
    ordered = sorted(rules, key=lambda rule: rule.since)
    starts = [date.min, *(rule.since for rule in ordered)]
    ends = [*(rule.since for rule in ordered), date.max]
    keeps = [KINDS[kind], *(rule.days.get(kind, KINDS[kind]) for rule in ordered)]
    spans = []
    for first, end, days in zip(starts, ends, keeps, strict=True):
        over = min(end, today - timedelta(days=days))
        if first < over:
            spans.append(Span(first, over))
    return spans


def in_force(rules: Sequence[Rule], today: date) -> Mapping[str, int]:
    """Days of each kind for what arises today."""
    now = [rule for rule in sorted(rules, key=lambda rule: rule.since) if rule.since <= today]
    return KINDS | (dict(now[-1].days) if now else {})
