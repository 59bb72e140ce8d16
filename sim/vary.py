"""One figure of a plan changed, named by its path.

Things in lists go by their names (``groups.front.agents``, ``call_types.a.patience.time.mean``),
those without a name by their place, from 1 (``groups.front.shifts.1.agents``); ``*`` is all of them
(``groups.*.shrinkage``). ``agents`` of a group with shifts is the number of people in all its
shifts together: they keep their proportions.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from sim import parameters
from sim.errors import PlanError
from sim.parameters import Group, Plan
from sim.parameters.units import show_clock
from sim.plan_files import explain, shapes
from sim.plan_files.hints import example_of, share_of
from sim.plan_files.tree import show
from sim.spelling import nearest
from sim.stretching import Change, with_heads
from sim.what_if import CHANGES, apply

NAMES = ("name", "call_type", "to", "rule")
EVERY = "*"
_DASHED = re.compile(r"(-?[\d.]+)\s*(?:-|–|\.\.+|to)\s*([\d.]+)")


def vary(plan: Plan, path: str, value: Any) -> Plan:
    """The plan with one figure changed: by its path, or by a what-if's name.

    Raises PlanError for a path that leads nowhere (with the nearest that is there), or a value that
    does not fit there.
    """
    steps = path.split(".")
    if len(steps) == 1 and path in CHANGES and path not in shapes.hints(Plan):
        return _what_if(plan, path, value)
    try:
        changed: Plan = _changed(plan, steps, value, "")
    except ValidationError as error:
        lines = dict.fromkeys(_told(error, value))
        raise PlanError([f"{path} = {shown(value)}: {line}" for line in lines]) from error
    return changed


def _what_if(plan: Plan, name: str, value: Any) -> Plan:
    if name == "agents" and not isinstance(value, dict):
        paths = " or ".join(f"groups.{group.name}.agents" for group in plan.groups[:3])
        raise PlanError([f"agents = {shown(value)}: of which group? Write {paths}"])
    try:
        return apply(plan, [{name: value}])
    except PlanError as error:
        reason = re.sub(rf"^what_if\[1\]: (?:{name}\.\w+: )?", "", error.problems[0])
        raise PlanError([f"{name} = {shown(value)}: {reason}"]) from error


def _changed(here: Any, steps: list[str], value: Any, walked: str) -> Any:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    where = f"{walked}.{step}" if walked else step
    if isinstance(here, Group) and here.shifts and step == "agents":
        return _in_shifts(here, rest, value, where)
    if dataclasses.is_dataclass(here) and not isinstance(here, type):
        known = list(shapes.hints(type(here)))
        _check(step, known, walked, or_else=() if walked else CHANGES)
        if not rest:
            _check_value(type(here), step, getattr(here, step), value, where)
        inner = _changed(getattr(here, step), rest, value, where)
        return dataclasses.replace(here, **{step: inner})
    if isinstance(here, dict):
        _check(step, list(here), walked)
        return {**here, step: _changed(here[step], rest, value, where)}
    if isinstance(here, tuple | list) and here:
        names = [_name(item, place) for place, item in enumerate(here, start=1)]
        if step != EVERY:
            _check(step, names, walked)
        return tuple(
            _changed(item, rest, value, where) if step in (EVERY, name) else item
            for name, item in zip(names, here, strict=True)
        )
    empty = "is not in this plan" if here is None or here == () else "is a single figure"
    raise PlanError([f"{walked} {empty}: there is no {step} to vary in it"])


def _in_shifts(group: Group, rest: list[str], value: Any, where: str) -> Group:
    """So many people in all shifts together."""
    if rest or not isinstance(value, int) or isinstance(value, bool) or value < 0:
        got = f" = {shown(value)}" if not rest else f".{'.'.join(rest)}"
        raise PlanError(
            [
                f"{where}{got}: {group.name} works in shifts: give a whole number of people for "
                f"all of them together{_range(value)}, or name a shift by its place: "
                f"{where.removesuffix('agents')}shifts.1.agents ({_starts(group)})"
            ]
        )
    return with_heads(group, Change(plus=value - sum(one.agents for one in group.shifts)))


def _starts(group: Group) -> str:
    found = [
        f"{place} begins at {show_clock(one.start)}" for place, one in enumerate(group.shifts, 1)
    ]
    return ", ".join(found[:4]) + (", …" if len(found) > 4 else "")


def _name(item: Any, place: int) -> str:
    """What an item of a list is called; else its place, from 1."""
    return next((str(getattr(item, key)) for key in NAMES if hasattr(item, key)), str(place))


def _check(step: str, known: Sequence[str], walked: str, or_else: Sequence[str] = ()) -> None:
    if step in known:
        return
    inside = f"in {walked}" if walked else "in a plan, and no what-if"
    if step.isdigit() and known[0] == "1":
        raise PlanError(
            [f"there is no {step} {inside}: they are counted from 1, and there are {len(known)}"]
        )
    raise PlanError([f"there is no {step} {inside}: {nearest(step, [*known, *or_else])}"])


def _check_value(kind: type, field: str, old: Any, value: Any, where: str) -> None:
    """What would be taken, and mean something else, or be refused in a programmer's words."""
    if shapes.is_clock(shapes.hints(kind)[field]) and isinstance(value, (int, float)):
        raise PlanError([f"{where} = {shown(value)}: that is seconds past midnight: write 08:00"])
    kinds = shapes.dataclasses_in(shapes.hints(kind)[field])
    plain = isinstance(value, (int, float, str))
    if plain and dataclasses.is_dataclass(old) and not any(map(shapes.tag, kinds)):
        names = [one.name for one in dataclasses.fields(old)]
        raise PlanError(
            [
                f"{where} = {shown(value)}: {field} has several figures: vary one of them, as in "
                f"{where}.{names[0]} (there are {', '.join(names)})"
            ]
        )
    things = isinstance(old, tuple | list) and any(dataclasses.is_dataclass(one) for one in old)
    if things and not isinstance(value, tuple | list):
        names = [_name(item, place) for place, item in enumerate(old, start=1)]
        example = _first_number(old[0])
        raise PlanError(
            [
                f"{where} = {shown(value)}: {field} is a list of several: vary a figure in it, "
                f"as in {where}.{names[0]}.{example} (there are {', '.join(names[:6])})"
            ]
        )


def _first_number(item: Any) -> str:
    """A field of a thing that one might vary."""
    fields = dataclasses.fields(item)
    whole = [one.name for one in fields if type(getattr(item, one.name)) is int]
    return next(iter(whole), fields[0].name)


def _told(error: ValidationError, value: Any) -> list[str]:
    """Why a value does not fit, in words."""
    faults = error.errors(include_url=False)
    # Pydantic says by its name which dataclass did not take the value.
    kind: type | None = getattr(parameters, error.title, None)
    wanted = [words for one in faults if (words := explain.wanted(one["type"]))]
    if wanted and len(wanted) == len(faults):
        field = str(faults[0]["loc"][0]) if faults[0]["loc"] else ""
        annotation = shapes.hints(kind).get(field) if kind else None
        kinds = shapes.dataclasses_in(annotation) if annotation is not None else ()
        instead = example_of(kinds[0], value) if len(kinds) == 1 else ""
        example = f" (in a plan: {instead})" if instead else ""
        words = " or ".join(dict.fromkeys(wanted))
        return [f"must be {words}, got {show(value)}{_range(value) or example}"]
    lines = []
    for fault in faults:
        if explain.wanted(fault["type"]):
            continue
        text = fault["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        field = str(fault["loc"][0]) if fault["loc"] else ""
        annotation = shapes.hints(kind).get(field) if kind else None
        must = "must be " if fault["msg"].startswith("Input should be ") else ""
        lines.append(f"{must}{text}{share_of(annotation, value)}{_range(value)}")
    return lines


def _range(value: Any) -> str:
    """For ``10-14``: write 10:14."""
    found = _DASHED.fullmatch(value.strip()) if isinstance(value, str) else None
    return f": write {found[1]}:{found[2]} for all from {found[1]} to {found[2]}" if found else ""


def shown(value: Any) -> str:
    """A value as the command line takes it."""
    return f"{value:g}" if isinstance(value, float) else str(value)
