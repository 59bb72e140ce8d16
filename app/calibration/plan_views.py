"""The pages of a plan: made, changed, looked at once more, opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import signed_in
from app.accounts.models import Person
from app.calibration import choosing, following, planning, service, store
from app.calibration.blueprint import bp
from app.calibration.models import CalibrationSession
from app.calibration.planning import PlanForm, Unfit
from app.calibration.session_state import Phase
from app.i18n import reader_zone
from app.quality.wording import wording
from app.recordings import redacting
from app.recordings.first_words import first_words
from app.recordings.models import Recording
from app.services import now
from app.typed import whole, wholes


@bp.get("/new")
def new() -> str:
    """An empty plan; ``recording`` and ``card`` in the address begin it."""
    person = signed_in()
    recordings = tuple(wholes(request.args.getlist("recording")))
    version = whole(request.args.get("card", ""))
    if version is None:
        offered = choosing.versions_offered()
        # The house's own card, unless there are several; a scenario's is for its calls alone.
        own = [each for each in offered if each.card.scenario_id is None] or offered
        version = own[0].id if len(own) == 1 else None
    card = choosing.card_of(version)
    form = PlanForm(
        recordings=tuple(each.id for each in choosing.recordings_chosen(person, recordings)),
        card=version if card else None,
        criteria=tuple(each.id for each in card.criteria) if card else (),
        raters=(person.id,),
        due=planning.usual_due(now(), reader_zone()),
    )
    return _page(person, form, None)


@bp.post("/new")
def create() -> ResponseReturnValue:
    person, form = signed_in(), planning.read(request.form)
    if _only_looking():
        return _page(person, _looked(form), None)
    try:
        row = service.plan(person, form, zone=reader_zone(), at=now())
    except Unfit as unfit:
        return _page(person, form, None, _words(unfit)), 400
    return _kept(row)


@bp.get("/<id:session_id>/plan")
def edit(session_id: int) -> ResponseReturnValue:
    person = signed_in()
    row = service.led(person, session_id)
    if row.phase != Phase.PLAN:
        return redirect(url_for("calibration.session", session_id=row.id))
    plan = store.state_of(row).plan
    form, newer = planning.form_of(plan, reader_zone()), following.newer(row, plan)
    if newer and following.is_news(row, newer):
        form = replace(form, card=newer.id)
    return _page(person, form, row)


@bp.post("/<id:session_id>/plan")
def change(session_id: int) -> ResponseReturnValue:
    person, form = signed_in(), planning.read(request.form)
    row = service.led(person, session_id)
    if _only_looking():
        return _page(person, _looked(form), row)
    try:
        service.replan(person, row.id, form, zone=reader_zone(), at=now())
    except Unfit as unfit:
        return _page(person, form, row, _words(unfit)), 400
    return _kept(row)


@bp.get("/<id:session_id>/open")
def ready(session_id: int) -> ResponseReturnValue:
    """The plan once more, before the scoring is opened; what is still lacking beside its field."""
    person = signed_in()
    row = service.led(person, session_id)
    if row.phase != Phase.PLAN:
        return redirect(url_for("calibration.session", session_id=row.id))
    plan = store.state_of(row).plan
    unfit = service.lacking(plan, now())
    if unfit:
        return _page(person, planning.form_of(plan, reader_zone()), row, _words(unfit)), 400
    recordings = choosing.recordings_chosen(person, plan.recordings)
    names = {each.id: each.name for each in choosing.people_who_rate()}
    return render_template(
        "calibration/ready.html",
        session=row,
        plan=plan,
        recordings=recordings,
        scorers=[names.get(each, "–") for each in plan.scorers],
        minutes=planning.minutes_each([each.seconds for each in recordings], len(plan.criteria)),
        draft=following.draft_before(plan),
        newer=following.newer(row, plan),
    )


@bp.post("/<id:session_id>/open")
def open_scoring(session_id: int) -> ResponseReturnValue:
    person = signed_in()
    try:
        service.open_scoring(person, session_id, at=now())
    except Unfit as unfit:
        row = service.led(person, session_id)
        form = planning.form_of(store.state_of(row).plan, reader_zone())
        return _page(person, form, row, _words(unfit)), 400
    flash(_("The scoring is open. Whoever scores finds it under Calibration."), "success")
    return redirect(url_for("calibration.session", session_id=session_id))


def _only_looking() -> bool:
    """A button that searches or changes the card keeps nothing, and loses nothing."""
    return request.form.get("do") in {"search", "card"}


def _looked(form: PlanForm) -> PlanForm:
    """Of a card just chosen all criteria are ticked."""
    card = choosing.card_of(form.card)
    if card is None or request.form.get("do") != "card":
        return form
    return replace(form, criteria=tuple(planning.with_card(form, card)))


def _kept(row: CalibrationSession) -> ResponseReturnValue:
    if request.form.get("do") == "open":
        return redirect(url_for("calibration.ready", session_id=row.id))
    flash(_("The plan is kept. Nobody but you sees it until you open the scoring."), "success")
    return redirect(url_for("calibration.edit", session_id=row.id))


def _words(unfit: Unfit) -> dict[str, str]:
    return {field: wording(text) for field, text in unfit.fields.items()}


def _page(
    person: Person,
    form: PlanForm,
    row: CalibrationSession | None,
    errors: Mapping[str, str] | None = None,
) -> str:
    words = request.form.get("words", "").strip()
    chosen = choosing.recordings_chosen(person, form.recordings)
    taken = {each.id for each in chosen}
    found = [each for each in choosing.recordings_found(person, words) if each.id not in taken]
    card = choosing.card_of(form.card)
    plan = store.state_of(row).plan if row else None
    return render_template(
        "calibration/plan.html",
        session=row,
        form=form,
        errors=errors or {},
        words=words,
        chosen=chosen,
        found=found,
        hidden=redacting.counts(each.id for each in (*chosen, *found)),
        first_words=first_words([each.id for each in (*chosen, *found)]),
        versions=choosing.versions_offered(form.card),
        card=card,
        people=choosing.people_who_rate(),
        me=person,
        draft=following.draft_before(plan) if plan else None,
        newer=following.newer(row, plan) if row and plan else None,
        **_effort(form, chosen),
    )


def _effort(form: PlanForm, chosen: list[Recording]) -> dict[str, Any]:
    card = choosing.card_of(form.card)
    known = {each.id for each in card.criteria} if card else set()
    criteria = len(known & set(form.criteria))
    return {
        "criteria": criteria,
        "minutes": planning.minutes_each([each.seconds for each in chosen], criteria),
        "listening": planning.LISTENING,
        "seconds_a_mark": planning.SECONDS_A_MARK,
        "few": planning.FEW_CALLS,
    }
