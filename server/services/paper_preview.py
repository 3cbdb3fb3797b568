"""The paper as it would look with settings that are not saved yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from server.domain.errors import N_ as _
from server.domain.errors import NotFound
from server.domain.hall import Hall
from server.domain.office import OfficeConfig, TicketStyle
from server.domain.ticket import Ticket, format_number
from server.domain.words import Priority, TicketState
from server.services import printing
from server.services.ports import Json, PaperPicture

SAMPLE_SEQ, SAMPLE_AHEAD = 12, 5
SAMPLE_WAIT = {"low": 20 * 60, "high": 35 * 60}


@dataclass(frozen=True, slots=True)
class Sample:
    """Which ticket is looked at. `service`: its field, the first one when empty."""

    service: str = ""
    language: str = "vi"
    paper_mm: int = 80
    priority: bool = False
    track_url: str = ""


class NoPreview(NotFound):
    code, text = "no_preview", _("Máy chủ này không có phần in phiếu nên không xem trước được.")


def preview(
    draw: PaperPicture | None, config: OfficeConfig, style: TicketStyle, sample: Sample, now: datetime
) -> bytes:
    """A PNG of a ticket as `style` would have it: the words that a real ticket gets, drawn by what draws the paper."""
    if draw is None:
        raise NoPreview()
    hall = Hall(replace(config, ticket=style), now.astimezone(config.zone).date(), 0)
    service = hall.service(sample.service) if sample.service else next(iter(config.services.values()))
    ticket = Ticket(
        id="", day=hall.day, series=service.prefix, seq=SAMPLE_SEQ,
        number=format_number(service.prefix, SAMPLE_SEQ, service.digits), service=service.code,
        state=TicketState.WAITING, issued_at=now, arrived_at=now, state_since=now, track_token="",
        language=sample.language, priority=Priority.ELDERLY if sample.priority else None,
    )  # fmt: skip
    told: Json = {"people_ahead": SAMPLE_AHEAD, "expected_wait_s": SAMPLE_WAIT, "track_url": sample.track_url}
    return draw(printing.content(hall, ticket, told), sample.paper_mm)
