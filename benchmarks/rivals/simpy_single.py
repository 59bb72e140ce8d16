"""One queue with abandonment as SimPy's tutorials write it: a process for each call, a Resource."""

from __future__ import annotations

import math
import random
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy

from sim.parameters import Plan

from .half_hours import Figures, line_figures, occupancy

Row = tuple[float, float, float, float, float]


@dataclass
class Centre:
    """The numbers of the model: rate of calls in one second, means in seconds."""

    agents: int
    rate: float
    handle: float
    patience: float
    closes: float

    @classmethod
    def of(cls, plan: Plan) -> Centre:
        """The numbers of a plan with one call type and one group, open round the clock."""
        (calls,), (team,) = plan.call_types, plan.groups
        assert calls.arrivals
        assert calls.arrivals.pattern == "constant"
        assert calls.patience
        assert isinstance(team.agents, int)
        return cls(
            agents=team.agents,
            rate=calls.arrivals.per_hour / 3600.0,
            handle=calls.service.mean,
            patience=calls.patience.time.mean,
            closes=plan.days * (plan.closes - plan.opens),
        )


def run(centre: Centre, seed: int) -> list[Row]:
    """Rows of arrived, answered (NaN: gave up), left, agent released, talk; in order of ending."""
    env = simpy.Environment()
    team = simpy.Resource(env, capacity=centre.agents)
    rows: list[Row] = []
    env.process(arrivals(env, team, centre, random.Random(seed), rows))
    env.run()
    return rows


def arrivals(
    env: simpy.Environment,
    team: simpy.Resource,
    centre: Centre,
    rng: random.Random,
    rows: list[Row],
) -> Generator[simpy.Event, Any, None]:
    while True:
        yield env.timeout(rng.expovariate(centre.rate))
        if env.now >= centre.closes:
            return
        env.process(call(env, team, centre, rng, rows))


def call(
    env: simpy.Environment,
    team: simpy.Resource,
    centre: Centre,
    rng: random.Random,
    rows: list[Row],
) -> Generator[simpy.Event, Any, None]:
    arrived = env.now
    with team.request() as request:
        yield request | env.timeout(rng.expovariate(1 / centre.patience))
        if not request.triggered:
            rows.append((arrived, math.nan, env.now, env.now, 0.0))
            return
        answered = env.now
        talk = rng.expovariate(1 / centre.handle)
        yield env.timeout(talk)
    rows.append((arrived, answered, env.now, env.now, talk))


def figures(centre: Centre, rows: list[Row]) -> Figures:
    """The half-hour figures of a run."""
    arrived, answered, left, released, _ = np.array(rows).T
    edges = np.arange(0.0, centre.closes + 1, 1800.0)
    served = ~np.isnan(answered)
    start = np.zeros(centre.agents)
    end = np.full(centre.agents, centre.closes)
    return {
        **line_figures(arrived, answered, left, released, edges),
        "occupancy": occupancy(answered[served], released[served], start, end, edges),
    }
