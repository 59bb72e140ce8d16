"""The figures of a sweep's tables: of all together, and what is told of each call type."""

from __future__ import annotations

from typing import NamedTuple

from sim.report.compared import estimates
from sim.report.swept import MEASURE, Swept
from sim.report.view import ALL, ALL_TYPES, MEASURES
from sim.results import Estimate


class Figure(NamedTuple):
    """A column of the tables."""

    measure: str
    call_type: str
    unit: str
    label: str
    found: Estimate


def figures(swept: Swept, place: int) -> list[Figure]:
    """Of all together, then the service level of each call type that is judged by itself."""
    return [
        *(
            Figure(name, ALL_TYPES, MEASURES[of][name].unit, MEASURES[of][name].label, found)
            for of, name, found in estimates(swept.views[place], swept.measures)
        ),
        *(
            Figure(
                MEASURE,
                swept.name_of(column),
                "share",
                level_name(swept, column),
                swept.level(place, column),
            )
            for column in swept.by_type
        ),
    ]


def level_name(swept: Swept, column: int) -> str:
    """``Service level of sales``."""
    return MEASURES["call type"][MEASURE].label + (swept.of(column) if column != ALL else "")
