"""From text to Plan: read, join with the base, put in the histories, check, change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sim import own_rules, what_if
from sim.errors import PlanError
from sim.parameters import Plan
from sim.plan_files import arrivals, explain
from sim.plan_files.differences import differences
from sim.plan_files.joining import based_on, joined, not_there, pruned, read_file
from sim.plan_files.slips import Slips
from sim.plan_files.tree import MAX_BYTES, File, Key, Node, one_line, read, show
from sim.routing import RULES, unknown_rule

_LABELS = frozenset({"base", "name", "description"})
_YES_OR_NO = frozenset({"paid", "ahead", "remove"})
_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)
_CHANGE: TypeAdapter[what_if.WhatIf] = TypeAdapter(what_if.WhatIf)


def load(path: str | Path, *, doubts: list[str] | None = None) -> Plan:
    """The plan of a file. Raises PlanError with one line for each fault.

    doubts: is given a line for each figure that may be written otherwise than it was meant
    """
    return _plan(read_file(Path(path), str(path)), doubts)


def loads(
    text: str,
    source: str = "",
    folder: str | Path | None = None,
    *,
    doubts: list[str] | None = None,
) -> Plan:
    """The plan of a text. Raises PlanError with one line for each fault.

    source: what to call the text in messages
    folder: where the files it names (``base``, ``from``) are; without one it may name only the
        examples that come with the simulator
    doubts: as for ``load``
    """
    file = File(source, None if folder is None else Path(folder))
    return _plan(read(text, file), doubts)


def _plan(tree: Node, doubts: list[str] | None) -> Plan:
    source = tree.file.source
    whole, lowest, changes = joined(tree)
    problems = list(not_there(whole, whole))
    whole = pruned(Slips(whole, lowest, problems, doubts).mended(Plan, whole))
    typed, whole = whole, arrivals.resolved(whole, problems)
    problems += _namesakes(whole)
    made = _changes(tree, changes, problems)
    plan = _checked(whole, problems)
    if plan is not None:
        problems += _unknown_rules(plan, whole)
    if plan is None or problems:
        lines = dict.fromkeys(one_line(one, 600) for one in sorted(problems, key=_line))
        raise PlanError(list(lines), source)
    if doubts is not None:
        doubts += arrivals.uncovered(typed, plan)
    for change, node in made:
        plan = _changed(plan, change, node, tree)
    if tree.file.folder is not None:
        try:
            own_rules.look_beside(plan, tree.file.folder)
        except PlanError as error:
            raise PlanError(error.problems, source) from error
    if doubts is not None and _says_nothing_new(tree, plan):
        doubts.append(
            "it changes nothing of its base: what it says stands there already, or is not what was "
            "meant to change"
        )
    return plan


def _says_nothing_new(tree: Node, plan: Plan) -> bool:
    base = based_on(tree)
    if base is None or not tree.value.keys() - _LABELS:
        return False
    try:
        return not differences(_plan(base, None), plan)
    except PlanError:  # a base need not be a whole plan
        return False


def _booleans(root: Node, here: Node, place: tuple[Key, ...] = ()) -> list[str]:
    """``agents: true`` would quietly count as one agent."""
    if isinstance(here.value, bool) and "options" not in place and place[-1] not in _YES_OR_NO:
        said = f"must be a value of its own, got {show(here.value)}"
        return [explain.located(said, root, place)]
    return [line for key, one in here.parts() for line in _booleans(root, one, (*place, key))]


def _namesakes(tree: Node) -> Iterator[str]:
    """Told before the plan is checked, for much else is wrong with a plan that has them."""
    for key in ("call_types", "groups"):
        items = tree.get(key)
        first: dict[str, Node] = {}
        listed = items.value if items is not None and isinstance(items.value, list) else []
        for place, item in enumerate(listed):
            name = item.get("name")
            if name is None or not isinstance(name.value, str):
                continue
            if name.value in first:
                said = f"two are called {name.value}, the first on line {first[name.value].line}"
                where = (key, place)
                yield explain.located(f"{said}: names must differ", tree, where)
            first.setdefault(name.value, item)


def _unknown_rules(plan: Plan, tree: Node) -> Iterator[str]:
    """Names of the simulator's own rules, misspelt; those with a point are somebody's own."""
    for number, one in enumerate(plan.routing):
        if "." not in one.rule and one.rule not in RULES:
            yield explain.located(unknown_rule(one.rule), tree, ("routing", number))


def _line(problem: str) -> int:
    """Problems of this file in the order of their lines, those of its bases last."""
    found = re.match(r"line (\d+)", problem)
    return int(found[1]) if found else MAX_BYTES


def _checked(tree: Node, problems: list[str]) -> Plan | None:
    try:
        plan = _PLAN.validate_python(tree.plain)
        problems += _booleans(tree, tree)
        return plan
    except ValidationError as error:
        # Namesakes have been told of with their lines.
        problems += [one for one in explain.problems(error, tree) if ": two are called" not in one]
    except (OverflowError, RecursionError) as error:
        problems.append(f"line 1: a number is far too large: {one_line(error)}")
    return None


def _changes(
    tree: Node, lists: list[Node], problems: list[str]
) -> list[tuple[what_if.WhatIf, Node]]:
    made = []
    for listed in lists:
        if listed.value is None:
            continue
        if not isinstance(listed.value, list):
            problems.append(
                _told(
                    listed,
                    tree,
                    'must be a list, each change behind a dash (- volume: "+20 %"), got '
                    f"{show(listed.plain)}",
                )
            )
            continue
        for number, item in enumerate(listed.value):
            root = listed.of({"what_if": Node(listed.value, listed.line, listed.file)})
            slips: list[str] = []
            meant = Slips(root, None, slips).mended(what_if.WhatIf, item, ("what_if", number))
            problems += [_from(listed, tree) + line for line in slips]
            try:
                made.append((_CHANGE.validate_python(_signed(meant)), item))
            except ValidationError as error:
                place = ("what_if", number)
                problems += [
                    _from(listed, tree) + line
                    for line in explain.problems(error, root, what_if.WhatIf, place)
                ]
            except OverflowError as error:
                problems.append(_told(item, tree, f"far too large: {one_line(error)}"))
    return made


def _signed(node: Node) -> Any:
    """Plain values, but ``+2`` with its sign."""
    if isinstance(node.value, dict):
        return {key: _signed(one) for key, one in node.value.items()}
    if isinstance(node.value, list):
        return [_signed(one) for one in node.value]
    plus = node.written.startswith("+") and not isinstance(node.value, str)
    return node.written if plus else node.value


def _changed(plan: Plan, change: what_if.WhatIf, node: Node, tree: Node) -> Plan:
    name = next((key for key in node.value if key in what_if.CHANGES), "")
    try:
        return change(plan)
    except (ValueError, OverflowError) as error:
        said = what_if.reasons(error) if isinstance(error, ValueError) else [str(error)]
        lines = [_told(node, tree, one, name) for one in said]
        raise PlanError([one_line(line, 600) for line in lines], tree.file.source) from error


def _told(node: Node, tree: Node, message: str, change: str = "") -> str:
    where = f"what_if.{change}" if change else "what_if"
    return f"{_from(node, tree)}line {node.line}: {where}: {message}"


def _from(node: Node, tree: Node) -> str:
    return "" if node.file == tree.file else f"{one_line(node.file.source)}, "
