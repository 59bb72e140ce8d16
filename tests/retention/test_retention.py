"""Erasing what is too old: what goes, what stays and why, dry runs, kills."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.models import AuditEntry, Role
from app.config import Settings
from app.db import db, transaction
from app.quality.evaluations.models import MACHINE, RELEASED, Dispute, Evaluation
from app.recordings import access, retention
from app.recordings.folders import folder_of
from app.recordings.models import ERASED, READY, UPLOAD, Passage, Recording, Remark, RetentionRun
from app.recordings.retention_job import RETENTION
from tests.conftest import MakePerson, SignIn, TestClock, post
from tests.monitoring.conftest import make_card
from tests.monitoring.night import run_now
from tests.retention.conftest import DAYS, MakeRecording


def fresh(recording: Recording) -> Recording:
    db.session.rollback()
    found = db.session.get(Recording, recording.id, populate_existing=True)
    assert found is not None
    return found


def test_a_night_erases_what_is_too_old(
    within: None,
    app: Flask,
    person: MakePerson,
    recording: MakeRecording,
    clock: TestClock,
    root: Path,
) -> None:
    omar = person()
    old, upload = recording(omar), recording(omar, source=UPLOAD, original_name="ellis.wav")
    clock.advance(days=DAYS, hours=1)
    young = recording(omar)
    run_now(app, RETENTION)
    for each in (old, upload):
        gone = fresh(each)
        assert gone.status == ERASED
        assert gone.erased_at == clock()
        assert (gone.facts, gone.original_name) == ({}, "")
        assert not folder_of(root, gone.key).exists()
    assert fresh(young).status == READY
    assert folder_of(root, young.key).exists()
    for table in (Passage, Remark):
        assert db.session.scalars(select(table.recording_id)).all() == [young.id]
    (run,) = db.session.scalars(select(RetentionRun)).all()
    assert not run.dry
    assert run.report["erased"] == {"practice": 1, "upload": 1}
    erased = select(func.count()).where(AuditEntry.action == "recording.erased")
    assert db.session.scalar(erased) == 2


def test_what_is_kept_all_the_same(
    within: None, app: Flask, person: MakePerson, recording: MakeRecording, clock: TestClock
) -> None:
    omar, qa = person(), person(Role.QA)
    held = recording(omar, held=True)
    exemplar = recording(omar, exemplar_at=clock())
    used, disputed, plain = recording(omar), recording(omar), recording(omar)
    access.grant([qa.id], "session:1", at=clock(), recordings=[used.id])
    card = make_card(clock())
    with transaction() as session:
        evaluation = Evaluation(
            recording_id=disputed.id,
            card_version_id=card.versions[0].id,
            kind=MACHINE,
            status=RELEASED,
            created_at=clock(),
            changed_at=clock(),
        )
        session.add(evaluation)
        session.flush()
        session.add(
            Dispute(
                evaluation_id=evaluation.id,
                criterion="kind",
                words="I did say it",
                opened_by_id=omar.id,
                opened_at=clock(),
                due_at=clock(),
            )
        )
    clock.advance(days=DAYS + 1)
    run_now(app, RETENTION)
    assert [fresh(each).status for each in (held, exemplar, used, disputed)] == [READY] * 4
    assert fresh(plain).status == ERASED
    (run,) = db.session.scalars(select(RetentionRun)).all()
    assert run.report["kept"] == {"held": 1, "exemplar": 1, "in_use": 1, "disputed": 1}
    access.revoke("session:1")
    run_now(app, RETENTION)
    assert fresh(used).status == ERASED


def test_a_dry_run_tells_exactly_what_the_night_erases(
    within: None,
    app: Flask,
    person: MakePerson,
    recording: MakeRecording,
    clock: TestClock,
    settings: Settings,
) -> None:
    omar, ada = person(), person(Role.ADMINISTRATOR)
    for _ in range(3):
        recording(omar)
    clock.advance(days=DAYS + 1)
    dry = retention.dry_run(settings, ada, clock())
    assert dry.dry
    assert set(db.session.scalars(select(Recording.status))) == {READY}
    run_now(app, RETENTION)
    night = db.session.scalars(select(RetentionRun).where(RetentionRun.dry.is_(False))).one()
    assert night.report == dry.report
    assert len(night.report["items"]) == 3


def test_zero_days_keep_for_ever(
    within: None,
    person: MakePerson,
    recording: MakeRecording,
    clock: TestClock,
    settings: Settings,
) -> None:
    recording(person())
    clock.advance(days=4000)
    assert retention.due(replace(settings, keep_practice_days=0, keep_upload_days=0), clock()) == []
    assert len(retention.due(replace(settings, keep_upload_days=0), clock())) == 1


def test_who_is_killed_between_files_and_row_erases_again(
    within: None,
    app: Flask,
    person: MakePerson,
    recording: MakeRecording,
    clock: TestClock,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = recording(person())
    clock.advance(days=DAYS + 1)

    class Killed(BaseException):
        pass

    def killed(*_args: object, **_more: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(retention.audit, "record", killed)
        with pytest.raises(Killed):
            retention.erase(old, by=None, at=clock(), why="age")
    assert not folder_of(root, old.key).exists()
    assert fresh(old).status == READY
    run_now(app, RETENTION)
    assert fresh(old).status == ERASED


def test_somebody_who_holds_it_meanwhile_wins(
    within: None,
    person: MakePerson,
    recording: MakeRecording,
    clock: TestClock,
    settings: Settings,
) -> None:
    omar = person()
    old = recording(omar)
    clock.advance(days=DAYS + 1)
    assert retention.due(settings, clock()) == [old]
    retention.hold(omar, old, True, why="complaint")
    with transaction():
        assert retention.still_due(settings, old.id, clock()) is None


def test_scores_keep_their_figures_and_give_up_their_words(
    within: None, person: MakePerson, recording: MakeRecording, clock: TestClock
) -> None:
    made, card = recording(person()), make_card(clock())
    evidence = {"start": 1.0, "end": 2.0, "speaker": "customer", "words": "my secret"}
    with transaction() as session:
        evaluation = Evaluation(
            recording_id=made.id,
            card_version_id=card.versions[0].id,
            kind=MACHINE,
            status=RELEASED,
            total=80.0,
            score={"total": 80.0, "results": [{"id": "kind", "evidence": [evidence]}]},
            created_at=clock(),
            changed_at=clock(),
        )
        session.add(evaluation)
    retention.erase(made, by=None, at=clock(), why="age")
    assert "secret" not in str(evaluation.score)
    assert evaluation.total == 80.0


def test_the_page_is_for_administrators(
    app: Flask,
    person: MakePerson,
    recording: MakeRecording,
    signed_in: Callable[[str], FlaskClient],
    clock: TestClock,
) -> None:
    made = recording(person(name="Omar Haddad"))
    clock.advance(days=DAYS + 1)
    for role in ("agent", "supervisor", "qa", "planner"):
        assert signed_in(role).get("/retention").status_code == 403
    client = signed_in("administrator")
    page = client.get("/retention")
    assert page.status_code == 200
    assert "CALLWRIGHT_KEEP_PRACTICE_DAYS" in page.text
    answer = post(client, "/retention/dry-run")
    told = client.get(answer.headers["Location"]).text
    assert f'data-test="item-{made.id}"' in told
    assert "Omar Haddad" in told
    assert made.title not in told
    assert client.get("/retention").text.count('data-test="run-') == 1


def test_who_may_hold(
    app: Flask, person: MakePerson, recording: MakeRecording, sign_in: SignIn
) -> None:
    def held() -> bool:
        with app.app_context():
            return fresh(made).held

    made = recording(person(team="North"))
    hers = person(Role.SUPERVISOR, leads=("North",))
    other = person(Role.SUPERVISOR, leads=("South",))
    path = f"/recordings/{made.id}/hold"
    assert post(sign_in(app.test_client(), other), path, {"held": "yes"}).status_code == 404
    assert not held()
    client = sign_in(app.test_client(), hers)
    assert post(client, path, {"held": "yes"}).status_code == 302
    assert held()
    assert post(client, path, {"held": "no"}).status_code == 302
    assert not held()


def test_the_briefing_says_for_how_long(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    page = signed_in("agent").get("/practise/lost-card").text
    assert "Your call is recorded" in page
    assert f"after {DAYS} days" in page


def test_age_counts_from_the_call(
    within: None,
    person: MakePerson,
    recording: MakeRecording,
    clock: TestClock,
    settings: Settings,
) -> None:
    old = recording(
        person(), source=UPLOAD, happened_at=clock() - timedelta(days=DAYS + 1), uploaded_at=clock()
    )
    assert retention.due(settings, clock()) == [old]
