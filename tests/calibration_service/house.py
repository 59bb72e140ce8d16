"""People, recordings and a card for sessions that are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from app.accounts.models import Person
from app.calibration import session_events as happen
from app.calibration import store
from app.calibration.models import CalibrationSession
from app.calibration.session_plan import AlphaAtLeast, PlannedCriterion, SessionPlan
from app.db import transaction
from app.quality.cards.models import PUBLISHED, Card, CardVersion
from app.quality.scale import YES_NO, Scale
from app.recordings.models import PRACTICE, READY, Recording
from tests.conftest import START, MakePerson

DUE = START + timedelta(days=7)
CARD = {
    "title": "Service",
    "pass_mark": 70,
    "sections": [
        {
            "id": "start",
            "title": "Start",
            "criteria": [
                {"id": "greeting", "title": "Greets", "weight": 30, "scale": "yes_no"},
                {"id": "empathy", "title": "Shows empathy", "weight": 40, "scale": "1-5"},
                {"id": "closing", "title": "Closes", "weight": 30, "may_not_apply": False},
            ],
        }
    ],
}
CRITERIA = (
    PlannedCriterion("greeting", YES_NO.values, "nominal"),
    PlannedCriterion("empathy", Scale.model_validate("1-5").values, "ordinal"),
)


@dataclass(frozen=True)
class Cast:
    """The host leads and scores nothing; Ann leads the agents' team, Bob and Cy do not."""

    host: Person
    ann: Person
    bob: Person
    cy: Person
    agent: Person
    version: int
    recordings: tuple[int, ...]


def add_recording(agent: Person, key: str, title: str) -> Recording:
    with transaction() as session:
        made = Recording(
            key=key, source=PRACTICE, status=READY, title=title, agent_id=agent.id,
            happened_at=START, seconds=95.0,
        )  # fmt: skip
        session.add(made)
    return made


def add_card(name: str = "Service") -> CardVersion:
    with transaction() as session:
        card = Card(name=name, created_at=START)
        version = CardVersion(
            card=card, number=1, status=PUBLISHED, body=CARD, content_hash="a" * 64,
            created_at=START, changed_at=START, published_at=START,
        )  # fmt: skip
        session.add_all((card, version))
    return version


def cast(person: MakePerson) -> Cast:
    """Within an application context."""
    agent = person("agent", name="Agnes Agent", team="North")
    host = person("qa", name="Hanna Host")
    ann = person("supervisor", name="Ann Rater", leads=("North",))
    bob = person("supervisor", name="Bob Rater")
    cy = person("qa", name="Cy Stranger")
    calls = tuple(add_recording(agent, f"{number:032x}", f"Call {number}").id for number in (1, 2))
    return Cast(host, ann, bob, cy, agent, add_card().id, calls)


def plan_of(cast: Cast) -> SessionPlan:
    return SessionPlan(
        title="March",
        host=cast.host.id,
        recordings=cast.recordings,
        card_version=str(cast.version),
        criteria=CRITERIA,
        raters=(cast.ann.id, cast.bob.id),
        target=AlphaAtLeast(0.8),
        due=DUE,
    )


def begun(cast: Cast) -> CalibrationSession:
    return store.begin(happen.Planned(cast.host.id, START, plan_of(cast)))
