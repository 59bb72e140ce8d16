"""Which plan is better, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.comparison import compare, compare_costs, variance_reduction, verdict
from sim.errors import RunError, SimError
from sim.estimates import EVERY_GROUP, column, costs, estimate, more_replications
from sim.experiment import run
from sim.parameters import Experiment
from sim.results import Figures, Result
from tests.sim.experiment_plans import small


def made(values: Any, name: str = "plan", confidence: float = 0.95) -> Result:
    """A result with these service levels."""
    plan = replace(small(), name=name, experiment=Experiment(confidence=confidence))
    figures = tuple(Figures({"service_level": np.array([[value]])}, {}) for value in values)
    return Result(plan, figures)


@pytest.fixture(scope="module")
def base() -> Result:
    return run(small(), replications=10)


def test_more_agents_are_evidently_better(base: Result) -> None:
    more = run(small(agents=8, name="two more"), replications=10)
    found = {one.measure: one for one in compare([base, more])}
    level = found["service_level"]
    assert (level.plan, level.base, level.verdict, level.more) == (
        "two more",
        "small",
        "better",
        None,
    )
    days = column(more, "service_level") - column(base, "service_level")
    assert level.difference.mean == pytest.approx(days.mean())
    assert level.difference.low > 0
    # Less is better of waiting; of occupancy neither way is.
    assert found["asa"].difference.high < 0
    assert found["asa"].verdict == found["abandonment"].verdict == "better"
    assert found["occupancy"].verdict == "lower"
    backwards = {one.measure: one for one in compare([more, base])}
    assert backwards["service_level"].verdict == backwards["asa"].verdict == "worse"
    assert backwards["occupancy"].verdict == "higher"


def test_what_a_plan_costs_more_is_paired_and_of_agents_and_lines() -> None:
    def priced(agents: int) -> Result:
        plan = small(agents=agents)
        kinds = tuple(replace(one, cost_per_minute=0.5) for one in plan.call_types)
        groups = tuple(replace(one, cost_per_hour=30.0) for one in plan.groups)
        return run(replace(plan, call_types=kinds, groups=groups), replications=5)

    cheap, dear, dearer = (priced(agents) for agents in (6, 7, 8))
    assert costs(cheap) == pytest.approx(
        column(cheap, "cost") + column(cheap, "cost", group=EVERY_GROUP)
    )
    assert column(cheap, "cost").min() > 0
    first, second = compare_costs([cheap, dear, dearer])
    wanted = estimate(costs(dearer) - costs(cheap), 0.975)
    assert (second.measure, second.verdict) == ("cost", "worse")
    assert second.difference == wanted
    assert 0 < first.difference.mean < second.difference.mean
    assert compare_costs([dear, cheap])[0].verdict == "better"
    with pytest.raises(RunError, match="two results at least"):
        compare_costs([cheap])


def test_the_same_plan_under_another_name_is_not_told_apart(base: Result) -> None:
    again = run(small(name="again"), replications=10)
    for one in compare([base, again]):
        assert one.verdict == "can't tell"
        assert one.more is None
        assert one.at_most == 0


def test_the_same_days_make_differences_vary_less(base: Result) -> None:
    more = run(small(agents=7), replications=10)
    assert variance_reduction(base, more) > 2
    apart = run(small(agents=7, seed=8), replications=10)
    before, after = (column(one, "service_level") for one in (base, apart))
    independent = np.var(after - before, ddof=1)
    paired = np.var(column(more, "service_level") - before, ddof=1)
    assert independent > 2 * paired


def test_variance_reduction_where_nothing_varies() -> None:
    assert variance_reduction(made([0.5, 0.75]), made([0.625, 0.875])) == math.inf
    assert math.isnan(variance_reduction(made([0.5, 0.5]), made([0.5, 0.5])))
    assert math.isnan(variance_reduction(made([0.5]), made([0.7])))


def test_one_replication_tells_nothing() -> None:
    (only,) = compare([made([0.5]), made([0.9])], ["service_level"])
    assert (only.verdict, only.more) == ("can't tell", None)
    assert only.difference.mean == pytest.approx(0.4)


def test_the_longer_result_is_cut_and_unknown_days_left_out() -> None:
    one, other = made([0.5, 0.6, np.nan, 0.7]), made([0.6, 0.8, 0.9])
    (found,) = compare([one, other], ["service_level"])
    assert found.difference.n == 2
    assert found.difference.mean == pytest.approx(0.15)


def test_intervals_hold_for_all_plans_at_once() -> None:
    """Three plans against a base, hundreds of times: all three intervals hold in 95 % of them."""
    rng = np.random.default_rng(3)
    true, trials, held = np.array([0.02, 0.0, -0.03]), 400, 0
    for _ in range(trials):
        days = rng.normal(0.8, 0.05, 12)
        others = days + true[:, None] + rng.normal(0, 0.02, (3, 12))
        found = compare([made(days), *map(made, others)], ["service_level"])
        held += all(
            one.difference.low <= truth <= one.difference.high
            for one, truth in zip(found, true, strict=True)
        )
    assert 0.93 <= held / trials <= 0.985


def test_two_plans_get_wider_intervals_than_one() -> None:
    days = [made(np.linspace(low, low + 0.1, 6) ** 2) for low in (0.5, 0.6, 0.7)]
    alone = compare(days[:2], ["service_level"])[0]
    among = compare(days, ["service_level"])[0]
    assert alone.difference.confidence == 0.95
    assert among.difference.confidence == pytest.approx(0.975)
    assert among.difference.half_width > alone.difference.half_width
    sure = compare(days, ["service_level"], confidence=0.99)[0]
    assert sure.difference.confidence == pytest.approx(0.995)


def test_the_intervals_are_the_base_plans_confidence() -> None:
    sure, usual = made([0.5, 0.6, 0.8], confidence=0.99), made([0.6, 0.7, 0.7])
    for base, other, level in ((sure, usual, 0.99), (usual, sure, 0.95)):
        (found,) = compare([base, other], ["service_level"])
        assert found.difference.confidence == pytest.approx(level)


def test_the_days_that_only_one_plan_can_tell_reduce_no_variance() -> None:
    one, other = [0.5, 0.6, 0.9, np.nan], [0.6, 0.8, 0.9, 0.1, 0.2]
    known = variance_reduction(made(one[:3]), made(other[:3]))
    assert variance_reduction(made(one), made(other)) == known
    apart = np.var(one[:3], ddof=1) + np.var(other[:3], ddof=1)
    assert known == pytest.approx(apart / np.var([0.1, 0.2, 0.0], ddof=1))


def test_so_many_more_replications_do_tell_four_times_of_five() -> None:
    rng = np.random.default_rng(11)
    pilot = rng.normal(0, 1, 10)
    pilot = (pilot - pilot.mean()) / pilot.std(ddof=1) + 0.25  # mean 0.25, sd 1
    more = more_replications(estimate(pilot))
    assert more is not None
    told = [
        verdict(estimate(rng.normal(0.25, 1, 10 + more)), "high") == "better" for _ in range(500)
    ]
    assert 0.74 < np.mean(told) < 0.86


def test_what_is_told_from_a_target_takes_as_many_as_from_zero() -> None:
    values = np.array([0.82, 0.84, 0.79, 0.83])
    more = more_replications(estimate(values), 0.8)
    assert more == more_replications(estimate(values - 0.8))
    assert more is not None
    assert more > 0
    assert more_replications(estimate(values), float(values.mean())) is None
    assert more_replications(estimate(values), 0.5) is None  # told already


def test_a_day_more_than_two_or_three_tells_nothing() -> None:
    """It would be asked for day by day: their deviation is a guess."""
    two, three = np.array([-1.0, 1.0]), np.array([-1.0, 1.0, 0.0])
    assert [more_replications(estimate(two + shift)) for shift in (3.0, 5.0, 8.0)] == [3, 3, 3]
    assert more_replications(estimate(three + 2.4)) == 2


@given(st.floats(0.01, 0.5), st.integers(3, 50))
def test_smaller_differences_need_more(mean: float, count: int) -> None:
    values = np.linspace(-1, 1, count)
    values /= values.std(ddof=1)
    more = [more_replications(estimate(values + shift)) for shift in (mean, mean / 2)]
    if more[0] is not None:
        assert more[0] >= 1
        assert more[1] is None or more[1] > more[0]  # None: more than anybody runs


def test_hardly_a_difference_is_never_told() -> None:
    values = np.array([-1.0, 1.0, -1.0, 1.0]) + 1e-6
    found = compare([made(np.zeros(4)), made(values)], ["service_level"])[0]
    assert (found.verdict, found.more) == ("can't tell", None)
    assert found.at_most == pytest.approx(found.difference.half_width, rel=1e-3)


def test_call_types_and_intervals_are_compared_by_themselves(base: Result) -> None:
    more = run(small(agents=8), replications=10)
    both = (base, more)
    whole, kind = (
        compare(both, ["asa"], call_type=name)[0].difference.mean for name in (None, "sales")
    )
    assert whole == pytest.approx(kind)
    rows = [column(base, "service_level", interval=row).mean() for row in range(4)]
    row = int(np.argmin(rows))
    after = [column(more, "service_level", interval=row).mean() for row in range(4)]
    worst = compare(both, ["service_level"], interval="worst")[0]
    assert worst.difference.mean == pytest.approx(min(after) - min(rows))
    there = compare(both, ["service_level"], interval=row)[0]
    assert there.difference.mean == pytest.approx(after[row] - rows[row])
    # Of a group's measure, and where more is worse.
    compare(both, ["occupancy"], interval="worst")
    waits = compare(both, ["asa"], interval="worst")[0]
    assert waits.difference.high < 0


def by_interval(levels: list[float], offered: list[float], wait: list[float]) -> Result:
    """Two days of the small centre with these figures in its four half hours."""
    rows = {"service_level": levels, "offered": offered, "asa": wait}
    tables = {
        name: np.array([*row, np.mean(row)])[:, None].repeat(2, 1) for name, row in rows.items()
    }
    return Result(small(), (Figures(tables, {}), Figures(tables, {})))


def test_the_worst_interval_of_each_plan_is_its_own_and_no_handful() -> None:
    base = by_interval([0.9, 0.7, 0.8, 0.0], [50, 50, 50, 4], [9, 30, 20, 500])
    other = by_interval([0.9, 0.9, 0.85, 0.2], [50, 50, 50, 4], [9, 10, 12, 700])
    level, wait = compare([base, other], ["service_level", "asa"], interval="worst")
    assert level.difference.mean == pytest.approx(0.85 - 0.7)
    assert wait.difference.mean == 12 - 30
    quiet = [by_interval([0.9, low, 0.8, 1.0], [1, 1, 1, 1], [1, 1, 1, 1]) for low in (0.5, 0.6)]
    (found,) = compare(quiet, ["service_level"], interval="worst")
    assert found.difference.mean == pytest.approx(0.1), "where all are quiet all count"


def test_what_cannot_be_compared_is_said(base: Result) -> None:
    with pytest.raises(RunError, match="two results at least, got 1"):
        compare([base])
    other = run(small(seed=8, name="other days"), replications=2)
    with pytest.raises(RunError, match="small was run with seed 7, other days with 8: run both"):
        compare([base, other])
    hourly = run(small(interval=3600), replications=2)
    with pytest.raises(RunError, match="different intervals"):
        compare([base, hourly], interval=1)
    assert len(compare([base, hourly])) == 4
    with pytest.raises(SimError, match="did you mean service_level"):
        compare([base, base], ["service_levels"])
