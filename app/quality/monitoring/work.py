"""The work that plans give to raters: what is due, skipping, handing on, done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts import audit
from app.accounts.models import Person
from app.db import db, transaction
from app.errors import Conflict, InvalidInput, NotFound
from app.paging import Page, page_of
from app.quality.cards import reading as cards
from app.quality.cards.models import CardVersion
from app.quality.evaluations import service as evaluations
from app.quality.evaluations.models import DRAFT, PERSON, Evaluation
from app.quality.monitoring import service
from app.quality.monitoring.models import DONE, OPEN, SKIPPED, Assignment, MonitoringPlan
from app.recordings.models import ERASED, Recording


def work_of(person: Person) -> Sequence[Assignment]:
    """What ``person`` has still to score, the most urgent first."""
    chosen = (
        select(Assignment)
        .join(Recording, Recording.id == Assignment.recording_id)
        .where(
            Assignment.rater_id == person.id,
            Assignment.status == OPEN,
            Recording.status != ERASED,
        )
        .order_by(Assignment.due_at, Assignment.id)
    )
    return db.session.scalars(chosen).unique().all()


def of_plan(row: MonitoringPlan, show: str, page: int) -> Page[Assignment]:
    """A plan's calls: ``open`` ones (most urgent first), ``done``, ``skipped`` or ``all``."""
    chosen = select(Assignment).where(Assignment.plan_id == row.id)
    if show in (OPEN, DONE, SKIPPED):
        chosen = chosen.where(Assignment.status == show)
    order = Assignment.due_at if show == OPEN else Assignment.drawn_at.desc()
    return page_of(chosen.order_by(order, Assignment.id), page)


def find(person: Person, assignment_id: int) -> Assignment:
    """Hers to score, or of a plan she may change. Raises ``NotFound``."""
    one = db.session.get(Assignment, assignment_id)
    if one is None or not (one.rater_id == person.id or service.may_change(person, one.plan)):
        raise NotFound(_("There is no such work among yours."))
    return one


def find_mine(person: Person, assignment_id: int) -> Assignment:
    """Hers to score. Raises ``NotFound``."""
    one = db.session.get(Assignment, assignment_id)
    if one is None or one.rater_id != person.id:
        raise NotFound(_("There is no such work among yours."))
    return one


def _still_open(one: Assignment) -> None:
    db.session.refresh(one, with_for_update={"of": Assignment})
    if one.status != OPEN:
        raise Conflict(_("This call is not open any more."), remedy=_("Reload the page."))


def skip(person: Person, one: Assignment, words: str, *, at: datetime) -> None:
    """Not to be scored, and why; the next draw takes another in its place.

    Raises ``InvalidInput`` without a reason, ``Conflict`` when it is done or skipped.
    """
    words = " ".join(words.split())
    if not 3 <= len(words) <= 400:
        raise InvalidInput(_("Say in a few words why it is skipped."), field="words")
    with transaction():
        _still_open(one)
        one.status, one.closed_at, one.skipped_words = SKIPPED, at, words
        _afterwards(one.plan, at)
        audit.record(person, "assignment.skipped", one, why=words)


def reassign(person: Person, one: Assignment, rater_id: int, *, at: datetime) -> None:
    """Another rater of the plan is to score it. Raises ``InvalidInput``, ``Conflict``."""
    with transaction():
        _still_open(one)
        allowed = {each.id for each in one.plan.raters if each.active}
        if rater_id not in allowed or rater_id == one.recording.agent_id:
            raise InvalidInput(
                _("Choose a rater of this plan whose own call it is not."), field="rater"
            )
        before, one.rater_id, one.evaluation_id = one.rater_id, rater_id, None
        db.session.flush()
        if one.plan.ended_at is not None:
            service.let_hear_the_rest(one.plan, at)
        audit.record(person, "assignment.handed_on", one, rater=[before, rater_id])


def begin(person: Person, one: Assignment, *, at: datetime) -> Evaluation:
    """Her evaluation of this call by the newest version of the plan's card, begun or found.

    Raises ``Conflict`` when it is done or skipped, and what ``evaluations.service.start`` raises.
    """
    if one.status != OPEN:
        raise Conflict(_("This call is not open any more."), remedy=_("Reload the page."))
    begun = db.session.get(Evaluation, one.evaluation_id) if one.evaluation_id else None
    if begun is not None:
        return begun
    version = cards.newest(one.plan.card_id)
    if version is None:
        raise Conflict(_("The card of this plan has no published version any more."))
    evaluation = evaluations.start(person, one.recording, version, at)
    with transaction():
        one.evaluation_id = evaluation.id
    return evaluation


def done(one: Assignment, evaluation: Evaluation, *, at: datetime) -> None:
    """Scored and handed in. What is done already stays as it is."""
    with transaction():
        if one.status != OPEN:
            return
        one.status, one.closed_at, one.evaluation_id = DONE, at, evaluation.id
        _afterwards(one.plan, at)


def handed_in(evaluation: Evaluation, at: datetime) -> None:
    """Whatever plan asked this rater for this call by this card has it now."""
    if evaluation.kind != PERSON or evaluation.rater_id is None:
        return
    version = db.session.get(CardVersion, evaluation.card_version_id)
    chosen = (
        select(Assignment)
        .join(MonitoringPlan, MonitoringPlan.id == Assignment.plan_id)
        .where(
            Assignment.status == OPEN,
            Assignment.recording_id == evaluation.recording_id,
            Assignment.rater_id == evaluation.rater_id,
            MonitoringPlan.card_id == (version.card_id if version else None),
        )
    )
    for one in db.session.scalars(chosen).unique().all():
        done(one, evaluation, at=at)


def sweep(at: datetime) -> int:
    """Close open work whose evaluation was handed in all the same; how many."""
    chosen = (
        select(Assignment, Evaluation)
        .join(MonitoringPlan, MonitoringPlan.id == Assignment.plan_id)
        .join(
            Evaluation,
            (Evaluation.recording_id == Assignment.recording_id)
            & (Evaluation.rater_id == Assignment.rater_id),
        )
        .join(CardVersion, CardVersion.id == Evaluation.card_version_id)
        .where(
            Assignment.status == OPEN,
            Evaluation.kind == PERSON,
            Evaluation.status != DRAFT,
            CardVersion.card_id == MonitoringPlan.card_id,
        )
    )
    with transaction() as session:
        found = session.execute(chosen).unique().all()
        for one, evaluation in found:
            done(one, evaluation, at=at)
    return len(found)


def _afterwards(row: MonitoringPlan, at: datetime) -> None:
    """A plan that is over lets nobody hear what is no longer to be scored."""
    db.session.flush()
    if row.ended_at is not None:
        service.let_hear_the_rest(row, at)
