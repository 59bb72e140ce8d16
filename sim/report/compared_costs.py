"""What plans cost, and what a difference between them costs: told beside what it brings."""

from __future__ import annotations

from collections.abc import Sequence

from sim.estimates import costs, estimate
from sim.report import words
from sim.report.findings import HARDLY
from sim.report.view import View
from sim.results import Difference, Estimate

UNIT = "money"
# Less than this is no money.
CENT = 0.005


def cost(view: View) -> Estimate:
    """Of the agents and the lines, for the whole run."""
    return estimate(costs(view.result), view.plan.experiment.confidence)


def any_cost(views: Sequence[View]) -> bool:
    """Is there any to show?"""
    return any(cost(view).mean > 0 for view in views)


def against(difference: Difference, base: View, plan: View) -> str:
    """``120.00 more a day (110.00–130.00)``, ``the same``, ``can't tell yet: about 14 more
    replications``."""
    if _same(difference, base):
        return f"the same{_within(difference)}"
    if difference.verdict == "can't tell":
        return words.untold(UNIT, difference)
    size, span = words.sizes(UNIT, difference.difference)
    return f"{size} {_more(difference)}{_period(base, plan)} ({span})"


def clause(difference: Difference, base: View, plan: View) -> str:
    """The same as part of a sentence: ``for 120.00 more a day (110.00–130.00)``."""
    told = against(difference, base, plan)
    if _same(difference, base):
        return f"at the same cost{_within(difference)}"
    if difference.verdict == "can't tell":
        return f"at a cost that may be the same ({told})"
    return f"for {told}"


def _same(difference: Difference, base: View) -> bool:
    """Is there no difference, or, where it can't be told, a trifle at most?"""
    open_yet = difference.verdict == "can't tell"
    return difference.at_most <= (max(CENT, HARDLY * cost(base).mean) if open_yet else CENT)


def _within(difference: Difference) -> str:
    most = difference.at_most
    return f" to within {words.rounded_up(UNIT, most)}" if most > CENT else ""


def _more(difference: Difference) -> str:
    return "more" if difference.difference.mean > 0 else "less"


def _period(base: View, plan: View) -> str:
    """Of what the cost is; nothing where the plans have not as many days."""
    if base.plan.days != plan.plan.days:
        return ""
    return " a day" if base.plan.days == 1 else f" in {base.whole}"
