"""Quantiles have the mean and spread their parameters say, and never fall."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from sim.parameters import (
    Distribution,
    Empirical,
    Erlang,
    Exponential,
    Fixed,
    Gamma,
    LogNormal,
    Uniform,
)

MIDDLES = (np.arange(500_000) + 0.5) / 500_000

CASES = [
    (Exponential(180.0), 180.0),
    (LogNormal(240.0, 120.0), 120.0),
    (LogNormal(20.0, 30.0), 30.0),
    (Gamma(240.0, 120.0), 120.0),
    (Gamma(60.0, 90.0), 90.0),
    (Erlang(90.0, 3), 90 / 3**0.5),
    (Uniform(10.0, 70.0), 60 / 12**0.5),
    (Fixed(45.0), 0.0),
    (Empirical((3.0, 1.0, 8.0)), float(np.std([1, 3, 8]))),
]


@pytest.mark.parametrize(("distribution", "sd"), CASES)
def test_mean_and_spread_are_as_said(distribution: Distribution, sd: float) -> None:
    values = distribution.quantile(MIDDLES)

    assert values.mean() == pytest.approx(distribution.mean, rel=1e-4)
    # The grid misses the last millionth of the tail, where a log-normal keeps some variance.
    assert values.std() == pytest.approx(sd, rel=4e-3, abs=1e-9)


@pytest.mark.parametrize(
    ("distribution", "law"),
    [
        (Exponential(180.0), stats.expon(scale=180)),
        (Gamma(240.0, 120.0), stats.gamma(4, scale=60)),
        (Erlang(90.0, 3), stats.gamma(3, scale=30)),
        (Uniform(10.0, 70.0), stats.uniform(10, 60)),
        (LogNormal(100.0, 50.0), stats.lognorm(np.log(1.25) ** 0.5, scale=100 / 1.25**0.5)),
    ],
    ids=lambda one: type(one).__name__,
)
def test_quantiles_are_those_of_the_law(distribution: Distribution, law: object) -> None:
    u = np.linspace(0.001, 0.999, 999)

    assert distribution.quantile(u) == pytest.approx(law.ppf(u), rel=1e-9)  # type: ignore[attr-defined]


PLAUSIBLE = st.floats(1.0, 1e4)
ANY = st.one_of(
    st.builds(Exponential, PLAUSIBLE),
    st.builds(LogNormal, PLAUSIBLE, PLAUSIBLE),
    st.builds(Gamma, PLAUSIBLE, PLAUSIBLE),
    st.builds(Erlang, PLAUSIBLE, st.integers(1, 50)),
    st.builds(lambda low, more: Uniform(low, low + more), PLAUSIBLE, PLAUSIBLE),
    st.builds(Fixed, PLAUSIBLE),
    st.builds(lambda values: Empirical(tuple(values)), st.lists(PLAUSIBLE, min_size=1, max_size=9)),
)


@given(ANY, st.lists(st.floats(0, 1, exclude_max=True), min_size=2, max_size=30))
def test_quantiles_never_fall_and_are_never_negative(
    distribution: Distribution, u: list[float]
) -> None:
    values = distribution.quantile(np.sort(np.array([0.0, *u])))

    assert values.shape == (len(u) + 1,)
    assert np.all(np.isfinite(values))
    assert np.all(values >= 0)
    assert np.all(np.diff(values) >= -1e-9 * values[1:])


@pytest.mark.parametrize("distribution", [one for one, _ in CASES])
def test_one_number_has_the_duration_it_has_among_others(distribution: Distribution) -> None:
    u = np.linspace(0.0, 0.999, 50)

    assert [distribution.at(float(one)) for one in u] == pytest.approx(distribution.quantile(u))


def test_empirical_values_come_each_as_often_as_another() -> None:
    values = Empirical((5.0, 1.0, 1.0, 9.0)).quantile((np.arange(400) + 0.5) / 400)

    assert dict(zip(*np.unique(values, return_counts=True), strict=True)) == {
        1: 200,
        5: 100,
        9: 100,
    }


def test_a_number_alone_is_an_exponential_mean_in_seconds() -> None:
    read = TypeAdapter(Distribution).validate_python

    assert read("3 min") == Exponential(180.0)
    assert read(42) == Exponential(42.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"distribution": "lognormal", "mean": 10, "sd": 0},
        {"distribution": "gamma", "mean": -10, "sd": 1},
        {"distribution": "uniform", "low": 9, "high": 3},
        {"distribution": "erlang", "mean": 9, "phases": 0},
        {"distribution": "empirical", "values": []},
        {"distribution": "weibull", "mean": 3},
        True,
    ],
)
def test_impossible_parameters_are_refused(wrong: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Distribution).validate_python(wrong)
