"""R1–R9: each rule looks at one table and says what it compared. None of them changes a figure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

from server.domain.reports.amounts import RECIPES, Amount, Recipe, add, amount, composed, follow, printed
from server.domain.reports.findings import Check, Note, at_most, equal
from server.domain.reports.table import Figure, Split, Table
from server.domain.reports.vocabulary import ONLINE_LEVELS, RATING_LEVELS, plain

OUTCOMES = Recipe(("resolved", "in_progress"))


class Rule(Protocol):
    """A rule has a code that people quote and a way to look at a table."""

    @property
    def code(self) -> str: ...

    def check(self, table: Table) -> Iterator[Check]: ...


@dataclass(frozen=True)
class Received:
    """R1: received = online + direct + carried over."""

    code: str = "R1"

    def check(self, table: Table) -> Iterator[Check]:
        whole, carried = printed(table, "received"), printed(table, "carried_over")
        fresh = amount(table, "received_in_period")
        if whole is None or fresh is None:
            return
        if carried:
            yield equal(self.code, table, whole, add([fresh, carried]))
        elif not fresh.printed:
            yield equal(self.code, table, whole, fresh, Note("carried_over_not_printed"))


@dataclass(frozen=True)
class SumOfParts:
    """R2, R3: a printed whole is the sum of its exclusive parts."""

    code: str
    whole: str

    def check(self, table: Table) -> Iterator[Check]:
        whole, parts = printed(table, self.whole), composed(table, self.whole)
        if whole and parts:
            yield equal(self.code, table, whole, parts)


@dataclass(frozen=True)
class Outcome:
    """R4: all that was received is either resolved or in progress. Some tables print those that were given back or
    withdrawn beside the resolved, others among them: either may hold."""

    code: str = "R4"

    def check(self, table: Table) -> Iterator[Check]:
        whole = printed(table, "received") or follow(table, Recipe(("received_in_period", "carried_over")))
        parts = follow(table, OUTCOMES)
        if whole is None or parts is None:
            return
        check = equal(self.code, table, whole, parts)
        closed = [item for name in ("refused", "withdrawn") if (item := printed(table, name))]
        beside = equal(self.code, table, whole, add([parts, *closed])) if closed else check
        yield beside if beside.holds and not check.holds else check


def settled(table: Table) -> Table:
    """Where what came in and what was left from before are two counts beside each other ("Tồn kỳ trước | Tiếp nhận |
    Giải quyết | Tồn cuối kỳ"), the first is what came in within the period, not the total of both."""
    if not _beside_the_left_over(table):
        return table
    counts = dict(table.counts)
    fresh = replace(counts.pop("received"), name="received_in_period")
    return replace(table, counts={"received_in_period": fresh, **counts})


def _beside_the_left_over(table: Table) -> bool:
    received, carried = printed(table, "received"), printed(table, "carried_over")
    if received is None or carried is None or "received_in_period" in table.counts or not carried.value:
        return False
    order = list(table.counts)
    first = all(order.index("carried_over") < order.index(name) for name in _COMING_IN if name in order)
    said_total = plain(received.text).startswith(("tong", "total", "received", "phai"))
    if said_total and not first:
        return False
    together, outcomes = add([received, carried]), follow(table, OUTCOMES)
    channels = composed(table, "received_in_period")
    if channels and channels.value != received.value:
        return False
    if outcomes and outcomes.value in (received.value, together.value):
        return outcomes.value == together.value
    return first


_COMING_IN = ("received", "online", "direct", "in_person", "postal")


_DOSSIER_OUTCOMES = ("early", "on_time", "early_or_on_time", "late", "posted")
# Nearest whole first: a part is held against the first of them that is printed.
WHOLES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_DOSSIER_OUTCOMES, ("resolved", "received")),
    **dict.fromkeys(("late_with_apology", "late_without_apology"), ("late", "resolved", "received")),
    **dict.fromkeys(("in_time", "overdue"), ("in_progress", "received")),
    **dict.fromkeys(("online", "direct"), ("received_in_period", "received")),
    **dict.fromkeys(("in_person", "postal"), ("direct", "received_in_period", "received")),
    **dict.fromkeys(("resolved", "in_progress", "refused", "withdrawn"), ("received",)),
    **dict.fromkeys(("carried_over", "received_in_period"), ("received",)),
    **dict.fromkeys(RATING_LEVELS, ("rated", "sessions")),
    **dict.fromkeys(("rated", "not_rated"), ("sessions",)),
    "without_level": ("rated", "sessions"),
    **dict.fromkeys((*ONLINE_LEVELS, "full", "partial", "information_only"), ("catalogue", "received")),
}
# Parts of one whole that never overlap: even without all of them, their sum cannot exceed it.
_EXCLUSIVE = (
    ("early", "on_time", "late", "in_time", "overdue"),
    ("early", "on_time", "late", "in_progress"),
    ("early_or_on_time", "late", "in_progress"),
    ("resolved", "in_time", "overdue"),
    ("online", "in_person", "postal", "carried_over"),
    ("online", "direct", "carried_over"),
    RATING_LEVELS,
    ONLINE_LEVELS,
)
# A longer name is usually a part of what the shorter one names, unless it compares with another time or a plan.
_COMPARISON = re.compile(
    r"_(?:previous|prev|last|next|before|plan|planned|target|forecast|cung_ky|ky_truoc|nam_truoc|ke_hoach|chi_tieu"
    r"|cumulative|cumulated|accumulated|ytd|to_date|luy_ke|cong_don|tu_dau_nam|growth|change|tang|giam|per)(?:_|$)"
)
_YEAR = re.compile(r"_(?:19|20)\d\d(?:_|$)")
# Counts that stand beside a total without being parts of it.
_OTHER_THING = re.compile(_COMPARISON.pattern + r"|(?:^|_)(?:counters?|officers?|population|quay|can_bo|dan_so)(?:_|$)")


@dataclass(frozen=True)
class PartAtMostWhole:
    """R5: a part is never more than its whole, and a percentage of a part never outside 0–100."""

    code: str = "R5"

    def check(self, table: Table) -> Iterator[Check]:
        for name in table.counts:
            part, whole = printed(table, name), whole_of(table, name)
            if part and whole:
                yield at_most(self.code, table, part, whole)
        for group in _EXCLUSIVE:
            yield from self._together(table, group)
        for figure in table.percents.values():
            if figure.value is not None and figure.value - figure.slack > 100:
                yield self._over_hundred(table, figure, figure.value)

    def _over_hundred(self, table: Table, figure: Figure, value: Fraction) -> Check:
        says, hundred = f"{figure.key} ≤ 100%", Fraction(100)
        return Check(
            self.code,
            table.name,
            says,
            (figure.key,),
            False,
            figure.printed,
            "≤ 100%",
            value - 100,
            None,
            value,
            hundred,
        )

    def _together(self, table: Table, group: tuple[str, ...]) -> Iterator[Check]:
        by_whole: dict[str, list[Amount]] = {}
        for name in group:
            part, whole = printed(table, name), whole_of(table, name)
            if part and whole:
                by_whole.setdefault(whole.figures[0].name, []).append(part)
        for name, parts in by_whole.items():
            whole = printed(table, name)
            if whole and len(parts) > 1 and not self._added_up(table, name, group):
                yield at_most(self.code, table, add(parts), whole)

    def _added_up(self, table: Table, whole: str, group: tuple[str, ...]) -> bool:
        """The equality has been checked already, so saying "not more than" would only repeat it."""
        if whole != "received":
            return composed(table, whole) is not None
        if "carried_over" in group:
            return any(True for _ in Received().check(table))
        return follow(table, OUTCOMES) is not None


def whole_of(table: Table, name: str) -> Amount | None:
    """The nearest printed whole of a part: by the words of the field, or by a longer name than its whole's."""
    for whole in WHOLES.get(name, ()):
        if found := printed(table, whole):
            return found
    if name in WHOLES or _COMPARISON.search(name) or _YEAR.search(name):
        return None
    words = name.split("_")
    shorter = ("_".join(words[:n]) for n in range(len(words) - 1, 0, -1))
    return next((found for other in shorter if (found := printed(table, other))), None)


@dataclass(frozen=True)
class SplitAddsUp:
    """R7: the parts of every other split add up to its whole: channels, levels, rows, and percentages to 100."""

    code: str = "R7"

    _WHOLES = ("late", "direct", "received_in_period", "sessions", "rated", "catalogue")

    def check(self, table: Table) -> Iterator[Check]:
        yield from self._known(table)
        yield from self._unknown(table)
        for split in table.splits:
            yield from self._printed(table, split)

    def _known(self, table: Table) -> Iterator[Check]:
        for name in self._WHOLES:
            whole = printed(table, name)
            for recipe in RECIPES[name]:
                parts = follow(table, recipe)
                if whole and parts and len(parts.figures) > 1:
                    yield equal(self.code, table, whole, parts)
        both = Recipe(("early", "on_time"))
        whole, parts = printed(table, "early_or_on_time"), follow(table, both)
        if whole and parts:
            yield equal(self.code, table, whole, parts)

    def _unknown(self, table: Table) -> Iterator[Check]:
        """A bare total among figures that no rule knows is taken for the total of all of them."""
        whole = printed(table, "total")
        names = [name for name in table.counts if name != "total" and not _OTHER_THING.search(name)]
        parts = [printed(table, name) for name in names if whole_of(table, name) is None]
        if whole and len(parts) > 1 and all(parts):
            yield equal(self.code, table, whole, add([part for part in parts if part]))

    def _printed(self, table: Table, split: Split) -> Iterator[Check]:
        parts = [Amount(part.value, part.slack, (part,)) for _, part in split.parts if part.value is not None]
        if split.whole.value is None or split.blanks or not parts:
            return
        whole = Amount(split.whole.value, split.whole.slack, (split.whole,))
        check = equal(self.code, table, whole, add(parts))
        if len({part.key for _, part in split.parts}) == 1:
            check = replace(check, says=f"{split.whole.key} = Σ {len(parts)} rows")
        yield replace(check, keys=(split.whole.key,))


@dataclass(frozen=True)
class AsOfInPeriod:
    """R8: the day the figures were taken lies in the period they are for."""

    code: str = "R8"

    def check(self, table: Table) -> Iterator[Check]:
        if table.as_of is None or table.period is None:
            return
        outside = min(abs((table.as_of - edge).days) for edge in (table.period.first, table.period.last))
        holds = table.as_of in table.period
        gap = None if holds else Fraction(outside)
        note = None if holds else Note("days_outside", {"n": str(outside)})
        printed_day, keys = table.as_of.isoformat(), ("as_of", "period")
        yield Check(self.code, table.name, "as_of in period", keys, holds, printed_day, str(table.period), gap, note)


_HUNDRED, _ON_TIME = r"\b100(?:[.,]0+)?\s*%", r"(?:(?:đúng|trước) (?:hạn|hẹn)|on[- ]time)"
_NONE_LATE = r"không (?:có|để xảy ra) (?:hồ sơ (?:nào )?)?(?:quá|trễ|chậm) (?:hạn|hẹn)"
_CLAIM = re.compile(rf"{_HUNDRED}[^.;\n]{{0,60}}?{_ON_TIME}|{_ON_TIME}[^.;\n]{{0,60}}?{_HUNDRED}|{_NONE_LATE}", re.I)
# "Phấn đấu 100% hồ sơ đúng hạn" is an aim, "chưa đạt 100%" the opposite of a claim.
_NO_CLAIM = re.compile(r"\b(?:chưa|không đạt|phấn đấu|mục tiêu|chỉ tiêu|kế hoạch|yêu cầu|not|target|aim)\b", re.I)


def claims(text: str) -> Iterator[str]:
    """Sentences, or pieces of them, by which a report says that nothing was late."""
    plain_text = unicodedata.normalize("NFC", text)
    for found in _CLAIM.finditer(plain_text):
        sentence = re.split(r"[.;\n]\s", plain_text[: found.end()])[-1]
        if not _NO_CLAIM.search(sentence):
            yield found.group()


@dataclass(frozen=True)
class HundredPercentOnTime:
    """R9: "100% on time", as a figure or in words, while something was late."""

    code: str = "R9"

    def check(self, table: Table) -> Iterator[Check]:
        late = amount(table, "late") or self._implied(table)
        if late is None:
            return
        for figure in (table.percents.get("on_time"), table.percents.get("early_or_on_time")):
            if figure and figure.value == 100:
                yield self._against(table, figure.key, figure.printed, late)
        for key, text in table.texts.items():
            for claim in claims(text):
                yield self._against(table, key, claim, late)

    def _implied(self, table: Table) -> Amount | None:
        """Late is what of the resolved was neither early nor on time, where a report leaves it out."""
        resolved, good = printed(table, "resolved"), printed(table, "early_or_on_time")
        if resolved is None or good is None:
            return None
        return Amount(resolved.value - good.value, resolved.slack + good.slack, (*resolved.figures, *good.figures))

    def _against(self, table: Table, key: str, claim: str, late: Amount) -> Check:
        holds = late.value <= late.slack
        keys = (key, *(figure.key for figure in late.figures))
        says = f"{key}: 100% → late = 0"
        gap = None if holds else late.value
        return Check(self.code, table.name, says, keys, holds, claim, f"late = {int(late.value)}", gap)
