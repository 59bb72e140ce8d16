"""The EWMA chart: a published table, and words for what it shows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calibration.raters import Direction, Trouble, drift
from app.errors import InvalidInput

# Montgomery, Introduction to statistical quality control, the EWMA example: mean 10, sigma 1.
MONTGOMERY = np.fromstring(
    "9.45 7.99 9.29 11.66 12.16 10.18 8.04 11.46 9.20 10.34 9.03 11.47 10.51 9.40 10.08 "
    "9.37 10.62 10.31 8.52 10.84 10.90 9.33 12.29 11.50 10.60 11.08 10.38 11.62 11.31 10.52",
    sep=" ",
)
PRINTED = np.fromstring(
    "9.945 9.7495 9.70355 9.8992 10.1253 10.1307 9.92167 10.0755 9.98796 10.0232 9.92384 "
    "10.0785 10.1216 10.0495 10.0525 9.98426 10.0478 10.074 9.91864 10.0108 10.0997 10.0227 "
    "10.2495 10.3745 10.3971 10.4654 10.4568 10.5731 10.6468 10.6341",
    sep=" ",
)


def test_montgomerys_table() -> None:
    """Limits 9.73-10.27 at the first point, 9.38-10.62 when they are steady; lambda 0.1, L 2.7."""
    result = drift(MONTGOMERY, target=10, sigma=1, weight=0.1, width=2.7)
    np.testing.assert_allclose([each.average for each in result.points], PRINTED, atol=5e-5)
    assert (result.points[0].low, result.points[0].high) == pytest.approx((9.73, 10.27))
    assert result.points[1].high == pytest.approx(10.36, abs=5e-3)
    assert (result.points[-1].low, result.points[-1].high) == pytest.approx((9.38, 10.62), abs=5e-3)
    assert result.first_signal == 28
    assert result.direction is Direction.KINDER
    assert dict(result.words.params) == {"n": 29}


def test_a_moving_range_gives_the_scatter() -> None:
    result = drift([0.0, 1.0, -1.0, 0.0])
    assert result.sigma == pytest.approx((1 + 2 + 1) / 3 / 1.128379, abs=1e-6)
    assert result.too_few


def test_stricter_has_its_own_words() -> None:
    rng = np.random.default_rng(1)
    result = drift(np.concatenate((rng.normal(0, 0.5, 20), rng.normal(-1, 0.5, 20))))
    assert result.direction is Direction.STRICTER
    assert result.first_signal is not None
    assert 20 <= result.first_signal < 28
    assert "lower" in result.words.key
    assert result.level_now is not None
    assert result.level_now.high is not None
    assert result.level_now.high < 0


def test_steady_scores_raise_an_alarm_about_once_in_five_hundred() -> None:
    rng = np.random.default_rng(5)
    lengths = []
    for _ in range(60):
        result = drift(rng.normal(0, 1, 3000), sigma=1)
        lengths.append(3000 if result.first_signal is None else result.first_signal + 1)
    assert 350 < np.mean(lengths) < 700


def test_time_puts_scores_in_order_and_missing_ones_are_left_out() -> None:
    values = [0.3, np.nan, -0.2, 0.5]
    result = drift(values, times=[4.0, 1.0, 3.0, 2.0], sigma=1)
    assert [each.index for each in result.points] == [3, 2, 0]
    assert (result.n, result.missing) == (3, 1)
    same = drift([0.5, -0.2, 0.3], sigma=1)
    assert [each.average for each in same.points] == [each.average for each in result.points]


@given(st.lists(st.floats(-5, 5), min_size=3, max_size=30), st.floats(0.2, 10), st.floats(-5, 5))
def test_scale_and_zero_leave_the_signal(values: list[float], factor: float, zero: float) -> None:
    first = drift(values, sigma=1)
    moved = np.array(values) * factor + zero
    second = drift(moved, sigma=factor, target=zero)
    np.testing.assert_allclose(
        [each.average for each in second.points],
        [each.average * factor + zero for each in first.points],
        atol=1e-8,
    )
    near = any(abs(abs(each.average) - each.high) < 1e-9 for each in first.points)
    assert near or first.first_signal == second.first_signal


@pytest.mark.parametrize(
    ("values", "trouble"),
    [
        ([], Trouble.NOTHING_RATED),
        ([np.nan, np.nan], Trouble.NOTHING_RATED),
        ([0.5], Trouble.TOO_FEW_UNITS),
        ([0.5, 0.5, 0.5], Trouble.NO_SPREAD),
    ],
)
def test_poor_data_get_a_name(values: list[float], trouble: Trouble) -> None:
    result = drift(values)
    assert result.trouble is trouble
    assert result.first_signal is None
    assert result.too_few


def test_what_cannot_be_read_is_refused() -> None:
    for wrong in ({"weight": 0.0}, {"weight": 1.5}, {"width": -1.0}, {"sigma": 0.0}):
        with pytest.raises(InvalidInput):
            drift([0.1, 0.2], **wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="2 times"):
        drift([0.1, 0.2], times=[1.0])
