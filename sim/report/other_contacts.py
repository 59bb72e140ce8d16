"""Plans to which other contacts come than to the base: what differs is then theirs, too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim import expected
from sim.parameters import Plan
from sim.report import words


def other_contacts(base: Plan, plans: Sequence[Plan]) -> str:
    """``; other contacts come to week (2,044 a day, in the base 1,800)``; empty where the same
    come to all."""
    told = [f"{one.name} ({_amount(base, one)})" for one in plans if _differ(base, one)]
    return f"; other contacts come to {words.listed(told)}" if told else ""


def _differ(base: Plan, plan: Plan) -> bool:
    """Are other first contacts expected, of any call type at any time of the day?"""
    if base.days != plan.days or not np.isclose(expected.a_day(base), expected.a_day(plan)):
        return True
    at = expected.edges(base)
    before, after = (
        dict(zip((kind.name for kind in one.call_types), expected.contacts(one, at), strict=True))
        for one in (base, plan)
    )
    return before.keys() != after.keys() or not all(
        np.allclose(before[name], after[name]) for name in before
    )


def _amount(base: Plan, plan: Plan) -> str:
    if base.days != plan.days:
        return f"{words.number_of(plan.days, 'day')}, in the base {base.days}"
    here, there = (words.count(expected.a_day(one)) for one in (plan, base))
    if here == there:
        return "as many a day"
    return f"{here} a day, in the base {there}"
