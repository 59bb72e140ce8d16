"""Shifts that end, and mails that wait for the next: forward equations of M/M/s with a new s."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import linalg, stats

from sim.parameters import (
    CallType,
    ConstantArrivals,
    Exponential,
    Group,
    Patience,
    Plan,
    Rule,
    Service,
    Shift,
    Skill,
)
from sim.records import Outcome
from tests.sim.oracles.measured import EFFORTS, Effort, Window, compare, hold, replications

Floats = NDArray[np.float64]
SURELY = 0.999


def rates(rate: float, handle: float, servers: int, most: int, patience: float = np.inf) -> Floats:
    """(most + 1, most + 1): the generator of M/M/s+M, which is cut at ``most`` in the centre."""
    inside = np.arange(most + 1)
    down = np.minimum(inside, servers) / handle + np.maximum(inside - servers, 0) / patience
    up = np.where(inside < most, rate, 0.0)
    return np.diag(up[:-1], -1) + np.diag(down[1:], 1) - np.diag(up + down)


def passed(chance: Floats, generator: Floats, span: float) -> tuple[Floats, Floats]:
    """The chances ``span`` later, and the mean share of the time between in each state."""
    steps = 200
    step = linalg.expm(generator * span / steps)
    weights = np.full(steps + 1, 2.0)
    weights[1::2], weights[[0, -1]] = 4.0, 1.0  # Simpson's
    means = weights[0] * chance
    for weight in weights[1:]:
        chance = step @ chance
        means = means + weight * chance
    return chance, means / weights.sum()


def gone(chance: Floats, agents: int, leaving: int) -> tuple[Floats, float]:
    """Each state's chance once the customers of those who go are cut off, and how many they are."""
    after, number = np.zeros_like(chance), 0.0
    for inside, likely in enumerate(chance):
        cut = np.arange(min(leaving, inside) + 1)
        share = likely * stats.hypergeom.pmf(cut, agents, min(inside, agents), leaving)
        after[inside - cut] += share
        number += float(share @ cut)
    return after, number


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize("rule", ["hand back", "disconnect"])
def test_half_of_the_agents_go_at_once(rule: str, effort: Effort) -> None:
    """The rest of an exponential time is exponential: what is handed back only waits."""
    rate, handle, patience, agents, leaving, half, most = 0.09, 60.0, 80.0, 6, 3, 900.0, 40
    chance = np.zeros(most + 1)
    chance[0] = 1.0
    chance, before = passed(chance, rates(rate, handle, agents, most, patience), half)
    left, number = gone(chance, agents, leaving)
    if rule == "disconnect":
        chance = left
    _, after = passed(chance, rates(rate, handle, agents - leaving, most, patience), half)
    inside = np.arange(most + 1)
    exact = {
        "busy before": float(before @ np.minimum(inside, agents)),
        "busy after": float(after @ np.minimum(inside, agents - leaving)),
        "queue before": float(before @ np.maximum(inside - agents, 0)),
        "queue after": float(after @ np.maximum(inside - agents + leaving, 0)),
        "interrupted": number,
    }
    calls = CallType(
        "calls",
        Service(Exponential(handle)),
        ConstantArrivals(rate * 3600),
        patience=Patience(Exponential(patience)),
    )
    shifts = (Shift(0.0, half, leaving), Shift(0.0, 2 * half, agents - leaving))
    plan = Plan(
        (calls,),
        (Group("agents", (Skill("calls"),), shifts=shifts, shift_end=rule),),  # type: ignore[arg-type]
        opens=0.0,
        closes=2 * half,
        at_closing="disconnect",
        interval=900,
        routing=(Rule("longest-wait"), Rule("random-agent")),
        seed=8,
    )
    ended = Outcome.HANDED_BACK if rule == "hand back" else Outcome.CUT_OFF

    def look(window: Window) -> dict[str, float]:
        one = window.records
        first, second = Window(one, 0.0, half), Window(one, half, 2 * half)
        return {
            "busy before": first.busy,
            "busy after": second.busy,
            "queue before": first.queue,
            "queue after": second.queue,
            "interrupted": float(((one.outcome == ended) & (one.left == half)).sum()),
            "came": float((one.parent < 0).sum()) / (rate * 2 * half) - 1,
        }

    seen = replications(plan, round(600 * effort.size), 0, plan.closes, look)
    hold(compare(rule, seen, exact, ("came",)), confidence=SURELY)


@pytest.mark.parametrize("effort", EFFORTS)
def test_mails_of_the_night_are_done_the_next_day(effort: Effort) -> None:
    writers, handle, day, days, most = 3, 600.0, 28_800.0, 3, 160
    rate = 0.8 * writers / handle * day / 86_400.0
    inside = np.arange(most + 1)
    chance = np.zeros(most + 1)
    chance[0] = 1.0
    exact = {}
    for place in range(days):
        chance, means = passed(chance, rates(rate, handle, writers, most), day)
        exact[f"busy on day {place}"] = float(means @ np.minimum(inside, writers))
        exact[f"backlog of evening {place}"] = float(chance @ inside)
        chance, _ = passed(chance, rates(rate, handle, 0, most), 86_400.0 - day)
        if place + 1 < days:
            exact[f"backlog of morning {place + 1}"] = float(chance @ inside)
    mails = CallType(
        "mails",
        Service(Exponential(handle)),
        ConstantArrivals(rate * 3600, start=0.0, end=86_400.0),
        channel="email",
    )
    team = Group(
        "writers", (Skill("mails"),), shifts=(Shift(0.0, day, writers),), shift_end="hand back"
    )
    plan = Plan((mails,), (team,), opens=0.0, closes=day, days=days, seed=8)

    def look(window: Window) -> dict[str, float]:
        one = window.records

        def backlog(at: float) -> float:
            done = (one.outcome == Outcome.ANSWERED) & (one.left <= at)
            return float(((one.parent < 0) & (one.arrived <= at)).sum() - done.sum())

        found = {}
        for place in range(days):
            begins, ends = place * 86_400.0, place * 86_400.0 + day
            found[f"busy on day {place}"] = Window(one, begins, ends).busy
            found[f"backlog of morning {place}"] = backlog(begins)
            found[f"backlog of evening {place}"] = backlog(ends)
        return found

    seen = replications(plan, round(250 * effort.size), 0, plan.closes, look)
    hold(compare("mails", seen, exact), confidence=SURELY)
