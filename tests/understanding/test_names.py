from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.recordings.timeline import Word
from app.scenarios.names import name_given_back, sound


def words(text: str, confidence: float = 0.9) -> list[Word]:
    return [Word(w, i * 0.4, i * 0.4 + 0.3, confidence) for i, w in enumerate(text.split())]


@pytest.mark.parametrize(
    ("text", "facts", "shown"),
    [
        ("thank you missus chen for that", {"last_name": "Chen"}, "missus chen"),
        ("thank you maria", {"first_name": "Maria"}, "maria"),
        ("hello mister kowalsky how are you", {"last_name": "Kowalski"}, "mister kowalsky"),
        ("right missus cow all ski i see", {"last_name": "Kowalski"}, "missus cow all ski"),
        ("i see katherine", {"first_name": "Catherine"}, "katherine"),
        ("okay will let me check", {"first_name": "Will"}, "will"),
        ("thanks missus may", {"full_name": "Mrs Theresa May"}, "missus may"),
        ("good morning mister o'brien", {"last_name": "O'Brien"}, "mister o'brien"),
    ],
)
def test_the_name_is_heard(text: str, facts: dict[str, str], shown: str) -> None:
    (act,) = name_given_back(words(text), facts)
    assert act.act == "give_name_back"
    assert act.words == shown


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("i will check that for you", {"first_name": "Will"}),
        ("may i have your name", {"last_name": "May"}),
        ("my name is maria", {"first_name": "Maria"}),
        ("maria speaking how can i help", {"first_name": "Maria"}),
        ("thank you for that", {"last_name": "Chen"}),
        ("thank you missus jones", {"last_name": "Chen"}),
        ("thank you missus chen", {}),
        ("thank you missus chen", {"title": "Mrs"}),
    ],
)
def test_no_name_where_none_is_meant(text: str, facts: dict[str, str]) -> None:
    assert name_given_back(words(text), facts) == ()


def test_a_name_heard_unsurely_is_undetermined() -> None:
    (act,) = name_given_back(words("thank you missus chen", 0.1), {"last_name": "Chen"})
    assert act.verdict == "undetermined"


@pytest.mark.parametrize(
    ("one", "other"), [("Catherine", "Katherine"), ("Philips", "Fillips"), ("Kowalski", "Kowalsky")]
)
def test_names_that_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_text_is_survived(text: str, name: str) -> None:
    for act in name_given_back(words(text), {"full_name": name}):
        assert 0 <= act.probability <= 1
