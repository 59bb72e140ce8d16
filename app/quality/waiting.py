"""How much of quality waits for somebody: the number beside its place in the bar."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from app.accounts.models import Person
from app.db import db
from app.quality.evaluations import seeing
from app.quality.evaluations.models import OPEN, PERSON, Dispute, Evaluation
from app.quality.monitoring.models import OPEN as TO_SCORE
from app.quality.monitoring.models import Assignment
from app.recordings.models import ERASED, Recording


def waiting_for(person: Person, at: datetime) -> int:
    """Calls to score, disputes to decide, evaluations to answer, in one query.

    Sessions of calibration are not counted: what waits in them is known only once their events
    are read.
    """
    to_score = (
        select(func.count())
        .select_from(Assignment)
        .join(Recording, Recording.id == Assignment.recording_id)
        .where(
            Assignment.rater_id == person.id,
            Assignment.status == TO_SCORE,
            Recording.status != ERASED,
        )
    )
    to_decide = (
        select(func.count())
        .select_from(Dispute)
        .where(Dispute.owner_id == person.id, Dispute.status == OPEN)
    )
    to_answer = (
        select(func.count())
        .select_from(Evaluation)
        .where(
            Evaluation.agent_id == person.id,
            Evaluation.kind == PERSON,
            Evaluation.response == "",
            seeing.released(at),
        )
    )
    parts = (to_score, to_decide, to_answer)
    with db.session.no_autoflush:
        row = db.session.execute(select(*(each.scalar_subquery() for each in parts))).one()
    return sum(row)
