"""What quality still needs of old recordings, and which words it gives up when they are erased."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from app.db import db
from app.quality.evaluations.models import OPEN as DISPUTE_OPEN
from app.quality.evaluations.models import Dispute, Evaluation
from app.quality.monitoring.models import OPEN, Assignment
from app.recordings.models import Recording
from app.recordings.retention import Keeper, keep_while, when_erased


def init_app(app: Flask) -> None:
    keep_while(app, Keeper("disputed", lambda: _("an open dispute"), _disputed))
    keep_while(app, Keeper("assigned", lambda: _("still to be scored"), _assigned))
    when_erased(app, forget_quotes)


def _disputed() -> ColumnElement[bool]:
    return (
        select(Dispute.id)
        .join(Evaluation, Evaluation.id == Dispute.evaluation_id)
        .where(Evaluation.recording_id == Recording.id, Dispute.status == DISPUTE_OPEN)
        .exists()
    )


def _assigned() -> ColumnElement[bool]:
    open_work = Assignment.status == OPEN
    return select(Assignment.id).where(Assignment.recording_id == Recording.id, open_work).exists()


def forget_quotes(recording: Recording) -> None:
    """Scores of the machine quote what was said: their figures stay, the quotes go."""
    chosen = select(Evaluation).where(
        Evaluation.recording_id == recording.id, Evaluation.score.is_not(None)
    )
    for evaluation in db.session.scalars(chosen).unique().all():
        evaluation.score = without_quotes(evaluation.score or {})


def without_quotes(score: dict[str, Any]) -> dict[str, Any]:
    """A stored ``Score`` without the words of its evidence."""
    results = [{**each, "evidence": []} for each in score.get("results", ())]
    return {**score, "results": results} if results else score
