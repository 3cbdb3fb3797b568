"""The board's pages and the sound of its calls, as a blueprint under `/display`.

The composition root hands in the announcer and a way to look offices up, so this room never imports the server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

import structlog
from flask import Blueprint, Response, abort, jsonify, render_template, request
from flask_babel import gettext as _

from display.speech import clips, words
from display.speech.announcer import Announcer, Hall, hall
from display.speech.polish import Refused
from display.speech.script import script
from display.speech.studio import SpeechUnavailable
from display.speech.words import LANGUAGES

log = structlog.get_logger(__name__)

NUMBER = re.compile(r"[A-ZĐ]{0,2}[0-9]{3,4}")
TAG = re.compile(r"[a-z]{2,3}")
_YEAR = 365 * 24 * 3600


class Offices(Protocol):
    """Offices, as the board needs them."""

    def default(self) -> str:
        """The code of the office of a page that was opened without `?office=`."""
        ...

    def find(self, code: str) -> Mapping[str, Any] | None:
        """What `display.speech.announcer.hall` reads: code, name, counters, prefixes, voice, clips; None if unknown."""
        ...

    def layouts(self, code: str) -> Mapping[str, Any]:
        """`boards`: the layouts of an office; `mine`: that of the paired screen which asks, None for any other."""
        ...


def blueprint(offices: Offices, voice: Announcer) -> Blueprint:
    """`/display`, the sound of each announcement, and the page where a person listens to all of them."""
    pages = Blueprint(
        "display", __name__, url_prefix="/display", template_folder="templates", static_folder="static",
        static_url_path="/static",
    )  # fmt: skip

    def find(code: str) -> Hall | None:
        description = offices.find(code)
        return None if description is None else hall(description)

    @pages.get("")
    def board() -> str:
        code = request.args.get("office") or offices.default()
        if not code:  # a screen may be hung up before the office is set up
            return render_template("display/none.html")
        place = find(code)
        if place is None:
            abort(404)
        config = {"office": place.code, "name": place.name, "voice": voice_view(voice, place), **offices.layouts(code)}
        return render_template("display/board.html", config_json=config)

    @pages.get("/worker.js")
    def worker() -> Response:
        """The board's service worker, for the page above: its own folder would not reach so far."""
        script = pages.send_static_file("worker.js")
        script.headers["Service-Worker-Allowed"] = "/display"
        script.headers["Cache-Control"] = "no-cache"
        return script

    @pages.get("/<office>/voice.json")
    def voice_settings(office: str) -> Response:
        place = find(office)
        if place is None:
            return _problem(404, "office_not_found", _("Không có đơn vị này."))
        response = jsonify(voice_view(voice, place))
        response.headers["Cache-Control"] = "no-cache"
        return response

    @pages.get("/<office>/speech/<number>/<int:counter>.<language>.wav")
    def speech(office: str, number: str, counter: int, language: str) -> Response:
        place = find(office)
        known = place is not None and counter in place.counters and NUMBER.fullmatch(number)
        if place is None or not known or not TAG.fullmatch(language):
            return _problem(404, "announcement_not_found", _("Không có lời gọi này."))
        recall = request.args.get("recall") == "1"
        voice.asked(place)
        try:
            wav = voice.wav(place, number, counter, place.said(language), recall=recall)
        except SpeechUnavailable as error:
            log.warning("speech.unavailable", office=office, number=number, counter=counter, error=str(error))
            refusal = _problem(503, "speech_unavailable", _("Chưa đọc được lời gọi. Xin thử lại sau giây lát."))
            refusal.headers["Retry-After"] = "2"
            return refusal
        return _sound(wav, for_ever=request.args.get("v") == voice.edition(place))

    @pages.get("/<office>/listen")
    def listen(office: str) -> str:
        place = find(office)
        if place is None:
            abort(404)
        config = {"office": place.code, "edition": voice.edition(place)}
        return render_template(
            "display/listen.html", config_json=config, office_name=place.name, recorded=any(place.clips.values()),
            prefixes=place.prefixes or ("",), rows=listening_rows(place),
        )  # fmt: skip

    return pages


def listening_rows(place: Hall) -> list[dict[str, object]]:
    """Each counter with its words, and what of them no clip says."""
    sample = f"{(place.prefixes or ('',))[0]}012"
    return [
        {
            "counter": number,
            "said": {language: words.counter(number, names, language) for language in LANGUAGES},
            "unrecorded": clips.missing(place.wording.sentence(sample, number, names, "vi"), place.clips.get("vi", {})),
        }
        for number, names in place.counters.items()
    ]


def voice_view(voice: Announcer, place: Hall) -> dict[str, object]:
    """What a loudspeaker must know, a browser's or an agent's."""
    return {
        "edition": voice.edition(place),
        "languages": list(place.languages),
        "quiet": [list(window) for window in place.quiet],
        "max_age_s": place.max_age_s,
    }


class VoiceRoom:
    """The voice as the server's use cases know it (`server.services.recordings.Voice`): plain data in and out."""

    def __init__(self, voice: Announcer) -> None:
        self._voice = voice

    def script(self, office: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [
            {"language": phrase.language, "text": phrase.text, "group": phrase.group, "needed": phrase.needed}
            for phrase in script(hall(office))
        ]

    def polish(self, wav: bytes) -> dict[str, Any]:
        """{wav, seconds, lufs}, or {refused: code}."""
        try:
            done = self._voice.polish(wav)
        except Refused as refused:
            return {"refused": refused.code}
        except SpeechUnavailable as error:
            log.warning("speech.unavailable", error=str(error))
            return {"refused": "speech_unavailable"}
        return {"wav": done.wav, "seconds": done.seconds, "lufs": done.lufs}

    def prepare(self, office: Mapping[str, Any], number: str, counter: int, language: str) -> bool:
        """Make what boards will ask for when this number is called; False where no board asks."""
        place = hall(office)
        if counter not in place.counters or not self._voice.is_asked(place):
            return False
        for spoken in place.languages if len(place.languages) > 1 else (place.said(language),):
            try:
                self._voice.wav(place, number, counter, spoken)
            except SpeechUnavailable as error:
                log.info("speech.not_prepared", office=place.code, number=number, error=str(error))
        return True

    def close(self) -> None:
        self._voice.close()


def _sound(wav: bytes, *, for_ever: bool) -> Response:
    response = Response(wav, mimetype="audio/wav")
    response.add_etag()
    # The edition in the address stands for everything that shapes the sound; without it, ask each time.
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if for_ever else "no-cache"
    response.headers["Accept-Ranges"] = "none"
    response.make_conditional(request)
    return response


def _problem(status: int, code: str, detail: str) -> Response:
    response = jsonify(type=f"about:blank#{code}", title=detail, status=status, code=code, detail=detail)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response
