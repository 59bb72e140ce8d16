"""Who is there and when: a plan's groups as single agents with their stints of duty.

An agent is the same person on all days of the plan: with shifts one of those who work the shift,
else the k-th whom the group needs. Chance (who is absent, late, early) comes from streams by the
group's name, the day and the agent's place in the group, so that the agents a plan has already
have the same days when it gets another one, or another group.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats
from sim.parameters import Distribution, Group, Plan
from sim.roster_spells import Away, Spell, join, planned_spells
from sim.streams import Streams


@dataclass(frozen=True, slots=True)
class Stint:
    """On duty from ``start`` to ``end``, seconds since midnight of the first day.

    until: when the shift it is part of is over
    aways: the absences that follow one after the other, up to the next stint or the shift's end
    """

    start: float
    end: float
    until: float
    aways: tuple[Away, ...] = ()

    @property
    def last(self) -> bool:
        """Whether the shift is over at its end: nothing else follows."""
        return not self.aways


@dataclass(frozen=True)
class Roster:
    """All agents of a run, group by group in the plan's order.

    groups: each agent's group, by its place in the plan
    agents: each one's stints, in order, apart from each other, none of them empty
    away_first: agent and absence, for those with which a shift begins
    planned: agent, start and end of each time that should have been duty: as the shifts say, with
        overtime and early leave, without breaks; absence, lateness and pull-offs change nothing
    """

    groups: NDArray[np.int16]
    agents: tuple[tuple[Stint, ...], ...]
    away_first: tuple[tuple[int, Away], ...]
    planned: tuple[tuple[int, float, float], ...]


def roster(plan: Plan, streams: Streams) -> Roster:
    """Everybody's stints in one replication.

    - Agents per interval: contiguous intervals are one stint, a gap between them is ``off``.
    - Overtime and early leave move the end for the last agents of each shift, or for the last of
      those whom the day's last staffed interval needs.
    - Shrinkage: each agent planned for a day is away for all of it by chance.
    - Adherence: late at the start of each shift, but not later than its first break; early at its
      end, but not before its last break is over. Who goes on without a gap is neither.
    - Pull-offs take those agents first who have no break in the window, then the others, both in
      the order of the group; as many as there are when there are fewer than wanted. It is paid,
      and swallows the part of a break that lies in it.
    - Off the phones: exactly that share of what is left of each spell, in equal pieces as near to
      the wanted length as they can be, with the same chance at each moment of it.
    - Breaks and pull-offs that touch and are all paid, or all unpaid, are one absence.
    """
    groups: list[int] = []
    agents: list[tuple[Stint, ...]] = []
    away_first: list[tuple[int, Away]] = []
    planned: list[tuple[int, float, float]] = []
    for index, group in enumerate(plan.groups):
        spells = planned_spells(plan, group)
        for place, own in enumerate(spells, start=len(agents)):
            planned += [(place, start, end) for one in own for start, end, _ in one.duty()]
        chance = _Chance(streams, group, len(spells))
        there = [join(own) for own in _present(group, spells, chance)]
        _pull_off(plan, group, there)
        there = [_off_phone(group, own, person, chance) for person, own in enumerate(there)]
        for place, own in enumerate(there, start=len(agents)):
            away_first += [(place, away) for spell in own for away in spell.before]
        agents += [_stints(own) for own in there]
        groups += [index] * len(spells)
    return Roster(
        np.asarray(groups, dtype=np.int16), tuple(agents), tuple(away_first), tuple(planned)
    )


def _stints(spells: list[Spell]) -> tuple[Stint, ...]:
    return tuple(
        Stint(start, end, spell.end, aways)
        for spell in spells
        for start, end, aways in spell.duty()
    )


class _Chance:
    """What happens to each agent of a group on a day, (agents,); drawn when first asked for."""

    def __init__(self, streams: Streams, group: Group, people: int) -> None:
        self.streams = streams
        self.name = group.name
        self.people = people
        self._drawn: dict[tuple[str, int], Floats] = {}

    def number(self, what: str, day: int, person: int, length: Distribution | None = None) -> float:
        """Uniform in [0, 1), or seconds of this length."""
        if (what, day) not in self._drawn:
            u = self.streams.uniforms(f"{what}/{self.name}", self.people, day)
            self._drawn[what, day] = u if length is None else length.quantile(u)
        return float(self._drawn[what, day][person])


def _present(group: Group, planned: list[list[Spell]], chance: _Chance) -> list[list[Spell]]:
    """What is left of the plan after absence and lateness."""
    there = []
    for person, spells in enumerate(planned):
        if group.shrinkage:
            spells = [
                one
                for one in spells
                if chance.number("shrinkage", one.day, person) >= group.shrinkage
            ]
        if group.adherence is not None:
            spells = _kept_to(group, spells, person, chance)
        there.append(spells)
    return there


def _kept_to(group: Group, spells: list[Spell], person: int, chance: _Chance) -> list[Spell]:
    assert group.adherence is not None
    late, early = group.adherence.late, group.adherence.early
    kept = []
    nth = 0
    for place, spell in enumerate(spells):
        nth = nth + 1 if place and spells[place - 1].day == spell.day else 0
        start, end = spell.start, spell.end
        comes = place == 0 or spells[place - 1].end < start
        goes = place == len(spells) - 1 or spells[place + 1].start > end
        if late is not None and comes:
            first = spell.aways[0].start if spell.aways else end
            start = min(start + chance.number(f"late/{nth}", spell.day, person, late), first)
        if early is not None and goes:
            last = spell.aways[-1].end if spell.aways else start
            end -= chance.number(f"early/{nth}", spell.day, person, early)
            end = max(end, last)
        if end > start:
            kept.append(spell.clipped(start, end))
    return kept


def _pull_off(plan: Plan, group: Group, there: list[list[Spell]]) -> None:
    """Write each day's pull-offs into the spells."""
    if not group.pull_offs:
        return
    where = [(person, place) for person, own in enumerate(there) for place in range(len(own))]
    starts = np.array([there[person][place].start for person, place in where])
    ends = np.array([there[person][place].end for person, place in where])
    for day in range(plan.days):
        for pull in group.pull_offs:
            start, end = plan.moment(day, pull.start), plan.moment(day, pull.end)
            if start >= end:  # the hour that is skipped
                continue
            away = Away(start, end, pull.name, paid=True, keeps_length=False)
            over = [where[i] for i in np.flatnonzero((starts <= start) & (ends >= end))]
            ranked = [(rank, at) for at in over if (rank := _rank(there, at, away)) is not None]
            for _, (person, place) in sorted(ranked)[: pull.agents]:
                there[person][place] = there[person][place].without(away)


def _rank(there: list[list[Spell]], at: tuple[int, int], wanted: Away) -> int | None:
    """0 with no break in the window, 1 with one, None when pulled off in it already."""
    person, place = at
    inside = [
        away
        for away in there[person][place].aways
        if away.start < wanted.end and away.end > wanted.start
    ]
    if any(not away.keeps_length for away in inside):
        return None
    return 1 if inside else 0


def _off_phone(group: Group, spells: list[Spell], person: int, chance: _Chance) -> list[Spell]:
    """The same spells with the minutes in between that nobody planned."""
    off = group.off_phone
    if off is None:
        return spells
    found = []
    for nth, spell in enumerate(spells):
        on = sum(end - start for start, end, _ in spell.duty())
        away = on * off.share
        count = max(1, round(away / off.length))
        sources = [f"off_phone/{nth}/{piece}" for piece in range(count)]
        numbers = [chance.number(source, spell.day, person) for source in sources]
        found.append(spell.off_phone(_pieces(on, away, numbers)) if on else spell)
    return found


def _pieces(on: float, away: float, numbers: list[float]) -> list[tuple[float, float]]:
    """From and to which seconds of the time on duty she is off the phones, a piece a number.

    The time on duty is bent into a ring: what would stick out at its end lies at its start, so
    that each moment is as likely as any other. Were all pieces to lie inside, long ones would
    leave hardly any for the first and the last minutes. One piece is put anywhere on the ring,
    the others at points thrown on what is left of it.
    """
    first, *others = numbers
    length = away / len(numbers)
    ahead = [n * length + point * (on - away) for n, point in enumerate([0.0, *sorted(others)])]
    begins = [(first * on + seconds) % on for seconds in ahead]
    starts = [start for begin in begins for start in (begin - on, begin) if start + length > 0]
    return [(start, start + length) for start in starts]
