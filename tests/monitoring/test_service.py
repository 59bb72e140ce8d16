"""Plans with their tables: who may, who hears, drawing once, the work and its end."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Person, Role
from app.db import db, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.quality import handed_in
from app.quality.evaluations.models import PERSON, SUBMITTED, Evaluation
from app.quality.monitoring import drawing, progress, service, work
from app.quality.monitoring.models import DONE, OPEN, SKIPPED, Assignment
from app.quality.monitoring.nightly import DRAW
from app.recordings import access
from tests.asked import asked
from tests.conftest import MakePerson, TestClock
from tests.monitoring.conftest import MakeCall, WantPlan
from tests.monitoring.night import run_now


def assignments() -> list[Assignment]:
    return list(db.session.scalars(select(Assignment).order_by(Assignment.id)).unique())


def test_raters_hear_while_the_plan_runs(
    person: MakePerson, call: MakeCall, wanted: WantPlan, clock: TestClock
) -> None:
    qa, omar, mei = person(Role.QA), person(team="North"), person(team="South")
    heard, strange = call(omar), call(mei)
    plan = service.create(qa, wanted([qa], people={"teams": [omar.team_id]}), at=clock())
    assert not access.may_hear(qa, heard)
    service.start(qa, plan, at=clock())
    assert access.may_hear(qa, heard)
    assert not access.may_hear(qa, strange)
    service.end(qa, plan, finish=False, at=clock())
    assert not access.may_hear(qa, heard)
    with pytest.raises(Conflict):
        service.start(qa, plan, at=clock())


def test_of_new_hires_only_they_are_heard(
    person: MakePerson, call: MakeCall, wanted: WantPlan, clock: TestClock, root: Path
) -> None:
    qa, old = person(Role.QA), person(team="North")
    clock.advance(days=60)
    new = person(team="North")
    old_call, new_call = call(old), call(new)
    people = {"teams": [old.team_id], "new_for": 30}
    plan = service.create(qa, wanted([qa], people=people), at=clock())
    service.start(qa, plan, at=clock())
    assert access.may_hear(qa, new_call)
    assert not access.may_hear(qa, old_call)
    clock.advance(minutes=1)
    assert drawing.draw(plan.id, at=clock(), root=root, present=True) == 1


def test_a_supervisor_plans_for_her_teams_alone(
    person: MakePerson, wanted: WantPlan, clock: TestClock
) -> None:
    north, south = person(team="North"), person(team="South")
    sam, lena = person(Role.SUPERVISOR, leads=("North",)), person(Role.SUPERVISOR, leads=("South",))
    qa = person(Role.QA)
    for people in ({"everybody": True}, {"teams": [south.team_id]}, {"agents": [south.id]}):
        with pytest.raises(InvalidInput):
            service.create(sam, wanted([sam], people=people), at=clock())
    mine = {"teams": [north.team_id]}
    with pytest.raises(InvalidInput):
        service.create(sam, wanted([lena], people=mine), at=clock())
    plan = service.create(sam, wanted([sam, qa], people=mine), at=clock())
    assert service.find_to_change(sam, plan.id) is plan
    assert service.find_to_change(qa, plan.id) is plan
    with pytest.raises(NotFound):
        service.find(lena, plan.id)


def test_a_rater_of_a_plan_sees_it_and_changes_nothing(
    person: MakePerson, wanted: WantPlan, clock: TestClock
) -> None:
    qa, sam = person(Role.QA), person(Role.SUPERVISOR)
    plan = service.create(qa, wanted([sam]), at=clock())
    assert service.find(sam, plan.id) is plan
    with pytest.raises(NotAllowed):
        service.find_to_change(sam, plan.id)


def test_two_who_change_a_plan(person: MakePerson, wanted: WantPlan, clock: TestClock) -> None:
    qa = person(Role.QA)
    plan = service.create(qa, wanted([qa]), at=clock())
    service.change(qa, plan, wanted([qa], title="Monthly"), saw=1, at=clock())
    with pytest.raises(Conflict):
        service.change(qa, plan, wanted([qa], title="Daily"), saw=1, at=clock())
    assert plan.title == "Monthly"
    with pytest.raises(InvalidInput):
        service.create(qa, wanted([qa], title="monthly"), at=clock())


def test_a_period_is_drawn_once_when_it_is_over(
    app: Flask,
    person: MakePerson,
    call: MakeCall,
    wanted: WantPlan,
    clock: TestClock,
) -> None:
    qa, omar = person(Role.QA), person()
    plan = service.create(qa, wanted([qa]), at=clock())
    service.start(qa, plan, at=clock())
    for _ in range(5):
        call(omar)
    run_now(app, DRAW)
    assert assignments() == []
    clock.advance(days=7)
    run_now(app, DRAW)
    run_now(app, DRAW)
    drawn = assignments()
    assert [(each.rater_id, each.status, each.period) for each in drawn] == [
        (qa.id, OPEN, "2026-03-02")
    ] * 2
    assert drawn[0].reasons[0].key == "Chosen by chance"
    clock.advance(days=7)
    run_now(app, DRAW)
    assert len(assignments()) == 2


def test_practice_is_taken_as_it_comes(
    person: MakePerson, call: MakeCall, wanted: WantPlan, clock: TestClock, root: Path
) -> None:
    qa, omar = person(Role.QA), person()
    plan = service.create(qa, wanted([qa], method="practice"), at=clock())
    call(omar, source="upload", key="up")
    practised = call(omar)
    clock.advance(minutes=1)
    assert drawing.draw(plan.id, at=clock(), root=root, present=False) == 0
    service.start(qa, plan, at=clock())
    assert drawing.draw(plan.id, at=clock(), root=root, present=False) == 1
    assert assignments()[0].recording_id == practised.id


def test_skipping_makes_room_and_needs_words(
    person: MakePerson, call: MakeCall, wanted: WantPlan, clock: TestClock, root: Path
) -> None:
    qa, omar = person(Role.QA), person()
    plan = service.create(qa, wanted([qa], quota={"per_agent": 1}), at=clock())
    service.start(qa, plan, at=clock())
    call(omar)
    call(omar)
    clock.advance(minutes=1)
    assert drawing.draw(plan.id, at=clock(), root=root, present=True) == 1
    (first,) = assignments()
    with pytest.raises(InvalidInput):
        work.skip(qa, first, " ", at=clock())
    work.skip(qa, first, "no sound", at=clock())
    with pytest.raises(Conflict):
        work.skip(qa, first, "no sound", at=clock())
    assert drawing.draw(plan.id, at=clock(), root=root, present=True) == 1
    assert [each.status for each in assignments()] == [SKIPPED, OPEN]
    assert assignments()[1].recording_id != first.recording_id


def test_handing_on(
    person: MakePerson, call: MakeCall, wanted: WantPlan, clock: TestClock, root: Path
) -> None:
    qa, other, stranger, omar = person(Role.QA), person(Role.QA), person(Role.QA), person()
    plan = service.create(qa, wanted([qa, other]), at=clock())
    service.start(qa, plan, at=clock())
    call(omar)
    clock.advance(minutes=1)
    drawing.draw(plan.id, at=clock(), root=root, present=True)
    (one,) = assignments()
    another = other if one.rater_id == qa.id else qa
    with pytest.raises(InvalidInput):
        work.reassign(qa, one, stranger.id, at=clock())
    work.reassign(qa, one, another.id, at=clock())
    assert [each.id for each in work.work_of(another)] == [one.id]
    assert work.work_of(omar) == []
    sam = person(Role.SUPERVISOR)
    with pytest.raises(NotFound):
        work.find(sam, one.id)
    with pytest.raises(NotFound):
        work.find_mine(stranger, one.id)


def submitted(one: Assignment, clock: TestClock) -> Evaluation:
    version = one.plan.card.versions[0]
    with transaction() as session:
        evaluation = Evaluation(
            recording_id=one.recording_id,
            card_version_id=version.id,
            agent_id=one.recording.agent_id,
            rater_id=one.rater_id,
            kind=PERSON,
            status=SUBMITTED,
            created_at=clock(),
            changed_at=clock(),
            submitted_at=clock(),
        )
        session.add(evaluation)
        session.flush()
    return evaluation


def test_what_is_handed_in_is_done(
    person: MakePerson, call: MakeCall, wanted: WantPlan, clock: TestClock, root: Path
) -> None:
    qa, omar = person(Role.QA), person()
    plan = service.create(qa, wanted([qa]), at=clock())
    service.start(qa, plan, at=clock())
    recordings = [call(omar), call(omar)]
    clock.advance(minutes=1)
    drawing.draw(plan.id, at=clock(), root=root, present=True)
    first, second = assignments()
    clock.advance(days=40)
    line = progress.line_of(plan, clock())
    assert (line.overdue, line.open, [each.person.id for each in line.unheard]) == (2, 2, [omar.id])
    # The plan ends; its rater may still hear just what is open.
    service.end(qa, plan, finish=True, at=clock())
    strange = call(omar)
    assert [access.may_hear(qa, each) for each in (*recordings, strange)] == [True, True, False]
    with transaction():
        handed_in.tell(submitted(first, clock), clock())
    assert first.status == DONE
    assert first.evaluation_id is not None
    assert not access.may_hear(qa, first.recording)
    submitted(second, clock)
    assert work.sweep(clock()) == 1
    assert second.status == DONE
    assert not access.may_hear(qa, second.recording)
    assert progress.line_of(plan, clock()).unheard == ()


def test_the_list_asks_as_seldom_for_many_plans_as_for_one(
    person: MakePerson, call: MakeCall, wanted: WantPlan, clock: TestClock, root: Path
) -> None:
    qa, omar, nina = person(Role.QA), person(), person()
    counts = []
    for names in (("A",), ("B", "C")):
        for name in names:
            part = {"everybody": True} if name != "C" else {"agents": [nina.id]}
            plan = service.create(qa, wanted([qa], title=name, people=part), at=clock())
            service.start(qa, plan, at=clock())
            call(omar), call(nina)
            clock.advance(minutes=1)
            drawing.draw(plan.id, at=clock(), root=root, present=True)
        with asked() as sent:
            lines = progress.lines(db.session.get_one(Person, qa.id), clock())
        counts.append(len(sent))
        alone = [progress.line_of(each.row, clock()) for each in lines]
        assert [(each.open, each.agents) for each in alone] == [
            (each.open, each.agents) for each in lines
        ]
    assert counts[1] == counts[0] + 1  # one more group of people is looked up
    assert [each.open for each in lines] == [2, 4, 2]


def test_a_preview_draws_nothing(
    person: MakePerson, call: MakeCall, wanted: WantPlan, clock: TestClock, root: Path
) -> None:
    qa, omar = person(Role.QA), person()
    made = [call(omar, seconds=float(100 * n)) for n in range(1, 6)]
    clock.advance(minutes=1)
    asked = wanted([qa], selection="rules", rules={"longer": 250}, quota={"per_agent": 9})
    found = drawing.preview(asked.plan, [qa.id], at=clock(), root=root)
    assert found.looked_at == 5
    assert {each.recording for each in found.chosen} == {each.id for each in made[2:]}
    assert assignments() == []


def test_who_leads_the_team_no_longer_hears_no_longer(
    app: Flask, person: MakePerson, call: MakeCall, wanted: WantPlan, clock: TestClock
) -> None:
    omar, sam, qa = person(team="North"), person(Role.SUPERVISOR, leads=("North",)), person(Role.QA)
    people = {"teams": [omar.team_id]}
    plan_id = service.create(sam, wanted([sam, qa], people=people), at=clock()).id
    service.start(sam, service.find(sam, plan_id), at=clock())
    recording = call(omar)
    run_now(app, DRAW)
    assert access.may_hear(qa, recording)
    with transaction() as session:
        supervisor = session.get(Person, sam.id)
        assert supervisor is not None
        supervisor.leads = []
    run_now(app, DRAW)
    assert not service.find(qa, plan_id).active
    assert not access.may_hear(qa, recording)


def test_a_rater_who_no_longer_scores_hears_no_longer(
    app: Flask, person: MakePerson, call: MakeCall, wanted: WantPlan, clock: TestClock
) -> None:
    qa, sam, omar = person(Role.QA), person(Role.SUPERVISOR), person()
    plan = service.create(qa, wanted([qa, sam]), at=clock())
    service.start(qa, plan, at=clock())
    recording = call(omar)
    assert access.may_hear(sam, recording)
    with transaction() as session:
        supervisor = session.get(Person, sam.id)
        assert supervisor is not None
        supervisor.role = Role.AGENT
    run_now(app, DRAW)
    assert not access.may_hear(sam, recording)
    assert access.may_hear(qa, recording)
