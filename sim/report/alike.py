"""Days of a plan that are alike in some figures, and what they are called together."""

from __future__ import annotations

import datetime as dates
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.listing import spans
from sim.measures.grid import day_labels
from sim.parameters import Plan

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
            return spans(sorted(meant), _WEEK.__getitem__, "–")
    if plan.date is not None:
        return spans(days, labels.__getitem__, "–")
    return f"days {spans(days, lambda day: str(day + 1), '–')}"
