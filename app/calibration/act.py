"""What comes of a session: consensus with its reason, proposals, the next session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from app.calibration.session_plan import SessionPlan
from app.quality.answers import Answer


@dataclass(frozen=True, slots=True)
class Consensus:
    """What the room agreed on: the answer for each recording it spoke of, and why."""

    answers: tuple[tuple[int, Answer], ...]
    reason: str
    kind: Literal["consensus"] = "consensus"

    def answer(self, recording: int) -> Answer | None:
        return dict(self.answers).get(recording)


@dataclass(frozen=True, slots=True)
class NoConsensus:
    """The room did not agree, and says why; that is an outcome too."""

    reason: str
    kind: Literal["no_consensus"] = "no_consensus"


Resolution = Consensus | NoConsensus


@dataclass(frozen=True, slots=True)
class GuidanceChange:
    """Say better how a criterion is to be scored: ``words`` are the new guidance."""

    criterion: str
    words: str
    reason: str
    kind: Literal["guidance"] = "guidance"


@dataclass(frozen=True, slots=True)
class CardChange:
    """Change the card itself in a new version: ``words`` say what, in a sentence."""

    words: str
    reason: str
    criterion: str = ""
    kind: Literal["card"] = "card"


@dataclass(frozen=True, slots=True)
class Coaching:
    """Coaching for a rater or for the agent of a call. Only a proposal: coaching is opened there.

    For an agent ``recording`` names her call, so that no name is needed where it is hidden.
    """

    whom: Literal["rater", "agent"]
    reason: str
    rater: int | None = None
    recording: int | None = None
    criterion: str = ""
    kind: Literal["coaching"] = "coaching"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Score the same recordings again by ``due``, to see what the session has changed."""

    due: datetime
    reason: str
    kind: Literal["follow_up"] = "follow_up"


Proposal = GuidanceChange | CardChange | Coaching | FollowUp


def unresolved(over: Iterable[str], resolutions: Mapping[str, Resolution]) -> tuple[str, ...]:
    """The criteria over the threshold that nothing was said of yet; they keep a session open."""
    return tuple(criterion for criterion in over if criterion not in resolutions)


def follow_up(
    plan: SessionPlan, *, follows: int, due: datetime, card_version: str = "", seed: int = 0
) -> SessionPlan:
    """The plan of a session on the same recordings, which links back to session ``follows``.

    With another ``card_version`` the scales stay as they were, so that before and after can be
    compared; a criterion whose scale has changed is to be taken out of the plan.
    """
    return replace(
        plan, follows=follows, due=due, card_version=card_version or plan.card_version, seed=seed
    )
