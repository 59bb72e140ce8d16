"""The marks of the demo's people say what was really said in a call."""

from __future__ import annotations

import pytest

from app.calibration.demo_marks import EYES, READ, Facts, agreed, heard, marks
from app.quality import card_file
from app.quality.answers import Answer, Left

CARD = card_file.starters()["service-call"]
GOOD = frozenset({"greeting_in_time", "registers", "asks_reason", "kind_words", "confirms"}) | {
    "preparation",
    "location_and_reminder",
    "closes_well",
}
RUDE = Facts(
    frozenset({"greeting_in_time"}),
    frozenset({"never_rude", "asks_reason", "confirms", "preparation", "closes_well"}),
    {"never_rude": 34.9},
    (60.7,),
)
WELL = Facts(GOOD, frozenset(), {each: float(at) for at, each in enumerate(sorted(GOOD))}, (9.0,))
ASKS_PIN = Facts(GOOD, frozenset({"never_asks_pin"}), {"never_asks_pin": 29.7})


@pytest.mark.parametrize("rater", EYES)
@pytest.mark.parametrize("talked", [False, True])
@pytest.mark.parametrize("facts", [WELL, RUDE, ASKS_PIN])
def test_every_low_mark_has_words_and_every_mark_is_of_the_card(
    rater: str, talked: bool, facts: Facts
) -> None:
    given = marks(CARD, "a call", heard(facts), rater, talked=talked)
    assert set(given) == {each.id for each in CARD.criteria}
    for criterion in CARD.criteria:
        mark = given[criterion.id]
        if isinstance(mark.answer, Left):
            continue
        assert mark.answer in criterion.scale.values
        if mark.answer in criterion.comment_for or criterion.scale.share(mark.answer) <= 0.5:
            assert mark.comment
        assert set(mark.causes) <= {each.id for each in criterion.causes}


@pytest.mark.parametrize("rater", EYES)
def test_a_rude_call_greets_well_and_is_bad_in_everything_else(rater: str) -> None:
    given = marks(CARD, "a call", heard(RUDE), rater, talked=False)
    assert given["greeting"].answer == 5
    assert {given[each].answer for each in (READ, "understanding", "solution", "close")} == {1}
    assert given[READ].seconds == (34.9,)
    assert given["verification"].answer is Left.NOT_APPLICABLE


def test_who_asks_for_a_pin_has_not_checked_rightly() -> None:
    found = heard(ASKS_PIN)["verification"]
    assert (found.answer, found.seconds, found.why) == (0, (29.7,), "pin")


def test_empathy_is_read_in_three_ways_until_it_was_talked_about() -> None:
    def given(talked: bool) -> list[object]:
        return [marks(CARD, "a", heard(WELL), one, talked=talked)[READ].answer for one in EYES]

    assert given(talked=False) == [3, 4, 5]
    assert given(talked=True) == [4, 4, 4]


@pytest.mark.parametrize(
    ("chosen", "ends"),
    [
        ((4.0, 4.0, 4.0), 4.0),
        ((2.0, 3.0, 5.0), 3.0),
        ((2.0, Left.NOT_APPLICABLE, Left.NOT_APPLICABLE), Left.NOT_APPLICABLE),
    ],
)
def test_a_talk_ends_within_what_was_chosen(chosen: tuple[Answer, ...], ends: object) -> None:
    assert agreed(chosen) == ends
