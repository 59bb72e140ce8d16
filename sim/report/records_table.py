"""The contacts of one replication as CSV: clock times, names instead of numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from sim.parameters import Plan
from sim.records import Origin, Outcome, Records
from sim.report.formats import as_csv

COLUMNS = (
    "contact",
    "call_type",
    "origin",
    "outcome",
    "group",
    "agent",
    "parent",
    "attempt",
    "arrived",
    "queued",
    "answered",
    "left",
    "released",
    "waited",
    "talk",
    "hold",
    "after_call",
    "resolved",
)
MOMENTS = ("arrived", "queued", "answered", "left", "released")


def records_csv(plan: Plan, records: Records) -> str:
    """Moments in seconds since midnight of the first day, durations in seconds."""
    return as_csv(_rows(plan, records), COLUMNS)


def _rows(plan: Plan, records: Records) -> Iterator[dict[str, Any]]:
    waited = records.waited
    for row in range(len(records)):
        group, agent, parent = (
            int(getattr(records, name)[row]) for name in ("group", "agent", "parent")
        )
        resolved = int(records.resolved[row])
        yield {
            "contact": row,
            "call_type": plan.call_types[records.call_type[row]].name,
            "origin": _name(Origin(records.origin[row])),
            "outcome": _name(Outcome(records.outcome[row])),
            "group": "" if group < 0 else plan.groups[group].name,
            "agent": None if agent < 0 else agent,
            "parent": None if parent < 0 else parent,
            "attempt": int(records.attempt[row]),
            **{name: _rounded(getattr(records, name)[row]) for name in MOMENTS},
            "waited": _rounded(waited[row]),
            **{
                name: _rounded(getattr(records, name)[row])
                for name in ("talk", "hold", "after_call")
            },
            "resolved": {1: "yes", 0: "no"}.get(resolved, ""),
        }


def _name(value: Origin | Outcome) -> str:
    return value.name.lower().replace("_", " ")


def _rounded(value: float) -> float:
    return round(float(value), 3) if math.isfinite(value) else math.nan
