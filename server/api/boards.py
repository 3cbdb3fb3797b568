"""What the hall's boards ask and tell: which layout they show, what they have spoken, whether they can be heard."""

from __future__ import annotations

from typing import Any

from server.api.routing import route
from server.api.schemas import BoardReport, BoardReported
from server.caller import actor, boards, screen, uow
from server.services import board_layouts
from server.services.boards_report import REPORT_EVERY_S, Heard


@route("GET", "/offices/<office>/boards", "office.read", summary="The office's board layouts")
def read_boards(office: str) -> Any:
    """`mine`: the layout of the paired board that asks, null for everybody else."""
    config = uow().hall(office).config
    asked_by = screen()
    mine = asked_by is not None and asked_by.office == office
    own = board_layouts.of_device(config, asked_by.id) if mine and asked_by else None
    return {"boards": board_layouts.layouts_view(config), "mine": own}


@route("POST", "/offices/<office>/boards/report", "board.report", body=BoardReport, answer=BoardReported,
       summary="What a board shows, and what its loudspeaker has spoken")  # fmt: skip
def report(office: str, body: BoardReport) -> Any:
    """Only a paired board or an agent may: what the public says of a loudspeaker must not tick an officer's screen.
    A report says what is so, hence needs no `Idempotency-Key`; the first one that tells a call writes it."""
    heard = [Heard(call.ticket_id, call.call_count) for call in body.heard]
    boards().take(office, actor(), body.model_dump(exclude={"heard"}), heard)
    return {"every_s": REPORT_EVERY_S}


@route("GET", "/offices/<office>/counters/<int:counter>/officer", "sign.read",
       summary="Who sits at a counter, for the sign over it")  # fmt: skip
def read_officer(office: str, counter: int) -> Any:
    """Name and photograph, for the office's own screens alone: the public board carries no person. Null when nobody
    sits there, or while the counter is closed."""
    return board_layouts.officer_at(uow().hall(office), counter)
