"""An office as everybody may see it, its board, today's ratings, and notices."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from server.api.routing import route
from server.api.schemas import BoardView, Notice, OfficeView
from server.caller import actor, base_url, system, uow
from server.domain.errors import Invalid
from server.domain.happenings import Told
from server.services import boards, devices, rating
from server.services.encoding import encode
from server.services.views import board_view

MORE_COUNTERS = 20


@route("GET", "/offices/<office>", "office.read", answer=OfficeView, summary="Services, counters, hours, texts")
def office(office: str) -> Any:
    view = boards.office_view(uow(), system().clock, office)
    who = actor()
    if who.kind == "device" and who.device == "kiosk" and who.office == office:
        printer = uow().hall(office).config.devices[who.id].printer
        view["kiosk"] = {
            "printer": _state_of(printer),
            "printer_id": printer,
            "track_base": f"{base_url()}/t/",
        }
    return view


@route("GET", "/offices/<office>/board", "office.read", answer=BoardView, summary="The board as it stands")
def board(office: str) -> Any:
    """Calls, counters and waiting numbers; no personal data. `ETag` is the version."""
    hall = uow().hall(office)
    tag = f'"{hall.version}-{hall.config.config_version}-{hall.day}"'
    if request.headers.get("If-None-Match") == tag:
        return Response(status=304, headers={"ETag": tag})
    view = board_view(hall) | {"at": system().clock().astimezone(hall.config.zone).isoformat(timespec="milliseconds")}
    return Response(encode(view), mimetype="application/json", headers={"ETag": tag})


@route("GET", "/offices/<office>/floor", "floor.watch", summary="The hall as staff see it")
def floor(office: str) -> Any:
    return boards.snapshot(uow(), system().clock, office, frozenset({"floor"}))


@route("GET", "/offices/<office>/what-if", "floor.watch", summary="The wait of a service with more counters")
def what_if(office: str) -> Any:
    """`service` and `counters` (1 to 20 more); both waits are for somebody who takes a number now."""
    more = request.args.get("counters", 1, type=int)
    if not 1 <= more <= MORE_COUNTERS:
        raise Invalid(detail=f"counters: 1–{MORE_COUNTERS}")
    return boards.plan_view(uow().hall(office), request.args.get("service", ""), more)


@route("GET", "/offices/<office>/ratings/today", "rating.read", summary="Today's ratings by officer")
def ratings_today(office: str) -> Any:
    hall = uow().hall(office)
    return {"day": hall.day.isoformat(), "scale": hall.config.rating_scale, "officers": rating.today(uow(), hall)}


@route("GET", "/offices/<office>/devices", "floor.watch", summary="Devices and their states")
def office_devices(office: str) -> Any:
    return {"devices": devices.device_views(uow(), uow().hall(office).config.id)}


@route("POST", "/offices/<office>/notice", "notice.post", body=Notice, summary="Show a notice on the boards")
def post_notice(office: str, body: Notice) -> Any:
    """An empty notice takes the present one away."""
    notice = {k: v for k, v in body.model_dump().items() if v} or None
    with uow().command(office) as tx:
        row = tx.rows("office", id=tx.hall.config.id)[0]
        settings = row["settings"] | {"texts": row["settings"].get("texts", {}) | {"notice": notice}}
        tx.change("office", {"id": row["id"]}, {"settings": settings})
        tx.reconfigure()
        tx.audit(actor().label, "notice.post", address=actor().address, detail=notice)
        tx.record(tx.hall.happen(Told, "board.notice", tx.now, data={"notice": notice}))
    return {"notice": notice}


def _state_of(device: str | None) -> dict[str, Any] | None:
    row = uow().first("device", id=device) if device else None
    return {"state": row["state"], "detail": row["detail"]} if row else None
