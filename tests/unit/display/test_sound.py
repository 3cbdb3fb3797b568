"""Loudness, silence, joins and peaks: what stands in for ears."""

from __future__ import annotations

import math
from array import array

import pytest

from display.speech import loudness, sound
from display.speech.sound import CEILING, TARGET_LUFS, Sound, SoundError
from tests.unit.display.sounds import RATE, longest_silence, tone, with_silence

# ITU-R BS.1770-5, tables 1 and 2: the filters at 48 kHz as (b0, b1, b2, a1, a2).
SHELF_48K = (1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585)
HIGH_PASS_48K = (1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621)


def test_the_filters_are_those_of_the_standard() -> None:
    shelf, high_pass = loudness.k_weighting(48000)
    assert shelf == pytest.approx(SHELF_48K, abs=1e-12)
    assert high_pass == pytest.approx(HIGH_PASS_48K, abs=1e-12)


@pytest.mark.parametrize("rate", [22050, 44100, 48000])
def test_a_full_scale_tone_reads_what_the_standard_says(rate: int) -> None:
    assert tone(2, 1.0, 997, rate).lufs() == pytest.approx(-3.01, abs=0.05)


@pytest.mark.parametrize("level", [1.0, 0.1, 0.01])
def test_ten_times_quieter_is_twenty_lu_less(level: float) -> None:
    assert tone(2, level).lufs() - tone(2, level / 10).lufs() == pytest.approx(20, abs=0.05)


def test_silence_around_speech_does_not_count() -> None:
    said = tone(2, 0.3)
    edges = 10 * math.log10(20 / 23)  # six of 23 blocks reach over an edge and are partly empty
    assert with_silence(said, 3, 3).lufs() == pytest.approx(said.lufs() + edges, abs=0.05)


@pytest.mark.parametrize("samples", [array("d"), array("d", bytes(8 * RATE))])
def test_nothing_has_no_loudness(samples: array[float]) -> None:
    assert Sound(samples, RATE).lufs() == loudness.SILENCE
    assert sound.normalise(Sound(samples, RATE)).samples == samples


@pytest.mark.parametrize("seconds", [0.12, 0.39, 0.5, 3])
@pytest.mark.parametrize("level", [0.004, 0.1, 0.99])
def test_every_sound_comes_to_the_target(seconds: float, level: float) -> None:
    made = sound.normalise(tone(seconds, level))
    assert made.lufs() == pytest.approx(TARGET_LUFS, abs=1)
    assert made.peak <= CEILING + 1e-9


def test_a_sound_of_sharp_peaks_comes_to_the_target_without_clipping() -> None:
    spiky = tone(2, 0.02)
    for at in range(0, len(spiky.samples), 2205):
        spiky.samples[at] = 0.9
    made = sound.normalise(spiky)
    assert made.peak <= CEILING + 1e-9
    assert made.lufs() == pytest.approx(TARGET_LUFS, abs=1)


def test_the_limiter_leaves_what_is_under_the_ceiling() -> None:
    quiet = tone(0.5, 0.5)
    assert sound.limit(quiet).samples == quiet.samples


def test_the_limiter_moves_gain_smoothly() -> None:
    loud = tone(0.2, 0.3)
    loud.samples[2000] = 3.0
    made = sound.limit(loud)
    gains = [after / before for before, after in zip(loud.samples, made.samples, strict=True) if abs(before) > 0.05]
    assert made.peak <= CEILING + 1e-9
    assert max(abs(a - b) for a, b in zip(gains, gains[1:], strict=False)) < 0.05


def test_silence_at_both_ends_is_trimmed() -> None:
    trimmed = sound.trim(with_silence(tone(1), 0.5, 0.43))
    assert trimmed.seconds == pytest.approx(1 + 2 * 0.01, abs=0.01)


def test_trimming_silence_leaves_nothing() -> None:
    assert sound.trim(sound.silence(1, RATE)).seconds == 0


def test_a_join_has_neither_gap_nor_overlap() -> None:
    parts = [tone(0.5, pitch=440), tone(0.25, pitch=660), tone(0.125, pitch=880)]
    joined = sound.join(parts)
    assert len(joined.samples) == sum(len(part.samples) for part in parts)
    assert longest_silence(joined) < 0.005


def test_a_join_does_not_click() -> None:
    high = Sound(array("d", [0.8] * 2000), RATE)
    low = Sound(array("d", [-0.8] * 2000), RATE)
    joined = sound.join([high, low]).samples
    assert max(abs(a - b) for a, b in zip(joined, joined[1:], strict=False)) < 0.05


def test_different_rates_are_not_joined() -> None:
    with pytest.raises(SoundError, match="rates"):
        sound.join([tone(0.1), tone(0.1, rate=16000)])


def test_a_wav_reads_back_as_it_was_written() -> None:
    written = tone(0.3)
    read = sound.read_wav(sound.write_wav(written), RATE, 1)
    assert read.rate == RATE
    assert read.samples == pytest.approx(written.samples, abs=1e-4)


def test_another_rate_keeps_length_and_loudness() -> None:
    recorded = tone(1, 0.3, rate=44100)
    read = sound.read_wav(sound.write_wav(recorded), RATE, 2)
    assert read.seconds == pytest.approx(1, abs=0.001)
    assert read.lufs() == pytest.approx(recorded.lufs(), abs=0.2)


@pytest.mark.parametrize("data", [b"", b"RIFF", b"\x00" * 100, b"RIFF\x24\x00\x00\x00WAVEfmt "])
def test_what_is_no_wav_is_refused(data: bytes) -> None:
    with pytest.raises(SoundError, match="not a PCM WAV"):
        sound.read_wav(data, RATE, 1)


def test_a_clip_that_is_too_long_is_refused() -> None:
    with pytest.raises(SoundError, match="longer than 1 s"):
        sound.read_wav(sound.write_wav(tone(1.1)), RATE, 1)


def test_the_chime_is_two_tones_that_ring_out() -> None:
    chime = sound.normalise(sound.chime(RATE))
    assert chime.lufs() == pytest.approx(TARGET_LUFS, abs=1)
    assert chime.seconds < 1.5
    assert max(map(abs, chime.samples[-RATE // 20 :])) < 0.1
