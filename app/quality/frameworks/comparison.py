"""Two versions of the framework side by side, down to the words that differ. Pure.

A passage is one text of the document: the mission, who a segment is, a metric's targets.
Parts of a list are laid beside each other by their ``id``, so a renamed one is changed,
not gone and new. The pieces of one side, joined, are that side's text.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from app.quality.frameworks.document import LEVELS, Framework, Metric, Trusted
from app.quality.kinds import Model

Kind = Literal["same", "gone", "new"]
Change = Literal["same", "changed", "gone", "new"]
WORD = re.compile(r"\s+|\w+|[^\w\s]")
PARTS = ("segments", "policies", "protocols", "metrics", "trusted")


@dataclass(frozen=True, slots=True)
class Piece:
    words: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Passage:
    """``section`` and ``field`` name a place in the document; ``part`` is the name of the
    segment, policy, protocol, metric or criterion, or empty."""

    section: str
    part: str
    field: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    change: Change


def compare(before: Framework, after: Framework) -> list[Passage]:
    """Every passage of both, in the order of ``after``; what is gone stands at its section's
    end. Passages that are empty on both sides are left out."""
    old, new = _passages(before), _passages(after)
    order = [*new, *(place for place in old if place not in new)]
    order.sort(key=lambda place: SECTIONS.index(place.section))
    return [_passage(place, old.get(place), new.get(place)) for place in order]


def words_differ(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces, word by word."""
    old, new = WORD.findall(before), WORD.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        # A space between two changed words belongs to the change: it reads as one.
        same = tag == "equal" and (not left + right or not "".join(old[a:b]).isspace())
        _add(left, old[a:b], "same" if same else "gone")
        _add(right, new[c:d], "same" if same else "new")
    return tuple(left), tuple(right)


def _add(pieces: list[Piece], words: list[str], kind: Kind) -> None:
    if not words:
        return
    before = pieces.pop().words if pieces and pieces[-1].kind == kind else ""
    pieces.append(Piece(before + "".join(words), kind))


SECTIONS = (
    "mission",
    "segments",
    "policies",
    "protocols",
    "metrics",
    "expected",
    "profile",
    "trusted",
)


@dataclass(frozen=True, slots=True)
class _Place:
    section: str
    part_id: str
    field: str


@dataclass(frozen=True, slots=True)
class _Text:
    part: str
    words: str


def _passages(framework: Framework) -> dict[_Place, _Text]:
    found = dict(_walk(framework))
    return {place: text for place, text in found.items() if text.words.strip()}


def _walk(framework: Framework) -> Iterator[tuple[_Place, _Text]]:
    yield _Place("mission", "", "mission"), _Text("", framework.mission)
    for section in PARTS:
        for part in getattr(framework, section):
            name = part.criterion if isinstance(part, Trusted) else part.name
            for field, words in _fields(part):
                yield _Place(section, part.id, field), _Text(name, words)
    for section in ("expected", "profile"):
        for field, value in getattr(framework, section):
            words = value if isinstance(value, str) else _number(value)
            yield _Place(section, "", field), _Text("", words)


def _fields(part: Model) -> Iterator[tuple[str, str]]:
    for field, value in part:
        if isinstance(value, str) and field != "id":
            yield field, value
    if isinstance(part, Metric):
        yield "target", _number(part.target)
        for level in LEVELS:
            yield f"target_{level}", _number(getattr(part.by_level, level))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _passage(place: _Place, old: _Text | None, new: _Text | None) -> Passage:
    before, after = words_differ(old.words if old else "", new.words if new else "")
    shown = new or old
    assert shown is not None
    return Passage(place.section, shown.part, place.field, before, after, _change(old, new))


def _change(old: _Text | None, new: _Text | None) -> Change:
    if old is None:
        return "new"
    if new is None:
        return "gone"
    return "same" if old.words == new.words else "changed"


def by_section(passages: list[Passage]) -> list[tuple[str, list[Passage]]]:
    """The passages under their sections, for a page."""
    return [(name, list(each)) for name, each in groupby(passages, key=lambda one: one.section)]
