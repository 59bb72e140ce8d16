"""The pages of scorecards: the list, a version, two compared, files."""

from __future__ import annotations

from flask import Flask, Response, flash, jsonify, redirect, render_template, request
from flask import url_for as to
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from app.accounts import audit
from app.accounts.forms import problems_of
from app.accounts.guard import signed_in
from app.accounts.models import Role
from app.accounts.queries import args_of, safe_path
from app.accounts.rights import RATERS
from app.db import transaction
from app.errors import Conflict, InvalidInput
from app.quality import card_file
from app.quality.card import body_of
from app.quality.card_diff import compare as compared
from app.quality.card_file import Line
from app.quality.card_words import CRITICAL, SCALES
from app.quality.cards import editor_views, forms, models, service
from app.quality.cards.blueprint import bp
from app.quality.rules.sentences import rule_text
from app.services import now

__all__ = ["editor_views", "models"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


# -- reading --------------------------------------------------------------------------------


@bp.get("/quality/cards")
def index() -> str:
    query = forms.card_query(request.args)
    return render_template(
        "quality/cards/index.html",
        page=service.listed(query),
        query=query,
        editing=signed_in().role is Role.QA,
        args=args_of(request.args, forms.FILTERS),
    )


@bp.get("/quality/cards/versions/<id:version_id>")
def version(version_id: int) -> str:
    person = signed_in()
    found = service.readable(person, version_id)
    card, problems = service.read_as_far_as_possible(found)
    return render_template(
        "quality/cards/version.html",
        version=found,
        card=card,
        problems=problems,
        based_on=service.version(found.based_on_id) if found.based_on_id else None,
        newest=service.newest(found.card_id),
        others=[each for each in found.card.versions if each.id != found.id],
        rating=person.role in RATERS,
        editing=person.role is Role.QA,
        critical=CRITICAL,
        scales=SCALES,
        rule_text=rule_text,
    )


@bp.get("/quality/cards/versions/<id:version_id>/card.yaml")
def export(version_id: int) -> Response:
    person = signed_in()
    found = service.readable(person, version_id)
    text = card_file.written(service.card_of(found))
    with transaction():
        audit.record(person, "card.exported", found, card=found.card.name, number=found.number)
    name = f"scorecard-{found.card_id}-{found.number or 'draft'}.yaml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype="application/yaml", headers=headers)


@bp.get("/quality/cards/schema.json")
def schema() -> Response:
    """The JSON Schema of a card's file."""
    return jsonify(card_file.json_schema())


@bp.get("/quality/cards/compare")
def compare() -> str:
    """``?before=3&after=5``: ids of two versions, of one card or of two."""
    person = signed_in()
    before, after = (
        service.readable(person, forms.number(request.args.get(key, ""), key))
        for key in ("before", "after")
    )
    return render_template(
        "quality/cards/compare.html",
        before=before,
        after=after,
        choices=list({v.id: v for v in (*before.card.versions, *after.card.versions)}.values()),
        change=compared(service.card_of(before), service.card_of(after)),
    )


# -- new cards ------------------------------------------------------------------------------


def _new_page(errors: dict[str, str], lines: tuple[Line, ...] = ()) -> tuple[str, int]:
    page = render_template(
        "quality/cards/new.html",
        ready=card_file.starters(),
        values=request.form,
        errors=errors,
        lines=lines,
    )
    return page, 400 if errors or lines else 200


@bp.route("/quality/cards/new", methods=["GET", "POST"])
def new() -> Answer | tuple[str, int]:
    if request.method == "GET":
        return _new_page({})
    try:
        body = forms.starting(request.form.get("start", ""))
        made = service.create(signed_in(), request.form.get("name", ""), body, now())
    except (InvalidInput, Conflict) as error:
        return _new_page(problems_of(error))
    return redirect(to("cards.edit", version_id=made.id))


@bp.post("/quality/cards/import")
def import_file() -> Answer | tuple[str, int]:
    try:
        source = forms.sent_file(request.files.get("file"), request.form.get("source", ""))
        card, wrong = forms.imported(source)
        if card is None:
            return _new_page({}, wrong)
        made = service.create(signed_in(), card.title, body_of(card), now())
    except (InvalidInput, Conflict) as error:
        fields = problems_of(error)
        return _new_page({"file": fields.get("name") or " ".join(fields.values())})
    flash(_("The file is read. Nothing is published yet."), "success")
    return redirect(to("cards.edit", version_id=made.id))


@bp.post("/quality/cards/versions/<id:version_id>/copy")
def copy(version_id: int) -> Answer:
    source = service.version(version_id)
    made = service.copy(signed_in(), source, request.form.get("name", ""), now())
    return redirect(to("cards.edit", version_id=made.id))


# -- cards ----------------------------------------------------------------------------------


@bp.post("/quality/cards/<id:card_id>/archive")
def archive(card_id: int) -> Answer:
    card = service.archive(service.find(card_id), signed_in(), now())
    flash(_("“%(name)s” is archived. You find it under Archived.", name=card.name), "success")
    return redirect(to("cards.index"))


@bp.post("/quality/cards/<id:card_id>/unarchive")
def unarchive(card_id: int) -> Answer:
    card = service.unarchive(service.find(card_id), signed_in())
    flash(_("“%(name)s” can be scored by again.", name=card.name), "success")
    return redirect(to("cards.index"))


@bp.post("/quality/cards/<id:card_id>/certified")
def certified(card_id: int) -> Answer:
    wanted = request.form.get("certified") == "1"
    service.set_certified_only(service.find(card_id), signed_in(), wanted)
    flash(_("Saved."), "success")
    return redirect(safe_path(request.form.get("back", "")) or to("cards.index"))
