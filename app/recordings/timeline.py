"""What happened in a call, as values: who said what when, and what was done.

Pure: no Flask, no database, no files. All times are seconds on the call's own
clock, which starts at 0 when the line opens and counts the trainee's samples
(voice) or the wall clock (chat). Everything that judges, draws or replays a
call reads this one shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Speaker = Literal["trainee", "customer", "unknown"]
"""``unknown``: both speak on one channel (a mono upload), and nobody told them apart."""


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; ``confidence`` is 0..1 (1.0 for typed or scripted words)."""

    text: str
    start: float
    end: float
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class ActHeard:
    """An act found in an utterance, and the words that show it.

    ``verdict`` is ``met`` (sure enough to count), or ``undetermined`` (possibly
    said: never held against the trainee). Acts below that are not listed.
    """

    act: str
    probability: float
    verdict: Literal["met", "undetermined"]
    start: float
    end: float
    words: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one speaker said without a break."""

    speaker: Speaker
    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()
    acts: tuple[ActHeard, ...] = ()
    state: str = ""
    cut_off: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at one moment.

    Kinds: ``hold``, ``unhold``, ``mute``, ``unmute``, ``pause``, ``resume``,
    ``help``, ``repeat``, ``move`` (data: kind = consult|transfer|escalate,
    target, needed), ``silence`` (level), ``interrupted`` (by = trainee|customer),
    ``mood`` (value -5..5, reason), ``state`` (name), ``flag`` (name, value),
    ``hung_up`` (by), ``ended`` (ending, good).
    """

    at: float
    kind: str
    data: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Timeline:
    """A whole call. ``utterances`` and ``marks`` are in order of time."""

    utterances: tuple[Utterance, ...]
    marks: tuple[Mark, ...]
    duration: float
    mode: Literal["voice", "chat"] = "voice"
