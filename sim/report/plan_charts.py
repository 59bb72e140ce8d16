"""Charts of several plans over the same hours: a line for each, and what differs from the base."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.parameters import Plan
from sim.report import words
from sim.report.charts import (
    beside,
    clock_axis,
    clocks,
    percent_axis,
    target_line,
    target_words,
)
from sim.report.svg import COLOURS, drawn
from sim.report.through_day import NOTHING, Course
from sim.results import Difference, Estimate

HEADS = {
    "service_level": "Service level, %",
    "asa": "Average wait, min:s",
    "abandonment": "Hung up, %",
}


class Pen(NamedTuple):
    """How a plan is drawn, told apart by more than its colour."""

    colour: str
    marker: str
    sign: str
    dashes: Any


class End(NamedTuple):
    """What stands at the right end of a line."""

    height: float
    text: str
    sign: str = ""
    colour: str = "ink"


PENS = (
    Pen("one", "o", "●", "-"),
    Pen("two", "s", "■", (0, (6, 2))),
    Pen("three", "D", "◆", (0, (2, 1.5))),
    Pen("four", "^", "▲", (0, (6, 2, 1, 2))),
    Pen("five", "v", "▼", (0, (3, 3))),
    Pen("six", "P", "✚", (0, (8, 2, 2, 2))),
)
# More lines than this cannot be told apart.
MOST = len(PENS)
NAME = 24


def level_chart(course: Course, plan: Plan, key: str) -> str:
    """Service level of each plan with its interval and the target; beneath, for each other plan
    what it has more than the base: full where the interval leaves zero out.

    plan: the base, for its clock; key: tells charts of a page apart
    """
    against = course.against[: MOST - 1]

    def draw(figure: Any) -> None:
        ratios = [3.2, *[1.1] * len(against)]
        panels = figure.subplots(len(ratios), 1, sharex=True, squeeze=False, height_ratios=ratios)
        axes, *below = panels[:, 0]
        _lines(axes, course)
        for pen, one, place in zip(PENS[1:], against, below, strict=False):
            _difference(place, pen, one)
        if below:
            _alike(below, against)
        clocks(panels[-1, 0], course.labels, plan)

    label = f"Service level{course.of} by {course.word}: {_told(course)}"
    return drawn(draw, 3.6 + 1.25 * len(against), f"plans{key}", label)


def waits_chart(found: Sequence[Course], plan: Plan) -> str:
    """Average wait and abandonment of each plan, one above the other."""

    def draw(figure: Any) -> None:
        panels = figure.subplots(len(found), 1, sharex=True, squeeze=False)[:, 0]
        for axes, course in zip(panels, found, strict=True):
            _lines(axes, course)
        clocks(panels[-1], found[0].labels, plan)

    label = f"Average wait and abandonment by {found[0].word}, a line for each plan"
    return drawn(draw, 2.6 * len(found), "waits", label)


def legend(plans: Sequence[str]) -> str:
    """Signs and names, for those who cannot see the lines' ends."""
    drawn = ", ".join(f"{pen.sign} {name}" for pen, name in zip(PENS, plans, strict=False))
    left = len(plans) - MOST
    return drawn if left <= 0 else f"{drawn}; {words.number_of(left, 'other plan')} not drawn"


def _told(course: Course) -> str:
    told = [
        f"{row[0].plan} is {course.when(row[0].plan) or course.nowhere}" for row in course.against
    ]
    return "; ".join(told) or f"a line for each of {words.listed(list(course.plans))}"


def _lines(axes: Any, course: Course) -> None:
    scale = 100 if course.unit == "share" else 1
    ends = []
    for pen, name, found in zip(PENS, course.plans, course.found, strict=False):
        means = _line(axes, pen, course.unit, found, scale)
        told = means[np.isfinite(means)]
        if len(told):
            ends.append(End(float(told[-1]), _short(name), pen.sign, pen.colour))
    axes.set_ylabel(HEADS[course.measure])
    axes.yaxis.grid(True)
    axes.set_axisbelow(True)
    if course.measure == "service_level":
        means = np.array([one.mean * 100 for row in course.found[:MOST] for one in row])
        percent_axis(axes, means, course.target)
    else:
        axes.set_ylim(bottom=0)
    if course.unit == "seconds":
        clock_axis(axes.yaxis, axes.get_ylim()[1])
    if course.target is not None:
        target_line(axes, course.target)
        ends.append(End(course.target * 100, target_words(course.target)))
    for end in _apart(axes, ends):
        beside(axes, *end)


def _line(axes: Any, pen: Pen, unit: str, found: Sequence[Estimate], scale: float) -> Floats:
    """Only over the hours of the plan; a gap where there was nothing."""
    rows = [row for row, one in enumerate(found) if one is not NOTHING]
    low, high = np.array([words.within(unit, found[row]) for row in rows]).T * scale
    means = np.array([found[row].mean for row in rows]) * scale
    colour = COLOURS[pen.colour]
    if np.isfinite(low).any():
        axes.fill_between(rows, low, high, color=colour, alpha=0.16, lw=0)
    axes.plot(rows, means, marker=pen.marker, ls=pen.dashes, color=colour, lw=2, ms=4.5)
    return means


def _difference(axes: Any, pen: Pen, told: Sequence[Difference]) -> None:
    rows = np.arange(len(told))
    found = [one.difference for one in told]
    means, low, high = (
        np.array([getattr(one, part) for one in found]) * 100 for part in ("mean", "low", "high")
    )
    colour = COLOURS[pen.colour]
    axes.axhline(0, color=COLOURS["soft"], lw=1)
    axes.vlines(rows, low, high, color=colour, lw=1.6)
    sure = np.array([one.verdict != "can't tell" for one in told])
    for which, face in ((sure, colour), (~sure, COLOURS["raised"])):
        axes.plot(rows[which], means[which], pen.marker, ms=5.5, mec=colour, mfc=face)
    text = f"{pen.sign} {_short(told[0].plan)} minus {_short(told[0].base)}, points"
    axes.set_title(text, loc="left", fontsize=10, color=COLOURS["soft"], parse_math=False)
    axes.yaxis.grid(True)
    axes.set_axisbelow(True)


def _alike(panels: Sequence[Any], against: Sequence[Sequence[Difference]]) -> None:
    """The same scale for all, with zero on it."""
    ends = np.array(
        [
            (one.difference.mean, one.difference.low, one.difference.high)
            for row in against
            for one in row
        ]
    )
    told = [0.0, *(ends[np.isfinite(ends)] * 100)]
    low, high = min(told), max(told)
    edge = max(0.5, 0.1 * (high - low))
    for axes in panels:
        axes.set_ylim(low - edge, high + edge)
        axes.locator_params(axis="y", nbins=4)


def _apart(axes: Any, ends: Sequence[End]) -> list[End]:
    """Labels moved so far that they don't lie on each other, within the axes."""
    bottom, top = axes.get_ylim()
    gap = (top - bottom) * 0.085
    ordered = sorted(ends)
    heights = [end.height for end in ordered]
    for place in range(1, len(heights)):
        heights[place] = max(heights[place], heights[place - 1] + gap)
    limit = top
    for place in reversed(range(len(heights))):
        heights[place] = min(heights[place], limit)
        limit = heights[place] - gap
    return [end._replace(height=height) for end, height in zip(ordered, heights, strict=True)]


def _short(name: str) -> str:
    return name if len(name) <= NAME else f"{name[: NAME - 1]}…"
