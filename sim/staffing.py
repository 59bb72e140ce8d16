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
from sim.duty import duty
from sim.parameters import CallType, Plan, Target

# No number of agents answers everybody in time: a target of 100 % is taken for this.
NEARLY_ALL = 0.9999
# A larger share off the phones than this is no shrinkage: a quarter of an hour for which all come
# late, or one with nobody but trainees.
_MOST_SHRINKAGE = 0.95


@dataclass(frozen=True)
class Requirement:
    """Figures without chance: what comes and is needed on any of the plan's days, which are all
    alike in that, and for each day who is there.

    Two currencies that are never mixed: agents on duty, and agents scheduled, of whom shrinkage
    leaves so many on duty. In an interval that a day skips as clocks go forward its figures are
    NaN.

    contacts: expected in the queue, (call types, intervals)
    erlangs: the work to be done then, (call types, intervals)
    needed: agents who must be on duty for it, (call types, intervals)
    on_duty: agents whom the plan has on duty on average, (days, intervals)
    missing: of those needed on duty, whom nobody on duty can stand for: by skill, in time, at their
        pace, (days, intervals)
    to_schedule: agents to be scheduled so that those needed are on duty, (days, intervals)
    scheduled: agents whom the plan has scheduled, without breaks and pull-offs, (days, intervals)
    to_add: of those to be scheduled, whom nobody scheduled can stand for, (days, intervals)
    shrinkage: the share of those scheduled who are not on duty, of all intervals together
    """

    contacts: Floats
    erlangs: Floats
    needed: Ints
    on_duty: Floats
    missing: Floats
    to_schedule: Floats
    scheduled: Floats
    to_add: Floats
    shrinkage: float

    @property
    def total(self) -> Ints:
        """Agents needed on duty for all call types together, (intervals,)."""
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

    shrinkage: share of those scheduled who are not on duty, in the place of what the plan says
        of it by ``shrinkage``, ``adherence`` and ``off_phone``
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
    planned = duty(plan)
    on_duty = planned.on_duty if shrinkage is None else planned.scheduled * (1 - shrinkage)
    scheduled, present = planned.scheduled.sum(axis=1), on_duty.sum(axis=1)
    shares, whole = _shrinkage(scheduled, present, shrinkage)
    missing = _missing(needed, on_duty, _worth(plan, wanted))
    total = needed.sum(axis=0)
    to_schedule = np.vectorize(erlang.scheduled, otypes=[float])(total, shares)
    to_schedule[np.isnan(scheduled)] = np.nan
    # Who is needed is a whole number; who is missing for want of a skill may be more than that.
    lacking = np.maximum(to_schedule - scheduled, missing / (1 - shares))
    aht = np.array([kind.service.mean for kind in plan.call_types])
    return Requirement(
        contacts,
        rates * aht[:, None],
        needed,
        present,
        missing,
        to_schedule,
        scheduled,
        np.where(missing > 0, lacking, missing),
        whole,
    )


def _shrinkage(scheduled: Floats, present: Floats, given: float | None) -> tuple[Floats, float]:
    """The share of those scheduled who are not present, interval by interval and in all; that of
    all where hardly anybody is scheduled, or present. Arrays are (days, intervals)."""
    if given is not None:
        return np.full(scheduled.shape, given), given
    planned = float(np.nansum(scheduled))
    whole = max(0.0, 1 - float(np.nansum(present)) / planned) if planned else 0.0
    if whole >= 1:
        whole = 0.0
    some = scheduled > 0
    shares = np.full(scheduled.shape, whole)
    shares[some] = np.clip(1 - present[some] / scheduled[some], 0.0, 1.0)
    return np.where(shares > max(_MOST_SHRINKAGE, whole), whole, shares), whole


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


def _missing(needed: Ints, on_duty: Floats, worth: Floats) -> Floats:
    """The agents who are missing however those on duty are put to what they can do.

    needed: (call types, intervals); on_duty: (days, groups, intervals); worth: (groups, call types)
    Returns (days, intervals).
    """
    found = np.full((len(on_duty), needed.shape[1]), np.nan)
    # Days are much alike: what was asked before has its answer.
    known: dict[bytes, float] = {}
    for day, column in zip(*np.nonzero(~np.isnan(on_duty).any(axis=1)), strict=True):
        limits = np.concatenate([on_duty[day, :, column], needed[:, column]])
        key = limits.tobytes()
        if key not in known:
            known[key] = _lacking(limits, worth)
        found[day, column] = known[key]
    return found


def _lacking(limits: Floats, worth: Floats) -> float:
    """Of one interval; limits: agents of each group, then agents each call type needs."""
    groups, types = worth.shape
    able = worth > 0
    # One unknown for each group and call type: how many of the group serve it.
    of_group = np.repeat(np.eye(groups), types, axis=1)
    of_type = np.tile(np.eye(types), groups) * worth.ravel()
    bounds = [(0.0, None if one else 0.0) for one in able.ravel()]
    best = linprog(-of_type.sum(axis=0), np.vstack([of_group, of_type]), limits, bounds=bounds)
    lacking = float(limits[groups:].sum() + best.fun)
    # The solver's dust is nobody.
    return lacking if lacking > 1e-6 else 0.0


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
