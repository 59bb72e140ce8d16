"""The charts of a run and of a sweep, as inline SVG (see ``sim.report.svg``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.arrays import Floats
from sim.measures.grid import clock_labels, day_labels
from sim.parameters import Plan
from sim.report import words
from sim.report.svg import COLOURS, drawn
from sim.report.view import ALL, MEASURES, WHOLE, Of, View

# Clocks beside each other that can be read.
LABELS = 14


def service_level(view: View, column: int = ALL) -> str:
    """Mean and interval of each half hour, the target as a labelled line, the worst one named."""

    def draw(figure: Any) -> None:
        axes = figure.subplots()
        means = _with_band(axes, view, "call type", "service_level", column, scale=100)
        target = view.target(column)
        axes.set_ylabel("Service level, %")
        share = None if target is None else target.share
        floor = percent_axis(axes, means, share)
        if share is not None:
            target_line(axes, share)
            beside(axes, share * 100, target_words(share))
        worst = view.worst(column)
        if worst is not None and means[worst] < np.nanmax(means):
            axes.plot([worst], [means[worst]], "v", color=COLOURS["bad"], ms=9, clip_on=False)
            # Near the floor the name stands above, or it would lie on the clock.
            low = means[worst] < floor + 0.15 * (102 - floor)
            axes.annotate(
                f"{view.intervals[worst]}, {words.decimal(means[worst], 0)} %",
                (worst, means[worst]),
                xytext=(0, 12 if low else -19),
                textcoords="offset points",
                ha=_anchor(worst, len(means), "left" if low else "center"),
                color=COLOURS["bad"],
                weight="bold",
                # On the line it could not be read.
                bbox={"facecolor": COLOURS["raised"], "edgecolor": "none", "pad": 1.5},
            )
        clocks(axes, view.intervals, view.plan)

    of = "" if column == ALL else f" of {view.names('call type')[column]}"
    height = 3.9 if column == ALL else 2.9
    return drawn(draw, height, f"level{column}", f"Service level{of} by {view.interval_word}")


def load(view: View) -> str:
    """Contacts offered above, agents on duty below, over the same hours."""

    def draw(figure: Any) -> None:
        above, below = figure.subplots(2, 1, sharex=True)
        rows = np.arange(len(view.intervals))
        offered = view.means("call type", "offered")
        above.bar(rows, np.nan_to_num(offered), width=0.84, color=COLOURS["one"])
        above.set_ylabel("Offered")
        agents = np.nan_to_num(view.means("group", "agents"))
        below.step(rows, agents, where="mid", color=COLOURS["two"], lw=2)
        below.fill_between(rows, agents, step="mid", color=COLOURS["two"], alpha=0.18, lw=0)
        below.set_ylabel("Agents on duty")
        for axes in (above, below):
            axes.set_ylim(bottom=0)
            axes.yaxis.grid(True)
            axes.set_axisbelow(True)
        clocks(below, view.intervals, view.plan)

    return drawn(draw, 4.4, "load", f"Contacts offered and agents on duty by {view.interval_word}")


WAITS = (("wait_p50", "half", "●"), ("wait_p80", "80 %", "■"), ("wait_p95", "95 %", "◆"))
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)


KINDS = {"voice": "calls", "chat": "chats", "email": "e-mails", "outbound": "outbound contacts"}
# Seconds in a queue and hours in a basket are not read off one axis.
TOGETHER = (("voice", "chat"), ("email",), ("outbound",))


def waits(view: View) -> str:
    """How long the waits of each call type are: half, 80 % and 95 % wait at most so long. Calls and
    chats have an axis, e-mails have one, outbound contacts have one."""
    panels = waiting(view)
    sizes = [len(columns) for columns in panels.values()]

    def draw(figure: Any) -> None:
        ratios = [0.6 + size for size in sizes]
        drawn_on = figure.subplots(len(sizes), 1, squeeze=False, height_ratios=ratios)[:, 0]
        for axes, (kind, columns) in zip(drawn_on, panels.items(), strict=True):
            _panel(axes, view, columns, f" of {kind}" if len(panels) > 1 else "")

    height = sum(1.2 + 0.75 * size for size in sizes)
    return drawn(draw, height, "waits", "Waits by call type")


def waiting(view: View) -> dict[str, list[int]]:
    """Call types of which anybody waited, in the plan's order, those together that share an axis;
    by what they are called: ``calls and chats``."""
    found = {}
    for channels in TOGETHER:
        columns = [
            column
            for column, one in enumerate(view.plan.call_types)
            if one.channel in channels and np.isfinite(view.of_type("wait_p95", column=column).mean)
        ]
        there = {view.plan.call_types[column].channel for column in columns}
        if columns:
            found[words.listed([KINDS[one] for one in channels if one in there])] = columns
    return found


def _panel(axes: Any, view: View, columns: Sequence[int], of: str) -> None:
    longest = 0.0
    for place, column in enumerate(columns):
        points = [view.of_type(name, column=column).mean for name, _label, _sign in WAITS]
        longest = max(longest, points[-1])
        axes.plot(points, [place] * 3, color=COLOURS["one"], lw=2, alpha=0.45)
        for point, marker in zip(points, "osD", strict=True):
            axes.plot([point], [place], marker, color=COLOURS["one"], ms=7, clip_on=False)
        axes.annotate(
            "\u00a0\u00a0\u00a0".join(
                f"{sign} {label}: {words.figure('seconds', point)}"
                for (_name, label, sign), point in zip(WAITS, points, strict=True)
            ),
            (0, place),
            xytext=(6, 9),
            textcoords="offset points",
            fontsize=9.5,
        )
    _categories(axes, [view.names("call type")[column] for column in columns])
    axes.set_xlim(left=0)
    unit = "minutes:seconds" if longest < 3600 else "hours:minutes:seconds"
    axes.set_xlabel(f"Wait{of}, {unit}")
    clock_axis(axes.xaxis, longest)
    axes.xaxis.grid(True)
    axes.set_axisbelow(True)


def occupancy(view: View) -> str:
    """Share of the time on duty with work in hand, by group, with its interval."""
    names = view.names("group")[:-1]
    found = [view.of_group("occupancy", WHOLE, column) for column in range(len(names))]

    def draw(figure: Any) -> None:
        axes = figure.subplots()
        means = np.nan_to_num(np.array([one.mean for one in found])) * 100
        errors = np.nan_to_num(np.array([one.half_width for one in found])) * 100
        axes.barh(range(len(names)), means, height=0.56, color=COLOURS["three"], alpha=0.75)
        axes.errorbar(
            means, range(len(names)), xerr=errors, fmt="none", color=COLOURS["ink"], capsize=4
        )
        for place, (mean, error) in enumerate(zip(means, errors, strict=True)):
            axes.annotate(
                f"{words.decimal(mean)} %",
                (mean + error, place),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
            )
        _categories(axes, names)
        axes.set_xlim(0, 112)
        axes.set_xticks(range(0, 101, 20))
        axes.set_xlabel("Occupancy, % of the time on duty")

    return drawn(draw, 1.1 + 0.5 * max(1, len(names)), "occupancy", "Occupancy by group")


def queue_length(view: View) -> str:
    """Contacts waiting, as the exact average over each interval, with its interval."""

    def draw(figure: Any) -> None:
        axes = figure.subplots()
        _with_band(axes, view, "call type", "queue_length", ALL)
        axes.set_ylabel("Waiting on average")
        axes.set_ylim(bottom=0)
        clocks(axes, view.intervals, view.plan)

    return drawn(draw, 3.2, "queue", f"Contacts waiting by {view.interval_word}")


@dataclass(frozen=True)
class Series:
    """Service levels (shares) along an axis, with their intervals."""

    mean: Floats
    low: Floats
    high: Floats


def curve(
    values: Sequence[Any], series: Series, label: str, target: float | None, title: str, key: str
) -> str:
    """Service level over a figure that was swept, with the target. title: for those who do not see
    it; key: tells charts of a page apart

    Values that are no numbers stand side by side in their order.
    """
    numbers = all(isinstance(value, int | float) for value in values)
    points = [float(value) for value in values] if numbers else list(range(len(values)))

    def draw(figure: Any) -> None:
        axes = figure.subplots()
        low, high = np.clip(series.low, 0, 1) * 100, np.clip(series.high, 0, 1) * 100
        axes.fill_between(points, low, high, color=COLOURS["one"], alpha=0.2, lw=0)
        axes.plot(points, series.mean * 100, "o-", color=COLOURS["one"], lw=2, ms=5)
        if target is not None:
            target_line(axes, target)
            beside(axes, target * 100, target_words(target))
        shown = range(0, len(points), max(1, len(points) // 12))
        ticks = [points[place] for place in shown]
        names = [f"{values[place]:g}" if numbers else str(values[place]) for place in shown]
        axes.set_xticks(ticks, names, parse_math=False)
        axes.set_xlabel(label, parse_math=False)
        axes.set_ylabel("Service level, %")
        axes.yaxis.grid(True)
        axes.set_axisbelow(True)

    return drawn(draw, 3.9, f"curve{key}", title)


def clock_axis(axis: Any, longest: float) -> None:
    """Round durations, as many as can be read."""
    from matplotlib.ticker import MultipleLocator

    step = next((step for step in STEPS if longest <= 10 * step), STEPS[-1])
    axis.set_major_locator(MultipleLocator(step))
    axis.set_major_formatter(lambda value, _place: words.figure("seconds", value))


def percent_axis(axes: Any, means: Floats, target: float | None) -> float:
    """An axis from below the lowest mean and the target up to 100 %; gives where it begins."""
    lowest = np.nanmin(means) if np.isfinite(means).any() else 0
    wanted = 100 if target is None else target * 100
    floor = float(max(0.0, np.floor((min(lowest, wanted) - 8) / 10) * 10))
    axes.set_ylim(floor, 102)
    return floor


def target_line(axes: Any, share: float) -> None:
    axes.axhline(share * 100, color=COLOURS["ink"], lw=1.2, ls=(0, (4, 3)))


def target_words(share: float) -> str:
    return f"target {words.target_percent(share)}"


def beside(axes: Any, height: float, text: str, sign: str = "", colour: str = "ink") -> None:
    """A label at the right of the axes, at this height of the data; only its sign is coloured, as
    pale colours are hard to read."""
    for what, indent, ink in ((sign, 4, colour), (text, 18 if sign else 4, "ink")):
        axes.annotate(
            what,
            (1, height),
            xycoords=("axes fraction", "data"),
            xytext=(indent, 0),
            textcoords="offset points",
            va="center",
            color=COLOURS[ink],
            parse_math=False,
        )


def _with_band(
    axes: Any, view: View, of: Of, measure: str, column: int, scale: float = 1
) -> Floats:
    rows = range(len(view.intervals))
    found = [view.estimate(of, measure, row, column) for row in rows]
    means = np.array([one.mean for one in found]) * scale
    unit = MEASURES[of][measure].unit
    low, high = np.array([words.within(unit, one) for one in found]).T * scale
    if np.isfinite(low).any():
        axes.fill_between(rows, low, high, color=COLOURS["one"], alpha=0.22, lw=0)
    axes.plot(rows, means, "o-", color=COLOURS["one"], lw=2, ms=4)
    axes.yaxis.grid(True)
    axes.set_axisbelow(True)
    return means


def clocks(axes: Any, labels: Sequence[str], plan: Plan) -> None:
    """As many labels as can be read; with several days those of full hours, and the days' names."""
    if plan.days > 1 and len(labels) == plan.days * plan.intervals:
        shown = _days(plan)
    else:
        step = max(1, -(-len(labels) // (12 if plan.days == 1 else 6)))
        shown = {place: labels[place] for place in range(0, len(labels), step)}
    # What stands in brackets goes beneath: there is no room beside each other.
    axes.set_xticks(list(shown), [label.replace(" (", "\n(") for label in shown.values()])
    axes.set_xlim(-0.6, len(labels) - 0.4)


def _days(plan: Plan) -> dict[int, str]:
    """Every so many hours of each day, the day's name beneath its first."""
    a_day = plan.intervals
    for hours in (2, 3, 4, 6, 8, 12, 24):
        every = [
            step
            for step in range(a_day)
            if step == 0 or (plan.opens + step * plan.interval) % (hours * 3600) == 0
        ]
        near = 0.75 * hours * 3600
        every = [
            step
            for step in every
            if step == 0 or near <= step * plan.interval <= a_day * plan.interval - near
        ]
        if len(every) * plan.days <= LABELS:
            break
    else:
        every = [0]
    days = range(0, plan.days, -(-plan.days * len(every) // LABELS))
    at, names = clock_labels(plan), day_labels(plan)
    shown = {}
    for day in days:
        for step in every:
            shown[day * a_day + step] = f"{at[step]}\n{names[day]}" if step == 0 else at[step]
    return shown


def _categories(axes: Any, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), names, color=COLOURS["ink"], parse_math=False)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0, pad=10)


def _anchor(place: int, of: int, usual: str) -> str:
    if place < of * 0.08:
        return "left"
    return "right" if place > of * 0.85 else usual
