"""A person's sessions: what waits for her, what is running, what came of the past ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import selectinload

from app.accounts.models import Person
from app.calibration import blind, store
from app.calibration.models import CalibrationSession, SessionPart
from app.calibration.session_state import Part, Phase, SessionState
from app.db import db
from app.paging import Page, page_of
from app.quality.text import N_, Text, counted, text

STEPS = {
    Phase.PLAN: N_("Plan"),
    Phase.DO: N_("Do: scoring"),
    Phase.CHECK: N_("Check: comparing"),
    Phase.ACT: N_("Act: what comes of it"),
    Phase.CLOSED: N_("Closed"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A session in a list. ``todo``: what this person has to do in it now, None for nothing.

    ``done`` of ``of`` are recordings she has handed in herself, 0 of 0 when she does not score;
    ``ready`` of ``people`` are those who have handed in all of theirs, for whoever leads it (else
    0 of 0). ``reminded``: when she was last reminded.
    """

    id: int
    title: str
    card: str
    host: str
    leads: bool
    step: Text
    due: datetime
    overdue: bool
    todo: Text | None
    done: int
    of: int
    ready: int
    people: int
    reminded: datetime | None


@dataclass(frozen=True, slots=True)
class Past:
    """A session that is over, with what came of it in a phrase."""

    id: int
    title: str
    card: str
    host: str
    recordings: int
    ended: datetime | None
    result: Text
    cancelled: bool


def running(person: Person, at: datetime) -> list[Row]:
    """Her sessions that are not over: first what waits for her, the earliest due first."""
    chosen = seen_by(person).where(CalibrationSession.phase != Phase.CLOSED.value)
    found = db.session.scalars(chosen.options(selectinload(CalibrationSession.parts)))
    sessions = found.unique().all()
    states = store.states_of(sessions)
    rows = [row_of(each, states[each.id], person, at) for each in sessions]
    return sorted(rows, key=lambda row: (row.todo is None, row.due))


def waiting_for(person: Person, at: datetime) -> list[Row]:
    """What she has to do in sessions now; for the first page of quality."""
    return [row for row in running(person, at) if row.todo]


def past(person: Person, number: int) -> Page[CalibrationSession]:
    """A page of those that are over, the newest first."""
    chosen = seen_by(person).where(CalibrationSession.phase == Phase.CLOSED.value)
    return page_of(chosen.order_by(CalibrationSession.id.desc()), number)


def seen_by(person: Person) -> Select[CalibrationSession]:
    """Those she has a part in and may see: a plan is its lead's alone."""
    hers = select(SessionPart.session_id).where(SessionPart.person_id == person.id)
    seen = or_(CalibrationSession.round > 0, CalibrationSession.host_id == person.id)
    return select(CalibrationSession).where(CalibrationSession.id.in_(hers), seen)


def row_of(row: CalibrationSession, state: SessionState, person: Person, at: datetime) -> Row:
    """The session as this person's list shows it."""
    progress = blind.progress_for(state, person.id)
    own = [each for each in progress if each.rater == person.id]
    done, of = sum(each.done for each in own), sum(each.of for each in own)
    late = sum(each.done < each.of for each in progress)
    leads = Part.HOST in store.part_of(row, person)
    todo = _own_todo(state, own) or (_leads_todo(state, progress, at) if leads else None)
    return Row(
        id=row.id,
        title=row.title,
        card=row.card_version.card.name,
        host=row.host.name,
        leads=leads,
        step=text(STEPS[state.phase]),
        due=state.plan.due,
        overdue=state.phase is Phase.DO and late > 0 and at > state.plan.due,
        todo=todo,
        done=done,
        of=of,
        ready=len(progress) - late if leads else 0,
        people=len(progress) if leads else 0,
        reminded=state.reminded.get(person.id) if _own_todo(state, own) else None,
    )


def came_of(sessions: Sequence[CalibrationSession]) -> list[Past]:
    """The same sessions with what came of each."""
    states = store.states_of(sessions)
    return [_past(each, states[each.id]) for each in sessions]


def _past(row: CalibrationSession, state: SessionState) -> Past:
    return Past(
        id=row.id,
        title=row.title,
        card=row.card_version.card.name,
        host=row.host.name,
        recordings=len(state.plan.recordings),
        ended=state.closed,
        result=result_of(state),
        cancelled=bool(state.cancelled),
    )


def result_of(state: SessionState) -> Text:
    """What came of a session that is over, in a phrase."""
    if state.cancelled:
        return text(N_("Cancelled: {reason}"), reason=state.cancelled)
    over, criteria = len(state.over), len(state.plan.criteria)
    if not over:
        return counted(
            N_("The criterion is not short of the target"),
            N_("None of {n} criteria short of the target"),
            criteria,
        )
    return text(
        N_("{over} of {criteria} criteria short of the target, all settled"),
        over=over,
        criteria=criteria,
    )


def _own_todo(state: SessionState, own: Sequence[blind.Progress]) -> Text | None:
    if state.phase is not Phase.DO or not own or own[0].done == own[0].of:
        return None
    left = own[0].of - own[0].done
    if state.round > 1:
        return counted(
            N_("Second round: score 1 recording again"),
            N_("Second round: score {n} recordings again"),
            left,
        )
    return counted(N_("Score 1 recording"), N_("Score {n} recordings"), left)


def _leads_todo(
    state: SessionState, progress: Sequence[blind.Progress], at: datetime
) -> Text | None:
    late = sum(1 for each in progress if each.done < each.of)
    match state.phase:
        case Phase.PLAN:
            return text(N_("Finish the plan and open the scoring"))
        case Phase.DO if not late:
            return text(N_("Everybody is done: close the scoring"))
        case Phase.DO if at > state.plan.due:
            return counted(
                N_("Due, and one is not done: remind, or close the scoring"),
                N_("Due, and {n} are not done: remind, or close the scoring"),
                late,
            )
        case Phase.CHECK:
            return text(N_("Look at the marks together"))
        case Phase.ACT:
            return text(N_("Write down what comes of it"))
        case _:
            return None
