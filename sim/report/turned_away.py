"""Who is turned away under several plans, call type by call type."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report.of_types import OfType, figure, of_types
from sim.report.view import View

MEASURE = "turned_away"


def turned_away(views: Sequence[View]) -> tuple[OfType, ...]:
    """Of each call type that all plans have and any of them turns away; none where there is but
    one."""
    names = views[0].names("call type")[:-1]
    if len(names) == 1:
        return ()
    told = [
        name
        for name in names
        if all(name in view.names("call type")[:-1] for view in views)
        and any(figure(view, MEASURE, name).mean > 0 for view in views)
    ]
    return of_types(views, MEASURE, told)
