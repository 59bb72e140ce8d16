"""Figures that are right as they stand and look as if another unit was meant; lists of figures that
do not fit the day; a first day that begins in the middle of a night.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim import expected
from sim.parameters import Arrivals, CallType, Group, Plan, Service
from sim.parameters.units import DAY, show_clock, show_duration

SHORT_AHT = 20.0
SHORT_BREAK = 300.0
SHORT_PIECE = 60.0
SHORT_TALK = 10.0
SHORT_PATIENCE = 15.0
SHORT_AGAIN = 60.0
_PIECES = ("talk", "hold", "after_call")
WIDE = 4.0
"""A standard deviation of so many means is none that handle times or patience have."""


def short_times(plan: Plan) -> Iterator[str]:
    """4.5 where minutes were meant: nobody is done with a call in so many seconds."""
    for one in plan.call_types:
        yield from _short_service(one.name, one.service)
        yield from _wide(one)
        yield from _short_patience(one)
        yield from _short_delays(one)
    for group in plan.groups:
        for skill in group.skills:
            if skill.service is not None:
                where = f"group {group.name}: skill {skill.call_type}"
                yield from _short_service(where, skill.service)
        yield from _short_breaks(group)


def _short_service(where: str, service: Service) -> Iterator[str]:
    if service.mean < SHORT_AHT:
        yield (
            f"{where}: handle time is {service.mean:g} seconds in all: is it meant in minutes? "
            'Durations are in seconds; minutes are written "4:30" or "4.5 min"'
        )
    elif service.talk.mean < SHORT_TALK:
        yield (
            f"{where}: talk is {service.talk.mean:g} seconds: is it meant in minutes? "
            'Durations are in seconds; minutes are written "4:30" or "4.5 min"'
        )


def _wide(kind: CallType) -> Iterator[str]:
    """4.10 for "4:10" beside a standard deviation of minutes; "300:00" for 300."""
    times = {f"service.{piece}": getattr(kind.service, piece) for piece in _PIECES}
    times["patience.time"] = kind.patience.time if kind.patience else None
    for name, time in times.items():
        sd = getattr(time, "sd", 0.0)
        if time is not None and time.mean >= SHORT_TALK and sd > WIDE * time.mean:
            yield (
                f"{kind.name}: {name} has a mean of {time.mean:g} seconds and a standard "
                f"deviation of {sd:g}: is one of them meant in minutes, or one in seconds? "
                'Minutes are written "4:10" or "4.5 min"'
            )


def _short_patience(kind: CallType) -> Iterator[str]:
    """It flatters the service level: who hangs up at once waits for nobody."""
    mean = kind.patience.time.mean if kind.patience else 0.0
    if 0 < mean < SHORT_PATIENCE:
        yield (
            f"{kind.name}: patience is {mean:g} seconds, so callers hang up nearly at once: if "
            f'{mean:g} minutes are meant, write "{mean:g} min"'
        )


def _short_delays(kind: CallType) -> Iterator[str]:
    """Minutes written as seconds where customers or agents come back to something."""
    times = {
        "retrial: a delay": kind.retrial.delay.mean if kind.retrial else None,
        "callback: promised": kind.callback.promised if kind.callback else None,
    }
    for what, seconds in times.items():
        if seconds is not None and 0 < seconds < SHORT_AGAIN:
            yield (
                f"{kind.name}: {what} of {seconds:g} seconds: is it meant in minutes? "
                f'Write "{seconds:g} min"'
            )


def long_shifts(plan: Plan) -> Iterator[str]:
    """Start and end swapped make a night shift of sixteen hours."""
    for group in plan.groups:
        for shift in group.shifts:
            if shift.looks_swapped:
                length = shift.until - shift.start
                yield (
                    f"group {group.name}: the shift from {show_clock(shift.start)} to "
                    f"{show_clock(shift.end)} lasts {length / 3600:g} hours: are start and end "
                    "swapped?"
                )


def _short_breaks(group: Group) -> Iterator[str]:
    off = group.off_phone
    if off is not None and off.length < SHORT_PIECE:
        yield (
            f"group {group.name}: off_phone: a length of {off.length:g} seconds: is it meant in "
            f'minutes? Write "{off.length:g} min"'
        )
    for shift in group.shifts:
        for pause in shift.breaks:
            if pause.length < SHORT_BREAK:
                yield (
                    f"group {group.name}: the {pause.name} at {show_clock(pause.start)} lasts "
                    f"{show_duration(pause.length)} (minutes:seconds): is it meant in minutes? "
                    f'Write "{pause.length:g} min"'
                )


def lists_and_hours(plan: Plan) -> Iterator[str]:
    """Arrivals before opening, after closing, and lists of figures that end before the day does.

    E-mails may come at any hour.
    """
    named = [(one.name, one.arrivals, one.channel == "email") for one in plan.call_types]
    if plan.mix is not None:
        named.append(("the mix", plan.mix.arrivals, False))
    for name, arrivals, any_hour in named:
        if arrivals is not None and any_come(arrivals):
            yield from _too_short(plan, name, arrivals)
            if not any_hour:
                yield from _outside(plan, name, arrivals)


def any_come(arrivals: Arrivals) -> bool:
    """Does anything ever come?"""
    if arrivals.pattern == "constant":
        return arrivals.per_hour > 0
    if arrivals.pattern == "recorded":
        return bool(arrivals.times)
    return any(arrivals.per_interval)


def _too_short(plan: Plan, name: str, arrivals: Arrivals) -> Iterator[str]:
    """Where the list says by itself when it begins, its end is taken to be meant, too."""
    if arrivals.pattern not in ("poisson", "even") or arrivals.start is not None:
        return
    length = arrivals.interval or plan.interval
    wanted = -int(-(plan.closes - plan.opens) // length)
    figures = len(arrivals.per_interval)
    if figures < wanted:
        end = show_clock(plan.opens + figures * length)
        yield (
            f"{name}: per_interval has {figures} figures and the day has {wanted} intervals of "
            f"{length // 60} minutes, so nothing comes after {end}: write a figure for each, 0 "
            "where nothing comes"
        )


def _outside(plan: Plan, name: str, arrivals: Arrivals) -> Iterator[str]:
    start, end = expected.span(plan, arrivals)
    spare = 0.0
    if arrivals.pattern in ("poisson", "even"):
        length = arrivals.interval or plan.interval
        # Noughts before opening and after closing do no harm; the last interval may be cut short.
        coming = np.flatnonzero(arrivals.per_interval)
        end = start + (int(coming[-1]) + 1) * length
        start, spare = start + int(coming[0]) * length, length - 1e-6
    opens, closes = show_clock(plan.opens), show_clock(plan.closes)
    if start < plan.opens:
        yield f"{name}: contacts come from {show_clock(start)} on, before opening at {opens}"
    elif end > plan.closes + spare:
        yield f"{name}: contacts come until {show_clock(end)}, after closing at {closes}"


def night_before(plan: Plan) -> Iterator[str]:
    """Yesterday's night shift is missing on the first day: it belongs to a day not in the plan."""
    for group in plan.groups:
        for shift in group.shifts:
            if shift.until - DAY > plan.opens and plan.warm_up < shift.until - DAY - plan.opens:
                more = "" if plan.days > 1 else f" and days: {plan.days + 1}"
                yield (
                    f"group {group.name}: the shift from {show_clock(shift.start)} to "
                    f"{show_clock(shift.end)} is not there in the first night, for the plan begins "
                    f'with the morning after: set warm_up: "1 d"{more} to leave that day out of '
                    "the figures"
                )
                return
