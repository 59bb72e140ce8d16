"""Disputes: opened by the agent, decided by somebody who did not score, counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.models import AuditEntry
from app.db import db
from app.errors import Conflict, InvalidInput, NotFound
from app.quality.evaluations import disputes, listing, seeing, service
from app.quality.evaluations.dispute_figures import Case, by_criterion, figures
from app.quality.evaluations.disputes import Decision, Objection
from app.quality.evaluations.models import CHANGED, OPEN, UPHELD, WITHDRAWN, Dispute, Evaluation
from app.quality.evaluations.working_days import after
from app.recordings import access
from tests.conftest import START, MakePerson
from tests.quality_evaluations.conftest import GOOD, Desk, here

POOR = {"greets": 1, "tone": 2, "again": "not_applicable"}


def disputed(desk: Desk, evaluation: Evaluation, criterion: str = "tone") -> Dispute:
    said = Objection(criterion, "I was friendly.", (12.0,))
    return disputes.open_dispute(desk.agent, evaluation, said, desk.clock())


def test_the_mark_is_changed_and_both_totals_are_kept(desk: Desk) -> None:
    scored = desk.released(desk.sam, POOR)
    dispute = disputed(desk, scored)
    assert scored.total == 55.0
    # Sam scored it, and there is no other supervisor of North: a QA decides, and may hear it.
    assert dispute.owner_id == desk.quinn.id
    assert access.may_hear(desk.quinn, desk.call)
    assert dispute.due_at == START + timedelta(days=7)
    assert [each.id for each in listing.to_decide(desk.quinn)] == [dispute.id]
    disputes.decide(desk.quinn, dispute, Decision("She was.", 4.0), desk.clock())
    assert (dispute.status, scored.total, scored.passed) == (CHANGED, 85.0, True)
    assert dispute.before["total"] == 55.0
    assert dispute.after is not None
    assert (dispute.after["answer"], dispute.after["total"]) == (4.0, 85.0)
    assert not access.may_hear(desk.quinn, desk.call)
    entry = db.session.query(AuditEntry).filter_by(action="dispute.decided").one()
    assert entry.details["before"]["answer"] == 2.0
    with pytest.raises(Conflict):
        disputes.decide(desk.quinn, dispute, Decision("Once more.", 3.0), desk.clock())


def test_upheld_with_words_only(desk: Desk) -> None:
    scored = desk.released(desk.sam, POOR)
    dispute = disputed(desk, scored)
    with pytest.raises(InvalidInput):
        disputes.decide(desk.quinn, dispute, Decision(" "), desk.clock())
    for wrong in (2.0, 7.0):
        with pytest.raises(InvalidInput):
            disputes.decide(desk.quinn, dispute, Decision("Why.", wrong), desk.clock())
    disputes.decide(desk.quinn, dispute, Decision("Listen at 0:12."), desk.clock())
    assert (dispute.status, scored.total, dispute.after) == (UPHELD, 55.0, None)


def test_withdrawn_then_accepted(desk: Desk) -> None:
    scored = desk.released(desk.sam, POOR)
    dispute = disputed(desk, scored)
    with pytest.raises(Conflict):
        service.accept(desk.agent, scored, "", desk.clock())
    with pytest.raises(Conflict):
        disputed(desk, scored)
    disputes.withdraw(desk.agent, dispute, desk.clock())
    assert dispute.status == WITHDRAWN
    service.accept(desk.agent, scored, "", desk.clock())
    with pytest.raises(Conflict):
        disputed(desk, scored)


def test_another_supervisor_of_the_team_comes_first(desk: Desk, person: MakePerson) -> None:
    second = here(person("supervisor", name="Toni", leads=("North",)))
    dispute = disputed(desk, desk.released(desk.sam, POOR))
    assert dispute.owner_id == second.id
    disputes.hand_on(second, dispute, desk.lena.id, desk.clock())
    assert access.may_hear(desk.lena, desk.call)
    with pytest.raises(InvalidInput):
        disputes.hand_on(second, dispute, desk.mate.id, desk.clock())


def test_who_may_not(desk: Desk) -> None:
    scored = service.submit(desk.scored(desk.sam, POOR), desk.clock())
    with pytest.raises(NotFound):  # not released
        disputed(desk, scored)
    service.release(desk.sam, scored, desk.clock())
    said = Objection("tone", "No.")
    for stranger in (desk.mate, desk.sam, desk.lena):
        with pytest.raises(NotFound):
            disputes.open_dispute(stranger, scored, said, desk.clock())
    dispute = disputed(desk, scored)
    for stranger in (desk.mate, desk.lena):
        with pytest.raises(NotFound):
            disputes.find(stranger, dispute.id)
    for stranger in (desk.agent, desk.mate, desk.lena):
        with pytest.raises(NotFound):
            disputes.decide(stranger, dispute, Decision("No."), desk.clock())
    with pytest.raises(NotFound):
        disputes.withdraw(desk.sam, dispute, desk.clock())
    assert disputes.find(desk.agent, dispute.id).id == dispute.id
    assert seeing.find(desk.quinn, scored.id, desk.clock()).id == scored.id


def test_only_a_mark_can_be_disputed_and_with_words(desk: Desk) -> None:
    scored = desk.released(desk.sam, GOOD)
    for criterion, words in (("tone", ""), ("nothing", "Why?")):
        said = Objection(criterion, words)
        with pytest.raises(InvalidInput):
            disputes.open_dispute(desk.agent, scored, said, desk.clock())


@given(st.datetimes(timezones=st.just(UTC)), st.integers(1, 60))
def test_working_days(start: datetime, days: int) -> None:
    if start.year > 9000:
        return
    due = after(start, days)
    between = [start + timedelta(days=n) for n in range(1, (due - start).days + 1)]
    assert sum(each.weekday() < 5 for each in between) == days
    assert due.weekday() < 5
    assert due.time() == start.time()


def test_figures() -> None:
    day = timedelta(days=1)
    cases = [
        Case("Tone", CHANGED, START, START + 7 * day, START + 2 * day),
        Case("Tone", UPHELD, START, START + 7 * day, START + 4 * day),
        Case("Tone", OPEN, START, START + day, None),
        Case("Greets", WITHDRAWN, START, START + 7 * day, START + day),
    ]
    told = figures(cases, START + 3 * day)
    assert (told.total, told.open, told.overdue, told.withdrawn) == (4, 1, 1, 1)
    assert (told.changed_share, told.median_days) == (0.5, 3.0)
    assert [(name, one.total) for name, one in by_criterion(cases, START)] == [
        ("Tone", 3),
        ("Greets", 1),
    ]
    nothing = figures([], START)
    assert (nothing.changed_share, nothing.median_days) == (None, None)
