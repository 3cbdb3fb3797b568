"""The screens that other rooms bring (kiosk, display), the citizen's page, and the sign-in of screens as devices."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import segno
from flask import Blueprint, Flask, Response, request

from server.caller import BOARD_COOKIE, DEVICE_COOKIE, actor, base_url, screen
from server.domain.errors import OfficeNotFound
from server.domain.office import OfficeConfig
from server.services import board_layouts, following, recordings
from server.services.ports import PaperPicture
from server.services.recordings import Voice
from server.services.system import System
from server.web import phone
from server.web.shell import STATIC

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


def announcer_of(data_dir: Path) -> Any:
    """The voice of the room `display`; None where that room is not installed."""
    if not find_spec("display.page"):
        return None
    return import_module("display.speech.announcer").announcer(data_dir / "speech" / "cache")


def voice_of(announcer: Any) -> Voice | None:
    return None if announcer is None else import_module("display.page").VoiceRoom(announcer)


def paper_picture() -> PaperPicture | None:
    """How the room `hardware` draws paper; None where that room is not installed."""
    if not find_spec("hardware.printing"):
        return None

    def draw(content: Mapping[str, Any], dots: int) -> bytes:
        # Loaded when somebody looks at paper in administration: most servers never see any.
        picture: PaperPicture = import_module("hardware.printing.picture").picture
        return picture(content, dots)

    return draw


def register(app: Flask, system: System, announcer: Any) -> None:
    if find_spec("kiosk.page"):
        kiosk = import_module("kiosk.page").blueprint
        app.register_blueprint(kiosk(lambda: default_office(system), system.data_dir, _may_listen))
    if announcer is not None:
        app.register_blueprint(import_module("display.page").blueprint(_Offices(system), announcer))
    citizen = Blueprint("citizen", __name__)
    citizen.add_url_rule("/t/<token>", "phone", phone.page(system, locales()))
    citizen.add_url_rule("/t/worker.js", "worker", phone_worker)
    citizen.add_url_rule("/t/<token>/qr.svg", "qr", track_qr(system))
    app.register_blueprint(citizen)
    if system.demo:
        app.after_request(_sign_in_demo_screen(system))


def phone_worker() -> Response:
    """The service worker, at the address that lets it act for `/t/`."""
    script = (STATIC / "pages" / "phone" / "worker.js").read_text(encoding="utf-8")
    return Response(script, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


def _may_listen() -> bool:
    """Whether the caller may have screens read to it: a kiosk, or somebody who looks after one."""
    return actor().device == "kiosk" or actor().kind == "staff"


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


def rehearsal_of(system: System) -> Callable[[str, str, int, str], bool] | None:
    """Makes the sound of a call ahead; None where this server has no voice."""
    voice, offices = system.voice, _Offices(system)
    if voice is None:
        return None

    def prepare(code: str, number: str, counter: int, language: str) -> bool:
        office = offices.find(code)
        return office is not None and voice.prepare(office, number, counter, language)

    return prepare


class _Offices:
    """What the display asks about an office, as plain data: `display.page.Offices`."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._kept: dict[str, tuple[OfficeConfig, dict[str, Any]]] = {}

    def default(self) -> str:
        paired = screen()
        return (paired.office if paired else None) or default_office(self._system)

    def layouts(self, code: str) -> dict[str, Any]:
        config = self._system.uow.hall(code).config
        paired = screen()
        own = board_layouts.of_device(config, paired.id) if paired and paired.office == code else None
        return {"boards": board_layouts.layouts_view(config), "mine": own}

    def find(self, code: str) -> dict[str, Any] | None:
        try:
            config = self._system.uow.hall(code, at_least=0).config
        except OfficeNotFound:
            return None
        kept = self._kept.get(code)
        # Settings are never changed, only replaced, and a recording replaces them too: a thousand boards that fetch
        # one call ask the database once.
        if kept is None or kept[0] is not config:
            kept = self._kept[code] = config, recordings.hall_of(self._system.uow, self._system.media, code)
        return kept[1]
