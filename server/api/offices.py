"""An office as everybody may see it, its board, today's ratings, and notices."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from server.api.routing import route
from server.api.schemas import BoardView, Body, CatalogueView, Notice, OfficeView, Stop
from server.caller import actor, base_url, system, uow
from server.domain.errors import Invalid
from server.domain.happenings import Told
from server.services import boards, catalogue, devices, rating, steering
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
            "printer": devices.printer_state(uow(), printer),
            "printer_id": printer,
            "track_base": f"{base_url()}/t/",
        }
    return view


@route("GET", "/offices/<office>/procedures", "office.read", answer=CatalogueView,
       summary="Procedures by service: papers, fee, time limit")  # fmt: skip
def procedures(office: str) -> Any:
    """What to bring for what. `ETag` is the office's `config_version`, which `GET /offices/<office>` carries too."""
    tag = f'"{uow().hall(office).config.config_version}"'
    if request.headers.get("If-None-Match") == tag:
        return Response(status=304, headers={"ETag": tag})
    view = encode(catalogue.catalogue_view(uow(), office))
    return Response(view, mimetype="application/json", headers={"ETag": tag})


@route("GET", "/offices/<office>/board", "office.read", answer=BoardView, summary="The board as it stands")
def board(office: str) -> Any:
    """Calls, counters and waiting numbers; no personal data. `ETag` is the version."""
    hall = uow().hall(office)
    tag = f'"{hall.version}-{hall.config.config_version}-{hall.day}"'
    if request.headers.get("If-None-Match") == tag:
        return Response(status=304, headers={"ETag": tag})
    now = system().clock().astimezone(hall.config.zone)
    view = board_view(hall) | {"at": now.isoformat(timespec="milliseconds"), "hours": boards.open_hours(hall, now)}
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


@route("GET", "/offices/<office>/next", "floor.watch", summary="Whom each counter would call now, and why")
def outlook(office: str) -> Any:
    """An outlook, not a promise: another counter of the same line may be quicker. `counter` asks for one."""
    hall = uow().hall(office)
    return {"version": hall.version, "counters": boards.outlook(hall, system().clock(), _counter_asked())}


def _counter_asked() -> int | None:
    asked = request.args.get("counter", "")
    if asked and not asked.isdecimal():
        raise Invalid(detail="counter")
    return int(asked) if asked else None


@route("POST", "/offices/<office>/services/<service>/stop", "floor.steer", body=Stop,
       summary="No more numbers of a field today")  # fmt: skip
def stop_service(office: str, service: str, body: Stop) -> Any:
    """Whoever holds a number is still served; tomorrow the field gives numbers again by itself."""
    with uow().command(office) as tx:
        return steering.stop_service(tx, actor(), service, body.reason)


@route("POST", "/offices/<office>/services/<service>/release", "floor.steer", body=Body,
       summary="Numbers of a stopped field again")  # fmt: skip
def release_service(office: str, service: str, body: Body) -> Any:
    with uow().command(office) as tx:
        return steering.release_service(tx, actor(), service)


@route("GET", "/offices/<office>/ratings/today", "rating.read", summary="Today's ratings by officer")
def ratings_today(office: str) -> Any:
    hall = uow().hall(office)
    officers = rating.today(uow(), hall, actor())
    return {"day": hall.day.isoformat(), "scale": hall.config.rating_scale, "officers": officers}


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
