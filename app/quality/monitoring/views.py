"""The pages of monitoring plans: the list, one plan, its form with a preview, the work."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.accounts.forms import problems_of
from app.accounts.guard import signed_in
from app.accounts.models import Person
from app.accounts.queries import page_in
from app.errors import Conflict, InvalidInput
from app.quality import handed_in
from app.quality.monitoring import choices, drawing, form, kept, models, progress, service, work
from app.quality.monitoring.candidate import period_of
from app.quality.monitoring.form import PlanForm
from app.quality.monitoring.models import Assignment, MonitoringPlan
from app.services import now, services
from app.typed import whole, wholes

bp = Blueprint("monitoring", __name__)
Answer = Response | str | tuple[str, int]
__all__ = ["models"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.add_template_global(my_work, "monitoring_work")
    app.add_template_global(now, "right_now")
    handed_in.whenever(app, work.handed_in)
    kept.init_app(app)


def my_work() -> Sequence[Assignment]:
    """For ``quality/monitoring/_work.html``: what the reader has still to score."""
    return work.work_of(signed_in())


# -- the list and one plan ----------------------------------------------------------


@bp.get("/quality/monitoring")
def index() -> str:
    person, at = signed_in(), now()
    ended = request.args.get("ended") == "yes"
    lines = progress.lines(person, at, ended=ended)
    return render_template("quality/monitoring/index.html", lines=lines, ended=ended, at=at)


@bp.get("/quality/monitoring/<id:plan_id>")
def plan(plan_id: int) -> str:
    person, at = signed_in(), now()
    row = service.find(person, plan_id)
    show = request.args.get("show", "open")
    return render_template(
        "quality/monitoring/plan.html",
        line=progress.line_of(row, at),
        page=work.of_plan(row, show, page_in(request.args)),
        show=show,
        args={"show": show},
        told=choices.told(service.plan_of(row)),
        may_change=service.may_change(person, row),
        at=at,
    )


# -- making and changing one ----------------------------------------------------------


@bp.route("/quality/monitoring/new", methods=["GET", "POST"])
def new() -> Answer:
    person = signed_in()
    if request.method == "GET":
        return _form_page(person, choices.blank(person))
    sent = form.read(request.form)
    if sent.wanted is None:
        return _form_page(person, sent)
    try:
        row = service.create(person, sent.wanted, at=now())
    except InvalidInput as error:
        return _form_page(person, PlanForm(sent.values, problems_of(error)))
    flash(_("The plan is kept. Nothing is chosen before you start it."), "success")
    return redirect(url_for("monitoring.plan", plan_id=row.id))


@bp.route("/quality/monitoring/<id:plan_id>/edit", methods=["GET", "POST"])
def edit(plan_id: int) -> Answer:
    person = signed_in()
    row = service.find_to_change(person, plan_id)
    if request.method == "GET":
        raters = [each.id for each in row.raters]
        filled = form.shown(row.title, row.card_id, raters, service.plan_of(row), row.revision)
        return _form_page(person, filled, row)
    sent = form.read(request.form)
    if sent.wanted is None:
        return _form_page(person, sent, row)
    try:
        service.change(person, row, sent.wanted, saw=sent.saw, at=now())
    except (InvalidInput, Conflict) as error:
        return _form_page(person, PlanForm(sent.values, problems_of(error)), row)
    flash(_("Saved."), "success")
    return redirect(url_for("monitoring.plan", plan_id=row.id))


def _form_page(person: Person, filled: PlanForm, row: MonitoringPlan | None = None) -> Answer:
    page = render_template(
        "quality/monitoring/edit.html",
        row=row,
        values=filled.values,
        errors=filled.errors,
        **choices.offered(person),
    )
    return page, 400 if filled.errors else 200


@bp.post("/quality/monitoring/preview")
def preview() -> Answer:
    """What the plan in the form would have chosen, as a piece of the page."""
    person = signed_in()
    sent = form.read(request.form)
    wanted = form.plan_alone(request.form) if sent.wanted is None else sent.wanted.plan
    if wanted is None:
        return render_template("quality/monitoring/_preview.html", found=None)
    service.refuse_foreign_people(person, wanted.people)
    raters = wholes(sent.values["raters"])
    root = services().settings.recordings_dir
    found = drawing.preview(wanted, raters or [0], at=now(), root=root)
    return render_template("quality/monitoring/_preview.html", found=found)


# -- its life ---------------------------------------------------------------------------


def _to(plan_id: int) -> Response:
    return redirect(url_for("monitoring.plan", plan_id=plan_id))


@bp.post("/quality/monitoring/<id:plan_id>/start")
def start(plan_id: int) -> Response:
    person = signed_in()
    service.start(person, service.find_to_change(person, plan_id), at=now())
    flash(_("The plan runs. It chooses calls every night; “Draw now” does so at once."), "success")
    return _to(plan_id)


@bp.post("/quality/monitoring/<id:plan_id>/pause")
def pause(plan_id: int) -> Response:
    person = signed_in()
    service.pause(person, service.find_to_change(person, plan_id))
    flash(_("The plan rests: it chooses nothing. What it chose is still to be scored."), "success")
    return _to(plan_id)


@bp.post("/quality/monitoring/<id:plan_id>/end")
def end(plan_id: int) -> Response:
    person = signed_in()
    row = service.find_to_change(person, plan_id)
    service.end(person, row, finish=request.form.get("finish") == "yes", at=now())
    flash(_("The plan has ended, and its raters may no longer hear its people."), "success")
    return _to(plan_id)


@bp.post("/quality/monitoring/<id:plan_id>/draw")
def draw(plan_id: int) -> Response:
    person = signed_in()
    service.find_to_change(person, plan_id)
    many = _draw(plan_id, present=True)
    told = ngettext("%(num)s call was chosen.", "%(num)s calls were chosen.", many)
    flash(told if many else _("Nothing more to choose within the quotas now."), "success")
    return _to(plan_id)


def _draw(plan_id: int, *, present: bool) -> int:
    root = services().settings.recordings_dir
    return drawing.draw(plan_id, at=now(), root=root, present=present)


# -- the work -----------------------------------------------------------------------------


@bp.post("/quality/monitoring/work/<id:assignment_id>/score")
def score(assignment_id: int) -> Response:
    person = signed_in()
    one = work.find_mine(person, assignment_id)
    evaluation = work.begin(person, one, at=now())
    return redirect(url_for("evaluations.score", evaluation_id=evaluation.id))


@bp.post("/quality/monitoring/work/<id:assignment_id>/skip")
def skip(assignment_id: int) -> Response:
    person, at = signed_in(), now()
    one = work.find(person, assignment_id)
    work.skip(person, one, request.form.get("words", ""), at=at)
    plan = service.plan_of(one.plan)
    again = _draw(one.plan_id, present=one.period == period_of(at, plan.quota.period))
    flash(
        _("The call is skipped; another was chosen.") if again else _("The call is skipped."),
        "success",
    )
    return _back(person, one)


@bp.post("/quality/monitoring/work/<id:assignment_id>/reassign")
def reassign(assignment_id: int) -> Response:
    person = signed_in()
    one = work.find(person, assignment_id)
    service.find_to_change(person, one.plan_id)
    work.reassign(person, one, whole(request.form.get("rater", "")) or 0, at=now())
    flash(_("Somebody else scores it now."), "success")
    return _to(one.plan_id)


def _back(person: Person, one: Assignment) -> Response:
    if request.form.get("from") == "work":
        return redirect(url_for("evaluations.index"))
    return _to(one.plan_id)
