"""What the page of gaps shows: lines, columns with their names, sentences, addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _

from app.quality.gaps.figures import (
    COLUMN,
    By,
    Cell,
    Figure,
    Line,
    Place,
    Row,
    State,
    figure,
    table,
    worst,
)
from app.quality.gaps.reading import GapQuery, Marks
from app.quality.gaps.wording import sentence
from app.quality.text import Text

LONGEST_SOURCE = 120


@dataclass(frozen=True, slots=True)
class Board:
    """``columns``: (key, name) in their order; the address of a cell is ``address_of``."""

    query: GapQuery
    marks: Marks
    lines: list[Line]
    columns: list[tuple[str, str]]
    worst: list[Cell]

    def title_of(self, place: Place) -> str:
        return self.marks.criteria[place].title

    def card_of(self, place: Place) -> str:
        return self.marks.cards[place[0]]

    def is_critical(self, place: Place) -> bool:
        return self.marks.criteria[place].critical in ("section", "card")

    def name_of(self, column: str) -> str:
        return column_name(self.query.by, column, self.marks) if column else ""

    def sentence_of(self, place: Place, column: str, figure: Figure) -> Text:
        return sentence(self.title_of(place), self.name_of(column), figure)

    def address_of(self, place: Place, column: str = "") -> str:
        """The evaluations behind a cell."""
        return url_for("gaps.evidence", **cell_args(self.query, place, column))


def board(marks: Marks, query: GapQuery) -> Board:
    lines = table(marks.rows, query.by, marks.targets.__getitem__)
    return Board(query, marks, lines, columns(marks, query.by), worst(lines))


def columns(marks: Marks, by: By) -> list[tuple[str, str]]:
    """Weeks and versions in their order, people and teams by name."""
    keys = {key for row in marks.rows if (key := COLUMN[by](row))}
    named = [(key, column_name(by, key, marks)) for key in keys]
    if by is By.VERSION:
        return sorted(named, key=lambda pair: int(pair[0]))
    return sorted(named, key=lambda pair: pair[0] if by is By.WEEK else pair[1].casefold())


def column_name(by: By, key: str, marks: Marks) -> str:
    if by is By.AGENT:
        return marks.agents.get(int(key), key)
    if by is By.TEAM:
        return marks.teams.get(int(key), key)
    if by is By.VERSION:
        return str(_("version %(number)s", number=key))
    return str(_("week of %(day)s", day=format_date(date.fromisoformat(key), "d MMM")))


def cell_args(query: GapQuery, place: Place, column: str) -> dict[str, Any]:
    """The filters of a cell's evidence, without the empty ones."""
    told: dict[str, Any] = {
        "card": place[0],
        "criterion": place[1],
        "by": query.by.value,
        "column": column,
        "agent": query.agent_id,
        "team": query.team_id,
        "weeks": query.weeks,
    }
    return {name: str(value) for name, value in told.items() if value not in (None, "")}


@dataclass(frozen=True, slots=True)
class Behind:
    """One cell: its figure and the rows it was worked out from."""

    figure: Figure
    rows: list[Row]


def behind(marks: Marks, query: GapQuery, place: Place, column: str) -> Behind | None:
    """None when there is no mark in it."""
    rows = [
        row
        for row in marks.rows
        if (row.card, row.criterion) == place and (not column or COLUMN[query.by](row) == column)
    ]
    return Behind(figure(rows, marks.targets[place]), rows) if rows else None


def proposal_args(
    kind: str, query: GapQuery, place: Place, column: str, words: Mapping[str, str]
) -> dict[str, Any]:
    """What a proposal from this cell is filled in with."""
    source = urlencode(cell_args(query, place, column))
    told = {
        "kind": kind,
        "card_id": str(place[0]),
        "criterion": place[1],
        "person_id": agent_of(query, column) if kind == "coaching" else "",
        "source_id": source if len(source) <= LONGEST_SOURCE else "",
        **words,
    }
    return {name: value for name, value in told.items() if value}


def agent_of(query: GapQuery, column: str) -> str:
    """The agent a cell is about, or empty."""
    if query.by is By.AGENT and column:
        return column
    return str(query.agent_id or "")


def depth(figure: Figure) -> int:
    """How deep a gap is shown, 0..3: less than 10, 10 to 25, more than 25 of 100."""
    if figure.state in (State.MET, State.FEW) or figure.gap == 0:
        return 0
    return 1 if figure.gap < 0.1 else 2 if figure.gap < 0.25 else 3
