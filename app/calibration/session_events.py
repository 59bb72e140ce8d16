"""What can happen in a calibration session. Stored one after the other, never changed.

``by`` is a person's number, ``at`` the moment. ``as_json`` and ``from_json`` are inverse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from pydantic import TypeAdapter

from app.calibration.act import Proposal, Resolution
from app.calibration.session_plan import SessionPlan
from app.quality.answers import Answer


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan, or a better one before the scoring is opened."""

    by: int
    at: datetime
    plan: SessionPlan


@dataclass(frozen=True, slots=True)
class Opened:
    """The scoring is open: Plan is over, Do begins."""

    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark was set or changed. ``saw`` is the version she saw, 0 when there was none."""

    by: int
    at: datetime
    recording: int
    criterion: str
    answer: Answer
    comment: str = ""
    seconds: tuple[float, ...] = ()
    saw: int = 0


@dataclass(frozen=True, slots=True)
class Submitted:
    """She is done with a recording; her marks on it stay as they are."""

    by: int
    at: datetime
    recording: int


@dataclass(frozen=True, slots=True)
class Reminded:
    """The product reminded these people, on behalf of the host."""

    by: int
    at: datetime
    raters: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DueMoved:
    by: int
    at: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class ScoringClosed:
    """Do is over, Check begins, whoever is late. ``over``: criteria over the threshold.

    They are part of the event, as they were judged then, so that a replay needs no statistics.
    """

    by: int
    at: datetime
    over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SecondRoundOpened:
    """A second blind round, for criteria over the threshold only."""

    by: int
    at: datetime
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attended:
    """Who is in the room when the marks are talked about."""

    by: int
    at: datetime
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Noted:
    by: int
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class ActOpened:
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Resolved:
    """Consensus on a criterion, or that there is none; a later one replaces it."""

    by: int
    at: datetime
    criterion: str
    resolution: Resolution


@dataclass(frozen=True, slots=True)
class Proposed:
    by: int
    at: datetime
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A proposal was taken back."""

    by: int
    at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class Closed:
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The session ends here, with a reason; nothing that was scored is lost."""

    by: int
    at: datetime
    reason: str


Event = (
    Planned
    | Opened
    | Marked
    | Submitted
    | Reminded
    | DueMoved
    | ScoringClosed
    | SecondRoundOpened
    | Attended
    | Noted
    | ActOpened
    | Resolved
    | Proposed
    | Withdrawn
    | Closed
    | Cancelled
)
_ADAPTERS: Mapping[str, TypeAdapter[Event]] = {
    kind.__name__: TypeAdapter(kind) for kind in get_args(Event)
}


def as_json(event: Event) -> dict[str, Any]:
    """For storage: ``{"event": "Marked", "by": …}`` of plain JSON values."""
    kind = type(event).__name__
    return {"event": kind, **_ADAPTERS[kind].dump_python(event, mode="json")}


def from_json(body: Mapping[str, Any]) -> Event:
    """The stored event. KeyError for an unknown kind, pydantic's ValidationError for its body."""
    values = {name: value for name, value in body.items() if name != "event"}
    return _ADAPTERS[body["event"]].validate_python(values)
