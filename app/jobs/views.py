"""The page of jobs, for administrators, and what it asks for while jobs run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.guard import signed_in
from app.accounts.queries import args_of, page_in
from app.errors import InvalidInput
from app.jobs import service
from app.jobs.queue import State
from app.jobs.service import JobQuery
from app.jobs.wording import is_moving, state_label, told_of
from app.paging import PER_PAGE
from app.services import now
from app.typed import wholes

bp = Blueprint("jobs", __name__)
FILTERS = ("state", "text", "page")


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


def job_query(args: Mapping[str, str]) -> JobQuery:
    """Read an address; what makes no sense there is left out."""
    state = args.get("state", "")
    return JobQuery(
        state=State(state) if state in set(State) else None,
        text=args.get("text", "").strip()[:100],
        page=page_in(args),
    )


@bp.get("/jobs")
def index() -> str:
    query, at = job_query(request.args), now()
    page, many = service.find(query), service.counts()
    return render_template(
        "jobs/index.html",
        page=page,
        told={job.id: told_of(job, at) for job in page.items},
        moving=any(is_moving(job, at) for job in page.items),
        newest=service.newest_id(),
        states=[(str(s), f"{state_label(s)} ({many.get(s, 0)})") for s in State],
        query=query,
        args=args_of(request.args, FILTERS),
    )


@bp.get("/jobs.json")
def listing() -> Response:
    """How the jobs ``?ids=1,2,3`` stand now, whether any of them moves, and the newest id."""
    texts = request.args.get("ids", "").split(",")
    ids = wholes(texts)
    if len(ids) < len(texts) or len(texts) > PER_PAGE:
        raise InvalidInput(
            _("ids must be 1 to %(n)s numbers of jobs, separated by commas.", n=PER_PAGE),
            field="ids",
        )
    at, found = now(), service.some(ids)
    return jsonify(
        jobs=[told_of(job, at) for job in found],
        moving=any(is_moving(job, at) for job in found),
        newest=service.newest_id(),
    )


@bp.post("/jobs/<id:job_id>/cancel")
def cancel(job_id: int) -> Response:
    job = service.cancel(signed_in(), job_id, at=now())
    if job.state is State.CANCELLED:
        flash(_("The job is cancelled."), "success")
    else:
        flash(_("The job was asked to end. What it is doing just now is ended first."), "success")
    return _back()


@bp.post("/jobs/<id:job_id>/retry")
def retry(job_id: int) -> Response:
    service.retry(signed_in(), job_id, at=now())
    flash(_("The job is tried again."), "success")
    return _back()


def _back() -> Response:
    kept: dict[str, Any] = dict(args_of(request.args, FILTERS))
    return redirect(url_for("jobs.index", **kept))
