"""What a sweep says in sentences: the fewest that reach the target, or the most that still do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.report import words
from sim.report.compared import NEGLIGIBLE
from sim.report.swept import Swept, held, shown, spoken
from sim.results import Estimate

_PERCENT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*%")


def findings(swept: Swept) -> list[str]:
    """A sentence for each call type where targets differ, and for values of the first axis; those
    that lead to the same have it together."""
    told, sure = _stopped(swept), [column for column in swept.by_type if _sure(swept, column)]
    for column in swept.columns:
        if column in sure:
            continue
        alike: dict[str, list[Any]] = {}
        for value, places in swept.rows():
            alike.setdefault(Search(swept, places, column).sentence, []).append(value)
        told += [_with(swept, values, sentence) for sentence, values in alike.items()]
    if sure:
        reached = [f"{words.target_percent(swept.target(one) or 0)}{swept.of(one)}" for one in sure]
        told.append(f"Every value surely reaches {words.listed(reached)}.")
    return told


def _stopped(swept: Swept) -> list[str]:
    return [f"Stopped early, {swept.stopped}."] if swept.stopped else []


def _sure(swept: Swept, column: int) -> bool:
    """Whatever the value, the target is surely reached, and no interval surely misses it: one
    sentence for all such call types, nobody asks for the fewest that do."""
    target = swept.target(column) or 0.0
    for place, view in enumerate(swept.views):
        row = view.worst(column)
        if row is None or not swept.level(place, column).low >= target:
            return False
        if view.of_type("service_level", row, column).high < target:
            return False
    return True


def _with(swept: Swept, values: Sequence[Any], sentence: str) -> str:
    if len(swept.axes) == 1:
        return sentence
    start = held(values, swept.axes[0].path)
    return f"With {start}: {sentence[0].lower()}{sentence[1:]}"


class Search:
    """Looks along the last axis for the value that just reaches the target.

    places: the results, in order of the axis
    """

    def __init__(self, swept: Swept, places: Sequence[int], column: int) -> None:
        self.swept, self.column = swept, column
        self.target = swept.target(column) or 0.0
        self.levels = {place: swept.level(place, column).mean for place in places}
        numbers = {place: number(swept.steps[place][-1]) for place in places}
        self.ordered = [one for one in places if numbers[one] is not None]
        self.numbers = {place: found for place, found in numbers.items() if found is not None}
        if len(self.ordered) < len(places):  # words have no order but that they were given in
            self.ordered, self.numbers = list(places), {}
        self.ordered.sort(key=lambda place: self.numbers.get(place, 0.0))

    @property
    def rises(self) -> bool:
        """Is more better?"""
        return self.levels[self.ordered[-1]] >= self.levels[self.ordered[0]]

    @property
    def sentence(self) -> str:
        levels = [self.levels[place] for place in self.ordered]
        if (
            len(levels) > 1
            and min(levels) >= self.target
            and max(levels) - min(levels) <= NEGLIGIBLE
        ):
            return self._alike(min(levels))
        found = self._just([level >= self.target for level in levels])
        return self._none() if found is None else self._found(found)

    def _just(self, reaching: list[bool]) -> int | None:
        """The smallest that reaches it where more is better, the largest where more is worse."""
        places = [one for one, met in zip(self.ordered, reaching, strict=True) if met]
        if not places:
            return None
        return places[0] if self.rises or not self.numbers else places[-1]

    def _alike(self, least: float) -> str:
        what = spoken(self.swept.axes[-1].path)
        level = words.percent(least)
        return (
            f"Every value of {what} reaches {self._wanted}, all with about {level}. {self._each}."
        )

    def _none(self) -> str:
        levels = [self.levels[place] for place in self.ordered]
        best = self.ordered[int(np.nanargmax(levels)) if np.isfinite(levels).any() else -1]
        return (
            f"No value of {spoken(self.swept.axes[-1].path)} reaches {self._wanted}: "
            f"the best is {self._value(best)} with {self._level(best)}."
        )

    def _level(self, place: int) -> str:
        """``78.7 %``; with its interval where it may as well be on the other side of the target."""
        found = self.swept.level(place, self.column)
        level = words.percent(found.mean)
        if not self._open(place):
            return level
        return f"{level} ({words.interval('share', found)}: not sure)"

    def _open(self, place: int) -> bool:
        return self._either_side(self.swept.level(place, self.column))

    def _either_side(self, found: Estimate) -> bool:
        """May the true figure as well be on the other side of the target?"""
        return found.low < self.target <= found.high

    def _found(self, place: int) -> str:
        found = self.swept.level(place, self.column)
        span = words.interval("share", found)
        sure = "" if not span or found.low >= self.target else ": not sure"
        what = spoken(self.swept.axes[-1].path)
        if not self.numbers:
            start = f"First {what} to reach {self._wanted}"
        elif self.rises:
            few = "Fewest" if what.startswith("agents") else "Least"
            start = f"{few} {what} to reach {self._wanted}"
        else:
            start = f"Most {what} that still reaches {self._wanted}"
        level = words.percent(found.mean) + (f" ({span}{sure})" if span else "")
        return f"{start}: {self._value(place)}, with {level}{self._beside(place)}. {self._each}."

    @property
    def _wanted(self) -> str:
        return words.target_percent(self.target) + self.swept.of(self.column)

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
        gives = f"; {self._value(other)} gives {self._level(other)}"
        if whole and abs(self.numbers[place] - self.numbers[other]) <= 1:
            return gives if self._open(other) else ""
        return f"{gives}, nothing between was tried"

    @property
    def _each(self) -> str:
        """The value with which no interval is below the target, and whether the one before it is
        only by chance: of many intervals that are alike one is the lowest."""
        levels = [self._lowest(place) for place in self.ordered]
        found = self._just([bool(one and one.mean >= self.target) for one in levels])
        word = self.swept.views[0].interval_word
        if found is None:
            return (
                f"With no value does every {word} reach it{self._perhaps(self._best_end, 'but ')}"
            )
        step = self.ordered.index(found) + (-1 if self.rises else 1)
        less = self.ordered[step] if self.numbers and 0 <= step < len(self.ordered) else None
        return f"For every {word} to reach it: {self._value(found)}{self._perhaps(less)}"

    @property
    def _best_end(self) -> int:
        return self.ordered[-1 if self.rises else 0]

    def _perhaps(self, place: int | None, word: str = "") -> str:
        """That the lowest interval at a place may be below the target by chance, if it may."""
        lowest = None if place is None else self._lowest(place)
        if place is None or lowest is None or not self._either_side(lowest):
            return ""
        view = self.swept.views[place]
        row = view.worst(self.column)
        assert row is not None
        span = words.interval("share", lowest)
        return (
            f"; {word}with {self._value(place)} the lowest, {view.intervals[row]}, is "
            f"{words.percent(lowest.mean)} ({span}), which may be chance: more replications tell"
        )

    def _lowest(self, place: int) -> Estimate | None:
        view = self.swept.views[place]
        row = view.worst(self.column)
        return None if row is None else view.of_type("service_level", row, self.column)


def number(value: Any) -> float | None:
    """A number, or a percentage as what-ifs write it."""
    if isinstance(value, int | float):
        return float(value)
    found = _PERCENT.fullmatch(str(value).strip())
    return float(found[1]) if found else None
