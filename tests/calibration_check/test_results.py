"""What Check shows, of sessions made by hand with figures known beforehand."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import hypot

import numpy as np
import pytest

from app.calibration import check_words, pictures, session_figures
from app.calibration import session_events as happen
from app.calibration.act import Consensus
from app.calibration.agreement import Agreement, Interval, Method
from app.calibration.change import Change
from app.calibration.check import Standing
from app.calibration.checking import initials_of
from app.calibration.gaps import Against, Gaps
from app.calibration.leaning import leaning
from app.calibration.results import Results, majority, results_for
from app.calibration.session_figures import figures_of
from app.calibration.session_plan import AlphaAtLeast
from app.calibration.session_state import SessionState
from app.calibration.statistics import Reason, Sampling, more_to_tell
from app.quality.answers import Answer, Left
from app.quality.text import in_english
from tests.calibration.sessions import (
    ANNA,
    BEN,
    CALLS,
    CARA,
    HOST,
    REFERENCE,
    START,
    STRANGER,
    opened,
    plan,
    play,
    scored,
)

FIRST, SECOND = CALLS
QUICK = Sampling(draws=200)
NAMES = {ANNA: "Anna", BEN: "Ben", CARA: "Cara", REFERENCE: "Ref"}


def session(empathy: dict[int, tuple[Answer, Answer]], over: tuple[str, ...]) -> SessionState:
    marks: dict[int, dict[int, dict[str, Answer]]] = {
        rater: {
            FIRST: {"greeting": 1.0, "empathy": first},
            SECOND: {"greeting": 0.0, "empathy": second},
        }
        for rater, (first, second) in empathy.items()
    }
    return scored(opened(plan(reference=None)), marks, over)


def seen(state: SessionState, viewer: int = HOST) -> Results:
    return results_for(state, viewer, figures_of(state, QUICK))


APART = session({ANNA: (5.0, 1.0), BEN: (5.0, 3.0), CARA: (5.0, 5.0)}, ("empathy",))


def test_the_heaviest_criterion_and_the_widest_call_come_first() -> None:
    found = seen(APART)
    assert [each.id for each in found.criteria] == ["empathy", "greeting"]
    assert [each.recording for each in found.criteria[0].calls] == [SECOND, FIRST]
    assert found.criteria[0].burden == 1
    assert found.criteria[0].calls[0].widest == 1
    assert [each.id for each in found.main_causes] == ["empathy"]
    words = check_words.headline(found, str.title, NAMES.__getitem__)
    assert in_english(words) == (
        "One criterion is short of the target; most of what lies apart lies in Empathy."
    )


def test_gaps_are_of_the_middle_then_of_what_was_agreed_on() -> None:
    empathy = seen(APART).criteria[0]
    assert empathy.against is Against.MIDDLE
    assert dict(empathy.raters)[ANNA].lean == pytest.approx(-0.25)  # 0 and -2 of 4 points
    state = play(
        happen.ActOpened(HOST, START),
        happen.Resolved(HOST, START, "empathy", Consensus(((SECOND, 5.0),), "Heard twice.")),
        on=APART,
    )
    empathy = seen(state).criteria[0]
    assert empathy.against is Against.CONSENSUS
    assert dict(empathy.raters)[ANNA].lean == -1
    assert dict(empathy.raters)[CARA].lean == 0


def test_a_stranger_sees_no_mark() -> None:
    assert all(not call.marks for each in seen(APART, STRANGER).criteria for call in each.calls)


def test_majority_is_what_most_chose() -> None:
    calls = {each.recording: each for each in seen(APART).criteria[0].calls}
    assert majority(calls[FIRST]) == 5.0
    assert majority(calls[SECOND]) is None
    unsure = session({ANNA: (Left.NOT_SURE, 1.0), BEN: (Left.NOT_APPLICABLE, 1.0)}, ())
    empathy = next(each for each in seen(unsure).criteria if each.id == "empathy")
    first = next(each for each in empathy.calls if each.recording == FIRST)
    assert majority(first) is Left.NOT_APPLICABLE


def test_a_call_that_does_not_apply_to_all_is_split() -> None:
    state = session({ANNA: (Left.NOT_APPLICABLE, 1.0), BEN: (4.0, 1.0)}, ("empathy",))
    first = seen(state).criteria[0].calls[0]
    assert (first.recording, first.split) == (FIRST, True)
    assert first.late == (CARA,)


def test_nothing_handed_in_is_unknown() -> None:
    state = scored(opened(plan(reference=None)), {})
    found = seen(state)
    assert {each.standing for each in found.criteria} == {Standing.UNKNOWN}
    assert "nothing to compare" in in_english(check_words.headline(found, str, str))


def test_figures_survive_being_kept() -> None:
    figures = figures_of(APART, QUICK)
    assert session_figures.from_json(session_figures.to_json(figures)) == figures


def test_the_mean_of_one_alpha_is_that_alpha() -> None:
    figures = figures_of(APART, QUICK)
    told = [each.alpha.estimate for each in figures.criteria.values()]
    known = [each for each in told if each is not None]
    assert figures.overall is not None
    assert figures.overall.estimate == pytest.approx(sum(known) / len(known))


def test_dots_stand_on_their_points_and_never_on_each_other() -> None:
    state = session({ANNA: (5.0, 1.0), BEN: (5.0, 3.0), CARA: (5.0, 5.0)}, ("empathy",))
    picture = pictures.dot_picture(seen(state).criteria[0], lambda rater: NAMES[rater][:2])
    widest, same = picture.rows
    assert [dot.initials for dot in widest.dots] == ["An", "Be", "Ca"]
    columns = {column.answer: column.x for column in picture.columns}
    assert [dot.x for dot in widest.dots] == [columns[1.0], columns[3.0], columns[5.0]]
    assert widest.anchor == columns[3.0]
    pairs = combinations(same.dots, 2)
    assert all(hypot(one.x - two.x, one.y - two.y) >= pictures.DOT for one, two in pairs)
    assert all(abs(dot.y - same.y) + 11 <= same.half for dot in same.dots)
    assert all(0 <= dot.x <= picture.width for row in picture.rows for dot in row.dots)


def test_a_middle_between_two_points_is_drawn_between_them() -> None:
    state = session({ANNA: (4.0, 1.0), BEN: (5.0, 1.0)}, ())
    picture = pictures.dot_picture(seen(state).criteria[0], lambda rater: "x")
    columns = {column.answer: column.x for column in picture.columns}
    row = next(each for each in picture.rows if each.recording == FIRST)
    assert row.anchor == pytest.approx((columns[4.0] + columns[5.0]) / 2)


@pytest.mark.parametrize(
    ("before", "after", "ends", "said"),
    [
        (0.4, 0.6, (0.002, 0.48), "Closer by 0.20, likely between just above 0 and 0.48"),
        (
            0.4,
            0.6,
            (-0.001, 0.9),
            "This may be chance: +0.20, likely between just below 0 and 0.90",
        ),
        (0.7, 0.5, (-0.3, -0.002), "Further apart by 0.20, likely between just above 0 and 0.30"),
        (0.4, 0.71, (0.12, 0.48), "Closer by 0.31, likely between 0.12 and 0.48"),
        (0.7, 0.5, (-0.3, -0.1), "Further apart by 0.20, likely between 0.10 and 0.30"),
        (0.5, 0.45, (-0.2, 0.1), "This may be chance: −0.05, likely between −0.20 and 0.10"),
    ],
)
def test_change_in_words(before: float, after: float, ends: tuple[float, float], said: str) -> None:
    method = Method("alpha", "a paper")
    change = Change(method, before, after, Interval(*ends, 0.95, "drawn"), 8)
    assert in_english(check_words.change(change)).startswith(said)


def test_change_without_an_interval_is_no_verdict() -> None:
    change = Change(Method("alpha", "a paper"), 0.33, 0.98, None, 2, Reason.UNSTABLE)
    said = in_english(check_words.change(change))
    assert said == "α 0.33 before, 0.98 after. Too few calls to say how sure."


def agreement(value: float, low: float, high: float, units: int = 12) -> Agreement:
    interval = Interval(low, high, 0.95, "drawn")
    return Agreement(Method("alpha", "a paper"), value, interval, units, 5, 0)


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.62, 0.74, "Agreement is good ("),
        (0.62, 0.9, "Agreement is good to excellent ("),
        (0.45, 0.9, "Agreement is at least fair ("),
        (-0.2, 0.5, "Agreement is fair at best ("),
        (-0.13, 1.0, "How good the agreement is cannot be told yet ("),
        (0.33, 0.67, "How good the agreement is cannot be told yet ("),
    ],
)
def test_a_word_only_where_the_whole_interval_allows_it(low: float, high: float, word: str) -> None:
    middle = (low + high) / 2
    assert in_english(check_words.verdict(agreement(middle, low, high))).startswith(word)


def test_without_an_interval_there_is_no_word() -> None:
    bare = Agreement(Method("alpha", "a paper"), 0.9, None, 4, 3, 0, Reason.UNSTABLE)
    assert in_english(check_words.verdict(bare)).startswith("How good the agreement is cannot")


@pytest.mark.parametrize(
    ("value", "low", "high", "units", "said"),
    [
        (0.9, 0.85, 0.97, 12, "It meets the target of 0.80 for sure."),
        (0.9, 0.85, 0.97, 6, "It meets the target of 0.80, as far as"),
        (0.3, 0.1, 0.5, 12, "It is short of the target of 0.80 for sure."),
        (0.85, 0.75, 0.9, 12, "on these calls, which may be chance; about"),
        (0.796, 0.6, 0.9, 6, "It is only just short of the target of 0.80, which may be chance"),
        (0.78, -0.13, 1.0, 6, "which may be chance, and it would take too many calls to tell."),
    ],
)
def test_target_is_judged_with_how_sure_it_is(
    value: float, low: float, high: float, units: int, said: str
) -> None:
    words = check_words.held_against(agreement(value, low, high, units), AlphaAtLeast(0.8))
    assert said in in_english(words)


def test_more_calls_are_those_that_would_tell() -> None:
    assert more_to_tell(agreement(0.9, 0.85, 0.97, 6), 0.8) == 0
    assert more_to_tell(agreement(0.85, 0.75, 0.9), 0.8) == 36, (
        "twice as narrow: four times as many"
    )
    assert more_to_tell(agreement(0.8, 0.75, 0.9), 0.8) is None
    assert more_to_tell(agreement(0.78, 0.7, 0.85), 0.8) is None, "more than anybody scores"


def test_the_difference_between_people_is_said_first() -> None:
    """On five calls Anna marks a point above Ben, who marks a point above Cara."""
    signed = np.array([[[0.25, 0.0, -0.25]] * 5])
    found = leaning(Gaps(("empathy",), (1, 2, 3, 4, 5), (ANNA, BEN, CARA), signed, np.abs(signed)))
    assert found.raters == ((ANNA, 0.25), (CARA, -0.25))
    assert (found.share, found.mostly) == (1.0, True)
    told = replace(seen(APART), leaning=found)
    said = in_english(check_words.headline(told, str.title, NAMES.__getitem__))
    assert said.startswith(
        "Most of the difference lies between people: "
        "Anna 25% of the scale higher and Cara 25% lower. One criterion"
    )


def test_whoever_marks_now_higher_now_lower_does_not_lean() -> None:
    signed = np.array([[[0.5, 0.0], [-0.5, 0.0], [0.5, 0.0], [-0.25, 0.0], [0.5, 0.0]]])
    found = leaning(Gaps(("empathy",), (1, 2, 3, 4, 5), (ANNA, BEN), signed, np.abs(signed)))
    assert (found.raters, found.mostly) == ((), False)


def test_short_names_are_not_cut() -> None:
    assert initials_of({1: "You", 2: "Lena Ortiz", 3: "Yolanda"}) == {1: "You", 2: "LO", 3: "Yo"}


def test_verdict_says_how_sure_it_is() -> None:
    method = Method("alpha", "a paper")
    fair = Agreement(method, 0.58, Interval(0.41, 0.72, 0.95, "drawn"), 6, 5, 0)
    said = in_english(check_words.verdict(fair))
    assert said.startswith("Agreement is fair to good (α 0.58, likely between 0.41 and 0.72;")
