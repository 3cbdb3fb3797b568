"""Identity cards at the kiosk: from the text under the scanner to the mark of a day, and what the mark refuses.

The number itself lives in the memory of one request. What is kept is its mark, in `card_mark`, until the day is over;
the day's key is a file beside the database (`server.db.daykeys`), and goes with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from server.domain import cards, line
from server.domain.calendar import local_day
from server.domain.errors import N_ as _
from server.domain.hall import Hall
from server.domain.ticket import Ticket
from server.domain.words import TicketState
from server.services.ports import DayKeys, Json, Transaction, UnitOfWork
from server.services.texts import text

NO_CARDS = "off"


class Marks(Protocol):
    def forget_marks(self, office: str, before: date) -> int: ...


def keys_for(keys: DayKeys, hall: Hall, days: Iterable[date]) -> list[Json]:
    """What a kiosk needs to mark cards by itself on these days; none where the office asks for no card."""
    if hall.config.card == NO_CARDS:
        return []
    keys.forget(hall.config.code, hall.day)
    wanted = sorted({hall.day, *(day for day in days if day > hall.day)})
    return [{"day": day.isoformat(), "key": keys.of(hall.config.code, day).hex()} for day in wanted]


def refuse_second(tx: Transaction, service: str, mark: str) -> None:
    """Refuse a second number of a field; a number that its holder missed ends, since nobody holds two."""
    earlier = _earlier(tx, service, mark)
    cards.refuse_second(earlier)
    for ticket in earlier:
        if ticket.state is TicketState.NO_SHOW:
            tx.record(line.cancel(tx.hall, ticket.id, tx.now))


def note(tx: Transaction, ticket: Ticket, service: str, mark: str) -> None:
    row = {"ticket_id": ticket.id, "day": ticket.day, "service": service, "mark": mark}
    tx.add("card_mark", row)


def repeated(tx: Transaction, service: str, mark: str) -> str | None:
    """What staff are to know of a number that was given without the server to a card that has one: two kiosks that
    are alone cannot see each other, and whoever holds a paper is served."""
    held = cards.standing(_earlier(tx, service, mark))
    return text("vi", _("Cùng thẻ với số %(number)s đã lấy hôm nay"), {"number": held.number}) if held else None


def _earlier(tx: Transaction, service: str, mark: str) -> list[Ticket]:
    rows = tx.rows("card_mark", office_id=tx.hall.config.id, day=tx.hall.day, mark=mark, service=service)
    found = [tx.hall.tickets.get(row["ticket_id"]) or tx.ticket(row["ticket_id"]) for row in rows]
    return [ticket for ticket in found if ticket is not None]


def forget(uow: UnitOfWork, keys: DayKeys, marks: Marks, office: str) -> int:
    """The night's work: keys and marks of days that are over. How many marks there were."""
    today = local_day(uow.now(), uow.hall(office).config.zone)
    keys.forget(office, today)
    return marks.forget_marks(office, today)
