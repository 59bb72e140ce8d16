"""A centre small enough to be run many times, and routing rules that misbehave."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.floor import Group as FloorGroup
from sim.floor import Line
from sim.parameters import (
    CallType,
    Experiment,
    Group,
    Patience,
    Plan,
    PoissonArrivals,
    Rule,
    Service,
    Skill,
)
from sim.results import Result
from sim.routing import Rule as RoutingRule


def small(agents: int = 6, **changes: Any) -> Plan:
    """Two hours with some 60 calls in each half hour: a few milliseconds."""
    call_type = CallType(
        name="sales",
        arrivals=PoissonArrivals(per_interval=(50, 60, 70, 60)),
        service=Service(talk=150, after_call=30),
        patience=Patience(time=120),
    )
    plan = Plan(
        name="small",
        call_types=(call_type,),
        groups=(Group(name="front", skills=(Skill("sales"),), agents=agents),),
        opens="08:00",
        closes="10:00",
        seed=7,
        experiment=Experiment(replications=6),
    )
    return replace(plan, **changes)


def ruled_by(rule: str, **options: Any) -> Plan:
    """The small centre with one of the rules below."""
    return small(routing=(Rule(f"{__name__}.{rule}", options), Rule("longest-wait")))


def same(one: Result, other: Result) -> bool:
    """The same figures, bit for bit."""
    return len(one.figures) == len(other.figures) and all(
        np.array_equal(table, getattr(theirs, part)[measure], equal_nan=True)
        for ours, theirs in zip(one.figures, other.figures, strict=True)
        for part in ("by_type", "by_group")
        for measure, table in getattr(ours, part).items()
    )


class DiesOnce(RoutingRule):
    """The first process that gets here is killed, as if memory had run out."""

    def __init__(self, marker: str) -> None:
        self.marker = Path(marker)

    def start(self, lines: Sequence[Line], groups: Sequence[FloorGroup]) -> None:
        if not self.marker.exists():
            self.marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)


class DiesAlways(RoutingRule):
    """No process survives it."""

    def start(self, lines: Sequence[Line], groups: Sequence[FloorGroup]) -> None:
        os._exit(3)


class Sleeps(RoutingRule):
    """A replication that takes its time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def start(self, lines: Sequence[Line], groups: Sequence[FloorGroup]) -> None:
        time.sleep(self.seconds)


class Tells(Sleeps):
    """The same, and what is begun can be seen from outside: a line in a file, with the process."""

    def __init__(self, seconds: float, file: str) -> None:
        super().__init__(seconds)
        self.file = Path(file)

    def start(self, lines: Sequence[Line], groups: Sequence[FloorGroup]) -> None:
        with self.file.open("ab") as file:
            file.write(f"{os.getpid()}\n".encode())
        super().start(lines, groups)


class Raises(RoutingRule):
    """A planner's mistake."""

    def start(self, lines: Sequence[Line], groups: Sequence[FloorGroup]) -> None:
        raise KeyError("gold")
