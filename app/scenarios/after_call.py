"""What the after-call note says of what it should say. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.scenarios.schema import FactValue, Scenario
from app.scenarios.template import fill


@dataclass(frozen=True, slots=True)
class NotedPoint:
    """Something the note should mention, and whether it does."""

    about: str
    mentioned: bool


def noted(scenario: Scenario, facts: Mapping[str, FactValue], note: str) -> tuple[NotedPoint, ...]:
    """The points of the scenario's wrap-up; any one of a point's words or phrases is enough."""
    text = _plain(note)
    return tuple(
        NotedPoint(
            fill(point.about, facts),
            any(f" {_plain(fill(word, facts))} " in f" {text} " for word in point.words),
        )
        for point in scenario.wrap_up.note
    )


def _plain(text: str) -> str:
    """Small letters, words and numbers only, one blank between them."""
    return " ".join(re.findall(r"[\w']+", text.lower()))
