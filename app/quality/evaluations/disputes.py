"""Disputes: the agent says one mark is wrong; somebody decides in words, in time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select

from app.accounts import audit
from app.accounts.models import Person, Role, team_leads
from app.accounts.rights import RATERS
from app.db import db, transaction
from app.errors import Conflict, InvalidInput, NotFound
from app.quality.answers import Answer, Mark
from app.quality.cards import service as cards
from app.quality.evaluations import marks as marking
from app.quality.evaluations import seeing, service, working_days
from app.quality.evaluations.models import (
    CHANGED,
    DISPUTED,
    OPEN,
    PERSON,
    UPHELD,
    WITHDRAWN,
    Dispute,
    Evaluation,
    EvaluationMark,
)
from app.quality.tally import answers_of, refused, tally
from app.quality.wording import wording
from app.recordings import access
from app.recordings.models import Recording
from app.services import services

LONGEST_WORDS = 2_000


@dataclass(frozen=True, slots=True)
class Objection:
    """What the agent says: of which criterion, in her words, and where it can be heard."""

    criterion: str
    words: str
    seconds: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """``answer`` is None when the mark is upheld; else the mark that holds from now on."""

    words: str
    answer: Answer | None = None


# ---- open, withdraw -----------------------------------------------------------------------------


def open_dispute(agent: Person, evaluation: Evaluation, said: Objection, at: datetime) -> Dispute:
    """Raises ``NotFound`` for whoever is not judged by it, ``InvalidInput`` without words or for
    a criterion without a mark, ``Conflict`` when this one was disputed already."""
    words = _words(said.words, _("Say what is wrong with this mark."))
    with transaction() as session:
        service.to_answer(agent, evaluation, at)
        row = _mark(evaluation, said.criterion)
        _refuse_second(evaluation, said.criterion)
        owner = owner_of(evaluation)
        dispute = Dispute(
            evaluation=evaluation,
            criterion=said.criterion,
            words=words,
            seconds=list(said.seconds),
            opened_by=agent,
            opened_at=at,
            owner=owner,
            due_at=working_days.after(at, services().settings.dispute_days),
            status=OPEN,
            before=_state(evaluation, row),
        )
        session.add(dispute)
        evaluation.response, evaluation.responded_at = DISPUTED, at
        session.flush()
        _let_hear(dispute, at)
    return dispute


def _refuse_second(evaluation: Evaluation, criterion: str) -> None:
    same = select(Dispute.id).where(
        Dispute.evaluation_id == evaluation.id,
        Dispute.criterion == criterion,
        Dispute.status != WITHDRAWN,
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise Conflict(
            _("This mark is disputed already, or was."), remedy=_("Look at the dispute.")
        )


def withdraw(agent: Person, dispute: Dispute, at: datetime) -> None:
    """The agent takes it back: the mark stands. Raises ``NotFound``, ``Conflict``."""
    if dispute.opened_by_id != agent.id:
        raise not_there()
    with transaction():
        _still_open(dispute)
        _close(dispute, WITHDRAWN, agent, at)


# ---- decide, hand on ----------------------------------------------------------------------------


def decide(by: Person, dispute: Dispute, decision: Decision, at: datetime) -> None:
    """Uphold the mark or change it; the total follows. Before and after are kept.

    Raises ``NotFound`` for whoever may not decide, ``InvalidInput`` without words or for a
    point that the scale does not have, ``Conflict`` when it is decided.
    """
    if not may_decide(by, dispute):
        raise not_there()
    words = _words(decision.words, _("Say why: the agent reads it."))
    with transaction():
        _still_open(dispute)
        evaluation = dispute.evaluation
        row = _mark(evaluation, dispute.criterion)
        if decision.answer is not None:
            _change(evaluation, row, decision.answer, at)
            dispute.after = _state(evaluation, row)
        dispute.outcome_words = words
        _close(dispute, UPHELD if decision.answer is None else CHANGED, by, at)
        audit.record(
            by,
            "dispute.decided",
            dispute,
            evaluation=evaluation.id,
            criterion=dispute.criterion,
            outcome=dispute.status,
            before=dispute.before,
            after=dispute.after,
        )


def _change(evaluation: Evaluation, row: EvaluationMark, answer: Answer, at: datetime) -> None:
    card = cards.card_of(evaluation.card_version)
    trouble = refused(card.criterion(row.criterion), Mark(answer))
    if trouble is not None:
        raise InvalidInput(wording(trouble), field="answer")
    if marking.answer_of(row) == answer:
        raise InvalidInput(
            _("That is the mark it has: uphold it, or choose another."), field="answer"
        )
    marking.put(row, answer)
    row.version += 1
    row.changed_at = evaluation.changed_at = at
    db.session.flush()
    kept = marking.marks_of(service.marks(evaluation))
    service.keep_total(evaluation, tally(card, answers_of(kept)))


def _close(dispute: Dispute, status: str, by: Person, at: datetime) -> None:
    dispute.status, dispute.decided_by, dispute.decided_at = status, by, at
    access.revoke(_source(dispute))


def hand_on(by: Person, dispute: Dispute, owner_id: int, at: datetime) -> None:
    """Somebody else is to decide. Raises ``NotFound``, ``InvalidInput``, ``Conflict``."""
    if not may_decide(by, dispute):
        raise not_there()
    owner = db.session.get(Person, owner_id)
    if owner is None or not owner.active or owner.role not in RATERS:
        raise InvalidInput(_("Choose a supervisor or a QA analyst."), field="owner")
    if owner.id == dispute.evaluation.agent_id:
        raise InvalidInput(_("Nobody decides a dispute about their own call."), field="owner")
    with transaction():
        _still_open(dispute)
        before, dispute.owner = dispute.owner_id, owner
        db.session.flush()
        _let_hear(dispute, at)
        audit.record(by, "dispute.handed_on", dispute, owner=[before, owner.id])


def may_decide(by: Person, dispute: Dispute) -> bool:
    """Its owner, and whoever has the call in her charge; never the agent herself."""
    if by.id == dispute.evaluation.agent_id or by.role not in RATERS:
        return False
    return dispute.owner_id == by.id or seeing.holds_office(by, dispute.evaluation)


def owners(dispute: Dispute) -> Sequence[Person]:
    """Who could decide it, by name."""
    chosen = select(Person).where(
        Person.active, Person.role.in_(RATERS), Person.id != dispute.evaluation.agent_id
    )
    return db.session.scalars(chosen.order_by(Person.name)).unique().all()


def owner_of(evaluation: Evaluation) -> Person | None:
    """By default a supervisor of the agent's team, else a QA who hears the call, else any QA;
    among them first whoever has not scored this call at all, then whoever did not make this
    evaluation, then the rater; None when there is nobody."""
    scored = scorers(evaluation)
    for left_out in (scored | {evaluation.rater_id}, {evaluation.rater_id}):
        found = _in_charge(evaluation, {each for each in left_out if each is not None})
        if found is not None:
            return found
    return evaluation.rater


def scorers(evaluation: Evaluation) -> frozenset[int]:
    """The raters who have scored its call, or begun to: by whatever card."""
    chosen = select(Evaluation.rater_id).where(
        Evaluation.recording_id == evaluation.recording_id,
        Evaluation.kind == PERSON,
        Evaluation.rater_id.is_not(None),
    )
    return frozenset(each for each in db.session.scalars(chosen) if each is not None)


def _in_charge(evaluation: Evaluation, left_out: Collection[int]) -> Person | None:
    others = (Person.active, Person.id != evaluation.agent_id, Person.id.not_in(left_out))
    team = evaluation.agent.team_id if evaluation.agent else None
    leading = select(team_leads.c.person_id).where(team_leads.c.team_id == team)
    first = (Person.role == Role.SUPERVISOR, Person.id.in_(leading))
    for people in (first, (Person.role == Role.QA,)):
        found = db.session.scalars(
            select(Person).where(*others, *people).order_by(Person.id)
        ).unique()
        known = list(found)
        hearing = [each for each in known if access.is_known_to(each, evaluation.recording)]
        if hearing or known:
            return (hearing or known)[0]
    return None


def _let_hear(dispute: Dispute, at: datetime) -> None:
    """Whoever decides can hear what it is about, as long as it is open."""
    if dispute.owner_id is None:
        return
    access.grant(
        [dispute.owner_id],
        _source(dispute),
        at=at,
        recordings=[dispute.evaluation.recording_id],
    )


def _source(dispute: Dispute) -> str:
    return f"dispute:{dispute.id}"


# ---- find ---------------------------------------------------------------------------------------


def seen_by(person: Person) -> ColumnElement[bool]:
    """As a condition on ``Dispute`` joined to its evaluation: hers, hers to decide, of calls in
    her charge."""
    own = or_(Dispute.opened_by_id == person.id, Dispute.owner_id == person.id)
    if person.role not in RATERS:
        return Dispute.opened_by_id == person.id
    known = select(Recording.id).where(access.known_to(person))
    charge = Evaluation.recording_id.in_(known) & (Evaluation.agent_id != person.id)
    return or_(own, Evaluation.rater_id == person.id, charge)


def find(person: Person, dispute_id: int) -> Dispute:
    """Raises ``NotFound`` for whom it does not concern."""
    chosen = select(Dispute).join(Evaluation, Evaluation.id == Dispute.evaluation_id)
    chosen = chosen.where(Dispute.id == dispute_id, seen_by(person))
    found = db.session.scalars(chosen).unique().one_or_none()
    if found is None:
        raise not_there()
    return found


def not_there() -> NotFound:
    return NotFound(
        _("There is no such dispute among those you may see."),
        remedy=_("Look in your evaluations."),
    )


# ---- rows ---------------------------------------------------------------------------------------


def _mark(evaluation: Evaluation, criterion: str) -> EvaluationMark:
    for row in service.marks(evaluation):
        if row.criterion == criterion and marking.answer_of(row) is not None:
            return row
    raise InvalidInput(_("This criterion was not marked."), field="criterion")


def _state(evaluation: Evaluation, row: EvaluationMark) -> dict[str, Any]:
    return {**marking.told(row), "total": evaluation.total, "passed": evaluation.passed}


def _still_open(dispute: Dispute) -> None:
    db.session.refresh(dispute, with_for_update={"of": Dispute})
    if dispute.status != OPEN:
        raise Conflict(_("This dispute is closed already."), remedy=_("Reload the page."))


def _words(words: str, wanted: str) -> str:
    words = words.strip()
    if not words:
        raise InvalidInput(wanted, field="words")
    if len(words) > LONGEST_WORDS:
        raise InvalidInput(_("At most %(n)s characters, please.", n=LONGEST_WORDS), field="words")
    return words
