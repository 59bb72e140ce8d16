"""Data that allow no figure get a named answer; a figure comes with words and a doubt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.calibration.ratings import Floats
from app.calibration.statistics import (
    Agreement,
    Alpha,
    Interval,
    IntraclassCorrelation,
    Method,
    Reason,
    Sampling,
    Statistic,
    Word,
    bootstrap_interval,
    cohen_kappa,
    fleiss,
    gwet,
    gwet_ac,
    icc,
    in_words,
    is_paradox,
    krippendorff_alpha,
    measure,
    percent,
    percent_agreement,
    word_for,
)
from app.errors import InvalidInput

N = float("nan")
BEYOND: list[Statistic] = [
    fleiss,
    gwet(),
    Alpha("nominal"),
    Alpha("ordinal"),
    Alpha("interval"),
    IntraclassCorrelation("2,1"),
]
NOBODY = np.full((4, 3), N)
ONE_RATER = np.array([[1, N], [2, N], [1, N]])
NEVER_THE_SAME = np.array([[1, N], [N, 2], [1, N]])
ONE_CALL = np.array([[1, 2.0], [N, 2], [1, N]])
ALL_YES = np.ones((6, 3))


@pytest.mark.parametrize("statistic", BEYOND, ids=lambda s: s.method.name)
@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (NOBODY, Reason.NO_SCORES),
        (np.empty((0, 0)), Reason.NO_SCORES),
        (ONE_RATER, Reason.ONE_RATER),
        (NEVER_THE_SAME, Reason.NO_PAIRS),
        (ONE_CALL, Reason.ONE_UNIT),
        (ALL_YES, Reason.NO_VARIATION),
    ],
)
def test_no_figure_has_a_reason(statistic: Statistic, table: Floats, reason: Reason) -> None:
    found = measure(statistic, table)
    assert (found.estimate, found.interval, found.reason) == (None, None, reason)
    assert found.too_few
    assert found.more is None
    assert bootstrap_interval(statistic, table) is reason


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        ([N, N], [N, N], Reason.NO_SCORES),
        ([1, 2], [N, N], Reason.ONE_RATER),
        ([1, N], [N, 2], Reason.NO_PAIRS),
        ([1, N], [1, 2], Reason.ONE_UNIT),
        ([1, 1, 1], [1, 1, 1], Reason.NO_VARIATION),
    ],
)
def test_two_raters_without_a_figure(a: list[float], b: list[float], reason: Reason) -> None:
    found = cohen_kappa(a, b)
    assert (found.estimate, found.reason) == (None, reason)


def test_a_share_needs_no_chance() -> None:
    """Of one call, or where all say yes, there is a share of pairs, if no interval."""
    one = percent_agreement(ONE_CALL)
    assert (one.estimate, one.interval, one.reason) == (0, None, Reason.ONE_UNIT)
    yes = percent_agreement(ALL_YES)
    assert (yes.estimate, yes.interval, yes.reason) == (1, None, Reason.ALIKE)
    single = percent_agreement(np.array([[1.0, 1, 2]]))
    assert (single.estimate, single.reason) == (pytest.approx(1 / 3), Reason.ONE_UNIT)


def test_a_scale_that_is_known_saves_ac1_where_all_say_yes() -> None:
    found = gwet_ac(ALL_YES, scale=[0, 1])
    assert (found.estimate, found.reason) == (1, Reason.ALIKE)
    # More points to choose from make the same agreement less likely by chance.
    table = np.array([[4.0, 4], [5, 5], [4, 5], [5, 5]])
    two, five = gwet_ac(table), gwet_ac(table, scale=range(1, 6))
    assert two.estimate is not None
    assert five.estimate is not None
    assert five.estimate > two.estimate


def test_one_odd_call_among_many_gives_no_interval() -> None:
    """Most draws would not contain it, and tell nothing."""
    table = np.ones((30, 3))
    table[0] = 2
    found = krippendorff_alpha(table, "nominal")
    assert (found.estimate, found.interval, found.reason) == (1, None, Reason.UNSTABLE)
    assert found.too_few
    assert found.more is None


def test_an_icc_of_calls_that_do_not_differ() -> None:
    table = np.array([[1.0, 5], [5, 1], [3, 3]])
    assert icc(table, "1,k").reason is Reason.ALIKE
    assert icc(table, "1,1").estimate == -1


def test_a_late_rater_costs_an_icc_nothing() -> None:
    table = np.array([[1, 2, N], [2, 2, N], [4, 5, N], [5, 4, 4], [3, 3, N]])
    found = icc(table)
    assert (found.units, found.raters, found.missing) == (5, 2, 4)
    assert found.estimate == icc(table[:, :2]).estimate
    # Two calls of two raters rather than one call of many.
    few = np.array([[1.0, 2, 3, 4, 5, 6], [2, 3, N, N, N, N]])
    assert (icc(few).units, icc(few).raters) == (2, 2)


def test_no_draws_no_interval() -> None:
    found = percent_agreement([[1, 1], [1, 2], [2, 2]], sampling=Sampling(draws=0))
    assert (found.estimate, found.interval, found.reason) == (pytest.approx(2 / 3), None, None)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: percent_agreement([1, 2, 3]), "units × raters, got 1 axes"),
        (lambda: percent_agreement([[1, float("inf")]]), "finite"),
        (lambda: percent_agreement([["yes", "no"]]), "numbers"),
        (lambda: percent_agreement([[1, 2], [1]]), "numbers"),
        (lambda: gwet_ac([[1, 9]], scale=[1, 2]), "got 9"),
        (lambda: gwet_ac([[1, 2]], "cubic"), "cubic"),
        (lambda: krippendorff_alpha([[1, 2]], "polar"), "polar"),
        (lambda: krippendorff_alpha([[-1, 2], [1, 2]], "ratio"), "negative"),
        (lambda: icc([[1, 2]], "4,1"), "4,1"),
        (lambda: cohen_kappa([1, 2], [1, 2, 3]), "got 2 and 3"),
        (lambda: measure(percent, [[1, 2]], Sampling(draws=-1)), "draws"),
        (lambda: measure(percent, [[1, 2]], Sampling(confidence=95)), "confidence"),
    ],
)
def test_what_is_no_table_is_refused_in_words(call: object, words: str) -> None:
    assert callable(call)
    with pytest.raises(InvalidInput, match=words):
        call()


def fair() -> Agreement:
    interval = Interval(0.41, 0.72, 0.95, "bootstrap")
    return Agreement(Method("alpha", "a paper"), 0.58, interval, 6, 5, 0)


def test_a_verdict_in_parts() -> None:
    verdict = in_words(fair())
    assert (verdict.word, verdict.low_word, verdict.high_word) == (Word.FAIR, Word.FAIR, Word.GOOD)
    assert (verdict.estimate, verdict.units, verdict.raters) == (0.58, 6, 5)
    assert verdict.more == 4


def test_how_many_more() -> None:
    """Ten at least; an interval shrinks with the root of the number of calls."""
    enough = replace(fair(), units=20, interval=Interval(0.5, 0.8, 0.95, "bootstrap"))
    assert (enough.more, enough.too_few) == (0, False)
    wide = replace(enough, interval=Interval(0.2, 0.8, 0.95, "bootstrap"))
    assert (wide.more, wide.too_few) == (60, True)
    hopeless = replace(enough, interval=Interval(-3, 0.8, 0.95, "bootstrap"))
    assert (hopeless.more, hopeless.too_few) == (None, True)
    unsure = replace(enough, interval=None, reason=Reason.ALIKE)
    assert (unsure.more, unsure.too_few) == (0, False)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (-0.2, Word.CHANCE),
        (0, Word.CHANCE),
        (0.39, Word.POOR),
        (0.4, Word.FAIR),
        (0.6, Word.GOOD),
        (0.75, Word.EXCELLENT),
        (1, Word.EXCELLENT),
    ],
)
def test_bands(value: float, word: Word) -> None:
    assert word_for(value) is word


def test_a_plain_share_has_no_word() -> None:
    share = percent_agreement([[1, 1], [1, 2], [2, 2]])
    assert in_words(share).word is None
    assert in_words(krippendorff_alpha(NOBODY, "nominal")).reason is Reason.NO_SCORES
    assert not is_paradox(share, krippendorff_alpha(ALL_YES, "nominal"))
