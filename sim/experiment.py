"""An experiment: a plan's day many times over, each time with other chance.

Replication ``r`` of a plan is ``sim.centre.simulate(plan, r)``: the same on every machine, in any
order, with any number of workers. How many there are is decided from replications in the order of
their numbers, so results don't depend on who computed what, bit for bit.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from sim.errors import Cancelled, RunError
from sim.estimates import ALL, WHOLE, column, estimate, student
from sim.executors import Done, Foreign, Runner, Serial
from sim.parameters import Plan
from sim.results import FEWEST, Estimate, Figures, Result
from sim.run_folder import RunFolder, load_result
from sim.workers import Pool

__all__ = ["Goal", "Pool", "Progress", "column", "estimate", "load_result", "run"]

MOST = 100_000
Progress = Callable[[int, int, "float | None"], object]


class Flag(Protocol):
    """What ``threading.Event`` is, and others are too."""

    def is_set(self) -> bool: ...


def run(
    plan: Plan,
    *,
    replications: int | None = None,
    precision: float | None = None,
    workers: int = 1,
    executor: Executor | Runner | None = None,
    folder: str | Path | None = None,
    progress: Progress | None = None,
    cancel: Flag | None = None,
    keep_records: bool = False,
    partial: bool = False,
) -> Result:
    """Run a plan as often as its ``experiment`` says, or as is said here.

    replications: that many. With a precision (from here or, if this is left out, the plan's) the
        first number, at least 5
    precision: go on until half the width of the service level's interval (whole run, at the plan's
        confidence) is at most this, or ``experiment.at_most`` replications are done;
        ``precision_missed`` of the result says if it ended that way. Of each call type that is
        judged by itself (``Plan.judged``)
    workers: processes of this machine; 1 computes in this one
    executor: instead: a ``sim.experiment.Pool`` that several runs share, or any executor like those
        of ``concurrent.futures``, e.g. of a Dask cluster: ``run(plan,
        executor=distributed.Client("tcp://scheduler:8786").get_executor())``. The machines need
        this package, and the planner's own routing rules where there are some. It is not shut down.
    folder: keeps each replication as it is done; a run of the same plan with this folder goes on
        from there. Read it with ``load_result``.
    progress: called as ``progress(done, expected, seconds_left)`` after each replication;
        ``expected`` may grow with a precision, ``seconds_left`` is None until it can be told
    cancel: looked at several times a second (in one process: between replications)
    keep_records: the result has the records too; they need memory
    partial: stopped by ``cancel`` or Ctrl-C, it gives what is finished, up to the first replication
        that is not; ``finished`` of the result is False. Without any it raises all the same

    Raises Cancelled (what is finished is in the folder), RoutingError and PlanError of the plan,
    RunError for a folder of another plan, or when workers keep dying.
    """
    goal = Goal.of(plan, replications, precision)
    if not isinstance(workers, int) or workers < 1:
        raise RunError(f"workers must be a whole number of at least 1, got {workers}")
    kept = nullcontext() if folder is None else RunFolder.open(folder, plan)
    with kept as ours:
        work = _Run(plan, goal, ours, progress, cancel, keep_records)
        try:
            with _runner(executor, min(workers, goal.last)) as runner:
                return work.result(runner)
        except (Cancelled, KeyboardInterrupt):
            found = work.so_far() if partial else None
            if found is None:
                raise
            return found


@dataclass(frozen=True)
class Goal:
    """When to stop: after ``first`` replications, or with a precision after as many as it takes,
    ``last`` at most.

    columns: of the service levels that shall be so precise
    """

    first: int
    last: int
    precision: float | None
    confidence: float
    columns: tuple[int, ...] = (ALL,)

    @classmethod
    def of(cls, plan: Plan, replications: int | None, precision: float | None) -> Goal:
        """From what was asked for, else from the plan."""
        settings = plan.experiment
        if replications is None and precision is None:
            precision = settings.precision
        first = settings.replications if replications is None else replications
        if not isinstance(first, int) or not 1 <= first <= MOST:
            raise RunError(f"replications must be a whole number from 1 to {MOST}, got {first}")
        if precision is None:
            return cls(first, first, None, settings.confidence)
        if not 0 < precision < 1:
            raise RunError(
                f"precision is a share of the contacts, above 0 and below 1, e.g. 0.01; got "
                f"{precision}"
            )
        first = max(first, FEWEST)
        last = max(first, settings.at_most)
        return cls(first, last, precision, settings.confidence, plan.judged or (ALL,))

    def next(self, figures: Sequence[Figures]) -> int:
        """How many replications there should be, given the first ones; as many as given: enough.

        Stages grow by a quarter at least, lest one stops at the first lucky one, and double at
        most, as the deviation is not known well yet (Law 2015, 9.4.1).
        """
        count = len(figures)
        if count < self.first:
            return self.first
        wanted = self.wanted(figures)
        if wanted <= count:
            return count
        return min(self.last, max(count + math.ceil(count / 4), min(wanted, 2 * count)))

    def wanted(self, figures: Sequence[Figures]) -> int:
        """How many replications the precision will probably take."""
        count = len(figures)
        if count < self.first:
            return self.first
        if self.precision is None or count >= self.last:
            return count
        return max(self._wanted(found, count) for found in self._levels(figures))

    def _wanted(self, found: Estimate, count: int) -> int:
        assert self.precision is not None
        if found.n == 0 or found.half_width <= self.precision:
            return count
        if found.n < 2:
            return min(2 * count, self.last)
        half = student(found.n, self.confidence) * found.sd
        # Where not every day has a figure it takes so many more days.
        days = (half / self.precision) ** 2 * count / found.n
        return max(count + 1, min(self.last, math.ceil(days)))

    def missed(self, figures: Sequence[Figures]) -> float | None:
        """The half width reached, the largest of all, if that is more than was wanted."""
        if self.precision is None:
            return None
        known = [found for found in self._levels(figures) if found.n]
        # A single figure tells nothing: the share may be any.
        halves = [found.half_width if found.n > 1 else 1.0 for found in known]
        return max((half for half in halves if half > self.precision), default=None)

    def _levels(self, figures: Sequence[Figures]) -> list[Estimate]:
        """The service levels of the whole run that shall be precise."""
        found = np.array([one.by_type["service_level"][WHOLE] for one in figures])
        return [estimate(found[:, column], self.confidence) for column in self.columns]


def _runner(executor: Executor | Runner | None, workers: int) -> AbstractContextManager[Runner]:
    """What computes, as a context: ours is closed at the end, another's is not."""
    if executor is None:
        return nullcontext(Serial()) if workers == 1 else Pool(workers)
    return nullcontext(Foreign(executor) if isinstance(executor, Executor) else executor)


class _Run:
    """One call of ``run``."""

    def __init__(
        self,
        plan: Plan,
        goal: Goal,
        folder: RunFolder | None,
        progress: Progress | None,
        cancel: Flag | None,
        keep_records: bool,
    ) -> None:
        self.plan = plan
        self.goal = goal
        self.folder = folder
        self.progress = progress
        self.stopped = cancel.is_set if cancel is not None else (lambda: False)
        self.keep_records = keep_records
        self.done: dict[int, Done] = {}
        self.expected = goal.first
        self.computed = 0
        self.began = time.monotonic()

    def result(self, runner: Runner) -> Result:
        """Of all that are wanted."""
        count = 0
        while (target := self.goal.next(self._figures(count))) > count:
            self.expected = max(target, self.goal.wanted(self._figures(count)))
            self._complete(target, runner)
            count = target
        missed = self.goal.missed(self._figures(count))
        if self.folder is not None:
            self.folder.describe(count, finished=True, missed=missed)
        return replace(self._first(count), precision_missed=missed)

    def so_far(self) -> Result | None:
        """Of a run that was stopped; None when the first is not done. What follows a gap is left
        out: days that are done before others that began earlier are the shorter ones."""
        if self.folder is not None:
            self._recall(self.expected)  # it may have been stopped when one had just been kept
        count = next(number for number in itertools.count() if number not in self.done)
        return replace(self._first(count), wanted=self.expected) if count else None

    def _first(self, count: int) -> Result:
        records = [self.done[number].records for number in range(count)]
        return Result(
            self.plan, self._figures(count), tuple(one for one in records if one is not None)
        )

    def _figures(self, count: int) -> tuple[Figures, ...]:
        return tuple(self.done[number].figures for number in range(count))

    def _complete(self, target: int, runner: Runner) -> None:
        """Have all replications up to ``target``."""
        if self.folder is not None:
            self.folder.describe(target, finished=False)
            self._recall(target)
        lacking = [number for number in range(target) if number not in self.done]
        self._tell()
        results = runner.results(self.plan, lacking, self.keep_records, self.stopped)
        try:
            with closing(results):
                for done in results:
                    self._take(done)
        except Cancelled as error:
            kept = " and kept" if self.folder is not None else ""
            raise Cancelled(
                f"the run was stopped with {len(self.done)} of {self.expected} replications "
                f"done{kept}"
            ) from error

    def _recall(self, target: int) -> None:
        assert self.folder is not None
        for number in range(target):
            if number not in self.done:
                found = self.folder.load(number, self.keep_records)
                if found is not None:
                    self.done[number] = found

    def _take(self, done: Done) -> None:
        if self.folder is not None:
            self.folder.save(done)
        self.done[done.replication] = done
        self.computed += 1
        self._tell()

    def _tell(self) -> None:
        if self.progress is None:
            return
        left = None
        if self.computed:
            each = (time.monotonic() - self.began) / self.computed
            left = each * (self.expected - len(self.done))
        self.progress(len(self.done), self.expected, left)
