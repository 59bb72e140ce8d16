"""The editor of a draft: the page, what it saves, its preview, publishing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request
from flask import url_for as to
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app.accounts.forms import problems_of
from app.accounts.guard import signed_in
from app.errors import Conflict, InvalidInput
from app.quality.card import MOST_CRITERIA
from app.quality.card_check import Problem
from app.quality.card_words import CRITICAL, SCALES
from app.quality.cards import forms, service
from app.quality.cards.blueprint import bp
from app.quality.cards.models import DRAFT, CardVersion
from app.quality.cards.service import DraftConflict, Publishing
from app.quality.scale import MOST_POINTS, WORDS
from app.quality.wording import wording
from app.services import now


@bp.post("/quality/cards/versions/<id:version_id>/draft")
def begin(version_id: int) -> Answer:
    """The next version's draft, from this one."""
    made = service.draft_from(service.version(version_id), signed_in(), now(), "")
    return redirect(to("cards.edit", version_id=made.id))


@bp.get("/quality/cards/versions/<id:version_id>/edit")
def edit(version_id: int) -> Answer | tuple[str, int]:
    draft = service.version(version_id)
    if draft.status != DRAFT:
        return redirect(to("cards.version", version_id=version_id))
    return _editor(draft, {})


def _editor(draft: CardVersion, errors: dict[str, str]) -> tuple[str, int]:
    page = render_template(
        "quality/cards/edit.html",
        draft=draft,
        told=_told(service.problems_of(draft)),
        newest=service.newest(draft.card_id),
        based_on=service.version(draft.based_on_id) if draft.based_on_id else None,
        critical=CRITICAL,
        scales=SCALES,
        words=WORDS,
        limits={"criteria": MOST_CRITERIA, "points": MOST_POINTS},
        reason=request.form.get("reason", draft.reason),
        errors=errors,
    )
    return page, 400 if errors else 200


def _told(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    return [{"place": each.place, "words": wording(each.text)} for each in problems]


@bp.post("/quality/cards/versions/<id:version_id>/save")
def save(version_id: int) -> Response | tuple[Response, int]:
    """JSON {body, revision} → {revision, problems} | 409 {theirs: {body, revision}}."""
    typed = forms.typed(request.get_data())
    try:
        draft = service.save_draft(service.version(version_id), typed.body, typed.revision, now())
    except DraftConflict as clash:
        theirs = {"body": clash.theirs.body, "revision": clash.theirs.revision}
        return jsonify(theirs=theirs, message=clash.message), 409
    return jsonify(revision=draft.revision, problems=_told(service.problems_of(draft)))


@bp.post("/quality/cards/versions/<id:version_id>/preview")
def preview(version_id: int) -> str:
    """The form of scoring as the body that is sent would show it."""
    service.version(version_id)
    typed = forms.typed(request.get_data())
    card = service.readable_card(typed.body)
    return render_template("quality/cards/_preview.html", card=card)


@bp.post("/quality/cards/versions/<id:version_id>/publish")
def publish(version_id: int) -> Answer | tuple[str, int]:
    draft = service.version(version_id)
    over = request.form.get("over", "")
    try:
        seen = Publishing(
            reason=request.form.get("reason", ""),
            revision=forms.number(request.form.get("revision", ""), "revision"),
            over_id=forms.number(over, "over") if over else None,
        )
        made = service.publish(draft, signed_in(), now(), seen)
    except (InvalidInput, Conflict) as error:
        if draft.status != DRAFT:
            raise
        return _editor(draft, problems_of(error))
    flash(_("Version %(n)s is published.", n=made.number), "success")
    return redirect(to("cards.version", version_id=made.id))


@bp.post("/quality/cards/versions/<id:version_id>/drop")
def drop(version_id: int) -> Answer:
    service.drop(service.version(version_id), signed_in(), now())
    flash(_("The draft is dropped. You can take it up again."), "success")
    return redirect(to("cards.version", version_id=version_id))


@bp.post("/quality/cards/versions/<id:version_id>/restore")
def restore(version_id: int) -> Answer:
    service.restore(service.version(version_id), signed_in(), now())
    return redirect(to("cards.edit", version_id=version_id))
