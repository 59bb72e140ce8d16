"""One person's data: a zip that holds it, and erasing all but what is held."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import person_data
from app.db import db, transaction
from app.errors import StorageError
from app.quality.evaluations.models import PERSON, RELEASED, Evaluation, EvaluationMark
from app.recordings.models import ERASED, READY, Recording
from app.services import now
from tests.conftest import MakePerson
from tests.monitoring.conftest import make_card
from tests.scenarios_service.conftest import play, settings, settings_of_all  # noqa: F401


def test_export_and_erase(
    app: Flask,
    person: MakePerson,
    play: Callable[..., str],  # noqa: F811
    tmp_path: Path,
) -> None:
    nina, other = person("agent"), person("agent")
    play(nina, mode="voice")
    play(nina, mode="chat")
    play(other)
    file = tmp_path / "nina.zip"
    with app.app_context():
        first, second = person_data.recordings_of(nina)
        card = make_card(now())
        with transaction() as session:
            evaluation = Evaluation(
                recording_id=first.id,
                card_version_id=card.versions[0].id,
                agent_id=nina.id,
                rater_id=other.id,
                kind=PERSON,
                status=RELEASED,
                total=50.0,
                created_at=now(),
                changed_at=now(),
            )
            mark = EvaluationMark(criterion="kind", value=0.0, comment="cold", changed_at=now())
            evaluation.marks.append(mark)
            session.add(evaluation)
        given = person_data.export(nina, file, by=None)
        assert given == person_data.Given(recordings=2, without_sound=1, evaluations=3)
        with zipfile.ZipFile(file) as kept:
            names = set(kept.namelist())
            told = json.loads(kept.read("evaluations.json"))
            ids = {name.split("/")[1] for name in names if name.startswith("recordings/")}
            assert sum(name.endswith(".flac") for name in names) == 1
            assert all(f"recordings/{each}/transcript.vtt" in names for each in ids)
        assert ids == {str(first.id), str(second.id)}
        # Two by the machine, and this one.
        (hers,) = [each for each in told if each["kind"] == PERSON]
        assert hers["marks"][0]["comment"] == "cold"
        with pytest.raises(StorageError):
            person_data.export(nina, file, by=None)
        with transaction():
            second.held = True
        assert person_data.erase(nina, by=None, at=now()) == (1, 1)
        states = db.session.execute(select(Recording.agent_id, Recording.status)).all()
        assert sorted(states) == sorted([(nina.id, ERASED), (nina.id, READY), (other.id, READY)])
