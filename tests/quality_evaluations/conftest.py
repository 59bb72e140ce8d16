"""A team North with its calls, and a card to score them by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from app.accounts.models import Person
from app.db import db, transaction
from app.quality.cards import service as cards
from app.quality.cards.models import CardVersion
from app.quality.cards.service import Publishing
from app.quality.evaluations import service
from app.quality.evaluations.models import Evaluation
from app.quality.sent_mark import sent_mark
from app.recordings.models import PRACTICE, READY, Recording
from tests.conftest import START, MakePerson, TestClock

BODY: dict[str, Any] = {
    "title": "Every call",
    "pass_mark": 80,
    "sections": [
        {
            "id": "start",
            "title": "The start",
            "criteria": [
                {"id": "greets", "title": "Greets", "weight": 40, "comment_for": [0]},
                {
                    "id": "tone",
                    "title": "Tone",
                    "weight": 60,
                    "scale": "1-5",
                    "may_not_apply": False,
                },
            ],
        },
        {
            "id": "end",
            "title": "The end",
            "criteria": [
                {
                    "id": "again",
                    "title": "Greets again",
                    "weight": 0,
                    "asked_if": {"criterion": "greets", "values": [1]},
                }
            ],
        },
    ],
}
GOOD = {"greets": 1, "tone": 5, "again": "not_applicable"}


@dataclass
class Desk:
    """Who there is, the call, the card. Ids are read in a context of the application."""

    agent: Person
    mate: Person
    sam: Person
    """Leads North."""
    lena: Person
    """Leads South."""
    quinn: Person
    call: Recording
    version: CardVersion
    clock: TestClock

    def scored(self, rater: Person, marks: dict[str, Any], **comments: str) -> Evaluation:
        """Begun and marked, not handed in."""
        made = service.start(rater, self.call, self.version, self.clock())
        for criterion, answer in marks.items():
            comment = comments.get(criterion, "")
            body = {"criterion": criterion, "answer": answer, "comment": comment}
            service.mark(made, sent_mark(body), self.clock())
        return made

    def released(self, rater: Person, marks: dict[str, Any], **comments: str) -> Evaluation:
        made = service.submit(self.scored(rater, marks, **comments), self.clock())
        service.release(rater, made, self.clock())
        return made


@pytest.fixture
def desk(app: Flask, outside: Desk) -> Iterator[Desk]:
    """The same for services, which want a context of the application."""
    with app.app_context():
        for name in ("agent", "mate", "sam", "lena", "quinn"):
            setattr(outside, name, here(getattr(outside, name)))
        outside.call = db.session.get_one(Recording, outside.call.id)
        outside.version = db.session.get_one(CardVersion, outside.version.id)
        yield outside


@pytest.fixture
def outside(app: Flask, person: MakePerson, clock: TestClock) -> Desk:
    """For pages: a request brings its own context."""
    people = {
        "agent": person("agent", name="Nina", team="North"),
        "mate": person("agent", name="Omar", team="North"),
        "sam": person("supervisor", name="Sam", team="North", leads=("North",)),
        "lena": person("supervisor", name="Lena", team="South", leads=("South",)),
        "quinn": person("qa", name="Quinn"),
    }
    with app.app_context():
        found = {name: here(each) for name, each in people.items()}
        return Desk(
            call=call_of(found["agent"]), version=published(found["quinn"]), clock=clock, **found
        )


def here(person: Person) -> Person:
    """The row as it is now, made in another context or not."""
    db.session.commit()
    found = db.session.get(Person, person.id)
    assert found is not None
    return found


def call_of(agent: Person | None, key: str = "a" * 32) -> Recording:
    with transaction() as session:
        made = Recording(
            key=key,
            source=PRACTICE,
            status=READY,
            title="Lost card",
            agent_id=agent.id if agent else None,
            happened_at=START,
            seconds=90.0,
            skill="lost-card",
            mode="chat",
        )
        session.add(made)
    return made


def published(by: Person, body: dict[str, Any] | None = None) -> CardVersion:
    body = body or BODY
    draft = cards.create(by, body["title"], body, START)
    return cards.publish(draft, by, START, Publishing("The first.", draft.revision, None))
