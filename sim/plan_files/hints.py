"""What somebody meant who wrote a key or a value that does not fit."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from sim.parameters import (
    Adherence,
    Batch,
    Break,
    Callback,
    CallType,
    Dialling,
    Experiment,
    Group,
    OffPhone,
    Patience,
    Plan,
    Resolution,
    Retrial,
    Rule,
    SelfService,
    Service,
    Shift,
    Target,
)
from sim.plan_files import shapes
from sim.plan_files.history import From
from sim.plan_files.tree import one_line
from sim.spelling import nearest

# Keys that people try under another name; the nearest spelling would not find these.
_MEANT = {
    (CallType, "aht"): "service: {talk: …, after_call: …}",
    (CallType, "handle_time"): "service: {talk: …, after_call: …}",
    (CallType, "talk"): "service: {talk: …}",
    (CallType, "volume"): "arrivals: {pattern: poisson, per_interval: […]}",
    (CallType, "calls"): "arrivals: {pattern: poisson, per_interval: […]}",
    (Plan, "aht"): "call_types: [{name: …, service: {talk: …, after_call: …}}]",
    (Service, "acw"): "after_call",
    (Break, "end"): 'length: "15 min"',
    (Group, "aht"): "call_types: [{name: …, service: {talk: …, after_call: …}}]",
    (Group, "staff"): "agents",
    (Group, "count"): "agents",
    (Rule, "name"): "rule",
    (Plan, "agents"): "groups: [{name: …, skills: […], agents: …}]",
    (Plan, "queues"): "call_types",
}
# What to write where one figure stands and several keys belong; {} is what came.
_EXAMPLES: dict[type, str] = {
    Patience: "{{time: {}}}",
    Target: "{{share: 0.8, within: 20}}",
    Service: "{{talk: {}, after_call: 30}}",
    SelfService: "{{time: 40, contained: {}}}",
    Batch: "{{mean: {}}}",
    Callback: "{{offered_over: {}, accepted: 0.5}}",
    Dialling: "{{contacts: {}, right_party: 0.3}}",
    Experiment: "{{replications: {}}}",
    From: "{{file: {}, date: 2026-03-31}}",
    Resolution: "{{first_contact: {}}}",
    Retrial: '{{delay: "10 min", after_abandoning: {}}}',
    Adherence: "{{late: {}}}",
    OffPhone: '{{share: {}, length: "5 min"}}',
    Shift: '{{start: "08:00", end: "16:30", agents: 10}}',
    Break: '{{start: "12:00", length: "30 min"}}',
}
_FACTOR = "'unit': 'factor'"
_CLOSE = 0.8
_PER_CENT = ("share from 0 to 1", "coefficient of variation")
_COMMA = re.compile(r"\s*(-?\d{1,9}),(\d{1,9})( ?%?)\s*")
_POINTS = re.compile(r"[1-9]\d{0,2}(\.\d{3})+")
_MOST_PLACES = 6


def unknown_key(word: str, kinds: tuple[type, ...]) -> str:
    """What a key was meant to be, or where it belongs, as the end of a sentence."""
    meant = [_MEANT[kind, word] for kind in kinds if (kind, word) in _MEANT]
    if meant:
        return f"did you mean {meant[0]}?"
    if word == "remove":
        return "write remove: true to take away what the base has"
    known = shapes.keys(kinds) | ({"base", "what_if"} if Plan in kinds else set())
    if difflib.get_close_matches(word[:80], sorted(known), n=1, cutoff=_CLOSE):
        return nearest(word, known)
    places = _homes().get(word, ())
    if places:
        return f"{one_line(word, 80)} belongs under {_either(places[:_MOST_PLACES])}"
    if instead := _of_target(word) if kinds == (Target,) else "":
        return f"write {instead}"
    return nearest(word, known)


def example_of(kind: type, value: Any) -> str:
    """The thing with its keys: ``{time: "2:00"}`` where only ``"2:00"`` came; empty when there is
    none to give."""
    if kind is Target and isinstance(value, str) and (found := _of_target(value)):
        return found
    if kind not in _EXAMPLES or not isinstance(value, (str, int, float)):
        return ""
    return _EXAMPLES[kind].format(f'"{one_line(value, 30)}"' if isinstance(value, str) else value)


def share_of(annotation: Any, value: Any) -> str:
    """For 30 where a share belongs: write 0.3."""
    meant = isinstance(value, (int, float)) and 1 < value <= 100
    if _FACTOR in repr(annotation) and isinstance(value, (int, float)) and value > 100:
        return f": 1 is as usual, write {value / 100:g} for {value:g} %"
    if not meant or not any(unit in repr(annotation) for unit in _PER_CENT):
        return ""
    return f': write {value / 100:g} or "{value:g} %"'


def without_comma(text: Any) -> str:
    """For "28,5 %" where a figure belongs: write 28.5 %."""
    if not isinstance(text, str) or not (found := _COMMA.fullmatch(text)):
        return ""
    whole, rest, unit = found.groups()
    if len(rest) == 3:
        return f": write {whole}{rest}{unit} without the comma"
    return f": write {whole}.{rest}{unit}, with a point"


def without_point(written: str) -> str:
    """For 1.200 where a whole number belongs: write 1200."""
    if not _POINTS.fullmatch(written):
        return ""
    return f": if these are thousands, write {written.replace('.', '')} without the point"


def _of_target(text: str) -> str:
    """``80/20`` as a target's keys."""
    found = re.fullmatch(r"\s*(\d{1,2}(?:\.\d+)?)\s*%?\s*/\s*(\d{1,6})\s*s?\s*", text)
    return f"{{share: {float(found[1]) / 100:g}, within: {found[2]}}}" if found else ""


def _either(places: tuple[str, ...]) -> str:
    *first, last = places
    return f"{', '.join(first)} or {last}" if first else last


@cache
def _homes() -> dict[str, tuple[str, ...]]:
    """For each key of a plan the keys it may stand under, those nearest the top first."""
    found: dict[str, list[str]] = {}
    level: list[tuple[type, str]] = [(Plan, "")]
    seen: set[type] = set()
    while level:
        below = []
        for kind, place in level:
            if kind in seen:
                continue
            seen.add(kind)
            for name, inner in _fields(kind):
                if place and place not in found.setdefault(name, []):
                    found[name].append(place)
                below += [(one, f"{place}.{name}" if place else name) for one in inner]
        level = below
    return {name: tuple(places) for name, places in found.items()}


def _fields(kind: type) -> Iterator[tuple[str, tuple[type, ...]]]:
    for name, annotation in shapes.hints(kind).items():
        yield name, shapes.dataclasses_in(annotation)
