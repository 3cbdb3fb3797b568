"""What a waiting room hears, word for word."""

from __future__ import annotations

import re

import pytest

from display.speech import words
from display.speech.phrase import INVITE, RECALL, TemplateError, Wording, check

VIETNAMESE = {
    0: "không",
    1: "một",
    4: "bốn",
    5: "năm",
    9: "chín",
    10: "mười",
    11: "mười một",
    14: "mười bốn",
    15: "mười lăm",
    19: "mười chín",
    20: "hai mươi",
    21: "hai mươi mốt",
    24: "hai mươi tư",
    25: "hai mươi lăm",
    30: "ba mươi",
    31: "ba mươi mốt",
    44: "bốn mươi tư",
    51: "năm mươi mốt",
    54: "năm mươi tư",
    55: "năm mươi lăm",
    67: "sáu mươi bảy",
    91: "chín mươi mốt",
    99: "chín mươi chín",
    100: "một trăm",
    101: "một trăm linh một",
    104: "một trăm linh bốn",
    105: "một trăm linh năm",
    110: "một trăm mười",
    111: "một trăm mười một",
    115: "một trăm mười lăm",
    121: "một trăm hai mươi mốt",
    205: "hai trăm linh năm",
    224: "hai trăm hai mươi tư",
    555: "năm trăm năm mươi lăm",
    1000: "một nghìn",
    1001: "một nghìn không trăm linh một",
    1010: "một nghìn không trăm mười",
    1015: "một nghìn không trăm mười lăm",
    1121: "một nghìn một trăm hai mươi mốt",
    2000: "hai nghìn",
    12005: "mười hai nghìn không trăm linh năm",
    999_999: "chín trăm chín mươi chín nghìn chín trăm chín mươi chín",
}
ENGLISH = {
    0: "zero",
    5: "five",
    12: "twelve",
    15: "fifteen",
    20: "twenty",
    21: "twenty one",
    67: "sixty seven",
    100: "one hundred",
    105: "one hundred and five",
    221: "two hundred and twenty one",
    1001: "one thousand and one",
    1250: "one thousand two hundred and fifty",
    3000: "three thousand",
}


@pytest.mark.parametrize(("number", "said"), VIETNAMESE.items())
def test_a_number_is_said_as_vietnamese_says_it(number: int, said: str) -> None:
    assert words.vietnamese(number) == said


@pytest.mark.parametrize(("number", "said"), ENGLISH.items())
def test_a_number_is_said_in_english(number: int, said: str) -> None:
    assert words.english(number) == said


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_no_two_numbers_sound_the_same(language: words.Language) -> None:
    said = [words.whole(number, language) for number in range(10_000)]
    assert len(set(said)) == 10_000


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_a_number_outside_the_range_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        words.vietnamese(number)
    with pytest.raises(ValueError, match="outside"):
        words.english(number)


@pytest.mark.parametrize(
    ("number", "style", "vi", "en"),
    [
        ("A012", "digits", "a không một hai", "A zero one two"),
        ("A012", "number", "a mười hai", "A twelve"),
        ("A105", "number", "a một trăm linh năm", "A one hundred and five"),
        ("B999", "digits", "bê chín chín chín", "B nine nine nine"),
        ("ĐĐ001", "digits", "đê đê không không một", "D D zero zero one"),
        ("GD040", "digits", "gờ dê không bốn không", "G D zero four zero"),
        ("1021", "digits", "một không hai một", "one zero two one"),
        ("C1000", "digits", "xê một không không không", "C one zero zero zero"),
    ],
)
def test_a_ticket_number(number: str, style: words.Style, vi: str, en: str) -> None:
    assert words.ticket(number, "vi", style) == vi
    assert words.ticket(number, "en", style) == en


@pytest.mark.parametrize("number", ["", "A", "a012", "ABC001", "A01 2", "A012\n", "٣٤٥", "../1", "A1234567"])
def test_what_is_not_a_ticket_number_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="not a ticket number"):
        words.ticket(number, "vi")


def test_every_letter_has_its_own_vietnamese_name() -> None:
    said = [words.letter(character, "vi") for character in "ABCDĐEFGHIJKLMNOPQRSTUVWXYZ"]
    assert len(set(said)) == 27


@pytest.mark.parametrize(
    ("number", "name", "vi", "en"),
    [
        (3, "Quầy 3", "quầy số ba", "counter three"),
        (15, "Quầy số 15", "quầy số mười lăm", "counter fifteen"),
        (21, "Quầy  21", "quầy số hai mươi mốt", "counter twenty one"),
        (5, "", "quầy số năm", "counter five"),
        (12, "Trả kết quả 2", "quầy trả kết quả số hai", "counter twelve"),
        (7, "Thu phí, lệ phí", "quầy thu phí, lệ phí", "counter seven"),
        (4, "Phòng 105", "phòng số một trăm linh năm", "counter four"),
        (2, "Bàn 2A", "bàn số hai a", "counter two"),
        (9, "Cửa B12", "cửa bê mười hai", "counter nine"),
    ],
)
def test_a_counter(number: int, name: str, vi: str, en: str) -> None:
    assert words.counter(number, {"vi": name}, "vi") == vi
    assert words.counter(number, {"vi": name}, "en") == en


def test_a_counter_with_an_english_name_is_called_by_it() -> None:
    assert words.counter(12, {"vi": "Trả kết quả 2", "en": "Results 2"}, "en") == "counter results two"
    assert words.counter(5, {"vi": "Phòng 105", "en": "Room 105"}, "en") == "room one hundred and five"


def test_the_default_sentences() -> None:
    wording = Wording()
    assert wording.sentence("A012", 3, {"vi": "Quầy 3"}, "vi") == "Xin mời số thứ tự a không một hai, đến quầy số ba."
    assert wording.sentence("A012", 15, {"vi": "Quầy 15"}, "vi", recall=True) == (
        "Xin mời lại số thứ tự a không một hai, đến quầy số mười lăm."
    )
    assert wording.sentence("A012", 3, {"vi": "Quầy 3"}, "en") == "Number A zero one two, please go to counter three."


def test_an_office_words_it_as_it_likes_and_the_rest_keeps_the_default() -> None:
    wording = Wording(invite={"vi": "Mời công dân có số {number} vào {counter}."}, style="number")
    assert wording.sentence("B021", 4, {"vi": "Quầy 4"}, "vi") == "Mời công dân có số bê hai mươi mốt vào quầy số bốn."
    assert wording.sentence("B021", 4, {"vi": "Quầy 4"}, "en") == "Number B twenty one, please go to counter four."


@pytest.mark.parametrize("number", range(0, 1000, 37))
def test_no_figure_is_left_for_a_voice_to_read_its_own_way(number: int) -> None:
    for language in words.LANGUAGES:
        said = Wording().sentence(f"A{number:03}", number, {"vi": f"Quầy {number}"}, language)
        assert not re.search(r"\d", said)


@pytest.mark.parametrize("template", [*INVITE.values(), *RECALL.values()])
def test_our_own_templates_pass_the_check(template: str) -> None:
    assert check(template) == template


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("Mời đến {counter}", "needs"),
        ("Mời {number} {number} {counter}", "needs"),
        ("Mời {number} {counter} {name}", "needs"),
        ("Mời {number.__class__} {counter}", "needs"),
        ("Mời {number!r} {counter}", "format"),
        ("Mời {number:>900000000} {counter}", "format"),
        ("Mời {number {counter}", "field name"),
        ("Mời {number} {counter}" + "!" * 160, "longer"),
    ],
)
def test_a_template_that_cannot_be_spoken_is_refused(template: str, why: str) -> None:
    with pytest.raises(TemplateError, match=why):
        Wording(invite={"vi": template})
