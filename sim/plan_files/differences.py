"""In what a plan differs from its base, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.parameters import Plan
from sim.plan_files.tree import one_line
from sim.plan_files.writing import number, plain

_NAMES = ("name", "call_type", "to", "rule")


def differences(base: Plan, plan: Plan) -> list[str]:
    """One line for each difference, ``path: old -> new``; nothing for names and descriptions."""
    before, after = (plain(one, defaults=True) for one in (base, plan))
    for one in (before, after):
        one.pop("name")
        one.pop("description")
    return list(_compared("", before, after))


def _compared(path: str, before: Any, after: Any) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            where = f"{path}.{key}" if path else key
            yield from _compared(where, before.get(key), after.get(key))
    elif _named(before) and _named(after):
        old, new = ({_name(one): one for one in some} for some in (before, after))
        common = [name for name in old if name in new]
        for name in [*old, *(name for name in new if name not in old)]:
            where = f"{path}[{name}]"
            if name in old and name in new:
                yield from _compared(where, old[name], new[name])
            else:
                yield f"{where}: {'taken away' if name in old else 'added'}"
        if len(common) > 1 and common != [name for name in new if name in old]:
            yield f"{path}: another order: {', '.join(new)}"
    elif labels := _places(before, after):
        for label, old_one, new_one in zip(labels, before, after, strict=True):
            yield from _compared(f"{path}[{label}]", old_one, new_one)
    elif _numbers(before) and _numbers(after) and len(before) == len(after):
        yield f"{path}: {_course(before, after)}"
    else:
        yield f"{path}: {_shown(before)} -> {_shown(after)}"


def _name(item: Any) -> str:
    if isinstance(item, str):
        return item
    return next(str(item[key]) for key in _NAMES if key in item)


def _named(items: Any) -> bool:
    """Is it a list of different things with names?"""
    if not isinstance(items, list) or not items:
        return False
    if not all(isinstance(one, (dict, str)) for one in items):
        return False
    if not all(isinstance(one, str) or any(key in one for key in _NAMES) for one in items):
        return False
    names = [_name(one) for one in items]
    return len(set(names)) == len(names) and not all(isinstance(one, str) for one in items)


def _places(before: Any, after: Any) -> list[str]:
    """What to call the things of two lists that go together one by one: the times at which they
    start, or their places from 1; nothing when they don't."""
    for items in (before, after):
        if not isinstance(items, list) or not items or not all(isinstance(i, dict) for i in items):
            return []
    if len(before) != len(after):
        return []
    starts = [[str(one.get("start")) for one in items] for items in (before, after)]
    if starts[0] == starts[1] and len(set(starts[0])) == len(before):
        return starts[0]
    return [str(place) for place in range(1, len(before) + 1)]


def _numbers(items: Any) -> bool:
    return (
        isinstance(items, list)
        and len(items) > 0
        and all(isinstance(one, (int, float)) for one in items)
    )


def _course(before: list[float], after: list[float]) -> str:
    """Two long rows of figures, by their sums and how many differ."""
    if len(before) <= 6:
        return f"{_shown(before)} -> {_shown(after)}"
    differ = sum(one != other for one, other in zip(before, after, strict=True))
    return (
        f"{sum(before):,.6g} -> {sum(after):,.6g} in all, {differ} of {len(before)} figures differ"
    )


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{number(value):g}"
    if isinstance(value, dict):
        inside = ", ".join(f"{key}: {_shown(one)}" for key, one in value.items())
        return one_line(f"{{{inside}}}", 120)
    if isinstance(value, list):
        if not value:
            return "none"
        return one_line(f"[{', '.join(_shown(one) for one in value)}]", 120)
    return one_line(value, 120)
