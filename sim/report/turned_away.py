"""Who is turned away under several plans, call type by call type: all together hide whom it
befalls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.comparison import at_once, compare
from sim.report.view import View
from sim.results import Difference, Estimate

MEASURE = "turned_away"


@dataclass(frozen=True)
class Turned:
    """Contacts of a call type that are turned away.

    found: of each plan, the base first
    against: of each other plan the difference to the base
    """

    name: str
    found: tuple[Estimate, ...]
    against: tuple[Difference, ...]


def turned_away(views: Sequence[View]) -> tuple[Turned, ...]:
    """Of each call type that all plans have and any of them turns away; none where there is but
    one. The differences of all of them hold at once."""
    base = views[0]
    names = base.names("call type")[:-1]
    if len(names) == 1:
        return ()
    found = {
        name: tuple(_of(view, name) for view in views)
        for name in names
        if all(name in view.names("call type")[:-1] for view in views)
    }
    told = {name: each for name, each in found.items() if any(one.mean > 0 for one in each)}
    results = [view.result for view in views]
    confidence = at_once(base.plan.experiment.confidence, max(1, len(told)))
    return tuple(
        Turned(name, each, compare(results, [MEASURE], call_type=name, confidence=confidence))
        for name, each in told.items()
    )


def _of(view: View, name: str) -> Estimate:
    return view.of_type(MEASURE, column=view.names("call type").index(name))
