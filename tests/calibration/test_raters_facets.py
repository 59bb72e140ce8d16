"""The many-facet model: against generalised linear models, on simulated calls, at its ends."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray

from app.calibration import facet_likelihood as likelihood
from app.calibration.raters import FacetElement, FacetsResult, Trouble, rater_severity
from app.errors import InvalidInput

NAN = np.nan
Floats = NDArray[np.float64]
THRESHOLDS = np.array([-1.2, 0.1, 1.1])


def simulated(
    seed: int, units: int, raters: int, criteria: int, missing: float = 0.3
) -> tuple[Floats, Floats]:
    """Scores 1-4 units × raters × criteria, and the severities they come from."""
    rng = np.random.default_rng(seed)
    severity, difficulty = rng.normal(0, 0.6, raters), rng.normal(0, 0.5, criteria)
    severity, difficulty = severity - severity.mean(), difficulty - difficulty.mean()
    location = rng.normal(0.3, 1, (units, 1, 1)) - severity[:, None] - difficulty
    chance = likelihood.category_probabilities(
        location, np.repeat(THRESHOLDS[:, None], criteria, axis=1)
    )
    scores = 1.0 + (rng.random(location.shape) > np.cumsum(chance, axis=0)).sum(axis=0)
    scores[rng.random(location.shape) < missing] = NAN
    return scores, severity


def measures(elements: tuple[FacetElement, ...]) -> Floats:
    return np.array([each.measure.value if each.measure else NAN for each in elements])


def errors(elements: tuple[FacetElement, ...]) -> Floats:
    return np.array([each.measure.standard_error if each.measure else NAN for each in elements])


def regular(result: FacetsResult) -> bool:
    every = (*result.units, *result.raters, *result.criteria)
    return not any(each.extreme or each.measure is None for each in every)


def test_two_answers_are_a_logistic_regression() -> None:
    """Yes or no: the joint likelihood is that of a logistic regression on dummies."""
    scores, _ = simulated(0, 14, 4, 5, missing=0.2)
    yes = np.where(np.isnan(scores), NAN, (scores > 2).astype(float))
    result = rater_severity(yes, "rating_scale")
    assert regular(result)
    at = np.argwhere(~np.isnan(yes))
    columns = [np.eye(14)[at[:, 0]], -_summing_to_zero(4)[at[:, 1]], -_summing_to_zero(5)[at[:, 2]]]
    fit = sm.GLM(yes[tuple(at.T)], np.hstack(columns), family=sm.families.Binomial()).fit(tol=1e-12)
    np.testing.assert_allclose(measures(result.units), fit.params[:14], atol=1e-6)
    np.testing.assert_allclose(measures(result.raters)[:3], fit.params[14:17], atol=1e-6)
    np.testing.assert_allclose(measures(result.criteria)[:4], fit.params[17:], atol=1e-6)
    np.testing.assert_allclose(errors(result.raters)[:3], fit.bse[14:17], atol=1e-6)
    np.testing.assert_allclose(errors(result.units), fit.bse[:14], atol=1e-6)
    np.testing.assert_allclose(result.thresholds, 0, atol=1e-12)


def _summing_to_zero(size: int) -> Floats:
    return np.vstack((np.eye(size - 1), -np.ones(size - 1)))


@pytest.mark.parametrize("shared", [True, False])
def test_ordered_scores_are_a_log_linear_model(shared: bool) -> None:
    """Every score as a Poisson count over its categories, a total of its own for each."""
    scores, _ = simulated(5, 6, 3, 3, missing=0.1)
    result = rater_severity(scores, "rating_scale" if shared else "partial_credit")
    assert regular(result)
    at = np.argwhere(~np.isnan(scores))
    rows, counts = [], []
    sets = 1 if shared else 3
    for number, (unit, rater, criterion) in enumerate(at):
        for category in range(4):
            own = np.zeros(len(at))
            own[number] = 1
            steps = np.zeros((sets, 2))
            # Thresholds sum to zero: the third is minus the first two.
            steps[0 if shared else criterion] = _summing_to_zero(3)[:category].sum(axis=0)
            place = np.concatenate(
                (np.eye(6)[unit], -_summing_to_zero(3)[rater], -_summing_to_zero(3)[criterion])
            )
            rows.append(np.concatenate((category * place, -steps.ravel(), own)))
            counts.append(float(scores[unit, rater, criterion] == category + 1))
    fit = sm.GLM(counts, np.array(rows), family=sm.families.Poisson()).fit(tol=1e-12, maxiter=200)
    np.testing.assert_allclose(measures(result.units), fit.params[:6], atol=1e-6)
    np.testing.assert_allclose(measures(result.raters)[:2], fit.params[6:8], atol=1e-6)
    np.testing.assert_allclose(measures(result.criteria)[:2], fit.params[8:10], atol=1e-6)
    np.testing.assert_allclose(errors(result.raters)[:2], fit.bse[6:8], atol=1e-6)
    steps = np.array(result.thresholds)[:sets, :2].ravel()
    np.testing.assert_allclose(steps, fit.params[10 : 10 + 2 * sets], atol=1e-6)


def test_severities_are_recovered_within_their_intervals() -> None:
    inside = []
    for seed in range(25):
        scores, truth = simulated(seed, 40, 6, 6)
        result = rater_severity(scores, "rating_scale")
        for one, value in zip(result.raters, truth, strict=True):
            assert one.measure is not None
            inside.append(one.measure.low <= value <= one.measure.high)  # type: ignore[operator]
            assert one.infit is not None
            assert 0.7 < one.infit < 1.4
    assert 0.9 < np.mean(inside) < 0.99


def test_an_erratic_rater_stands_out_by_her_fit() -> None:
    scores, _ = simulated(2, 60, 5, 5, missing=0)
    rng = np.random.default_rng(0)
    scores[:, 2] = rng.integers(1, 5, scores[:, 2].shape)
    result = rater_severity(scores, "rating_scale")
    fits = [each.outfit or 0 for each in result.raters]
    assert int(np.argmax(fits)) == 2
    assert fits[2] > 1.5


def test_fair_averages_mend_who_was_heard_by_strict_raters_only() -> None:
    scores, severity = simulated(9, 120, 6, 6, missing=0)
    strict, kind = np.argsort(severity)[-3:], np.argsort(severity)[:3]
    scores[:60, kind] = NAN
    scores[60:119, strict] = NAN
    result = rater_severity(scores, "rating_scale")
    fair = np.array(result.fair_averages, dtype=float)
    raw = np.nanmean(scores, axis=(1, 2))
    assert (fair[:60] > raw[:60]).mean() > 0.9
    assert (fair[60:119] < raw[60:119]).mean() > 0.9


def test_units_raters_table_equals_one_criterion() -> None:
    scores, _ = simulated(4, 30, 5, 1)
    flat, deep = (rater_severity(each, "rating_scale") for each in (scores[:, :, 0], scores))
    assert flat == deep


def test_order_and_names_of_scores_do_not_matter() -> None:
    scores, _ = simulated(6, 20, 5, 4)
    before = rater_severity(scores, "partial_credit")
    raters = np.array([3, 1, 4, 0, 2])
    after = rater_severity(10 * scores[:, raters], "partial_credit")
    np.testing.assert_allclose(measures(after.raters), measures(before.raters)[raters], atol=1e-8)
    fair = np.array(before.fair_averages, dtype=float)
    np.testing.assert_allclose(np.array(after.fair_averages, dtype=float), 10 * fair, atol=1e-6)


def test_a_category_nobody_uses_is_no_obstacle() -> None:
    scores, _ = simulated(6, 20, 5, 4)
    gap = rater_severity(np.where(scores >= 3, scores + 1, scores), "rating_scale")
    whole = rater_severity(scores, "rating_scale")
    np.testing.assert_allclose(measures(gap.raters), measures(whole.raters), atol=1e-9)
    assert gap.categories[0] == (1.0, 2.0, 4.0, 5.0)


def test_a_rater_who_always_gives_the_best_gets_a_careful_measure() -> None:
    scores, _ = simulated(8, 40, 5, 4, missing=0.1)
    scores[:, 4] = 4
    result = rater_severity(scores, "rating_scale")
    kindest = result.raters[4]
    assert kindest.extreme
    assert kindest.trouble is Trouble.EXTREME
    assert kindest.measure is not None
    assert kindest.measure.value < measures(result.raters)[:4].min() - 2
    assert kindest.infit is None
    assert result.too_few
    # The others are as if she had not been there, and sum to zero.
    np.testing.assert_allclose(
        measures(result.raters)[:4],
        measures(rater_severity(scores[:, :4], "rating_scale").raters),
        atol=1e-8,
    )


def test_the_extreme_measure_expects_a_total_three_tenths_of_a_point_inwards() -> None:
    yes = np.array([[1, 0, 1], [0, 1, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1], [0, 0, 1]], dtype=float)
    result = rater_severity(yes, "rating_scale")
    kindest = result.raters[2]
    assert kindest.measure is not None
    # Unit 4 has only the best too and says nothing of her; unit 5 became extreme without her.
    at = measures(result.units)[[0, 1, 2, 3, 5]] - kindest.measure.value
    assert (1 / (1 + np.exp(-at))).sum() == pytest.approx(5 - 0.3)
    assert result.units[4].extreme
    assert result.units[5].extreme
    assert all(each is not None and 0 <= each <= 1 for each in result.fair_averages)


@pytest.mark.parametrize(
    ("scores", "trouble"),
    [
        (np.full((3, 2), NAN), Trouble.NOTHING_RATED),
        ([[1.0, NAN], [2.0, NAN]], Trouble.ONE_RATER),
        (np.full((4, 3), 2.0), Trouble.ALL_EQUAL),
        ([[1.0, 2.0, NAN], [2.0, 1.0, NAN], [NAN, NAN, 2.0]], Trouble.DISCONNECTED),
        ([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]], Trouble.ALL_EXTREME),
        # Each rater on a criterion of her own: severity and difficulty are one.
        (
            [[[1.0, NAN], [NAN, 2.0]], [[2.0, NAN], [NAN, 1.0]], [[2.0, NAN], [NAN, 2.0]]],
            Trouble.NESTED,
        ),
        # Each score of one rater one above the other's: thresholds run away.
        ([[1.0, 2.0], [2.0, 3.0]], Trouble.NOT_CONVERGED),
    ],
)
def test_poor_data_get_a_name(scores: Floats, trouble: Trouble) -> None:
    result = rater_severity(scores, "rating_scale")
    assert result.trouble is trouble
    assert result.too_few
    assert all(each.measure is None for each in result.raters)


@pytest.mark.parametrize("seed", range(60))
def test_whatever_comes_gets_figures_or_a_name(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = rng.integers(1, (9, 6, 5))
    scores = rng.integers(1, 1 + rng.integers(1, 6), shape, endpoint=True).astype(float)
    scores[rng.random(scores.shape) < rng.random()] = NAN
    for model in ("rating_scale", "partial_credit"):
        result = rater_severity(scores, model)  # type: ignore[call-overload]
        for each in (*result.units, *result.raters, *result.criteria):
            assert each.trouble is not None or each.measure is not None
            if each.measure is not None:
                assert np.isfinite((each.measure.value, each.measure.standard_error)).all()
        assert all(each is None or np.isfinite(each) for each in result.fair_averages)


def test_too_many_categories_are_refused_with_a_way_out() -> None:
    with pytest.raises(InvalidInput, match="at most 20") as caught:
        rater_severity(np.arange(50.0).reshape(25, 2), "rating_scale")
    assert "additive" in caught.value.remedy


def test_slope_and_information_are_derivatives() -> None:
    rng = np.random.default_rng(0)
    steps = np.array([[0, 1, -1], [2, 3, 4]])
    scores = np.stack((rng.integers(0, 3, (5, 3)), rng.integers(0, 4, (5, 3))), axis=2)
    layout = likelihood.Layout(scores, rng.random(scores.shape) > 0.2, steps)
    at = rng.normal(0, 0.4, layout.offsets[3])

    def value(where: Floats) -> float:
        return likelihood.moments(layout, where).log_likelihood

    def gradient(where: Floats) -> Floats:
        return likelihood.slope(layout, likelihood.moments(layout, where))

    nudges = 1e-5 * np.eye(len(at))
    seen = np.array([(value(at + h) - value(at - h)) / 2e-5 for h in nudges])
    np.testing.assert_allclose(gradient(at), seen, atol=1e-7)
    bent = -np.array([(gradient(at + h) - gradient(at - h)) / 2e-5 for h in nudges])
    table = likelihood.information(layout, likelihood.moments(layout, at))
    np.testing.assert_allclose(table, bent, atol=1e-7)
