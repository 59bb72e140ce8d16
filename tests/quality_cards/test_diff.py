"""Two versions side by side."""

from __future__ import annotations

from hypothesis import given

from app.quality.card import Scorecard
from app.quality.card_diff import compare
from app.quality.text import Text, in_english
from tests.quality_cards.cards import card, cards, criterion


def words(value: str | Text) -> str:
    return value if isinstance(value, str) else in_english(value)


def test_what_was_added_removed_and_changed() -> None:
    before = card(criterion("a", 20), criterion("gone", 30), criterion("b", 25), criterion("c", 25))
    after = card(
        criterion("a", 20),
        criterion("b", 30, scale="1-5", critical="card"),
        criterion("c", 25, guidance="By name."),
        criterion("new", 25),
        pass_mark=70,
    )
    made = compare(before, after)
    assert [(each.id, each.kind, each.comparable) for each in made.criteria] == [
        ("a", "same", True),
        ("gone", "removed", False),
        ("b", "changed", False),
        ("c", "changed", True),
        ("new", "added", False),
    ]
    told = {
        words(change.what): (words(change.before), words(change.after))
        for change in made.criteria[2].changes
    }
    assert told["Weight"] == ("25", "30")
    assert told["Critical"] == ("Not critical", "Failing it fails the whole call")
    assert told["Scale"] == ("0: No\n1: Yes", "1\n2\n3\n4\n5")
    (mark,) = made.card
    assert (words(mark.what), mark.before, mark.after) == ("Pass mark", "80", "70")
    assert made.comparable == {"a", "c"}
    assert made.count("changed") == 2


@given(cards(), cards())
def test_nothing_differs_from_itself_and_each_is_told_once(
    one: Scorecard, other: Scorecard
) -> None:
    assert compare(one, one).is_empty
    there, back = compare(one, other), compare(other, one)
    ids = [each.id for each in there.criteria]
    assert sorted(ids) == sorted({c.id for c in (*one.criteria, *other.criteria)})
    assert there.is_empty == back.is_empty
    assert there.comparable == back.comparable
    assert there.count("added") == back.count("removed")
