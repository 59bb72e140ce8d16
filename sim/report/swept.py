"""A figure changed step by step: the results of each value."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from sim.arrays import Floats
from sim.estimates import costs, estimate
from sim.report import words
from sim.report.compared import measures
from sim.report.compared_costs import any_cost
from sim.report.view import ALL, WHOLE, View
from sim.results import Estimate, Result
from sim.sweep import Axis

MEASURE = "service_level"
HOURS = "paid_hours"
# Agents of a group, or of one of its shifts or intervals.
AGENTS = re.compile(r"groups\..+\.agents(\.\d+)?")
PLACES = {
    "groups": ("group", "every group"),
    "call_types": ("call type", "every call type"),
}


@dataclass(frozen=True)
class Swept:
    """Results of ``sim.sweep.sweep``: of each value, or each pair, the last axis running quickest.

    name: of the plan that was varied
    stopped: when, if it was: ``after 3 of 7 values``
    """

    name: str
    axes: tuple[Axis, ...]
    results: tuple[Result, ...]
    stopped: str = ""

    @classmethod
    def of_those_done(cls, name: str, axes: tuple[Axis, ...], results: Sequence[Result]) -> Swept:
        """Of a sweep that may have been stopped. Of pairs there are those of the first values that
        have all of theirs; when none has, those there are of the first."""
        wanted = math.prod(len(axis.values) for axis in axes)
        if len(results) == wanted:
            return cls(name, axes, tuple(results))
        *first, last = axes
        rows, of_last = max(1, len(results) // len(last.values)), len(results)
        if first:
            first = [dataclasses.replace(first[0], values=first[0].values[:rows])]
            of_last = min(of_last, len(last.values))
        kept = (*first, dataclasses.replace(last, values=last.values[:of_last]))
        count = math.prod(len(axis.values) for axis in kept)
        return cls(name, kept, tuple(results[:count]), words.so_far(count, wanted, "values"))

    @cached_property
    def views(self) -> tuple[View, ...]:
        return tuple(View(result) for result in self.results)

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """What is shown of each step; with the paid hours where they are the price."""
        usual = measures(self.views)
        return (HOURS, *usual) if self.staffing and not self.paid else usual

    @cached_property
    def paid(self) -> bool:
        """Does the plan say what anything costs?"""
        return any_cost(self.views)

    @property
    def staffing(self) -> bool:
        """Is it the agents of two groups (or shifts), so that one makes up for the other and the
        price tells which to take?"""
        agents = all(AGENTS.fullmatch(axis.path) for axis in self.axes)
        aims = all(self.target(column) is not None for column in self.columns)
        return len(self.axes) > 1 and agents and aims

    def prices(self, place: int) -> Floats:
        """What a step costs in each replication; paid hours where the plan names no money."""
        if self.paid:
            return costs(self.results[place])
        return self.views[place].values("group", HOURS)[:, WHOLE, ALL]

    def price(self, place: int) -> Estimate:
        return estimate(self.prices(place), self.views[place].plan.experiment.confidence)

    @property
    def steps(self) -> list[tuple[Any, ...]]:
        """The values of each result."""
        return list(product(*(axis.values for axis in self.axes)))

    @property
    def columns(self) -> list[int]:
        """What is judged: each call type by itself, where there are several."""
        return self.views[0].judged

    @property
    def by_type(self) -> list[int]:
        """Call types that are judged by themselves; none where there is but one."""
        return [column for column in self.columns if column != ALL]

    def name_of(self, column: int) -> str:
        return self.views[0].names("call type")[column]

    def target(self, column: int = ALL) -> float | None:
        found = self.views[0].target(column)
        return None if found is None else found.share

    def of(self, column: int) -> str:
        """`` of sales`` where there are several."""
        return "" if column == ALL else f" of {self.name_of(column)}"

    def share(self, column: int) -> float:
        """The target, nought where there is none."""
        return self.target(column) or 0.0

    def level(self, place: int, column: int = ALL) -> Estimate:
        return self.views[place].of_type(MEASURE, column=column)

    def gap(self, place: int, columns: Sequence[int]) -> float:
        """By how much the tightest of these call types is above its target, or below."""
        gaps = [self.level(place, column).mean - self.share(column) for column in columns]
        return float(np.min(gaps))

    def able(self, columns: Sequence[int], places: Sequence[int]) -> list[int]:
        """Those of these call types that reach their target at any of the places."""
        return [one for one in columns if any(self.gap(place, [one]) >= 0 for place in places)]

    def everyone(self, never: Sequence[int]) -> str:
        """``every call type but tech``."""
        left_out = words.listed([self.name_of(one) for one in never]) if never else ""
        return f"every call type but {left_out}" if never else "every call type"

    def tightest(self, place: int, columns: Sequence[int]) -> int:
        return min(columns, key=lambda column: self.gap(place, [column]))

    def surely(self, place: int, columns: Sequence[int]) -> bool:
        """Is nothing left open: does each of them reach its target whatever the truth is?"""
        return all(self.level(place, column).low >= self.share(column) for column in columns)

    def open(self, place: int, columns: Sequence[int]) -> list[int]:
        """Those of which the true level may as well be on the other side of the target."""
        found = [(column, self.level(place, column)) for column in columns]
        return [column for column, one in found if one.low < self.share(column) <= one.high]

    def rows(self) -> list[tuple[Any, list[int]]]:
        """Places of the results along the last axis, for each value of the first of two."""
        along = len(self.axes[-1].values)
        firsts = self.axes[0].values if len(self.axes) > 1 else (None,)
        return [
            (value, list(range(row * along, (row + 1) * along))) for row, value in enumerate(firsts)
        ]


def held(values: Sequence[Any], path: str) -> str:
    """What an axis is at: ``2 and 4 agents in group front``, ``volume +10 %``."""
    listed = words.listed([shown(value) for value in values])
    numbers = all(isinstance(value, int | float) for value in values)
    return f"{listed} {spoken(path)}" if numbers else f"{spoken(path)} {listed}"


def shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def spoken(path: str) -> str:
    """``groups.front.agents`` is ``agents in group front``; what-ifs and other figures stay."""
    parts = path.split(".")
    if len(parts) < 3 or parts[0] not in PLACES:
        return path
    kind, every = PLACES[parts[0]]
    what = ".".join(parts[2:])
    if parts[2] == "shifts" and len(parts) > 4:
        what = f"{'.'.join(parts[4:])} of shift {parts[3]}"
    return f"{what} in {every}" if parts[1] == "*" else f"{what} in {kind} {parts[1]}"
