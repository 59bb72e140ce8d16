"""Plans through the day: a measure of each of them interval by interval, and when it differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.comparison import compare_intervals, same_intervals
from sim.estimates import estimate
from sim.report import words
from sim.report.view import ALL, ALL_TYPES, MEASURES, View, kind_of
from sim.results import Difference, Estimate

NOTHING = estimate([])
# A day and a clock.
Moment = tuple[int, float]


@dataclass(frozen=True)
class Course:
    """A measure of several plans, the base first, along one axis of intervals.

    name: of the call type, ``all`` for all of them together
    word, many: what an interval is called
    targets: of each plan, None where it has none
    worst: of each plan the label's number of its worst interval; None where all are alike
    labels: intervals of all plans in the order of the clock
    found: of each plan an estimate for each label; one of nothing where the plan has no such
        interval
    against: of each other plan the differences to the base, for each label; empty where the
        intervals of the plans differ
    """

    measure: str
    name: str
    word: str
    many: str
    plans: tuple[str, ...]
    targets: tuple[float | None, ...]
    worst: tuple[int | None, ...]
    labels: tuple[str, ...]
    found: tuple[tuple[Estimate, ...], ...]
    against: tuple[tuple[Difference, ...], ...]

    @property
    def unit(self) -> str:
        return MEASURES[kind_of(self.measure)][self.measure].unit

    @property
    def target(self) -> float | None:
        """Of service level, where the plans share one."""
        return self.targets[0] if len(set(self.targets)) == 1 else None

    @property
    def of(self) -> str:
        """`` of sales``, nothing for all call types together."""
        return "" if self.name == ALL_TYPES else f" of {self.name}"

    @property
    def nowhere(self) -> str:
        """What is said instead of ``when`` where it is empty."""
        return f"surely different in none of {self._many}" if self.against else ""

    @property
    def _many(self) -> str:
        return f"{len(self.labels)} {self.many}"

    def when(self, plan: str) -> str:
        """``better in 12 of 16 half hours, most at 13:00 by 17.2 points (11.0–23.4)``; empty where
        it is in none, or the plans cannot be compared by interval."""
        told = next((row for row in self.against if row[0].plan == plan), ())
        return "; ".join(
            f"{verdict} in {len(rows)} of {self._many}, most at {self._most(told, rows)}"
            for verdict in ("better", "worse")
            if (rows := [row for row, one in enumerate(told) if one.verdict == verdict])
        )

    def _most(self, told: Sequence[Difference], rows: Sequence[int]) -> str:
        row = max(rows, key=lambda row: abs(told[row].difference.mean))
        return f"{self.labels[row]} {words.by_how_much(self.unit, told[row].difference)}"


def courses(views: Sequence[View], measure: str, columns: Sequence[int]) -> list[Course]:
    """One for each of these call types of the base plan that all plans have."""
    shared = [
        [place for place in places if place is not None]
        for column in columns
        if None not in (places := [_place(view, views[0], column) for view in views])
    ]
    return [_course(views, measure, places, len(shared)) for places in shared]


def _course(views: Sequence[View], measure: str, places: Sequence[int], among: int) -> Course:
    """places: where the call type stands in each plan; ``among``: so many are judged at once"""
    base, results = views[0], [view.result for view in views]
    name = base.names("call type")[places[0]]
    axis = sorted(
        {moment: label for view in reversed(views) for moment, label in _axis(view)}.items()
    )
    against: tuple[tuple[Difference, ...], ...] = ()
    if same_intervals(results):
        call_type = None if places[0] == ALL else name
        against = compare_intervals(results, measure, call_type=call_type, among=among)
    moments = [moment for moment, _label in axis]
    each = list(zip(views, places, strict=True))
    return Course(
        measure,
        name,
        base.interval_word,
        words.MANY_INTERVALS[base.plan.interval],
        tuple(view.plan.name for view in views),
        tuple(_target(view, measure, place) for view, place in each),
        tuple(_worst(view, place, moments) for view, place in each),
        tuple(label for _moment, label in axis),
        tuple(_along(view, measure, place, moments) for view, place in each),
        against,
    )


def _target(view: View, measure: str, place: int) -> float | None:
    target = view.target(place)
    return None if target is None or measure != "service_level" else target.share


def _worst(view: View, place: int, moments: Sequence[Moment]) -> int | None:
    row, levels = view.worst(place), view.means("call type", "service_level", place)
    if row is None or levels[row] >= np.nanmax(levels):
        return None
    return moments.index(_axis(view)[row][0])


def _along(view: View, measure: str, place: int, moments: Sequence[Moment]) -> tuple[Estimate, ...]:
    rows = {moment: row for row, (moment, _label) in enumerate(_axis(view))}
    return tuple(
        view.of_type(measure, rows[moment], place) if moment in rows else NOTHING
        for moment in moments
    )


def _axis(view: View) -> list[tuple[Moment, str]]:
    """When each interval begins, as day and clock, and what it is called."""
    plan = view.plan
    return [
        ((row // plan.intervals, plan.opens + row % plan.intervals * plan.interval), label)
        for row, label in enumerate(view.intervals)
    ]


def _place(view: View, base: View, column: int) -> int | None:
    """Where the base plan's call type stands in another plan; None if it isn't there."""
    if column == ALL:
        return ALL
    name = base.names("call type")[column]
    own = view.names("call type")[:-1]
    return own.index(name) if name in own else None
