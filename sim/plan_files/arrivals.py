"""``arrivals: {from: …}`` put into figures before the plan is checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from sim.errors import PlanError
from sim.parameters import EvenArrivals, Plan, PoissonArrivals
from sim.parameters.units import show_clock
from sim.plan_files import explain, history
from sim.plan_files.tree import Key, Node, one_line
from sim.spelling import nearest

_FROM = TypeAdapter(history.From)
_COUNTED = ("poisson", "even")


def resolved(tree: Node, problems: list[str]) -> Node:
    """The tree with every ``from`` replaced by what its file says; faults join ``problems``, those
    of a file that several call types take their figures from once."""
    told: set[str] = set()
    for place in list(_places(tree)):
        try:
            tree = _put(tree, place, _figures(tree, place))
        except PlanError as error:
            new = [one for one in error.problems if one not in told]
            told.update(new)
            problems += [explain.located(one, tree, (*place, "from")) for one in new]
            tree = _put(tree, place, None)
        except ValidationError as error:
            where = (*place, "from")
            problems += explain.problems(error, tree, history.From, where)
            tree = _put(tree, place, None)
    return tree


def uncovered(tree: Node, plan: Plan) -> Iterator[str]:
    """A line for each file that has no rows for the first or the last hours of the day.

    tree: what the plan was made of, with every ``from``
    """
    told: set[str] = set()
    for place in _places(tree):
        kind = plan.call_types[int(place[1])] if place[0] == "call_types" else None
        taken = kind.arrivals if kind is not None else plan.mix and plan.mix.arrivals
        if not isinstance(taken, PoissonArrivals | EvenArrivals) or taken.start is None:
            continue
        if kind is not None and kind.channel == "email":
            continue
        end = taken.start + len(taken.per_interval) * (taken.interval or plan.interval)
        holes = ((plan.opens, taken.start), (end, plan.closes))
        hours = " and ".join(
            f"from {show_clock(first)} to {show_clock(last)}"
            for first, last in holes
            if first < last
        )
        source = _at(tree, (*place, "from")).plain
        message = (
            f"{one_line(source['file'])} has no rows {hours} on that day, so nothing comes then: "
            "add them, with 0 where nothing came"
        )
        if hours and message not in told:
            told.add(message)
            yield explain.located(message, tree, (*place, "from"))


def _places(tree: Node) -> Iterator[tuple[Key, ...]]:
    kinds = tree.get("call_types")
    items = kinds.value if kinds is not None and isinstance(kinds.value, list) else []
    places: list[tuple[Key, ...]] = [("call_types", i, "arrivals") for i in range(len(items))]
    for place in [*places, ("mix", "arrivals")]:
        here: Node | None = tree
        for key in place:
            here = here.get(key) if here is not None else None
        if here is not None and here.get("from") is not None:
            yield place


def _figures(tree: Node, place: tuple[Key, ...]) -> Node:
    arrivals = _at(tree, place)
    source = arrivals.get("from")
    pattern = arrivals.get("pattern")
    assert source is not None
    kind = pattern.value if pattern is not None else None
    if kind not in (*_COUNTED, "recorded"):
        hint = nearest(kind, (*_COUNTED, "recorded")) if kind else "write pattern: poisson"
        raise PlanError([f"goes with the pattern poisson, even or recorded: {hint}"])
    twice = [key for key in ("per_interval", "times", "interval", "start") if arrivals.get(key)]
    if twice:
        raise PlanError([f"the file says {twice[0]} already: leave one of the two out"])
    wanted = _FROM.validate_python(source.plain)
    folder = source.file.folder
    if folder is None:
        raise PlanError(["a plan that is not a file cannot name other files: write the figures"])
    path = Path(folder) / wanted.file
    rest = arrivals.without("from")
    if kind == "recorded":
        return rest.also(times=list(history.times(wanted, path)))
    found = history.counts(wanted, path)
    figures = [round(one) if kind == "even" else round(one, 6) for one in found.counts]
    return rest.also(per_interval=figures, start=found.start, interval=found.interval)


def _at(tree: Node, place: tuple[Key, ...]) -> Node:
    for key in place:
        found = tree.get(key)
        assert found is not None
        tree = found
    return tree


def _put(tree: Node, place: tuple[Key, ...], new: Node | None) -> Node:
    """A copy with something else at a place; None: nothing there any more."""
    key, deeper = place[0], place[1:]
    if isinstance(tree.value, list):
        items = list(tree.value)
        items[int(key)] = _put(items[int(key)], deeper, new)
        return replace(tree, value=items)
    if deeper:
        return replace(tree, value={**tree.value, key: _put(tree.value[key], deeper, new)})
    if new is None:
        return tree.without(str(key))
    return replace(tree, value={**tree.value, key: new})
