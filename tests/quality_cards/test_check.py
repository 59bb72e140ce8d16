"""A card says clearly what is wrong with it, and where."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.quality.card import Scorecard, body_of, hash_of
from app.quality.card_check import checked
from tests.quality_cards.cards import body, cards, criterion

POINTS = [{"value": 1}, {"value": 2}, {"value": 3}]


@pytest.mark.parametrize(
    ("wanted", "path", "words"),
    [
        (body(criterion("a", 60), criterion("b", 10)), "", "got 70 (a 60, b 10); add 30"),
        (body(criterion("a", 99), criterion("b", 10)), "", "take away 9"),
        (body(criterion("a", -1)), "c[0].weight", "expected at least 0, got -1"),
        (body(criterion("a", 50), criterion("a", 50)), "c[1].id", "more than once: a"),
        (body(criterion("A b", 100)), "c[0].id", "small letters"),
        (body({**criterion("a", 100), "title": ""}), "c[0].title", "this is empty"),
        (body({**criterion("a", 100), "weight": "x"}), "c[0].weight", "a number, got “x”"),
        (body({"id": "a", "title": "A"}), "c[0].weight", "this is missing"),
        (body(criterion("a", 100, critical="yes")), "c[0].critical", "got “yes”"),
        (
            body(criterion("a", 100, asked_if={"criterion": "b", "values": [1]})),
            "c[0].asked_if.criterion",
            "further up, got b",
        ),
        (
            body(criterion("a", 100, asked_if={"criterion": "a", "values": [1]})),
            "c[0].asked_if.criterion",
            "further up, got a",
        ),
        (
            body(
                criterion("a", 50),
                criterion("b", 50, asked_if={"criterion": "a", "values": [0, 3]}),
            ),
            "c[1].asked_if.values[1]",
            "a is marked with one of 0, 1, never with 3",
        ),
        (body(criterion("a", 100, comment_for=[0, 2])), "c[0].comment_for[1]", "scale has 0, 1"),
        (
            body(criterion("a", 100, causes=[{"id": "x", "title": "X"}] * 2)),
            "c[0].causes[1].id",
            "more than once: x",
        ),
        (body(criterion("a", 100, scale=POINTS[::-1])), "c[0].scale.points[1].value", "ascend"),
        (
            body(criterion("a", 100, scale={"points": POINTS, "passes_from": 4})),
            "c[0].scale.passes_from",
            "above 1 and at most 3, got 4",
        ),
        (body(criterion("a", 100, scale=POINTS[:1])), "c[0].scale", "expected at least 2"),
        (
            body(criterion("a", 100, rule={"kind": "flag", "flg": "x"})),
            "c[0].rule.flg",
            "did you mean flag?",
        ),
        (body(*(criterion(f"c{i}", 100 / 61) for i in range(61))), "sections", "at most 60"),
        ({"title": "x", "pass_mark": 5, "sections": []}, "sections", "expected at least 1, got 0"),
    ],
)
def test_a_mistake_is_told_with_its_place(wanted: Any, path: str, words: str) -> None:
    card, problems = checked(wanted)
    assert card is None
    full = path.replace("c[", "sections[0].criteria[")
    found = {each.path: str(each) for each in problems}
    assert words in found[full]
    with pytest.raises(ValidationError):
        Scorecard.model_validate(wanted)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["title", "sections", "criteria", "id"]), inner)
        ),
    )
)
def test_nothing_that_can_be_sent_breaks_it(sent: Any) -> None:
    card, problems = checked(sent)
    assert (card is None) == bool(problems)


@given(cards())
def test_the_body_says_it_all_and_the_hash_is_of_the_meaning(made: Scorecard) -> None:
    again, problems = checked(body_of(made))
    assert (again, problems) == (made, ())
    assert again is not None
    assert hash_of(again) == hash_of(made)
    assert hash_of(made.model_copy(update={"pass_mark": 1})) != hash_of(made)
