"""A screen that is read aloud: the words alone, once, and from a voice that there is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from display.speech import announcement, sound
from display.speech.sound import Sound
from display.speech.studio import SpeechUnavailable
from kiosk import voice
from kiosk.page import blueprint
from tests.unit.display.sounds import tone


class Humming:
    def say(self, sentence: str, language: str) -> Sound | None:  # noqa: ARG002 - the interface's arguments
        return tone(1.0)


def test_a_text_is_read_once_and_without_a_chime() -> None:
    once = announcement.read_out("Mời ông/bà lấy số", "vi", [("synthetic", Humming())])
    call = announcement.compose("Mời ông/bà lấy số", "vi", [("synthetic", Humming())])
    assert once.voice == "synthetic"
    assert once.sound.seconds <= 1.0 < call.sound.seconds / 2


def test_without_a_voice_nothing_pretends_to_be_one() -> None:
    assert announcement.read_out("Mời", "vi", []).voice == "none"


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    asked: list[tuple[str, str]] = []

    class Studio:
        def read(self, text: str, language: str) -> object:
            asked.append((text, language))
            if text == "không có giọng":
                raise SpeechUnavailable("no voice")
            return type("Recording", (), {"wav": sound.write_wav(tone(0.1))})

    monkeypatch.setattr(voice, "Studio", lambda *_a, **_k: Studio())
    yield asked


def test_the_kiosk_has_its_screens_read_in_its_language_and_kept(said: list[tuple[str, str]], tmp_path: Path) -> None:
    client = _client(tmp_path, listener=True)
    for _ in range(2):
        answer = client.get("/kiosk/speech.wav", query_string={"lang": "en", "text": "Choose a field"})
        assert answer.status_code == 200 and answer.data.startswith(b"RIFF")
    client.get("/kiosk/speech.wav", query_string={"lang": "ko", "text": "번호"})
    assert said == [("Choose a field", "en"), ("번호", "vi")], "made once; no voice for it: the first one's"


def test_only_a_kiosk_and_only_words(said: list[tuple[str, str]], tmp_path: Path) -> None:
    kiosk, anybody = _client(tmp_path, listener=True), _client(tmp_path, listener=False)
    assert anybody.get("/kiosk/speech.wav?text=a").status_code == 403
    for text in ("", "x" * (voice.TEXT_MAX + 1), "a\x00b"):
        assert kiosk.get("/kiosk/speech.wav", query_string={"text": text}).status_code == 400
    assert said == []
    assert kiosk.get("/kiosk/speech.wav", query_string={"text": "không có giọng"}).status_code == 503


def _client(tmp_path: Path, *, listener: bool) -> object:
    app = Flask(__name__)
    app.register_blueprint(blueprint(lambda: "demo", tmp_path, lambda: listener))
    return app.test_client()
