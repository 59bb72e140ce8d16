"""The pages of raters: severity, drift, consistency, gold calls, certification."""

from __future__ import annotations

from typing import Any

from flask import (
    Flask,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import signed_in
from app.accounts.rights import may
from app.calibration import certifying, gold, machine_views, raters_service
from app.calibration.certifying import Clash
from app.calibration.rater_pictures import share_line
from app.calibration.raters_blueprint import bp
from app.errors import InvalidInput
from app.quality.cards import service as cards
from app.quality.cards.models import Card
from app.quality.evaluations import seeing
from app.quality.evaluations.certificates import valid_certificates
from app.quality.sent_mark import sent_mark
from app.recordings.first_words import first_words
from app.recordings.playing import sound_of
from app.services import now

__all__ = ["machine_views"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("")
def index() -> str:
    person, known = signed_in(), raters_service.cards_scored()
    card = _chosen(known)
    seen = raters_service.overview(person, card, now()) if card else None
    return render_template(
        "calibration/raters.html",
        cards=known,
        card=card,
        seen=seen,
        gold_calls=len(gold.gold_calls(card.id)) if card else 0,
        runs=certifying.runs_of(person.id),
        mine=seen.own if seen else None,
        leads=may(person, "raters.gold_list"),
    )


@bp.get("/<id:rater_id>")
def rater(rater_id: int) -> str:
    known = raters_service.cards_scored()
    card = _chosen(known)
    if card is None:
        raise InvalidInput(_("There is no scorecard yet."), field="card")
    seen = raters_service.one_rater(signed_in(), rater_id, card, now())
    runs = certifying.runs_of(rater_id)
    return render_template("calibration/rater.html", seen=seen, cards=known, card=card, runs=runs)


def _chosen(known: Any) -> Card | None:
    """The card of the address, else the first."""
    wanted = request.args.get("card", type=int)
    return next((card for card in known if card.id == wanted), known[0] if known else None)


# -- gold calls ------------------------------------------------------------------------------


@bp.get("/gold")
def gold_list() -> str:
    known = raters_service.cards_scored()
    card = _chosen(known)
    calls = gold.gold_calls(card.id) if card else ()
    sources = gold.sources(signed_in(), card.id) if card else ()
    evaluations = gold.own_evaluations(signed_in(), card.id) if card else ()
    shown = [
        *(each.recording_id for each in calls),
        *(each.recording.id for each in sources),
        *(each.recording_id for each in evaluations),
    ]
    return render_template(
        "calibration/gold.html",
        cards=known,
        card=card,
        calls=calls,
        sources=sources,
        evaluations=evaluations,
        first_words=first_words(shown),
        asked_by=gold.asked_by,
        holders=len(valid_certificates(card.id, now())) if card else 0,
    )


@bp.post("/gold")
def gold_set() -> ResponseReturnValue:
    person = signed_in()
    if evaluation_id := request.form.get("evaluation", type=int):
        evaluation = seeing.find(person, evaluation_id, now())
        made = gold.set_from_evaluation(person, evaluation, request.form.get("why", ""), now())
    else:
        session_id = request.form.get("session", 0, type=int)
        recording_id = request.form.get("recording", 0, type=int)
        made = gold.set_from_session(person, session_id, recording_id, now())
    flash(_("This call is a gold call now."), "success")
    return redirect(url_for("raters.gold_list", card=made.card_version.card_id))


@bp.post("/gold/<id:gold_id>/retire")
def gold_retire(gold_id: int) -> ResponseReturnValue:
    gold.retire(signed_in(), gold_id, now())
    flash(_("It is used no more."), "success")
    return redirect(url_for("raters.gold_list", card=request.form.get("card")))


# -- certification ---------------------------------------------------------------------------


@bp.post("/certify")
def certify() -> ResponseReturnValue:
    card = cards.find(request.form.get("card", 0, type=int))
    run = certifying.start(signed_in(), card, now())
    return redirect(url_for("raters.run", run_id=run.id))


@bp.get("/certify/<id:run_id>")
def run(run_id: int) -> str:
    found = certifying.find(signed_in(), run_id)
    result = certifying.result_of(found)
    return render_template(
        "calibration/certification.html",
        run=found,
        card=certifying.card_of(found),
        result=result,
        picture=share_line(result.agreement, result.floor, result.target) if result else None,
        given=certifying.certificate_of(found),
    )


@bp.get("/certify/<id:run_id>/<id:sheet_id>")
def sheet(run_id: int, sheet_id: int) -> ResponseReturnValue:
    person = signed_in()
    found = certifying.find(person, run_id)
    one = certifying.sheet_of(found, sheet_id)
    if found.ended_at or one.submitted_at:
        return redirect(url_for("raters.run", run_id=run_id))
    return _sheet_page(run_id, sheet_id, {}), 200


def _sheet_page(run_id: int, sheet_id: int, errors: dict[str, str]) -> str:
    person = signed_in()
    found = certifying.find(person, run_id)
    one = certifying.sheet_of(found, sheet_id)
    return render_template(
        "calibration/certify_call.html",
        run=found,
        sheet=one,
        number=found.sheets.index(one) + 1,
        card=certifying.card_of(found),
        marks=one.marks,
        sound=sound_of(one.gold_call.recording, person, hide_names=True),
        errors=errors,
    )


@bp.post("/certify/<id:run_id>/<id:sheet_id>/mark")
def mark(run_id: int, sheet_id: int) -> ResponseReturnValue:
    found = certifying.find(signed_in(), run_id)
    sent = sent_mark(request.get_json(silent=True))
    kept = certifying.mark(found, certifying.sheet_of(found, sheet_id), sent)
    if isinstance(kept, Clash):
        return jsonify(yours=kept.yours, theirs=kept.theirs), 409
    return jsonify(version=kept)


@bp.post("/certify/<id:run_id>/<id:sheet_id>")
def hand_in(run_id: int, sheet_id: int) -> ResponseReturnValue:
    found = certifying.find(signed_in(), run_id)
    one = certifying.sheet_of(found, sheet_id)
    if left := certifying.missing(found, one):
        errors = {each.criterion: _open_words(each.missing) for each in left}
        return _sheet_page(run_id, sheet_id, errors), 400
    certifying.submit(found, one, now())
    following = next((each for each in found.sheets if not each.submitted_at), None)
    if following is None:
        return redirect(url_for("raters.run", run_id=run_id))
    return redirect(url_for("raters.sheet", run_id=run_id, sheet_id=following.id))


def _open_words(missing: str) -> str:
    if missing == "comment":
        return str(_("Say why: this mark needs a comment."))
    return str(_("Choose an answer."))


@bp.post("/certificates/<id:certificate_id>/revoke")
def revoke(certificate_id: int) -> ResponseReturnValue:
    found = certifying.revoke(signed_in(), certificate_id, now())
    flash(_("The certificate is taken back."), "success")
    return redirect(url_for("raters.rater", rater_id=found.person_id, card=found.card_id))
