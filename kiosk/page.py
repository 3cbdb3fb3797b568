"""The kiosk's page: a shell and its files. All it knows comes from the public API, whoever serves that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request

from display.speech.studio import SpeechUnavailable
from kiosk.languages import LANGUAGES
from kiosk.voice import TEXT_MAX, Reader


def blueprint(default_office: Callable[[], str], data_dir: Path, may_listen: Callable[[], bool]) -> Blueprint:
    """`/kiosk`. `default_office` names the office of a kiosk that was opened without `?office=`; `may_listen` says
    whether the caller is a kiosk: a voice for everybody would be work for everybody."""
    kiosk = Blueprint(
        "kiosk", __name__, template_folder="templates", static_folder="static", static_url_path="/kiosk/static"
    )
    reader = Reader(data_dir / "speech" / "screens")

    @kiosk.get("/kiosk")
    def page() -> str:
        asked = request.args.get("lang", "")
        configuration = {
            "office": request.args.get("office") or default_office(),
            # What the kiosk speaks to each new citizen, until they choose.
            "lang": asked if asked in LANGUAGES else LANGUAGES[0],
            "languages": LANGUAGES,
        }
        return render_template("kiosk.html", config_json=configuration)

    @kiosk.get("/kiosk/speech.wav")
    def speech() -> Response:
        """A screen's words as sound."""
        text = request.args.get("text", "").strip()
        if not may_listen():
            abort(403)
        if not text or len(text) > TEXT_MAX or not text.isprintable():
            abort(400)
        try:
            return Response(reader.wav(text, request.args.get("lang", "")), mimetype="audio/wav")
        except SpeechUnavailable:
            abort(503)

    return kiosk
