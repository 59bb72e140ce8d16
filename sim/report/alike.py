"""Days of a plan that are alike in some figures, and what they are called together."""

from __future__ import annotations

import datetime as dates
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.measures.grid import day_labels
from sim.parameters import Plan
from sim.report import words

EVERY = "every day"
_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DIGITS = 6


@dataclass(frozen=True)
class Alike:
    """Days, the first is 0, in order; ``name``: ``Mon–Fri``, ``day 1 and days 3–5``."""

    days: tuple[int, ...]
    name: str


def alike(plan: Plan, *figures: Floats) -> list[Alike]:
    """Days with the same figures, the first day's kind first.

    figures: each (days, ...)
    """
    rows = np.concatenate([one.reshape(plan.days, -1) for one in figures], axis=1)
    kinds: dict[bytes, list[int]] = {}
    # Adding nought makes no difference between -0 and 0.
    for day, row in enumerate(np.round(rows, _DIGITS) + 0.0):
        kinds.setdefault(row.tobytes(), []).append(day)
    return [Alike(tuple(days), _name(plan, days)) for days in kinds.values()]


def _name(plan: Plan, days: Sequence[int]) -> str:
    labels = day_labels(plan)
    if len(days) == plan.days > 1:
        return EVERY
    if len(days) == 1:
        return labels[days[0]]
    if plan.date is not None and plan.days >= len(_WEEK):
        of_week = [(plan.date + dates.timedelta(days=day)).weekday() for day in range(plan.days)]
        meant = {of_week[day] for day in days}
        if list(days) == [day for day in range(plan.days) if of_week[day] in meant]:
            return _spans(sorted(meant), _WEEK)
    if plan.date is not None:
        return _spans(days, labels)
    return f"days {_spans(days, [label.removeprefix('day ') for label in labels])}"


def _spans(places: Sequence[int], names: Sequence[str]) -> str:
    """``Mon–Wed and Fri``: three and more in a row by their ends."""
    runs: list[list[int]] = []
    for place in places:
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    said = list[str]()
    for run in runs:
        said += (
            [f"{names[run[0]]}–{names[run[-1]]}"]
            if len(run) > 2
            else [names[place] for place in run]
        )
    return words.listed(said)
