"""The whole announcement: chime, sentence, pause, sentence; recorded voice before synthetic."""

from __future__ import annotations

from pathlib import Path

import pytest

from display.speech import sound
from display.speech.announcement import AFTER_CHIME_S, LONGEST_S, PAUSE_S, TooLong, compose
from display.speech.clips import PAUSE_AT_COMMA_S, Clips, cover, spoken_words
from display.speech.espeak import Espeak, respelt
from display.speech.phrase import Wording
from display.speech.sound import CEILING, TARGET_LUFS, Sound
from display.speech.words import LANGUAGES, Language
from tests.unit.display.sounds import RATE, longest_silence, record, tone, with_silence

CHIME_S = sound.chime(RATE).seconds
SENTENCE = "Xin mời số thứ tự a không một hai, đến quầy số ba."


class Says:
    """A voice that says anything as one tone, with silence around it."""

    def __init__(self, seconds: float = 2.0, level: float = 0.05) -> None:
        self.tone = tone(seconds, level)

    def say(self, sentence: str, language: Language) -> Sound | None:
        return with_silence(self.tone, 0.2, 0.43)


class Mute:
    def say(self, sentence: str, language: Language) -> Sound | None:
        return None


@pytest.fixture(scope="module")
def espeak() -> Espeak:
    return Espeak()


def test_chime_then_twice_the_sentence_with_a_pause_between() -> None:
    made = compose(SENTENCE, "vi", [("synthetic", Says(2.0))])
    said_s = 2.0 + 2 * 0.01
    assert made.sound.seconds == pytest.approx(CHIME_S + AFTER_CHIME_S + 2 * said_s + PAUSE_S, abs=0.02)
    before, pause = len(sound.chime(RATE).samples) + round(AFTER_CHIME_S * RATE), round(PAUSE_S * RATE)
    length = (len(made.sound.samples) - before - pause) // 2
    once, again = (made.sound.samples[at : at + length] for at in (before, before + length + pause))
    assert again == once


def test_what_is_said_is_at_the_target_whatever_the_voice() -> None:
    for level in (0.004, 0.1, 0.9):
        made = compose(SENTENCE, "vi", [("synthetic", Says(2.0, level))]).sound
        said = Sound(made.samples[round((CHIME_S + AFTER_CHIME_S) * RATE) :], RATE)
        assert said.lufs() == pytest.approx(TARGET_LUFS, abs=1)
        assert made.peak <= CEILING + 1e-9


def test_the_first_voice_that_can_say_it_does() -> None:
    assert compose(SENTENCE, "vi", [("recorded", Says()), ("synthetic", Mute())]).voice == "recorded"
    assert compose(SENTENCE, "vi", [("recorded", Mute()), ("synthetic", Says())]).voice == "synthetic"


def test_without_any_voice_the_chime_still_sounds() -> None:
    made = compose(SENTENCE, "vi", [("recorded", Mute())])
    assert made.voice == "none"
    assert made.sound.seconds == pytest.approx(CHIME_S)
    assert made.sound.lufs() == pytest.approx(TARGET_LUFS, abs=1)


def test_an_announcement_that_holds_up_the_hall_is_refused() -> None:
    with pytest.raises(TooLong):
        compose(SENTENCE, "vi", [("synthetic", Says(LONGEST_S / 2))])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", ["A012", "ĐĐ999", "1021"])
def test_the_synthetic_voice_at_the_target_and_in_time(espeak: Espeak, language: Language, number: str) -> None:
    sentence = Wording().sentence(number, 67, {"vi": "Trả kết quả 21"}, language, recall=True)
    made = compose(sentence, language, [("synthetic", espeak)]).sound
    said = Sound(made.samples[round((CHIME_S + AFTER_CHIME_S) * RATE) :], RATE)
    assert said.lufs() == pytest.approx(TARGET_LUFS, abs=1)
    assert made.peak <= CEILING + 1e-9
    assert 4 < made.seconds < 16
    assert longest_silence(made) < PAUSE_S + 0.2, "the voice's own silence was left in"


def test_different_sentences_sound_different(espeak: Espeak) -> None:
    sentences = [Wording().sentence("A012", n, {"vi": f"Quầy {n}"}, "vi") for n in (1, 5, 15, 21)]
    counters = [espeak.say(sentence, "vi").samples for sentence in sentences]
    assert len({samples.tobytes() for samples in counters}) == 4


def test_an_english_a_is_the_letter_not_the_article() -> None:
    assert respelt("Number A zero, and a car", "en") == "Number eigh zero, and a car"
    assert respelt("A không", "vi") == "A không"


def test_words_of_a_sentence() -> None:
    assert spoken_words("Mời số A, đến (Quầy) ba.") == ["mời", "số", "a", ",", "đến", "quầy", "ba", ","]
    assert spoken_words("Quầy") == ["quầy"], "decomposed letters are composed"


@pytest.mark.parametrize(
    ("known", "pieces"),
    [
        (["xin mời", "a", "ba"], [("xin", "mời"), (",",), ("a",), ("ba",)]),
        (["xin mời", "xin", "mời", "a", "a ba", "ba"], [("xin", "mời"), (",",), ("a", "ba")]),
        (["xin", "xin mời a", "a ba"], None),
        ([], None),
    ],
)
def test_a_sentence_is_covered_by_the_fewest_clips(known: list[str], pieces: list[tuple[str, ...]] | None) -> None:
    assert cover(spoken_words("xin mời, a ba"), {tuple(phrase.split()) for phrase in known}) == pieces


def test_clips_are_joined_without_the_silence_they_were_recorded_with(tmp_path: Path) -> None:
    record(tmp_path / "vi", {
        "xin mời số thứ tự": tone(0.8, 0.02), "a": tone(0.3, 0.5), "không": tone(0.3, 0.9), "một": tone(0.3, 0.1),
        "hai": tone(0.3, 0.3), "đến": tone(0.3, 0.2), "Quầy số": tone(0.4, 0.2), "ba": tone(0.3, 0.2),
    })  # fmt: skip
    said = Clips(tmp_path, RATE).say(SENTENCE, "vi")
    assert said is not None
    assert said.seconds == pytest.approx(0.8 + 6 * 0.3 + 0.4 + 8 * 0.02 + PAUSE_AT_COMMA_S, abs=0.06)
    assert longest_silence(said) < PAUSE_AT_COMMA_S + 0.05
    inside = [Sound(said.samples[round(at * RATE) :][: RATE // 5], RATE).lufs() for at in (0.4, 0.88, 1.2, 1.52, 1.85)]
    assert max(inside) - min(inside) < 1, "one clip is louder than another"


def test_one_missing_word_leaves_the_sentence_to_the_next_voice(tmp_path: Path) -> None:
    record(tmp_path / "vi", {"xin mời số thứ tự": tone(0.5), "a": tone(0.2), "không": tone(0.2)})
    clips = Clips(tmp_path, RATE)
    assert clips.say(SENTENCE, "vi") is None
    assert clips.missing(SENTENCE, "vi") == ["một", "hai", "đến", "quầy", "ba"]
    assert clips.say(SENTENCE, "en") is None


def test_a_new_recording_changes_the_fingerprint(tmp_path: Path) -> None:
    record(tmp_path / "vi", {"a": tone(0.2)})
    before = Clips(tmp_path, RATE).fingerprint()
    record(tmp_path / "vi", {"ba": tone(0.2)})
    assert Clips(tmp_path, RATE).fingerprint() != before


def test_a_broken_clip_says_which_file(tmp_path: Path) -> None:
    (tmp_path / "vi").mkdir()
    (tmp_path / "vi" / "a.wav").write_bytes(b"no sound")
    with pytest.raises(sound.SoundError, match="a.wav: not a PCM WAV"):
        Clips(tmp_path, RATE).say("a", "vi")
