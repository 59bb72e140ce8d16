"""Scoring: a card is chosen, the call is scored while it is heard, handed in, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import signed_in
from app.accounts.models import Person
from app.errors import InvalidInput
from app.quality.cards import service as cards
from app.quality.cards.models import CardVersion
from app.quality.evaluations import certificates, listing, service
from app.quality.evaluations.blueprint import bp
from app.quality.evaluations.hearing import sound_for
from app.quality.evaluations.marks import told
from app.quality.evaluations.models import DRAFT, SELF, Evaluation
from app.quality.evaluations.service import MarkConflict, NoteConflict, Unfinished
from app.quality.sent_mark import sent_mark
from app.recordings import access
from app.recordings.models import Recording
from app.services import now
from app.typed import whole


@bp.get("/quality/evaluate/<id:recording_id>")
def begin(recording_id: int) -> str:
    """Which card? ``?card=`` (an id) names the one that is wanted."""
    person = signed_in()
    recording = access.find(person, recording_id)
    wanted = whole(request.args.get("card", ""))
    own = recording.agent_id == person.id
    versions = [v for v in cards.in_force() if _fits(v, recording, wanted)]
    may = {v.id: own or certificates.may_score(person, v.card, now()) for v in versions}
    return render_template(
        "quality/evaluations/begin.html",
        recording=recording,
        versions=versions,
        may=may,
        own=own,
        wanted=wanted,
        scored=listing.scored_by_others(person, [recording.id]).get(recording.id, 0),
    )


def _fits(version: CardVersion, recording: Recording, wanted: int | None) -> bool:
    """A scenario's card is for its own calls."""
    if wanted is not None:
        return version.card_id == wanted
    return version.card.scenario_id in (None, recording.skill)


@bp.post("/quality/evaluate/<id:recording_id>")
def start(recording_id: int) -> ResponseReturnValue:
    person = signed_in()
    recording = access.find(person, recording_id)
    version_id = request.form.get("version", "")
    if not version_id.isdecimal() or len(version_id) > 9:
        raise InvalidInput(_("Choose a scorecard."), field="version")
    made = service.start(person, recording, cards.version(int(version_id)), now())
    return redirect(url_for("evaluations.score", evaluation_id=made.id))


@bp.get("/quality/evaluations/<id:evaluation_id>/score")
def score(evaluation_id: int) -> ResponseReturnValue:
    person = signed_in()
    evaluation = service.own(person, evaluation_id)
    if evaluation.status != DRAFT:
        return redirect(url_for("evaluations.evaluation", evaluation_id=evaluation_id))
    return _form(person, evaluation, {})


def _form(person: Person, evaluation: Evaluation, errors: Mapping[str, str]) -> str:
    rows = service.marks(evaluation)
    return render_template(
        "quality/evaluations/score.html",
        evaluation=evaluation,
        card=cards.card_of(evaluation.card_version),
        marks={row.criterion: told(row) for row in rows},
        total=service.tally_of(evaluation).total,
        sound=sound_for(person, evaluation.recording),
        own=evaluation.kind == SELF,
        errors=errors,
        key=f"evaluation-{evaluation.id}-{person.id}",
    )


@bp.post("/quality/evaluations/<id:evaluation_id>/marks")
def mark(evaluation_id: int) -> ResponseReturnValue:
    evaluation = service.own(signed_in(), evaluation_id)
    wanted = sent_mark(request.get_json(silent=True))
    try:
        row = service.mark(evaluation, wanted, now())
    except MarkConflict as conflict:
        return jsonify(yours=wanted.to_dict(wanted.saw), theirs=told(conflict.theirs)), 409
    result = service.tally_of(evaluation)
    return jsonify(version=row.version, total=result.total, passed=result.passed)


@bp.post("/quality/evaluations/<id:evaluation_id>/note")
def note(evaluation_id: int) -> ResponseReturnValue:
    evaluation = service.own(signed_in(), evaluation_id)
    body: Any = request.get_json(silent=True)
    words = body.get("words") if isinstance(body, dict) else None
    saw = body.get("saw") if isinstance(body, dict) else None
    if not isinstance(words, str) or not isinstance(saw, int):
        raise InvalidInput(_("A note is words, and the version that was seen."), field="words")
    try:
        kept = service.note(evaluation, words, saw, now())
    except NoteConflict as conflict:
        theirs = {"words": conflict.theirs.note, "version": conflict.theirs.revision}
        return jsonify(yours={"words": words}, theirs=theirs), 409
    return jsonify(version=kept.revision)


@bp.post("/quality/evaluations/<id:evaluation_id>/submit")
def submit(evaluation_id: int) -> ResponseReturnValue:
    person = signed_in()
    evaluation = service.own(person, evaluation_id)
    try:
        service.submit(evaluation, now())
    except Unfinished as unfinished:
        words = {
            "answer": _("This is not answered yet."),
            "comment": _("Write a comment: this mark needs one."),
        }
        errors = {each.criterion: words[each.missing] for each in unfinished.missing}
        return _form(person, evaluation, errors), 400
    flash(_("The evaluation is handed in."), "success")
    return redirect(url_for("evaluations.evaluation", evaluation_id=evaluation_id))


@bp.post("/quality/evaluations/<id:evaluation_id>/reopen")
def reopen(evaluation_id: int) -> ResponseReturnValue:
    service.reopen(service.own(signed_in(), evaluation_id), now())
    return redirect(url_for("evaluations.score", evaluation_id=evaluation_id))
