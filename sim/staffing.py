"""How many agents a plan's demand needs in each interval, by the formulas, beside those it has.

Each call type by itself, as if it had agents of its own, each interval in its own steady state:
what planners start from. Whether those planned have the skills for it is looked at, too. What is
saved by sharing, and rush hours that do not settle, are the simulator's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from sim import erlang, expected
from sim.arrays import Floats, Ints
from sim.parameters import CallType, Plan, Target

# No number of agents answers everybody in time: a target of 100 % is taken for this.
NEARLY_ALL = 0.9999


@dataclass(frozen=True)
class Requirement:
    """Figures of a usual day, without chance.

    contacts: expected in the queue, (call types, intervals)
    erlangs: the work to be done then, (call types, intervals)
    needed: agents who must be on the phones for it, (call types, intervals)
    scheduled: all call types together with shrinkage, (intervals,)
    planned: agents the plan has on duty on average, absent ones and breaks off, (intervals,)
    missing: of those needed, whom nobody planned can stand for: by skill, in time, at their pace,
        (intervals,)
    shrinkage: what is in ``scheduled``
    """

    contacts: Floats
    erlangs: Floats
    needed: Ints
    scheduled: Ints
    planned: Floats
    missing: Floats
    shrinkage: float

    @property
    def total(self) -> Ints:
        """Agents on the phones for all call types together, (intervals,)."""
        return np.asarray(self.needed.sum(axis=0))


def requirement(
    plan: Plan,
    *,
    target: Target | None = None,
    max_occupancy: float | None = None,
    shrinkage: float | None = None,
) -> Requirement:
    """Fewest agents for each call type's target (or for ``target``) in each interval.

    By Erlang A where callers have patience, else by Erlang C. A chat takes the part of an agent
    that her concurrency leaves it. E-mails, the night's too, need the work they bring, done at an
    even pace in their target's time; outbound lists need nobody, they take who is left.

    shrinkage: share of those scheduled who are not on the phones; without it the plan's own, of all
        its groups together
    Raises SimError for targets that cannot be met, and for a share that cannot be.
    """
    contacts = expected.queued(plan)
    wanted = [target or kind.target or plan.target for kind in plan.call_types]
    lengths = np.diff(expected.edges(plan))
    rates = contacts / lengths
    for row, kind in enumerate(plan.call_types):
        if kind.channel == "email":
            rates[row] = expected.mails_to_do(plan, kind, wanted[row].within) / lengths
    needed = np.zeros(contacts.shape, dtype=np.int64)
    for row, column in np.ndindex(*contacts.shape):
        kind, rate = plan.call_types[row], float(rates[row, column])
        needed[row, column] = _needed(plan, kind, rate, wanted[row], max_occupancy)
    rostered = expected.agents(plan).mean(axis=0)
    present = np.array([group.on_phone for group in plan.groups])
    planned = rostered * present[:, None]
    if shrinkage is None:
        shrinkage = float(1 - planned.sum() / rostered.sum()) if rostered.any() else 0.0
    total = needed.sum(axis=0).tolist()
    scheduled = np.array([erlang.scheduled(servers, shrinkage) for servers in total])
    aht = np.array([kind.service.mean for kind in plan.call_types])
    return Requirement(
        contacts,
        rates * aht[:, None],
        needed,
        scheduled,
        planned.sum(axis=0),
        _missing(needed, planned, _worth(plan, wanted)),
        shrinkage,
    )


def _worth(plan: Plan, wanted: Sequence[Target]) -> Floats:
    """How much of an agent one of a group is to a call type, (groups, call types): 0 without the
    skill, or when she may only help once the target's time is over; less than 1 for the slow."""
    found = np.zeros((len(plan.groups), len(plan.call_types)))
    rows = {kind.name: row for row, kind in enumerate(plan.call_types)}
    for place, group in enumerate(plan.groups):
        for skill in group.skills:
            row = rows[skill.call_type]
            if skill.after < wanted[row].within:
                usual = plan.call_types[row].service.mean
                own = (skill.service or plan.call_types[row].service).mean
                pace = own / usual if usual else 1.0
                slower = skill.handle_time_factor * plan.experience(group)[0]
                found[place, row] = 1 / (pace * slower)
    return found


def _missing(needed: Ints, planned: Floats, worth: Floats) -> Floats:
    """The agents who are missing however those planned are put to what they can do, (intervals,).

    needed: (call types, intervals); planned: (groups, intervals); worth: (groups, call types)
    """
    groups, types = worth.shape
    able = worth > 0
    # One unknown for each group and call type: how many of the group serve it.
    of_group = np.repeat(np.eye(groups), types, axis=1)
    of_type = np.tile(np.eye(types), groups) * worth.ravel()
    bounds = [(0.0, None if one else 0.0) for one in able.ravel()]
    found = np.zeros(needed.shape[1])
    for column in range(len(found)):
        limits = np.concatenate([planned[:, column], needed[:, column]])
        best = linprog(-of_type.sum(axis=0), np.vstack([of_group, of_type]), limits, bounds=bounds)
        found[column] = max(0.0, float(needed[:, column].sum() + best.fun))
    return found


def _needed(
    plan: Plan, kind: CallType, rate: float, target: Target, max_occupancy: float | None
) -> int:
    if rate <= 0 or kind.channel == "outbound":
        return 0
    if kind.channel == "email":
        return math.ceil(rate * kind.service.mean - 1e-9)
    at_once, slowdown = _concurrency(plan, kind)
    found = erlang.staff(
        rate,
        kind.service.mean * slowdown,
        service_level=min(target.share, NEARLY_ALL),
        threshold=target.within,
        patience=kind.patience.time.mean if kind.patience else None,
        max_occupancy=max_occupancy,
    )
    return math.ceil(found.servers / at_once)


def _concurrency(plan: Plan, kind: CallType) -> tuple[int, float]:
    """Contacts of this type an agent has at once, and how much longer each takes then."""
    if kind.channel != "chat":
        return 1, 1.0
    serving = [
        group
        for group in plan.groups
        if any(skill.call_type == kind.name for skill in group.skills)
    ]
    most = max(serving, key=lambda group: group.concurrency, default=None)
    if most is None:
        return 1, 1.0
    return most.concurrency, most.slowest
