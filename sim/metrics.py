"""From records to figures, by pure functions. Definitions are in ``sim.measures``:
``contacts`` for call types, ``agents`` for groups, ``names`` for what each figure is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import Floats, Ints
from sim.errors import SimError
from sim.measures.agents import by_group
from sim.measures.contacts import by_type, waiting
from sim.measures.grid import Grid, interval_labels
from sim.measures.names import GROUP_MEASURES, TYPE_MEASURES, Better, Measure
from sim.measures.rows import Rows
from sim.parameters import Plan
from sim.records import Records
from sim.results import Figures
from sim.spelling import unknown

__all__ = [
    "ADDED_UP",
    "GROUP_MEASURES",
    "TYPE_MEASURES",
    "Histogram",
    "Measure",
    "figures",
    "interval_labels",
    "outside",
    "wait_histogram",
    "waits",
    "worst",
    "worst_interval",
]

HANDFUL = 5.0
# Measures of call types whose whole run is the sum of its parts.
ADDED_UP = frozenset(
    one.name
    for one in TYPE_MEASURES
    if one.unit == "money"
    or (one.unit == "contacts" and one.name not in ("queue_length", "queue_max", "backlog"))
)


def figures(plan: Plan, records: Records) -> Figures:
    """Every figure of one replication.

    A contact belongs to the interval in which it arrived, an e-mail that arrives outside the hours
    to none of them but to the whole run (see ``outside``); time averages are exact integrals over
    each interval. Contacts that arrive in the plan's warm-up are left out, and time averages begin
    when it is over: counts of those intervals are 0, the rest of their figures NaN.
    """
    found = _figures(Rows(plan, records, Grid.of(plan)))
    if plan.days == 1:
        return found
    return replace(found, days=_figures(Rows(plan, records, Grid.of_days(plan))))


def _figures(rows: Rows) -> Figures:
    types, groups = by_type(rows), by_group(rows)
    return Figures(
        by_type={one.name: types[one.name] for one in TYPE_MEASURES},
        by_group={one.name: groups[one.name] for one in GROUP_MEASURES},
    )


def outside(found: Figures, measure: str) -> Floats:
    """What came outside the hours, (columns,): the whole run less its intervals, for counts of
    contacts and money of call types; NaN for every other measure."""
    table = found.by_type[measure]
    if measure not in ADDED_UP:
        return np.full(table.shape[1], np.nan)
    difference: Floats = np.maximum(table[-1] - table[:-1].sum(axis=0), 0.0)
    return difference


def waits(records: Records, plan: Plan, call_type: str | None = None) -> Floats:
    """Seconds each contact waited in the line, in order of the records: the waits that the mean
    and the percentiles are made of. Without a call type those of all that may be pooled (calls and
    chats, where there are any).

    Raises SimError for a call type the plan does not have.
    """
    return _waits(Rows(plan, records, Grid.of(plan)), call_type)[0]


@dataclass(frozen=True)
class Histogram:
    """How long contacts waited. edges: (bins + 1,) seconds; answered, lost: (bins,) contacts."""

    edges: Floats
    answered: Floats
    lost: Floats


def wait_histogram(
    records: Records,
    plan: Plan,
    call_type: str | None = None,
    bins: int | Sequence[float] = 30,
) -> Histogram:
    """The distribution of ``waits``. bins: how many of the same width, or their edges in seconds.

    A bin holds its lower edge and not the upper one, but for the last, which holds both.
    """
    rows = Rows(plan, records, Grid.of(plan))
    seconds, which = _waits(rows, call_type)
    if isinstance(bins, int):
        longest = float(seconds.max()) if len(seconds) else 0.0
        edges = np.linspace(0.0, longest or 1.0, bins + 1)
    else:
        edges = np.asarray(bins, dtype=np.float64)
    served = rows.served[which]
    answered, lost = (
        np.histogram(part, edges)[0].astype(np.float64)
        for part in (seconds[served], seconds[~served])
    )
    return Histogram(edges, answered, lost)


def _waits(rows: Rows, call_type: str | None) -> tuple[Floats, Ints]:
    names = [one.name for one in rows.plan.call_types]
    if call_type is None:
        wanted = rows.together
    elif call_type in names:
        wanted = np.array([name == call_type for name in names])
    else:
        raise SimError(unknown("call type", call_type, names))
    which = np.flatnonzero(waiting(rows) & wanted[rows.records.call_type])
    return rows.waited[which], which


def worst_interval(
    found: Figures, measure: str, column: int = -1, *, by_group: bool = False
) -> tuple[int, float] | None:
    """The interval with the worst figure of a measure, as ``worst`` chooses it, and the figure;
    None where there is no figure.

    column: of the call type or group, the last being all together. ``by_group`` chooses the group's
    measure where a call type has one of the same name.

    Raises SimError for a measure nobody knows.
    """
    groups = by_group or measure not in found.by_type
    tables, known = (found.by_group, GROUP_MEASURES) if groups else (found.by_type, TYPE_MEASURES)
    better = {one.name: one.better for one in known}
    if measure not in better:
        raise SimError(unknown("measure", measure, better))
    values = tables[measure][:-1, column]
    contacts = tables["handled" if groups else "offered"][:-1, column]
    place = worst(values, contacts, better[measure])
    return None if place is None else (place, float(values[place]))


def worst(values: Floats, contacts: Floats, better: Better) -> int | None:
    """The place of the worst of the values: the lowest where high is better, else the highest.

    contacts: offered (handled, for a group) in each. Where others have more, values of fewer than
    five contacts don't count: one caller of two is no bad half hour. None without any value.
    """
    told = np.isfinite(values)
    busy = told & (contacts >= HANDFUL)
    counted = np.flatnonzero(busy if busy.any() else told)
    if not len(counted):
        return None
    pick = np.argmin if better == "high" else np.argmax
    return int(counted[pick(values[counted])])
