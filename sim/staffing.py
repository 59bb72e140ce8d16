"""How many agents a plan's demand needs in each interval, by the formulas, beside those it has.

Each call type by itself, as if it had agents of its own, each interval in its own steady state:
what planners start from. Shared skills and rush hours that do not settle are the simulator's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import erlang
from sim.parameters import CallType, Plan, Target
from sim.parameters.distributions import Floats
from sim.plan_files import load

Ints = NDArray[np.int64]
# No number of agents answers everybody in time: a target of 100 % is taken for this.
NEARLY_ALL = 0.9999


@dataclass(frozen=True)
class Requirement:
    """Figures of a usual day, without chance.

    contacts: expected in the queue, (call types, intervals); erlangs: the work they bring
    needed: agents who must be on the phones for it, (call types, intervals)
    scheduled: all call types together with shrinkage, (intervals,)
    planned: agents the plan has on duty on average, absent ones and breaks off, (intervals,)
    """

    contacts: Floats
    erlangs: Floats
    needed: Ints
    scheduled: Ints
    planned: Floats

    @property
    def total(self) -> Ints:
        """Agents on the phones for all call types together, (intervals,)."""
        return np.asarray(self.needed.sum(axis=0))

    @property
    def spare(self) -> Floats:
        """Planned less needed: below zero where the plan has too few."""
        return self.planned - self.total


def requirement(
    plan: Plan,
    *,
    target: Target | None = None,
    max_occupancy: float | None = None,
    shrinkage: float = 0.0,
) -> Requirement:
    """Fewest agents for each call type's target (or for ``target``) in each interval.

    By Erlang A where callers have patience, else by Erlang C. A chat takes the part of an agent
    that her concurrency leaves it. E-mails need the work they bring, whenever it is done; outbound
    lists need nobody, they take who is left.

    shrinkage: share of those scheduled who are not on the phones
    Raises SimError for targets that cannot be met, and for a share that cannot be.
    """
    contacts = load.queued(plan)
    lengths = np.diff(load.edges(plan))
    aht = np.array([kind.service.mean for kind in plan.call_types])
    erlangs = contacts / lengths * aht[:, None]
    needed = np.zeros(contacts.shape, dtype=np.int64)
    for row, kind in enumerate(plan.call_types):
        wanted = target or kind.target or plan.target
        for column, expected in enumerate(contacts[row]):
            rate = float(expected / lengths[column])
            needed[row, column] = _needed(plan, kind, rate, wanted, max_occupancy)
    total = needed.sum(axis=0).tolist()
    scheduled = np.array([erlang.scheduled(servers, shrinkage) for servers in total])
    present = np.array([group.on_phone for group in plan.groups])
    planned = (load.agents(plan).mean(axis=0) * present[:, None]).sum(axis=0)
    return Requirement(contacts, erlangs, needed, scheduled, planned)


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
