"""What a plan expects in each interval of a usual day, without chance: contacts and agents."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.arrays import Floats
from sim.parameters import Arrivals, CallType, Group, Plan, Shift
from sim.parameters.units import DAY

MAX_DAYS = 14


def edges(plan: Plan) -> Floats:
    """The ends of the intervals, (intervals + 1,) seconds since midnight."""
    found = plan.opens + plan.interval * np.arange(plan.intervals + 1, dtype=float)
    return np.asarray(np.minimum(found, plan.closes))


def contacts(plan: Plan, at: Floats | None = None) -> Floats:
    """First contacts expected in each interval of a day, (call types, intervals); no outbound.

    at: the ends of other intervals than the plan's
    """
    at = edges(plan) if at is None else at
    return np.array([_of_type(plan, kind, at) for kind in plan.call_types])


def outside(plan: Plan) -> Floats:
    """E-mails expected outside the opening hours of a day, (call types,)."""
    found = np.zeros(len(plan.call_types))
    for row, kind in enumerate(plan.call_types):
        arrivals = kind.arrivals or (plan.mix.arrivals if plan.mix else None)
        if kind.channel != "email" or arrivals is None:
            continue
        start, end = span(plan, arrivals)
        for at in ((start, min(end, plan.opens)), (max(start, plan.closes), end)):
            if at[1] > at[0]:
                found[row] += _of_type(plan, kind, np.array(at))[0]
    return found


def a_day(plan: Plan) -> float:
    """First contacts of a day, outbound lists too; outside opening hours only e-mails."""
    listed = sum(one.dialling.contacts for one in plan.call_types if one.dialling)
    return float(contacts(plan).sum() + outside(plan).sum()) + listed


def queued(plan: Plan, at: Floats | None = None) -> Floats:
    """Like ``contacts``, less those the menu keeps."""
    kept = [
        one.self_service.contained + one.self_service.abandoned if one.self_service else 0.0
        for one in plan.call_types
    ]
    return np.asarray(contacts(plan, at) * (1 - np.minimum(kept, 1.0))[:, None])


def mails_to_do(plan: Plan, kind: CallType, within: float) -> Floats:
    """E-mails to be done in each interval of a day that is like those before it, (intervals,).

    Each is done at an even pace in the opening hours of its target's time, within seconds from its
    arrival; where the centre is closed all that time, when it opens.
    """
    steps = int(DAY // plan.interval)
    at = plan.opens + plan.interval * np.arange(steps + 1, dtype=float)
    come = _of_type(plan, kind, at) + _of_type(plan, kind, at - DAY)
    width = int(np.clip(within // plan.interval, 1, steps))
    found = np.zeros(max(plan.intervals, steps))
    for first in np.flatnonzero(come):
        window = np.arange(first, first + width) % steps
        open_then = window[window < plan.intervals]
        found[open_then if len(open_then) else [0]] += come[first] / max(len(open_then), 1)
    return found[: plan.intervals]


def span(plan: Plan, arrivals: Arrivals) -> tuple[float, float]:
    """From when to when contacts come, on the clock."""
    if arrivals.pattern == "recorded":
        return (min(arrivals.times), max(arrivals.times)) if arrivals.times else (0.0, 0.0)
    start = plan.opens if arrivals.start is None else arrivals.start
    if arrivals.pattern == "constant":
        return start, plan.closes if arrivals.end is None else arrivals.end
    return start, start + len(arrivals.per_interval) * (arrivals.interval or plan.interval)


def agents(plan: Plan) -> Floats:
    """Agents planned on average in each interval, breaks off, (days, groups, intervals)."""
    days = min(plan.days, MAX_DAYS)
    found = np.zeros((days, len(plan.groups), plan.intervals))
    at = edges(plan)
    for column, group in enumerate(plan.groups):
        if group.shifts:
            for day in range(days):
                found[day, column] = _on_shift(plan, group, at, day)
        else:
            found[:, column] = group.agents
    return found


def begun(plan: Plan, shift: Shift, day: int) -> Iterator[float]:
    """Of each time a shift is worked that may reach into a day: by how many seconds the day it is
    begun on lies before that day, or after it (the morning after a night is the next day's)."""
    for one in (day - 1, day, day + 1):
        if 0 <= one < plan.days and (shift.days is None or one in shift.days):
            yield (one - day) * DAY


def _of_type(plan: Plan, kind: CallType, at: Floats) -> Floats:
    """Contacts of a call type between the edges."""
    if kind.arrivals is not None:
        found = _counts(plan, kind.arrivals, at)
    elif plan.mix and kind.name in plan.mix.shares:
        found = _counts(plan, plan.mix.arrivals, at) * plan.mix.shares[kind.name]
    else:
        return np.zeros(len(at) - 1)
    for surge in plan.surges:
        if not surge.call_types or kind.name in surge.call_types:
            share = _overlap(at, surge.start, surge.end) / np.diff(at)
            found = found * (1 + share * (surge.factor - 1))
    return found


def _counts(plan: Plan, arrivals: Arrivals, at: Floats) -> Floats:
    """Contacts between the edges."""
    if arrivals.pattern == "recorded":
        return np.histogram(np.asarray(arrivals.times, dtype=float), at)[0].astype(float)
    start, end = span(plan, arrivals)
    if end <= start:
        return np.zeros(len(at) - 1)
    if arrivals.pattern == "constant":
        return arrivals.per_hour / 3600 * _overlap(at, start, end)
    own = np.linspace(start, end, len(arrivals.per_interval) + 1)
    upto = np.concatenate([[0.0], np.cumsum(arrivals.per_interval)])
    return np.diff(np.interp(at, own, upto))


def _on_shift(plan: Plan, group: Group, at: Floats, day: int) -> Floats:
    length = np.diff(at)
    total = np.zeros(len(length))
    for shift in group.shifts:
        for ahead in begun(plan, shift, day):
            total += shift.agents * _worked(shift, at, ahead) / length
    return total


def _worked(shift: Shift, at: Floats, ahead: float) -> Floats:
    worked = _overlap(at, shift.start + ahead, shift.until + ahead)
    for pause in shift.breaks:
        start = shift.moment(pause.start) + ahead
        worked -= _overlap(at, start, start + pause.length)
    return worked


def _overlap(at: Floats, start: float, end: float) -> Floats:
    """Seconds of each interval that lie between start and end."""
    inside = np.minimum(at[1:], end) - np.maximum(at[:-1], start)
    return np.asarray(np.maximum(0.0, inside))
