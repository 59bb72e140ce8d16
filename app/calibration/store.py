"""Sessions on disk: their events are the truth, the row beside them is kept in step for lists.

A state is what the events add up to. States never change, so the newest of each session is
kept in memory and only what came since is read; a write is stepped on the locked row, so of
two writers at once the second sees what the first did.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.calibration import session_events as happen
from app.calibration.models import CalibrationSession, SessionEvent, SessionPart
from app.calibration.session import replay, step
from app.calibration.session_events import Event, as_json, from_json
from app.calibration.session_state import Part, Phase, SessionState, parts
from app.db import WRITES, db, transaction
from app.errors import NotFound

KEY = "callwright_calibration_states"
MOST_KEPT = 64
"""Sessions whose state is kept in memory."""


class States:
    """The newest committed state of some sessions, by number of its last event. Thread-safe."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, tuple[int, SessionState]] = OrderedDict()

    def get(self, session_id: int) -> tuple[int, SessionState | None]:
        """Number and state, (0, None) when there is none."""
        with self._lock:
            found = self._kept.get(session_id)
            if found is None:
                return 0, None
            self._kept.move_to_end(session_id)
            return found

    def put(self, session_id: int, number: int, state: SessionState) -> None:
        """Keep it unless a newer one is there."""
        with self._lock:
            if self._kept.get(session_id, (0, None))[0] <= number:
                self._kept[session_id] = number, state
                self._kept.move_to_end(session_id)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def states() -> States:
    """Those of the application at work."""
    kept = current_app.extensions[KEY]
    assert isinstance(kept, States)
    return kept


# -- reading -------------------------------------------------------------------


def load(session_id: int) -> SessionState:
    """Where the session stands. Raises ``NotFound``. Asks nothing of who is asking: ``find``."""
    return state_of(_row(session_id))


def state_of(row: CalibrationSession) -> SessionState:
    """The state as of this row's last event."""
    state = _replayed(row)
    _keep(row, state)
    return state


def states_of(rows: Sequence[CalibrationSession]) -> dict[int, SessionState]:
    """Where each of them stands, by id; what is not in memory is read in one go."""
    last = {row.id: row.last_number for row in rows}
    known = {each: states().get(each) for each in last}
    behind = [each for each, number in last.items() if known[each][0] != number]
    bodies: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for event in db.session.execute(_numbered(behind)) if behind else ():
        if event.number <= last[event.session_id]:
            bodies[event.session_id].append(event.body)
    found = {}
    for row in rows:
        state = replay(map(from_json, bodies[row.id])) or known[row.id][1]
        assert state is not None, "a session begins with its plan"
        _keep(row, state)
        found[row.id] = state
    return found


def history(session_id: int) -> list[Event]:
    """Everything that happened in it, the first first."""
    return list(_events(session_id, 0, None))


def find(person: Person, session_id: int) -> CalibrationSession:
    """The session, if she has a part in it. Raises ``NotFound`` for strangers.

    A plan is its lead's alone until the scoring is opened.
    """
    row = db.session.get(CalibrationSession, session_id)
    mine = part_of(row, person) if row else frozenset()
    if row is None or not mine or (row.round == 0 and Part.HOST not in mine):
        raise _not_there()
    return row


def part_of(session: CalibrationSession, person: Person) -> frozenset[Part]:
    """What this person is in the session; empty for a stranger."""
    return frozenset(Part(each.part) for each in session.parts if each.person_id == person.id)


# -- writing -------------------------------------------------------------------


def begin(event: happen.Planned) -> CalibrationSession:
    """A new session with its first event."""
    with transaction() as session:
        state = step(None, event)
        row = CalibrationSession(created_at=event.at, last_number=0, host_id=event.by)
        _in_step(row, state)
        session.add(row)
        session.flush()
        _add(session, row, event)
    return row


def append(session_id: int, event: Event) -> SessionState:
    """The state after the event, which is now kept. One transaction, on the locked row.

    Nothing is added when the event says again what is so already. Raises ``NotFound`` and
    what ``session.step`` raises (``MarkConflict`` among it).
    """
    with transaction() as session:
        row = _row(session_id, lock=True)
        before = _replayed(row)
        after = step(before, event)
        if after is not before:
            _in_step(row, after)
            _add(session, row, event)
    _keep(row, after)
    return after


def _add(session: Session, row: CalibrationSession, event: Event) -> None:
    row.last_number += 1
    session.add(
        SessionEvent(
            session_id=row.id,
            number=row.last_number,
            kind=type(event).__name__,
            by_id=event.by,
            at=event.at,
            body=as_json(event),
        )
    )
    session.flush()


def _in_step(row: CalibrationSession, state: SessionState) -> None:
    plan = state.plan
    row.title, row.host_id, row.due_at = plan.title, plan.host, plan.due
    row.card_version_id, row.follows_id = int(plan.card_version), plan.follows
    row.phase, row.round, row.cancelled = state.phase.value, state.round, bool(state.cancelled)
    if state.phase is Phase.PLAN:
        _set_parts(row, state)


def _set_parts(row: CalibrationSession, state: SessionState) -> None:
    people = dict.fromkeys((state.plan.host, *state.plan.scorers))
    wanted = {(person, part.value) for person in people for part in parts(state.plan, person)}
    row.parts = [each for each in row.parts if (each.person_id, each.part) in wanted]
    there = {(each.person_id, each.part) for each in row.parts}
    row.parts += [SessionPart(person_id=who, part=part) for who, part in sorted(wanted - there)]


# -- between the two -----------------------------------------------------------


def _row(session_id: int, lock: bool = False) -> CalibrationSession:
    locked = {"of": CalibrationSession} if lock else None
    row = db.session.get(
        CalibrationSession, session_id, populate_existing=lock, with_for_update=locked
    )
    if row is None:
        raise _not_there()
    return row


def _replayed(row: CalibrationSession) -> SessionState:
    number, state = states().get(row.id)
    if number > row.last_number:  # read before the last write was seen
        number, state = 0, None
    state = replay(_events(row.id, number, row.last_number), state)
    assert state is not None, "a session begins with its plan"
    return state


def _events(session_id: int, after: int, last: int | None) -> Iterable[Event]:
    chosen = select(SessionEvent.body).where(
        SessionEvent.session_id == session_id, SessionEvent.number > after
    )
    if last is not None:
        if after == last:
            return ()
        chosen = chosen.where(SessionEvent.number <= last)
    bodies = db.session.scalars(chosen.order_by(SessionEvent.number))
    return (from_json(body) for body in bodies)


def _numbered(ids: Sequence[int]) -> Select[tuple[int, int, dict[str, Any]]]:
    chosen = select(SessionEvent.session_id, SessionEvent.number, SessionEvent.body)
    order = (SessionEvent.session_id, SessionEvent.number)
    return chosen.where(SessionEvent.session_id.in_(ids)).order_by(*order)


def _keep(row: CalibrationSession, state: SessionState) -> None:
    """Only what is committed: inside a transaction that may yet fail nothing is kept."""
    if not db.session().info.get(WRITES):
        states().put(row.id, row.last_number, state)


def _not_there() -> NotFound:
    return NotFound(
        _("There is no such session among those you take part in."),
        remedy=_("Look in your list of sessions."),
    )
