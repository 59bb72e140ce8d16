"""What a group's plan says about each of its agents: spells of duty and the absences in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from sim.arrays import Bools
from sim.parameters import Group, Plan, Shift
from sim.traffic_clock import open_hours


@dataclass(frozen=True, slots=True)
class Away:
    """An absence inside a spell, seconds since midnight of the first day. ``keeps_length``: it ends
    late when it begins late (breaks do, pull-offs don't)."""

    start: float
    end: float
    name: str
    paid: bool
    keeps_length: bool

    def over(self, begun: float) -> float:
        """When it ends if it begins at this moment, which is not before its start."""
        return self.end + (begun - self.start) if self.keeps_length else max(begun, self.end)


@dataclass(frozen=True, slots=True)
class Spell:
    """One agent's time at work from coming to going home, seconds since midnight of the first day.

    day: the day of the plan on which it was to begin; aways: sorted, disjoint, inside
    """

    day: int
    start: float
    end: float
    aways: tuple[Away, ...] = ()

    def clipped(self, start: float, end: float) -> Spell:
        """Only from ``start`` to ``end``; may be empty."""
        aways = tuple(_parts(self.aways, start, end))
        return Spell(self.day, start, max(start, end), aways)

    def without(self, away: Away) -> Spell:
        """Absent over that window too, whatever break it would have been."""
        before = _parts(self.aways, self.start, away.start)
        after = _parts(self.aways, away.end, self.end)
        return replace(self, aways=_joined((*before, away, *after)))

    def off_phone(self, pieces: list[tuple[float, float]]) -> Spell:
        """Off the phones besides, from and to these seconds of the time on duty. A piece with a
        break in the middle goes on after it; what sticks out at either end is cut off."""
        off: list[Away] = []
        on = 0.0
        for start, end, _ in self.duty():
            parts = [
                Away(start + a - on, start + b - on, "off the phones", True, True)
                for a, b in pieces
            ]
            off += _parts(parts, start, end)
            on += end - start
        aways = sorted((*self.aways, *off), key=lambda away: away.start)
        return replace(self, aways=tuple(aways))

    @property
    def before(self) -> tuple[Away, ...]:
        """The absences with which it begins; all of them, where nothing else is left of it."""
        rows = _rows(self.aways)
        return rows[0] if rows and rows[0][0].start <= self.start else ()

    def duty(self) -> Iterator[tuple[float, float, tuple[Away, ...]]]:
        """Start and end of each time on duty, and the absences that follow one after the other,
        until the next time or the end."""
        on = self.start
        for row in _rows(self.aways):
            if row[0].start > on:
                yield on, row[0].start, row
            on = row[-1].end
        if self.end > on:
            yield on, self.end, ()


def planned_spells(plan: Plan, group: Group) -> list[list[Spell]]:
    """For each agent of the group her spells in order, none of them empty or over another.

    Overtime and early leave are part of the plan; an end never passes the next spell's start.
    """
    whole = (_by_shift if group.shifts else _by_interval)(plan, group)
    return [_in_turn(spells) for spells in whole]


def join(spells: list[Spell]) -> list[Spell]:
    """Spells that touch become one: who works through midnight does not go home at midnight."""
    joined: list[Spell] = []
    for spell in spells:
        if joined and joined[-1].end == spell.start:
            last = joined[-1]
            aways = _joined((*last.aways, *spell.aways))
            joined[-1] = Spell(last.day, last.start, spell.end, aways)
        else:
            joined.append(spell)
    return joined


def _by_shift(plan: Plan, group: Group) -> list[list[Spell]]:
    agents: list[list[Spell]] = []
    for shift in group.shifts:
        days = range(plan.days) if shift.days is None else sorted(set(shift.days))
        usual = [_shift_spell(plan, shift, day) for day in days if day < plan.days]
        for place in range(shift.agents):
            longer = _change_of_end(group, place, shift.agents)
            agents.append([_ending(spell, longer) for spell in usual])
    return agents


def _shift_spell(plan: Plan, shift: Shift, day: int) -> Spell:
    start, end = plan.moment(day, shift.start), plan.moment(day, shift.until)
    aways: list[Away] = []
    free = start
    for pause in sorted(shift.breaks, key=lambda pause: shift.moment(pause.start)):
        # In the night of a skipped hour two breaks may begin at once: the second comes after.
        begin = max(free, plan.moment(day, shift.moment(pause.start)))
        free = min(begin + pause.length, end)
        if free > begin:
            aways.append(Away(begin, free, pause.name, pause.paid, keeps_length=True))
    return Spell(day, start, end, _joined(aways))


def _by_interval(plan: Plan, group: Group) -> list[list[Spell]]:
    """Agent k is on duty in the intervals that need more than k agents, in one that comes twice
    both times."""
    needed = np.resize(np.asarray(group.agents, dtype=np.int64), plan.intervals)
    people = int(needed.max(initial=0))
    agents: list[list[Spell]] = [[] for _ in range(people)]
    usual: dict[bytes, list[list[tuple[int, int]]]] = {}
    for day, hours in enumerate(open_hours(plan)):
        there = needed[hours.intervals]
        if (key := there.tobytes()) not in usual:
            usual[key] = [_runs(there > place) for place in range(people)]
        runs = usual[key]
        closing = int(there[np.flatnonzero(there)[-1]]) if there.any() else 0
        edges = hours.edges.tolist()
        for place in range(people):
            spells = [Spell(day, edges[first], edges[last]) for first, last in runs[place]]
            if place < closing:
                longer = _change_of_end(group, place, closing)
                spells[-1] = _ending(spells[-1], longer)
            agents[place].extend(spells)
    return agents


def _runs(on: Bools) -> list[tuple[int, int]]:
    """First interval and the one after the last of each run without a gap."""
    changes = np.flatnonzero(np.diff(np.concatenate([[0], on.astype(np.int8), [0]])))
    return [(int(first), int(last)) for first, last in changes.reshape(-1, 2)]


def _change_of_end(group: Group, place: int, people: int) -> float:
    """Seconds by which this one of so many people goes later."""
    overtime = group.overtime if place >= people - group.overtime_agents else 0.0
    early = group.early_leave if place >= people - group.early_leave_agents else 0.0
    return overtime - early


def _ending(spell: Spell, later: float) -> Spell:
    return spell if later == 0 else spell.clipped(spell.start, spell.end + later)


def _in_turn(spells: list[Spell]) -> list[Spell]:
    ordered = sorted(spells, key=lambda spell: spell.start)
    for place, (spell, after) in enumerate(pairwise(ordered)):
        if spell.end > after.start:
            ordered[place] = spell.clipped(spell.start, after.start)
    return [spell for spell in ordered if spell.end > spell.start]


def _parts(aways: Iterable[Away], start: float, end: float) -> Iterator[Away]:
    """What of these absences lies between two moments."""
    for away in aways:
        first, last = max(away.start, start), min(away.end, end)
        if last > first:
            yield replace(away, start=first, end=last)


def _joined(aways: Iterable[Away]) -> tuple[Away, ...]:
    """Planned absences that touch are one, which is what the longest of them is; but who is paid
    for the one and not for the other has two."""
    joined: list[Away] = []
    longest = 0.0
    for away in aways:
        length = away.end - away.start
        touch = bool(joined) and away.start <= joined[-1].end
        if touch and away.paid == joined[-1].paid:
            kind = away if length > longest else joined[-1]
            joined[-1] = replace(kind, start=joined[-1].start, end=max(away.end, joined[-1].end))
            longest = max(longest, length)
        else:
            joined.append(away)
            longest = length
    return tuple(joined)


def _rows(aways: tuple[Away, ...]) -> list[tuple[Away, ...]]:
    """Absences that touch are in one row."""
    rows: list[tuple[Away, ...]] = []
    for away in aways:
        if rows and away.start <= rows[-1][-1].end:
            rows[-1] += (away,)
        else:
            rows.append((away,))
    return rows
