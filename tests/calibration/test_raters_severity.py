"""Severity by the additive model: by hand, against statsmodels, and what must never change it."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.calibration.raters import Estimate, SeverityResult, Trouble, rater_severity, words_for
from app.errors import InvalidInput

NAN = np.nan
Floats = NDArray[np.float64]


def severities(result: SeverityResult) -> Floats:
    return np.array([each.severity.value if each.severity else NAN for each in result.raters])


def fair(result: SeverityResult) -> Floats:
    return np.array([each.fair.value if each.fair else NAN for each in result.units])


def holed(seed: int, units: int = 12, raters: int = 4, missing: float = 0.4) -> Floats:
    rng = np.random.default_rng(seed)
    scores = rng.normal(3, 1, (units, 1)) - rng.normal(0, 0.5, raters)
    scores = scores + rng.normal(0, 0.3, scores.shape)
    scores[rng.random(scores.shape) < missing] = NAN
    return scores


def test_by_hand() -> None:
    """Three calls, three raters one point apart, one score missing: nothing is left over."""
    scores = np.array([[4.0, 5.0, 6.0], [2.0, 3.0, 4.0], [1.0, 2.0, NAN]])
    result = rater_severity(scores)
    np.testing.assert_allclose(severities(result), [1, 0, -1], atol=1e-12)
    np.testing.assert_allclose(fair(result), [5, 3, 2], atol=1e-12)
    assert result.residual_sd == pytest.approx(0, abs=1e-12)
    assert (result.n, result.missing, result.degrees_of_freedom) == (8, 1, 3)


def test_a_two_by_two_table_by_hand() -> None:
    """Differences 2 and 4 between two raters: severities ±1.5, error ±0.5 each, one freedom."""
    result = rater_severity([[1.0, 3.0], [2.0, 6.0]])
    np.testing.assert_allclose(severities(result), [1.5, -1.5], atol=1e-12)
    assert result.residual_sd == pytest.approx(1.0)
    # The mean difference has the error sqrt(2 / 2), a severity half of it; t(0.975; 1) = 12.706.
    first = result.raters[0].severity
    assert isinstance(first, Estimate)
    assert first.standard_error == pytest.approx(0.5)
    assert first.low == pytest.approx(1.5 - 12.7062047 * 0.5, abs=1e-6)


@pytest.mark.parametrize("seed", range(25))
def test_equals_ordinary_least_squares(seed: int) -> None:
    scores = holed(seed)
    result = rater_severity(scores)
    rows, columns = np.nonzero(~np.isnan(scores))
    used = np.unique(rows)
    if len(result.groups) > 1:
        assert result.trouble is Trouble.DISCONNECTED
        return
    # Units as dummies; severities with a zero sum, so the last is minus the others.
    design = np.zeros((len(rows), len(used) + 3))
    design[np.arange(len(rows)), np.searchsorted(used, rows)] = 1
    for line, column in enumerate(columns):
        if column < 3:
            design[line, len(used) + column] = -1
        else:
            design[line, len(used) :] = 1
    fit = sm.OLS(scores[rows, columns], design).fit()
    tail = np.zeros((4, design.shape[1]))
    tail[:3, len(used) :] = np.eye(3)
    tail[3, len(used) :] = -1
    compared = fit.t_test(tail)
    np.testing.assert_allclose(severities(result), compared.effect, atol=1e-8)
    for one, error, ends in zip(result.raters, compared.sd, compared.conf_int(), strict=True):
        assert one.severity is not None
        assert one.severity.standard_error == pytest.approx(float(np.squeeze(error)), abs=1e-8)
        assert (one.severity.low, one.severity.high) == pytest.approx(tuple(ends), abs=1e-8)
    np.testing.assert_allclose(fair(result)[used], fit.params[: len(used)], atol=1e-8)
    errors = [result.units[unit].fair.standard_error for unit in used]  # type: ignore[union-attr]
    np.testing.assert_allclose(np.array(errors, dtype=float), fit.bse[: len(used)], atol=1e-8)


tables = st.integers(0, 10_000).map(holed)


@given(tables, st.integers(0, 3), st.floats(-5, 5))
def test_a_constant_for_one_rater_moves_her_against_the_others(
    scores: Floats, rater: int, constant: float
) -> None:
    before = rater_severity(scores)
    assume(before.trouble is None)
    moved = scores.copy()
    moved[:, rater] -= constant
    shift = severities(rater_severity(moved)) - severities(before)
    others = np.delete(shift, rater)
    np.testing.assert_allclose(shift[rater] - others, constant, atol=1e-9)


@given(tables, st.integers(0, 10_000))
def test_order_does_not_matter(scores: Floats, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(len(scores)), rng.permutation(scores.shape[1])
    before, after = rater_severity(scores), rater_severity(scores[rows][:, columns])
    np.testing.assert_allclose(severities(after), severities(before)[columns], atol=1e-9)
    np.testing.assert_allclose(fair(after), fair(before)[rows], atol=1e-9)


@given(tables, st.floats(0.1, 20), st.floats(-10, 10))
def test_another_scale_scales_the_answer(scores: Floats, factor: float, zero: float) -> None:
    before, after = rater_severity(scores), rater_severity(scores * factor + zero)
    np.testing.assert_allclose(severities(after), severities(before) * factor, atol=1e-8)
    np.testing.assert_allclose(fair(after), fair(before) * factor + zero, atol=1e-7)


def test_groups_that_share_no_call_are_named_and_compared_within_only() -> None:
    scores = np.array(
        [[1, 2, NAN, NAN], [3, 4, NAN, NAN], [NAN, NAN, 5, 5], [NAN, NAN, 9, 9]], dtype=float
    )
    result = rater_severity(scores)
    assert result.trouble is Trouble.DISCONNECTED
    assert [group.raters for group in result.groups] == [(0, 1), (2, 3)]
    assert [group.units for group in result.groups] == [(0, 1), (2, 3)]
    np.testing.assert_allclose(severities(result), [0.5, -0.5, 0, 0], atol=1e-12)


def test_who_cannot_be_compared_is_told_why() -> None:
    scores = np.array([[1, 2, NAN, NAN], [3, 5, NAN, NAN], [NAN, NAN, NAN, 4]], dtype=float)
    result = rater_severity(scores)
    assert [each.trouble for each in result.raters] == [
        None,
        None,
        Trouble.NOTHING_RATED,
        Trouble.ALONE,
    ]
    assert result.raters[2].severity is None
    assert result.raters[3].severity is None


@pytest.mark.parametrize(
    ("scores", "trouble"),
    [
        (np.full((3, 2), NAN), Trouble.NOTHING_RATED),
        (np.empty((0, 0)), Trouble.NOTHING_RATED),
        ([[1.0, NAN], [2.0, NAN]], Trouble.ONE_RATER),
        (np.full((3, 2), 4.0), Trouble.ALL_EQUAL),
        ([[1.0, 2.0]], Trouble.NO_SPARE),
    ],
)
def test_poor_data_get_a_name(scores: Floats, trouble: Trouble) -> None:
    result = rater_severity(scores)
    assert result.trouble is trouble
    assert result.too_few
    assert words_for(trouble).key
    for each in result.raters:
        assert each.severity is None or np.isfinite(each.severity.value)


def test_few_shared_calls_are_flagged() -> None:
    assert rater_severity(holed(1, units=12, missing=0)).too_few is False
    assert rater_severity(holed(1, units=9, missing=0)).too_few is True


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(7)
    truth = np.array([0.6, 0.1, -0.2, -0.5])
    inside = []
    for _ in range(300):
        scores = rng.normal(0, 1, (15, 1)) - truth + rng.normal(0, 0.7, (15, 4))
        scores[rng.random(scores.shape) < 0.3] = NAN
        result = rater_severity(scores)
        inside.extend(
            one.severity.low <= value <= one.severity.high  # type: ignore[operator]
            for one, value in zip(result.raters, truth, strict=True)
            if one.severity
        )
    assert 0.93 < np.mean(inside) < 0.97


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(InvalidInput, match="2 dimensions, got 1"):
        rater_severity([1.0, 2.0])
    with pytest.raises(InvalidInput, match="finite"):
        rater_severity([[1.0, np.inf]])
    with pytest.raises(InvalidInput, match="numbers"):
        rater_severity([["good", "bad"]])
    with pytest.raises(InvalidInput, match="level"):
        rater_severity([[1.0, 2.0]], level=95)
