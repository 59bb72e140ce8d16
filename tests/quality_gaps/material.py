"""A scorecard in force and evaluations under it, as rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from app.accounts.models import Person
from app.db import transaction
from app.quality.answers import Left
from app.quality.card import Scorecard
from app.quality.cards.models import PUBLISHED, Card, CardVersion
from app.quality.evaluations.models import PERSON, RELEASED, Evaluation, EvaluationMark
from app.recordings.models import PRACTICE, READY, Recording

BODY = {
    "title": "Service calls",
    "pass_mark": 80,
    "sections": [
        {
            "id": "start",
            "title": "Start",
            "criteria": [
                {"id": "greets", "title": "Greets by name", "weight": 40},
                {
                    "id": "verifies",
                    "title": "Verifies identity",
                    "weight": 40,
                    "critical": "card",
                    "guidance": "Two facts.",
                },
                {"id": "listens", "title": "Listens", "weight": 20, "scale": "1-5"},
            ],
        }
    ],
}
_numbers = count(1)


def card(by: Person, at: datetime, name: str = "Service calls") -> CardVersion:
    """A card with one published version."""
    with transaction() as session:
        made = Card(name=name, created_by_id=by.id, created_at=at)
        version = CardVersion(
            card=made,
            number=1,
            status=PUBLISHED,
            body=Scorecard.model_validate(BODY).model_dump(mode="json"),
            content_hash=f"{next(_numbers):064d}",
            created_at=at,
            changed_at=at,
            published_at=at,
            published_by_id=by.id,
        )
        session.add_all([made, version])
        session.flush()
    return version


def evaluation(
    version: CardVersion,
    agent: Person,
    rater: Person | None,
    at: datetime,
    marks: dict[str, float | Left],
    *,
    status: str = RELEASED,
    kind: str = PERSON,
    uploaded_by: Person | None = None,
) -> Evaluation:
    with transaction() as session:
        number = next(_numbers)
        recording = Recording(
            key=f"r{number}",
            source=PRACTICE,
            status=READY,
            title=f"Call {number}",
            agent_id=agent.id,
            happened_at=at - timedelta(days=1),
            seconds=120,
            uploaded_by_id=uploaded_by.id if uploaded_by else None,
        )
        session.add(recording)
        session.flush()
        made = Evaluation(
            recording_id=recording.id,
            card_version_id=version.id,
            agent_id=agent.id,
            rater_id=rater.id if rater else None,
            kind=kind,
            status=status,
            created_at=at,
            changed_at=at,
            submitted_at=at,
        )
        made.marks = [
            EvaluationMark(
                criterion=name,
                value=None if isinstance(answer, Left) else answer,
                left=answer.value if isinstance(answer, Left) else "",
                seconds=[12.5],
                changed_at=at,
            )
            for name, answer in marks.items()
        ]
        session.add(made)
        session.flush()
    return made
