"""What the rules of a scenario say of a call, kept as the automatic rater's evaluation of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from sqlalchemy import select

from app.accounts.models import Person
from app.db import db, transaction
from app.quality.cards import service as cards
from app.quality.evaluations import machine
from app.quality.evaluations.models import ACCEPTED, MACHINE, WITHDRAWN, Dispute, Evaluation
from app.quality.result import Score
from app.recordings import keeping
from app.recordings.models import ERASED, Recording
from app.scenarios.models import Call
from app.scenarios.schema import Scenario
from app.services import now


def keep(call: Call, scenario: Scenario, at: datetime) -> Evaluation | None:
    """The score of a call that came to its end, as an evaluation; made once. None without a
    recording or a total."""
    recording = keeping.find_key(call.id)
    if recording is None or not call.score or call.total is None:
        return None
    with transaction():
        version = cards.keep_scenario_card(scenario.id, scenario.title, scenario.scorecard, at)
        return machine.record_machine(recording, version, Score.from_dict(call.score), at)


def forget(call: Call) -> None:
    """What was said of a call goes with it."""
    recording = keeping.find_key(call.id)
    if recording is not None:
        machine.forget(recording)


def keep_all(app: Flask) -> bool:
    """A step of setup: calls that were scored before there were evaluations get theirs."""
    with app.app_context():
        judged = (
            select(Recording.key)
            .join(Evaluation, Evaluation.recording_id == Recording.id)
            .where(Evaluation.kind == MACHINE)
        )
        there = select(Recording.key).where(Recording.status != ERASED)
        left = db.session.scalars(
            select(Call).where(Call.total.is_not(None), Call.id.in_(there), Call.id.not_in(judged))
        ).all()
        kept = [keep(call, _scenario(call), call.ended_at or now()) for call in left]
        return any(kept)


def _scenario(call: Call) -> Scenario:
    return Scenario.from_canonical(json.dumps(call.version.body))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The automatic rater's evaluation of a call, for its debrief."""

    evaluation_id: int
    may_dispute: bool
    standing: Mapping[str, Dispute]
    """Disputes by criterion; those withdrawn left out."""
    total: float | None


def of_call(call: Call, reader: Person) -> Verdict | None:
    """None for a call without one."""
    recording = keeping.find_key(call.id)
    found = machine.of_machine(recording) if recording else None
    if found is None:
        return None
    return Verdict(
        found.id,
        found.agent_id == reader.id and found.response != ACCEPTED,
        {each.criterion: each for each in found.disputes if each.status != WITHDRAWN},
        found.total,
    )
