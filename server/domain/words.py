"""The closed vocabularies of the public contract. Sources: the contract, and the field's own words."""

from __future__ import annotations

from enum import StrEnum

from server.domain.errors import N_


class TicketState(StrEnum):
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


STATE_NAMES: dict[TicketState, str] = {
    TicketState.WAITING: N_("đang chờ"),
    TicketState.CALLED: N_("đã gọi"),
    TicketState.SERVING: N_("đang phục vụ"),
    TicketState.HELD: N_("tạm giữ"),
    TicketState.COMPLETED: N_("đã xong"),
    TicketState.NO_SHOW: N_("vắng mặt"),
    TicketState.CANCELLED: N_("đã huỷ"),
    TicketState.EXPIRED: N_("hết hiệu lực"),
}

AT_COUNTER = frozenset({TicketState.CALLED, TicketState.SERVING})
"""A ticket in one of these states occupies its counter."""

LIVE = frozenset({TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.HELD})
"""States that the end of the day turns into `expired`."""

IN_HALL = LIVE | {TicketState.NO_SHOW}
"""States of the tickets that a hall still has to do with today: an absent person may come back."""


class Priority(StrEnum):
    ELDERLY = "elderly"
    DISABLED = "disabled"
    PREGNANT = "pregnant"
    WITH_INFANT = "with_infant"
    MERITORIOUS = "meritorious"


class CounterState(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class Level(StrEnum):
    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    NEUTRAL = "neutral"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"


SCALES: dict[int, tuple[Level, ...]] = {
    3: (Level.VERY_SATISFIED, Level.SATISFIED, Level.DISSATISFIED),
    5: tuple(Level),
}
"""Levels by the size of the scale. A press on one scale is never mapped to the other."""


class Dissatisfaction(StrEnum):
    """Why a citizen was not satisfied."""

    PROCESSING_TIME = "processing_time"
    ATTITUDE = "attitude"
    REPEATED_VISITS = "repeated_visits"
    UNCLEAR_GUIDANCE = "unclear_guidance"
    EXTRA_PAPERS = "extra_papers"
    FACILITIES = "facilities"
    FEE = "fee"
    OTHER = "other"


class Criterion(StrEnum):
    """What a citizen may rate by itself, beside the visit as a whole, where the office asks for it."""

    SPEED = "speed"
    ATTITUDE = "attitude"
    GUIDANCE = "guidance"
    FACILITIES = "facilities"


class PrintState(StrEnum):
    """What is known about a ticket's paper. `none`: no printer was asked."""

    NONE = "none"
    QUEUED = "queued"
    PRINTED = "printed"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


class Role(StrEnum):
    OFFICER = "officer"
    HELPER = "helper"
    HEAD = "head"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Rule(StrEnum):
    """Why a ticket was next."""

    FIRST_COME = "first_come"
    PRIORITY_FIRST = "priority_first"
    PRIORITY_TURN = "priority_turn"
    WAITED_TOO_LONG = "waited_too_long"
    RETURNED = "returned"
    DIRECTED = "directed"
    BY_HAND = "by_hand"
    RESUMED = "resumed"


QUEUE_RULES = frozenset(Rule) - {Rule.BY_HAND, Rule.RESUMED}
"""Rules by which the line itself advanced; calls made by hand do not count as a turn."""
