"""Days differ: busyness and its correlation, and the nights in which clocks change."""

from __future__ import annotations

import datetime as dates
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from sim.parameters import (
    Arrivals,
    ConstantArrivals,
    EvenArrivals,
    Mix,
    Plan,
    PoissonArrivals,
    RecordedArrivals,
    Surge,
)
from sim.streams import Streams
from sim.traffic import arrivals
from sim.traffic_busyness import busyness
from sim.traffic_clock import stretches
from tests.sim.test_traffic import UNLIKELY, H, drawn, kind, plan

SPRING, AUTUMN = dates.date(2026, 3, 29), dates.date(2026, 10, 25)
"""In Berlin 02:00 becomes 03:00, and 03:00 becomes 02:00."""

DAYS = 366


def year(correlation: object, *busy: float) -> Plan:
    types = [kind(f"type {place}", busyness=one) for place, one in enumerate(busy)]
    return plan(*types, days=DAYS, correlation=correlation)


def factors(day: Plan, runs: int = 6) -> np.ndarray:
    return np.concatenate([busyness(day, Streams(7, run)) for run in range(runs)])


@pytest.mark.parametrize("busy", [0.1, 0.4, 1.0])
def test_a_days_factor_is_gamma_with_mean_one(busy: float) -> None:
    found = factors(year(0.0, busy))[:, 0]

    assert stats.kstest(found, "gamma", args=(busy**-2, 0, busy**2)).pvalue > UNLIKELY
    assert found.mean() == pytest.approx(1, abs=4 * busy / len(found) ** 0.5)
    assert found.std() == pytest.approx(busy, rel=0.12)


def test_calls_of_a_day_vary_more_than_poisson_as_said() -> None:
    day = plan(kind("calls", PoissonArrivals((250,) * 4), busyness=0.2), days=DAYS, interval=3600)
    times = np.concatenate(
        [arrivals(day, Streams(3, run)).times + run * DAYS * 86400 for run in range(4)]
    )
    counts = np.bincount((times // 86400).astype(int))

    assert counts.mean() == pytest.approx(1000, rel=0.025)
    # Var = mean + (mean × busyness)²
    assert counts.var() == pytest.approx(1000 + 200**2, rel=0.12)


@pytest.mark.parametrize("common", [0.0, 0.6, 1.0])
def test_a_common_correlation_holds_between_all_types(common: float) -> None:
    found = factors(year(common, 0.1, 0.1, 0.1))

    off = np.corrcoef(found.T)[np.triu_indices(3, 1)]
    assert off == pytest.approx(common, abs=0.07)
    if common == 1:
        assert np.array_equal(found[:, 0], found[:, 1])


def test_a_matrix_of_correlations_holds_pair_by_pair() -> None:
    wanted = ((1.0, 0.8, -0.5), (0.8, 1.0, 0.0), (-0.5, 0.0, 1.0))
    found = factors(year(wanted, 0.1, 0.2, 0.1))
    normal = stats.norm.ppf(
        np.stack(
            [stats.gamma.cdf(found[:, k], b**-2, 0, b**2) for k, b in enumerate((0.1, 0.2, 0.1))]
        )
    )

    assert np.corrcoef(normal) == pytest.approx(np.array(wanted), abs=0.06)


def test_a_singular_matrix_is_fine() -> None:
    found = factors(year(((1.0, -1.0, 1.0), (-1.0, 1.0, -1.0), (1.0, -1.0, 1.0)), 0.3, 0.3, 0.3), 1)

    assert found[:, 0] == pytest.approx(found[:, 2])
    assert stats.spearmanr(found[:, 0], found[:, 1]).statistic == pytest.approx(-1)


def test_a_further_type_at_the_end_of_the_matrix_changes_no_other() -> None:
    small = ((1.0, 0.4), (0.4, 1.0))
    large = ((1.0, 0.4, 0.2), (0.4, 1.0, 0.9), (0.2, 0.9, 1.0))

    two, three = factors(year(small, 0.2, 0.3), 1), factors(year(large, 0.2, 0.3, 0.1), 1)
    assert np.array_equal(two, three[:, :2])


def test_a_mix_is_as_busy_as_its_busiest_type() -> None:
    day = plan(
        kind("a", busyness=0.1),
        kind("b", busyness=0.5),
        mix=Mix(ConstantArrivals(2500), {"a": 0.9, "b": 0.1}),
        days=DAYS,
        correlation=0.0,
    )
    counts = np.bincount((drawn(day).times // 86400).astype(int), minlength=DAYS)

    assert np.corrcoef(counts, busyness(day, Streams(1, 0))[:, 1])[0, 1] > 0.99
    assert counts.std() / counts.mean() == pytest.approx(0.5, rel=0.15)


def night(date: dates.date, pattern: Arrivals, **rest: object) -> Plan:
    hours = {"opens": 0.0, "closes": 24 * H}
    return plan(
        kind("calls", pattern), **{**hours, "date": date, "timezone": "Europe/Berlin", **rest}
    )


def by_hour(day: Plan) -> list[int]:
    """Contacts in each real hour since midnight."""
    return np.bincount((drawn(day).times // H).astype(int)).tolist()


COUNTS = (10, 20, 30, 40, 50, 60)


def test_nothing_comes_of_the_hour_that_is_skipped() -> None:
    even = EvenArrivals(COUNTS, interval=3600, start=0.0)

    assert by_hour(night(SPRING, even)) == [10, 20, 40, 50, 60]


def test_the_hour_that_comes_twice_brings_its_contacts_twice() -> None:
    even = EvenArrivals(COUNTS, interval=3600, start=0.0)

    assert by_hour(night(AUTUMN, even)) == [10, 20, 30, 30, 40, 50, 60]


@pytest.mark.parametrize(
    ("date", "hours"),
    [(SPRING, [1, 2, 4, 5, 6]), (AUTUMN, [1, 2, 3, 3, 4, 5, 6])],
)
def test_rates_follow_the_clock_on_the_wall(date: dates.date, hours: list[int]) -> None:
    counts = np.array(by_hour(night(date, PoissonArrivals((1e4, 2e4, 3e4, 4e4, 5e4, 6e4), 3600))))
    expected = 1e4 * np.array(hours)

    assert np.all(np.abs(counts - expected) < 4 * np.sqrt(expected))


def test_a_clock_that_changes_inside_an_interval_cuts_it() -> None:
    # From 01:30 to 02:30, of which the second half is skipped.
    even = EvenArrivals((60, 60), interval=3600, start=1.5 * H)
    clock = drawn(night(SPRING, even)).times / H

    assert len(clock) == 60
    assert np.all((clock >= 1.5) & (clock < 2.5))


def test_recorded_times_and_surges_go_by_the_clock_too() -> None:
    recorded = RecordedArrivals((1 * H, 2.5 * H, 4 * H))
    assert drawn(night(SPRING, recorded)).times.tolist() == [1 * H, 3 * H]
    assert drawn(night(AUTUMN, recorded)).times.tolist() == [1 * H, 2.5 * H, 3.5 * H, 5 * H]

    closed = (Surge(4 * H, 5 * H, 0.0),)
    assert drawn(night(AUTUMN, recorded, surges=closed)).times.tolist() == [1 * H, 2.5 * H, 3.5 * H]


def test_only_a_skipped_hour_is_nothing_at_all() -> None:
    pattern = ConstantArrivals(1000, start=2 * H, end=3 * H)

    assert len(drawn(night(SPRING, pattern)).times) == 0


def test_the_change_may_come_on_any_day_of_the_plan() -> None:
    even = EvenArrivals((1,) * 24, interval=3600, start=0.0)
    week = night(SPRING - dates.timedelta(days=3), even, days=7)
    times = drawn(week).times

    assert len(times) == 7 * 24 - 1
    shown = [week.clock_at(moment) % H for moment in times]
    assert shown == pytest.approx([H / 2] * len(times))


def test_stretches_change_where_berlin_does() -> None:
    found = stretches(night(dates.date(2026, 1, 1), ConstantArrivals(1), days=366))

    assert [one.ahead for one in found] == [0.0, H, 0.0, H][: len(found)]
    assert len(found) == 3
    assert found[0].end == (SPRING - dates.date(2026, 1, 1)).days * 86400 + 2 * H
    assert found[1].end == (AUTUMN - dates.date(2026, 1, 1)).days * 86400 + 2 * H
    assert all(before.end == after.start for before, after in pairwise(found))


def test_a_skipped_time_is_the_end_of_the_gap() -> None:
    spring = night(SPRING, ConstantArrivals(1))
    autumn = night(AUTUMN, ConstantArrivals(1))

    clock = [1.5, 2.0, 2.25, 2.75, 3.0, 3.5]
    assert [spring.moment(0, one * H) / H for one in clock] == [1.5, 2, 2, 2, 2, 2.5]
    assert [autumn.moment(0, one * H) / H for one in clock] == [1.5, 2, 2.25, 2.75, 4, 4.5]
