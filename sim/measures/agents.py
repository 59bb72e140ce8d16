"""Figures of groups: who was there, what they had in hand, what it cost.

An interval counts what was done in it: contacts by the moment they were answered, seconds by when
they passed. Time before opening, after closing and between days is in no interval, but in the
whole run's occupancy, utilisation, adherence, hours and cost. The whole run's mean numbers of
agents are over the opening hours.

* occupancy: time with at least one contact in hand (consults, ringing and after-call work
  included) over time on duty
* utilisation: contacts in hand over contacts that could be (time on duty × concurrency)
* handled: contacts served, advice to colleagues and ringing in vain left out; AHT is theirs
* absent: planned to be on duty and not there; adherence: the share of planned duty that was kept;
  overtime: on duty when it was not planned, to finish the contacts in hand
* paid hours: on duty, and in paid absences
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats
from sim.measures.rows import Rows
from sim.measures.steps import Ints, steps_by, union
from sim.measures.tables import average, ratio, total, with_whole

Table = dict[str, Floats]


@dataclass(frozen=True)
class Spent:
    """Seconds: inside each interval (intervals, groups), and in the whole run (groups,)."""

    inside: Floats
    whole: Floats

    @property
    def table(self) -> Floats:
        return with_whole(self.inside, self.whole)

    def times(self, factor: Floats | float) -> Spent:
        return Spent(self.inside * factor, self.whole * factor)

    def plus(self, other: Spent) -> Spent:
        return Spent(self.inside + other.inside, self.whole + other.whole)


class Floor:
    """The groups of a plan and the spans of their agents."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.groups = len(rows.plan.groups)
        self.concurrency = np.array([group.concurrency for group in rows.plan.groups])
        self.hourly = np.array([group.cost_per_hour for group in rows.plan.groups])

    def spent(self, groups: Ints, starts: Floats, ends: Floats) -> Spent:
        """Seconds of spans, each of one group."""
        grid = self.rows.grid
        steps = steps_by(groups, self.groups, starts, ends)
        inside = [grid.inside(one.areas(grid.cuts)) for one in steps]
        return Spent(np.stack(inside, axis=1), np.array([one.area(grid.begin) for one in steps]))

    def of_agents(self, agents: Ints, starts: Floats, ends: Floats) -> Spent:
        """Seconds of spans, each of one agent."""
        return self.spent(self.rows.records.agent_group[agents], starts, ends)

    def covered(self, agents: Ints, starts: Floats, ends: Floats) -> Spent:
        """Seconds during which at least one of an agent's spans lasted."""
        return self.of_agents(*union(agents, len(self.rows.records.agent_group), starts, ends))


def by_group(rows: Rows) -> Table:
    """Every measure of groups, each (intervals + 1, groups + 1)."""
    floor = Floor(rows)
    records = rows.records
    duty = floor.of_agents(records.present_agent, records.present_start, records.present_end)
    return _work(floor, duty) | _presence(floor, duty) | _handled(floor)


def _work(floor: Floor, duty: Spent) -> Table:
    records = floor.rows.records
    taken = np.flatnonzero(records.agent >= 0)
    agents, starts, ends = records.agent[taken], records.answered[taken], records.released[taken]
    in_hand = floor.of_agents(agents, starts, ends)
    busy = in_hand
    if (floor.concurrency > 1).any():
        # Only where an agent may have several in hand can spans overlap.
        several = (floor.concurrency > 1)[records.agent_group[agents]]
        covered = floor.covered(agents[several], starts[several], ends[several])
        alone = floor.concurrency == 1
        busy = in_hand.times(alone).plus(covered)
    free = np.maximum(duty.inside - busy.inside, 0.0)
    return {
        "occupancy": ratio(busy.table, duty.table),
        "utilisation": ratio(in_hand.table, duty.times(floor.concurrency).table),
        "idle": average(free, floor.rows.grid.widths),
    }


def _presence(floor: Floor, duty: Spent) -> Table:
    records, widths = floor.rows.records, floor.rows.grid.widths
    planned = floor.of_agents(records.planned_agent, records.planned_start, records.planned_end)
    # What both cover is what each covers less what at least one covers.
    either = floor.covered(
        np.concatenate([records.present_agent, records.planned_agent]),
        np.concatenate([records.present_start, records.planned_start]),
        np.concatenate([records.present_end, records.planned_end]),
    )
    kept = duty.plus(planned).plus(either.times(-1.0))
    missed = np.maximum(planned.inside - kept.inside, 0.0)
    paid_away = records.away_paid == 1
    away = floor.of_agents(
        records.away_agent[paid_away], records.away_start[paid_away], records.away_end[paid_away]
    )
    paid = duty.plus(away).times(1 / 3600)
    return {
        "agents": average(duty.inside, widths),
        "absent": average(missed, widths),
        "overtime": average(np.maximum(duty.inside - kept.inside, 0.0), widths),
        "adherence": np.clip(ratio(kept.table, planned.table), 0.0, 1.0),
        "paid_hours": paid.table,
        "cost": paid.times(floor.hourly).table,
    }


def _handled(floor: Floor) -> Table:
    rows, records = floor.rows, floor.rows.records
    served = np.flatnonzero(rows.served & (records.agent >= 0))
    served = served[records.answered[served] >= rows.grid.begin]
    intervals = rows.grid.locate(records.answered[served])
    cells = intervals * floor.groups + records.agent_group[records.agent[served]]
    size, shape = rows.grid.intervals * floor.groups, (rows.grid.intervals, floor.groups)
    seconds = records.talk[served] + records.hold[served] + records.after_call[served]
    handled = total(np.bincount(cells, minlength=size).astype(np.float64).reshape(shape))
    worked = total(np.bincount(cells, seconds, minlength=size).astype(np.float64).reshape(shape))
    return {"handled": handled, "aht": ratio(worked, handled)}
