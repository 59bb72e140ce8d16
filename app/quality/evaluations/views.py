"""The pages of evaluations: what is to do, the list, one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import signed_in
from app.accounts.queries import args_of, page_in
from app.accounts.rights import RATERS
from app.quality.evaluations import answer_views, listing, models, scoring_views, seeing, words
from app.quality.evaluations.blueprint import bp
from app.quality.evaluations.listing import EvaluationQuery
from app.quality.evaluations.models import DRAFT
from app.quality.evaluations.pages import evaluation_page
from app.services import now
from app.typed import whole

__all__ = ["answer_views", "models", "scoring_views"]
FILTERS = ("agent", "rater", "card", "kind", "state", "result", "sort", "direction", "page")


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.add_template_global(words.response_badge, "evaluation_response")
    app.add_template_global(_scored_by_others, "scored_by_others")


def _scored_by_others(recordings: Iterable[int]) -> Mapping[int, int]:
    return listing.scored_by_others(signed_in(), recordings)


@bp.get("/quality")
def index() -> str:
    person, at = signed_in(), now()
    calls = listing.own_calls(person)
    return render_template(
        "quality/evaluations/index.html",
        rates=person.role in RATERS,
        drafts=listing.drafts_of(person),
        to_decide=listing.to_decide(person),
        to_release=listing.to_release(person, at) if person.role in RATERS else (),
        recent=listing.recent_of(person),
        to_answer=listing.to_answer(person, at),
        shown=listing.shown_to(person, at),
        own_disputes=listing.opened_by(person),
        own_calls=calls,
        own_scores=listing.own_scores(person, calls),
        title_of=listing.title_of,
        state=lambda each: words.state_of(each, at, person),
        by=words.by_whom,
        badge=words.dispute_badge,
        at=at,
    )


@bp.get("/quality/evaluations", endpoint="listing")
def listed() -> str:
    person, at = signed_in(), now()
    query = _query(request.args)
    return render_template(
        "quality/evaluations/list.html",
        page=listing.evaluations_of(person, query, at),
        choices=listing.choices(person, at),
        query=query,
        state=lambda each: words.state_of(each, at, person),
        by=words.by_whom,
        args=args_of(request.args, FILTERS),
    )


def _query(args: Mapping[str, str]) -> EvaluationQuery:
    sort = args.get("sort", "")
    return EvaluationQuery(
        agent_id=whole(args.get("agent", "")),
        rater_id=whole(args.get("rater", "")),
        card_id=whole(args.get("card", "")),
        kind=args.get("kind", ""),
        state=args.get("state", ""),
        result=args.get("result", ""),
        sort=sort if sort in listing.SORTS else "submitted",
        descending=args.get("direction", "desc") != "asc",
        page=page_in(args),
    )


@bp.get("/quality/evaluations/<id:evaluation_id>")
def evaluation(evaluation_id: int) -> ResponseReturnValue:
    person, at = signed_in(), now()
    found = seeing.find(person, evaluation_id, at)
    if found.status == DRAFT:
        return redirect(url_for("evaluations.score", evaluation_id=found.id))
    return evaluation_page(person, found, at, {})
