"""What follows an evaluation: its release, the agent's answer, disputes and their outcome."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import to_utc

from app.accounts.guard import signed_in
from app.accounts.models import Person
from app.accounts.queries import args_of, page_in
from app.errors import InvalidInput
from app.quality.answers import Answer, typed_answer
from app.quality.cards import service as cards
from app.quality.evaluations import (
    dispute_figures,
    disputes,
    listing,
    seeing,
    service,
    words,
)
from app.quality.evaluations.blueprint import bp
from app.quality.evaluations.disputes import Decision, Objection
from app.quality.evaluations.hearing import sound_for
from app.quality.evaluations.models import OPEN, Dispute
from app.quality.evaluations.pages import evaluation_page
from app.quality.sent_mark import sent_mark
from app.services import now
from app.typed import whole

UPHOLD = "uphold"


@bp.post("/quality/evaluations/<id:evaluation_id>/release")
def release(evaluation_id: int) -> ResponseReturnValue:
    """``how``: now, later (``when``, local time) or not."""
    person, at = signed_in(), now()
    evaluation = seeing.find(person, evaluation_id, at)
    how = request.form.get("how", "now")
    try:
        if how == "not":
            service.hold_back(person, evaluation, at)
            flash(_("It is not released by itself any more."), "success")
        elif how == "later":
            service.release(person, evaluation, at, _moment(request.form.get("when", "")))
            flash(_("It will be released then."), "success")
        else:
            service.release(person, evaluation, at)
            flash(_("The agent sees it now."), "success")
    except InvalidInput as error:
        return evaluation_page(person, evaluation, at, {"when": error.message}), 400
    return _to(evaluation_id)


def _moment(text: str) -> datetime:
    try:
        local = datetime.strptime(text, "%Y-%m-%dT%H:%M")
    except ValueError:
        raise InvalidInput(_("Choose a day and a time."), field="when") from None
    moment: datetime = to_utc(local)
    return moment.replace(tzinfo=UTC)


@bp.post("/quality/evaluations/<id:evaluation_id>/accept")
def accept(evaluation_id: int) -> ResponseReturnValue:
    person, at = signed_in(), now()
    evaluation = seeing.find(person, evaluation_id, at)
    service.accept(person, evaluation, request.form.get("words", ""), at)
    flash(_("You have accepted the evaluation."), "success")
    return _to(evaluation_id)


@bp.post("/quality/evaluations/<id:evaluation_id>/disputes")
def open_dispute(evaluation_id: int) -> ResponseReturnValue:
    person, at = signed_in(), now()
    evaluation = seeing.find(person, evaluation_id, at)
    criterion = request.form.get("criterion", "")
    said = Objection(criterion, request.form.get("words", ""), _seconds())
    try:
        dispute = disputes.open_dispute(person, evaluation, said, at)
    except InvalidInput as error:
        typed = {"criterion": criterion, "words": said.words, "error": error.message}
        return evaluation_page(person, evaluation, at, typed), 400
    flash(_("Your dispute is with %(name)s.", name=_owner(dispute)), "success")
    return redirect(url_for("evaluations.dispute", dispute_id=dispute.id))


def _seconds() -> tuple[float, ...]:
    """The marked seconds of a form: numbers separated by blanks."""
    try:
        numbers = [float(each) for each in request.form.get("seconds", "").split()]
    except ValueError:
        return ()
    return sent_mark({"seconds": numbers}).seconds


def _owner(dispute: Dispute) -> str:
    return dispute.owner.name if dispute.owner else str(_("whoever leads quality"))


def _to(evaluation_id: int) -> ResponseReturnValue:
    return redirect(url_for("evaluations.evaluation", evaluation_id=evaluation_id))


# ---- one dispute --------------------------------------------------------------------------------


@bp.get("/quality/disputes")
def dispute_list() -> str:
    person, at = signed_in(), now()
    status = request.args.get("status", "")
    known = [value for value, _label in words.dispute_statuses()]
    query = listing.DisputeQuery(status if status in known else "", page_in(request.args))
    cases = listing.cases_of(person)
    return render_template(
        "quality/evaluations/disputes.html",
        page=listing.disputes_of(person, query, at),
        figures=dispute_figures.figures(cases, at),
        by_criterion=dispute_figures.by_criterion(cases, at),
        statuses=words.dispute_statuses(),
        title_of=listing.title_of,
        badge=words.dispute_badge,
        args=args_of(request.args, ("status", "page")),
        at=at,
    )


@bp.get("/quality/disputes/<id:dispute_id>")
def dispute(dispute_id: int) -> str:
    person = signed_in()
    return _page(person, disputes.find(person, dispute_id), {})


def _page(person: Person, dispute: Dispute, errors: dict[str, str]) -> str:
    evaluation = dispute.evaluation
    card = cards.card_of(evaluation.card_version)
    sound = sound_for(person, evaluation.recording)
    may_decide = disputes.may_decide(person, dispute)
    return render_template(
        "quality/evaluations/dispute.html",
        dispute=dispute,
        evaluation=evaluation,
        criterion=card.criterion(dispute.criterion),
        sound=sound,
        reason=words.reasons_of(evaluation, sound).get(dispute.criterion, ""),
        by=words.by_whom(evaluation),
        badge=words.dispute_badge(dispute.status),
        is_open=dispute.status == OPEN,
        may_decide=may_decide,
        owners=disputes.owners(dispute) if may_decide else (),
        own=dispute.opened_by_id == person.id,
        title=words.answer_title,
        meaning=words.meaning,
        owner_scored=dispute.owner_id in disputes.scorers(evaluation),
        kept_answer=_kept,
        typed=request.form,
        errors=errors,
        at=now(),
    )


def _kept(state: dict[str, object] | None) -> Answer | None:
    """The answer of a kept before or after."""
    return sent_mark({"answer": state.get("answer")}).answer if state else None


@bp.post("/quality/disputes/<id:dispute_id>/decide")
def decide(dispute_id: int) -> ResponseReturnValue:
    person = signed_in()
    dispute = disputes.find(person, dispute_id)
    try:
        decision = Decision(request.form.get("words", ""), _decided(request.form.get("mark", "")))
        disputes.decide(person, dispute, decision, now())
    except InvalidInput as error:
        return _page(person, dispute, {error.field or "words": error.message}), 400
    flash(_("The dispute is decided. The agent sees why."), "success")
    return redirect(url_for("evaluations.dispute", dispute_id=dispute_id))


def _decided(text: str) -> Answer | None:
    """None: the mark stands. Raises ``InvalidInput``."""
    if text == UPHOLD:
        return None
    found = typed_answer(text)
    if found is None:
        raise InvalidInput(_("Choose whether the mark stands, or which one holds."), field="answer")
    return found


@bp.post("/quality/disputes/<id:dispute_id>/withdraw")
def withdraw(dispute_id: int) -> ResponseReturnValue:
    person = signed_in()
    disputes.withdraw(person, disputes.find(person, dispute_id), now())
    flash(_("You have withdrawn the dispute. The mark stands."), "success")
    return redirect(url_for("evaluations.dispute", dispute_id=dispute_id))


@bp.post("/quality/disputes/<id:dispute_id>/owner")
def hand_on(dispute_id: int) -> ResponseReturnValue:
    person = signed_in()
    dispute = disputes.find(person, dispute_id)
    disputes.hand_on(person, dispute, whole(request.form.get("owner", "")) or 0, now())
    flash(_("The dispute is with %(name)s now.", name=_owner(dispute)), "success")
    return redirect(url_for("evaluations.index"))
