"""For auditors and inspectors: a day as one archive, comments, and the refusal to alter what was written."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, request

from server.api.routing import route
from server.caller import actor, system, uow
from server.domain.errors import AppendOnly, Invalid
from server.services import comments, inspection, retention


@route("GET", "/offices/<office>/inspection", "audit.read", file="application/zip",
       summary="One day as an archive for an inspector")  # fmt: skip
def export_day(office: str) -> Any:
    """`day` (today): tickets with their states, pauses, ratings and the log, each file with its hash in a manifest.
    `motcua inspect verify` checks it. Making one is written in the log."""
    made = inspection.export(uow(), actor(), office, _day(office))
    headers = {
        "Content-Disposition": f'attachment; filename="{made.name}"',
        "X-Manifest-SHA256": made.manifest_hash,
        "Cache-Control": "no-store",
    }
    return Response(made.content, mimetype="application/zip", headers=headers)


@route("GET", "/offices/<office>/ratings/comments", "comment.read", summary="What people wrote with their ratings")
def read_comments(office: str) -> Any:
    """Of a `day` (today), without telephone and identity numbers. Who has read them is written in the log."""
    day = _day(office)
    return {"day": day.isoformat(), "comments": comments.read(uow(), system().vault, actor(), office, day)}


@route("GET", "/offices/<office>/retention", "office.inspect", summary="How long what is kept about people is kept")
def read_retention(office: str) -> Any:
    """The rules with their dates, what is held now, and what the next run would forget."""
    return retention.overview(uow(), system().shelves, office)


def _refuse_alteration(office: str, row: str) -> Any:
    """Nobody may: whoever tries is told so, and written down."""
    table = "audit" if "/audit/" in request.path else "rating"
    with uow().command(office) as tx:
        who = actor()
        detail = {"method": request.method, "row": row[:40]}
        tx.attempt(who.label, f"{table}.alter_refused", subject=row[:40], address=who.address, detail=detail)
        raise AppendOnly()


for _what, _name in (("audit", "log"), ("ratings", "rating")):
    for _method in ("PUT", "PATCH", "DELETE"):
        def _view(office: str, row: str) -> Any:
            return _refuse_alteration(office, row)

        _view.__name__ = f"{_method.lower()}_{_name}_row"
        _view.__doc__ = "Always refused, and the attempt is written in the log: what happened is not altered."
        _summary = f"Refused: no {_name} row is altered"
        route(_method, f"/offices/<office>/{_what}/<row>", "floor.watch", summary=_summary)(_view)


def _day(office: str) -> date:
    text = request.args.get("day")
    if not text:
        return uow().hall(office).day
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(detail="day: 2026-11-20") from None
