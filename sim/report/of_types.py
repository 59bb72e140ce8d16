"""A measure of the whole run, call type by call type, under several plans: all together hide whom
it befalls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.comparison import at_once, compare
from sim.report.view import View
from sim.results import Difference, Estimate


@dataclass(frozen=True)
class OfType:
    """A measure of a call type.

    found: of each plan, the base first
    against: of each other plan the difference to the base
    """

    name: str
    measure: str
    found: tuple[Estimate, ...]
    against: tuple[Difference, ...]


def of_types(views: Sequence[View], measure: str, names: Sequence[str]) -> tuple[OfType, ...]:
    """Of call types that all plans have. The differences of all of them hold at once."""
    results = [view.result for view in views]
    confidence = at_once(views[0].plan.experiment.confidence, max(1, len(names)))
    return tuple(
        OfType(
            name,
            measure,
            tuple(figure(view, measure, name) for view in views),
            compare(results, [measure], call_type=name, confidence=confidence),
        )
        for name in names
    )


def figure(view: View, measure: str, name: str) -> Estimate:
    return view.of_type(measure, column=view.names("call type").index(name))
