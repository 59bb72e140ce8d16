"""How fast a day is simulated, beside the same models in SimPy and in Ciw.

    python benchmarks/simulator.py [--quick] [--only single|multi|scale|workers] [--rounds 3]
    python benchmarks/simulator.py --profile [--only single|multi|scale]

Every measurement is a fresh process and runs from the plan to the half-hour figures: drawing,
simulating, records, figures. Engines take turns, round after round; medians are printed, and what
came out of the models beside them, so that everybody sees that they did the same work. Ratios are
of processor seconds, which other work on the machine disturbs less; workers' are of wall clock.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import here  # noqa: F401

# The simulator is imported where it is measured: this process stays small, because a child's peak
# memory is never less than its parent's was when it started.
if TYPE_CHECKING:
    from sim.parameters import Plan


@dataclass(frozen=True)
class Measured:
    """One run. seconds: wall clock; cpu: seconds with the workers'; memory: peak in MB."""

    calls: int
    seconds: float
    cpu: float
    memory: float
    service_level: float
    abandonment: float


@dataclass(frozen=True)
class Work:
    """One engine on one model. size: days of the model, or replications; small with --quick."""

    engine: str
    size: int
    quick: int
    run: Callable[[int], Measured]


@dataclass(frozen=True)
class Aim:
    """How many times as fast (calls a second) the one must be as the other.

    wall: by the clock on the wall; else by the processor's, which other work disturbs less
    """

    fast: str
    slow: str
    at_least: float
    wall: bool = False


@dataclass(frozen=True)
class Bound:
    """What one run of an engine may take at most. seconds: wall clock; memory: peak in MB"""

    engine: str
    seconds: float
    memory: float


# What is measured


def timed(work: Callable[[], tuple[int, float, float]]) -> Measured:
    """``work`` answers calls, service level and abandonment."""
    began, busy = time.perf_counter(), processor()
    calls, service_level, abandonment = work()
    seconds, cpu = time.perf_counter() - began, processor() - busy
    unit = 2**20 if sys.platform == "darwin" else 2**10
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return Measured(calls, seconds, cpu, memory, service_level, abandonment)


def processor() -> float:
    """Seconds of this process and of the workers that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def callwright(plan: Plan) -> Measured:
    from sim.centre import simulate
    from sim.metrics import figures

    def work() -> tuple[int, float, float]:
        records = simulate(plan)
        by_type = figures(plan, records).by_type
        return (
            len(records),
            float(by_type["service_level"][-1, -1]),
            float(by_type["abandonment"][-1, -1]),
        )

    return timed(work)


def single_callwright(days: int) -> Measured:
    from rivals.cases import single_queue

    return callwright(single_queue(days=days))


def single_simpy(days: int) -> Measured:
    from rivals import simpy_single
    from rivals.cases import single_queue

    centre = simpy_single.Centre.of(single_queue(days=days))

    def work() -> tuple[int, float, float]:
        rows = simpy_single.run(centre, seed=1)
        found = simpy_single.figures(centre, rows)
        return len(rows), float(found["service_level"][-1]), float(found["abandonment"][-1])

    return timed(work)


def single_ciw(days: int) -> Measured:
    from rivals import ciw_single, simpy_single
    from rivals.cases import single_queue

    centre = simpy_single.Centre.of(single_queue(days=days))

    def work() -> tuple[int, float, float]:
        rows = ciw_single.run(centre, seed=1)
        found = ciw_single.figures(centre, rows)
        return len(rows), float(found["service_level"][-1]), float(found["abandonment"][-1])

    return timed(work)


def multi_callwright(percent: int) -> Measured:
    from rivals.cases import multi_skill

    return callwright(multi_skill(percent / 100))


def multi_simpy(percent: int) -> Measured:
    from rivals import simpy_multi
    from rivals.cases import multi_skill

    plan = multi_skill(percent / 100)

    def work() -> tuple[int, float, float]:
        rows = simpy_multi.run(plan, seed=1)
        found = simpy_multi.figures(plan, rows)
        types = [found[one.name] for one in plan.call_types]
        offered = [float(one["offered"][-1]) for one in types]

        def overall(measure: str) -> float:
            parts = (float(one[measure][-1]) * n for one, n in zip(types, offered, strict=True))
            return sum(parts) / sum(offered)

        return len(rows.contacts), overall("service_level"), overall("abandonment")

    return timed(work)


def sized_callwright(agents: int) -> Callable[[int], Measured]:
    def run(days: int) -> Measured:
        from rivals.cases import sized

        return callwright(sized(agents, days))

    return run


def replicated(workers: int) -> Callable[[int], Measured]:
    def run(replications: int) -> Measured:
        from rivals.cases import multi_skill

        from sim.experiment import run as experiment

        plan = multi_skill()

        def work() -> tuple[int, float, float]:
            result = experiment(plan, replications=replications, workers=workers)
            days = [one.by_type for one in result.figures]
            calls = sum(float(day["offered"][-1, -1]) for day in days)
            service_level, abandonment = (
                statistics.fmean(float(day[measure][-1, -1]) for day in days)
                for measure in ("service_level", "abandonment")
            )
            return round(calls), service_level, abandonment

        return timed(work)

    return run


CASES: dict[str, tuple[str, tuple[Work, ...], tuple[Aim | Bound, ...]]] = {
    "single": (
        "Single queue with abandonment: 100 erlangs, 95 agents; days",
        (
            Work("Callwright", 21, 4, single_callwright),
            Work("SimPy", 21, 4, single_simpy),
            Work("Ciw", 4, 1, single_ciw),
        ),
        (Aim("Callwright", "SimPy", 5.0), Aim("Callwright", "Ciw", 12.0)),
    ),
    "multi": (
        "Multi-skill day: 5 call types, 8 groups, 300 agents; percent of its size",
        (Work("Callwright", 100, 25, multi_callwright), Work("SimPy", 100, 25, multi_simpy)),
        (Aim("Callwright", "SimPy", 4.0),),
    ),
    "scale": (
        "The same load for each agent: days of twelve hours",
        (
            Work("50 agents", 20, 4, sized_callwright(50)),
            Work("1,000 agents", 1, 1, sized_callwright(1000)),
        ),
        (Aim("1,000 agents", "50 agents", 0.75), Bound("1,000 agents", seconds=3.0, memory=400.0)),
    ),
    "workers": (
        "An experiment with the multi-skill day: replications",
        (Work("2 workers", 60, 6, replicated(2)), Work("1 worker", 60, 6, replicated(1))),
        (Aim("2 workers", "1 worker", 1.8, wall=True),),
    ),
}


# The rounds and the tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small models")
    parser.add_argument("--only", choices=tuple(CASES), action="append", help="these cases alone")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true", help="where Callwright's time goes")
    parser.add_argument("--measure", nargs=2, metavar=("CASE", "ENGINE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        work = find(*options.measure)
        print(json.dumps(asdict(work.run(work.quick if options.quick else work.size))))
        return
    for case in options.only or CASES:
        if options.profile:
            profile(case, options.quick)
        else:
            compare(case, options.quick, options.rounds)


def find(case: str, engine: str) -> Work:
    return next(work for work in CASES[case][1] if work.engine == engine)


def profile(case: str, quick: bool) -> None:
    """The 25 functions of Callwright in which most of the time is spent, themselves alone."""
    work = CASES[case][1][0]
    work.run(work.quick)  # so that imports are over
    profiler = cProfile.Profile()
    profiler.enable()
    work.run(work.quick if quick else work.size)
    profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(25)


def compare(case: str, quick: bool, rounds: int) -> None:
    title, works, aims = CASES[case]
    found: dict[str, list[Measured]] = {work.engine: [] for work in works}
    for _ in range(rounds):
        for work in works:
            found[work.engine].append(fresh(case, work.engine, quick))
    print(f"\n{title}\n")
    print("| | size | calls | seconds | CPU | calls/CPU s | memory | service level | abandonment |")
    print("|---|---|---|---|---|---|---|---|---|")
    typical = {engine: median(runs) for engine, runs in found.items()}
    for work in works:
        run = typical[work.engine]
        print(
            f"| {work.engine} | {work.quick if quick else work.size} | {run.calls:,} "
            f"| {run.seconds:.2f} s | {run.cpu:.2f} s | {run.calls / run.cpu:,.0f} "
            f"| {run.memory:,.0f} MB | {run.service_level:.1%} | {run.abandonment:.2%} |"
        )
    print()
    for aim in aims:
        print(reached(aim, typical))


def median(runs: list[Measured]) -> Measured:
    """They differ only in what they took."""
    seconds, cpu, memory = (
        statistics.median(getattr(run, name) for run in runs)
        for name in ("seconds", "cpu", "memory")
    )
    return replace(runs[0], seconds=seconds, cpu=cpu, memory=memory)


def reached(aim: Aim | Bound, typical: dict[str, Measured]) -> str:
    if isinstance(aim, Bound):
        run = typical[aim.engine]
        return (
            f"{aim.engine}: {run.seconds:.2f} s, {run.memory:,.0f} MB "
            f"(aim: at most {aim.seconds:g} s, {aim.memory:g} MB)"
        )
    fast, slow = typical[aim.fast], typical[aim.slow]
    spent = (slow.seconds, fast.seconds) if aim.wall else (slow.cpu, fast.cpu)
    ratio = spent[0] / slow.calls / (spent[1] / fast.calls)
    return f"{aim.fast} / {aim.slow}: {ratio:.2f} × (aim: at least {aim.at_least:g})"


def fresh(case: str, engine: str, quick: bool) -> Measured:
    """One measurement in a process of its own."""
    command = [sys.executable, __file__, "--measure", case, engine]
    done = subprocess.run(
        command + ["--quick"] * quick, check=True, stdout=subprocess.PIPE, text=True
    )
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    main()
