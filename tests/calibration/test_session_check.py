"""What Check makes of the marks: tables, who chose what, gaps, the threshold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calibration import session_events as happen
from app.calibration.act import Consensus
from app.calibration.check import Choice, Standing, Why, check, close_scoring
from app.calibration.gaps import Against, anchor, gaps
from app.calibration.session import step
from app.calibration.session_plan import AlphaAtLeast, Target, WithinPoints
from app.calibration.session_state import SessionState
from app.calibration.session_tables import table, tables
from app.calibration.statistics import Sampling, percent
from app.quality.answers import Answer, Left

from .sessions import (
    ANNA,
    BEN,
    CALLS,
    CARA,
    HOST,
    RATERS,
    REFERENCE,
    START,
    mark,
    opened,
    plan,
    play,
    scored,
    sheet,
)

ONE, TWO = CALLS
NAN = math.nan
Marks = dict[int, tuple[Answer | None, ...]]


def empathy(marks: Marks, target: Target | None = None) -> SessionState:
    """A checked session: recording → the marks of Anna, Ben, Cara, reference for empathy."""
    state = opened(plan(target=target or AlphaAtLeast(0.8)))
    for recording, answers in marks.items():
        for rater, answer in zip((*RATERS, REFERENCE), answers, strict=False):
            if answer is not None:
                state = play(
                    *sheet(rater, recording, {"greeting": 1.0, "empathy": answer}), on=state
                )
    return step(state, close_scoring(state, HOST, START))


def standing(marks: Marks, target: Target) -> tuple[Standing, tuple[Why, ...]]:
    found = check(empathy(marks, target))[1]
    return found.standing, found.why


def test_missing_not_applicable_and_not_sure_are_kept_apart() -> None:
    state = empathy({ONE: (2.0, Left.NOT_APPLICABLE, None, 4.0), TWO: (Left.NOT_SURE, 3.0, 5.0)})
    of = table(state, "empathy")
    np.testing.assert_array_equal(of.values, [[2, NAN, NAN], [NAN, 3, 5]])
    np.testing.assert_array_equal(of.not_applicable, [[0, 1, 0], [0, 0, 0]])
    np.testing.assert_array_equal(of.not_sure, [[0, 0, 0], [1, 0, 0]])
    np.testing.assert_array_equal(of.missing, [[0, 0, 1], [0, 0, 0]])
    np.testing.assert_array_equal(of.reference, [4, NAN])
    assert of.late() == ((ONE, CARA),)


def test_a_table_is_empty_before_check_and_of_what_was_not_handed_in() -> None:
    state = play(*sheet(ANNA, ONE, {"greeting": 1.0, "empathy": 3.0}), on=opened())
    assert table(state, "empathy").missing.all()
    state = play(mark(BEN, ONE, "empathy", 2.0), on=state)
    closed = step(state, close_scoring(state, HOST, START))
    np.testing.assert_array_equal(table(closed, "empathy").values[0], [3, NAN, NAN])


def test_each_criterion_is_shown_as_of_its_last_round() -> None:
    state = empathy({ONE: (1.0, 5.0, 3.0), TWO: (5.0, 1.0, 3.0)})
    assert state.over == ("empathy",)
    state = play(happen.SecondRoundOpened(HOST, START, ("empathy",)), on=state)
    assert [each.round for each in tables(state)] == [1, 1]
    again = {rater: {ONE: {"empathy": 2.0}, TWO: {"empathy": 4.0}} for rater in RATERS}
    closed = step(scored_but_open(state, again), close_scoring_of(state, again))
    assert [(each.criterion.id, each.round) for each in tables(closed)] == [
        ("greeting", 1),
        ("empathy", 2),
    ]
    assert closed.over == ()
    assert table(closed, "empathy", 1).values[0, 1] == 5.0, "the first round stays"


def test_a_second_round_that_hardly_anybody_scored_settles_nothing() -> None:
    state = empathy({ONE: (1.0, 5.0, 3.0), TWO: (5.0, 1.0, 3.0)})
    state = play(happen.SecondRoundOpened(HOST, START, ("empathy",)), on=state)
    state = play(*sheet(ANNA, ONE, {"empathy": 3.0}), on=state)
    state = step(state, close_scoring(state, HOST, START))
    assert state.over == ("empathy",)
    assert (check(state)[1].standing, check(state)[1].why) == (Standing.OVER, (Why.FIRST_ROUND,))


def scored_but_open(
    state: SessionState, marks: dict[int, dict[int, dict[str, Answer]]]
) -> SessionState:
    for rater, of in marks.items():
        for recording, answers in of.items():
            state = play(*sheet(rater, recording, dict(answers)), on=state)
    return state


def close_scoring_of(
    state: SessionState, marks: dict[int, dict[int, dict[str, Answer]]]
) -> happen.ScoringClosed:
    return close_scoring(scored_but_open(state, marks), HOST, START)


def test_who_chose_what() -> None:
    found = check(empathy({ONE: (4.0, 2.0, 4.0), TWO: (Left.NOT_SURE, 2.0, None)}))[1]
    assert found.choices == (
        (Choice(2.0, (BEN,)), Choice(4.0, (ANNA, CARA))),
        (Choice(2.0, (BEN,)), Choice(Left.NOT_SURE, (ANNA,))),
    )
    np.testing.assert_array_equal(found.widest, [2, NAN])


ALPHA, POINT = AlphaAtLeast(0.8), WithinPoints(1.0)


@pytest.mark.parametrize(
    ("marks", "target", "expected", "why"),
    [
        ({ONE: (2.0, 2.0, 2.0), TWO: (4.0, 4.0, 4.0)}, ALPHA, Standing.WITHIN, ()),
        ({ONE: (2.0, 4.0, 2.0), TWO: (4.0, 2.0, 4.0)}, ALPHA, Standing.OVER, (Why.LOW_ALPHA,)),
        ({ONE: (3.0, 3.0, 3.0), TWO: (3.0, 3.0, 3.0)}, ALPHA, Standing.WITHIN, ()),
        ({ONE: (3.0, 3.0, 3.0)}, ALPHA, Standing.WITHIN, ()),
        ({ONE: (3.0, 4.0, 3.0)}, ALPHA, Standing.OVER, (Why.DIFFERENT,)),
        ({ONE: (3.0, None, None)}, ALPHA, Standing.UNKNOWN, ()),
        ({}, ALPHA, Standing.UNKNOWN, ()),
        ({ONE: (3.0, 4.0, 4.0)}, POINT, Standing.WITHIN, ()),
        ({ONE: (3.0, 5.0, 4.0)}, POINT, Standing.OVER, (Why.FAR,)),
        ({ONE: (3.0, 5.0, 4.0)}, WithinPoints(1.0, 2 / 3), Standing.WITHIN, ()),
        ({ONE: (3.0, 4.0, None, 1.0)}, POINT, Standing.WITHIN, ()),
        ({ONE: (3.0, Left.NOT_SURE, 3.0)}, POINT, Standing.WITHIN, ()),
        ({ONE: (Left.NOT_APPLICABLE,) * 3}, POINT, Standing.WITHIN, ()),
        (
            {ONE: (3.0, Left.NOT_APPLICABLE, 3.0)},
            POINT,
            Standing.OVER,
            (Why.FAR, Why.APPLIES),
        ),
        (
            {ONE: (2.0, 2.0, Left.NOT_APPLICABLE), TWO: (4.0, 4.0, 4.0)},
            ALPHA,
            Standing.OVER,
            (Why.APPLIES,),
        ),
    ],
)
def test_the_threshold(
    marks: Marks, target: Target, expected: Standing, why: tuple[Why, ...]
) -> None:
    assert standing(marks, target) == (expected, why)


def test_statistics_come_with_intervals_when_asked_for() -> None:
    state = empathy({ONE: (2.0, 4.0, 2.0), TWO: (4.0, 2.0, 4.0)})
    plain = check(state)[1]
    assert [each.interval for each in plain.statistics] == [None] * 3
    assert plain.near == pytest.approx(1 / 3)
    asked = check(state, Sampling(draws=50), lambda criterion: (percent,))[1]
    assert [each.method.name for each in asked.statistics] == ["percent agreement"]


answers = st.sampled_from((1.0, 2.0, 3.0, 4.0, 5.0, *Left, None))
rows = st.tuples(answers, answers, answers, answers)


@given(rows, rows, st.sampled_from((ALPHA, POINT, WithinPoints(0.0, 0.5))))
def test_the_event_that_closes_scoring_and_the_page_agree(
    first: tuple[Answer | None, ...], second: tuple[Answer | None, ...], target: Target
) -> None:
    state = empathy({ONE: first, TWO: second}, target)
    found = check(state)
    assert state.over == tuple(
        each.table.criterion.id for each in found if each.standing is Standing.OVER
    )
    for each in found:
        chosen = sorted(rater for row in each.choices for one in row for rater in one.raters)
        there = np.argwhere(~each.table.missing)[:, 1]
        assert chosen == sorted(each.table.raters[column] for column in there)


# Gaps


def test_gaps_against_reference_consensus_and_the_middle() -> None:
    state = empathy({ONE: (2.0, 4.0, 5.0, 3.0), TWO: (1.0, Left.NOT_SURE, 1.0, 1.0)})
    of = table(state, "empathy")
    agreed = Consensus(((ONE, 2.0), (TWO, Left.NOT_APPLICABLE)), "why")
    np.testing.assert_array_equal(anchor(of, Against.REFERENCE), [3, 1])
    np.testing.assert_array_equal(anchor(of, Against.CONSENSUS, agreed), [2, NAN])
    np.testing.assert_array_equal(anchor(of, Against.CONSENSUS), [NAN, NAN])
    np.testing.assert_array_equal(anchor(of, Against.MIDDLE), [4, 1])
    found = gaps([of], [anchor(of, Against.REFERENCE)])
    np.testing.assert_array_equal(found.signed, [[[-0.25, 0.25, 0.5], [0, NAN, 0]]])
    anna, ben, _cara = found.of_raters()
    assert (anna.n, anna.lean, anna.apart) == (2, -0.125, 0.125)
    assert (ben.n, ben.lean) == (1, 0.25)
    assert [each.n for each in found.of_recordings()] == [3, 2]
    assert found.of_criteria()[0].apart == pytest.approx(0.2)


def test_a_yes_or_no_is_held_against_the_commonest_unless_there_is_none() -> None:
    both = {"empathy": 3.0}
    marks = {
        ANNA: {ONE: {"greeting": 1.0, **both}, TWO: {"greeting": 0.0, **both}},
        BEN: {ONE: {"greeting": 0.0, **both}, TWO: {"greeting": 1.0, **both}},
        CARA: {ONE: {"greeting": 1.0, **both}},
    }
    of = table(scored(opened(), marks), "greeting")
    middle = anchor(of, Against.MIDDLE)
    np.testing.assert_array_equal(middle, [1, NAN])
    found = gaps([of], [middle])
    np.testing.assert_array_equal(found.signed[0, 0], [0, -1, 0])
    assert found.of_recordings()[1].apart is None
