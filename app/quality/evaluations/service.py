"""Evaluations: begun, marked, handed in, released, answered. Each change is one transaction.

A rater has one evaluation for each recording and version of a card. Every mark is kept as it is
made; it counts the writes, and whoever changes it says which one she saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Person
from app.db import db, transaction
from app.errors import Conflict, InvalidInput
from app.quality import handed_in
from app.quality.answers import Mark
from app.quality.card import Criterion
from app.quality.cards import service as cards
from app.quality.evaluations import seeing
from app.quality.evaluations.beginning import self_evaluation, start
from app.quality.evaluations.marks import answer_of, marks_of, put
from app.quality.evaluations.models import (
    DRAFT,
    LONGEST_NOTE,
    MACHINE,
    SELF,
    SUBMITTED,
    Evaluation,
    EvaluationMark,
)
from app.quality.evaluations.release import accept, hold_back, may_release, release, to_answer
from app.quality.sent_mark import SentMark
from app.quality.tally import Open, Tally, answers_of, open_questions, refused, tally
from app.quality.wording import wording

__all__ = [
    "MarkConflict",
    "NoteConflict",
    "Unfinished",
    "accept",
    "hold_back",
    "keep_total",
    "mark",
    "marks",
    "may_release",
    "note",
    "own",
    "release",
    "reopen",
    "self_evaluation",
    "start",
    "submit",
    "tally_of",
    "to_answer",
]


class MarkConflict(Conflict):
    """A mark has gone on since it was seen. ``theirs`` is what is kept."""

    def __init__(self, theirs: EvaluationMark) -> None:
        super().__init__(
            _("This mark was changed meanwhile."), field="saw", remedy=_("Choose which one holds.")
        )
        self.theirs = theirs


class NoteConflict(Conflict):
    """The note has gone on since it was seen; ``theirs`` is what is kept."""

    def __init__(self, theirs: Evaluation) -> None:
        super().__init__(
            _("This note was changed meanwhile."), field="saw", remedy=_("Choose which one holds.")
        )
        self.theirs = theirs


class Unfinished(InvalidInput):
    """Something is still to be answered or explained; ``missing`` says where."""

    def __init__(self, missing: Sequence[Open]) -> None:
        super().__init__(
            _("Some criteria still need an answer or a comment."),
            field=missing[0].criterion,
            remedy=_("They are marked below."),
        )
        self.missing = missing


# ---- mark ---------------------------------------------------------------------------------------


def own(rater: Person, evaluation_id: int) -> Evaluation:
    """Her evaluation, as the one who scores. Raises ``NotFound``."""
    found = db.session.get(Evaluation, evaluation_id)
    if found is None or found.rater_id != rater.id:
        raise seeing.not_there()
    return found


def mark(evaluation: Evaluation, wanted: SentMark, at: datetime) -> EvaluationMark:
    """Keep one criterion as it stands in the form.

    The same once more is no new write. Raises ``MarkConflict`` when it has gone on since
    ``wanted.saw``, ``Conflict`` once it is handed in, ``InvalidInput`` for what the card
    does not know.
    """
    criterion = _criterion(evaluation, wanted.criterion)
    _check(criterion, wanted)
    with transaction() as session:
        _open(evaluation)
        row = _mark_of(evaluation, criterion.id)
        if row is None:
            row = EvaluationMark(evaluation_id=evaluation.id, criterion=criterion.id, version=0)
            session.add(row)
        elif _same(row, wanted):
            return row
        elif row.version != wanted.saw:
            raise MarkConflict(row)
        put(row, wanted.answer)
        row.comment = wanted.comment
        row.seconds, row.causes = list(wanted.seconds), list(wanted.causes)
        row.version += 1
        row.changed_at = evaluation.changed_at = at
        session.flush()
    return row


def _criterion(evaluation: Evaluation, criterion_id: str) -> Criterion:
    try:
        return cards.card_of(evaluation.card_version).criterion(criterion_id)
    except KeyError:
        raise InvalidInput(
            _("This card has no criterion %(id)s.", id=criterion_id), field="criterion"
        ) from None


def _check(criterion: Criterion, wanted: SentMark) -> None:
    if wanted.answer is None:
        return
    trouble = refused(criterion, Mark(wanted.answer, causes=wanted.causes))
    if trouble is not None:
        raise InvalidInput(wording(trouble), field=criterion.id)


def _mark_of(evaluation: Evaluation, criterion: str) -> EvaluationMark | None:
    chosen = select(EvaluationMark).where(
        EvaluationMark.evaluation_id == evaluation.id, EvaluationMark.criterion == criterion
    )
    return db.session.scalars(
        chosen.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def _same(row: EvaluationMark, wanted: SentMark) -> bool:
    return (
        answer_of(row) == wanted.answer
        and row.comment == wanted.comment
        and list(row.seconds) == list(wanted.seconds)
        and list(row.causes) == list(wanted.causes)
    )


def _open(evaluation: Evaluation) -> None:
    """Lock it. Raises ``Conflict`` when it is no draft any more."""
    db.session.refresh(evaluation, with_for_update={"of": Evaluation})
    if evaluation.status != DRAFT:
        raise Conflict(
            _("This evaluation is handed in: its marks stand."),
            remedy=_("Reload the page. Before its release you can take it back."),
        )


def marks(evaluation: Evaluation) -> Sequence[EvaluationMark]:
    """Its marks as they are kept now."""
    chosen = select(EvaluationMark).where(EvaluationMark.evaluation_id == evaluation.id)
    fresh = chosen.order_by(EvaluationMark.id).execution_options(populate_existing=True)
    return db.session.scalars(fresh).all()


def tally_of(evaluation: Evaluation) -> Tally:
    """What its marks make now."""
    kept = marks_of(marks(evaluation))
    return tally(cards.card_of(evaluation.card_version), answers_of(kept))


def note(evaluation: Evaluation, words: str, saw: int, at: datetime) -> Evaluation:
    """Keep the note on the whole call. ``saw``: the evaluation's revision that was shown.

    Raises ``NoteConflict``, ``Conflict`` once it is handed in, ``InvalidInput``.
    """
    if len(words) > LONGEST_NOTE:
        raise InvalidInput(_("A note has at most %(n)s characters.", n=LONGEST_NOTE), field="note")
    with transaction():
        _open(evaluation)
        if evaluation.note == words:
            return evaluation
        if evaluation.revision != saw:
            raise NoteConflict(evaluation)
        evaluation.note, evaluation.changed_at = words, at
        evaluation.revision += 1
    return evaluation


# ---- hand in, take back -------------------------------------------------------------------------


def submit(evaluation: Evaluation, at: datetime) -> Evaluation:
    """Hand it in. Raises ``Unfinished`` while something is open, ``Conflict`` when it is done."""
    card = cards.card_of(evaluation.card_version)
    with transaction():
        _open(evaluation)
        kept = marks_of(marks(evaluation))
        missing = open_questions(card, kept)
        if missing:
            raise Unfinished(missing)
        keep_total(evaluation, tally(card, answers_of(kept)))
        evaluation.status = SUBMITTED
        evaluation.submitted_at = evaluation.changed_at = at
        handed_in.tell(evaluation, at)
    return evaluation


def keep_total(evaluation: Evaluation, result: Tally) -> None:
    """The result beside the marks it comes from; the machine keeps its own account as well."""
    evaluation.total, evaluation.passed = result.total, result.passed
    if evaluation.kind != MACHINE:
        evaluation.score = result.to_dict()


def reopen(evaluation: Evaluation, at: datetime) -> Evaluation:
    """Back to the desk, before anybody was shown it. Raises ``Conflict`` after its release, and
    for a self-evaluation: the others' marks may have been seen since."""
    with transaction():
        db.session.refresh(evaluation, with_for_update={"of": Evaluation})
        if evaluation.status == DRAFT:
            return evaluation
        if evaluation.kind == SELF:
            raise Conflict(_("A self-evaluation stands as it was handed in."))
        if seeing.is_released(evaluation, at):
            raise Conflict(
                _("The agent sees this evaluation already."),
                remedy=_("A mark can still change through a dispute."),
            )
        evaluation.status, evaluation.submitted_at = DRAFT, None
        evaluation.release_at, evaluation.changed_at = None, at
    return evaluation
