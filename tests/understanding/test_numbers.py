from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scenarios.numbers import amounts, cardinal, dates, digit_strings


@pytest.mark.parametrize(
    ("text", "value", "currency", "words"),
    [
        ("that is thirty five dollars fifty", "35.50", "USD", "thirty five dollars fifty"),
        ("a hundred and twenty pounds please", "120", "GBP", "a hundred and twenty pounds"),
        (
            "i can credit ten dollars and twenty cents",
            "10.20",
            "USD",
            "ten dollars and twenty cents",
        ),
        (
            "two thousand three hundred and five euros",
            "2305",
            "EUR",
            "two thousand three hundred and five euros",
        ),
        ("twelve point five oh pounds", "12.50", "GBP", "twelve point five oh pounds"),
        ("it is fifty cents", "0.50", "", "fifty cents"),
        ("a refund of $35.50 now", "35.50", "USD", "$35.50"),
        ("ten quid off", "10", "GBP", "ten quid"),
        ("ten dollars and three days", "10", "USD", "ten dollars"),
    ],
)
def test_amounts(text: str, value: str, currency: str, words: str) -> None:
    tokens = text.split()
    (found,) = amounts(tokens)
    assert (found.value, found.currency) == (Decimal(value), currency)
    assert " ".join(tokens[found.start : found.end]) == words


def test_two_amounts_in_a_breath() -> None:
    found = amounts("not thirty dollars but twenty pounds".split())
    assert [(a.value, a.currency) for a in found] == [(Decimal(30), "USD"), (Decimal(20), "GBP")]


@pytest.mark.parametrize(
    ("text", "date", "words"),
    [
        (
            "born the fourth of may nineteen eighty two",
            (4, 5, 1982),
            "fourth of may nineteen eighty two",
        ),
        (
            "march twenty first twenty twenty four",
            (21, 3, 2024),
            "march twenty first twenty twenty four",
        ),
        (
            "third of june two thousand and five",
            (3, 6, 2005),
            "third of june two thousand and five",
        ),
        ("may the fourth eighty two", (4, 5, 1982), "may the fourth eighty two"),
        ("on the twenty first of april", (21, 4, None), "twenty first of april"),
        ("december fifth nineteen oh five", (5, 12, 1905), "december fifth nineteen oh five"),
        ("by 3rd july then", (3, 7, None), "3rd july"),
    ],
)
def test_dates(text: str, date: tuple[int, int, int | None], words: str) -> None:
    tokens = text.split()
    (found,) = dates(tokens)
    assert (found.day, found.month, found.year) == date
    assert " ".join(tokens[found.start : found.end]) == words


def test_no_day_that_does_not_exist() -> None:
    assert dates("the thirty first of february".split()) == ()
    assert dates("may i have that".split()) == ()


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("it ends in four two one nine", "4219"),
        ("double two oh five", "2205"),
        ("forty two nineteen", "4219"),
        ("treble seven one", "7771"),
        ("the code 4 2 19", "4219"),
    ],
)
def test_digit_strings(text: str, digits: str) -> None:
    assert [d.digits for d in digit_strings(text.split())] == [digits]


def test_one_number_is_no_digit_string() -> None:
    assert digit_strings("one moment please two of them".split()) == ()


def test_cardinal_stops_where_the_number_does() -> None:
    assert cardinal("twenty five people".split(), 0) == (25, 2)
    assert cardinal("a moment".split(), 0) is None


_WORDS = (
    "one two oh double twenty five nineteen hundred thousand and a point dollars pounds cents "
    "may the of first may twenty third june 12 $5 $ 4th nineteen in penny"
).split()


@given(st.lists(st.sampled_from(_WORDS), max_size=12))
def test_spans_lie_within_the_words_and_do_not_overlap(tokens: list[str]) -> None:
    for found in (amounts(tokens), dates(tokens), digit_strings(tokens)):
        last = 0
        for item in found:
            assert last <= item.start < item.end <= len(tokens)
            last = item.end
