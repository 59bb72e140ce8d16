"""Where a calibration session stands, as one frozen value: what its events add up to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from app.calibration.act import Proposal, Resolution
from app.calibration.session_plan import SessionPlan
from app.quality.answers import Answer

MOST_ROUNDS = 2
# Its type is named, not only Mapping: `|` copies it many times faster than unpacking does.
Frozen = MappingProxyType


class Phase(StrEnum):
    PLAN = "plan"
    DO = "do"
    CHECK = "check"
    ACT = "act"
    CLOSED = "closed"


class Part(StrEnum):
    """What somebody is in a session; one person may be host and rater."""

    HOST = "host"
    RATER = "rater"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Mark:
    """One answer to one criterion. ``seconds``: where in the recording it is heard.

    ``version`` counts the writes, from 1; whoever changes a mark says which one she saw.
    """

    answer: Answer
    comment: str
    seconds: tuple[float, ...]
    at: datetime
    version: int


class SheetKey(NamedTuple):
    """Whose sheet for which recording, in which round (1 or 2)."""

    round: int
    rater: int
    recording: int


def _no_marks() -> Frozen[str, Mark]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Sheet:
    """One person's marks on one recording, by criterion; she may change them until submitted."""

    marks: Frozen[str, Mark] = field(default_factory=_no_marks)
    submitted: datetime | None = None


def _no_sheets() -> Frozen[SheetKey, Sheet]:
    return MappingProxyType({})


def _no_resolutions() -> Frozen[str, Resolution]:
    return MappingProxyType({})


def _no_proposals() -> Frozen[int, Proposal]:
    return MappingProxyType({})


def _no_moments() -> Frozen[int, datetime]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SessionState:
    """Where a session stands.

    ``round`` is 0 before the first scoring; ``criteria`` are those of this round.
    ``checked``: how many rounds were closed, and so may be looked at. ``over``: the
    criteria over the threshold as of the last Check, in the plan's order. ``resolutions``
    by criterion; ``proposals`` by number, from 1. ``notes`` are the meeting's, oldest
    first. ``cancelled`` is the reason, empty when the session was not.
    """

    plan: SessionPlan
    phase: Phase = Phase.PLAN
    round: int = 0
    criteria: tuple[str, ...] = ()
    sheets: Frozen[SheetKey, Sheet] = field(default_factory=_no_sheets)
    checked: int = 0
    over: tuple[str, ...] = ()
    opened: datetime | None = None
    reminded: Frozen[int, datetime] = field(default_factory=_no_moments)
    present: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()
    resolutions: Frozen[str, Resolution] = field(default_factory=_no_resolutions)
    proposals: Frozen[int, Proposal] = field(default_factory=_no_proposals)
    proposed: int = 0
    closed: datetime | None = None
    cancelled: str = ""


def parts(plan: SessionPlan, person: int) -> frozenset[Part]:
    """What this person is in the session; empty for a stranger."""
    return frozenset(
        part
        for part, is_it in (
            (Part.HOST, person == plan.host),
            (Part.RATER, person in plan.raters),
            (Part.REFERENCE, plan.reference is not None and person == plan.reference),
        )
        if is_it
    )


def sheet_of(state: SessionState, rater: int, recording: int) -> Sheet:
    """Her sheet in the round now or last scored; empty when she has not begun."""
    return state.sheets.get(SheetKey(state.round, rater, recording), Sheet())


def to_do(state: SessionState, rater: int) -> tuple[int, ...]:
    """The recordings whose sheet this person has not submitted in this round."""
    return tuple(
        recording
        for recording in state.plan.recordings
        if sheet_of(state, rater, recording).submitted is None
    )
