"""A hall loudspeaker: what it says, in what order, and what becomes of it when something is missing."""

from __future__ import annotations

import io
import stat
import threading
import wave
from pathlib import Path
from typing import Any

import pytest

from hardware.agent.calls import Call, Known, Waiting, addresses, call_of, is_quiet
from hardware.agent.client import Unreachable
from hardware.agent.voice import HallVoice
from hardware.drivers.base import BadSettings, Device
from hardware.drivers.speaker import KEPT, AlsaSpeaker, FileSpeaker, PlayFailed
from hardware.simulate.world import World
from tests.hardware.fakes import FakeHost, eventually


def sound(seconds: float = 0.05) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(round(16000 * seconds)))
    return out.getvalue()


def view(number: str, counter: int = 1, count: int = 1, at: str = "09:00:00", language: str = "vi") -> dict[str, Any]:
    return {
        "ticket_id": f"t-{number}", "number": number, "counter": counter, "call_count": count, "language": language,
        "called_at": f"2026-11-20T{at}.000+07:00",
    }  # fmt: skip


def called(**what: Any) -> dict[str, Any]:
    return {"type": "ticket.called", "data": {"call": view(**what), "ticket": {"id": f"t-{what['number']}"}}}


def snapshot(*calls: dict[str, Any], at: str = "09:00:05") -> dict[str, Any]:
    counters = [{"number": 1, "zone": "A"}, {"number": 2, "zone": "B"}]
    return {"at": f"2026-11-20T{at}.000+07:00", "calls": list(calls), "counters": counters}


class Hall:
    """A server that has a sound for every address, and loudspeakers that finish when the test says so."""

    def __init__(self) -> None:
        self.voice: dict[str, Any] = {"edition": "e1", "languages": ["vi"], "quiet": [], "max_age_s": 60}
        self.reports: list[tuple[str, str, str]] = []
        self.now = 0.0
        self.gone = False
        self.spoken: list[Call] = []
        self.hall = HallVoice(self._fetch, lambda: "demo", lambda: self.now, self._report, self.spoken.append)

    def _fetch(self, path: str) -> bytes:
        import json

        if self.gone:
            raise Unreachable("gone")
        return json.dumps(self.voice).encode() if path == "/display/demo/voice.json" else path.encode()

    def _report(self, device: Device, state: str, message: str) -> None:
        self.reports.append((device.id, state, message))


class Mouth:
    """Notes what it plays; `hold` makes the first sound last until `go`."""

    def __init__(self, *, hold: bool = False, fails: Exception | None = None) -> None:
        self.played: list[str] = []
        self.go = threading.Event()
        self.fails = fails
        if not hold:
            self.go.set()

    def play(self, wav: bytes) -> None:
        self.played.append(wav.decode().split("/")[-2] + "/" + wav.decode().split("/")[-1].split("?")[0])
        self.go.wait(5)
        if self.fails:
            raise self.fails

    def close(self) -> None:
        self.go.set()


def speaker(name: str = "loa", counter: int | None = None, **settings: Any) -> Device:
    return Device(name, "speaker", name, "wav", counter, settings)


@pytest.fixture
def hall():
    made = Hall()
    yield made
    made.hall.close()


def test_calls_are_said_one_at_a_time_and_first_calls_before_repeated_ones(hall: Hall) -> None:
    mouth = Mouth(hold=True)
    hall.hall.install([(speaker(), mouth)])
    hall.hall.snapshot(snapshot())
    hall.hall.event(called(number="A001"))
    eventually(lambda: mouth.played)
    for number, count in (("A002", 2), ("A003", 1), ("A004", 2), ("A005", 1)):
        hall.hall.event(called(number=number, count=count))
    mouth.go.set()
    eventually(lambda: len(mouth.played) == 5)
    assert [said.split("/")[0] for said in mouth.played] == ["A001", "A003", "A005", "A002", "A004"]


def test_a_zones_loudspeaker_says_its_counters_only(hall: Hall) -> None:
    mouths = {"all": Mouth(), "b": Mouth(), "desk": Mouth()}
    hall.hall.install([
        (speaker("all"), mouths["all"]), (speaker("b", zone="B"), mouths["b"]), (speaker("desk", 1), mouths["desk"]),
    ])  # fmt: skip
    hall.hall.snapshot(snapshot())
    hall.hall.event(called(number="A001", counter=1))
    hall.hall.event(called(number="B001", counter=2))
    eventually(lambda: len(mouths["all"].played) == 2 and mouths["b"].played and mouths["desk"].played)
    assert (mouths["b"].played, mouths["desk"].played) == (["B001/2.vi.wav"], ["A001/1.vi.wav"])


def test_after_a_lost_connection_only_what_is_fresh_is_said(hall: Hall) -> None:
    mouth = Mouth()
    hall.hall.install([(speaker(), mouth)])
    hall.hall.snapshot(snapshot(view("A001")))
    hall.hall.snapshot(snapshot(view("A003", at="09:09:58"), view("A002", at="09:08:00"), view("A001"), at="09:10:00"))
    hall.hall.event(called(number="A003", at="09:09:58"))
    hall.hall.event(called(number="A004", at="09:10:01"))
    eventually(lambda: len(mouth.played) == 2)
    assert [said.split("/")[0] for said in mouth.played] == ["A003", "A004"], "nothing twice, nothing stale"


def test_who_is_served_and_what_is_too_old_is_not_called_any_more(hall: Hall) -> None:
    mouth = Mouth(hold=True)
    hall.hall.install([(speaker(), mouth)])
    hall.hall.snapshot(snapshot())
    hall.hall.event(called(number="A001"))
    eventually(lambda: mouth.played)
    hall.hall.event(called(number="A002"))
    hall.hall.event(called(number="A003"))
    hall.hall.event({"type": "ticket.serving", "data": {"ticket": {"id": "t-A002"}}})
    hall.now = 61.0
    hall.hall.event(called(number="A004"))
    mouth.go.set()
    eventually(lambda: len(mouth.played) == 2)
    assert mouth.played[1].startswith("A004")


def test_quiet_hours_by_the_offices_clock_and_languages(hall: Hall) -> None:
    mouth = Mouth()
    hall.voice |= {"quiet": [["11:30", "13:30"]], "languages": ["vi", "en"]}
    hall.hall.install([(speaker(), mouth)])
    hall.hall.snapshot(snapshot())
    hall.hall.event(called(number="A001", at="12:00:00"))
    hall.hall.event(called(number="A002", at="13:30:00"))
    eventually(lambda: len(mouth.played) == 2)
    assert mouth.played == ["A002/1.vi.wav", "A002/1.en.wav"]


def test_without_the_server_it_says_so_and_goes_on_when_it_is_back(hall: Hall) -> None:
    mouth = Mouth()
    hall.hall.install([(speaker(), mouth)])
    hall.hall.snapshot(snapshot())
    hall.gone = True
    hall.hall.event(called(number="A001"))
    eventually(lambda: ("loa", "warning") in [report[:2] for report in hall.reports])
    hall.gone = False
    eventually(lambda: mouth.played == ["A001/1.vi.wav"], 5)
    eventually(lambda: hall.reports[-1][:2] == ("loa", "ok"))


@pytest.mark.parametrize("failure", [PlayFailed("no sound card"), RuntimeError("a third party's mistake")])
def test_a_loudspeaker_that_fails_tells_the_office_and_tries_the_next_call(hall: Hall, failure: Exception) -> None:
    mouth = Mouth(fails=failure)
    hall.hall.install([(speaker(), mouth)])
    hall.hall.snapshot(snapshot())
    hall.hall.event(called(number="A001"))
    eventually(lambda: hall.reports)
    assert hall.spoken == []
    assert hall.reports[0][1] == "error" and str(failure) in hall.reports[0][2]
    mouth.fails = None
    hall.hall.event(called(number="A002"))
    eventually(lambda: hall.reports[-1][1] == "ok" and [call.number for call in hall.spoken] == ["A002"])


def test_a_ticket_in_a_language_nobody_speaks_is_left_to_the_server() -> None:
    call = call_of(view("A001", language="km"))
    assert addresses("demo", call, {"languages": ["vi"], "edition": "x"}) == ["/display/demo/speech/A001/1.km.wav?v=x"]
    blank = call_of(view("ĐA01", language="", count=2))
    assert addresses("demo", blank, {}) == ["/display/demo/speech/%C4%90A01/1.vi.wav?v=&recall=1"]


def test_the_rules_by_themselves() -> None:
    call = call_of(view("A001", at="11:30:00"))
    assert is_quiet(call, [["11:30", "13:30"]]) and not is_quiet(call, [["13:30", "17:00"]])
    assert Known().after_snapshot(snapshot(view("A001", at="09:00:04")))[1] == [], "at the start nothing is news"
    waiting = Waiting().add(Call("r", 2, "R", 1, "vi", ""), 0)
    for n in range(5):
        waiting = waiting.add(Call(f"{n}", 1, f"A{n}", 1, "vi", ""), n + 1)
    assert [held.number for held, _ in waiting.calls] == ["A0", "A1", "A2", "R", "A3", "A4"]


# ---- the drivers ------------------------------------------------------------------------------------------------


def player(folder: Path, script: str) -> str:
    path = folder / "player"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_alsa_gets_the_sound_at_its_standard_input(tmp_path: Path) -> None:
    program = player(tmp_path, f'echo "$@" > {tmp_path}/args; cat > {tmp_path}/heard')
    host = FakeHost()
    driver = AlsaSpeaker(speaker(player=program, output="plughw:1,0"), host)
    driver.play(sound())
    assert (tmp_path / "heard").read_bytes() == sound()
    assert (tmp_path / "args").read_text().split() == ["-q", "-D", "plughw:1,0", "-"]
    assert host.reports == [("loa", "ok", "")]
    driver.close()
    with pytest.raises(PlayFailed):
        driver.play(sound())


@pytest.mark.parametrize(
    ("script", "wav", "why"),
    [
        ("cat > /dev/null; echo 'audio open error: no device' >&2; exit 1", sound(), "audio open error"),
        ("exec sleep 30", sound(), "không phát hết"),
        ("cat > /dev/null", b"<html>", "không đọc được"),
    ],
)
def test_what_keeps_a_hall_silent_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, wav: bytes, why: str
) -> None:
    if "sleep" in script:
        monkeypatch.setattr("hardware.drivers.speaker.GRACE_S", 0.2)
    driver = AlsaSpeaker(speaker(player=player(tmp_path, script)), FakeHost())
    with pytest.raises(PlayFailed, match=why):
        driver.play(wav)
    driver.close()


def test_a_machine_without_a_player_says_which_package_brings_it() -> None:
    with pytest.raises(BadSettings, match="alsa-utils"):
        AlsaSpeaker(speaker(player="no-such-player"), FakeHost())


def test_the_simulated_loudspeaker_writes_files_and_keeps_the_last(tmp_path: Path) -> None:
    world = World(tmp_path)
    [device] = world.prepare([speaker("loa-1", zone="A")])
    driver = FileSpeaker(device, FakeHost())
    for _n in range(KEPT + 5):
        driver.play(sound())
    kept = world.sounds("loa-1")
    assert len(kept) == KEPT and kept[-1].stem == f"{KEPT + 5:06}"
    assert kept[-1].read_bytes() == sound()
    assert device.settings["zone"] == "A"
