"""Drafts of the framework: begun, edited with autosave, reviewed, published, dropped."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import ValidationError
from werkzeug.wrappers import Response

from app.accounts.guard import signed_in
from app.errors import InvalidInput, NotFound
from app.quality.frameworks import service
from app.quality.frameworks.blueprint import bp, id_in, naming
from app.quality.frameworks.comparison import SECTIONS, by_section, compare
from app.quality.frameworks.document import Framework
from app.quality.frameworks.example import example
from app.quality.frameworks.judged import judged
from app.quality.frameworks.models import DRAFT
from app.quality.frameworks.publishing import problems
from app.services import now


@bp.post("/quality/framework/drafts")
def start() -> Response:
    """A draft from ``from``: ``example``, ``empty`` or the id of a version."""
    person, source = signed_in(), request.form.get("from", "")
    if source == "example":
        reason = _("Begun from the example.")
        made = service.draft(example(), by=person, at=now(), reason=reason)
    elif source == "empty":
        made = service.draft_from(None, by=person, at=now())
    else:
        version = service.find(person, id_in(request.form, "from"))
        made = service.draft_from(version, by=person, at=now())
    return redirect(url_for("frameworks.edit", version_id=made.id))


@bp.get("/quality/framework/drafts/<id:version_id>")
def edit(version_id: int) -> ResponseReturnValue:
    version = service.find(signed_in(), version_id)
    if version.status != DRAFT:
        return redirect(url_for("frameworks.version", version_id=version.id))
    framework = service.document(version)
    return render_template(
        "quality/frameworks/edit.html",
        version=version,
        framework=framework,
        sections=SECTIONS,
        judged=judged(),
        newest=service.in_force(),
        **naming(),
    )


@bp.post("/quality/framework/drafts/<id:version_id>/save")
def save(version_id: int) -> ResponseReturnValue:
    """JSON ``{saw, body}`` -> ``{revision}``; 409 with both texts when it has gone on since."""
    body, saw = _sent()
    try:
        kept = service.save(version_id, body, saw=saw, by=signed_in(), at=now())
    except service.SomebodySaved as clash:
        return _clash(clash, body)
    return jsonify(revision=kept.revision)


@bp.post("/quality/framework/drafts/<id:version_id>/settle")
def settle(version_id: int) -> ResponseReturnValue:
    """JSON ``{saw, body, take: mine | theirs}`` -> where the draft and the other text are."""
    body, saw = _sent()
    take = (request.get_json() or {}).get("take")
    if take not in ("mine", "theirs"):
        raise InvalidInput(_("Choose one of the two."), field="take")
    try:
        settled = service.settle(version_id, body, take=take, saw=saw, by=signed_in(), at=now())
    except service.SomebodySaved as clash:
        return _clash(clash, body)
    flash(_("The other text was put aside as a draft of its own."), "success")
    return jsonify(
        draft=url_for("frameworks.edit", version_id=settled.draft.id),
        aside=url_for("frameworks.edit", version_id=settled.aside.id),
    )


def _clash(clash: service.SomebodySaved, mine: Framework) -> ResponseReturnValue:
    theirs = service.document(clash.theirs)
    passages = [one for one in compare(theirs, mine) if one.change != "same"]
    shown = render_template(
        "quality/frameworks/_both.html", sections=by_section(passages), **naming()
    )
    told = {"code": clash.code, "message": clash.message, "remedy": clash.remedy}
    return jsonify(
        error=told, revision=clash.theirs.revision, comparison=shown, theirs=theirs.to_dict()
    ), 409


def _sent() -> tuple[Framework, int]:
    """The document and the revision of a request. Raises ``InvalidInput`` with the field."""
    told = request.get_json(silent=True)
    if not isinstance(told, dict) or not isinstance(told.get("saw"), int):
        raise InvalidInput(_("Expected {saw, body}."), field="saw")
    try:
        return Framework.model_validate(told.get("body")), told["saw"]
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        raise InvalidInput(
            _problem_words(first["type"]), field=".".join(str(step) for step in first["loc"])
        ) from problem


def _problem_words(kind: str) -> str:
    words: dict[str, str] = {
        "string_too_long": _("This text is too long."),
        "greater_than_equal": _("This number is out of range."),
        "less_than_equal": _("This number is out of range."),
        "value_error": _("This is not a number."),
        "float_parsing": _("This is not a number."),
    }
    return words.get(kind) or str(_("This cannot be kept as it is."))


# ---- publishing -------------------------------------------------------------------------------


@bp.get("/quality/framework/drafts/<id:version_id>/publish")
def review(version_id: int) -> str:
    return _review(version_id, "", {})


def _review(version_id: int, reason: str, errors: Mapping[str, str]) -> str:
    """What the draft changes, what it still lacks, and the button."""
    version = service.find(signed_in(), version_id)
    if version.status != DRAFT:
        raise NotFound(_("There is no such draft."))
    framework, newest = service.document(version), service.in_force()
    old = service.document(newest) if newest else Framework()
    passages = [one for one in compare(old, framework) if one.change != "same"]
    return render_template(
        "quality/frameworks/review.html",
        version=version,
        newest=newest,
        sections=by_section(passages),
        problems=problems(framework),
        reason=reason,
        errors=errors,
        **naming(),
    )


@bp.post("/quality/framework/drafts/<id:version_id>/publish")
def publish(version_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    saw = id_in(request.form, "revision")
    try:
        made = service.publish(version_id, reason=reason, saw=saw, by=signed_in(), at=now())
    except InvalidInput as problem:
        errors = {problem.field or "": problem.message}
        return _review(version_id, reason, errors), problem.status
    except service.SomebodySaved as clash:
        errors = {"body": _("%(what)s Look again at what changes.", what=clash.message)}
        return _review(version_id, reason, errors), clash.status
    flash(_("Version %(number)s is in force.", number=made.number), "success")
    return redirect(url_for("frameworks.index"))


@bp.post("/quality/framework/drafts/<id:version_id>/drop")
def drop(version_id: int) -> Response:
    service.drop(version_id, by=signed_in(), at=now())
    flash(_("The draft is dropped. You can take it back from the list below."), "success")
    return redirect(url_for("frameworks.history"))


@bp.post("/quality/framework/drafts/<id:version_id>/take-back")
def take_back(version_id: int) -> Response:
    found = service.take_back(version_id, by=signed_in(), at=now())
    flash(_("The draft is open again."), "success")
    return redirect(url_for("frameworks.edit", version_id=found.id))
