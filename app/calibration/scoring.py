"""What a rater sees while she scores: her own marks alone, the card as it is asked here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.calibration.session_state import Mark, SessionState, SheetKey, sheet_of
from app.quality.answers import Left
from app.quality.card import Criterion, Scorecard
from app.quality.text import N_, Text, text


@dataclass(frozen=True, slots=True)
class Place:
    """One recording of the session for one rater. ``number``: from 1, as the plan has it."""

    recording: int
    number: int
    marks: int
    of: int
    done: bool


def places(state: SessionState, rater: int) -> tuple[Place, ...]:
    """How far she is with each recording in this round."""
    found = []
    for number, recording in enumerate(state.plan.recordings, 1):
        sheet = sheet_of(state, rater, recording)
        set_ = sum(1 for criterion in state.criteria if criterion in sheet.marks)
        done = sheet.submitted is not None
        found.append(Place(recording, number, set_, len(state.criteria), done))
    return tuple(found)


def asked(card: Scorecard) -> Scorecard:
    """The card as a session asks it: everybody answers every criterion.

    A question that hangs on another is asked all the same (it may "not apply"), so that its
    marks can be compared; causes are for coaching and left out.
    """
    return card.model_copy(
        update={
            "sections": tuple(
                section.model_copy(
                    update={"criteria": tuple(_asked(each) for each in section.criteria)}
                )
                for section in card.sections
            )
        }
    )


def marks_of(
    state: SessionState, rater: int, recording: int, round_: int | None = None
) -> dict[str, dict[str, Any]]:
    """Her own marks on a recording, as their form and its answers have them."""
    key = SheetKey(state.round if round_ is None else round_, rater, recording)
    sheet = state.sheets.get(key)
    return {criterion: as_sent(mark) for criterion, mark in sheet.marks.items()} if sheet else {}


def as_sent(mark: Mark) -> dict[str, Any]:
    return {
        "answer": str(mark.answer) if isinstance(mark.answer, Left) else mark.answer,
        "comment": mark.comment,
        "seconds": list(mark.seconds),
        "causes": [],
        "version": mark.version,
    }


def uncommented(
    state: SessionState, card: Scorecard, rater: int, recording: int
) -> dict[str, Text]:
    """Marks of hers that the card wants explained and that have no comment, by criterion."""
    words = text(N_("This mark needs a comment: say why."))
    marks = sheet_of(state, rater, recording).marks
    return {
        criterion.id: words
        for criterion in card.criteria
        if criterion.id in state.criteria
        and (mark := marks.get(criterion.id)) is not None
        and mark.answer in criterion.comment_for
        and not mark.comment.strip()
    }


def unanswered(state: SessionState, rater: int, recording: int) -> dict[str, Text]:
    """Criteria of this round she has given no mark, by criterion."""
    marks = sheet_of(state, rater, recording).marks
    words = text(N_("Choose a mark. “Not sure” is one, too."))
    return {criterion: words for criterion in state.criteria if criterion not in marks}


def _asked(criterion: Criterion) -> Criterion:
    may_not_apply = criterion.may_not_apply or criterion.asked_if is not None
    changes = {"asked_if": None, "may_not_apply": may_not_apply, "causes": ()}
    return criterion.model_copy(update=changes)
