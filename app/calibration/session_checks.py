"""What several steps of a session ask of what they get."""

from __future__ import annotations

from typing import TypeVar

from app.calibration.session_errors import WrongInput
from app.calibration.session_state import Frozen, SessionState
from app.quality.answers import Answer
from app.quality.text import N_, text

MOST_WORDS = 4000
K = TypeVar("K")
V = TypeVar("V")


def check_recording(state: SessionState, recording: int | None) -> None:
    if recording not in state.plan.recordings:
        raise WrongInput(text(N_("This recording is not part of the session.")), field="recording")


def check_criterion(state: SessionState, criterion: str) -> None:
    if criterion not in state.plan.criterion_ids:
        words = text(N_("{criterion} is not part of the session."), criterion=criterion)
        raise WrongInput(words, field="criterion")


def check_answer(state: SessionState, criterion: str, answer: Answer, field: str) -> None:
    if not state.plan.criterion(criterion).takes(answer):
        words = text(
            N_("{answer} is no point on the scale of {criterion}."),
            answer=str(answer),
            criterion=criterion,
        )
        raise WrongInput(words, field=field)


def check_length(words: str, field: str) -> None:
    if len(words) > MOST_WORDS:
        too_long = text(N_("Keep this under {most} characters."), most=MOST_WORDS)
        raise WrongInput(too_long, field=field)


def said(words: str, field: str) -> str:
    """The words, when there are some and not too many."""
    if not words.strip():
        raise WrongInput(text(N_("Write a few words here.")), field=field)
    check_length(words, field)
    return words


def having(mapping: Frozen[K, V], key: K, value: V) -> Frozen[K, V]:
    """The mapping with one value set, as a new one that nobody can change."""
    return Frozen(mapping | {key: value})
