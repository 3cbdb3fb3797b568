"""The whole announcement: chime, sentence, pause, sentence; recorded voice before synthetic."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from display.speech import sound
from display.speech.announcement import AFTER_CHIME_S, LONGEST_S, PAUSE_S, TooLong, compose
from display.speech.clips import PAUSE_AT_COMMA_S, Clips, cover, missing, pieces, spoken_words
from display.speech.espeak import Espeak, respelt
from display.speech.phrase import Wording
from display.speech.sound import CEILING, TARGET_LUFS, Sound
from display.speech.words import LANGUAGES, Language
from display.speech.worker import answer
from tests.unit.display.sounds import RATE, longest_silence, recorded, tone, with_silence

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


CLIPS = {
    "xin mời số thứ tự": tone(0.8, 0.02), "a": tone(0.3, 0.5), "không": tone(0.3, 0.9), "một": tone(0.3, 0.1),
    "hai": tone(0.3, 0.3), "đến": tone(0.3, 0.2), "Quầy số": tone(0.4, 0.2), "ba": tone(0.3, 0.2),
}  # fmt: skip


def say(clips: dict[str, Path]) -> Sound:
    parts = pieces(SENTENCE, clips)
    assert parts is not None
    return Clips(parts, RATE).say(SENTENCE, "vi")


def test_clips_are_joined_without_the_silence_they_were_recorded_with(tmp_path: Path) -> None:
    said = say(recorded(tmp_path, CLIPS))
    assert said.seconds == pytest.approx(0.8 + 6 * 0.3 + 0.4 + 8 * 0.02 + PAUSE_AT_COMMA_S, abs=0.2)
    assert longest_silence(said) < PAUSE_AT_COMMA_S + 0.05
    inside = [Sound(said.samples[round(at * RATE) :][: RATE // 5], RATE).lufs() for at in (0.4, 0.95, 1.3, 1.6)]
    assert max(inside) - min(inside) < 1, "one clip is louder than another"


def test_no_join_of_recorded_clips_clicks(tmp_path: Path) -> None:
    """A click is a step between two samples that is larger than any in the clips themselves."""
    clips = recorded(tmp_path, CLIPS)
    said, steepest = say(clips).samples, 0.0
    for path in clips.values():
        inside = sound.read_wav(path.read_bytes(), RATE, 5).samples
        steepest = max(steepest, *(abs(a - b) for a, b in pairwise(inside)))
    assert max(abs(a - b) for a, b in pairwise(said)) <= steepest + 1e-3


def test_one_missing_word_leaves_the_sentence_to_the_next_voice(tmp_path: Path) -> None:
    clips = recorded(tmp_path, {"xin mời số thứ tự": tone(0.5), "a": tone(0.2), "không": tone(0.2)})
    assert pieces(SENTENCE, clips) is None
    assert missing(SENTENCE, clips) == ["một", "hai", "đến", "quầy", "ba"]


def test_a_clip_that_is_gone_or_broken_leaves_the_sentence_to_the_next_voice(tmp_path: Path) -> None:
    broken = tmp_path / "a.wav"
    broken.write_bytes(b"no sound")
    with pytest.raises(sound.SoundError, match="a.wav: not a PCM WAV"):
        Clips([str(broken)], RATE).say("a", "vi")
    for parts in ([str(broken)], [str(tmp_path / "gone.wav")]):
        header, _wav = answer({"sentence": "a", "language": "vi", "clips": parts}, b"", [("synthetic", Says(1.0))])
        assert header["voice"] == "synthetic"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_announcement_of_an_office_is_at_one_loudness(espeak: Espeak, language: Language) -> None:
    """Chime and words together, at every counter, called and called again: EBU R 128 allows one LU."""
    levels = {}
    for counter, names in ((1, {}), (3, {"vi": "Trả kết quả 2"}), (15, {}), (21, {}), (105, {})):
        for recall in (False, True):
            sentence = Wording().sentence("B024", counter, names, language, recall=recall)
            made = compose(sentence, language, [("synthetic", espeak)]).sound
            levels[counter, recall] = made.lufs()
    assert {key: level for key, level in levels.items() if abs(level - TARGET_LUFS) > 1} == {}
    assert max(levels.values()) - min(levels.values()) < 1
