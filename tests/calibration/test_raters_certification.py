"""Gold calls: the rule, how sure it is and how many calls are still needed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from statsmodels.stats.proportion import proportion_confint

from app.calibration.proportion import Kind, share
from app.calibration.raters import Verdict, certification
from app.errors import InvalidInput

NAN = np.nan
Floats = NDArray[np.float64]
KINDS: tuple[tuple[Kind, str], ...] = (("wilson", "wilson"), ("clopper-pearson", "beta"))


@pytest.mark.parametrize(("kind", "oracle"), KINDS)
def test_intervals_equal_statsmodels(kind: Kind, oracle: str) -> None:
    for n in range(1, 30):
        for hits in range(n + 1):
            one = share(hits, n, 0.9, kind)
            expected = proportion_confint(hits, n, alpha=0.1, method=oracle)
            assert (one.low, one.high) == pytest.approx(expected, abs=1e-9)


def test_published_intervals() -> None:
    """Newcombe (1998, Statistics in Medicine 17, table I): 81 of 263 and 15 of 148."""
    first, second = share(81, 263), share(15, 148)
    assert (first.low, first.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert (second.low, second.high) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    exact = share(81, 263, kind="clopper-pearson")
    assert (exact.low, exact.high) == pytest.approx((0.2527, 0.3676), abs=5e-5)


def answers(calls: int, criteria: int, wrong: int) -> tuple[Floats, Floats]:
    """``wrong`` answers spread evenly over calls and the criteria from the second on."""
    gold = np.ones((calls, criteria))
    own = gold.copy()
    for number in range(wrong):
        own[number % calls, 1 + number % (criteria - 1)] = 0
    return own, gold


def test_passed() -> None:
    own, gold = answers(12, 5, 4)
    result = certification(own, gold, critical=[0])
    assert result.passed
    assert result.agreement.hits == 56
    assert result.agreement.estimate == pytest.approx(56 / 60)
    assert result.effective_n == 60
    assert result.more_calls == 0
    assert result.criteria[1].missed_calls == (0,)
    assert not result.too_few


def test_one_critical_answer_is_enough_to_miss() -> None:
    own, gold = answers(12, 5, 0)
    own[7, 0] = 0
    result = certification(own, gold, critical=[0])
    assert result.verdict is Verdict.CRITICAL_MISSED
    assert result.criteria[0].missed_calls == (7,)
    assert result.more_calls is None
    assert certification(own, gold).passed


def test_below_target() -> None:
    own, gold = answers(12, 5, 12)
    result = certification(own, gold)
    assert result.verdict is Verdict.BELOW_TARGET
    assert result.more_calls is None


def test_good_but_not_sure_says_how_many_more() -> None:
    """6 of 7 right: Wilson's low limit is 0.487; with the same share 0.7 is reached later."""
    own = np.ones((7, 1))
    own[3] = 0
    result = certification(own, np.ones((7, 1)))
    assert result.verdict is Verdict.MORE_CALLS
    more = result.more_calls
    assert more is not None
    rate = 6 / 7
    reached = [_wilson_low(rate, 7 + k) for k in (more - 1, more)]
    assert reached[0] < 0.7 <= reached[1]
    assert dict(result.words.params) == {"n": more}
    assert result.too_few


def _wilson_low(rate: float, n: int) -> float:
    z = 1.959963984540054
    middle = rate + z * z / (2 * n)
    return float(
        (middle - z * np.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))) / (1 + z * z / n)
    )


def test_calls_that_go_wrong_as_a_whole_count_for_less() -> None:
    spread, gold = answers(12, 5, 5)
    lumped = gold.copy()
    lumped[4] = 0
    even, uneven = certification(spread, gold), certification(lumped, gold)
    assert even.agreement.hits == uneven.agreement.hits
    assert even.effective_n == 60
    # All answers of a call alike: each call is worth little more than one answer.
    assert uneven.effective_n == pytest.approx(60 * 11 / 59)
    assert uneven.agreement.low < even.agreement.low


def test_what_is_not_certified_does_not_count_and_what_is_not_answered_is_named() -> None:
    own, gold = answers(10, 3, 0)
    gold[:, 2] = NAN
    own[0, 2] = 0
    assert certification(own, gold).passed
    assert certification(own, gold).criteria[2].agreement.estimate is None
    own[0, 1] = NAN
    result = certification(own, gold)
    assert result.verdict is Verdict.UNANSWERED
    assert (result.missing, result.criteria[1].missing) == (1, 1)


def test_a_critical_criterion_that_no_gold_call_tests_is_not_passed() -> None:
    own, gold = answers(12, 3, 0)
    gold[:, 2] = NAN
    assert certification(own, gold).passed
    assert certification(own, gold, critical=[2]).verdict is Verdict.CRITICAL_UNTESTED


def test_nothing_to_compare_has_a_name() -> None:
    nothing = np.full((4, 2), NAN)
    assert certification(nothing, nothing).verdict is Verdict.NO_GOLD
    assert certification(np.empty((0, 0)), np.empty((0, 0))).verdict is Verdict.NO_GOLD
    assert certification(nothing, np.ones((4, 2))).verdict is Verdict.UNANSWERED


cards = st.integers(0, 10_000).map(
    lambda seed: np.random.default_rng(seed).integers(0, 2, (2, 9, 4)).astype(float)
)


@given(cards, st.permutations(range(9)))
def test_order_of_calls_does_not_matter(card: Floats, order: list[int]) -> None:
    before = certification(card[0], card[1], target=0.4, floor=0.3)
    after = certification(card[0][order], card[1][order], target=0.4, floor=0.3)
    assert before.verdict is after.verdict
    assert before.agreement.low == pytest.approx(after.agreement.low)
    assert before.more_calls == after.more_calls


@given(cards)
def test_one_more_right_answer_never_hurts(card: Floats) -> None:
    own, gold = card
    before = certification(own, gold, interval="clopper-pearson")
    wrong = np.argwhere(own != gold)
    for call, criterion in wrong[:1]:
        own[call, criterion] = gold[call, criterion]
    after = certification(own, gold, interval="clopper-pearson")
    assert (after.agreement.estimate or 0) >= (before.agreement.estimate or 0)
    for one, other in zip(before.criteria, after.criteria, strict=True):
        assert other.agreement.low >= one.agreement.low


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(InvalidInput, match="as many"):
        certification(np.ones((2, 2)), np.ones((2, 3)))
    with pytest.raises(InvalidInput, match="no criterion 5"):
        certification(np.ones((2, 2)), np.ones((2, 2)), critical=[5])
    with pytest.raises(InvalidInput, match="target"):
        certification(np.ones((2, 2)), np.ones((2, 2)), target=85)
