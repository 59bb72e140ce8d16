"""A result looked at measure by measure: estimates over the replications, labels, targets."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal

import numpy as np

from sim.arrays import Floats
from sim.errors import SimError
from sim.estimates import estimate
from sim.measures.grid import day_labels
from sim.measures.tables import ratio
from sim.metrics import (
    ADDED_UP,
    GROUP_MEASURES,
    TYPE_MEASURES,
    Measure,
    interval_labels,
    outside,
    worst,
)
from sim.parameters import Plan, Target
from sim.report import words
from sim.results import Estimate, Figures, Result
from sim.spelling import unknown

Of = Literal["call type", "group"]
WHOLE = -1
ALL = -1
ALL_TYPES = "all"
# No row of the results, but what the whole run has beside its intervals.
OUTSIDE = -1000
OUTSIDE_LABEL = "outside hours"
MEASURES: Mapping[Of, Mapping[str, Measure]] = {
    "call type": {one.name: one for one in TYPE_MEASURES},
    "group": {one.name: one for one in GROUP_MEASURES},
}


def kind_of(name: str) -> Of:
    """Which table a measure belongs to; measures of both are looked up by call type."""
    for of, measures in MEASURES.items():
        if name in measures:
            return of
    known = [*MEASURES["call type"], *MEASURES["group"]]
    raise SimError(unknown("measure", name, known))


class View:
    """Estimates are worked out when they are asked for, once.

    Rows are the intervals and at last the whole run (``WHOLE``), columns the call types or groups
    and at last all together (``ALL``). ``OUTSIDE`` is the row of e-mails that came outside the
    hours: only counts are known of it.
    """

    def __init__(self, result: Result, by_day: bool = False) -> None:
        """by_day: days in place of intervals, which a result of several days has too."""
        self.result = result
        self.plan: Plan = result.plan
        self.by_day = by_day
        self._stacks: dict[tuple[Of, str], Floats] = {}
        self._estimates: dict[tuple[Of, str, int, int], Estimate] = {}

    @cached_property
    def intervals(self) -> tuple[str, ...]:
        """Labels of the rows, the whole run left out."""
        return tuple((day_labels if self.by_day else interval_labels)(self.plan))

    @cached_property
    def days(self) -> View | None:
        """The same day by day; None where there is one day, or nothing is known of them."""
        if self.by_day or any(one.days is None for one in self.result.figures):
            return None
        return View(self.result, by_day=True)

    @cached_property
    def _figures(self) -> list[Figures]:
        if self.by_day:
            return [one.days for one in self.result.figures if one.days is not None]
        return list(self.result.figures)

    @property
    def stopped(self) -> str:
        """When it was, if it was: ``after 8 of 20 replications``."""
        wanted = self.result.wanted
        return "" if wanted is None else words.so_far(self.result.replications, wanted)

    @property
    def whole(self) -> str:
        return "day" if self.plan.days == 1 else f"{self.plan.days} days"

    @property
    def interval_word(self) -> str:
        return "day" if self.by_day else words.INTERVALS[self.plan.interval]

    def names(self, of: Of) -> tuple[str, ...]:
        named = self.plan.call_types if of == "call type" else self.plan.groups
        return (*(one.name for one in named), ALL_TYPES)

    def values(self, of: Of, measure: str) -> Floats:
        """(replications, rows, columns)."""
        key = (of, measure)
        if key not in self._stacks:
            self._stacks[key] = np.stack([_table(one, of)[measure] for one in self._figures])
        return self._stacks[key]

    def lines(self, of: Of = "call type", column: int = ALL) -> list[tuple[str, int]]:
        """Labels and rows of a table by interval: the intervals, what came outside the hours if
        anything did, the whole run."""
        rows = [(label, row) for row, label in enumerate(self.intervals)]
        if of == "call type" and self.of_type("offered", OUTSIDE, column).mean > 0:
            rows.append((OUTSIDE_LABEL, OUTSIDE))
        return [*rows, (self.whole, WHOLE)]

    def share(self, measure: str, column: int = ALL) -> Estimate:
        """A count of contacts over those offered, of the whole run: of a call type, or of all;
        then of calls and chats alone where there are any."""
        columns = [column] if column != ALL else self._spoken_to
        count, offered = (
            self.values("call type", name)[:, WHOLE, columns].sum(axis=1)
            for name in (measure, "offered")
        )
        return estimate(ratio(count, offered), self.plan.experiment.confidence)

    @property
    def _spoken_to(self) -> list[int]:
        found = [
            column
            for column, one in enumerate(self.plan.call_types)
            if one.channel in ("voice", "chat")
        ]
        return found or list(range(len(self.plan.call_types)))

    def _outside(self, of: Of, measure: str, column: int) -> Estimate:
        if of == "group":
            return estimate([])
        found = [outside(one, measure)[column] for one in self._figures]
        return estimate(found, self.plan.experiment.confidence)

    def estimate(self, of: Of, measure: str, row: int = WHOLE, column: int = ALL) -> Estimate:
        if row == OUTSIDE:
            return self._outside(of, measure, column)
        values = self.values(of, measure)
        key = (of, measure, row % values.shape[1], column % values.shape[2])
        if key not in self._estimates:
            column_values = values[:, key[2], key[3]]
            self._estimates[key] = estimate(column_values, self.plan.experiment.confidence)
        return self._estimates[key]

    def of_type(self, measure: str, row: int = WHOLE, column: int = ALL) -> Estimate:
        return self.estimate("call type", measure, row, column)

    def of_group(self, measure: str, row: int = WHOLE, column: int = ALL) -> Estimate:
        return self.estimate("group", measure, row, column)

    def means(self, of: Of, measure: str, column: int = ALL) -> Floats:
        """Of each interval, the whole run left out."""
        rows = range(len(self.intervals))
        return np.array([self.estimate(of, measure, row, column).mean for row in rows])

    def target(self, column: int = ALL) -> Target | None:
        """The target of a call type; for all together only where they share one."""
        if column not in (ALL, len(self.plan.call_types)):
            return self.plan.call_types[column].target or self.plan.target
        return self.plan.shared_target

    @property
    def judged(self) -> list[int]:
        """What a service level is told of: each call type that has one, where several do; else
        all together."""
        own = [
            column
            for column in self.plan.judged
            if math.isfinite(self.of_type("service_level", column=column).mean)
        ]
        return own or [ALL]

    def worst(self, column: int = ALL) -> int | None:
        """The interval with the lowest mean service level; those with few contacts don't count
        where others have more."""
        means = self.means("call type", "service_level", column)
        return worst(means, self.means("call type", "offered", column), "high")

    def surely_low(self, row: int, column: int = ALL) -> bool:
        """Is an interval below the target, not by chance?"""
        target = self.target(column)
        level = self.of_type("service_level", row, column)
        high = level.high if math.isfinite(level.high) else level.mean
        return target is not None and high < target.share

    def below(self, row: int, column: int = ALL) -> tuple[int, int]:
        """In how many replications the interval missed the target, and of how many."""
        target = self.target(column)
        values = self.values("call type", "service_level")[:, row, column]
        told = values[np.isfinite(values)]
        return (int(np.sum(told < target.share)) if target else 0, len(told))


def _table(figures: Figures, of: Of) -> Mapping[str, Floats]:
    return figures.by_type if of == "call type" else figures.by_group


PARTS = ("mean", "low", "high", "sd", "n", "p10", "p50", "p90")
COLUMNS = ("measure", "interval", "of", "name", *PARTS)
Row = dict[str, str | float | int | None]


def long_rows(view: View, measures: Sequence[str] = ()) -> Iterator[Row]:
    """Every figure as a row of its own, in the long format; ``None`` where there is nothing."""
    for of, known in MEASURES.items():
        for measure in known:
            if measures and measure not in measures:
                continue
            for column, name in enumerate(view.names(of)):
                for seen, label, row in _each_line(view, of, column):
                    if row == OUTSIDE and measure not in ADDED_UP:
                        continue
                    found = seen.estimate(of, measure, row, column)
                    told = "whole run" if row == WHOLE else label
                    where: Row = {"measure": measure, "interval": told, "of": of, "name": name}
                    yield where | parts(known[measure].unit, found)


def _each_line(view: View, of: Of, column: int) -> Iterator[tuple[View, str, int]]:
    """Intervals, days where there are several, what came outside the hours, the whole run: each
    with the view its row is of."""
    lines = [(view, label, row) for label, row in view.lines(of, column)]
    yield from lines[: len(view.intervals)]
    if view.days:
        yield from ((view.days, label, row) for row, label in enumerate(view.days.intervals))
    yield from lines[len(view.intervals) :]


def parts(unit: str, found: Estimate) -> Row:
    """An estimate as cells of a row, its interval as far as the figure can be."""
    told = words.bounded(unit, found)
    return {part: finite(getattr(told, part)) for part in PARTS}


def finite(value: float) -> float | int | None:
    return value if math.isfinite(value) else None
