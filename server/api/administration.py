"""For administrators: the office's own description, its people, and the log of what was done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, request
from pydantic import ValidationError

from server.api.problems import faults_of
from server.api.routing import nothing, route
from server.api.schemas import DevicePut, OfficePut, StaffCode, StaffPut, TryPolicy
from server.caller import actor, base_url, changed, system, uow
from server.domain.errors import N_, Invalid, Why
from server.domain.office import QueuePolicy, TicketStyle
from server.domain.words import Role
from server.services import (
    audit,
    device_setup,
    holiday_calendar,
    kiosk_staff,
    officediff,
    officefile,
    offices,
    paper_preview,
    photos,
    staff,
    tryout,
)
from server.services.faults import Fault, FileRefused
from server.services.texts import LANGUAGES

OTHER_OFFICE = N_("tệp này của đơn vị “%(code)s”, không phải “%(office)s”")


@route("GET", "/offices/<office>/config", "office.inspect", summary="The office as one description")
def read_config(office: str) -> Any:
    """With `?format=yaml` as the file that `motcua office import` takes."""
    description = offices.describe_office(uow(), office)
    if request.args.get("format") == "yaml":
        audit.note(uow(), office, actor(), "office.export")
        return Response(officefile.write(description), mimetype="application/yaml")
    return {"config_version": uow().hall(office).config.config_version, "office": description}


@route("PUT", "/offices/<office>/config", "office.configure", body=OfficePut, summary="Set the office as a whole")
def write_config(office: str, body: OfficePut) -> Any:
    """All or nothing: a fault anywhere changes nothing. `config_version` must be the one that was read."""
    checked = officefile.check(body.office) if body.office is not None else officefile.read(body.file or "")
    if checked.code != office:
        raise FileRefused([Fault("code", None, Why(OTHER_OFFICE, code=checked.code, office=office), "other_office")])
    if body.dry_run:
        offices.check_nobody_left(uow().hall(office), checked.description())
        return {"config_version": uow().hall(office).config.config_version, "changes": _would_change(office, checked)}
    offices.put_office(uow(), checked.description(), actor(), expected=body.config_version)
    return read_config(office=office)


def _would_change(office: str, wanted: officefile.OfficeFile) -> list[Any]:
    """Both sides in the file's own words, so that what only looks different is no change."""
    now = officefile.check(offices.describe_office(uow(), office))
    return officediff.changes(*(each.model_dump(mode="json", exclude_none=True) for each in (now, wanted)))


@route("POST", "/offices/<office>/policy/try", "office.inspect", body=TryPolicy,
       summary="Another order of calls, tried on a day that was")  # fmt: skip
def try_policy(office: str, body: TryPolicy) -> Any:
    """The arrivals of `day` (the newest one with any) under the present and under this policy; nothing is changed."""
    hall = uow().hall(office)
    day = body.day or hall.day - timedelta(days=1)
    policy = QueuePolicy(**body.policy.model_dump())
    return tryout.try_policy(system().figures, hall.config, policy, day, exact=body.day is not None)


@route("GET", "/offices/<office>/ticket/preview", "office.inspect", file="image/png",
       summary="The paper as it would look, as a picture")  # fmt: skip
def preview_paper(office: str) -> Response:
    """A PNG, drawn by what draws the paper, of settings that need not be saved: `ticket` is the office file's part of
    that name as JSON, `paper` its width in millimetres (58 or 80), `service`, `language`, `priority=1` the sample."""
    asked, parts = request.args, system()
    try:
        part = officefile.TicketPart.model_validate_json(asked.get("ticket", "{}"))
    except ValidationError as error:
        raise Invalid(detail=next(faults_of(error))) from None
    if asked.get("paper", "80") not in ("58", "80") or asked.get("language", "vi") not in LANGUAGES:
        raise Invalid(detail="paper: 58, 80; language: vi, en")
    sample = paper_preview.Sample(
        asked.get("service", ""), asked.get("language", "vi"), int(asked.get("paper", "80")),
        asked.get("priority") == "1", f"{base_url()}/t/{'x' * 22}",
    )  # fmt: skip
    style = TicketStyle(**part.model_dump(exclude_none=True))
    drawn = paper_preview.preview(parts.paper, uow().hall(office).config, style, sample, parts.clock())
    return Response(drawn, mimetype="image/png", headers={"Cache-Control": "no-store"})


@route("GET", "/offices/<office>/staff", "office.inspect", summary="People of the office")
def read_staff(office: str) -> Any:
    """Names of people: who has read them is written in the log."""
    audit.note(uow(), office, actor(), "staff.view")
    return {"staff": staff.staff_views(uow(), uow().hall(office).config.id)}


@route("PUT", "/offices/<office>/staff/<username>", "office.configure", body=StaffPut, summary="Add or change a person")
def write_staff(office: str, username: str, body: StaffPut) -> Any:
    with uow().command(office) as tx:
        wanted = (body.name, [Role(r) for r in body.roles], body.password, body.active)
        changed_id = staff.change_staff(tx, actor(), username, *wanted)
    changed(changed_id)
    return {"staff": staff.staff_views(uow(), uow().hall(office).config.id)}


@route("PUT", "/offices/<office>/staff/<username>/photo", "office.configure", summary="Give a person a photograph")
def write_photo(office: str, username: str) -> Any:
    """The body is the picture itself: JPEG, PNG or WebP, at most 8 MB. It is drawn anew; nothing else of it is kept."""
    request.max_content_length = photos.UPLOAD_MAX
    data = request.get_data(cache=False)
    with uow().command(office) as tx:
        return {"photo": photos.put_photo(tx, actor(), username, data)}


@route("DELETE", "/offices/<office>/staff/<username>/photo", "office.configure", status=204,
       summary="Take a person's photograph away")  # fmt: skip
def remove_photo(office: str, username: str) -> Any:
    with uow().command(office) as tx:
        photos.remove_photo(tx, actor(), username)
    return nothing()


@route("GET", "/photos/<digest>", "public", summary="An officer's photograph, as citizens see it at the counter")
def photo(digest: str) -> Response:
    """The address changes with the picture, so it may be kept for good."""
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Content-Disposition": "inline"}
    return Response(photos.picture(uow(), digest), mimetype="image/jpeg", headers=headers)


@route("GET", "/offices/<office>/audit", "audit.read", summary="What was done out of the ordinary, by whom and why")
def read_audit(office: str) -> Any:
    """Newest first; `intact` says whether every row still carries the seal of the one before it."""
    limit = min(request.args.get("limit", 200, type=int), 1000)
    return audit.read(uow(), uow().hall(office).config.id, limit)


@route("GET", "/offices/<office>/holidays", "office.inspect", summary="A year's public holidays, to be looked over")
def read_holidays(office: str) -> Any:
    """A proposal by `year`; nothing is set. `culture_day=1` counts 24 November: an office's decision."""
    hall = uow().hall(office)
    year = request.args.get("year", hall.day.year, type=int)
    if not 2007 <= year <= 2050:
        raise Invalid(detail="year: 2007–2050")
    return holiday_calendar.proposal(hall.config.calendar, year, culture_day=request.args.get("culture_day") == "1")


@route("GET", "/offices/<office>/devices/settings", "office.inspect", summary="Devices with what is set for them")
def read_devices(office: str) -> Any:
    return {"devices": device_setup.views(uow(), uow().hall(office).config.id)}


@route("POST", "/offices/<office>/devices", "device.manage", body=DevicePut, status=201, summary="Add a device")
def add_device(office: str, body: DevicePut) -> Any:
    with uow().command(office) as tx:
        device_id = device_setup.create(tx, actor(), body.model_dump())
    return device_setup.view(uow(), device_id), 201


@route("PUT", "/offices/<office>/devices/<device_id>", "device.manage", body=DevicePut, summary="Change a device")
def change_device(office: str, device_id: str, body: DevicePut) -> Any:
    with uow().command(office) as tx:
        device_setup.change(tx, actor(), device_id, body.model_dump())
    changed(device_id)
    return device_setup.view(uow(), device_id)


@route("PUT", "/offices/<office>/devices/<device_id>/staff-code", "device.manage", body=StaffCode,
       summary="The code that opens a kiosk's settings")  # fmt: skip
def set_staff_code(office: str, device_id: str, body: StaffCode) -> Any:
    """The kiosk learns it within ten seconds, as a hash, and goes by it without the server too."""
    with uow().command(office) as tx:
        kiosk_staff.set_code(tx, actor(), device_id, body.code)
    return device_setup.view(uow(), device_id)
