"""Where a call stands, as one frozen value: all that the next step depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from app.scenarios.parts import FlagValue
from app.scenarios.schema import FactValue


def _nothing() -> Mapping[str, int]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DialogueState:
    """Where a call stands.

    ``heard``: times each act was heard; ``here``: those heard since this state was
    entered. ``said``: times each line was said, so that its variants take turns.
    ``silences``, ``unsure`` and ``nods`` count in a row. ``path``: the states
    entered, in order. ``ending`` is empty while the call goes on.
    """

    seed: int
    facts: Mapping[str, FactValue]
    node: str
    mood: int
    flags: Mapping[str, FlagValue] = field(default_factory=_nothing)
    heard: Mapping[str, int] = field(default_factory=_nothing)
    here: frozenset[str] = frozenset()
    turns: int = 0
    turns_here: int = 0
    said: Mapping[str, int] = field(default_factory=_nothing)
    felt: Mapping[str, int] = field(default_factory=_nothing)
    fired: frozenset[str] = frozenset()
    fallbacks: int = 0
    silences: int = 0
    unsure: int = 0
    nods: int = 0
    repeats: int = 0
    on_hold: bool = False
    hold_since: float = 0.0
    hold_asked: bool = False
    last_line: str = ""
    unheard: str = ""
    path: tuple[str, ...] = ()
    ending: str = ""
