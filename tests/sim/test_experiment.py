"""Replications, how many, and what may go wrong with them."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Generator, Iterable
from dataclasses import replace
from itertools import count, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from sim.centre import simulate
from sim.errors import Cancelled, PlanError, RoutingError, RunError, SimError
from sim.estimates import column
from sim.executors import Done, Serial, replicate
from sim.experiment import Goal, estimate, run
from sim.metrics import figures
from sim.parameters import Experiment, Group, Plan, PoissonArrivals, Skill, Target
from sim.results import Figures, Result
from tests.sim.experiment_plans import ruled_by, same, small


def levels(values: Any) -> list[Figures]:
    """Figures of replications with these service levels."""
    return [Figures({"service_level": np.array([[value]])}, {}) for value in values]


def test_replication_r_is_the_simulation_of_replication_r() -> None:
    plan = small()
    result = run(plan)
    assert result.replications == 6
    for number in (0, 5):
        alone = figures(plan, simulate(plan, number))
        assert np.array_equal(
            alone.by_type["asa"], result.figures[number].by_type["asa"], equal_nan=True
        )


def test_more_replications_begin_with_the_same_ones() -> None:
    few, many = run(small(), replications=3), run(small(), replications=5)
    assert same(few, replace(many, figures=many.figures[:3]))


def test_records_are_kept_when_asked_for() -> None:
    result = run(small(), replications=2, keep_records=True)
    assert [one.replication for one in result.records] == [0, 1]
    assert result.records[1].same_as(simulate(small(), 1))
    assert run(small(), replications=2).records == ()


@given(
    arrays(float, st.integers(2, 30), elements=st.floats(-1e6, 1e6)),
    st.sampled_from((0.8, 0.95, 0.99)),
)
def test_an_estimate_is_students_interval(values: Any, confidence: float) -> None:
    found = estimate(values, confidence)
    sem = values.std(ddof=1) / np.sqrt(len(values))
    half = stats.t.ppf((1 + confidence) / 2, len(values) - 1) * sem
    assert found.n == len(values)
    assert found.half_width == pytest.approx(half, rel=1e-9, abs=1e-9)
    assert (found.low + found.high) / 2 == pytest.approx(values.mean(), rel=1e-9, abs=1e-6)
    quantiles = np.quantile(values, (0.1, 0.5, 0.9))
    assert (found.p10, found.p50, found.p90) == tuple(quantiles)


def test_an_estimate_leaves_out_what_is_not_known() -> None:
    found = estimate([0.5, np.nan, 0.7, np.nan], 0.95)
    assert (found.n, found.mean) == (2, pytest.approx(0.6))
    one = estimate([np.nan, 3.0])
    assert (one.n, one.mean, one.p90) == (1, 3.0, 3.0)
    assert np.isnan(one.low)
    assert np.isnan(one.sd)
    none = estimate([np.nan])
    assert none.n == 0
    assert np.isnan(none.mean)


def test_with_a_precision_it_goes_on_until_the_interval_is_narrow_enough() -> None:
    plan = small(experiment=Experiment(replications=5, precision=0.04))
    counts: list[tuple[int, int]] = []
    result = run(plan, progress=lambda done, expected, left: counts.append((done, expected)))
    found = estimate(column(result, "service_level"), 0.95)
    assert result.replications > 5
    assert found.half_width <= 0.04
    assert result.precision_missed is None
    assert counts[-1] == (result.replications, result.replications)
    # One replication less than a stage would not have been looked at; the stage before failed.
    assert estimate(column(result, "service_level")[:5], 0.95).half_width > 0.04


def test_a_precision_out_of_reach_ends_at_the_most_replications_and_says_so() -> None:
    plan = small(experiment=Experiment(replications=5, precision=0.001, at_most=12))
    result = run(plan)
    assert result.replications == 12
    assert result.precision_missed == pytest.approx(
        estimate(column(result, "service_level")).half_width
    )


def test_a_number_of_replications_goes_before_the_plans_precision() -> None:
    plan = small(experiment=Experiment(replications=5, precision=0.001))
    assert run(plan, replications=7).replications == 7


def test_the_precision_is_of_the_whole_run_of_all_types_at_the_plans_confidence() -> None:
    steady, sway = np.zeros((2, 2)), np.ones((2, 2))
    sway[:] = 0.0
    sway[-1, -1] = 0.1
    days = [Figures({"service_level": steady + sway * (day % 2)}, {}) for day in range(6)]
    assert Goal(5, 100, 0.01, 0.95).next(days) > 6, "the whole run of all types sways"
    settings = Experiment(replications=5, precision=0.05, confidence=0.8)
    assert Goal.of(small(experiment=settings), None, None).confidence == 0.8
    half = estimate([0.0, 0.1] * 3, 0.8).half_width
    assert Goal(5, 100, half, 0.8).next(days) == 6 < Goal(5, 100, half, 0.95).next(days)


def test_how_many_it_will_take_is_worked_out_from_the_days_so_far() -> None:
    """(t × sd / precision)², ten days here, which is what progress tells before they are run."""
    days = [0.7, 0.8] * 4
    wide = stats.t.ppf(0.975, 7) * np.std(days, ddof=1)
    goal = Goal(first=5, last=100, precision=wide / np.sqrt(9.5), confidence=0.95)
    assert goal.wanted(levels(days)) == goal.next(levels(days)) == 10


class Backwards:
    """Gives what was asked for in the opposite order."""

    def results(self, plan: Plan, numbers: Any, keep_records: bool, stopped: Any) -> Any:
        yield from list(Serial().results(plan, numbers, keep_records, stopped))[::-1]


def test_whatever_order_they_come_back_in_the_result_is_in_theirs() -> None:
    result = run(small(), replications=4, executor=Backwards(), keep_records=True)
    assert [one.replication for one in result.records] == [0, 1, 2, 3]
    assert same(result, run(small(), replications=4))


def test_an_interval_of_two_days_is_no_reason_to_stop() -> None:
    goal = Goal.of(small(), replications=1, precision=0.5)
    assert (goal.first, goal.last) == (5, small().experiment.at_most)


def test_nothing_to_measure_ends_after_the_first_replications() -> None:
    goal = Goal(first=5, last=100, precision=0.01, confidence=0.95)
    assert goal.next(levels([np.nan] * 5)) == 5


def two_kinds(**own: Any) -> Plan:
    """The second call type is a tenth of the contacts; ``own`` target, or the plan's."""
    plan = small(experiment=Experiment(replications=5, precision=0.04, at_most=400))
    calls = plan.call_types[0]
    rare = replace(calls, name="rare", arrivals=PoissonArrivals(per_interval=(6, 6, 6, 6)), **own)
    skills = (Skill("sales"), Skill("rare"))
    return replace(plan, call_types=(calls, rare), groups=(Group("all", skills, agents=6),))


def test_each_service_level_that_is_judged_is_as_precise_as_wanted() -> None:
    def halves(result: Result) -> list[float]:
        columns = ({}, {"call_type": "sales"}, {"call_type": "rare"})
        return [estimate(column(result, "service_level", **one)).half_width for one in columns]

    each, alike = run(two_kinds(target=Target(0.9, 20.0))), run(two_kinds())
    assert max(halves(each)[1:]) <= 0.04
    assert max(halves(alike)[1:]) <= 0.04, "though they share a target"
    assert halves(alike)[0] < 0.03, "all together would have been known sooner"
    few = replace(each.plan, experiment=replace(each.plan.experiment, at_most=6))
    missed = run(few)
    assert missed.precision_missed == max(halves(missed)[1:])


def test_days_without_a_figure_are_allowed_for() -> None:
    """Every other day nobody of the type comes."""
    whole, half = [0.7, 0.9] * 8, [0.7, np.nan, 0.9, np.nan] * 8
    goal = Goal(first=5, last=10_000, precision=0.01, confidence=0.95)
    assert goal.wanted(levels(half)) == pytest.approx(2 * goal.wanted(levels(whole)), abs=2)


def test_one_figure_or_none_is_not_precise() -> None:
    goal = Goal(first=5, last=5, precision=0.01, confidence=0.95)
    assert goal.missed(levels([0.8, *[np.nan] * 4])) == 1.0
    assert goal.missed(levels([np.nan] * 5)) is None


@given(
    st.lists(st.floats(0, 1), min_size=5, max_size=60),
    st.floats(0.001, 0.2),
)
def test_stages_grow_and_end(values: list[float], precision: float) -> None:
    goal = Goal(first=5, last=50, precision=precision, confidence=0.95)
    count = len(values)
    following = goal.next(levels(values))
    half = estimate(values).half_width
    if half <= precision or count >= 50:
        assert following == count
    else:
        assert count < following <= 50
        assert following == 50 or count * 1.25 <= following <= 2 * count


def test_stopping_when_it_is_precise_leaves_the_interval_honest() -> None:
    """The interval holds the true mean about as often as it claims, though chance chose when."""
    rng = np.random.default_rng(5)
    goal = Goal(first=10, last=1000, precision=0.02, confidence=0.95)
    covered = 0
    for _ in range(300):
        values = rng.normal(0.8, 0.06, 1000)
        count = 0
        while (target := goal.next(levels(values[:count]))) > count:
            count = target
        found = estimate(values[:count])
        assert found.half_width <= 0.02
        covered += found.low <= 0.8 <= found.high
    assert covered / 300 > 0.90


def test_progress_tells_how_much_is_left() -> None:
    told: list[tuple[int, int, float | None]] = []
    run(small(), replications=4, progress=lambda *now: told.append(now))
    assert [one[:2] for one in told] == [(done, 4) for done in range(5)]
    assert told[0][2] is None
    left = [one[2] for one in told[1:]]
    assert all(isinstance(one, float) and one >= 0 for one in left)
    assert left[-1] == 0
    assert all(earlier[0] < later[0] for earlier, later in pairwise(told))


def test_what_was_done_before_does_not_make_the_rest_look_quick(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(small(), replications=3, folder=tmp_path)
    clock = count(step=10.0)  # each look at it is ten seconds later
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    left: list[float | None] = []
    run(small(), replications=6, folder=tmp_path, progress=lambda *now: left.append(now[2]))
    assert left == [None, 20, 10, 0]


def test_cancel_keeps_what_is_finished(tmp_path: Any) -> None:
    stop = threading.Event()

    def watch(done: int, expected: int, left: float | None) -> None:
        if done == 3:
            stop.set()

    with pytest.raises(Cancelled, match=r"3 of 6 replications done and kept"):
        run(small(), folder=tmp_path, progress=watch, cancel=stop)
    assert len(list(tmp_path.glob("*.replication"))) == 3
    told: list[int] = []
    result = run(small(), folder=tmp_path, progress=lambda done, *_: told.append(done))
    assert told == [3, 4, 5, 6]
    assert same(result, run(small()))


def test_what_is_done_when_it_is_stopped_is_given_if_wanted() -> None:
    def control_c(done: int, expected: int, left: float | None) -> None:
        if done == 3:
            raise KeyboardInterrupt

    stop = threading.Event()
    whole = run(small(), keep_records=True)
    assert (whole.finished, whole.wanted) == (True, None)
    for found in (
        run(small(), progress=control_c, partial=True, keep_records=True),
        run(
            small(),
            progress=lambda done, *_: done == 3 and stop.set(),
            cancel=stop,
            partial=True,
            keep_records=True,
        ),
    ):
        assert (found.finished, found.wanted, found.replications) == (False, 6, 3)
        assert same(found, replace(whole, figures=whole.figures[:3]))
        assert len(found.records) == 3
    with pytest.raises(KeyboardInterrupt):
        run(small(), progress=control_c)
    with pytest.raises(Cancelled):
        run(small(), cancel=stop, partial=True)


def test_days_done_after_one_that_was_stopped_are_left_out() -> None:
    class Backwards:
        """The last first, and the first never."""

        def results(
            self, plan: Plan, replications: Iterable[int], keep_records: bool, stopped: Any
        ) -> Generator[Done, None, None]:
            for number in (0, 1, 5, 3):
                yield replicate(plan, number)
            raise KeyboardInterrupt

    assert run(small(), executor=Backwards(), partial=True).replications == 2


def test_a_progress_that_fails_ends_the_run() -> None:
    def broken(done: int, expected: int, left: float | None) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(small(), progress=broken)


def test_a_planners_mistake_comes_out_as_it_is() -> None:
    with pytest.raises(RoutingError, match=r"Raises\.start raised KeyError: 'gold'"):
        run(ruled_by("Raises"), replications=2)


def test_errors_travel_between_processes() -> None:
    for error in (
        PlanError(["a: too small", "b: too big"], "plan.yaml"),
        RoutingError("no"),
        RunError("no"),
    ):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert (str(again), vars(again)) == (str(error), vars(error))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"replications": 0}, "replications must be a whole number from 1"),
        ({"replications": 2.5}, "replications must be a whole number"),
        ({"precision": 1.0}, "above 0 and below 1"),
        ({"workers": 0}, "workers must be a whole number of at least 1, got 0"),
    ],
)
def test_absurd_wishes_are_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(RunError, match=said):
        run(small(), **wrong)


def test_a_column_is_found_by_names() -> None:
    plan: Plan = small()
    result = run(plan, replications=2)
    assert column(result, "offered").shape == (2,)
    assert np.array_equal(column(result, "offered", call_type="sales"), column(result, "offered"))
    assert column(result, "occupancy", group="front")[0] > 0
    by_interval = sum(column(result, "offered", interval=row) for row in range(4))
    assert np.array_equal(by_interval, column(result, "offered"))
    # Call types and groups both have a cost: agents' when a group is named.
    assert not np.array_equal(column(result, "paid_hours", group="*"), column(result, "cost"))


def test_a_column_is_that_of_its_call_type_group_and_interval() -> None:
    plan = small()
    kind, group = plan.call_types[0], plan.groups[0]
    plan = replace(
        plan,
        call_types=(kind, replace(kind, name="service")),
        groups=(group, replace(group, name="back", skills=(Skill("service"),))),
    )
    tables = {"asa": np.arange(15.0).reshape(5, 3), "cost": np.arange(15.0).reshape(5, 3)}
    others = {"cost": 100 + tables["cost"], "agents": 200 + tables["cost"]}
    result = Result(plan, (Figures(tables, others),))
    found = [
        column(result, "asa"),
        column(result, "asa", call_type="service"),
        column(result, "asa", interval=0),
        column(result, "asa", call_type="sales", interval=2),
        column(result, "cost"),
        column(result, "cost", group="*"),
        column(result, "cost", group="back", interval=3),
        column(result, "agents"),
        column(result, "agents", group="front"),
    ]
    assert [one.item() for one in found] == [14, 13, 2, 6, 14, 114, 110, 214, 212]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"measure": "servicelevel"}, "did you mean service_level?"),
        ({"measure": "asa", "call_type": "sale"}, "did you mean sales?"),
        ({"measure": "agents", "group": "back"}, "there are front"),
        ({"measure": "asa", "interval": 4}, "from 0 to 3"),
        ({"measure": "asa", "call_type": "sales", "group": "front"}, "not both"),
    ],
)
def test_a_column_that_is_not_there_is_named(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(SimError) as caught:
        column(run(small(), replications=1), **wrong)
    assert said in str(caught.value)
