"""A card, calls, and people who have scored them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from flask import Flask

from app.accounts.models import Person
from app.db import db, transaction
from app.quality.card import Scorecard
from app.quality.cards import service as cards
from app.quality.cards.models import CardVersion
from app.quality.evaluations.models import PERSON, SUBMITTED, Evaluation, EvaluationMark
from app.recordings.models import READY, UPLOAD, Recording
from tests.conftest import MakePerson, TestClock

CARD = Scorecard.model_validate(
    {
        "title": "Service",
        "pass_mark": 70,
        "sections": [
            {
                "id": "all",
                "title": "All",
                "criteria": [
                    {"id": "greets", "title": "Greets", "weight": 40},
                    {"id": "listens", "title": "Listens", "weight": 40, "scale": "1-5"},
                    {"id": "safe", "title": "Keeps safe", "weight": 20, "critical": "card"},
                ],
            }
        ],
    }
)


@dataclass
class House:
    app: Flask
    clock: TestClock
    quinn: Person
    sam: Person
    lena: Person
    nina: Person
    version: CardVersion
    calls: list[Recording]

    def scored(
        self, rater: Person, call: Recording, marks: Mapping[str, float], *, days: int = 0
    ) -> Evaluation:
        """An evaluation that was handed in."""
        self.clock.advance(days=days, minutes=1)
        at = self.clock()
        with transaction() as session:
            made = Evaluation(
                recording_id=call.id,
                card_version_id=self.version.id,
                agent_id=self.nina.id,
                rater_id=rater.id,
                kind=PERSON,
                status=SUBMITTED,
                created_at=at,
                changed_at=at,
                submitted_at=at,
            )
            session.add(made)
            session.flush()
            session.add_all(
                EvaluationMark(evaluation_id=made.id, criterion=name, value=value, changed_at=at)
                for name, value in marks.items()
            )
        db.session.refresh(made)
        return made


@pytest.fixture
def set_up(app: Flask, clock: TestClock, person: MakePerson) -> House:
    """The house with its context closed, as browsers need it."""
    quinn = person("qa", name="Quinn")
    sam = person("supervisor", name="Sam", team="North", leads=("North",))
    lena = person("supervisor", name="Lena", team="North", leads=("North",))
    nina = person("agent", name="Nina", team="North")
    with app.app_context():
        draft = cards.create(quinn, CARD.title, CARD.model_dump(mode="json"), clock())
        seen = cards.Publishing("the first one", draft.revision, None)
        version = cards.publish(draft, quinn, clock(), seen)
        with transaction() as session:
            calls = [
                Recording(
                    key=f"{number:032x}",
                    source=UPLOAD,
                    status=READY,
                    title=f"Call {number}",
                    agent_id=nina.id,
                    happened_at=clock(),
                    uploaded_by_id=quinn.id,
                    seconds=60.0,
                )
                for number in range(12)
            ]
            session.add_all(calls)
    return House(app, clock, quinn, sam, lena, nina, version, calls)


@pytest.fixture
def house(set_up: House) -> Iterator[House]:
    """The house inside an application context that stays open for the test."""
    with set_up.app.app_context():
        for name in ("quinn", "sam", "lena", "nina", "version"):
            known = getattr(set_up, name)
            setattr(set_up, name, db.session.get(type(known), known.id))
        ids = [each.id for each in set_up.calls]
        set_up.calls = [db.session.get_one(Recording, each) for each in ids]
        yield set_up
