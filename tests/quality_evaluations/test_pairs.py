"""People beside the automatic rater: what makes a pair, and what the cells of a row say."""

from __future__ import annotations

import copy

from hypothesis import given
from hypothesis import strategies as st

from app.quality.answers import Left, Mark
from app.quality.card import Scorecard
from app.quality.evaluations.pairs import Pairs, Scored, pairs
from app.quality.evaluations.side_by_side import Said, compare
from tests.quality_evaluations.conftest import BODY

answers = st.one_of(st.sampled_from([0.0, 1.0]), st.sampled_from(Left))
scored = st.builds(
    Scored,
    version=st.integers(1, 2),
    criterion=st.sampled_from(["greets", "tone"]),
    recording=st.integers(1, 4),
    rater=st.one_of(st.none(), st.integers(1, 3)),
    answer=answers,
)
marks = st.lists(
    scored, unique_by=lambda each: (each.version, each.criterion, each.recording, each.rater)
)


def test_pairs_by_version_and_criterion() -> None:
    found = pairs(
        [
            Scored(1, "greets", 7, None, 1.0),
            Scored(1, "greets", 7, 3, 0.0),
            Scored(1, "greets", 7, 4, 1.0),
            Scored(1, "greets", 8, None, Left.NOT_SURE),
            Scored(1, "greets", 8, 3, 1.0),
            Scored(2, "greets", 9, 3, 1.0),  # the machine never scored by version 2
            Scored(1, "tone", 7, None, 1.0),  # no person marked it
        ]
    )
    assert found == (Pairs(1, "greets", (7, 7), (0.0, 1.0), (1.0, 1.0), 1),)


@given(marks)
def test_every_pair_is_of_one_call_and_nothing_is_lost(given_marks: list[Scored]) -> None:
    machine = {
        (each.version, each.criterion, each.recording): each.answer
        for each in given_marks
        if each.rater is None
    }
    people = [each for each in given_marks if each.rater is not None]
    met = [each for each in people if (each.version, each.criterion, each.recording) in machine]
    found = pairs(given_marks)
    assert sum(len(each.recordings) + each.left_out for each in found) == len(met)
    for each in found:
        assert len(each.recordings) == len(each.people) == len(each.machine)
        for recording, judged in zip(each.recordings, each.machine, strict=True):
            assert machine[(each.version, each.criterion, recording)] == judged
    assert pairs(reversed(given_marks)) == found


def test_side_by_side() -> None:
    card = Scorecard.model_validate(BODY)
    rater = {"greets": Mark(1.0), "tone": Mark(4.0), "again": Mark(1.0)}
    agent = {"greets": Mark(0.0, "I forgot."), "tone": Mark(4.0)}
    start, end = compare([Said(card, rater), Said(card, agent)])
    greets, tone = start.rows
    assert (greets.differs, tone.differs) == (True, False)
    again = end.rows[0]
    # She was not asked: that is no difference.
    assert [cell.asked for cell in again.cells] == [True, False]
    assert not again.differs


def test_another_version_is_compared_in_what_both_have() -> None:
    """Its own question is left out; another scale of the same question is no difference."""
    body = copy.deepcopy(BODY)
    body["sections"][0]["criteria"][1]["scale"] = "1-10"
    body["sections"][1]["criteria"] = [{"id": "thanks", "title": "Thanks", "weight": 0}]
    newer, older = Scorecard.model_validate(BODY), Scorecard.model_validate(body)
    rater = {"greets": Mark(0.0, "No."), "tone": Mark(8.0), "thanks": Mark(1.0)}
    agent = {"greets": Mark(1.0), "tone": Mark(4.0), "again": Mark(1.0)}
    start, end = compare([Said(newer, agent), Said(older, rater)])
    assert [row.differs for row in start.rows] == [True, False]
    tone, again = start.rows[1].cells[1], end.rows[0].cells[1]
    assert tone.criterion is not None
    assert tone.criterion.scale.high == 10.0
    assert (again.criterion, again.asked, again.mark) == (None, False, None)
