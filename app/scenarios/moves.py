"""What goes into the dialogue and what comes out of it: events and actions, as values.

``dialogue.step(scenario, state, event) -> (state, actions)`` is pure: the same
events give the same call, so a call is replayable from its log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from app.recordings.timeline import ActHeard

MoveKind = Literal["consult", "transfer", "escalate"]


@dataclass(frozen=True, slots=True)
class Opened:
    """The line opened; the trainee has the word."""

    at: float


@dataclass(frozen=True, slots=True)
class Heard:
    """The trainee finished a turn."""

    at: float
    text: str
    acts: tuple[ActHeard, ...] = ()


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody has said anything for a while; ``level`` 1, 2, 3… grows until somebody does."""

    at: float
    level: int


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The trainee spoke over the customer, who stopped after ``heard`` (0..1) of her line."""

    at: float
    heard: float


@dataclass(frozen=True, slots=True)
class HoldChanged:
    """The trainee put the customer on hold, or took her back."""

    at: float
    on: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """The trainee used a move of the desk: consult a colleague, transfer, escalate."""

    at: float
    kind: MoveKind
    target: str


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """The trainee asked for the last line once more (the button)."""

    at: float


@dataclass(frozen=True, slots=True)
class HungUp:
    """The trainee hung up."""

    at: float


Event = Opened | Heard | Silence | Interrupted | HoldChanged | Moved | AskedAgain | HungUp


@dataclass(frozen=True, slots=True)
class Say:
    """The customer says ``text`` (facts already filled in)."""

    text: str


@dataclass(frozen=True, slots=True)
class Tell:
    """A notice on the trainee's desk that is not speech: a colleague's answer, a system result."""

    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """Something for the log and the scorecard: see ``timeline.Mark`` for the kinds."""

    kind: str
    data: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class End:
    """The call is over, after what is still to be said."""

    ending: str
    good: bool


Action = Say | Tell | Record | End
