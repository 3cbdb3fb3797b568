"""One number a field and day for one identity card: which earlier numbers stand in the way of another.

A number that is live, or was served, is the one of its day. Who left, was cancelled or had the number expire may take
another. Who was called and absent may as well, and the absent number then ends: nobody holds two.
The field is the one that the number was taken for; a transfer does not change it.
"""

from __future__ import annotations

from collections.abc import Iterable

from server.domain.errors import N_ as _
from server.domain.errors import Conflict
from server.domain.office import OfficeConfig, Service
from server.domain.ticket import Ticket
from server.domain.words import LIVE, TicketState

HOLDS = LIVE | {TicketState.COMPLETED}


class OneNumberADay(Conflict):
    code, text = (
        "one_number_a_day",
        _("Hôm nay ông/bà đã có số %(number)s của lĩnh vực này (%(state)s)."),
    )


class CardNeeded(Conflict):
    code, text = (
        "card_required",
        _("Đơn vị này cần căn cước hoặc mã đặt lịch để lấy số. Không có thẻ, mời ông/bà gặp cán bộ hướng dẫn."),
    )


def standing(earlier: Iterable[Ticket]) -> Ticket | None:
    """The number that stands in the way of another one, if any."""
    return next((ticket for ticket in earlier if ticket.state in HOLDS), None)


def refuse_second(earlier: Iterable[Ticket]) -> None:
    """Refuse a second number, and say which one the citizen has."""
    held = standing(earlier)
    if held is not None:
        raise OneNumberADay(number=held.number, state=held.state, counter=held.counter)


def is_needed(config: OfficeConfig, service: Service) -> bool:
    """Whether a kiosk gives no number of a service without a card or a booking. The line for help is for everybody."""
    return config.card == "required" and not service.help
