"""The list of phrases that an office records: complete, and no longer than it must be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from display.speech import words
from display.speech.announcer import Hall, hall
from display.speech.clips import pieces
from display.speech.script import script

WARD: dict[str, Any] = {
    "code": "demo", "name": "Phường", "prefixes": ["A", "B", "L"],
    "counters": [{"number": n, "names": {"vi": f"Quầy {n}", "en": f"Counter {n}"}} for n in range(1, 6)],
}  # fmt: skip
CENTRE = WARD | {
    "counters": [{"number": n, "names": {"vi": f"Quầy {n}"}} for n in (1, 4, 5, 10, 11, 15, 21, 24, 67, 101, 105)]
    + [{"number": 200, "names": {"vi": "Trả kết quả 2", "en": "Collection 2"}},
       {"number": 201, "names": {"vi": "Bàn 12a"}}],
    "voice": {
        "languages": ["vi", "en"], "style": "number", "invite": {"vi": "Mời công dân số {number}, vào {counter}."},
    },
}  # fmt: skip


def without(place: Hall) -> set[str]:
    """The sentences that the recorded voice cannot say when all needed phrases are recorded."""
    clips = {
        language: {p.text: Path(p.text) for p in script(place) if p.needed and p.language == language}
        for language in place.languages
    }
    numbers = [f"{prefix}{n:03}" for prefix in place.prefixes for n in (0, 1, 15, 21, 104, 105, 110, 555, 999, 1024)]
    return {
        sentence
        for language in place.languages
        for number in numbers
        for counter, names in place.counters.items()
        for recall in (False, True)
        if pieces(sentence := place.wording.sentence(number, counter, names, language, recall=recall), clips[language])
        is None
    }


@pytest.mark.parametrize("office", [WARD, CENTRE, WARD | {"voice": {"languages": ["vi", "en"]}}])
def test_whoever_records_the_whole_list_has_every_call(office: dict[str, Any]) -> None:
    assert without(hall(office)) == set()


def test_a_ward_reads_little_and_sentences_first() -> None:
    found = script(hall(WARD))
    assert [phrase.text for phrase in found[:3]] == ["xin mời số thứ tự", "đến", "xin mời lại số thứ tự"]
    assert [phrase.text for phrase in found if phrase.group == "letter"] == ["a", "bê", "e lờ"]
    assert [phrase.text for phrase in found if phrase.group == "counter"] == ["quầy số"]
    assert len(found) == 3 + 3 + 10 + 1 and all(phrase.needed for phrase in found)


def test_a_counters_whole_number_may_be_recorded_and_is_then_preferred() -> None:
    place = hall(CENTRE)
    whole = [p.text for p in script(place) if not p.needed and p.language == "vi"]
    assert {"mười lăm", "hai mươi mốt", "một trăm linh năm"} <= set(whole)
    clips = {p.text: Path(p.text) for p in script(place) if p.language == "vi"}
    sentence = place.wording.sentence("A001", 21, place.counters[21], "vi")
    assert (pieces(sentence, clips) or [])[-1] == "hai mươi mốt"


def plain(number: int) -> str:
    """Counter numbers once more, from the rules as a schoolbook tells them, one by one."""
    digits = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
    hundreds, tens, unit = number // 100, number // 10 % 10, number % 10
    said = [digits[hundreds], "trăm"] if hundreds else []
    if tens == 0:
        return " ".join([*said, *(["linh"] if hundreds and unit else []), *([digits[unit]] if unit else [])])
    said += ["mười"] if tens == 1 else [digits[tens], "mươi"]
    last = {0: [], 5: ["lăm"], 1: ["mốt" if tens > 1 else "một"], 4: ["tư" if tens > 1 else "bốn"]}
    return " ".join(said + last.get(unit, [digits[unit]]))


@pytest.mark.parametrize("number", range(1, 200))
def test_a_counters_number_is_said_as_vietnamese_says_it(number: int) -> None:
    assert words.counter(number, {"vi": f"Quầy {number}"}, "vi") == f"quầy số {plain(number)}"
    assert words.counter(number, {}, "vi") == f"quầy số {plain(number)}"


@pytest.mark.parametrize(
    ("number", "said"),
    [(15, "mười lăm"), (21, "hai mươi mốt"), (24, "hai mươi tư"), (11, "mười một"), (14, "mười bốn"),
     (55, "năm mươi lăm"), (101, "một trăm linh một"), (105, "một trăm linh năm"), (110, "một trăm mười"),
     (115, "một trăm mười lăm"),
     (131, "một trăm ba mươi mốt")],
)  # fmt: skip
def test_where_schoolbooks_disagree_with_arithmetic(number: int, said: str) -> None:
    assert plain(number) == said
