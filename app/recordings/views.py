"""The list of recordings with its search, and how uploads come along."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Flask, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.guard import signed_in
from app.accounts.models import Person
from app.accounts.queries import args_of
from app.accounts.rights import may
from app.errors import InvalidInput
from app.i18n import reader_zone
from app.paging import PER_PAGE
from app.recordings import index as listing
from app.recordings import intake, upload_views
from app.recordings.details import Told, understand
from app.recordings.first_words import first_words
from app.recordings.models import LEFT_CHANNEL, PRACTICE, RIGHT_CHANNEL, UPLOAD, Recording
from app.recordings.search import MOST_HITS
from app.recordings.upload_wording import moves, told_of_upload
from app.services import now, services
from app.typed import wholes

bp = Blueprint("recordings", __name__)
upload_views.add_to(bp)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


def shown_skill(skill: str) -> str:
    """A kind of call as words; of a practice call it is its scenario's id."""
    return skill.replace("-", " ").replace("_", " ")


@bp.get("/recordings")
def index() -> str:
    person, at = signed_in(), now()
    query = listing.wanted(request.args)
    may_upload = may(person, "recordings.upload")
    uploads = intake.unfinished(person) if may_upload else []
    ready = intake.lately_ready(person, at) if may_upload else []
    agents = listing.agents_heard(person)
    page = None if query.words else listing.recordings_for(person, query)
    return render_template(
        "recordings/index.html",
        query=query,
        page=page,
        first_words=first_words([each.id for each in page.items] if page else []),
        found=listing.found_in(person, query) if query.words else [],
        most=MOST_HITS,
        uploads=[
            (each.recording, told_of_upload(each, at)) for each in [*ready, *uploads[:PER_PAGE]]
        ],
        more_uploads=max(len(uploads) - PER_PAGE, 0),
        moving=any(moves(each, at) for each in uploads),
        agents=[(each.id, each.name) for each in agents],
        sources=[(PRACTICE, _("Practice calls")), (UPLOAD, _("Uploads"))],
        skills=[(each, shown_skill(each)) for each in listing.skills_heard(person)],
        shown_skill=shown_skill,
        args=args_of(request.args, listing.FILTERS),
        sort=query.sort,
        direction="desc" if query.descending else "asc",
        may_upload=may_upload,
    )


@bp.get("/recordings/uploads.json")
def uploads() -> Response:
    """How the uploads ``?ids=1,2,3`` stand now, and whether any of them moves."""
    texts = request.args.get("ids", "").split(",")
    ids = wholes(texts)
    if len(ids) < len(texts) or len(texts) > PER_PAGE:
        raise InvalidInput(_("ids must be numbers of uploads, separated by commas."), field="ids")
    at, found = now(), intake.some(signed_in(), ids)
    return jsonify(
        uploads=[told_of_upload(each, at) for each in found],
        moving=any(moves(each, at) for each in found),
    )


@bp.post("/recordings/<id:recording_id>/cancel")
def cancel(recording_id: int) -> Response:
    intake.cancel(signed_in(), recording_id, at=now())
    flash(_("The upload was asked to end."), "success")
    return redirect(url_for("recordings.index"))


@bp.post("/recordings/<id:recording_id>/retry")
def retry(recording_id: int) -> Response:
    data_dir = services().settings.data_dir
    intake.retry(signed_in(), recording_id, at=now(), data_dir=data_dir)
    flash(_("The upload is tried again."), "success")
    return redirect(url_for("recordings.index"))


@bp.post("/recordings/<id:recording_id>/remove")
def remove(recording_id: int) -> Response:
    settings = services().settings
    intake.remove(
        signed_in(),
        recording_id,
        data_dir=settings.data_dir,
        recordings_dir=settings.recordings_dir,
    )
    flash(_("The upload is removed."), "success")
    return redirect(url_for("recordings.index"))


@bp.get("/recordings/<id:recording_id>/details")
def details(recording_id: int) -> str:
    person = signed_in()
    recording = intake.find_own(person, recording_id).recording
    return _details(person, recording, upload_views.told_before(recording, reader_zone()))


@bp.post("/recordings/<id:recording_id>/details")
def change_details(recording_id: int) -> ResponseReturnValue:
    person, told = signed_in(), Told.of(request.form)
    recording = intake.find_own(person, recording_id).recording
    around = upload_views.around(person, recording)
    try:
        wanted = understand(told, around, name=recording.original_name)
        home = services().settings.recordings_dir
        changed = intake.change(person, recording_id, wanted, recordings_dir=home)
    except InvalidInput as error:
        page = _details(person, recording, told, {error.field or "": error.message})
        return page, error.status
    flash(_("“%(title)s” is changed.", title=changed.title), "success")
    return redirect(url_for("recordings.index"))


def _details(
    person: Person, recording: Recording, told: Told, errors: Mapping[str, str] | None = None
) -> str:
    return render_template(
        "recordings/details.html",
        recording=recording,
        told=told,
        errors=errors or {},
        channels=[(LEFT_CHANNEL, _("Left")), (RIGHT_CHANNEL, _("Right"))],
        **upload_views.choices(person, recording),
    )
