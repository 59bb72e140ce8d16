"""Wording and names are found in what a recogniser makes of them."""

from __future__ import annotations

import pytest

from app.quality.phrases import Match, find_name, find_phrase
from app.recordings.history import spread
from app.recordings.timeline import Word


def words(text: str, confidence: float = 1.0) -> tuple[Word, ...]:
    return spread(text, 0, 10, confidence)


def shown(found: tuple[Match, ...]) -> list[tuple[int, int, bool]]:
    return [(match.first, match.last, match.sure) for match in found]


def test_a_phrase_is_found_where_it_is_said() -> None:
    text = words("yes so this call may be recorded for quality okay")
    assert shown(find_phrase(text, "This call may be recorded.", 85)) == [(2, 7, True)]


def test_every_time_it_is_said_counts_once() -> None:
    text = words("thank you very much and again thank you very much")
    assert len(find_phrase(text, "thank you very much", 85)) == 2


@pytest.mark.parametrize(
    ("heard", "sure"),
    [
        ("forty eight dollars and twenty cents", True),
        ("forty eight twenty", True),
        ("$48.20", True),
        ("forty eight dollars and thirty cents", False),
    ],
)
def test_amounts_in_words(heard: str, sure: bool) -> None:
    found = find_phrase(words(f"your charge is {heard}"), "your charge is $48.20", 85)
    assert any(match.sure for match in found) is sure


def test_spelled_digits() -> None:
    found = find_name(words("the card ending in four zero one seven yes"), "4017")
    assert [match.sure for match in found] == [True]


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("thank you mrs ellis", [True]),
        ("thank you margaret ellis", [True]),
        ("thank you alice", [False]),
        ("thank you very much", []),
        ("margaret and once more margaret", [True, True]),
    ],
)
def test_names(heard: str, expected: list[bool]) -> None:
    assert [match.sure for match in find_name(words(heard), "Margaret Ellis")] == expected


def test_words_the_recogniser_was_unsure_of_are_only_possible() -> None:
    assert shown(find_phrase(words("good morning", 0.3), "good morning", 85)) == [(0, 2, False)]


def test_nothing_in_nothing() -> None:
    assert find_phrase((), "hello", 85) == ()
    assert find_phrase(words("hello"), "?!", 85) == ()
