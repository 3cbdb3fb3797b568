"""The board's addresses, asked as a browser asks them."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import Babel
from jinja2 import DictLoader

from display import page
from display.speech.announcement import Voice
from display.speech.announcer import Announcer, hall
from display.speech.sound import write_wav
from display.speech.store import Store
from display.speech.studio import Recording, SpeechUnavailable
from display.speech.words import Language
from tests.unit.display.sounds import recorded, tone

OFFICE: dict[str, Any] = {
    "code": "demo",
    "name": "Phường Khương Đình",
    "counters": [
        {"number": 3, "names": {"vi": "Quầy 3", "en": "Counter 3"}},
        {"number": 12, "names": {"vi": "Trả kết quả 2"}},
    ],
    "prefixes": ["A", "B"],
    "voice": None,
}
# The frame of all pages belongs to the server; here it is as small as can be.
FRAME = "{% block body %}{% endblock %}<script>{{ config_json | tojson }}</script>"


class OneOffice:
    def __init__(self, **changes: Any) -> None:
        self.description = OFFICE | changes

    def default(self) -> str:
        return "demo"

    def layouts(self, code: str) -> Mapping[str, Any]:
        return {"boards": [], "mine": None}

    def find(self, code: str) -> Mapping[str, Any] | None:
        return self.description if code == "demo" else None


class FakeStudio:
    """Makes a short tone of every sentence and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Language]] = []
        self.voice: Voice = "synthetic"
        self.refuses = False
        self.clips: Sequence[str] | None = None

    def record(self, sentence: str, language: Language, clips: Sequence[str] | None = None) -> Recording:
        if self.refuses:
            raise SpeechUnavailable("not now")
        self.asked.append((sentence, language))
        self.clips = clips
        return Recording(write_wav(tone(0.1)), self.voice)

    def close(self) -> None: ...


@pytest.fixture
def studio() -> FakeStudio:
    return FakeStudio()


@pytest.fixture
def site(studio: FakeStudio, tmp_path: Path) -> Callable[..., FlaskClient]:
    def make(**changes: Any) -> FlaskClient:
        app = Flask("test")
        app.jinja_loader = DictLoader({"base.html": FRAME})
        Babel(app, "vi")
        app.jinja_env.globals["csp_nonce"] = lambda: "n"
        voice = Announcer(Store(tmp_path / "cache"), studio)  # type: ignore[arg-type]
        app.register_blueprint(page.blueprint(OneOffice(**changes), voice))
        return app.test_client()

    return make


def edition_of(client: FlaskClient) -> str:
    return client.get("/display").get_data(as_text=True).split('"edition": "')[1].split('"')[0]


def test_a_call_is_a_wav(site: Callable[..., FlaskClient], studio: FakeStudio) -> None:
    answer = site().get("/display/demo/speech/A012/3.vi.wav")
    assert (answer.status_code, answer.mimetype) == (200, "audio/wav")
    with wave.open(io.BytesIO(answer.data)) as file:
        assert file.getnchannels() == 1
    assert studio.asked == [("Xin mời số thứ tự a không một hai, đến quầy số ba.", "vi")]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("A012/12.vi.wav", "Xin mời số thứ tự a không một hai, đến quầy trả kết quả số hai."),
        ("A012/3.vi.wav?recall=1", "Xin mời lại số thứ tự a không một hai, đến quầy số ba."),
        ("A012/3.en.wav", "Number A zero one two, please go to counter three."),
        ("A012/3.km.wav", "Xin mời số thứ tự a không một hai, đến quầy số ba."),
        ("ĐB105/3.en.wav?recall=1", "Calling again: number D B one zero five, please go to counter three."),
    ],
)
def test_counter_language_and_recall_are_in_the_sentence(
    site: Callable[..., FlaskClient], studio: FakeStudio, path: str, sentence: str
) -> None:
    assert site().get(f"/display/demo/speech/{path}").status_code == 200
    assert [asked for asked, _ in studio.asked] == [sentence]


@pytest.mark.parametrize(
    "path",
    [
        "none/speech/A012/3.vi.wav", "demo/speech/A012/4.vi.wav", "demo/speech/A012/3.x.wav",
        "demo/speech/A1/3.vi.wav",
        "demo/speech/a012/3.vi.wav", "demo/speech/ABC012/3.vi.wav", "demo/speech/A01234/3.vi.wav",
        "demo/speech/A٠١٢/3.vi.wav", "demo/speech/..%2F012/3.vi.wav", "demo/speech/A012%0A/3.vi.wav",
    ],
)  # fmt: skip
def test_what_is_no_call_of_this_office_is_not_made(
    site: Callable[..., FlaskClient], studio: FakeStudio, path: str
) -> None:
    assert site().get(f"/display/{path}").status_code == 404
    assert studio.asked == []


def test_a_refusal_is_a_problem_with_a_code(site: Callable[..., FlaskClient], studio: FakeStudio) -> None:
    unknown = site().get("/display/demo/speech/A012/99.vi.wav")
    assert unknown.mimetype == "application/problem+json"
    assert unknown.json and unknown.json["code"] == "announcement_not_found"
    studio.refuses = True
    busy = site().get("/display/demo/speech/A012/3.vi.wav")
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "2")
    assert busy.json and busy.json["code"] == "speech_unavailable"


def test_it_is_made_once(site: Callable[..., FlaskClient], studio: FakeStudio) -> None:
    client = site()
    first, second = (client.get("/display/demo/speech/A012/3.vi.wav") for _ in range(2))
    assert first.data == second.data
    assert len(studio.asked) == 1


def test_a_sound_is_made_ahead_where_somebody_listens(studio: FakeStudio, tmp_path: Path) -> None:
    voice = Announcer(Store(tmp_path / "cache"), studio)  # type: ignore[arg-type]
    room, place = page.VoiceRoom(voice), hall(OFFICE)
    assert not room.prepare(OFFICE, "A012", 3, "vi")
    assert studio.asked == [], "a hall without a loudspeaker"
    voice.asked(place)
    assert room.prepare(OFFICE, "A012", 3, "vi")
    room.prepare(OFFICE | {"voice": {"languages": ["vi", "en"]}}, "A013", 3, "vi")
    room.prepare(OFFICE, "A014", 7, "vi")
    assert [language for _, language in studio.asked] == ["vi", "vi", "en"]
    voice.wav(place, "A012", 3, "vi")
    assert len(studio.asked) == 3, "the call itself waits for nothing"
    studio.refuses = True
    room.prepare(OFFICE, "A015", 3, "vi")


def test_a_chime_without_a_voice_is_played_but_not_kept(site: Callable[..., FlaskClient], studio: FakeStudio) -> None:
    client = site()
    studio.voice = "none"
    assert client.get("/display/demo/speech/A012/3.vi.wav").status_code == 200
    studio.voice = "synthetic"
    client.get("/display/demo/speech/A012/3.vi.wav")
    assert len(studio.asked) == 2


def test_browsers_keep_an_edition_for_ever_and_ask_for_anything_else(site: Callable[..., FlaskClient]) -> None:
    client = site()
    path = "/display/demo/speech/A012/3.vi.wav"
    assert "immutable" in client.get(f"{path}?v={edition_of(client)}").headers["Cache-Control"]
    for query in ("", "?v=", "?v=other"):
        answer = client.get(path + query)
        assert answer.headers["Cache-Control"] == "no-cache"
        assert client.get(path + query, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_another_wording_name_or_recording_is_another_edition(site: Callable[..., FlaskClient], tmp_path: Path) -> None:
    editions = [
        edition_of(site()),
        edition_of(site(voice={"style": "number"})),
        edition_of(site(voice={"invite": {"vi": "Mời {number} đến {counter}"}})),
        edition_of(site(counters=[{"number": 3, "names": {"vi": "Bàn 3"}}])),
    ]
    clips = recorded(tmp_path / "vi", {"xin mời": tone(0.2)})
    editions.append(edition_of(site(clips={"vi": clips})))
    assert len(set(editions)) == 5


def test_an_office_words_its_calls(site: Callable[..., FlaskClient], studio: FakeStudio) -> None:
    voice = {"invite": {"vi": "Mời công dân số {number} vào {counter}."}, "style": "number", "languages": ["en", "vi"]}
    client = site(voice=voice)
    client.get("/display/demo/speech/A012/3.vi.wav")
    assert studio.asked[0][0] == "Mời công dân số a mười hai vào quầy số ba."
    assert '"languages": ["vi", "en"]' in client.get("/display").get_data(as_text=True)


def test_a_wording_that_cannot_be_spoken_does_not_silence_the_office() -> None:
    assert hall(OFFICE | {"voice": {"invite": {"vi": "Mời {name}"}}}).wording == hall(OFFICE).wording


def test_the_board_needs_an_office_that_exists(site: Callable[..., FlaskClient]) -> None:
    client = site()
    assert '"office": "demo"' in client.get("/display").get_data(as_text=True)
    assert client.get("/display?office=demo").status_code == 200
    assert client.get("/display?office=none").status_code == 404
    assert client.get("/display/none/listen").status_code == 404


def test_a_person_can_listen_to_every_counter(site: Callable[..., FlaskClient]) -> None:
    text = site().get("/display/demo/listen").get_data(as_text=True)
    for said in ("quầy số ba", "quầy trả kết quả số hai", "counter three", 'data-counter="12"', "<option>B</option>"):
        assert said in text
    assert "Chưa thu âm" not in text


def test_who_records_a_voice_sees_what_is_missing(site: Callable[..., FlaskClient], tmp_path: Path) -> None:
    clips = recorded(tmp_path / "vi", {"xin mời số thứ tự": tone(0.2), "a không một hai": tone(0.2)})
    text = site(clips={"vi": clips}).get("/display/demo/listen").get_data(as_text=True)
    assert "đến, quầy, ba" in text


def test_a_call_is_put_together_from_the_recorded_voice(
    site: Callable[..., FlaskClient], studio: FakeStudio, tmp_path: Path
) -> None:
    said = {"mời": tone(0.2), "a": tone(0.2), "không": tone(0.2), "một": tone(0.2), "hai": tone(0.2), "vào": tone(0.2),
            "quầy số": tone(0.2), "ba": tone(0.2)}  # fmt: skip
    clips = recorded(tmp_path / "vi", said)
    client = site(clips={"vi": clips}, voice={"invite": {"vi": "Mời {number}, vào {counter}"}})
    client.get("/display/demo/speech/A012/3.vi.wav")
    names = [part if part == "," else Path(part).stem for part in studio.clips or ()]
    assert names == ["mời", "a", "không", "một", "hai", ",", "vào", "quầy số", "ba"]
    client.get("/display/demo/speech/A012/3.en.wav")
    assert studio.clips is None, "nobody recorded English"


def test_a_loudspeaker_is_told_the_offices_settings(site: Callable[..., FlaskClient]) -> None:
    voice = {"quiet": [["11:30", "13:30"]], "max_age_s": 60}
    told = site(voice=voice).get("/display/demo/voice.json").json
    assert told and told.pop("edition")
    assert told == {"languages": ["vi"], "quiet": [["11:30", "13:30"]], "max_age_s": 60}
    assert site().get("/display/none/voice.json").status_code == 404
