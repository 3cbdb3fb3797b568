"""From counts to what people read: means, percentiles, shares, intervals; null wherever there is nothing to divide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from server.domain.stats.facts import WITHOUT_LEVEL
from server.domain.stats.shares import is_small, percent, wilson
from server.domain.stats.tally import counts, parts, percentile
from server.domain.words import SCALES, Criterion, Dissatisfaction, Level

Json = dict[str, Any]

TICKETS = ("issued", "called", "served", "no_show", "cancelled", "transferred", "left_uncalled", "expired", "in_hall")
CONTENT = frozenset({Level.VERY_SATISFIED, Level.SATISFIED})


def summarise(tally: Mapping[str, int]) -> Json:
    """All figures of one tally."""
    return {
        **{name: tally.get(name, 0) for name in TICKETS},
        "wait_s": times(tally, "wait"),
        "service_s": times(tally, "service"),
        "expected_wait": expectation(tally),
        "counter_s": counter_time(tally),
        "ratings": ratings(tally),
    }


def amount(tally: Mapping[str, int], figure: str) -> int:
    """How often a tally counts a figure by its name: most stand in it, some are made of several."""
    match figure:
        case "none":
            return tally.get("sessions", 0) - tally.get("answered", 0)
        case "rated":
            return sum(count for _, count in parts(tally, "rating"))
        case "satisfied":
            return _content(parts(tally, "rating"))
        case "without_level":
            return sum(n for name, n in parts(tally, "rating") if name.endswith(f".{WITHOUT_LEVEL}"))
    if figure.startswith("criterion."):
        return _content(parts(tally, figure))
    return tally.get(figure, 0)


def _content(given: Iterable[tuple[str, int]]) -> int:
    """Of answers as `<scale>.<level>`, those that were content."""
    return sum(count for name, count in given if name.partition(".")[2] in CONTENT)


def times(tally: Mapping[str, int], name: str) -> Json:
    """Seconds. Percentiles by nearest rank; exact below 512 s, else within 0.2 %."""
    buckets = counts(tally.get(f"{name}_times", 0))
    count = sum(n for _, n in buckets)
    within, longest = tally.get(f"{name}_within", 0), tally.get(f"{name}_ms_max", 0) // 1000
    p50, p90 = (min(p, longest) if p is not None else None for p in (percentile(buckets, s) for s in (0.5, 0.9)))
    return {
        "count": count,
        "mean": round(tally.get(f"{name}_ms", 0) / count / 1000, 1) if count else None,
        "p50": p50,
        "p90": p90,
        "max": longest if count else None,
        "within_target": within,
        "within_target_pct": percent(within, count),
        "small": is_small(count),
    }


def expectation(tally: Mapping[str, int]) -> Json:
    """How often the wait that was told held."""
    told = tally.get("told", 0)
    return {
        "told": told,
        "within": tally.get("told_within", 0),
        "sooner": tally.get("told_sooner", 0),
        "later": tally.get("told_later", 0),
        "within_pct": percent(tally.get("told_within", 0), told),
        "small": is_small(told),
    }


def counter_time(tally: Mapping[str, int]) -> Json:
    """Seconds that counters were open, paused, and open with nobody there."""
    opened, busy = tally.get("open_ms", 0), tally.get("busy_ms", 0)
    return {
        "open": opened // 1000,
        "paused": tally.get("paused_ms", 0) // 1000,
        "idle": (opened - busy) // 1000,
        "busy_pct": percent(busy, opened),
    }


def ratings(tally: Mapping[str, int]) -> Json:
    """Ratings by level; two scales stand side by side and are never mapped onto each other."""
    given = [(name.partition(".")[0], name.partition(".")[2], count) for name, count in parts(tally, "rating")]
    rated, content = amount(tally, "rated"), amount(tally, "satisfied")
    sessions, answered = tally.get("sessions", 0), tally.get("answered", 0)
    scales = sorted({int(scale) for scale, level, _ in given if level != WITHOUT_LEVEL})
    return {
        "count": rated,
        "levels": {
            str(scale): {str(level): tally.get(f"rating.{scale}.{level}", 0) for level in SCALES[scale]}
            for scale in scales
        },
        "without_level": amount(tally, "without_level"),
        "none": amount(tally, "none"),
        "sessions": sessions,
        "response_pct": percent(answered, sessions),
        "satisfied": content,
        "satisfied_pct": percent(content, rated),
        "interval_pct": wilson(content, rated),
        "reasons": {str(r): tally[f"reason.{r}"] for r in Dissatisfaction if tally.get(f"reason.{r}")},
        "criteria": criteria(tally),
        "small": is_small(rated),
    }


def criteria(tally: Mapping[str, int]) -> Json:
    """What was said by criterion, of those that were asked for; scales stand side by side here too."""
    found: dict[str, Json] = {}
    for criterion in Criterion:
        given = [(*name.partition(".")[::2], count) for name, count in parts(tally, f"criterion.{criterion}")]
        rated, content = sum(n for *_, n in given), amount(tally, f"criterion.{criterion}")
        if rated:
            found[str(criterion)] = {
                "count": rated,
                "levels": {
                    scale: {
                        str(level): tally.get(f"criterion.{criterion}.{scale}.{level}", 0)
                        for level in SCALES[int(scale)]
                    }
                    for scale in sorted({scale for scale, _, _ in given})
                },
                "satisfied_pct": percent(content, rated),
                "interval_pct": wilson(content, rated),
                "small": is_small(rated),
            }
    return found


def rank(rows: Mapping[Any, Mapping[str, int]]) -> list[Any]:
    """Keys by satisfaction, best first, by the lower end of the interval. Small samples have no place in a ranking:
    three happy people say less than three hundred."""
    placed = []
    for key, tally in rows.items():
        found = ratings(tally)
        if not found["small"]:
            placed.append((-found["interval_pct"][0], -found["count"], str(key), key))
    return [key for *_, key in sorted(placed, key=lambda item: item[:3])]
