"""What a plan may say where, read off the dataclasses: for suggestions and for writing."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BeforeValidator

from sim.parameters.units import clock


@cache
def hints(kind: Any) -> dict[str, Any]:
    """The fields of a dataclass and their types, validators and all."""
    found = get_type_hints(kind, include_extras=True)
    return {field.name: found[field.name] for field in dataclasses.fields(kind)}


def is_clock(annotation: Any) -> bool:
    """Is it a time of day, or a list of them?"""
    marks = annotation.__metadata__ if get_origin(annotation) is Annotated else ()
    if any(isinstance(mark, BeforeValidator) and mark.func is clock for mark in marks):
        return True
    return any(is_clock(part) for part in get_args(annotation) if part is not Ellipsis)


def is_rate(annotation: Any) -> bool:
    """Is it a number of contacts that need not be whole, or a list of them?"""
    return "'unit': 'contacts'" in repr(annotation)


def dataclasses_in(annotation: Any) -> tuple[type, ...]:
    """The dataclasses that may stand there."""
    if isinstance(annotation, type) and dataclasses.is_dataclass(annotation):
        return (annotation,)
    origin = get_origin(annotation)
    if origin is Annotated:
        return dataclasses_in(annotation.__origin__)
    if origin in (Union, types.UnionType, tuple, list, dict):
        return tuple(kind for part in get_args(annotation) for kind in dataclasses_in(part))
    return ()


def tag(kind: type) -> str | None:
    """The name by which a plan chooses this distribution or pattern."""
    for field in dataclasses.fields(kind):
        if field.name in ("distribution", "pattern"):
            return str(field.default)
    return None


def kinds_at(root: type, path: Sequence[str | int]) -> tuple[type, ...]:
    """The dataclasses at a place pydantic names, whose paths hold tags as well as keys."""
    here: tuple[type, ...] = (root,)
    for part in path:
        if not isinstance(part, str):
            continue
        tagged = tuple(kind for kind in here if tag(kind) == part)
        if tagged:
            here = tagged
            continue
        found = [hints(kind)[part] for kind in here if part in hints(kind)]
        if found:
            here = tuple(kind for annotation in found for kind in dataclasses_in(annotation))
    return here


def annotation_at(root: type, path: Sequence[str | int]) -> Any:
    """The type of the field at such a place, or of the list there; None where it is none."""
    while path and isinstance(path[-1], int):
        path = path[:-1]
    name = str(path[-1]) if path else ""
    known = [hints(kind) for kind in kinds_at(root, path[:-1])]
    return next((found[name] for found in known if name in found), None)


def keys(kinds: Iterable[type]) -> set[str]:
    return {name for kind in kinds for name in hints(kind)}
