"""Satisfaction: one rating a finished session, given by the citizen, never edited."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from server.domain.errors import N_, AlreadyRated, Invalid, RatingWindowClosed, Why
from server.domain.hall import Hall
from server.domain.happenings import RatingGiven, ServiceSession
from server.domain.words import SCALES, Criterion, Dissatisfaction, Level

COMMENT_MAX = 1000
UNHAPPY = frozenset({Level.DISSATISFIED, Level.VERY_DISSATISFIED})


@dataclass(frozen=True, slots=True)
class Press:
    """What a citizen pressed. Reasons go with dissatisfaction only; `criteria` are levels by what the office asks for
    besides, each of them left out at will."""

    level: Level
    reasons: tuple[Dissatisfaction, ...] = ()
    comment: str | None = None
    criteria: Mapping[Criterion, Level] = field(default_factory=dict)

    def check(self, scale: int, asked: Collection[Criterion] = ()) -> None:
        """Refuse a level of another scale, reasons without dissatisfaction, criteria that nobody asked for, and texts
        that are too long."""
        if self.level not in SCALES[scale]:
            choices = ", ".join(SCALES[scale])
            raise Invalid(detail=Why(N_("%(name)s chỉ nhận: %(choices)s"), name="level", choices=choices))
        if self.reasons and self.level not in UNHAPPY:
            raise Invalid(detail=Why(N_("chỉ hỏi lý do khi không hài lòng")))
        if not set(self.criteria) <= set(asked) or not set(self.criteria.values()) <= set(SCALES[scale]):
            raise Invalid(detail="criteria")
        if self.comment and len(self.comment) > COMMENT_MAX:
            raise Invalid(detail=Why(N_("ý kiến dài quá: nhiều nhất %(n)s ký tự"), n=COMMENT_MAX))


def open_session(hall: Hall, counter: int, pressed_at: datetime) -> ServiceSession:
    """The session that a press at a counter belongs to; refuse outside its window."""
    hall.counter(counter)
    session = hall.sessions.get(counter)
    if session is None or not session.ended_at <= pressed_at <= session.rating_until:
        raise RatingWindowClosed()
    return session


def give(hall: Hall, session: ServiceSession, press: Press, rated: Sequence[str], now: datetime) -> RatingGiven:
    """Write a press down for its session. `rated`: sessions that already have their one rating."""
    press.check(hall.config.rating_scale, hall.config.rating_criteria)
    if session.id in rated:
        raise AlreadyRated()
    fact: RatingGiven = hall.happen(
        RatingGiven, "rating.given", now, counter=session.counter, session=session.id,
        level=press.level, reasons=press.reasons,
    )  # fmt: skip
    return fact
