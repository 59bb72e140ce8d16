"""What comes of a session: what is settled, proposed, taken back, and when it may be closed."""

from __future__ import annotations

from dataclasses import replace

from app.calibration import session_events as happen
from app.calibration.act import (
    CardChange,
    Coaching,
    Consensus,
    FollowUp,
    GuidanceChange,
    Proposal,
    unresolved,
)
from app.calibration.session_checks import (
    check_answer,
    check_criterion,
    check_recording,
    having,
    said,
)
from app.calibration.session_errors import NotNow, WrongInput
from app.calibration.session_state import Frozen, Phase, SessionState
from app.quality.text import N_, text


def resolve(state: SessionState, event: happen.Resolved) -> SessionState:
    check_criterion(state, event.criterion)
    said(event.resolution.reason, "reason")
    if isinstance(event.resolution, Consensus):
        _check_answers(state, event.criterion, event.resolution)
    return replace(state, resolutions=having(state.resolutions, event.criterion, event.resolution))


def _check_answers(state: SessionState, criterion: str, consensus: Consensus) -> None:
    if not consensus.answers:
        words = text(N_("Say for at least one recording what you agreed on."))
        raise WrongInput(words, field="answers")
    for recording, answer in consensus.answers:
        check_recording(state, recording)
        check_answer(state, criterion, answer, "answers")


def propose(state: SessionState, event: happen.Proposed) -> SessionState:
    _check_proposal(state, event.proposal)
    number = state.proposed + 1
    proposals = having(state.proposals, number, event.proposal)
    return replace(state, proposals=proposals, proposed=number)


def _check_proposal(state: SessionState, proposal: Proposal) -> None:
    said(proposal.reason, "reason")
    if isinstance(proposal, GuidanceChange | CardChange):
        said(proposal.words, "words")
    if not isinstance(proposal, FollowUp) and (
        proposal.criterion or isinstance(proposal, GuidanceChange)
    ):
        check_criterion(state, proposal.criterion)
    if isinstance(proposal, Coaching):
        _check_coaching(state, proposal)


def _check_coaching(state: SessionState, proposal: Coaching) -> None:
    if proposal.whom == "agent":
        check_recording(state, proposal.recording)
    elif proposal.rater not in state.plan.raters:
        raise WrongInput(text(N_("Choose a rater of this session.")), field="rater")


def withdraw(state: SessionState, number: int) -> SessionState:
    if number not in state.proposals:
        raise WrongInput(text(N_("This proposal is not in the list.")), field="number")
    left = {key: each for key, each in state.proposals.items() if key != number}
    return replace(state, proposals=Frozen(left))


def close(state: SessionState, event: happen.Closed) -> SessionState:
    open_ones = unresolved(state.over, state.resolutions)
    if open_ones:
        words = text(
            N_("Still to settle: {names}. Write down what you agreed on, or that you did not."),
            names=", ".join(open_ones),
        )
        raise NotNow(words)
    return replace(state, phase=Phase.CLOSED, closed=event.at)
