"""What a result says, in two or three plain sentences."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from sim.parameters import Target
from sim.report import words
from sim.report.view import ALL, View
from sim.results import Estimate

TIRING = 0.9
FEW = 5.0


def findings(view: View) -> list[str]:
    """Sentences, the most important first."""
    told = [sentence for column in _columns(view) for sentence in _service_level(view, column)]
    return [*told, *_waiting(view), *_busy(view), *_left(view)]


def headline(view: View, column: int = ALL) -> str:
    """One sentence on the service level; without a common target, of the type that does worst."""
    columns = [column] if view.target(column) else _columns(view)
    told = [(found, one) for one in columns if (found := _gap(view, one)) is not None]
    if not told:
        return "Nobody was offered, so there is no service level."
    return _service_level(view, min(told)[1])[0]


def verdict(estimate: Estimate, target: Target) -> str:
    """``reached``, ``missed``, or how many more replications it may take to say."""
    if not math.isfinite(estimate.low):
        met = estimate.mean >= target.share
        return f"{'reached' if met else 'missed'} on {words.number_of(estimate.n, 'day')} only"
    if estimate.low >= target.share:
        return "reached"
    if estimate.high < target.share:
        return "missed"
    more = more_replications(estimate, estimate.mean - target.share)
    if more is None:
        return "can't tell yet, it is too close to the target"
    return f"can't tell yet: about {words.number_of(more, 'more replication')}"


def more_replications(estimate: Estimate, distance: float) -> int | None:
    """After how many more the interval would be narrower than ``distance``; None if never."""
    if not distance or not math.isfinite(distance) or estimate.n < 2:
        return None
    score = float(special.ndtri((1 + estimate.confidence) / 2))
    wanted = (score * estimate.sd / abs(distance)) ** 2
    return max(1, math.ceil(wanted) - estimate.n) if wanted < 1e6 else None


def definition(target: Target) -> str:
    """How service level is counted, for the foot of a table."""
    short = target.short_abandon
    note = f", short is up to {words.seconds(short)}" if "short" in target.definition else ""
    return f"{target.definition}, in time is within {words.seconds(target.within)}{note}"


def definitions(view: View) -> list[str]:
    """One line when all types are counted alike, else one for each kind of target."""
    common = view.target()
    if common is not None:
        return [f"Service level is {definition(common)}."]
    lines: dict[str, list[str]] = {}
    for column, call_type in enumerate(view.plan.call_types):
        target = view.target(column)
        if target is not None and call_type.channel != "outbound":
            lines.setdefault(definition(target), []).append(call_type.name)
    return [f"Service level of {words.listed(names)} is {line}." for line, names in lines.items()]


def _columns(view: View) -> list[int]:
    """All together, or each call type that has offered contacts where targets differ."""
    if view.target() is not None:
        return [ALL]
    return [
        column
        for column in range(len(view.plan.call_types))
        if math.isfinite(view.of_type("service_level", column=column).mean)
    ]


def _gap(view: View, column: int) -> float | None:
    target = view.target(column)
    level = view.of_type("service_level", column=column).mean
    return level - target.share if target and math.isfinite(level) else None


def _service_level(view: View, column: int) -> list[str]:
    target = view.target(column)
    level = view.of_type("service_level", column=column)
    if target is None or not math.isfinite(level.mean):
        return []
    span = words.interval("share", level)
    of = "" if column == ALL else f" of {view.names('call type')[column]}"
    first = (
        f"Service level{of} {words.percent(level.mean)}"
        + (f" ({span})" if span else "")
        + f", target {words.target_percent(target.share)} in {words.seconds(target.within)}: "
        + f"{verdict(level, target)}."
    )
    return [first, *_worst(view, column, target)]


def _worst(view: View, column: int, target: Target) -> list[str]:
    row = view.worst(column)
    if row is None:
        return []
    level = view.of_type("service_level", row, column).mean
    missed, of = view.below(row, column)
    often = f"it missed the target {_often(view, missed, of)}"
    when, what = view.intervals[row], words.percent(level, 0)
    if level < target.share:
        met = view.of_type("service_level", column=column).mean >= target.share
        start = "But" if met else f"Worst {view.interval_word}:"
        return [f"{start} {when} was {what} in the mean; {often}."]
    if column != ALL:  # one of several: what is well needs no second sentence
        return []
    return [f"Even the worst {view.interval_word}, {when}, was {what} in the mean; {often}."]


def _often(view: View, times: int, of: int) -> str:
    thing = "day" if view.plan.days == 1 else "run"
    if of == 1:
        return f"on the one {thing} simulated" if times else f"on no {thing}"
    return f"on {times} of {of} {thing}s" if times else f"on none of {of} {thing}s"


def _waiting(view: View) -> list[str]:
    asa = view.of_type("asa").mean
    if not math.isfinite(asa):
        return []
    gone = view.of_type("abandonment")
    line = f"Those who were answered had waited {words.figure('seconds', asa)} on average"
    if not gone.mean > 0:
        return [f"{line}; nobody hung up."]
    span = words.interval("share", gone)
    return [f"{line}; {words.percent(gone.mean)}" + (f" ({span})" if span else "") + " hung up."]


def _busy(view: View) -> list[str]:
    levels = [
        (view.of_group("occupancy", column=column).mean, name)
        for column, name in enumerate(view.names("group")[:-1])
    ]
    tired = sorted(((level, name) for level, name in levels if level > TIRING), reverse=True)
    if not tired:
        return []
    level, name = tired[0]
    others = len(tired) - 1
    more = f", and {words.number_of(others, 'other group')} nearly as much" if others else ""
    return [
        f"{name} had work in hand {words.percent(level, 0)} of its time{more}: "
        f"above {words.target_percent(TIRING)} nobody keeps up for long."
    ]


def _left(view: View) -> list[str]:
    rows = len(view.intervals)
    waiting = view.of_type("backlog", rows - 1).mean
    if not np.isfinite(waiting) or waiting < FEW:
        return []
    return [f"{words.count(waiting)} contacts in the mean were still waiting at the end."]
