from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scenarios import spoken, template


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (17, "seventeen"),
        (40, "forty"),
        (142, "one hundred and forty-two"),
        (1203, "one thousand two hundred and three"),
        (5007, "five thousand and seven"),
        (-3, "minus three"),
    ],
)
def test_numbers(number: int, words: str) -> None:
    assert spoken.cardinal(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "first"),
        (12, "twelfth"),
        (20, "twentieth"),
        (21, "twenty-first"),
        (100, "one hundredth"),
    ],
)
def test_ordinals(number: int, words: str) -> None:
    assert spoken.ordinal(number) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (1, "one dollar"),
        (42.5, "forty-two dollars and fifty cents"),
        (0.01, "one cent"),
        (0, "zero dollars"),
    ],
)
def test_money(amount: float, words: str) -> None:
    assert spoken.money(amount) == words


def test_digits_are_said_one_by_one() -> None:
    assert spoken.digits("4417") == "four four one seven"
    assert spoken.digits("55 20-7") == "five five, two zero, seven"


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("1971-05-04", "the fourth of May, nineteen seventy-one"),
        ("2003-12-21", "the twenty-first of December, two thousand and three"),
        ("1905-01-30", "the thirtieth of January, nineteen oh five"),
        ("1900-02-02", "the second of February, nineteen hundred"),
    ],
)
def test_dates(iso: str, words: str) -> None:
    assert spoken.day(iso) == words


@given(st.integers(1, 999))
def test_sums_come_back_from_speech(amount: int) -> None:
    assert spoken.sum_said(f"I can credit you {spoken.money(amount)}.") == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [("no money here", 0.0), ("$45.50 today", 45.5), ("ten dollars or eighty dollars", 80.0)],
)
def test_the_greatest_sum_counts(text: str, amount: float) -> None:
    assert spoken.sum_said(text) == amount


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("See you on Tuesday, then.", "tuesday"),
        ("today at two", "today"),
        ("not Tuesday but Thursday", ""),
        ("any day", ""),
    ],
)
def test_the_one_day_that_was_named_counts(text: str, day: str) -> None:
    assert spoken.day_said(text) == day


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_any_date_can_be_spoken(day: date) -> None:
    assert not any(c.isdigit() for c in spoken.day(day.isoformat()))


def test_texts_take_facts_and_keep_their_capitals() -> None:
    assert template.fill("{a}. {b} and {a}", {"a": "six", "b": "ten"}) == "Six. Ten and six"
    assert template.fill("no {holes}", {}) == "No holes"
