"""The forms of Check and Act, read. Pure: a mapping of what was typed in, events' parts out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Protocol

from app.calibration.act import (
    CardChange,
    Coaching,
    Consensus,
    FollowUp,
    GuidanceChange,
    NoConsensus,
    Proposal,
    Resolution,
)
from app.calibration.planning import due_from
from app.calibration.session_errors import WrongInput
from app.quality.answers import Answer, typed_answer
from app.quality.text import N_, text
from app.typed import whole


class Form(Protocol):
    def get(self, key: str, default: str, /) -> str: ...
    def getlist(self, key: str) -> Sequence[str]: ...


def resolution(form: Form, recordings: Sequence[int]) -> Resolution:
    """``outcome`` is consensus or none, and has to be chosen. ``answer-<recording>`` is a point, a
    word of ``Left``, or empty where the room left that recording open."""
    reason, outcome = form.get("reason", "").strip(), form.get("outcome", "")
    if outcome == "none":
        return NoConsensus(reason)
    if outcome != "consensus":
        raise WrongInput(text(N_("Choose what came out.")), field="outcome")
    answers = [
        (recording, answer(typed))
        for recording in recordings
        if (typed := form.get(f"answer-{recording}", ""))
    ]
    return Consensus(tuple(answers), reason)


def answer(typed: str) -> Answer:
    """Raises ``WrongInput`` for what is neither a number nor a word of ``Left``."""
    found = typed_answer(typed)
    if found is None:
        raise WrongInput(text(N_("Choose one of the answers.")), field="answers")
    return found


def proposal(form: Form, zone: tzinfo, now: datetime) -> Proposal:
    """By ``kind``: guidance, card, rater, agent, follow_up. Raises ``WrongInput``, and
    ``planning.Unfit`` for a date that is none."""
    reason, criterion = form.get("reason", "").strip(), form.get("criterion", "")
    words = form.get("words", "").strip()
    match form.get("kind", ""):
        case "guidance":
            return GuidanceChange(criterion, words, reason)
        case "card":
            return CardChange(words, reason, criterion)
        case "rater":
            return Coaching(
                "rater", reason, rater=whole(form.get("rater", "")), criterion=criterion
            )
        case "agent":
            call = whole(form.get("recording", ""))
            return Coaching("agent", reason, recording=call, criterion=criterion)
        case "follow_up":
            return FollowUp(due_from(form.get("due", ""), zone, now), reason)
        case _:
            raise WrongInput(text(N_("Choose what you propose.")), field="kind")
