"""Numbers as they are printed."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.reports.figures import Kind, Unreadable, format_count, format_percent, rate, read, rounded


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("1523", 1523),
        ("1.523", 1523),
        ("1 523", 1523),
        ("1\u00a0523", 1523),
        ("307.485", 307485),
        ("1.523.000", 1523000),
        ("0", 0),
        ("1.520", 1520),
        ("1523 hồ sơ", 1523),
        ("41730.0", 41730),
    ],
)
def test_counts(printed: str, value: int) -> None:
    assert read(printed, Kind.COUNT).value == value


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("99,35%", "99.35"),
        ("99.35", "99.35"),
        ("98,5 %", "98.5"),
        ("100%", "100"),
        ("0,335%", "0.335"),
        ("98.500%", "98.5"),
    ],
)
def test_percentages(printed: str, value: str) -> None:
    assert read(printed, Kind.PERCENT).value == Fraction(value)


def test_a_dash_is_a_rate_over_zero() -> None:
    assert read("—", Kind.PERCENT).value is None


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("—", "dash_for_count"),
        ("1,5", "not_whole"),
        ("12%", "not_whole"),
        ("-3", "negative"),
        ("1.52.3", "not_a_number"),
        ("12a4", "not_a_number"),
        ("", "not_a_number"),
    ],
)
def test_what_is_no_count(printed: str, code: str) -> None:
    with pytest.raises(Unreadable) as problem:
        read(printed, Kind.COUNT)
    assert problem.value.code == code


@pytest.mark.parametrize(
    ("printed", "value", "slack"),
    [("khoảng 41.730", 41730, 10), ("gần 42.000", 42000, 1000), ("hơn 98,5%", "98.5", "0.1")],
)
def test_words_for_about_leave_room_for_the_last_digit_said(printed: str, value: object, slack: object) -> None:
    reading = read(printed, Kind.PERCENT if "%" in printed else Kind.COUNT)
    assert (reading.value, reading.slack) == (Fraction(str(value)), Fraction(str(slack)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction("99.345"), "99,35%"),
        (Fraction("99.3449"), "99,34%"),
        (Fraction(200, 3), "66,67%"),
        (Fraction(100), "100,00%"),
        (Fraction(1, 200), "0,01%"),
        (None, "—"),
    ],
)
def test_rates_are_printed_with_two_decimals_half_up(value: Fraction | None, text: str) -> None:
    assert format_percent(value) == text


def test_a_rate_over_zero_has_no_value() -> None:
    assert rate(0, 0) is None


@given(st.integers(0, 10**9))
def test_a_count_reads_back(count: int) -> None:
    assert read(format_count(count), Kind.COUNT).value == count
    assert read(str(count), Kind.COUNT).value == count


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_printed_rate_is_within_half_of_its_last_place(part: int, whole: int) -> None:
    exact = rate(part, whole)
    assert exact is not None
    assert abs(Fraction(rounded(exact)) - exact) <= Fraction(5, 1000)
    assert read(format_percent(exact), Kind.PERCENT).value == Fraction(rounded(exact))
