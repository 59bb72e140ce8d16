"""How many of a plan's agents are on duty in each interval of every day, without chance."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import Floats
from sim.measures.grid import Grid
from sim.measures.steps import Steps
from sim.parameters import Adherence, Fixed, Group, Plan
from sim.roster import roster
from sim.streams import Streams


@dataclass(frozen=True)
class Duty:
    """Agents, (days, groups, intervals); NaN in an interval that a day skips as clocks go forward.

    scheduled: by the shifts, with overtime and early leave, without breaks and pull-offs
    on_duty: of those the ones who are there: absence, coming late, going early and minutes off the
        phones each take what they take on average
    """

    scheduled: Floats
    on_duty: Floats


def duty(plan: Plan) -> Duty:
    """The plan's own roster of every day, looked at before chance has had its way."""
    grid = Grid.of(plan)
    usual = _agents(plan, grid, [_as_planned(one) for one in plan.groups])
    pulled, strayed = np.zeros_like(usual), np.zeros_like(usual)
    if any(one.pull_offs for one in plan.groups):
        less = [replace(_as_planned(one), pull_offs=one.pull_offs) for one in plan.groups]
        pulled = usual - _agents(plan, grid, less)
    if any(one.adherence for one in plan.groups):
        less = [replace(_as_planned(one), adherence=_mean(one)) for one in plan.groups]
        strayed = usual - _agents(plan, grid, less)
    come = np.array([1 - one.shrinkage for one in plan.groups])[:, None]
    on = np.array([1 - (one.off_phone.share if one.off_phone else 0.0) for one in plan.groups])
    # A pull-off takes as many however few have come.
    there = np.maximum((usual - strayed) * come - pulled, 0.0)
    return Duty(usual - pulled, there * on[:, None])


def _as_planned(group: Group) -> Group:
    return replace(group, shrinkage=0.0, adherence=None, off_phone=None, pull_offs=())


def _mean(group: Group) -> Adherence | None:
    """Everybody as late, and as early, as people are on average."""
    if group.adherence is None:
        return None
    late, early = group.adherence.late, group.adherence.early
    return Adherence(Fixed(late.mean) if late else None, Fixed(early.mean) if early else None)


def _agents(plan: Plan, grid: Grid, groups: list[Group]) -> Floats:
    """(days, groups, intervals) on average over the interval; nothing of these is by chance."""
    found = roster(replace(plan, groups=tuple(groups)), Streams(plan.seed, 0))
    seconds = grid.inside(np.diff(grid.edges))
    rows = []
    for index in range(len(groups)):
        stints = [
            one for agent in np.flatnonzero(found.groups == index) for one in found.agents[agent]
        ]
        starts = np.array([one.start for one in stints], dtype=float)
        ends = np.array([one.end for one in stints], dtype=float)
        area = grid.inside(Steps.of(starts, ends).areas(grid.edges))
        with np.errstate(invalid="ignore"):
            rows.append((area / seconds).reshape(plan.days, plan.intervals))
    return np.stack(rows, axis=1)
