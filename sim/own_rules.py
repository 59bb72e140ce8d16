"""Routing rules of a planner's own: found beside the plan, and tried on the plan's floor."""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from pathlib import Path

import numpy as np

from sim.errors import PlanError
from sim.floor import lay_floor
from sim.parameters import Plan
from sim.router import Router
from sim.routing import RULES, Rule


def modules(plan: Plan) -> list[str]:
    """The files, without their ending, that hold the plan's own rules."""
    named = [one.rule for one in plan.routing if one.rule not in RULES and "." in one.rule]
    return list(dict.fromkeys(name.partition(".")[0] for name in named))


def look_beside(plan: Plan, folder: Path) -> None:
    """Let Python find the plan's own rules in the plan's folder, too, after everywhere else.

    Worker processes are started with the same ``sys.path``. Raises PlanError when a file of the
    same name is found elsewhere before, for which of the two is meant nobody could tell.
    """
    for module in modules(plan):
        here = (folder / f"{module}.py").resolve()
        if not here.is_file():
            continue
        other = _found(module)
        if other is not None and other != here:
            raise PlanError(
                [
                    f"routing: there is a {module}.py beside the plan ({here}) and another that "
                    f"Python finds first ({other}): give one of the two another name"
                ]
            )
        if other is None:
            sys.path.append(str(here.parent))


def _found(module: str) -> Path | None:
    loaded = getattr(sys.modules.get(module), "__file__", None)
    if loaded is not None:
        return Path(loaded).resolve()
    spec = PathFinder.find_spec(module)
    return Path(spec.origin).resolve() if spec is not None and spec.origin else None


def try_out(plan: Plan, rules: list[Rule]) -> None:
    """Start the rules on the plan's floor, as a run does. Raises RoutingError for one that does
    not like it: a call type it does not find, a method that raises."""
    router = Router(rules)
    lines, groups = lay_floor(plan, router.pool, lambda _: np.random.default_rng(0))
    router.start(lines, groups)
    for line in lines:
        router.late(line)
