"""The simulator against Erlang B, C and A: small, large, light, critical and overloaded centres.

Each figure must lie in a Student interval over replications; the intervals of a family hold
together with 99 %. Pooled over the centres, a bias of about one per cent would show.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import pytest

from sim.centre import simulate
from sim.erlang import erlang_b, queue
from sim.metrics import figures
from sim.parameters import (
    CallType,
    ConstantArrivals,
    Exponential,
    Group,
    Patience,
    Plan,
    Rule,
    Service,
    Skill,
    Target,
)
from sim.records import Outcome
from tests.sim.oracles.measured import (
    EFFORTS,
    QUICK,
    Comparison,
    Effort,
    Window,
    compare,
    hold,
    pooled,
    replications,
)

HANDLE = 5.0
REPLICATIONS = 20
CONTACTS = 4_000


@dataclass(frozen=True)
class Centre:
    """Load in erlangs; patience and threshold in handle times."""

    servers: int
    load: float
    patience: float | None = None
    threshold: float = 0.1
    blocking: bool = False

    @property
    def rate(self) -> float:
        return self.load / HANDLE

    @property
    def warm_up(self) -> float:
        """Some times the slowest time constant of the queue."""
        if self.blocking:
            return 5 * HANDLE
        if self.patience is not None:
            return 5 * HANDLE * max(1, self.patience)
        return 5 * HANDLE / min(1, (math.sqrt(self.servers) - math.sqrt(self.load)) ** 2)

    def plan(self, effort: Effort) -> Plan:
        patience = None
        if self.patience is not None:
            patience = Patience(Exponential(self.patience * HANDLE))
        length = self.warm_up + CONTACTS * math.sqrt(effort.size) / self.rate
        kind = CallType(
            "calls",
            Service(Exponential(HANDLE)),
            ConstantArrivals(self.rate * 3600),
            patience=patience,
            capacity=0 if self.blocking else None,
        )
        return Plan(
            call_types=(kind,),
            groups=(Group("agents", (Skill("calls"),), agents=self.servers, shift_end="drain"),),
            target=Target(within=self.threshold * HANDLE),
            opens=0.0,
            closes=min(length, 172_800.0),
            interval=3600,
            warm_up=self.warm_up,
            seed=20,
        )

    def run(self, effort: Effort) -> list[Comparison]:
        plan = self.plan(effort)
        count = round(REPLICATIONS * math.sqrt(effort.size))
        seen = replications(plan, count, self.warm_up, plan.closes, self.look)
        return compare(str(self), seen, self.exact(), ("came", "work"))

    def look(self, window: Window) -> dict[str, float]:
        controls = window.controls(self.rate, HANDLE)
        if self.blocking:
            return {"full": window.share(Outcome.FULL), "busy": window.busy, **controls}
        return {
            **controls,
            **window.figures(self.threshold * HANDLE),
            "occupancy": window.busy / self.servers,
            "queue": window.queue,
        }

    def exact(self) -> dict[str, float]:
        if self.blocking:
            full = erlang_b(self.servers, self.load)
            return {"full": full, "busy": self.load * (1 - full)}
        patience = None if self.patience is None else self.patience * HANDLE
        one = queue(self.rate, HANDLE, self.servers, patience, self.threshold * HANDLE)
        waits = {
            "p_wait": one.p_wait,
            "asa": one.asa,
            "mean_wait": one.mean_wait,
            "service_level": one.service_level,
            "occupancy": one.occupancy,
            "queue": self.rate * one.mean_wait,
        }
        return waits if patience is None else {**waits, "p_abandon": one.p_abandon}


ERLANG_B = [
    Centre(1, 0.7, blocking=True),
    Centre(10, 6.0, blocking=True),
    Centre(60, 60.0, blocking=True),
    Centre(100, 130.0, blocking=True),
]
ERLANG_C = [
    Centre(1, 0.6),
    Centre(5, 3.5, threshold=0.3),
    Centre(20, 12.0, threshold=0.02),
    Centre(100, 90.0),
]
ERLANG_A = [
    Centre(1, 0.5, patience=1.0),
    Centre(2, 6.0, patience=2.0, threshold=1.0),
    Centre(15, 11.0, patience=0.3),
    Centre(50, 50.0, patience=1.0, threshold=0.05),
    Centre(50, 70.0, patience=0.5, threshold=0.15),
    Centre(200, 196.0, patience=3.0, threshold=0.02),
]


FAMILIES = {"B": ERLANG_B, "C": ERLANG_C, "A": ERLANG_A}
# Relative half width of the 99 % interval that the quick version must reach over all centres of a
# family; a mean wait without patience scatters most.
NARROW = {"B": 0.01, "C": 0.05, "A": 0.012}


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize("family", FAMILIES)
def test_erlang(family: str, effort: Effort) -> None:
    comparisons = [one for centre in FAMILIES[family] for one in centre.run(effort)]
    hold(comparisons)
    for name in FAMILIES[family][0].exact():
        off, half = pooled([one for one in comparisons if one.what.startswith(f"{name} ")])
        assert half < NARROW[family] * effort.narrow, f"{name}: the intervals are too wide"
        # As many pooled figures as there are names are looked at.
        assert abs(off) < 1.3 * half, f"{name} is off by {off:.2%} ± {half:.2%} over all centres"


def test_a_bias_of_two_per_cent_would_be_found() -> None:
    """The comparison has teeth: handle times two per cent too long fail it."""
    centre = Centre(50, 50.0, patience=1.0, threshold=0.05)
    longer = Exponential(HANDLE * 1.02)
    plan = centre.plan(QUICK)
    kind = replace(plan.call_types[0], service=Service(longer))
    biased = replace(plan, call_types=(kind,))
    seen = replications(biased, REPLICATIONS, centre.warm_up, plan.closes, centre.look)
    with pytest.raises(AssertionError, match="p_wait of"):
        hold(compare(str(centre), seen, centre.exact()))


DISGUISES: dict[str, dict[str, Any]] = {
    "agents at random": {"routing": (Rule("longest-wait"), Rule("random-agent"))},
    "the least occupied agent": {"routing": (Rule("longest-wait"), Rule("least-occupied"))},
    "two groups": {
        "groups": (
            Group("few", (Skill("calls"),), agents=4, shift_end="drain"),
            Group("more", (Skill("calls"),), agents=8, shift_end="drain"),
        )
    },
    "an agent each": {
        "groups": tuple(
            Group(f"agent {n}", (Skill("calls"),), agents=1, shift_end="drain") for n in range(12)
        )
    },
    "three chats an agent": {
        "groups": (Group("chat", (Skill("calls"),), agents=4, concurrency=3, shift_end="drain"),),
        "channel": "chat",
    },
    "two call types alike": {"split": True},
}


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize("disguise", DISGUISES)
def test_erlang_a_in_disguise(disguise: str, effort: Effort) -> None:
    """What changes nothing about who waits how long must change nothing."""
    centre = Centre(12, 11.0, patience=1.5, threshold=0.2)
    changes = dict(DISGUISES[disguise])
    plan = centre.plan(effort)
    kind = replace(plan.call_types[0], channel=changes.pop("channel", "voice"))
    kinds: tuple[CallType, ...] = (kind,)
    if changes.pop("split", False):
        half = ConstantArrivals(centre.rate * 3600 / 2)
        kinds = tuple(replace(kind, name=name, arrivals=half) for name in ("calls", "orders"))
        skills = (Skill("calls"), Skill("orders"))
        changes["groups"] = (Group("agents", skills, agents=12, shift_end="drain"),)
    disguised = replace(plan, call_types=kinds, **changes)
    count = round(REPLICATIONS * effort.size / 2)
    seen = replications(disguised, count, centre.warm_up, plan.closes, centre.look)
    hold(compare(disguise, seen, centre.exact(), ("came", "work")))


def test_the_figures_are_those_of_the_records() -> None:
    centre = Centre(50, 50.0, patience=1.0, threshold=0.05)
    plan = centre.plan(QUICK)
    records = simulate(plan)
    found, seen = figures(plan, records), centre.look(Window(records, centre.warm_up, plan.closes))
    names = {"p_abandon": "abandonment", "asa": "asa", "mean_wait": "mean_wait"}
    for ours, theirs in {**names, "service_level": "service_level"}.items():
        assert found.by_type[theirs][-1, -1] == pytest.approx(seen[ours], rel=1e-9)
    assert found.by_group["occupancy"][-1, -1] == pytest.approx(seen["occupancy"], rel=0.01)
    assert found.by_type["queue_length"][-1, -1] == pytest.approx(seen["queue"], rel=0.01)
