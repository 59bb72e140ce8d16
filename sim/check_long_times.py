"""Times so long that another unit was meant: a spreadsheet's ``4:00:00`` for four minutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.parameters import Distribution, Group, Plan, Service
from sim.parameters.units import show_duration

LONG_TALK = {"voice": 1800.0, "outbound": 1800.0, "chat": 7200.0}
"""Seconds by channel; mails are written as long as it takes."""
LONG_BESIDES = 900.0
"""Seconds on hold, or of work after the contact."""
LONG_PATIENCE = 3600.0
LONG_TARGET = 300.0
LONG_OVERFLOW = 600.0
HOUR = 3600.0


def long_times(plan: Plan) -> Iterator[str]:
    """Hours and minutes where minutes and seconds are usual."""
    live = [one for one in plan.call_types if one.channel in ("voice", "chat")]
    channels = {one.name: one.channel for one in plan.call_types}
    for one in plan.call_types:
        yield from _service(one.name, one.service, one.channel)
    for one in live:
        if one.patience is not None and one.patience.time.mean >= LONG_PATIENCE:
            yield _too_long(f"{one.name}: patience", one.patience.time.mean)
        if one.target is not None and one.target.within > LONG_TARGET:
            yield _too_long(f"{one.name}: target: within", one.target.within)
    if plan.target.within > LONG_TARGET and any(one.target is None for one in live):
        yield _too_long("target: within", plan.target.within)
    for group in plan.groups:
        yield from _skills(group, channels)


def _service(where: str, service: Service, channel: str) -> Iterator[str]:
    if channel not in LONG_TALK:
        return
    limits = {"talk": LONG_TALK[channel], "hold": LONG_BESIDES, "after_call": LONG_BESIDES}
    for piece, limit in limits.items():
        time: Distribution | None = getattr(service, piece)
        if time is not None and time.mean >= limit:
            yield _too_long(f"{where}: {piece}", time.mean)


def _skills(group: Group, channels: Mapping[str, str]) -> Iterator[str]:
    for skill in group.skills:
        where = f"group {group.name}: skill {skill.call_type}"
        if skill.service is not None:
            yield from _service(where, skill.service, channels[skill.call_type])
        if skill.after >= LONG_OVERFLOW and channels[skill.call_type] in ("voice", "chat"):
            yield _too_long(f"{where}: after", skill.after)


def _too_long(what: str, seconds: float) -> str:
    read, meant, written = colons_moved(seconds)
    return f'{what} is {read}: if {meant} are meant, write "{written}"'


def colons_moved(seconds: float) -> tuple[str, str, str]:
    """How a time is read, what else may be meant by its figures, and how that is written:
    ``4:00:00 (hours:minutes:seconds)``, ``4 minutes``, ``4:00``."""
    said, unit, meant = "minutes:seconds", 60.0, "seconds"
    if seconds >= HOUR:
        said, unit, meant = "hours:minutes:seconds", HOUR, "minutes"
    return (
        f"{show_duration(seconds)} ({said})",
        f"{seconds / unit:.3g} {meant}",
        show_duration(seconds / 60),
    )
