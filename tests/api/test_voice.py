"""An office records its own voice: from the list of phrases to a call that is said in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from display.speech.announcement import RATE
from display.speech.sound import TARGET_LUFS, read_wav, write_wav
from server.app import Server
from tests.api.conftest import Person
from tests.unit.display.sounds import tone, with_silence

SAID = write_wav(with_silence(tone(0.3, 0.1), 0.3, 0.4))
VOICE = "/offices/demo/voice"


def send(person: Person, phrase: str, data: bytes = SAID, language: str = "vi") -> TestResponse:
    return person.client.put(
        f"/api/v1{VOICE}/{language}", query_string={"phrase": phrase}, data=data, content_type="audio/wav",
        headers=person.headers | {"Accept-Language": "vi"},
    )  # fmt: skip


def listed(person: Person) -> dict[str, Any]:
    return dict(person.get(VOICE).json or {})


def edition(person: Person) -> str:
    return str((person.client.get("/display/demo/voice.json").json or {})["edition"])


@pytest.fixture
def head(sign_in: Callable[[str], Person]) -> Person:
    return sign_in("head")


def test_a_phrase_is_recorded_played_back_replaced_and_taken_away(head: Person, anybody: Person) -> None:
    before = listed(head)
    assert (before["done"], before["needed"]) == (0, len(before["phrases"]))
    assert [phrase["text"] for phrase in before["phrases"][:2]] == ["xin mời số thứ tự", "đến"]
    assert before["phrases"][0]["recorded"] is None
    silent = edition(anybody)

    answer = send(head, "đến")
    assert answer.status_code == 200, answer.json
    assert answer.json and answer.json["lufs"] == pytest.approx(TARGET_LUFS, abs=0.5)
    assert listed(head)["done"] == 1
    assert edition(anybody) != silent, "boards fetch the call anew"
    back = head.get(f"{VOICE}/vi?phrase=đến")
    assert back.mimetype == "audio/wav"
    assert read_wav(back.data, RATE, 5).seconds == pytest.approx(0.3, abs=0.06)

    again = send(head, "đến", write_wav(with_silence(tone(0.5, 0.1), 0.3, 0.4)))
    assert again.json and again.json["digest"] != answer.json["digest"]
    assert listed(head)["done"] == 1
    gone = head.client.delete(f"/api/v1{VOICE}/vi?phrase=đến", headers=head.headers)
    assert gone.status_code == 204
    assert listed(head)["done"] == 0
    assert edition(anybody) == silent
    assert head.get(f"{VOICE}/vi?phrase=đến").status_code == 404


def test_the_whole_list_makes_the_call_human(head: Person, anybody: Person, server: Server) -> None:
    synthetic = anybody.client.get("/display/demo/speech/A012/3.vi.wav").data
    for phrase in listed(head)["phrases"]:
        assert send(head, phrase["text"]).status_code == 200, phrase
    view = listed(head)
    assert view["done"] == view["needed"] > 0
    human = anybody.client.get("/display/demo/speech/A012/3.vi.wav").data
    assert human != synthetic
    said = read_wav(human, RATE, 30)
    assert said.lufs() == pytest.approx(TARGET_LUFS, abs=1)
    # Eight clips of 0.3 s twice, a chime, the pauses: nobody hears 473 Hz of a synthesiser in between.
    assert said.seconds < read_wav(synthetic, RATE, 30).seconds


@pytest.mark.parametrize(
    ("data", "code", "text"),
    [
        (b"", "recording_empty", "không có dữ liệu"),
        (b"MZ" + bytes(500), "recording_not_wav", "không phải âm thanh WAV"),
        (write_wav(tone(16)), "recording_too_long", "15 giây"),
        (write_wav(tone(1, 0.0005)), "recording_silent", "Không nghe thấy"),
    ],
)
def test_a_recording_that_cannot_be_used_is_refused_with_a_reason(
    head: Person, data: bytes, code: str, text: str
) -> None:
    answer = send(head, "đến", data)
    assert answer.json and (answer.status_code, answer.json["code"]) == (422, code)
    assert text in answer.json["detail"]
    caller = head.headers | {"Accept-Language": "en"}
    english = head.client.put(f"/api/v1{VOICE}/vi?phrase=đến", data=data, headers=caller)
    assert english.json and english.json["detail"] != answer.json["detail"], "there is an English text"
    assert listed(head)["done"] == 0


def test_a_body_that_is_too_large_is_refused(head: Person) -> None:
    answer = send(head, "đến", bytes(6_000_001))
    assert answer.json and (answer.status_code, answer.json["code"]) == (413, "too_large")


@pytest.mark.parametrize(("language", "phrase"), [("vi", "chào buổi sáng"), ("fr", "đến"), ("vi", ""), ("en", "đến")])
def test_only_what_calls_need_is_recorded(head: Person, language: str, phrase: str) -> None:
    answer = send(head, phrase, language=language)
    assert answer.json and (answer.status_code, answer.json["code"]) == (404, "phrase_unknown")


def test_quiet_hours_come_with_the_offices_settings(sign_in: Callable[[str], Person], anybody: Person) -> None:
    admin = sign_in("admin")
    config = dict(admin.get("/offices/demo/config").json or {})
    office = config["office"]
    office["texts"] = {"voice": {"quiet": [["11:30", "13:30"]], "max_age_s": 60}}
    body = {"config_version": config["config_version"], "office": office}
    assert admin.client.put("/api/v1/offices/demo/config", json=body, headers=admin.headers).status_code == 200
    told = anybody.client.get("/display/demo/voice.json").json or {}
    assert (told["quiet"], told["max_age_s"]) == ([["11:30", "13:30"]], 60)

    written = admin.get("/offices/demo/config?format=yaml").text
    assert "quiet:" in written
    office["texts"] = {"voice": {"quiet": [["13:30", "11:30"]]}}
    body["config_version"] = dict(admin.get("/offices/demo/config").json or {})["config_version"]
    refused = admin.client.put("/api/v1/offices/demo/config", json=body, headers=admin.headers)
    assert refused.json and refused.json["code"] == "office_file_refused"
    assert "quiet: các khung giờ phải lần lượt theo nhau" in refused.json["detail"]


def test_recording_is_in_the_log(head: Person, sign_in: Callable[[str], Person]) -> None:
    send(head, "đến")
    rows = (sign_in("admin").get("/offices/demo/audit").json or {})["rows"]
    assert [row["subject"] for row in rows if row["action"] == "voice.record"] == ["đến"]
