"""A plan with some figures changed step by step: how many agents, how much volume, both at once.

An axis names a figure of the plan by its path (see ``sim.vary``) or a what-if (``volume``,
``handle_time``; see ``sim.what_if``), and the values it takes.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from sim.errors import Cancelled, PlanError
from sim.executors import Runner
from sim.experiment import Flag, Goal, Progress, run
from sim.folder_lock import locked
from sim.parameters import Plan
from sim.results import Result
from sim.run_folder import digest
from sim.vary import shown, vary
from sim.workers import Pool

__all__ = ["Axis", "plans", "sweep", "vary"]

MOST_AXES = 2
MOST_STEPS = 1000
LONGEST_NAME = 80

_RANGE = re.compile(r"(-?[\d.]+):(-?[\d.]+)(?::(-?[\d.]+))?")


@dataclass(frozen=True)
class Axis:
    """What is varied, and the values it takes, in order."""

    path: str
    values: tuple[Any, ...]

    @classmethod
    def parse(cls, text: str) -> Axis:
        """``groups.front.agents=10,12,14``, or a range with its end: ``…=10:20:2`` (the step is 1
        when left out). Numbers become numbers, ``"90 s"`` and ``"+20 %"`` stay as they are.

        Raises PlanError for anything else.
        """
        path, sign, listed = text.partition("=")
        if not sign or not path.strip() or not listed.strip():
            raise PlanError([f"{text}: write what to vary and its values, as in {EXAMPLE}"])
        found = _RANGE.fullmatch(listed.strip())
        if found and all(_is_number(part) for part in found.groups() if part):
            start, end, step = found.groups()
            return cls(path.strip(), _steps(text, start, end, step or "1"))
        return cls(path.strip(), tuple(_value(one.strip()) for one in listed.split(",")))


EXAMPLE = "groups.Calls.agents=36:48:4 or volume=+0 %,+10 %,+20 %"


def plans(plan: Plan, axes: Sequence[Axis]) -> tuple[Plan, ...]:
    """A plan for each value, or each pair of values, the last axis running quickest. They are
    named for what they change: ``groups.front.agents=10, volume=+20 %``.

    Raises PlanError for no axis or more than two, a path or value that does not fit.
    """
    if not 1 <= len(axes) <= MOST_AXES:
        raise PlanError([f"a sweep varies one figure or two, got {len(axes)}"])
    if len({axis.path for axis in axes}) < len(axes):
        raise PlanError([f"{axes[0].path} is varied twice: give all its values at once"])
    found = []
    for values in product(*(axis.values for axis in axes)):
        changed = plan
        for axis, value in zip(axes, values, strict=True):
            changed = vary(changed, axis.path, value)
        steps = zip(axes, values, strict=True)
        name = ", ".join(f"{axis.path}={shown(value)}" for axis, value in steps)
        found.append(dataclasses.replace(changed, name=_short(name)))
    return tuple(found)


def sweep(
    plan: Plan,
    axes: Sequence[Axis],
    *,
    replications: int | None = None,
    precision: float | None = None,
    workers: int = 1,
    executor: Executor | Runner | None = None,
    folder: str | Path | None = None,
    progress: Progress | None = None,
    cancel: Flag | None = None,
    partial: bool = False,
) -> tuple[Result, ...]:
    """Run all the plans of ``plans``, each as ``sim.experiment.run`` does, on the same workers.

    folder: has a folder for each plan, so that a sweep with more values goes on from those there
    progress: counts the replications of all plans together
    partial: stopped by ``cancel`` or Ctrl-C, it gives the results of the first plans, which have
        all their replications. Without any it raises all the same
    """
    varied = plans(plan, axes)
    # Worked out before anything runs, which finds what is wrong with how often.
    goals = [Goal.of(one, replications, precision) for one in varied]
    total = _Total(progress, [goal.first for goal in goals])
    own = executor is None and workers > 1
    ours = nullcontext() if folder is None else locked(folder)
    results: list[Result] = []
    try:
        with ours, Pool(workers) if own else nullcontext(executor) as shared:
            for place, one in enumerate(varied):
                results.append(
                    run(
                        one,
                        replications=replications,
                        precision=precision,
                        workers=workers,
                        executor=shared,
                        folder=None if folder is None else Path(folder) / _folder_name(one),
                        progress=total.of(place) if progress is not None else None,
                        cancel=cancel,
                    )
                )
    except (Cancelled, KeyboardInterrupt):
        if not (partial and results):
            raise
    return tuple(results)


class _Total:
    """Progress of several runs as one."""

    def __init__(self, progress: Progress | None, expected: list[int]) -> None:
        self.progress = progress
        self.done = [0] * len(expected)
        self.expected = expected

    def of(self, place: int) -> Progress:
        """What the run at this place reports to."""

        def tell(done: int, expected: int, seconds_left: float | None) -> None:
            self.done[place], self.expected[place] = done, expected
            left = None
            if seconds_left is not None and expected > done:
                lacking = sum(self.expected) - sum(self.done)
                left = seconds_left / (expected - done) * lacking
            elif seconds_left is not None and place == len(self.done) - 1:
                left = seconds_left
            if self.progress is not None:
                self.progress(sum(self.done), sum(self.expected), left)

        return tell


def _steps(text: str, start: str, end: str, step: str) -> tuple[int | float, ...]:
    first, last, by = (float(part) for part in (start, end, step))
    count = math.floor((last - first) / by + 1e-9) + 1 if by else 0
    if by > 0 and last < first:
        raise PlanError(
            [
                f"{text}: write a range from low to high, or with a step below nought: "
                f"{start}:{end}:-{step}"
            ]
        )
    if not 1 <= count <= MOST_STEPS:
        raise PlanError(
            [
                f"{text}: write a range as start:end:step, with 1 to {MOST_STEPS} steps, and "
                "minutes as 2 min"
            ]
        )
    whole = all(part.lstrip("-").isdigit() for part in (start, step))
    numbers = [round(first + place * by, 12) for place in range(count)]
    return tuple(int(one) for one in numbers) if whole else tuple(numbers)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _value(text: str) -> Any:
    # "+20" is said of a what-if, as an addition: it stays a text.
    if _is_number(text) and not text.startswith("+"):
        return float(text) if not text.lstrip("-").isdigit() else int(text)
    return {"none": None, "true": True, "false": False}.get(text.lower(), text)


def _short(name: str) -> str:
    """The end tells plans apart: the beginning goes when there isn't room for all."""
    return name if len(name) <= LONGEST_NAME else "…" + name[-(LONGEST_NAME - 1) :]


def _folder_name(plan: Plan) -> str:
    readable = re.sub(r"[^\w=.,+-]+", "_", plan.name)
    return f"{readable}-{digest(plan)[:12]}"
