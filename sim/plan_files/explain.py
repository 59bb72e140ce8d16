"""What pydantic found wrong, as one line for each fault: line, path, expected, got, remedy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sim.parameters import Plan
from sim.plan_files import shapes
from sim.plan_files.hints import example_of, share_of, unknown_key, without_comma, without_point
from sim.plan_files.tree import Key, Node, name_of, one_line, path_text, show
from sim.spelling import nearest

_BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}
_WANTED = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of fewer digits",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number that is not infinite",
    "string_type": "a text (put a number in quotes)",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "{key: value}",
    "model_attributes_type": "{key: value}",
    "date_type": "a date like 2026-03-31",
    "date_parsing": "a date like 2026-03-31",
    "date_from_datetime_parsing": "a date like 2026-03-31",
    "date_from_datetime_inexact": "a date without a time",
}
# Two of these for one value mean that it fits none of several shapes.
_SHAPE = frozenset(_WANTED) | {"dataclass_type"}


@dataclass(frozen=True)
class _Fault:
    """A fault, and how far its path goes into the tree."""

    kind: str
    place: tuple[Key, ...]
    union: tuple[Key, ...]
    rest: tuple[Key, ...]
    detail: dict[str, Any]
    loc: tuple[Key, ...]


def problems(
    error: ValidationError, root: Node, model: type = Plan, prefix: Sequence[Key] = ()
) -> list[str]:
    """The lines for everything wrong. ``prefix``: the place in the tree that was validated."""
    faults = [_fault(detail, root, tuple(prefix)) for detail in error.errors(include_url=False)]
    faults = [fault for fault in faults if not _follows(fault)]
    lines: list[str] = []
    for place in dict.fromkeys(fault.place for fault in faults):
        here = [fault for fault in faults if fault.place == place]
        if all(f.kind in _SHAPE for f in here) and _others_below(place, faults):
            continue
        bounds = [fault for fault in here if fault.kind not in _SHAPE]
        if bounds:
            lines += _lines(bounds, root, model)
        else:
            lines.append(_shape_line(here, root, model))
    return list(dict.fromkeys(lines))


def located(message: str, root: Node, place: Sequence[Key] = (), *, above: str = "") -> str:
    """``line 12: path: message``, with the file in front where it is not the root's own."""
    here, path = root, list[Key]()
    for key in place:
        following = here.get(key)
        if following is None:
            break
        here = following
        path.append(key)
    file = f"{here.file.source}, " if here.file.source != root.file.source else ""
    where = path_text(root, path) + above
    return f"{file}line {here.line}: " + (f"{where}: {message}" if where else message)


def _fault(detail: Any, root: Node, prefix: tuple[Key, ...]) -> _Fault:
    """Parts of a pydantic path that are not in the tree are tags of unions, or shorthands."""
    loc = tuple(detail["loc"])
    here: Node | None = root
    place: tuple[Key, ...] = ()
    for key in prefix:
        here = here.get(key) if here is not None else None
        place = (*place, key)
    rest: tuple[Key, ...] = ()
    for key in loc:
        following = here.get(key) if here is not None else None
        if following is not None:
            here, place, rest = following, (*place, key), ()
        else:
            rest = (*rest, key)
    return _Fault(detail["type"], place, place, rest, detail, loc)


def _follows(fault: _Fault) -> bool:
    """A list is not too short because its items are wrong: pydantic counts the good ones."""
    return fault.kind == "too_short" and bool(fault.detail["input"])


def _others_below(place: tuple[Key, ...], faults: list[_Fault]) -> bool:
    """A list in place of a number is no fault where a list may stand and only its items are bad."""
    size = len(place)
    return any(fault.place[:size] == place and len(fault.place) > size for fault in faults)


def _lines(faults: list[_Fault], root: Node, model: type) -> list[str]:
    """A line for each; but a thing the base does not have, and that is no whole one either, is
    one of the base's with its name misspelt."""
    here = _at(root, faults[0].place)
    if here is None or not here.beside or any(fault.kind != "missing" for fault in faults):
        return [_line(fault, root, model) for fault in faults]
    lacking = ", ".join(str(fault.rest[-1]) for fault in faults)
    name = name_of(here)
    hint = nearest(name, here.beside)
    message = f"the base has none called {name}: {hint} (a new one lacks {lacking})"
    return [located(message, root, faults[0].place)]


def _shape_line(here: list[_Fault], root: Node, model: type) -> str:
    value = here[0].detail["input"]
    instead = next((found for one in here if (found := _instead(one, model, value))), "")
    words = [wanted(one.kind) for one in here if one.kind != "dataclass_type" or not instead]
    said = f"must be {' or '.join(dict.fromkeys(words))}, got {show(value)}"
    if instead and words:
        said += f" (or {instead})"
    elif instead:
        said = f"write {instead}, got {show(value)}"
    said += without_comma(value)
    if any(fault.kind == "int_from_float" for fault in here):
        node = _at(root, here[0].place)
        said += without_point(node.written) if node is not None else ""
    return located(said, root, here[0].place)


def _at(root: Node, place: tuple[Key, ...]) -> Node | None:
    here: Node | None = root
    for key in place:
        here = here.get(key) if here is not None else None
    return here


def wanted(kind: str) -> str:
    """What was expected, by pydantic's name for the fault; empty for one that is no shape."""
    return "{key: value}" if kind == "dataclass_type" else _WANTED.get(kind, "")


def _instead(fault: _Fault, model: type, value: Any) -> str:
    """The thing with its keys, for a figure that stands where several belong."""
    if fault.kind != "dataclass_type":
        return ""
    kinds = shapes.kinds_at(model, fault.loc)
    return example_of(kinds[0], value) if len(kinds) == 1 else ""


def _line(fault: _Fault, root: Node, model: type) -> str:
    detail, got = fault.detail, show(fault.detail["input"])
    context = detail.get("ctx") or {}
    if fault.kind in _BOUNDS:
        key, words = _BOUNDS[fault.kind]
        message = f"must be {words} {_figure(context[key])}{_unit(fault, model)}, got {got}"
        message += share_of(shapes.annotation_at(model, fault.loc), detail["input"])
    elif fault.kind == "missing":
        message = f"{fault.rest[-1]} is missing"
    elif fault.kind == "unexpected_keyword_argument":
        return _unknown(fault, root, model)
    elif fault.kind in ("union_tag_invalid", "union_tag_not_found"):
        return _tag_line(fault, root, model)
    elif fault.kind == "literal_error":
        names = re.findall(r"'([^']*)'", context["expected"])
        known = names or re.findall(r"\d+", context["expected"])
        unit = "" if names else " (seconds; a half hour is 1800)"
        message = f"must be one of {', '.join(known)}{unit}, got {got}"
        if names and isinstance(detail["input"], str):
            message += f": {nearest(detail['input'], names)}" if _close(detail, names) else ""
    elif fault.kind == "value_error":
        return _own(fault, root, got)
    elif fault.kind == "too_short":
        message = f"needs at least {context['min_length']} entry, got {got}"
    elif fault.kind == "string_too_short":
        message = f"must not be empty, got {got}"
    elif fault.kind == "string_too_long":
        message = f"must have at most {context['max_length']} letters, got {got}"
    else:
        message = f"{one_line(detail['msg'])}, got {got}"
    return located(message, root, fault.place)


def _close(detail: dict[str, Any], names: list[str]) -> bool:
    return nearest(detail["input"], names).startswith("did you mean")


def _figure(bound: float) -> str:
    return f"{bound:,.15g}" if abs(bound) < 1e15 else "2^63"


def _unit(fault: _Fault, model: type) -> str:
    """Seconds where the number is one; shares and counts speak for themselves."""
    return " seconds" if "'unit': 's'" in repr(shapes.annotation_at(model, fault.loc)) else ""


def _unknown(fault: _Fault, root: Node, model: type) -> str:
    hint = unknown_key(str(fault.loc[-1]), shapes.kinds_at(model, fault.loc[:-1]))
    return located(f"unknown key: {hint}", root, fault.place)


def _tag_line(fault: _Fault, root: Node, model: type) -> str:
    context = fault.detail["ctx"]
    key = context["discriminator"].strip("'")
    if fault.kind == "union_tag_not_found":
        annotations = [
            shapes.hints(kind).get(str(fault.loc[-1]))
            for kind in shapes.kinds_at(model, fault.loc[:-1])
        ]
        kinds = [kind for one in annotations for kind in shapes.dataclasses_in(one)]
        known = sorted(name for name in map(shapes.tag, kinds) if name)
        message = f"{key} is missing: one of {', '.join(known)}"
    else:
        known = re.findall(r"'([^']*)'", context["expected_tags"])
        tag = context["tag"]
        message = f"no {key} is called {show(tag)}: {nearest(tag, known)}"
    return located(message, root, fault.place)


def _own(fault: _Fault, root: Node, got: str) -> str:
    """A message of our validators; those of the whole plan begin with the path they speak of."""
    text = one_line(fault.detail["msg"].removeprefix("Value error, "), 400)
    if not isinstance(fault.detail["input"], (dict, list, tuple)):
        meant = without_comma(fault.detail["input"])
        return located(f"{text}, got {got}{meant}", root, fault.place)
    place, rest = _path_in_front(text, root) if not fault.place else (fault.place, text)
    return located(rest, root, place)


def _path_in_front(text: str, root: Node) -> tuple[tuple[Key, ...], str]:
    here, place, rest = root, tuple[Key, ...](), text
    while True:
        found = _step(here, rest)
        if found is None:
            break
        key, size = found
        following = here.get(key)
        if following is None:
            break
        here, place, rest = following, (*place, key), rest[size:]
        if not rest.startswith("."):
            break
        rest = rest[1:]
    return place, rest.lstrip(": ") or text


def _step(here: Node, text: str) -> tuple[Key, int] | None:
    if isinstance(here.value, dict):
        names: list[tuple[Key, str]] = [(key, key) for key in here.value]
    elif isinstance(here.value, list):
        names = [(i, name_of(item) or str(i + 1)) for i, item in enumerate(here.value)]
    else:
        return None
    fitting = [
        (key, len(name))
        for key, name in names
        if name and re.match(rf"{re.escape(name)}[.: ]", text)
    ]
    return max(fitting, key=lambda one: one[1], default=None)
