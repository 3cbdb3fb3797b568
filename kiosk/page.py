"""The kiosk's page: a shell and its files. All it knows comes from the public API, whoever serves that."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, request

LANGUAGES = ("vi", "en")


def blueprint(default_office: Callable[[], str]) -> Blueprint:
    """`/kiosk`. `default_office` names the office of a kiosk that was opened without `?office=`."""
    kiosk = Blueprint(
        "kiosk", __name__, template_folder="templates", static_folder="static", static_url_path="/kiosk/static"
    )

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

    return kiosk
