"""What becomes of a recording, and which are refused with what reason."""

from __future__ import annotations

import io
import random
import wave
from array import array

import pytest

from display.speech import sound
from display.speech.polish import Refused, polish
from display.speech.sound import TARGET_LUFS, Sound, write_wav
from tests.unit.display.sounds import RATE, tone, with_silence


def noisy(said: Sound, level: float) -> Sound:
    """The same in a room that is never silent."""
    chance = random.Random(7)
    return Sound(array("d", (sample + chance.uniform(-level, level) for sample in said.samples)), said.rate)


@pytest.mark.parametrize("level", [0.02, 0.1, 0.9])
@pytest.mark.parametrize("rate", [22050, 44100, 48000])
def test_every_recording_comes_to_one_level_and_length(level: float, rate: int) -> None:
    made = polish(write_wav(with_silence(tone(0.8, level, rate=rate), 0.7, 1.1)))
    assert made.lufs == pytest.approx(TARGET_LUFS, abs=0.5)
    assert made.seconds == pytest.approx(0.8, abs=0.06)
    assert sound.read_wav(made.wav, RATE, 5).lufs() == pytest.approx(TARGET_LUFS, abs=0.5)


def test_silence_is_what_a_noisy_room_sounds_like() -> None:
    made = polish(write_wav(noisy(with_silence(tone(0.8, 0.25), 0.7, 1.1), 0.012)))
    assert made.seconds == pytest.approx(0.8, abs=0.1)


def test_a_pause_inside_a_phrase_stays() -> None:
    two = sound.join([tone(0.4, 0.2), sound.silence(0.3, RATE), tone(0.4, 0.2)])
    assert polish(write_wav(with_silence(two, 0.5, 0.5))).seconds == pytest.approx(1.1, abs=0.06)


def clipped() -> Sound:
    return Sound(array("d", (max(-1.0, min(1.0, 3 * sample)) for sample in tone(1, 0.9).samples)), RATE)


def wav_of(width: int, channels: int = 1, rate: int = 22050) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(bytes(width * channels * 4000))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "recording_empty"),
        (b"RIFF", "recording_not_wav"),
        (b"<svg onload=alert(1)>", "recording_not_wav"),
        (b"\x1a\x45\xdf\xa3" + bytes(400), "recording_not_wav"),
        (wav_of(1), "recording_not_wav"),
        (wav_of(3), "recording_not_wav"),
        (wav_of(2, channels=40), "recording_not_wav"),
        (wav_of(2, rate=1), "recording_not_wav"),
        (write_wav(tone(1))[:-4000], "recording_not_wav"),
        (write_wav(tone(16)), "recording_too_long"),
        (write_wav(sound.silence(1, RATE)), "recording_silent"),
        (write_wav(tone(1, 0.001)), "recording_silent"),
        (write_wav(with_silence(tone(0.05), 0.5, 0.5)), "recording_too_short"),
        (write_wav(clipped()), "recording_clipped"),
    ],
)
def test_what_would_spoil_the_calls_is_refused_with_its_reason(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        polish(data)
    assert refusal.value.code == code
