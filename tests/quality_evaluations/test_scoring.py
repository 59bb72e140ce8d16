"""Scoring: begun once, every mark kept, nothing lost between two tabs, handed in whole."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask

from app.accounts import audit
from app.accounts.models import AuditEntry
from app.db import db, transaction
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.quality.cards import service as cards
from app.quality.evaluations import listing, seeing, service
from app.quality.evaluations.models import RELEASED, SELF, SUBMITTED, Certificate, EvaluationMark
from app.quality.evaluations.service import MarkConflict, NoteConflict, Unfinished
from app.quality.sent_mark import SentMark, sent_mark
from app.recordings import access
from tests.quality_evaluations.conftest import GOOD, Desk


def sent(criterion: str, answer: object, *, saw: int = 0, comment: str = "") -> SentMark:
    body = {"criterion": criterion, "answer": answer, "saw": saw, "comment": comment}
    return sent_mark({**body, "seconds": [12.3]})


def test_a_call_is_scored_and_handed_in(desk: Desk) -> None:
    made = desk.scored(desk.sam, GOOD)
    assert service.start(desk.sam, desk.call, desk.version, desk.clock()).id == made.id
    service.submit(made, desk.clock())
    assert (made.status, made.total, made.passed) == (SUBMITTED, 100.0, True)
    assert made.agent_id == desk.agent.id
    with pytest.raises(Conflict):
        service.mark(made, sent("tone", 1, saw=1), desk.clock())


def test_what_is_open_is_named_beside_its_criterion(desk: Desk) -> None:
    made = desk.scored(desk.sam, {"greets": 0})
    with pytest.raises(Unfinished) as told:
        service.submit(made, desk.clock())
    assert [(each.criterion, each.missing) for each in told.value.missing] == [
        ("greets", "comment"),
        ("tone", "answer"),
    ]
    service.mark(made, sent("greets", 0, saw=1, comment="Silence."), desk.clock())
    service.mark(made, sent("tone", 5), desk.clock())
    assert service.submit(made, desk.clock()).total == 60.0


def test_a_comment_may_come_before_its_mark(desk: Desk) -> None:
    made = desk.scored(desk.sam, {})
    row = service.mark(made, sent("tone", None, comment="Friendly."), desk.clock())
    assert (row.value, row.left, row.comment, row.seconds) == (None, "", "Friendly.", [12.3])
    with pytest.raises(Unfinished):
        service.submit(made, desk.clock())


@pytest.mark.parametrize(
    ("criterion", "answer"), [("tone", 6), ("tone", "not_applicable"), ("nothing", 1)]
)
def test_what_the_card_does_not_know_is_refused(desk: Desk, criterion: str, answer: object) -> None:
    made = desk.scored(desk.sam, {})
    with pytest.raises(InvalidInput):
        service.mark(made, sent(criterion, answer), desk.clock())


def test_two_tabs(desk: Desk) -> None:
    made = desk.scored(desk.sam, {})
    first = service.mark(made, sent("tone", 4), desk.clock())
    # The other tab has not seen it: told so; the same once more is no clash (a lost answer).
    with pytest.raises(MarkConflict) as clash:
        service.mark(made, sent("tone", 2), desk.clock())
    assert clash.value.theirs.value == 4
    assert service.mark(made, sent("tone", 4), desk.clock()).version == first.version == 1
    assert service.mark(made, sent("tone", 2, saw=1), desk.clock()).version == 2


def test_two_tabs_at_the_same_moment(app: Flask, desk: Desk) -> None:
    made = desk.scored(desk.sam, {})
    gate = threading.Barrier(2)
    outcomes: list[str] = []

    def write(answer: int) -> None:
        with app.app_context():
            own = service.own(desk.sam, made.id)
            db.session.rollback()
            gate.wait()
            try:
                service.mark(own, sent("tone", answer), desk.clock())
                outcomes.append("kept")
            except Conflict:
                outcomes.append("asked")
            db.session.remove()

    threads = [threading.Thread(target=write, args=(answer,)) for answer in (2, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["asked", "kept"]
    assert len(service.marks(made)) == 1


def test_two_raters_at_the_same_moment_disturb_each_other_in_nothing(desk: Desk) -> None:
    access.grant([desk.quinn.id], "plan:1", at=desk.clock(), recordings=[desk.call.id])
    one, two = desk.scored(desk.sam, GOOD), desk.scored(desk.quinn, {**GOOD, "tone": 1})
    assert one.id != two.id
    assert service.submit(one, desk.clock()).total == 100.0
    assert service.submit(two, desk.clock()).total == 40.0


def test_the_note_is_kept_like_a_mark(desk: Desk) -> None:
    made = desk.scored(desk.sam, {})
    seen = made.revision
    service.note(made, "Well done.", seen, desk.clock())
    service.note(made, "Well done.", seen, desk.clock())
    with pytest.raises(NoteConflict):
        service.note(made, "Badly done.", seen, desk.clock())


def test_taken_back_before_release_and_not_after(desk: Desk) -> None:
    made = service.submit(desk.scored(desk.sam, GOOD), desk.clock())
    service.reopen(made, desk.clock())
    service.mark(made, sent("tone", 1, saw=1), desk.clock())
    service.submit(made, desk.clock())
    service.release(desk.sam, made, desk.clock())
    with pytest.raises(Conflict):
        service.reopen(made, desk.clock())
    assert db.session.query(AuditEntry).filter_by(action="evaluation.released").count() == 1


def test_nothing_is_released_without_its_line_in_the_audit_log(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = desk.scored(desk.sam, GOOD)
    service.submit(made, desk.clock())

    def killed(*_told: object, **_more: object) -> None:
        raise SystemExit

    monkeypatch.setattr(audit, "record", killed)
    with pytest.raises(SystemExit):
        service.release(desk.sam, made, desk.clock())
    db.session.expire_all()
    assert made.status == SUBMITTED


def test_a_later_release_comes_by_itself(desk: Desk) -> None:
    made = service.submit(desk.scored(desk.sam, GOOD), desk.clock())
    service.release(desk.sam, made, desk.clock(), desk.clock() + timedelta(hours=1))
    with pytest.raises(NotFound):
        seeing.find(desk.agent, made.id, desk.clock())
    desk.clock.advance(hours=2)
    assert seeing.find(desk.agent, made.id, desk.clock()).id == made.id
    assert [each.id for each in listing.to_answer(desk.agent, desk.clock())] == [made.id]
    with pytest.raises(Conflict):
        service.hold_back(desk.sam, made, desk.clock())


def test_a_release_can_be_held_back(desk: Desk) -> None:
    made = service.submit(desk.scored(desk.sam, GOOD), desk.clock())
    with pytest.raises(InvalidInput):
        service.release(desk.sam, made, desk.clock(), desk.clock())
    service.release(desk.sam, made, desk.clock(), desk.clock() + timedelta(hours=1))
    service.hold_back(desk.sam, made, desk.clock())
    desk.clock.advance(hours=2)
    assert not seeing.is_released(made, desk.clock())


def test_the_agent_scores_herself_and_accepts_what_was_scored(desk: Desk) -> None:
    mine = desk.scored(desk.agent, {**GOOD, "tone": 3})
    assert mine.kind == SELF
    service.submit(mine, desk.clock())
    with pytest.raises(Conflict):
        service.reopen(mine, desk.clock())
    theirs = desk.released(desk.sam, GOOD)
    assert theirs.status == RELEASED
    others = listing.others_of(desk.agent, theirs, desk.clock())
    assert [each.id for each in others] == [mine.id]
    service.accept(desk.agent, theirs, "Thank you.", desk.clock())
    assert (theirs.response, theirs.response_words) == ("accepted", "Thank you.")


def test_a_card_for_certified_raters(desk: Desk) -> None:
    cards.set_certified_only(desk.version.card, desk.quinn, True)
    with pytest.raises(NotAllowed) as told:
        service.start(desk.sam, desk.call, desk.version, desk.clock())
    assert "Certification" in told.value.remedy
    # Her own call is hers to score.
    service.start(desk.agent, desk.call, desk.version, desk.clock())
    with transaction() as session:
        session.add(
            Certificate(
                person_id=desk.sam.id,
                card_id=desk.version.card_id,
                granted_at=desk.clock(),
                until=desk.clock() + timedelta(days=1),
            )
        )
    service.start(desk.sam, desk.call, desk.version, desk.clock())
    desk.clock.advance(days=2)
    access.grant([desk.quinn.id], "plan:1", at=desk.clock(), recordings=[desk.call.id])
    with pytest.raises(NotAllowed):
        service.start(desk.quinn, desk.call, desk.version, desk.clock())


def test_marks_go_with_their_evaluation_alone(desk: Desk) -> None:
    desk.scored(desk.sam, GOOD)
    assert db.session.query(EvaluationMark).count() == 3
