"""The pages of proposals: the list, a new one, taking up, dropping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.guard import signed_in
from app.accounts.queries import args_of, page_in
from app.errors import InvalidInput
from app.quality.cards import service as cards
from app.quality.cards import telling
from app.quality.frameworks import judged as framework_choices
from app.quality.proposals import carrying_out, service
from app.quality.proposals.judged import with_rules
from app.quality.proposals.models import COACHING, DROPPED, OPEN, TAKEN, Proposal
from app.quality.proposals.service import KINDS, SOURCES, STATES, ProposalQuery
from app.services import now
from app.typed import whole

bp = Blueprint("proposals", __name__)
FILTERS = ("kind", "state", "person", "source", "page")
EVERY = "all"
FIELDS = ("kind", "person_id", "card_id", "criterion", "words", "reason", "source_id")


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    framework_choices.offer(app, with_rules)
    telling.whenever(app, carrying_out.published)


def kind_label(kind: str) -> str:
    labels: dict[str, str] = {
        "coaching": _("Coaching"),
        "framework": _("Change of the framework"),
        "card": _("Change of a scorecard"),
        "guidance": _("Change of guidance"),
    }
    return labels[kind]


def state_label(state: str) -> str:
    labels: dict[str, str] = {OPEN: _("Open"), TAKEN: _("Taken up"), DROPPED: _("Dropped")}
    return labels[state]


def source_label(source: str) -> str:
    labels: dict[str, str] = {
        "gap": _("From a gap"),
        "session": _("From a calibration session"),
        "person": _("By a person"),
    }
    return labels.get(source, source)


# ---- the list ---------------------------------------------------------------------------------


def proposal_query(args: Mapping[str, str]) -> ProposalQuery:
    """Read an address; what makes no sense there is left out."""
    kind, state, source = args.get("kind", ""), args.get("state", OPEN), args.get("source", "")
    return ProposalQuery(
        kind=kind if kind in KINDS else "",
        status="" if state == EVERY else state if state in STATES else OPEN,
        person_id=whole(args.get("person", "")),
        source=source if source in SOURCES else "",
        page=page_in(args),
    )


@bp.get("/quality/proposals")
def index() -> str:
    return _list({})


def _list(errors: Mapping[int, str]) -> str:
    """``errors``: what was wrong with the words for one proposal, by its id."""
    person, query = signed_in(), proposal_query(request.args)
    page = service.find(person, query)
    in_force = cards.in_force()
    names = {version.card_id: version.card.name for version in in_force}
    about = {one.card_id for one in page.items}
    titles = {
        (version.card_id, each.id): each.title
        for version in in_force
        if version.card_id in about
        for each in cards.card_of(version).criteria
    }
    return render_template(
        "quality/proposals/index.html",
        page=page,
        query=query,
        args=args_of(request.args, FILTERS),
        kinds=[(kind, kind_label(kind)) for kind in KINDS],
        states=[*((state, state_label(state)) for state in STATES), (EVERY, _("Every state"))],
        sources=[(source, source_label(source)) for source in SOURCES],
        people=service.people_named(person),
        cards=names,
        titles=titles,
        may_decide={one.id: service.may_decide(person, one) for one in page.items},
        origins={one.id: origin(one) for one in page.items},
        results={one.id: result(one) for one in page.items},
        errors=errors,
        kind_label=kind_label,
        state_label=state_label,
        source_label=source_label,
    )


def origin(proposal: Proposal) -> str:
    """The address of what the proposal came from; empty when it has none."""
    if proposal.source_kind == "gap":
        found: dict[str, Any] = dict(parse_qsl(proposal.source_id))
        return url_for("gaps.evidence", **found) if found else ""
    number = whole(proposal.source_id.split(":")[0])
    if proposal.source_kind == "session" and number:
        return _address("calibration.session", session_id=number)
    return ""


def result(proposal: Proposal) -> str:
    """The address of the draft or version that holds it; empty when there is none."""
    if proposal.framework_id:
        return url_for("frameworks.version", version_id=proposal.framework_id)
    if proposal.card_version_id:
        return _address("cards.version", version_id=proposal.card_version_id)
    return ""


def _address(endpoint: str, **values: Any) -> str:
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


# ---- deciding ---------------------------------------------------------------------------------


@bp.post("/quality/proposals/<id:proposal_id>/take-up")
def take_up(proposal_id: int) -> ResponseReturnValue:
    words = request.form.get("decision", "")
    try:
        taken = service.take_up(proposal_id, by=signed_in(), at=now(), decision=words)
    except InvalidInput as problem:
        return _list({proposal_id: problem.message}), problem.status
    target = result(taken)
    if target:
        flash(_("Taken up. This draft is for it."), "success")
        return redirect(target)
    flash(_("Taken up."), "success")
    return _back()


@bp.post("/quality/proposals/<id:proposal_id>/drop")
def drop(proposal_id: int) -> ResponseReturnValue:
    words = request.form.get("decision", "")
    try:
        service.drop(proposal_id, by=signed_in(), at=now(), decision=words)
    except InvalidInput as problem:
        return _list({proposal_id: problem.message}), problem.status
    flash(_("The proposal is dropped. It stays in the list of dropped ones."), "success")
    return _back()


def _back() -> Response:
    kept: dict[str, Any] = dict(args_of(request.args, FILTERS))
    return redirect(url_for("proposals.index", **kept))


# ---- a new one --------------------------------------------------------------------------------


@bp.get("/quality/proposals/new")
def new() -> str:
    """What the address says is filled in: kind, person_id, card_id, criterion, words, reason."""
    return _form(request.args, {})


def _form(filled: Mapping[str, str], errors: Mapping[str, str]) -> str:
    person = signed_in()
    return render_template(
        "quality/proposals/new.html",
        filled={name: filled.get(name, "") for name in FIELDS},
        errors=errors,
        kinds=[(kind, kind_label(kind)) for kind in KINDS],
        people=service.people_in_reach(person),
        cards=[(version.card_id, version.card.name) for version in cards.in_force()],
        coaching=COACHING,
    )


@bp.post("/quality/proposals/new")
def create() -> ResponseReturnValue:
    form, person = request.form, signed_in()
    try:
        service.propose_as(
            person,
            form.get("kind", ""),
            at=now(),
            reason=form.get("reason", ""),
            words=form.get("words", ""),
            person_id=whole(form.get("person_id", "")),
            card_id=whole(form.get("card_id", "")),
            criterion=form.get("criterion", "").strip()[:80],
            gap=form.get("source_id", "")[:120],
        )
    except InvalidInput as problem:
        return _form(form, {problem.field or "": problem.message}), problem.status
    flash(_("The proposal is on the list."), "success")
    return redirect(url_for("proposals.index"))
