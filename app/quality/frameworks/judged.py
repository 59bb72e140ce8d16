"""Which criteria the machine can judge, as a framework may name them.

Scorecards stand on the framework, so this room cannot ask them: whoever knows them says at
the start how to find out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app

KEY = "callwright_judged"


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion with a rule; ``card`` and ``title`` are the names people know."""

    card_id: int
    card: str
    criterion: str
    title: str


Source = Callable[[], Sequence[Judged]]


def offer(app: Flask, source: Source) -> None:
    app.extensions[KEY] = source


def judged() -> Sequence[Judged]:
    """The criteria of every card in force that have a rule."""
    source: Source | None = current_app.extensions.get(KEY)
    return source() if source else ()
