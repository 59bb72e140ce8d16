"""What must hold for every table."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.calibration.agreement import Agreement, Interval
from app.calibration.bootstrap import draw_counts
from app.calibration.ratings import Floats
from app.calibration.statistics import (
    Alpha,
    IntraclassCorrelation,
    Sampling,
    Statistic,
    bootstrap_interval,
    cohen_kappa,
    fleiss,
    fleiss_kappa,
    gwet,
    gwet_ac,
    icc,
    krippendorff_alpha,
    measure,
    percent,
    percent_agreement,
)

NO_DRAWS = Sampling(draws=0)
STATISTICS: list[Statistic] = [
    percent,
    fleiss,
    gwet(),
    gwet("quadratic"),
    Alpha("nominal"),
    Alpha("ordinal"),
    Alpha("interval"),
    Alpha("ratio"),
    IntraclassCorrelation("1,1"),
    IntraclassCorrelation("2,1"),
    IntraclassCorrelation("3,k"),
]
SCORES = st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, float("nan")])
TABLES = st.tuples(st.integers(1, 9), st.integers(1, 5)).flatmap(
    lambda shape: arrays(float, shape, elements=SCORES)
)
every_statistic = pytest.mark.parametrize("statistic", STATISTICS, ids=lambda s: s.method.name)


def same(a: Agreement, b: Agreement) -> bool:
    if a.estimate is None or b.estimate is None:
        return a == b
    return bool(np.isclose(a.estimate, b.estimate, atol=1e-9)) and a.units == b.units


@every_statistic
@given(table=TABLES, seed=st.integers(0, 99))
def test_order_of_units_and_raters_is_nothing(
    statistic: Statistic, table: Floats, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    moved = table[rng.permutation(len(table))][:, rng.permutation(table.shape[1])]
    assert same(measure(statistic, table, NO_DRAWS), measure(statistic, moved, NO_DRAWS))


@every_statistic
@given(table=TABLES)
def test_an_answer_is_a_number_or_has_a_reason(statistic: Statistic, table: Floats) -> None:
    found = measure(statistic, table, Sampling(draws=50))
    if found.estimate is None:
        assert found.reason is not None
    else:
        assert np.isfinite(found.estimate)
        assert found.estimate <= 1 + 1e-9
    if found.interval is None:
        assert found.reason is not None
    else:
        assert np.isfinite([found.interval.low, found.interval.high]).all()
        assert found.interval.low <= found.interval.high


@pytest.mark.parametrize(
    "of",
    [
        lambda table: krippendorff_alpha(table, "nominal", sampling=NO_DRAWS),
        lambda table: fleiss_kappa(table, sampling=NO_DRAWS),
        lambda table: gwet_ac(table, sampling=NO_DRAWS),
        lambda table: percent_agreement(table, sampling=NO_DRAWS),
    ],
)
@given(table=TABLES, names=st.permutations([1.0, 2.0, 3.0, 4.0, 5.0]))
def test_names_of_categories_are_nothing(
    of: Callable[[Floats], Agreement], table: Floats, names: list[float]
) -> None:
    renamed = table.copy()
    for old, new in zip([1.0, 2.0, 3.0, 4.0, 5.0], names, strict=True):
        renamed[table == old] = new * 10
    assert same(of(table), of(renamed))


@given(table=TABLES, factor=st.sampled_from([0.1, 3.0, 250.0]), shift=st.integers(-1000, 1000))
def test_units_of_measurement_are_nothing(table: Floats, factor: float, shift: int) -> None:
    for statistic in (
        Alpha("interval"),
        IntraclassCorrelation("2,1"),
        IntraclassCorrelation("3,k"),
    ):
        moved = measure(statistic, table * factor + shift, NO_DRAWS)
        assert same(measure(statistic, table, NO_DRAWS), moved)


@every_statistic
def test_perfect_agreement_is_one(statistic: Statistic) -> None:
    table = np.repeat(np.array([[1.0], [2], [2], [4], [5]]), 3, axis=1)
    assert measure(statistic, table).estimate == pytest.approx(1, abs=1e-12)


def test_perfect_agreement_of_two_is_one() -> None:
    for weights in (None, "linear", "quadratic"):
        found = cohen_kappa([1, 2, 2, 5], [1, 2, 2, 5], weights)  # type: ignore[arg-type]
        assert found.estimate == 1


def test_raters_who_differ_by_a_constant_are_consistent_and_do_not_agree() -> None:
    table = np.array([[1.0, 3], [2, 4], [4, 6], [3, 5]])
    consistent, absolute = icc(table, "3,1"), icc(table, "2,1")
    assert consistent.estimate == pytest.approx(1)
    assert absolute.estimate is not None
    assert absolute.estimate < 0.5
    assert absolute.interval is not None


def noisy(rng: np.random.Generator, units: int) -> Floats:
    """Five raters, two points of three, who see right four times of five; some scores missing."""
    truth = rng.integers(0, 3, size=(units, 1))
    table = np.where(rng.random((units, 5)) < 0.8, truth, rng.integers(0, 3, size=(units, 5)))
    return np.where(rng.random(table.shape) < 0.1, np.nan, table)


@every_statistic
def test_the_same_seed_gives_the_same_interval(statistic: Statistic) -> None:
    table = noisy(np.random.default_rng(1), 25)
    first, again, other = (bootstrap_interval(statistic, table, 300, seed=s) for s in (1, 1, 2))
    assert isinstance(first, Interval)
    assert first == again
    assert first != other


@pytest.mark.parametrize("statistic", [Alpha("nominal"), gwet(), IntraclassCorrelation("1,1")])
def test_the_interval_covers_what_it_claims(statistic: Statistic) -> None:
    rng = np.random.default_rng(7)
    truth = measure(statistic, noisy(rng, 20_000), NO_DRAWS).estimate
    assert truth is not None
    intervals = [bootstrap_interval(statistic, noisy(rng, 40), 400, seed=i) for i in range(200)]
    held = [isinstance(one, Interval) and one.low <= truth <= one.high for one in intervals]
    assert 0.90 <= np.mean(held) <= 0.99


def test_draws_are_of_whole_units_however_many() -> None:
    for units in (3, 5000):
        batches = list(draw_counts(units, Sampling(draws=1000)))
        assert sum(len(batch) for batch in batches) == 1000
        assert all((batch.sum(axis=1) == units).all() for batch in batches)
