"""Looks along an axis of a sweep for the value that just reaches the targets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.report import words
from sim.report.compared import NEGLIGIBLE
from sim.report.findings import MOST_TOLD
from sim.report.swept import Swept, shown, spoken
from sim.results import Estimate

_PERCENT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*%")


class Aim(NamedTuple):
    """How sentences speak of the targets; ``{}`` is what is varied."""

    fewest: str
    most: str
    none: str
    every: str


class Lowest(NamedTuple):
    """The interval that is furthest below its target, or has least above it."""

    column: int
    row: int
    level: Estimate
    target: float


class Search:
    """The value with which each of some call types just reaches its target.

    places: the results, in order of the last axis
    columns: of the call types; one alone where only it is asked about
    never: others that reach their targets with none of the values, to be told of beside
    """

    def __init__(
        self,
        swept: Swept,
        places: Sequence[int],
        columns: Sequence[int],
        never: Sequence[int] = (),
    ) -> None:
        self.swept, self.columns, self.never = swept, columns, never
        self.several = len(columns) + len(never) > 1
        self.what = spoken(swept.axes[-1].path)
        self.gaps = {place: swept.gap(place, columns) for place in places}
        numbers = {place: number(swept.steps[place][-1]) for place in places}
        self.ordered = [one for one in places if numbers[one] is not None]
        self.numbers = {place: found for place, found in numbers.items() if found is not None}
        if len(self.ordered) < len(places):  # words have no order but that they were given in
            self.ordered, self.numbers = list(places), {}
        self.ordered.sort(key=lambda place: self.numbers.get(place, 0.0))

    @property
    def rises(self) -> bool:
        """Is more better?"""
        return self.gaps[self.ordered[-1]] >= self.gaps[self.ordered[0]]

    @property
    def sentence(self) -> str:
        gaps = [self.gaps[place] for place in self.ordered]
        found = self._just([gap >= 0 for gap in gaps])
        if found is None:
            return self._none()
        if len(gaps) > 1 and min(gaps) >= 0 and max(gaps) - min(gaps) <= NEGLIGIBLE:
            told = self._alike(self.ordered[gaps.index(min(gaps))])
        else:
            told = self._found(found)
        left_out = "".join(
            f" {one}" for one in left_out_words(self.swept, self.never, self.ordered)
        )
        return f"{told}{left_out} {self._each}."

    def _just(self, reaching: list[bool]) -> int | None:
        """The smallest that reaches it where more is better, the largest where more is worse."""
        places = [one for one, met in zip(self.ordered, reaching, strict=True) if met]
        if not places:
            return None
        return places[0] if self.rises or not self.numbers else places[-1]

    @property
    def _aim(self) -> Aim:
        if not self.several:
            (column,) = self.columns
            wanted = words.target_percent(self.swept.share(column)) + self.swept.of(column)
            return Aim(
                f"to reach {wanted}",
                f"that still reaches {wanted}",
                f"No value of {{}} reaches {wanted}",
                f"Every value of {{}} reaches {wanted}",
            )
        who = self.swept.everyone(self.never)
        return Aim(
            f"with which {who} reaches its target",
            f"with which {who} still reaches its target",
            f"With no value of {{}} does {who} reach its target",
            f"With every value of {{}} {who} reaches its target",
        )

    def _alike(self, place: int) -> str:
        level = self._told(place, spans=False)
        told = f"; {level}" if self.several else f", all with about {level}"
        return f"{self._aim.every.format(self.what)}{told}."

    def _none(self) -> str:
        gaps = [self.gaps[place] for place in self.ordered]
        best = self.ordered[int(np.nanargmax(gaps)) if np.isfinite(gaps).any() else -1]
        gives = "; " if self.several else " with "
        return (
            f"{self._aim.none.format(self.what)}: "
            f"the best is {self._value(best)}{gives}{self._told(best)}."
        )

    def _found(self, place: int) -> str:
        if not self.numbers:
            start = f"First {self.what} {self._aim.fewest}"
        elif self.rises:
            few = "Fewest" if self.what.startswith("agents") else "Least"
            start = f"{few} {self.what} {self._aim.fewest}"
        else:
            start = f"Most {self.what} {self._aim.most}"
        gives = "; " if self.several else ", with "
        told = f"{gives}{self._told(place, spans=True)}{self._beside(place)}"
        return f"{start}: {self._value(place)}{told}."

    def _told(self, place: int, spans: bool | None = None) -> str:
        """``78.7 %``; of several ``tightest is sales with 78.7 %``. spans: with the intervals, if
        nothing is said only where the level may as well be on the other side of the target"""
        if not self.several:
            return level_words(self.swept, place, self.columns[0], spans)
        return tightest(self.swept, place, self.columns, spans)

    def _open(self, place: int) -> bool:
        return bool(self.swept.open(place, self.columns))

    def _value(self, place: int) -> str:
        return shown(self.swept.steps[place][-1])

    def _beside(self, place: int) -> str:
        """What is known of the next value: a step that leaves some out, or the end of the axis."""
        if not self.numbers:
            return ""
        step = -1 if self.rises else 1
        beside = self.ordered.index(place) + step
        if not 0 <= beside < len(self.ordered):
            return f"; {'less' if self.rises else 'more'} was not tried"
        other = self.ordered[beside]
        values = [self.swept.steps[one][-1] for one in (place, other)]
        whole = all(isinstance(value, int) for value in values)
        gives = f"; {self._value(other)} gives {self._given(other)}"
        if whole and abs(self.numbers[place] - self.numbers[other]) <= 1:
            return gives if self._open(other) else ""
        return f"{gives}, nothing between was tried"

    def _given(self, place: int) -> str:
        if not self.several:
            return self._told(place)
        column = self.swept.tightest(place, self.columns)
        return f"{self.swept.name_of(column)} {level_words(self.swept, place, column)}"

    @property
    def _each(self) -> str:
        """The value with which no interval is below the target, and whether the one before it is
        only by chance: of many intervals that are alike one is the lowest."""
        found = self._just([every_reaches(self._lowest(place)) for place in self.ordered])
        of = " of the others" if self.never else " of each" if self.several else ""
        every = f"every {self.swept.views[0].interval_word}{of}"
        if found is None:
            perhaps = self._perhaps(self.ordered[-1 if self.rises else 0], "but ")
            return f"With no value does {every} reach it{perhaps}"
        step = self.ordered.index(found) + (-1 if self.rises else 1)
        less = self.ordered[step] if self.numbers and 0 <= step < len(self.ordered) else None
        return f"For {every} to reach it: {self._value(found)}{self._perhaps(less)}"

    def _perhaps(self, place: int | None, word: str = "") -> str:
        """That the lowest interval at a place may be below the target by chance, if it may."""
        lowest = None if place is None else self._lowest(place)
        if place is None or lowest is None:
            return ""
        level = lowest.level
        if not level.low < lowest.target <= level.high:
            return ""
        when = self.swept.views[place].intervals[lowest.row]
        if self.several:
            when += self.swept.of(lowest.column)
        span = words.interval("share", level)
        return (
            f"; {word}with {self._value(place)} the lowest, {when}, is "
            f"{words.percent(level.mean)} ({span}), which may be chance: more replications tell"
        )

    def _lowest(self, place: int) -> Lowest | None:
        return lowest(self.swept, place, self.columns)


def lowest(swept: Swept, place: int, columns: Sequence[int]) -> Lowest | None:
    """The lowest interval of these call types; None where one of them has none to tell."""
    view, found = swept.views[place], []
    for column in columns:
        row = view.worst(column)
        if row is None:
            return None
        level = view.of_type("service_level", row, column)
        found.append(Lowest(column, row, level, swept.share(column)))
    return min(found, key=lambda one: one.level.mean - one.target)


def every_reaches(one: Lowest | None) -> bool:
    return one is not None and one.level.mean >= one.target


def level_words(swept: Swept, place: int, column: int, span: bool | None = None) -> str:
    """``78.7 %``, ``80.1 % (79.0–81.2: not sure)``. span: is the interval told; if nothing is said
    where the level may as well be on the other side of the target"""
    found = swept.level(place, column)
    level, ends = words.percent(found.mean), words.interval("share", found)
    either = bool(swept.open(place, [column]))
    if not ends or span is False or not (span or either):
        return level
    return f"{level} ({ends}{': not sure' if either else ''})"


def left_out_words(swept: Swept, never: Sequence[int], places: Sequence[int]) -> list[str]:
    """``tech never does: its best is 71.2 % with 14.``, for each; of two figures with both."""
    told = []
    for column in never:
        levels = {place: swept.level(place, column).mean for place in places}
        best = max(levels, key=lambda place: np.nan_to_num(levels[place], nan=-1.0))
        # Along one row of a table only the last figure differs.
        first = 0 if len(places) == len(swept.results) else -1
        values = words.listed([shown(value) for value in swept.steps[best][first:]])
        level = level_words(swept, best, column)
        told.append(f"{swept.name_of(column)} never does: its best is {level} with {values}.")
    return told


def tightest(swept: Swept, place: int, columns: Sequence[int], span: bool | None = None) -> str:
    """``tightest is sales with 80.4 %``: who may as well be on the other side of the target, else
    who has least to spare."""
    unsure = sorted(swept.open(place, columns), key=lambda one: swept.gap(place, [one]))
    chosen = (unsure or [swept.tightest(place, columns)])[:MOST_TOLD]
    told = [f"{swept.name_of(one)} with {level_words(swept, place, one, span)}" for one in chosen]
    return f"tightest {'is' if len(told) == 1 else 'are'} {words.listed(told)}"


def number(value: Any) -> float | None:
    """A number, or a percentage as what-ifs write it."""
    if isinstance(value, int | float):
        return float(value)
    found = _PERCENT.fullmatch(str(value).strip())
    return float(found[1]) if found else None
