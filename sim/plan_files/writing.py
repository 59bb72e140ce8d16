"""A Plan as YAML that a person can read, and that loads back to an equal plan."""

from __future__ import annotations

import dataclasses
import datetime as dates
import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from sim.parameters import Exponential, Plan, Rule, Skill
from sim.parameters.units import exact_clock
from sim.plan_files import shapes

_LAST = ("call_types", "groups")
_TAGS = ("distribution", "pattern")
HEADER = """\
# A plan for `python -m sim`. Durations are in seconds (or "4:00" minutes, "2 h"),
# times of day like "09:30". What is left out has its usual value (python -m sim schema).
"""


def text(plan: Plan) -> str:
    """The whole plan as YAML, without what is usual."""
    yaml = YAML()
    yaml.width = 100
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(_laid_out(plain(plan)), out)
    return HEADER + out.getvalue()


def plain(value: Any, *, defaults: bool = False) -> Any:
    """A parameter dataclass as mappings, lists, numbers and texts, as a plan file writes them.

    defaults: write out what is usual too
    """
    if isinstance(value, Exponential):
        return number(value.mean)
    if isinstance(value, Rule) and not value.options:
        return value.rule
    found = {}
    kind: Any = type(value)
    for field in _ordered(value):
        one = getattr(value, field.name)
        if field.name not in _TAGS and (one is None or (_usual(field, one) and not defaults)):
            continue
        annotation = shapes.hints(kind)[field.name]
        found[field.name] = _plain(one, clock=shapes.is_clock(annotation), defaults=defaults)
    if isinstance(value, Skill) and list(found) == ["call_type"]:
        return value.call_type
    return found


def _ordered(value: Any) -> list[dataclasses.Field[Any]]:
    """The kind of a thing first, long lists of things last."""
    fields = dataclasses.fields(value)
    last = _LAST if isinstance(value, Plan) else ()
    return sorted(fields, key=lambda field: (field.name not in _TAGS, field.name in last))


def _usual(field: dataclasses.Field[Any], value: Any) -> bool:
    if field.default_factory is not dataclasses.MISSING:
        return bool(value == field.default_factory())
    return bool(value == field.default) and type(value) is type(field.default)


def _plain(value: Any, *, clock: bool, defaults: bool) -> Any:
    if dataclasses.is_dataclass(value):
        return plain(value, defaults=defaults)
    if isinstance(value, (list, tuple)):
        return [_plain(one, clock=clock, defaults=defaults) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one, clock=clock, defaults=defaults) for key, one in value.items()}
    if isinstance(value, dates.date):
        return value.isoformat()
    if isinstance(value, float):
        # Quoted, because programs that read YAML 1.1 take 09:30 for the number 570.
        quoted = DoubleQuotedScalarString
        return quoted(exact_clock(value)) if clock else number(value)
    return value


def number(value: float) -> int | float:
    """Without a ``.0``."""
    return int(value) if value == round(value) and abs(value) < 1e15 else value


def _laid_out(value: Any) -> Any:
    """Lists of plain values and small mappings of them on one line."""
    if isinstance(value, dict):
        found = CommentedMap((key, _laid_out(one)) for key, one in value.items())
        flat = all(not isinstance(one, (dict, list)) for one in value.values())
        if flat and len(value) <= 4:
            found.fa.set_flow_style()
        return found
    if isinstance(value, list):
        items = CommentedSeq(_laid_out(one) for one in value)
        if all(not isinstance(one, (dict, list)) for one in value):
            items.fa.set_flow_style()
        return items
    return value
