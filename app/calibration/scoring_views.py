"""The pages of Do: blind scoring, and how far everybody is, in counts only."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts import service as people
from app.accounts.guard import signed_in
from app.accounts.models import Person
from app.calibration import blind, choosing, planning, scoring, service, store
from app.calibration.blueprint import bp
from app.calibration.models import CalibrationSession
from app.calibration.planning import Unfit
from app.calibration.session_errors import MarkConflict, WrongInput
from app.calibration.session_state import Part, Phase, SessionState
from app.errors import NotFound
from app.i18n import reader_zone
from app.quality.card import Scorecard
from app.quality.sent_mark import sent_mark
from app.quality.text import Text
from app.quality.wording import wording
from app.recordings import access, hearing, playing
from app.services import now

SCORER = {Part.RATER, Part.REFERENCE}


@bp.get("/<id:session_id>/scoring", endpoint="scoring")
def scoring_page(session_id: int) -> ResponseReturnValue:
    """How far I am; for whoever leads, how far everybody is."""
    person = signed_in()
    row = store.find(person, session_id)
    if row.phase == Phase.PLAN:
        return redirect(url_for("calibration.edit", session_id=row.id))
    return _page(person, row)


@bp.get("/<id:session_id>/scoring/<id:recording_id>")
def score(session_id: int, recording_id: int) -> ResponseReturnValue:
    person = signed_in()
    row = service.scored_by(person, session_id)
    state = store.state_of(row)
    if state.phase is not Phase.DO:
        return redirect(url_for("calibration.session", session_id=row.id))
    return _sheet(person, row, state, recording_id)


@bp.post("/<id:session_id>/scoring/<id:recording_id>/mark")
def mark(session_id: int, recording_id: int) -> ResponseReturnValue:
    """One mark: 200 ``{version}``, or 409 ``{yours, theirs}``, both of the same person."""
    wanted = sent_mark(request.get_json(silent=True))
    try:
        version = service.mark(signed_in(), session_id, recording_id, wanted, at=now())
    except MarkConflict as conflict:
        theirs = scoring.as_sent(conflict.stored) if conflict.stored else None
        return jsonify(yours=scoring.as_sent(conflict.sent), theirs=theirs), 409
    return jsonify(version=version)


@bp.post("/<id:session_id>/scoring/<id:recording_id>/hand-in")
def hand_in(session_id: int, recording_id: int) -> ResponseReturnValue:
    person = signed_in()
    try:
        following = service.submit(person, session_id, recording_id, at=now())
    except Unfit as unfit:
        # Not shown under this address: loading it again would hand in.
        sheet: dict[str, Any] = {"session_id": session_id, "recording_id": recording_id, "check": 1}
        first = f"criterion-{next(iter(unfit.fields))}"
        return redirect(url_for("calibration.score", **sheet, _anchor=first))
    if following is None:
        flash(_("Handed in. You are done with this session; thank you."), "success")
        return redirect(url_for("calibration.scoring", session_id=session_id))
    flash(_("Handed in. Here is the next one."), "success")
    return redirect(url_for("calibration.score", session_id=session_id, recording_id=following))


@bp.post("/<id:session_id>/remind")
def remind(session_id: int) -> ResponseReturnValue:
    late = service.remind(signed_in(), session_id, at=now())
    words = ngettext("%(num)s person is reminded.", "%(num)s people are reminded.", len(late))
    flash(words if late else _("Everybody is done: nobody to remind."), "success")
    return _back(session_id)


@bp.post("/<id:session_id>/due")
def move_due(session_id: int) -> ResponseReturnValue:
    person = signed_in()
    try:
        service.move_due(
            person, session_id, request.form.get("due", ""), zone=reader_zone(), at=now()
        )
    except (Unfit, WrongInput) as wrong:
        text = wrong.fields["due"] if isinstance(wrong, Unfit) else wrong.words
        return _page(person, store.find(person, session_id), {"due": wording(text)}), 400
    flash(_("The due date is moved."), "success")
    return _back(session_id)


@bp.post("/<id:session_id>/close-scoring")
def close_scoring(session_id: int) -> ResponseReturnValue:
    service.close_scoring(signed_in(), session_id, at=now())
    flash(_("The scoring is closed. Everybody sees now what was handed in."), "success")
    return redirect(url_for("calibration.session", session_id=session_id))


@bp.post("/<id:session_id>/cancel")
def cancel(session_id: int) -> ResponseReturnValue:
    person = signed_in()
    try:
        service.cancel(person, session_id, request.form.get("reason", ""), at=now())
    except WrongInput as wrong:
        row = store.find(person, session_id)
        return _page(person, row, {"reason": wording(wrong.words)}), 400
    flash(_("The session is cancelled. What was scored is kept."), "success")
    return redirect(url_for("calibration.index"))


def _back(session_id: int) -> ResponseReturnValue:
    return redirect(url_for("calibration.scoring", session_id=session_id))


def _page(person: Person, row: CalibrationSession, errors: dict[str, str] | None = None) -> str:
    state = store.state_of(row)
    mine = store.part_of(row, person)
    named = blind.agents_named(state, person.id)
    places = scoring.places(state, person.id) if mine & SCORER else ()
    heard = choosing.recordings_chosen(person, state.plan.recordings) if named else []
    return render_template(
        "calibration/do.html",
        session=row,
        state=state,
        leads=Part.HOST in mine,
        reference=Part.REFERENCE in mine,
        sheets=places,
        titles={each.id: each.title for each in heard},
        seconds=choosing.lengths(state.plan.recordings),
        progress=_progress(state, person) if Part.HOST in mine else [],
        due_field=planning.in_field(state.plan.due, reader_zone()),
        late=now() > state.plan.due,
        reminded=state.reminded.get(person.id),
        errors=errors or {},
    )


def _progress(state: SessionState, host: Person) -> list[tuple[str, blind.Progress]]:
    """By name, who is how far: counts, and nothing of what was chosen."""
    rows = blind.progress_for(state, host.id)
    names = people.names(each.rater for each in rows)
    named = [(names.get(each.rater, "–"), each) for each in rows]
    return sorted(named, key=lambda pair: (pair[1].done - pair[1].of, pair[0]))


def _sheet(person: Person, row: CalibrationSession, state: SessionState, recording_id: int) -> str:
    places = scoring.places(state, person.id)
    place = next((each for each in places if each.recording == recording_id), None)
    if place is None:
        raise NotFound(_("This recording is not part of the session."))
    names_hidden = not blind.agents_named(state, person.id)
    recording = access.find(person, recording_id)
    hearing.note_read(person, recording)
    card = Scorecard.model_validate(row.card_version.body)
    lacking = service.lacking_marks(state, card, person, recording_id)
    later = [each for each in places if not each.done and each.number > place.number]
    before = [each for each in places if not each.done and each.number < place.number]
    return render_template(
        "calibration/score.html",
        session=row,
        state=state,
        card=scoring.asked(card),
        marks=scoring.marks_of(state, person.id, recording_id),
        first=scoring.marks_of(state, person.id, recording_id, 1) if state.round > 1 else {},
        sound=playing.sound_of(recording, person, hide_names=names_hidden),
        titled=not names_hidden,
        sheets=places,
        place=place,
        following=next(iter((*later, *before)), None),
        key=f"calibration:{row.id}:{state.round}:{recording_id}:{person.id}",
        errors=_in_words(lacking) if "check" in request.args and not place.done else {},
    )


def _in_words(texts: dict[str, Text]) -> dict[str, str]:
    return {field: wording(text) for field, text in texts.items()}
