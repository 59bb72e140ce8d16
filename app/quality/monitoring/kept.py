"""What quality still needs of old recordings."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from app.quality.evaluations.models import OPEN as DISPUTE_OPEN
from app.quality.evaluations.models import Dispute, Evaluation
from app.quality.monitoring.models import OPEN, Assignment
from app.recordings.models import Recording
from app.recordings.retention import Keeper, keep_while


def init_app(app: Flask) -> None:
    keep_while(app, Keeper("disputed", lambda: _("an open dispute"), _disputed))
    keep_while(app, Keeper("assigned", lambda: _("still to be scored"), _assigned))


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
