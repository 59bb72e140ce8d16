"""Hours in which nobody is there for what comes, and plans with far too few for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from sim import expected
from sim.arrays import Bools, Floats
from sim.listing import listed, spans
from sim.parameters import CallType, Group, Plan
from sim.parameters.units import DAY, show_clock

_LONG = 4
"""So many intervals with more work than hands make a queue that is no passing peak."""
_ABSURD = 1.5
"""So many times what hands can do, all day long, looks like a slip: figures for an hour, given for
each half hour, make twice the work."""
_BRIEF = 120.0
"""Seconds without anybody that are over before it matters."""
_NEGLIGIBLE = 0.5
"""Fewer contacts than this, in all the time without anybody, are not worth a word."""

Span = tuple[float, float]


def unattended(plan: Plan) -> Iterator[str]:
    """Times with contacts on the line and nobody there who serves them: a line a call type."""
    at, coming = expected.edges(plan), expected.queued(plan)
    days = min(plan.days, expected.MAX_DAYS)
    there = [[list(_spells(plan, group, day)) for group in plan.groups] for day in range(days)]
    for row, one in enumerate(plan.call_types):
        serving = [
            column
            for column, group in enumerate(plan.groups)
            if any(skill.call_type == one.name for skill in group.skills)
        ]
        if not serving or one.channel in ("email", "outbound"):
            continue
        wanted = [(float(at[first]), float(at[last])) for first, last in _runs(coming[row] > 0)]
        holes: dict[Span, list[int]] = {}
        for day in range(days):
            spells = sorted(spell for column in serving for spell in there[day][column])
            counts_from = plan.opens + plan.warm_up - day * DAY
            for start, end in wanted:
                for hole in _gaps(spells, max(start, counts_from), end):
                    if hole[1] - hole[0] >= _BRIEF:
                        holes.setdefault(hole, []).append(day + 1)
        lost = sum(
            len(on) * expected.queued(plan, np.array(hole))[row].sum() for hole, on in holes.items()
        )
        if lost >= _NEGLIGIBLE:
            come = "1 contact comes" if round(lost) == 1 else f"{lost:,.0f} contacts come"
            yield (
                f"{one.name}: nobody who serves it is there {_when(holes, plan.days)}, when {come}:"
                " staff these hours"
            )


def _spells(plan: Plan, group: Group, day: int) -> Iterator[Span]:
    """When somebody of a group is there on a day, on the clock and in no order."""
    if not group.shifts:
        at = expected.edges(plan)
        heads = np.broadcast_to(np.asarray(group.agents), plan.intervals)
        yield from ((float(at[first]), float(at[last])) for first, last in _runs(heads > 0))
    for shift in group.shifts:
        for ahead in expected.begun(plan, shift, day) if shift.agents else ():
            here = shift.start
            pauses = sorted((shift.moment(one.start), one.length) for one in shift.breaks)
            for start, length in pauses:
                yield here + ahead, start + ahead
                here = start + length
            yield here + ahead, shift.until + ahead


def _gaps(spells: Iterable[Span], start: float, end: float) -> Iterator[Span]:
    """The parts of the time from start to end that no spell covers; spells by their beginnings."""
    for first, last in spells:
        if first >= end:
            break
        if first > start:
            yield start, first
        start = max(start, last)
    if start < end:
        yield start, end


def _when(holes: dict[Span, list[int]], days: int) -> str:
    """``from 11:00 to 11:30 and from 15:00 to 17:00 on days 1 to 5``: stretches of the same days
    together, in the order of days and hours."""
    together: dict[tuple[int, ...], list[str]] = {}
    for (start, end), on in sorted(holes.items()):
        hours = f"from {show_clock(start)} to {show_clock(end)}"
        together.setdefault(tuple(on), []).append(hours)
    return ", ".join(
        listed(hours) + ("" if days == 1 else f" on {_days(on)}")
        for on, hours in sorted(together.items())
    )


def _days(numbers: tuple[int, ...]) -> str:
    """``day 2`` or ``days 1 to 5 and 8``."""
    return f"day{'s' if len(numbers) > 1 else ''} {spans(numbers, str, ' to ')}"


def _runs(flags: Bools) -> list[tuple[int, int]]:
    """The stretches of true intervals, their ends excluded."""
    turns = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return [(int(first), int(last)) for first, last in zip(turns[::2], turns[1::2], strict=True)]


def overload(plan: Plan) -> Iterator[str]:
    """Where more work comes than hands are there: nobody hangs up, so that the queue only grows; or
    most of those who come must hang up."""
    at, planned, coming = expected.edges(plan), expected.agents(plan), expected.queued(plan)
    lengths = np.diff(at)
    types = {one.name: row for row, one in enumerate(plan.call_types)}
    for kinds, groups in _islands(plan):
        rows = sorted(types[name] for name in kinds)
        live = [row for row in rows if plan.call_types[row].channel in ("voice", "chat")]
        handle = np.array([plan.call_types[row].service.mean for row in live])
        work = (coming[live] * handle[:, None]).sum(axis=0) / lengths
        patient = [row for row in live if _waits_for_ever(plan.call_types[row])]
        hands = _hands(plan, planned, {column: _at_once(plan, column) for column in groups})[0]
        run = _too_long(work, hands)
        if patient and run is not None:
            first, last = run
            worst = first + int(np.argmax((work - hands)[first:last]))
            yield (
                f"{_names(plan, patient)}: more work than agents from {show_clock(at[first])} to "
                f"{show_clock(at[last])} ({work[worst]:.3g} erlangs for {hands[worst]:.3g} at "
                f"{show_clock(at[worst])}) and nobody hangs up, so the queue only grows: give "
                "patience, or more agents"
            )
            continue
        hands = _hands(plan, planned, {column: _most(plan, column) for column in groups})
        seconds = (hands > 0) * lengths
        if not seconds.any():
            continue
        comes, done = ((one * seconds).sum() / seconds.sum() for one in (work, hands))
        if comes >= _ABSURD * done:
            yield (
                f"{_names(plan, live)}: {comes / done:.2g} times the work that its agents can do "
                f"comes all day long ({comes:.3g} erlangs on average for {done:.3g} agents on the "
                f"phones), so at best {done / comes:.0%} are answered: look at the arrivals and "
                "the handle time, or give more agents"
            )


def _names(plan: Plan, rows: list[int]) -> str:
    return ", ".join(plan.call_types[row].name for row in rows)


def _hands(plan: Plan, planned: Floats, at_once: dict[int, float]) -> Floats:
    """Contacts that can be in hand, (days, intervals)

    planned: agents, (days, groups, intervals)
    at_once: contacts an agent has at once, of the groups that count
    """
    found = np.zeros((len(planned), planned.shape[2]))
    for column, each in at_once.items():
        found += planned[:, column] * plan.groups[column].on_phone * each
    return found


def _too_long(work: Floats, hands: Floats) -> tuple[int, int] | None:
    """The first stretch of intervals with more work than hands that is no passing peak."""
    short = (work > hands) & (hands > 0)
    least = min(_LONG, len(short))
    return next((one for one in _runs(short) if one[1] - one[0] >= least), None)


def _waits_for_ever(kind: CallType) -> bool:
    return kind.patience is None and kind.capacity is None


def _at_once(plan: Plan, column: int) -> float:
    """Contacts an agent of the group brings along at once, slower service allowed for."""
    chats = {one.name for one in plan.call_types if one.channel == "chat"}
    only_chats = all(skill.call_type in chats for skill in plan.groups[column].skills)
    return _most(plan, column) if only_chats else 1.0


def _most(plan: Plan, column: int) -> float:
    """The same if nothing but chats came."""
    group = plan.groups[column]
    return group.concurrency / group.slowest


def _islands(plan: Plan) -> list[tuple[set[str], set[int]]]:
    """Call types and groups that hang together by skills."""
    islands: list[tuple[set[str], set[int]]] = []
    for column, group in enumerate(plan.groups):
        names, columns = {skill.call_type for skill in group.skills}, {column}
        apart = []
        for others, theirs in islands:
            if names & others:
                names, columns = names | others, columns | theirs
            else:
                apart.append((others, theirs))
        islands = [*apart, (names, columns)]
    return islands
