"""The office's own voice: the list of phrases, and a recording for each."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from server.api.media import content
from server.api.routing import nothing, route
from server.caller import actor, system, uow
from server.domain.errors import Unavailable
from server.services import recordings
from server.services.recordings import PhraseUnknown, Voice


@route("GET", "/offices/<office>/voice", "voice.record", summary="What to read aloud, and what was recorded")
def read_script(office: str) -> Any:
    """`needed` and `done` count the phrases without which a call falls back to the synthetic voice."""
    hall = recordings.hall_of(uow(), system().media, office)
    return recordings.script_view(uow(), _voice(), hall, uow().hall(office).config.id)


@route("PUT", "/offices/<office>/voice/<language>", "voice.record", summary="Record a phrase")
def record(office: str, language: str) -> Any:
    """The body is a 16-bit PCM WAV of at most 15 s; `phrase` one of the list. It is trimmed and brought to the one
    loudness of all calls before it is kept."""
    phrase = _phrase(office, language)
    made = recordings.polished(_voice(), content(recordings.WAV_MAX))
    digest = system().media.put(made["wav"])
    with uow().command(office) as tx:
        recordings.keep(tx, actor(), language, phrase, digest, made)
    return {"language": language, "text": phrase, "digest": digest, "seconds": made["seconds"], "lufs": made["lufs"]}


@route("GET", "/offices/<office>/voice/<language>", "voice.record", summary="Hear a recorded phrase")
def hear(office: str, language: str) -> Any:
    key = {"office_id": uow().hall(office).config.id, "language": language, "phrase": request.args.get("phrase", "")}
    row = uow().first("recording", **key)
    path = system().media.path(row["digest"]) if row else None
    if path is None or not path.exists():
        raise PhraseUnknown()
    return Response(path.read_bytes(), mimetype="audio/wav", headers={"Cache-Control": "no-cache"})


@route("DELETE", "/offices/<office>/voice/<language>", "voice.record", status=204, summary="Take a recording away")
def remove(office: str, language: str) -> Response:
    with uow().command(office) as tx:
        recordings.remove(tx, actor(), language, request.args.get("phrase", ""))
    return nothing()


def _voice() -> Voice:
    voice = system().voice
    if voice is None:
        raise Unavailable()
    return voice


def _phrase(office: str, language: str) -> str:
    phrase = request.args.get("phrase", "")
    hall = recordings.hall_of(uow(), system().media, office)
    if not any((each["language"], each["text"]) == (language, phrase) for each in _voice().script(hall)):
        raise PhraseUnknown()
    return phrase
