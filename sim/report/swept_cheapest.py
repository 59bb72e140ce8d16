"""The cheapest agents of two groups with which every call type reaches its target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.estimates import estimate
from sim.report import words
from sim.report.data import estimate_data
from sim.report.findings import MOST_TOLD
from sim.report.swept import Swept, held, shown, spoken
from sim.report.swept_search import every_reaches, left_out_words, level_words, lowest, tightest


@dataclass(frozen=True)
class Cheapest:
    """Places in the sweep, by their price and the mean levels; None where there is none.

    columns: of the call types that are asked about
    never: of others, which reach their targets with no combination
    best: the cheapest with which every call type asked about reaches its target
    surely: the cheapest of which that is sure, where it isn't of the best
    perhaps: cheaper than the best, the cheapest first; below a target, but it may be chance
    every_interval: the cheapest with which no interval is below its target
    nearest: where the tightest call type is best off
    """

    swept: Swept
    columns: tuple[int, ...]
    never: tuple[int, ...]
    best: int | None
    surely: int | None
    perhaps: tuple[int, ...]
    every_interval: int | None
    nearest: int

    @property
    def sentences(self) -> list[str]:
        """The combination, its price and how sure it is; what it takes in every interval."""
        if self.best is None:
            told = [f"With no combination {self._does}: {self._nearest}.", *self._maybe()]
        else:
            never = left_out_words(self.swept, self.never, range(len(self.swept.results)))
            told = [f"{self._found(self.best)}.", *self._unsure(self.best), *never, *self._every()]
        return [" ".join([*told, *_unpaid(self.swept)])]

    @property
    def marked(self) -> str:
        """What the sign in tables says."""
        return f"►: the {'cheapest' if self.swept.paid else 'fewest paid hours'} {self._aim}."

    @property
    def _aim(self) -> str:
        if self._several:
            return f"with which {self.swept.everyone(self.never)} reaches its target"
        return f"to reach {self._wanted}"

    @property
    def _several(self) -> bool:
        return bool(self.swept.by_type)

    @property
    def _does(self) -> str:
        if self._several:
            return "does every call type reach its target"
        return f"is {self._wanted} reached"

    @property
    def _wanted(self) -> str:
        return words.target_percent(self.swept.share(self.swept.columns[0]))

    @property
    def _nearest(self) -> str:
        return f"nearest is {_held(self.swept, self.nearest)}{self._level(self.nearest)}"

    def _found(self, place: int) -> str:
        word = "Cheapest" if self.swept.paid else "Fewest paid hours"
        price = _price(self.swept, place, whole=True)
        return (
            f"{word} {self._aim}: {_held(self.swept, place)}{price}{self._level(place, spans=True)}"
            f"{_untried(self.swept, place)}"
        )

    def _level(self, place: int, spans: bool | None = None) -> str:
        if self._several:
            return f"; {tightest(self.swept, place, self.columns, spans)}"
        return f", with {level_words(self.swept, place, self.columns[0], spans)}"

    def _unsure(self, best: int) -> Iterator[str]:
        yield from self._maybe()
        if self.surely is not None:
            yield f"The cheapest that surely does: {self._short(self.surely)}."
        elif not self.swept.surely(best, self.columns):
            yield "None that was tried surely does."

    def _maybe(self) -> Iterator[str]:
        """What may reach the targets though its mean does not."""
        if self.perhaps:
            word = "Maybe enough" if self.best is None else "Cheaper and maybe enough"
            told = "; ".join(self._short(one) for one in self.perhaps[:MOST_TOLD])
            yield f"{word}, which more replications tell: {told}."

    def _every(self) -> Iterator[str]:
        of = " of the others" if self.never else " of each" if self._several else ""
        every = f"every {self.swept.views[0].interval_word}{of}"
        if self.every_interval is None:
            yield f"With no combination does {every} reach it."
        else:
            yield f"For {every} to reach it: {self._short(self.every_interval)}."

    def _short(self, place: int) -> str:
        """``28 and 18, for 11,182``."""
        values = words.listed([shown(value) for value in self.swept.steps[place]])
        return f"{values}{_price(self.swept, place)}"

    @property
    def data(self) -> dict[str, Any]:
        """For JSON."""

        def one(place: int | None) -> dict[str, Any] | None:
            if place is None:
                return None
            unit = "money" if self.swept.paid else "hours"
            return {
                "values": list(self.swept.steps[place]),
                "price": estimate_data(unit, self.swept.price(place)),
            }

        sure = self.best is not None and self.swept.surely(self.best, self.columns)
        return {
            "by": "cost" if self.swept.paid else "paid_hours",
            "found": one(self.best),
            "sure": sure,
            "surely": one(self.best) if sure else one(self.surely),
            "perhaps": [one(place) for place in self.perhaps],
            "every_interval": one(self.every_interval),
            "left_out": [self.swept.name_of(column) for column in self.never],
        }


def cheapest(swept: Swept) -> Cheapest:
    """Of a sweep over the agents of two groups."""
    places = range(len(swept.results))
    columns = swept.able(swept.columns, places) or swept.columns
    gaps = [swept.gap(place, columns) for place in places]
    ordered = sorted(places, key=lambda place: (swept.price(place).mean, -gaps[place]))
    enough = [one for one in ordered if gaps[one] >= 0]
    as_cheap = [one for one in enough if not _dearer(swept, one, enough[0])]
    # Of those that cost the same it is chance which costs least.
    best = max(as_cheap, key=lambda place: gaps[place], default=None)
    cheaper = ordered if best is None else ordered[: ordered.index(best)]
    sure = [one for one in ordered if swept.surely(one, columns)]
    return Cheapest(
        swept,
        tuple(columns),
        tuple(one for one in swept.columns if one not in columns),
        best,
        surely=next(iter(sure), None) if best not in sure else None,
        perhaps=tuple(
            one for one in cheaper if one not in enough and _may_reach(swept, one, columns)
        ),
        every_interval=next(
            (one for one in ordered if every_reaches(lowest(swept, one, columns))), None
        ),
        nearest=int(np.nanargmax(gaps)) if np.isfinite(gaps).any() else ordered[-1],
    )


def marked(swept: Swept) -> tuple[int | None, str]:
    """Where tables have the sign, and what it says; None where nothing is to be marked."""
    found = cheapest(swept) if swept.staffing else None
    return (None, "") if found is None or found.best is None else (found.best, found.marked)


def pairs(swept: Swept, columns: Sequence[int]) -> list[str]:
    """The fewest agents of the second group for each number of the first."""
    first, second = (axis.path for axis in swept.axes)
    found: dict[Any, list[Any]] = {}
    for value, places in swept.rows():
        enough = [swept.steps[one][-1] for one in places if swept.gap(one, columns) >= 0]
        found.setdefault(min(enough, default=None), []).append(value)
    too_few = found.pop(None, [])
    if not found:
        return []
    told = [
        f"{shown(fewest)} with "
        + (held(values, first) if place == 0 else words.listed([shown(one) for one in values]))
        for place, (fewest, values) in enumerate(found.items())
    ]
    lacking = words.listed([shown(one) for one in too_few]) if too_few else ""
    rest = f"; with {lacking} none is enough" if lacking else ""
    return [f"Fewest {spoken(second)} for that: {', '.join(told)}{rest}."]


def _dearer(swept: Swept, place: int, than: int) -> bool:
    """Does it cost more, and surely so where there are days enough to tell? All have the same
    days, so that they are compared day by day."""
    both = [swept.prices(one) for one in (place, than)]
    days = min(map(len, both))
    difference = estimate(both[0][:days] - both[1][:days])
    return difference.mean > 0 and not difference.low <= 0


def _may_reach(swept: Swept, place: int, columns: Sequence[int]) -> bool:
    """Is nothing surely below its target?"""
    return all(
        swept.level(place, column).mean >= swept.share(column) or swept.open(place, [column])
        for column in columns
    )


def _held(swept: Swept, place: int) -> str:
    """``28 agents in group Front and 18 agents in group Technicians``."""
    steps = zip(swept.axes, swept.steps[place], strict=True)
    return words.listed([held([value], axis.path) for axis, value in steps])


def _price(swept: Swept, place: int, whole: bool = False) -> str:
    """``, for 11,182``; whole: with what it is of and its interval."""
    found = swept.price(place)
    unit = "money" if swept.paid else "hours"
    told = f", for {words.figure(unit, found.mean)}{'' if swept.paid else ' paid hours'}"
    if not whole:
        return told
    view = swept.views[place]
    span = words.interval(unit, found)
    told += " a day" if view.plan.days == 1 else f" in {view.whole}"
    return f"{told} ({span})" if span else told


def _untried(swept: Swept, place: int) -> str:
    """That fewer agents of a group, or what lies between two steps, were not tried."""
    steps = list(zip(swept.axes, swept.steps[place], strict=True))
    least = [spoken(axis.path) for axis, value in steps if value == min(axis.values)]
    few = "of either" if len(least) == len(steps) else "".join(least)
    told = [f"fewer {few} were not tried"] if least else []
    if any(value - 1 > max([one for one in axis.values if one < value], default=value)
           for axis, value in steps):  # fmt: skip
        told.append("nothing between the values was tried")
    return "".join(f"; {one}" for one in told)


def _unpaid(swept: Swept) -> list[str]:
    """Groups whose agents look cheap because nobody said what they cost."""
    if not swept.paid:
        return []
    named = {axis.path.split(".")[1] for axis in swept.axes}
    free = [
        one.name
        for one in swept.views[0].plan.groups
        if one.cost_per_hour == 0 and (one.name in named or "*" in named)
    ]
    if not free:
        return []
    return [f"No cost_per_hour is given for {words.listed(free)}: they count as costing nothing."]
