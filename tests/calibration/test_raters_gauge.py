"""Self-consistency: the study of the AIAG manual, simulated studies, yes and no."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from statsmodels.stats.anova import anova_lm

from app.calibration.raters import (
    Component,
    GaugeResult,
    Trouble,
    attribute_agreement,
    gauge_rr,
)
from app.errors import InvalidInput

NAN = np.nan
Floats = NDArray[np.float64]
# AIAG, Measurement systems analysis, 4th ed., table III-B 6: appraiser, trial, ten parts.
AIAG = np.array(
    [
        [
            [0.29, -0.56, 1.34, 0.47, -0.80, 0.02, 0.59, -0.31, 2.26, -1.36],
            [0.41, -0.68, 1.17, 0.50, -0.92, -0.11, 0.75, -0.20, 1.99, -1.25],
            [0.64, -0.58, 1.27, 0.64, -0.84, -0.21, 0.66, -0.17, 2.01, -1.31],
        ],
        [
            [0.08, -0.47, 1.19, 0.01, -0.56, -0.20, 0.47, -0.63, 1.80, -1.68],
            [0.25, -1.22, 0.94, 1.03, -1.20, 0.22, 0.55, 0.08, 2.12, -1.62],
            [0.07, -0.68, 1.34, 0.20, -1.28, 0.06, 0.83, -0.34, 2.19, -1.50],
        ],
        [
            [0.04, -1.38, 0.88, 0.14, -1.46, -0.29, 0.02, -0.46, 1.77, -1.49],
            [-0.11, -1.13, 1.09, 0.20, -1.07, -0.67, 0.01, -0.56, 1.45, -1.77],
            [-0.15, -0.96, 0.67, 0.11, -1.45, -0.49, 0.21, -0.49, 1.87, -2.16],
        ],
    ]
).transpose(2, 0, 1)
PARTS = ("repeatability", "reproducibility", "gauge", "unit")


def variances(result: GaugeResult) -> Floats:
    every = [getattr(result, name) for name in (*PARTS, "rater", "interaction")]
    return np.array([each.variance if isinstance(each, Component) else NAN for each in every])


def test_the_analysis_of_variance_of_the_manual() -> None:
    """The printed table: appraisers 3.1673, parts 88.3619, both 0.3590, equipment 2.7589."""
    result = gauge_rr(AIAG, pool_above=None)
    assert [(each.source, each.freedom) for each in result.anova] == [
        ("unit", 9),
        ("rater", 2),
        ("interaction", 18),
        ("repeat", 60),
    ]
    squares = [each.squares for each in result.anova]
    np.testing.assert_allclose(squares, [88.3619, 3.1673, 0.3590, 2.7589], atol=5e-5)


def test_the_components_of_the_manual() -> None:
    """Printed standard deviations, contributions, shares of the study variation and ndc."""
    result = gauge_rr(AIAG)
    assert result.pooled
    found = [getattr(result, name) for name in PARTS]
    printed = [0.199933, 0.226838, 0.302373, 1.042327]
    np.testing.assert_allclose([np.sqrt(each.variance) for each in found], printed, atol=2e-6)
    shares = [each.contribution for each in found]
    np.testing.assert_allclose(shares, [3.39, 4.37, 7.76, 92.24], atol=5e-3)
    study = [each.study_variation for each in found]
    np.testing.assert_allclose(study, [18.42, 20.90, 27.86, 96.04], atol=5e-3)
    assert result.distinct_categories == 4
    assert (result.n_units, result.n_raters, result.n_repeats) == (10, 3, 3)


def test_a_negative_component_is_set_to_zero_and_said_so() -> None:
    result = gauge_rr(AIAG, pool_above=None)
    assert result.interaction is not None
    assert result.interaction.set_to_zero
    assert result.interaction.variance == 0
    assert result.rater is not None
    assert not result.rater.set_to_zero
    assert result.reproducibility is not None
    assert result.reproducibility.variance == result.rater.variance


def test_squares_equal_statsmodels() -> None:
    rng = np.random.default_rng(3)
    scores = rng.normal(0, 1, (7, 1, 1)) + rng.normal(0, 0.5, (7, 4, 1))
    scores = scores + rng.normal(0, 0.4, (7, 4, 2))
    unit, rater, _ = np.indices(scores.shape)
    table = pd.DataFrame({"y": scores.ravel(), "u": unit.ravel(), "r": rater.ravel()})
    oracle = anova_lm(smf.ols("y ~ C(u) * C(r)", table).fit())
    found = [each.squares for each in gauge_rr(scores, pool_above=None).anova]
    np.testing.assert_allclose(found, oracle["sum_sq"], atol=1e-9)


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(12)
    truth = {"repeatability": 0.5, "reproducibility": 0.7, "gauge": 1.2, "unit": 2.0}
    inside: dict[str, list[bool]] = {name: [] for name in truth}
    for _ in range(250):
        scores = rng.normal(0, np.sqrt(2), (12, 1, 1)) + rng.normal(0, np.sqrt(0.4), (1, 5, 1))
        scores = scores + rng.normal(0, np.sqrt(0.3), (12, 5, 1))
        scores = scores + rng.normal(0, np.sqrt(0.5), (12, 5, 2))
        result = gauge_rr(scores, pool_above=None)
        for name, value in truth.items():
            one = getattr(result, name)
            inside[name].append(one.low <= value <= one.high)
    for name, hits in inside.items():
        assert 0.91 < np.mean(hits) < 0.985, name


studies = st.integers(0, 10_000).map(
    lambda seed: np.random.default_rng(seed).normal(0, 1, (6, 3, 2)).cumsum(axis=0)
)


@given(studies, st.floats(0.1, 30), st.floats(-20, 20))
def test_scale_and_zero(scores: Floats, factor: float, zero: float) -> None:
    before, after = gauge_rr(scores), gauge_rr(scores * factor + zero)
    np.testing.assert_allclose(
        variances(after), variances(before) * factor**2, rtol=1e-7, atol=1e-7
    )
    assert after.distinct_categories == before.distinct_categories


@given(studies, st.integers(0, 2), st.floats(-3, 3))
def test_a_constant_for_one_rater_is_hers_alone(
    scores: Floats, rater: int, constant: float
) -> None:
    moved = scores.copy()
    moved[:, rater] += constant
    before, after = gauge_rr(scores), gauge_rr(moved)
    for name in ("repeatability", "interaction", "unit"):
        one, other = getattr(before, name), getattr(after, name)
        assert (one is None) == (other is None)
        if one is not None:
            assert other.variance == pytest.approx(one.variance, abs=1e-9)


@given(studies, st.permutations(range(6)), st.permutations(range(3)))
def test_order_does_not_matter(scores: Floats, units: list[int], raters: list[int]) -> None:
    np.testing.assert_allclose(
        variances(gauge_rr(scores[units][:, raters][:, :, ::-1])),
        variances(gauge_rr(scores)),
        atol=1e-9,
    )


def test_intervals_hold_their_estimate_and_sums_add_up() -> None:
    for seed in range(60):
        result = gauge_rr(np.random.default_rng(seed).normal(0, 1, (5, 3, 2)))
        assert result.gauge is not None
        assert result.unit is not None
        assert result.total == pytest.approx(result.gauge.variance + result.unit.variance)
        for name in (*PARTS, "rater"):
            one = getattr(result, name)
            assert 0 <= one.low <= one.variance <= one.high


def test_a_call_with_a_missing_score_is_left_out_and_counted() -> None:
    scores = AIAG.copy()
    scores[4, 1, 2] = NAN
    result = gauge_rr(scores)
    assert (result.n_units, result.left_out, result.missing) == (9, 1, 1)
    np.testing.assert_allclose(
        variances(result), variances(gauge_rr(np.delete(AIAG, 4, axis=0))), atol=1e-12
    )


def test_one_rater_has_repeatability_only() -> None:
    result = gauge_rr(AIAG[:, :1])
    assert result.reproducibility is None
    assert result.repeatability is not None
    assert result.repeatability.variance == pytest.approx(AIAG[:, 0].var(axis=1, ddof=1).mean())
    assert result.too_few


def test_a_perfect_rater_has_no_number_of_categories() -> None:
    result = gauge_rr(np.arange(6.0)[:, None, None] * np.ones((6, 2, 2)))
    assert result.distinct_categories is None
    assert result.gauge is not None
    assert result.gauge.contribution == 0


@pytest.mark.parametrize(
    ("scores", "trouble"),
    [
        (np.full((3, 2, 2), NAN), Trouble.NOTHING_RATED),
        (AIAG[:, :, :1], Trouble.NO_REPEATS),
        (AIAG[:1], Trouble.TOO_FEW_UNITS),
        (np.full((3, 2, 2), 3.0), Trouble.ALL_EQUAL),
    ],
)
def test_poor_data_get_a_name(scores: Floats, trouble: Trouble) -> None:
    result = gauge_rr(scores)
    assert result.trouble is trouble
    assert result.gauge is None
    assert result.too_few


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(InvalidInput, match="3 dimensions"):
        gauge_rr([[1.0]])
    with pytest.raises(InvalidInput, match="pool_above"):
        gauge_rr(AIAG, pool_above=2)


ANSWERS = np.array(
    [
        # First rater twice, second rater twice.
        [[1, 1], [1, 1]],
        [[1, 1], [1, 0]],
        [[0, 0], [0, 0]],
        [[0, 1], [1, 1]],
        [[1, 1], [0, 0]],
    ],
    dtype=float,
)


def test_yes_and_no_by_hand() -> None:
    result = attribute_agreement(ANSWERS, [1, 1, 1, 0, NAN])
    first, second = result.raters
    assert (first.within.hits, first.within.n) == (4, 5)
    assert (second.within.hits, second.within.n) == (4, 5)
    assert first.versus_gold is not None
    assert second.versus_gold is not None
    assert (first.versus_gold.hits, first.versus_gold.n) == (2, 4)
    assert (second.versus_gold.hits, second.versus_gold.n) == (1, 4)
    assert (result.between.hits, result.between.n) == (2, 5)
    assert result.all_versus_gold is not None
    assert (result.all_versus_gold.hits, result.all_versus_gold.n) == (1, 4)
    assert first.within.low == pytest.approx(0.375535, abs=1e-6)
    assert first.within.high == pytest.approx(0.963776, abs=1e-6)
    assert result.too_few


def test_holes_leave_out_only_what_they_touch() -> None:
    holed = ANSWERS.copy()
    holed[0, 0, 1] = NAN
    holed[1, 1] = NAN
    result = attribute_agreement(holed)
    assert [each.within.n for each in result.raters] == [4, 4]
    assert result.between.n == 4
    assert result.raters[0].versus_gold is None
    assert result.missing == 3


def test_nothing_repeated_has_a_name() -> None:
    assert attribute_agreement(ANSWERS[:, :, :1]).trouble is Trouble.NO_REPEATS
    empty = attribute_agreement(np.full((2, 2, 2), NAN))
    assert empty.trouble is Trouble.NOTHING_RATED
    assert empty.raters[0].within.estimate is None
    with pytest.raises(InvalidInput, match="5 certified answers"):
        attribute_agreement(ANSWERS, [1, 0])
