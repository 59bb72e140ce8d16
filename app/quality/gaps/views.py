"""The pages of gaps: the table, the evaluations behind a cell, the export."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, current_app, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import audit
from app.accounts.guard import signed_in
from app.accounts.queries import args_of
from app.db import transaction
from app.errors import NotFound
from app.quality.gaps import pages, reading
from app.quality.gaps.figures import By, Figure
from app.quality.gaps.reading import USUAL_WEEKS, WEEKS, GapQuery
from app.quality.gaps.wording import STATES, TRENDS, percent
from app.quality.text import Text
from app.quality.wording import wording
from app.services import now
from app.typed import whole

bp = Blueprint("gaps", __name__)
FILTERS = ("by", "card", "agent", "team", "weeks", "view")
SHOWN = 200
"""Evaluations listed behind one cell."""


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)


def gap_query(args: Mapping[str, str]) -> GapQuery:
    """Read an address; what makes no sense there is left out."""
    by, weeks = args.get("by", ""), args.get("weeks", "")
    return GapQuery(
        by=By(by) if by in set(By) else By.AGENT,
        card_id=whole(args.get("card", "")),
        agent_id=whole(args.get("agent", "")),
        team_id=whole(args.get("team", "")),
        weeks=int(weeks) if weeks in map(str, (0, *WEEKS)) else USUAL_WEEKS,
    )


def by_label(by: By) -> str:
    labels: dict[By, str] = {
        By.AGENT: _("Agent"),
        By.TEAM: _("Team"),
        By.WEEK: _("Week"),
        By.VERSION: _("Version of the card"),
    }
    return labels[by]


def _shared() -> dict[str, Any]:
    return {
        "percent": percent,
        "depth": pages.depth,
        "state_label": lambda figure: wording(Text(STATES[figure.state])),
        "trend_label": lambda figure: wording(Text(TRENDS[figure.trend])),
        "by_label": by_label,
    }


@bp.get("/quality/gaps")
def index() -> str:
    person, query = signed_in(), gap_query(request.args)
    marks, choices = reading.marks(person, query, at=now()), reading.choices(person)
    return render_template(
        "quality/gaps/index.html",
        board=pages.board(marks, query),
        query=query,
        args=args_of(request.args, FILTERS),
        as_table=request.args.get("view") == "table",
        columns=[(by.value, by_label(by)) for by in By],
        cards=choices.cards,
        agents=choices.agents,
        teams=choices.teams,
        periods=[
            *((weeks, _("the last %(n)s weeks", n=weeks)) for weeks in WEEKS),
            (0, _("all time")),
        ],
        **_shared(),
    )


@bp.get("/quality/gaps/evidence")
def evidence() -> str:
    """``?card=3&criterion=greets&by=agent&column=5`` and the filters of the page."""
    person, query = signed_in(), gap_query(request.args)
    place = (query.card_id or 0, request.args.get("criterion", ""))
    column = request.args.get("column", "")
    marks = reading.marks(person, query, at=now())
    board = pages.board(marks, query)
    cell = pages.behind(marks, query, place, column)
    if cell is None:
        raise NotFound(
            _("There is no mark in this place any more."),
            remedy=_("Open the page of gaps and choose again."),
        )
    told = wording(board.sentence_of(place, column, cell.figure))
    newest = sorted(cell.rows, key=lambda row: row.day, reverse=True)[:SHOWN]
    evaluations = reading.evidence(person, [row.evaluation for row in newest])
    return render_template(
        "quality/gaps/evidence.html",
        board=board,
        place=place,
        column=column,
        cell=cell,
        told=told,
        evaluations=evaluations,
        shares={row.evaluation: row.share for row in cell.rows},
        criterion=marks.criteria[place],
        proposals=_proposals(query, place, column, told),
        back=_back(),
        address=_address,
        **_shared(),
    )


def _back() -> str:
    kept: dict[str, Any] = dict(args_of(request.args, FILTERS))
    return url_for("gaps.index", **kept)


def _proposals(
    query: GapQuery, place: tuple[int, str], column: str, told: str
) -> list[tuple[str, str]]:
    """(label, address) of what may be proposed from here, filled in with the finding."""
    kinds: list[tuple[str, str]] = [
        ("guidance", _("Propose other guidance")),
        ("framework", _("Propose a change of the framework")),
    ]
    if pages.agent_of(query, column):
        kinds.insert(0, ("coaching", _("Propose coaching")))
    return [
        (
            label,
            url_for(
                "proposals.new",
                **pages.proposal_args(kind, query, place, column, {"reason": told}),
            ),
        )
        for kind, label in kinds
    ]


def _address(endpoint: str, **values: Any) -> str:
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


HEAD = (
    "scorecard",
    "criterion",
    "by",
    "column",
    "evaluations",
    "earned_percent",
    "low_percent",
    "high_percent",
    "expected_percent",
    "gap_percent",
    "state",
    "trend",
)


@bp.get("/quality/gaps.csv")
def export() -> Response:
    """What the page shows, a row for each cell; ``column`` is empty for all together."""
    person, query = signed_in(), gap_query(request.args)
    board = pages.board(reading.marks(person, query, at=now()), query)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for line in board.lines:
        names = board.card_of(line.place), board.title_of(line.place)
        for column, figure in [("", line.overall), *line.cells.items()]:
            writer.writerow(
                [*map(_plain, names), query.by.value, _plain(board.name_of(column)), *_csv(figure)]
            )
    with transaction():
        audit.record(person, "gaps.exported", None, filters=args_of(request.args, FILTERS))
    answer = Response(out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="gaps.csv"'
    return answer


def _csv(figure: Figure) -> list[str | int]:
    shares = (figure.mean, figure.low, figure.high, figure.target, figure.gap)
    return [
        figure.n,
        *(f"{share * 100:.1f}" for share in shares),
        figure.state.value,
        figure.trend.value,
    ]


def _plain(words: str) -> str:
    """A name that a spreadsheet would take for a formula is written as words."""
    return f"'{words}" if words[:1] in ("=", "+", "-", "@", "\t") else words
