"""What the tests of monitoring share: a card, and calls of agents."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.accounts.models import Person
from app.config import Settings
from app.db import db, transaction
from app.quality.cards.models import PUBLISHED, Card, CardVersion
from app.quality.monitoring.plan import Plan
from app.quality.monitoring.service import PlanInput
from app.recordings.models import PRACTICE, READY, Recording
from tests.conftest import TestClock

BODY = {
    "title": "Service",
    "pass_mark": 80,
    "sections": [
        {"id": "all", "title": "All", "criteria": [{"id": "kind", "title": "Kind", "weight": 100}]}
    ],
}

MakeCall = Callable[..., Recording]
WantPlan = Callable[..., PlanInput]


@pytest.fixture
def within(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.remove()


@pytest.fixture
def card(within: None, clock: TestClock) -> Card:
    return make_card(clock())


def make_card(at: datetime, name: str = "Service") -> Card:
    with transaction() as session:
        made = Card(name=name, created_at=at)
        session.add(made)
        session.flush()
        version = CardVersion(
            card_id=made.id,
            number=1,
            status=PUBLISHED,
            body=BODY,
            content_hash="1" * 64,
            created_at=at,
            changed_at=at,
            published_at=at,
        )
        session.add(version)
    return made


@pytest.fixture
def root(settings: Settings) -> Path:
    return settings.recordings_dir


@pytest.fixture
def call(within: None, clock: TestClock) -> MakeCall:
    """``call(agent, seconds=200, skill="billing")``: a practice call that happened just now."""
    numbers = itertools.count(1)

    def make(agent: Person, **parts: Any) -> Recording:
        number = next(numbers)
        facts: dict[str, Any] = {
            "key": f"call{number}",
            "source": PRACTICE,
            "status": READY,
            "title": f"Call {number}",
            "happened_at": clock(),
            "seconds": 200.0,
            "skill": "billing",
            **parts,
        }
        with transaction() as session:
            made = Recording(agent_id=agent.id, facts={}, **facts)
            session.add(made)
        return made

    return make


@pytest.fixture
def wanted(card: Card) -> WantPlan:
    """``wanted([rater], quota={"per_agent": 1})``: a plan as its form gives it."""

    def make(raters: list[Person], *, title: str = "Weekly", **parts: Any) -> PlanInput:
        body = {"people": {"everybody": True}, **parts}
        ids = frozenset(each.id for each in raters)
        return PlanInput(title, card.id, ids, Plan.model_validate(body))

    return make
