"""Every text and every condition of a scenario with its place in the file. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from app.scenarios.parts import Effect
from app.scenarios.schema import Scenario
from app.yaml_file import Place

CONDITIONS = ("guard", "needed")
ELSEWHERE = frozenset({("scorecard",), ("briefing", "articles")})


def strings(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Every text that may hold facts, with its place. Conditions are not among them."""
    for place, name, value in _leaves(scenario, (), ""):
        if name not in CONDITIONS and isinstance(value, str):
            yield place, value


def texts(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Every text that facts are filled into: those of the call, and what to say instead."""
    yield from strings(scenario)
    for i, section in enumerate(scenario.scorecard.sections):
        for j, criterion in enumerate(section.criteria):
            place = ("scorecard", "sections", i, "criteria", j, "instead")
            yield from (((*place, k), line) for k, line in enumerate(criterion.instead))


def conditions(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Every condition that is written, with its place."""
    for place, name, value in _leaves(scenario, (), ""):
        if name in CONDITIONS and value:
            yield place, value


def effects(scenario: Scenario) -> Iterator[tuple[Place, Effect]]:
    """Everything that can happen: transitions, silences, fallbacks, moves, hold."""
    yield from _effects(scenario, ())


def _leaves(value: Any, place: Place, name: str) -> Iterator[tuple[Place, str, Any]]:
    if place in ELSEWHERE:
        return
    if isinstance(value, BaseModel):
        for field, info in type(value).model_fields.items():
            key = info.alias or field
            yield from _leaves(getattr(value, field), (*place, key), field)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, (*place, str(key)), name)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _leaves(item, (*place, index), name)
    else:
        yield place, name, value


def _effects(value: Any, place: Place) -> Iterator[tuple[Place, Effect]]:
    if isinstance(value, Effect):
        yield place, value
    if isinstance(value, BaseModel):
        for field, info in type(value).model_fields.items():
            yield from _effects(getattr(value, field), (*place, info.alias or field))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _effects(item, (*place, str(key)))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _effects(item, (*place, index))
