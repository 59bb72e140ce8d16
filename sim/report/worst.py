"""The worst interval of a result, and of which call type it is."""

from __future__ import annotations

from sim.report import words
from sim.report.view import ALL, View


def worst(view: View) -> tuple[int, int] | None:
    """Row and column of the interval that is furthest below its target, of all call types that are
    judged."""
    found = []
    for column in view.judged:
        row = view.worst(column)
        if row is not None:
            target = view.target(column)
            level = view.of_type("service_level", row, column).mean
            found.append((level - (target.share if target else 0.0), row, column))
    return min(found)[1:] if found else None


def worst_words(view: View) -> str:
    """``09:30 61 %``, ``09:30 61 % sales``."""
    found = worst(view)
    if found is None:
        return words.UNKNOWN
    row, column = found
    level = words.percent(view.of_type("service_level", row, column).mean, 0)
    of = "" if column == ALL else f" {view.names('call type')[column]}"
    return f"{view.intervals[row]} {level}{of}"


def worst_data(view: View) -> dict[str, str | None]:
    """Label and call type, for JSON."""
    found = worst(view)
    row, kind = found if found is not None else (None, ALL)
    return {
        "worst_interval": None if row is None else view.intervals[row],
        "worst_call_type": None if row is None else view.names("call type")[kind],
    }
