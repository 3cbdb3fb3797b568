"""The screens that other rooms bring (kiosk, display), the citizen's page, and the sign-in of screens as devices."""

from __future__ import annotations

import io
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import segno
from flask import Blueprint, Flask, Response, request

from server.caller import BOARD_COOKIE, DEVICE_COOKIE, base_url, screen
from server.domain.errors import OfficeNotFound
from server.services import board_layouts, following
from server.services.system import System
from server.web import phone

ROOMS = ("kiosk", "display", "server", "hardware")
SCREENS_AS_DEVICES = {"/kiosk": "kiosk", "/rate": "panel", "/display": "board"}


@cache
def locales() -> tuple[Path, ...]:
    """Where each room keeps its catalogues."""
    found = []
    for room in ROOMS:
        spec = find_spec(room)
        if spec is not None and spec.submodule_search_locations:
            found.append(Path(next(iter(spec.submodule_search_locations))) / "locale")
    return tuple(found)


def default_office(system: System) -> str:
    """The office of a page that was opened without `?office=`: the only or the first one."""
    rows = sorted(system.uow.rows("office"), key=lambda row: (row["code"] != "demo", str(row["code"])))
    return str(rows[0]["code"]) if rows else ""


def register(app: Flask, system: System) -> None:
    if find_spec("kiosk.page"):
        app.register_blueprint(import_module("kiosk.page").blueprint(lambda: default_office(system)))
    if find_spec("display.page"):
        app.register_blueprint(import_module("display.page").blueprint(_Offices(system), system.data_dir))
    citizen = Blueprint("citizen", __name__)
    citizen.add_url_rule("/t/<token>", "phone", phone.page(system, locales()))
    citizen.add_url_rule("/t/<token>/qr.svg", "qr", track_qr(system))
    app.register_blueprint(citizen)
    if system.demo:
        app.after_request(_sign_in_demo_screen(system))


def track_qr(system: System) -> Any:
    """The QR of a ticket as a picture, for a kiosk whose paper is gone."""

    def view(token: str) -> Response:
        following.find(system.uow, token)
        buffer = io.BytesIO()
        code = segno.make(f"{base_url()}/t/{token}", error="m", micro=False)
        code.save(buffer, kind="svg", border=4, scale=8, xmldecl=False)
        return Response(
            buffer.getvalue(), mimetype="image/svg+xml", headers={"Cache-Control": "private, max-age=86400"}
        )

    return view


def _sign_in_demo_screen(system: System) -> Any:
    """In the demo whoever opens a screen is that screen; elsewhere a screen is paired with a one-time code."""

    def sign_in(response: Response) -> Response:
        kind = SCREENS_AS_DEVICES.get(request.path)
        cookie = BOARD_COOKIE if kind == "board" else DEVICE_COOKIE
        if kind and response.status_code == 200 and cookie not in request.cookies:
            token = (system.data_dir / f"demo-{kind}.token").read_text().strip()
            response.set_cookie(cookie, token, httponly=True, samesite="Strict", secure=request.is_secure)
        return response

    return sign_in


class _Offices:
    """What the display asks about an office, as plain data: `display.page.Offices`."""

    def __init__(self, system: System) -> None:
        self._system = system

    def default(self) -> str:
        paired = screen()
        return (paired.office if paired else None) or default_office(self._system)

    def screen(self, code: str) -> dict[str, Any] | None:
        """The layout of the paired board that asks."""
        paired = screen()
        if paired is None or paired.office != code:
            return None
        return board_layouts.of_device(self._system.uow.hall(code).config, paired.id)

    def find(self, code: str) -> dict[str, Any] | None:
        try:
            config = self._system.uow.hall(code).config
        except OfficeNotFound:
            return None
        return {
            "code": config.code,
            "name": config.names["vi"],
            "counters": [{"number": c.number, "names": dict(c.names)} for c in config.counters.values()],
            "prefixes": sorted({s.prefix for s in config.services.values()}),
            "voice": dict(config.texts.get("voice", {})),
            "boards": board_layouts.layouts_view(config),
        }
