"""A scorecard as a YAML file: the same format as ``scorecard:`` of a scenario, rules optional.

``read`` never raises for what is in a file; it tells every mistake with its line. ``written``
is its inverse: reading what it wrote gives the same card.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from app import yaml_file
from app.quality.card import Scorecard, body_of
from app.quality.card_check import Problem, checked
from app.quality.scale import WORDS
from app.quality.text import N_, text

STARTERS = Path(__file__).parent / "cards" / "starters"
WRAPPER = "scorecard"
"""The key under which a scenario carries its card; a file may begin with it too."""


@dataclass(frozen=True, slots=True)
class Line:
    """One mistake and the line it is on, counted from 1."""

    number: int
    problem: Problem

    def __str__(self) -> str:
        return f"{self.number}: {self.problem}"


@dataclass(frozen=True, slots=True)
class CardFile:
    """A file as it was read. ``card`` is None when anything is wrong."""

    card: Scorecard | None
    wrong: tuple[Line, ...] = ()


def read(source: str) -> CardFile:
    """The card of a YAML text, and what is wrong with it."""
    file = yaml_file.read(source, "a scorecard")
    unreadable = tuple(
        Line(
            each.line,
            Problem((), text(N_("{message}; {remedy}"), message=each.message, remedy=each.remedy)),
        )
        for each in file.wrong
    )
    if unreadable:
        return CardFile(None, unreadable)
    around = (WRAPPER,) if isinstance(file.data, Mapping) and WRAPPER in file.data else ()
    body = file.data[WRAPPER] if around else file.data
    if not isinstance(body, Mapping):
        missing = Problem((), text(N_("a scorecard is keys and values: begin with title:")))
        return CardFile(None, (Line(1, missing),))
    card, problems = checked(body)
    lines = tuple(Line(file.line_of((*around, *each.place)), each) for each in problems)
    return CardFile(card, tuple(sorted(lines, key=lambda each: each.number)))


def written(card: Scorecard) -> str:
    """The card as YAML, without what it leaves at its default."""
    out = io.StringIO()
    yaml = YAML()
    yaml.width = 4096
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(_plain(_short(body_of(card))), out)
    return out.getvalue()


def _short(body: dict[str, Any]) -> dict[str, Any]:
    """Scales as their word where they have one."""
    for section in body["sections"]:
        for criterion in section["criteria"]:
            if "scale" in criterion:
                criterion["scale"] = _scale(criterion["scale"])
    return body


def _scale(scale: dict[str, Any]) -> Any:
    if "passes_from" in scale:
        return scale
    points = scale["points"]
    return next((word for word, known in WORDS.items() if list(known) == points), points)


def _plain(value: Any) -> Any:
    """Whole numbers without their point, long texts as blocks."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and not value.isprintable():
        return (LiteralScalarString if _is_prose(value) else DoubleQuotedScalarString)(value)
    return value


def _is_prose(value: str) -> bool:
    """Several lines that read the same as a block."""
    lines = value.split("\n")
    return (
        len(lines) > 1
        and all(
            line == line.strip() and line.isprintable() and line.isascii() for line in lines if line
        )
        and bool(lines[0] and lines[-1])
    )


@cache
def starters() -> Mapping[str, Scorecard]:
    """The ready cards of this installation, by the name of their file."""
    found: dict[str, Scorecard] = {}
    for path in sorted(STARTERS.glob("*.yaml")):
        file = read(path.read_text(encoding="utf-8"))
        assert file.card is not None, f"{path.name}: {', '.join(map(str, file.wrong))}"
        found[path.stem] = file.card
    return found


def json_schema() -> dict[str, Any]:
    """The published JSON Schema of a card's file, shorthands included."""
    schema = Scorecard.model_json_schema(mode="validation")
    full = schema["$defs"]["Scale"]
    schema["$defs"]["Scale"] = {
        "anyOf": [
            {"enum": list(WORDS)},
            {"type": "array", "items": {"$ref": "#/$defs/Point"}, "minItems": 2},
            full,
        ]
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
