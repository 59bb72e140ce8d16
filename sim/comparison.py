"""Plans beside each other: which is better, by how much, or that it can't be told yet.

Plans run with the same seed have the same customers on the same days (common random numbers), so
that their differences day by day vary far less than the days do (Law 2015, 11.2).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np

from sim.arrays import Floats
from sim.errors import RunError
from sim.estimates import column, costs, estimate, more_replications, place_of
from sim.measures.names import Better
from sim.metrics import GROUP_MEASURES, TYPE_MEASURES, worst
from sim.results import Difference, Estimate, Result

MEASURES = ("service_level", "asa", "abandonment", "occupancy")

Interval = int | Literal["worst"] | None


def compare(
    results: Sequence[Result],
    measures: Sequence[str] = MEASURES,
    *,
    call_type: str | None = None,
    group: str | None = None,
    interval: Interval = None,
    confidence: float | None = None,
) -> tuple[Difference, ...]:
    """Each plan minus the first one, measure by measure: paired by replication.

    The intervals hold for all plans at once (Bonferroni); a plan that has more replications than
    the base, or fewer, is compared on those that both have.
    call_type, group: by name; without them all together (see ``sim.estimates.column``)
    interval: a row of the results; ``"worst"``: of each plan the interval in which the measure is
        worst on average over the replications, which need not be the same one (those with fewer
        than five contacts don't count where others do); else the whole run
    confidence: of all intervals together; the base plan's when left out

    Raises RunError for plans run with different seeds or fewer than two results, SimError for
    names that are not there.
    """
    _check(results, interval)
    base, others = results[0], results[1:]
    level = base.plan.experiment.confidence if confidence is None else confidence
    each = at_once(level, len(others))
    found = []
    for measure in measures:
        before = _figures(base, measure, call_type, group, interval)
        better = _better(base, measure, call_type, group)
        for other in others:
            after = _figures(other, measure, call_type, group, interval)
            paired = estimate(_paired(before, after), each)
            found.append(_difference(base, other, measure, paired, better))
    return tuple(found)


def compare_costs(results: Sequence[Result]) -> tuple[Difference, ...]:
    """What each plan costs more than the first one, agents and lines together, in the whole run:
    paired by replication, for all plans at once, as ``compare`` does it.

    Raises RunError as ``compare`` does.
    """
    _check(results, None)
    base, others = results[0], results[1:]
    each = at_once(base.plan.experiment.confidence, len(others))
    before = costs(base)
    return tuple(
        _difference(base, other, "cost", estimate(_paired(before, costs(other)), each), "low")
        for other in others
    )


def compare_intervals(
    results: Sequence[Result], measure: str, *, call_type: str | None = None, among: int = 1
) -> tuple[tuple[Difference, ...], ...]:
    """Each plan minus the first one in each interval of the day, paired: for each other plan, in
    the order of ``results``, a difference for each interval.

    The intervals hold for all plans and all intervals of the day at once (Bonferroni), so that one
    of 24 half hours does not look better by chance.
    among: so many measures are compared like this, and shall hold at once as well

    Raises RunError and PlanError as ``compare`` does, and where the plans' intervals differ.
    """
    rows = results[0].plan.intervals * results[0].plan.days
    each = at_once(results[0].plan.experiment.confidence, rows * among)
    found = [
        compare(results, [measure], call_type=call_type, interval=row, confidence=each)
        for row in range(rows)
    ]
    return tuple(zip(*found, strict=True))


def at_once(confidence: float, count: int) -> float:
    """The confidence of each of ``count`` intervals, so that all hold at ``confidence``."""
    return 1 - (1 - confidence) / count


def same_intervals(results: Sequence[Result]) -> bool:
    """Can their intervals be compared one by one?"""
    return len({_grid(one) for one in results}) == 1


def verdict(difference: Estimate, better: str) -> str:
    """What an interval says, if it leaves zero out; ``better`` is ``high``, ``low`` or empty."""
    if not (difference.low > 0 or difference.high < 0):
        return "can't tell"
    up = difference.low > 0
    if not better:
        return "higher" if up else "lower"
    return "better" if up == (better == "high") else "worse"


def variance_reduction(
    base: Result,
    other: Result,
    measure: str = "service_level",
    *,
    call_type: str | None = None,
    group: str | None = None,
    interval: Interval = None,
) -> float:
    """What the same days under both plans brought: the variance of the difference if the days were
    independent, over that of the paired difference. 4 means that independent runs would need four
    times as many replications. NaN with fewer than two replications or when nothing varies,
    infinite when only the paired difference doesn't."""
    _check((base, other), interval)
    before = _figures(base, measure, call_type, group, interval)
    after = _figures(other, measure, call_type, group, interval)
    count = min(len(before), len(after))
    both = ~np.isnan(before[:count]) & ~np.isnan(after[:count])
    before, after = before[:count][both], after[:count][both]
    if len(before) < 2:
        return math.nan
    apart = float(before.var(ddof=1) + after.var(ddof=1))
    paired = float((after - before).var(ddof=1))
    if paired == 0:
        return math.inf if apart else math.nan
    return apart / paired


def _difference(
    base: Result, other: Result, measure: str, paired: Estimate, better: Better
) -> Difference:
    return Difference(
        other.plan.name,
        base.plan.name,
        measure,
        paired,
        verdict(paired, better),
        more_replications(paired),
    )


def _check(results: Sequence[Result], interval: Interval) -> None:
    if len(results) < 2:
        raise RunError(f"comparing needs two results at least, got {len(results)}")
    for one, other in pairwise(results):
        if one.plan.seed != other.plan.seed:
            raise RunError(
                f"{one.plan.name} was run with seed {one.plan.seed}, {other.plan.name} with "
                f"{other.plan.seed}: run both with the same seed, so that both have the same days"
            )
        if isinstance(interval, int) and _grid(one) != _grid(other):
            raise RunError(
                f"{one.plan.name} and {other.plan.name} have different intervals: compare the "
                "whole run"
            )


def _grid(result: Result) -> tuple[float, float, int, int]:
    plan = result.plan
    return plan.opens, plan.closes, plan.interval, plan.days


def _figures(
    result: Result, measure: str, call_type: str | None, group: str | None, interval: Interval
) -> Floats:
    if interval != "worst":
        return column(result, measure, call_type=call_type, group=group, interval=interval)
    by_interval = _by_interval(result, measure, call_type, group)
    means = np.array([estimate(row).mean for row in by_interval])
    by_group, _ = place_of(result, measure, call_type, group)
    weight = "handled" if by_group else "offered"
    contacts = _by_interval(result, weight, call_type, group).mean(axis=1)
    place = worst(means, contacts, _better(result, measure, call_type, group))
    if place is None:
        return np.full(result.replications, np.nan)
    return np.asarray(by_interval[place])


def _by_interval(result: Result, measure: str, call_type: str | None, group: str | None) -> Floats:
    """(intervals, replications)."""
    return np.array(
        [
            column(result, measure, call_type=call_type, group=group, interval=row)
            for row in range(result.plan.intervals * result.plan.days)
        ]
    )


def _better(result: Result, measure: str, call_type: str | None, group: str | None) -> Better:
    by_group, _ = place_of(result, measure, call_type, group)
    known = GROUP_MEASURES if by_group else TYPE_MEASURES
    return next(one.better for one in known if one.name == measure)


def _paired(before: Floats, after: Floats) -> Floats:
    count = min(len(before), len(after))
    return after[:count] - before[:count]
