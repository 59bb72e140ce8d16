"""A changing day, M(t)/M/s(t)+M, against its forward equations solved numerically."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import pytest

from sim.parameters import (
    Arrivals,
    CallType,
    Exponential,
    Group,
    Patience,
    Plan,
    PoissonArrivals,
    Rule,
    Service,
    Skill,
)
from sim.records import Outcome
from tests.sim.oracles import chains
from tests.sim.oracles.measured import EFFORTS, Effort, Window, compare, hold, replications

INTERVAL = 900.0
HANDLE, PATIENCE = 60.0, 45.0
CALLS = (60.0, 140.0, 200.0, 90.0, 120.0)
# More and fewer agents: those who go in the fourth interval finish what they have in hand.
RISING, UP_AND_DOWN = (5, 9, 12, 12, 13), (12, 12, 12, 5, 5)


def in_steps(at: float) -> float:
    """Calls a second."""
    return CALLS[min(int(at // INTERVAL), len(CALLS) - 1)] / INTERVAL


def in_lines(at: float) -> float:
    """Straight lines from the middle of one interval to the middle of the next."""
    middles = INTERVAL * (np.arange(len(CALLS)) + 0.5)
    return float(np.interp(at, middles, CALLS)) / INTERVAL


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize(
    ("shape", "rate", "agents"),
    [
        ("steps", in_steps, RISING),
        ("steps", in_steps, UP_AND_DOWN),
        ("linear", in_lines, RISING),
    ],
    ids=["rising", "up and down", "linear"],
)
def test_every_interval_of_a_changing_day(
    shape: Literal["steps", "linear"],
    rate: Callable[[float], float],
    agents: tuple[int, ...],
    effort: Effort,
) -> None:
    arrivals: Arrivals = PoissonArrivals(CALLS, interval=900, shape=shape)
    plan = Plan(
        call_types=(
            CallType(
                "calls",
                Service(Exponential(HANDLE)),
                arrivals,
                patience=Patience(Exponential(PATIENCE)),
            ),
        ),
        groups=(Group("agents", (Skill("calls"),), agents=agents),),
        opens=0.0,
        closes=INTERVAL * len(CALLS),
        interval=900,
        routing=(Rule("longest-wait"), Rule("random-agent")),
        seed=5,
    )
    exact = chains.day(rate, HANDLE, agents, INTERVAL, PATIENCE)
    wanted = {
        f"{name} in interval {place}": getattr(one, name)
        for place, one in enumerate(exact)
        for name in ("waited", "mean_queue", "mean_busy", "abandoned", "offered")
    }

    def look(window: Window) -> dict[str, float]:
        found = {}
        for place in range(len(CALLS)):
            part = Window(window.records, place * INTERVAL, (place + 1) * INTERVAL)
            one, rows = part.records, part.rows()
            gone = (one.left >= part.start) & (one.left < part.end)
            found |= {
                f"waited in interval {place}": float((one.waited[rows] > 0).sum()),
                f"mean_queue in interval {place}": part.queue,
                f"mean_busy in interval {place}": part.busy,
                f"abandoned in interval {place}": float(
                    (gone & (one.outcome == Outcome.ABANDONED)).sum()
                ),
                f"offered in interval {place}": float(rows.sum()),
            }
        return found

    seen = replications(plan, round(100 * effort.size), 0, plan.closes, look)
    hold(compare(shape, seen, wanted))
