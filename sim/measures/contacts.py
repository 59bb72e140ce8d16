"""Figures of call types: how many, how long they waited, what became of them.

Which rows count:

* *offered*: first contacts, retrials, repeat contacts and transfers, each as a contact of its own,
  unless self-service served them or they gave up in it; those who heard the busy signal are
  offered. A callback, or the rest of a contact that was handed back, is part of a contact that is
  offered already. Of an outbound type each dial is offered.
* *answered*: offered and served by an agent; one who wanted to be called back is answered when a
  first call was made, whether she picked up or not.
* *answered in time*: answered on the line within the target's seconds of joining the queue; an
  e-mail when it was done within them of its arrival; a callback when the first call was made by
  the moment promised. Outbound contacts are not counted.
* *short abandon*: hung up within the target's ``short_abandon`` seconds of joining the queue. They
  are abandoned too; those who balked are neither.
* *turned away*: heard the busy signal, found the queue full, came outside the hours or was cut off
  by closing time while waiting.
"""

from __future__ import annotations

from typing import get_args

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.measures.quantiles import quantiles
from sim.measures.rows import AT_DOOR, TICK, Rows, lookup
from sim.measures.steps import steps_by
from sim.measures.tables import average, ratio
from sim.measures.tables import total_with_outside as whole
from sim.parameters.demand import ServiceLevelDefinition
from sim.records import SERVED, Origin, Outcome

Table = dict[str, Floats]

TURNED_AWAY = (Outcome.BUSY, Outcome.FULL, Outcome.CLOSED)
OF_OFFERED, OF_ANSWERED, LESS_SHORT, WITH_SHORT = get_args(ServiceLevelDefinition)
PERCENTILES = {"wait_p50": 0.5, "wait_p80": 0.8, "wait_p95": 0.95, "wait_max": 1.0}


def by_type(rows: Rows) -> Table:
    """Every measure of call types, each (intervals + 1, types + 1)."""
    counts = _counts(rows)
    found = {name: whole(cells) for name, cells in counts.items()}
    found |= _service_levels(rows, counts)
    found |= _waits(rows)
    found |= _handling(rows)
    found |= _queues(rows)
    found |= _promises(rows)
    found |= _backlogs(rows)
    found |= _money(rows)
    return found


def _counts(rows: Rows) -> Table:
    cube = rows.cube
    door: Floats = cube[:, :, list(AT_DOOR), :].sum(axis=2)
    dials = door + cube[:, :, Origin.DIAL, :]
    inbound = door.sum(axis=2) - door[:, :, [Outcome.CONTAINED, Outcome.LEFT_MENU]].sum(axis=2)
    promises, made, kept = rows.callbacks
    mine = rows.door[promises]
    answered = door[:, :, list(SERVED)].sum(axis=2) + rows.count(promises[made & mine])
    return {
        "offered": np.where(rows.outbound, dials.sum(axis=2), inbound),
        "answered": np.where(rows.outbound, dials[:, :, list(SERVED)].sum(axis=2), answered),
        "answered_in_time": _in_time(rows) + rows.count(promises[kept & mine]),
        "abandoned": door[:, :, Outcome.ABANDONED],
        "short_abandons": _short(rows),
        "balked": door[:, :, Outcome.BALKED],
        "busy": door[:, :, Outcome.BUSY],
        "full": door[:, :, Outcome.FULL],
        "closed": door[:, :, Outcome.CLOSED],
        "turned_away": door[:, :, list(TURNED_AWAY)].sum(axis=2),
        "contained": cube[:, :, :, Outcome.CONTAINED].sum(axis=2),
        "callbacks": cube[:, :, :, Outcome.CALLBACK].sum(axis=2),
        "retrials": cube[:, :, Origin.RETRIAL, :].sum(axis=2),
        "repeats": cube[:, :, Origin.REPEAT, :].sum(axis=2),
        "transfers": cube[:, :, Origin.TRANSFER, :].sum(axis=2),
    }


def _in_time(rows: Rows) -> Floats:
    within = np.array([one.within for one in rows.targets]) + TICK
    within[rows.outbound] = -1.0
    answered = rows.answered_at_door
    kinds = rows.records.call_type[answered]
    seconds = rows.waited[answered]
    if rows.email.any():
        age = rows.done[answered] - rows.records.arrived[answered]
        seconds = np.where(rows.email[kinds], age, seconds)
    return rows.count(answered[seconds <= within[kinds]])


def _short(rows: Rows) -> Floats:
    short = np.array([one.short_abandon for one in rows.targets]) + TICK
    gone = np.flatnonzero(rows.door & (rows.records.outcome == Outcome.ABANDONED))
    return rows.count(gone[rows.waited[gone] <= short[rows.records.call_type[gone]]])


def _service_levels(rows: Rows, counts: Table) -> Table:
    """The four usual definitions, each always there, and each type's own. All types together are
    the sums above and below the line, so a busy type weighs more."""
    inbound = ~rows.outbound
    offered, answered = counts["offered"] * inbound, counts["answered"] * inbound
    in_time, short = counts["answered_in_time"], counts["short_abandons"]
    parts = {
        OF_OFFERED: ("service_level_of_offered", in_time, offered),
        OF_ANSWERED: ("service_level_of_answered", in_time, answered),
        LESS_SHORT: ("service_level_less_short", in_time, offered - short),
        WITH_SHORT: ("service_level_with_short", in_time + short, offered),
    }
    own = np.empty((2, *rows.shape))
    for column, target in enumerate(rows.targets):
        _, above, below = parts[target.definition]
        own[:, :, column] = above[:, column], below[:, column]
    found = {name: ratio(whole(above), whole(below)) for name, above, below in parts.values()}
    found["service_level"] = ratio(whole(own[0]), whole(own[1]))
    found["abandonment"] = ratio(whole(counts["abandoned"]), whole(offered))
    return found


def _waits(rows: Rows) -> Table:
    """ASA is of the answered; the mean, the percentiles and the longest are of everybody who
    joined the line and was not sent away from it, however it ended. Who left to be called back
    is in neither. What is pooled over all types: see ``Rows.together``."""
    counted = waiting(rows)
    everybody = np.flatnonzero(counted)
    answered = np.flatnonzero(counted & rows.served)
    found = {
        "asa": _mean(rows, rows.waited, answered),
        "mean_wait": _mean(rows, rows.waited, everybody),
    }
    return found | _percentiles(rows, everybody)


def waiting(rows: Rows) -> Bools:
    """(rows,) whose waits count. Who is on a dialling list does not know it."""
    counted = rows.door & ~np.isnan(rows.waited) & (rows.cell < np.prod(rows.shape))
    counted &= ~lookup((Outcome.FULL, Outcome.CALLBACK), Outcome)[rows.records.outcome]
    if rows.outbound.any():
        counted &= ~rows.outbound[rows.records.call_type]
    return counted


def _mean(rows: Rows, values: Floats, which: Ints) -> Floats:
    pooled = rows.together
    return ratio(whole(rows.sum(values, which), pooled), whole(rows.count(which), pooled))


def _percentiles(rows: Rows, which: Ints) -> Table:
    """All quantiles from one sort of the waits."""
    intervals, types = rows.grid.intervals, rows.types
    waits = rows.waited[which]
    order = np.argsort(waits)
    waits, cells = waits[order], rows.cell[which[order]]
    shares = tuple(PERCENTILES.values())
    table = np.full((len(shares), intervals + 1, types + 1), np.nan)
    cut = quantiles(waits, cells, int(np.prod(rows.shape)), shares)
    table[:, :-1, :-1] = cut.reshape(-1, *rows.shape)[:, :-1]
    if types == 1:
        table[:, -1, 0] = quantiles(waits, cells, 1, shares)[:, 0]
        table[:, :, 1] = table[:, :, 0]
    else:
        kinds = cells % types
        table[:, -1, :-1] = quantiles(waits, kinds, types, shares)
        pooled = rows.together[kinds]
        waits, cells = waits[pooled], cells[pooled]
        table[:, :-1, -1] = quantiles(waits, cells // types, intervals + 1, shares)[:, :-1]
        table[:, -1, -1] = quantiles(waits, cells, 1, shares)[:, 0]
    return dict(zip(PERCENTILES, table, strict=True))


def _handling(rows: Rows) -> Table:
    """Means per contact served. A contact that was handed back is one contact, its second agent's
    work included; a transferred one is a contact of each type; callbacks that reached the
    customer and right-party dials are contacts, ringing in vain is not."""
    records = rows.records
    served = np.flatnonzero(rows.served)
    all_served = rows.cube[:, :, :, list(SERVED)].sum(axis=3)
    parts_of_others = all_served[:, :, [Origin.CONSULT, Origin.HANDED_BACK]].sum(axis=2)
    contacts = whole(all_served.sum(axis=2) - parts_of_others)
    parts = {"talk": records.talk, "hold": records.hold, "after_call": records.after_call}
    found = {name: ratio(whole(rows.sum(part, served)), contacts) for name, part in parts.items()}
    found["aht"] = found["talk"] + found["hold"] + found["after_call"]
    return found


def _queues(rows: Rows) -> Table:
    """Contacts in the line, callbacks and asking colleagues included, in the intervals in which
    they were in it. The whole run's mean is over the opening hours, its peak over all time."""
    records, grid, cuts = rows.records, rows.grid, rows.grid.cuts
    ends = np.where(np.isnan(records.answered), records.left, records.answered)
    queued = np.flatnonzero(ends > records.queued)
    kinds, starts, ends = records.call_type[queued], records.queued[queued], ends[queued]
    lines = steps_by(kinds, rows.types, starts, ends)
    pooled = rows.together
    if rows.types > 1:
        mine = pooled[kinds]
        lines.append(steps_by(kinds[mine], 1, starts[mine], ends[mine])[0])
    areas = np.stack([grid.inside(line.areas(cuts)) for line in lines[: rows.types]], axis=1)
    peaks = [np.append(grid.highest(line.peaks(cuts)), line.peak(grid.begin)) for line in lines]
    return {
        "queue_length": average(areas, grid.widths, pooled),
        "queue_max": np.stack([*peaks, *peaks[len(lines) - 1 :]][: rows.types + 1], axis=1),
    }


def _promises(rows: Rows) -> Table:
    """Promises kept: calling back in time, resolving at the first contact, reaching the person."""
    records = rows.records
    promises, _, kept = rows.callbacks
    firsts = np.flatnonzero(rows.served & (records.origin == Origin.FIRST))
    asked = firsts[records.resolved[firsts] >= 0]
    dials = rows.cube[:, :, [*AT_DOOR, Origin.DIAL], :].sum(axis=2) * rows.outbound[:, None]
    reached = dials[:, :, list(SERVED)].sum(axis=2)
    return {
        "callbacks_kept": ratio(whole(rows.count(promises[kept])), whole(rows.count(promises))),
        "first_contact_resolution": ratio(
            whole(rows.count(asked[records.resolved[asked] == 1])), whole(rows.count(asked))
        ),
        "reached": ratio(whole(reached), whole(dials.sum(axis=2))),
    }


def _backlogs(rows: Rows) -> Table:
    """E-mails: seconds from arrival to done, by interval of arrival. Backlog: e-mails and outbound
    contacts that came before the interval's end and are not done then; of the whole run, everything
    that was still waiting when it ended, calls to be called back included."""
    records = rows.records
    answered = rows.answered_at_door
    finished = answered[rows.email[records.call_type[answered]]]
    if len(finished):
        finished = finished[~np.isnan(rows.done[finished])]
        ages = rows.done - records.arrived
        age = ratio(whole(rows.sum(ages, finished)), whole(rows.count(finished)))
    else:
        age = np.full((rows.grid.intervals + 1, rows.types + 1), np.nan)
    backlog = np.full_like(age, np.nan)
    for kind in np.flatnonzero(rows.email | rows.outbound):
        mine = np.flatnonzero((records.call_type == kind) & (records.left > records.arrived))
        never = records.outcome[mine] == Outcome.LEFT_OVER
        left = np.sort(np.where(never, np.inf, records.left[mine]))
        arrived = np.sort(records.arrived[mine])
        come = np.searchsorted(arrived, rows.grid.ends, side="left")
        backlog[:-1, kind] = come - np.searchsorted(left, rows.grid.ends, side="right")
    some = ~np.isnan(backlog[0, :-1])
    if some.any():
        backlog[:, -1] = backlog[:, :-1][:, some].sum(axis=1)
    waiting_still = records.call_type[records.outcome == Outcome.LEFT_OVER]
    backlog[-1, :-1] = np.bincount(waiting_still, minlength=rows.types)
    backlog[-1, -1] = len(waiting_still)
    return {"email_age": age, "backlog": backlog}


def _money(rows: Rows) -> Table:
    """Revenue of contacts answered to the end. Lines cost from coming in to hanging up; e-mails,
    outbound contacts and callbacks only while an agent has them."""
    records = rows.records
    revenue = np.array([one.revenue for one in rows.plan.call_types])
    rate = np.array([one.cost_per_minute for one in rows.plan.call_types]) / 60
    to_the_end = rows.cube[:, :, :, Outcome.ANSWERED].sum(axis=2)
    earned = (to_the_end - rows.cube[:, :, Origin.CONSULT, Outcome.ANSWERED]) * revenue
    if not rate.any():
        return {"revenue": whole(earned), "cost": whole(np.zeros(rows.shape))}
    alone = (records.origin == Origin.CALLBACK) | (rows.email | rows.outbound)[records.call_type]
    seconds = records.left - np.where(alone, records.answered, records.arrived)
    counted = np.flatnonzero(~np.isnan(seconds) & (records.origin != Origin.CONSULT))
    return {"revenue": whole(earned), "cost": whole(rows.sum(seconds, counted) * rate)}
