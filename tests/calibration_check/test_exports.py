"""Exports: read back, they give the figures of the page, under the names that may be seen."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from flask import Flask
from numpy.typing import NDArray
from openpyxl import load_workbook  # type: ignore[import-untyped]
from sqlalchemy import select

from app.accounts.models import AuditEntry
from app.calibration import checking, exports, store
from app.calibration import session_events as happen
from app.calibration.exports import Naming
from app.calibration.session_figures import figures_of
from app.calibration.statistics import Alpha, Sampling, as_ratings, krippendorff_alpha, measure
from app.db import db
from app.quality.answers import Answer, Left
from tests.calibration.sessions import (
    ANNA,
    BEN,
    CALLS,
    CARA,
    HOST,
    REFERENCE,
    START,
    STRANGER,
    opened,
    play,
    scored,
)
from tests.calibration_check.room import Room
from tests.conftest import SignIn

NAMES = {ANNA: "Anna", BEN: "=Ben", CARA: "Cara", REFERENCE: "Reference"}
TITLES = {"greeting": "Greets", "empathy": "Shows empathy"}
NAMING = Naming(7, NAMES, {11: "Call 1", 12: "Call 2"}, TITLES)
QUICK = Sampling(draws=50)


def rows_of(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_csv_gives_the_figures_again(app: Flask, talk: Room, sign_in: SignIn) -> None:
    client = sign_in(app.test_client(), talk.cast.ann)
    answer = client.get(talk.path("export.csv"))
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = rows_of(answer.data)
    assert len(rows) == 2 * 2 * len(talk.recordings)
    assert {row["rater"] for row in rows} == {"Ann Rater", "Bob Rater"}, "a file travels"
    assert {row["criterion"] for row in rows} == {"Greets", "Shows empathy"}
    table = _wide([row for row in rows if row["criterion_id"] == "empathy"])
    with app.app_context():
        seen = checking.look(talk.cast.ann, talk.session)
        kept = seen.figures.criteria["empathy"].alpha
        noted = select(AuditEntry.details).where(AuditEntry.action == "calibration.exported")
        assert [each["kind"] for each in db.session.scalars(noted)] == ["csv"]
    again = krippendorff_alpha(table, "ordinal")
    assert again.estimate == pytest.approx(kept.estimate)


def _wide(rows: list[dict[str, str]]) -> NDArray[np.float64]:
    calls = sorted({row["recording"] for row in rows})
    raters = sorted({row["rater"] for row in rows})
    table = np.full((len(calls), len(raters)), np.nan)
    for row in rows:
        if row["value"]:
            table[calls.index(row["recording"]), raters.index(row["rater"])] = float(row["value"])
    return table


def test_xlsx_has_a_sheet_for_each_criterion(app: Flask, talk: Room, sign_in: SignIn) -> None:
    client = sign_in(app.test_client(), talk.cast.host)
    book = load_workbook(io.BytesIO(client.get(talk.path("export.xlsx")).data))
    assert book.sheetnames == ["marks", "statistics", "1 Greets", "2 Shows empathy"]
    head, *body = book["2 Shows empathy"].iter_rows(values_only=True)
    assert head == ("recording", "Ann Rater", "Bob Rater")
    table = np.array([[np.nan if v is None else v for v in row[1:]] for row in body], dtype=float)
    told = {(row[0], row[1]): row[2] for row in book["statistics"].iter_rows(values_only=True)}
    alpha = measure(Alpha("ordinal"), as_ratings(table, (1, 2, 3, 4, 5)), QUICK)
    assert told["Shows empathy", alpha.method.name] == pytest.approx(alpha.estimate)
    assert book["marks"].max_row == 1 + 2 * 2 * len(talk.recordings)


def test_left_answers_have_a_word_and_no_value() -> None:
    marks: dict[int, dict[int, dict[str, Answer]]] = {
        ANNA: {11: {"greeting": 1.0, "empathy": Left.NOT_SURE}},
        BEN: {11: {"greeting": Left.NOT_APPLICABLE, "empathy": 3.0}},
        REFERENCE: {11: {"greeting": 1.0, "empathy": 4.0}},
    }
    state = scored(opened(), marks)
    rows = rows_of(exports.as_csv(exports.long_rows(state, HOST, NAMING)))
    told = {(row["rater"], row["criterion_id"]): (row["value"], row["answer"]) for row in rows}
    assert told["Anna", "empathy"] == ("", "not_sure")
    assert told["'=Ben", "greeting"] == ("", "not_applicable"), "no formula in a spreadsheet"
    assert {row["rater"] for row in rows if row["reference"] == "1"} == {"Reference"}
    book = load_workbook(io.BytesIO(exports.as_xlsx(state, HOST, NAMING, figures_of(state, QUICK))))
    assert [cell.value for cell in book["2 Shows empathy"][1]] == [
        "recording",
        "Anna",
        "=Ben",
        "Cara",
    ]
    assert [cell.value for cell in book["2 Shows empathy"][2]] == ["Call 1", None, 3, None]


def test_strangers_and_rounds_at_work_give_nothing() -> None:
    marks: dict[int, dict[int, dict[str, Answer]]] = {
        rater: {call: {"greeting": 1.0, "empathy": 2.0} for call in CALLS} for rater in NAMES
    }
    state = scored(opened(), marks, over=("empathy",))
    assert list(exports.long_rows(state, STRANGER, NAMING)) == []
    state = play(happen.SecondRoundOpened(HOST, START, ("empathy",)), on=state)
    rows = list(exports.long_rows(state, HOST, NAMING))
    assert {row.criterion_id for row in rows} == {"greeting"}, "hidden while it is scored again"
    book = load_workbook(io.BytesIO(exports.as_xlsx(state, HOST, NAMING, figures_of(state, QUICK))))
    assert book.sheetnames == ["marks", "statistics", "1 Greets"]


def test_the_store_is_where_they_come_from(app: Flask, talk: Room) -> None:
    with app.app_context():
        rows = list(exports.long_rows(store.load(talk.session), talk.cast.cy.id, NAMING))
    assert rows == []
