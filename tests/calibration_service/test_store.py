"""Sessions on disk: what is kept, what is remembered, and two who write at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import Person
from app.calibration import listing, store
from app.calibration import session_events as happen
from app.calibration.models import CalibrationSession, SessionEvent
from app.calibration.session import replay
from app.calibration.session_errors import MarkConflict, NotHers
from app.calibration.session_state import Part, Phase, SessionState
from app.db import db, transaction
from app.errors import NotFound
from app.quality.answers import Left
from tests.asked import asked
from tests.calibration_service.house import DUE, Cast, begun, plan_of
from tests.conftest import START


@pytest.fixture(autouse=True)
def _inside(app: Flask, people: Cast) -> Iterator[None]:
    with app.app_context():
        yield


def forget(app: Flask) -> None:
    app.extensions[store.KEY] = store.States()


def seen(person: Person) -> list[CalibrationSession]:
    return list(db.session.scalars(listing.seen_by(person)).unique())


def marked(cast: Cast, by: int, answer: float, saw: int = 0) -> happen.Marked:
    return happen.Marked(by, START, cast.recordings[0], "empathy", answer, saw=saw)


def test_the_row_is_kept_in_step(people: Cast) -> None:
    row = begun(people)
    better = replace(plan_of(people), title="April", raters=(people.bob.id, people.host.id))
    store.append(row.id, happen.Planned(people.host.id, START, better))
    assert (row.title, row.phase, row.round, row.last_number) == ("April", "plan", 0, 2)
    assert store.part_of(row, people.host) == {Part.HOST, Part.RATER}
    assert store.part_of(row, people.ann) == frozenset()
    store.append(row.id, happen.Opened(people.host.id, START))
    store.append(row.id, happen.DueMoved(people.host.id, START, DUE + timedelta(days=1)))
    assert (row.phase, row.round, row.due_at) == ("do", 1, DUE + timedelta(days=1))
    store.append(row.id, happen.Cancelled(people.host.id, START, "nobody has time"))
    assert (row.phase, row.cancelled, row.last_number) == ("closed", True, 5)


def test_the_list_asks_as_seldom_for_many_as_for_few(app: Flask, people: Cast) -> None:
    known = [begun(people).id]
    counts = []
    for more in (2, 9):
        known += [begun(people).id for _ in range(more)]
        forget(app)
        store.load(known[0])  # one of them is in memory
        host = people.host
        with asked() as sent:
            rows = listing.running(host, START)
        assert {row.id for row in rows} == set(known)
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_replay_from_disk_is_what_is_in_memory(app: Flask, people: Cast) -> None:
    row = begun(people)
    events: list[happen.Event] = [
        happen.Opened(people.host.id, START),
        marked(people, people.ann.id, 4.0),
        happen.Marked(people.ann.id, START, people.recordings[0], "greeting", Left.NOT_SURE),
        happen.Submitted(people.ann.id, START, people.recordings[0]),
        marked(people, people.bob.id, 2.0),
    ]
    for event in events:
        remembered = store.append(row.id, event)
        assert store.load(row.id) is remembered
    forget(app)
    assert store.load(row.id) == remembered == replay(store.history(row.id))
    assert store.history(row.id)[1:] == events


def test_only_what_is_new_is_read(people: Cast) -> None:
    row = begun(people)
    opened = store.append(row.id, happen.Opened(people.host.id, START))
    with transaction() as session:  # a history that cannot be replayed: only its tail is asked for
        first = session.get(SessionEvent, (row.id, 1))
        assert first is not None
        first.body = {"event": "Nonsense"}
    assert store.append(row.id, marked(people, people.ann.id, 4.0)).plan is opened.plan


def test_saying_it_again_adds_nothing(people: Cast) -> None:
    row = begun(people)
    store.append(row.id, happen.Opened(people.host.id, START))
    first = store.append(row.id, marked(people, people.ann.id, 4.0))
    assert store.append(row.id, marked(people, people.ann.id, 4.0)) is first
    assert row.last_number == 3


def open_and_stumble(session_id: int, people: Cast) -> None:
    store.append(session_id, happen.Opened(people.host.id, START))
    store.append(session_id, happen.ScoringClosed(people.ann.id, START, ()))


def test_what_is_rolled_back_is_not_remembered(people: Cast) -> None:
    row = begun(people)
    with pytest.raises(NotHers), transaction():
        open_and_stumble(row.id, people)
    assert store.load(row.id).phase is Phase.PLAN
    assert len(store.history(row.id)) == 1


def test_what_is_refused_leaves_nothing(people: Cast) -> None:
    row = begun(people)
    with pytest.raises(NotHers):
        store.append(row.id, happen.Opened(people.ann.id, START))
    assert len(store.history(row.id)) == 1


def test_a_plan_is_its_leads_alone_and_a_session_its_peoples(people: Cast) -> None:
    row = begun(people)
    assert store.find(people.host, row.id) is row
    for other in (people.ann, people.cy, people.agent):
        with pytest.raises(NotFound):
            store.find(other, row.id)
    assert seen(people.ann) == []
    store.append(row.id, happen.Opened(people.host.id, START))
    assert store.find(people.ann, row.id) is row
    assert seen(people.ann) == seen(people.host) == [row]
    for stranger in (people.cy, people.agent):
        with pytest.raises(NotFound):
            store.find(stranger, row.id)
        assert seen(stranger) == []
    with pytest.raises(NotFound):
        store.load(row.id + 1)


def test_two_tabs_at_once_one_mark_counts(app: Flask, people: Cast) -> None:
    """Of many writers that saw the same version one is taken; the others are shown the mark."""
    row = begun(people)
    store.append(row.id, happen.Opened(people.host.id, START))
    session_id, start = row.id, threading.Barrier(6)
    db.session.remove()
    outcomes: list[object] = []

    def write(answer: float) -> None:
        with app.app_context():
            start.wait()
            try:
                outcomes.append(store.append(session_id, marked(people, people.ann.id, answer)))
            except MarkConflict as conflict:
                outcomes.append(conflict)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=write, args=(1.0 + n % 5,)) for n in range(5)]
    other = threading.Thread(target=lambda: _bob(app, session_id, people, start, outcomes))
    for thread in (*threads, other):
        thread.start()
    for thread in (*threads, other):
        thread.join()
    taken = [each for each in outcomes if isinstance(each, SessionState)]
    assert len(taken) == 2  # one of Ann's tabs, and Bob, who disturbs nobody
    assert len(outcomes) == 6
    forget(app)
    assert [type(event).__name__ for event in store.history(session_id)] == [
        "Planned", "Opened", "Marked", "Marked",
    ]  # fmt: skip
    assert len(store.load(session_id).sheets) == 2


def _bob(
    app: Flask, session_id: int, cast: Cast, start: threading.Barrier, outcomes: list[object]
) -> None:
    with app.app_context():
        start.wait()
        outcomes.append(store.append(session_id, marked(cast, cast.bob.id, 5.0)))
        db.session.remove()


def test_memory_is_bounded_and_never_goes_back(people: Cast) -> None:
    state = SessionState(plan_of(people))
    kept = store.States(most=2)
    kept.put(1, 5, state)
    kept.put(1, 4, replace(state, round=9))
    assert kept.get(1) == (5, state)
    kept.put(2, 1, state)
    kept.get(1)
    kept.put(3, 1, state)
    assert kept.get(2) == (0, None)
    assert kept.get(1) == (5, state)
