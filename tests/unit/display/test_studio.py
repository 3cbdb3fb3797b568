"""The speech worker's life, and the store of what it made."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from display.speech import sound
from display.speech.clips import pieces
from display.speech.polish import Refused
from display.speech.store import Store
from display.speech.studio import SpeechUnavailable, Studio, worker_command
from tests.unit.display.sounds import RATE, recorded, tone, with_silence

# Workers that misbehave on purpose: each is a whole little process.
ECHO = """
import socket, sys, os
from display.speech import wire
link = socket.socket(fileno=0)
while True:
    request, _ = wire.receive(link)
    if request["sentence"] == "die": os._exit(1)
    if request["sentence"] == "hang":
        while True: wire.receive(link)
    if request["sentence"] == "refuse":
        wire.send(link, {"error": "will not"}); continue
    wire.send(link, {"voice": "synthetic", "pid": os.getpid()}, str(os.getpid()).encode())
"""


@pytest.fixture
def studio():
    made = Studio([sys.executable, "-c", ECHO], timeout_s=5)
    yield made
    made.close()


def test_one_long_lived_process_makes_everything(studio: Studio) -> None:
    assert len({studio.record(f"sentence {n}", "vi").wav for n in range(5)}) == 1


def test_a_worker_that_died_is_replaced(studio: Studio) -> None:
    first = studio.record("a", "vi").wav
    os.kill(int(first), 9)
    assert studio.record("b", "vi").wav != first


def test_a_sentence_that_kills_the_worker_is_given_up_and_the_next_is_said(studio: Studio) -> None:
    with pytest.raises(SpeechUnavailable, match="stopped"):
        studio.record("die", "vi")
    assert studio.record("a", "vi").voice == "synthetic"


def test_a_worker_that_hangs_is_replaced_after_the_time_out() -> None:
    studio = Studio([sys.executable, "-c", ECHO], timeout_s=1.5)
    with pytest.raises(SpeechUnavailable, match=r"within 1\.5 s"):
        studio.record("hang", "vi")
    assert studio.record("a", "vi").voice == "synthetic"
    studio.close()


def test_a_refusal_keeps_the_worker(studio: Studio) -> None:
    first = studio.record("a", "vi").wav
    with pytest.raises(SpeechUnavailable, match="will not"):
        studio.record("refuse", "vi")
    assert studio.record("a", "vi").wav == first


def test_a_worker_that_cannot_start_says_so() -> None:
    studio = Studio([sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(SpeechUnavailable, match="stopped"):
        studio.record("a", "vi")
    studio.close()


def test_too_many_at_once_are_refused_not_queued_for_ever() -> None:
    studio = Studio([sys.executable, "-c", ECHO], timeout_s=1, most_waiting=1)
    refusals: list[str] = []

    def hang() -> None:
        with pytest.raises(SpeechUnavailable) as error:
            studio.record("hang", "vi")
        refusals.append(str(error.value))

    threads = [threading.Thread(target=hang) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    studio.close()
    assert sorted(refusals)[1:] == ["too many announcements are being made"] * 2


def test_the_process_ends_when_the_studio_closes(studio: Studio) -> None:
    pid = int(studio.record("a", "vi").wav)
    studio.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_real_worker_speaks_with_clips_first(tmp_path: Path) -> None:
    clips = recorded(tmp_path, {"xin chào": tone(0.5)})
    studio = Studio(worker_command())
    human, synthetic = studio.record("Xin chào", "vi", pieces("Xin chào", clips)), studio.record("Xin mời", "vi")
    studio.close()
    assert (human.voice, synthetic.voice) == ("recorded", "synthetic")
    assert 2 < sound.read_wav(human.wav, RATE, 30).seconds < 5


def test_the_real_worker_polishes_and_refuses() -> None:
    studio = Studio(worker_command())
    made = studio.polish(sound.write_wav(with_silence(tone(0.5, 0.05), 0.5, 0.5)))
    with pytest.raises(Refused) as refusal:
        studio.polish(b"not a wave")
    studio.close()
    assert (refusal.value.code, made.lufs) == ("recording_not_wav", pytest.approx(sound.TARGET_LUFS, abs=0.5))
    assert made.seconds == pytest.approx(0.5, abs=0.05)


UNDER_GEVENT = """
from gevent import monkey; monkey.patch_all()
import sys, gevent
from display.speech.studio import SpeechUnavailable, Studio
ticks = []
gevent.spawn(lambda: [(ticks.append(1), gevent.sleep(0.01)) for _ in range(1000)])
studio = Studio([sys.executable, "-c", sys.argv[1]], timeout_s=1)
try:
    studio.record("hang", "vi")
except SpeechUnavailable:
    print(len(ticks), studio.record("a", "vi").voice)
studio.close()
"""


def test_a_silent_worker_does_not_hold_up_the_hub() -> None:
    said = subprocess.run(
        [sys.executable, "-c", UNDER_GEVENT, ECHO], capture_output=True, text=True, timeout=60, check=True
    ).stdout.split()
    assert int(said[0]) > 20, "other greenlets stood still while the worker was waited for"
    assert said[1] == "synthetic"


def test_what_was_made_is_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.get("k", lambda: b"one") == b"one"
    assert store.get("k", lambda: b"two") == b"one"
    assert Store(tmp_path).get("k", lambda: b"three") == b"one"


def test_what_failed_is_not_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)

    def fail() -> bytes:
        raise SpeechUnavailable("not now")

    with pytest.raises(SpeechUnavailable):
        store.get("k", fail)
    assert list(tmp_path.iterdir()) == []
    assert store.get("k", lambda: b"one") == b"one"


def test_twenty_boards_at_once_make_it_once(tmp_path: Path) -> None:
    store, made, all_here = Store(tmp_path), [], threading.Barrier(20)

    def make() -> bytes:
        made.append(1)
        return b"sound"

    def ask(_: int) -> bytes:
        all_here.wait()
        return store.get("k", make)

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(ask, range(20))) == {b"sound"}
    assert len(made) == 1


def test_the_store_is_bounded_and_drops_what_was_not_used_longest(tmp_path: Path) -> None:
    store = Store(tmp_path, most_bytes=300)
    for age, key in enumerate(("old", "used", "new")):
        store.get(key, lambda: bytes(100))
        os.utime(tmp_path / f"{key}.wav", (1_000_000 + age, 1_000_000 + age))
    assert store.get("used", lambda: b"again") == bytes(100)
    os.utime(tmp_path / "used.wav", (2_000_000, 2_000_000))
    store.get("newest", lambda: bytes(150))
    assert {path.stem for path in tmp_path.iterdir()} == {"used", "newest"}
