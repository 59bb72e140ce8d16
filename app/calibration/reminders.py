"""Who is to be reminded now that scoring is due. Pure: the moment is an argument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.calibration.session_state import Phase, SessionState, to_do


@dataclass(frozen=True, slots=True)
class Reminder:
    """Somebody still has so many recordings to score."""

    rater: int
    left: int
    due: datetime
    overdue: bool


def reminders_due(state: SessionState, now: datetime) -> tuple[Reminder, ...]:
    """Whoever is not done and was not reminded since the last moment the plan names.

    A moment before the scoring was opened is left out; moments that were missed (the product
    was off) bring one reminder, not several.
    """
    if state.phase is not Phase.DO or state.opened is None:
        return ()
    due = state.plan.due
    moments = [due - ahead for ahead in state.plan.reminders]
    passed = [moment for moment in moments if state.opened < moment <= now]
    if not passed:
        return ()
    return tuple(
        Reminder(rater, len(left), due, overdue=now > due)
        for rater in state.plan.scorers
        if (left := to_do(state, rater)) and not _reminded_since(state, rater, max(passed))
    )


def overdue(state: SessionState, now: datetime) -> tuple[int, ...]:
    """Who is late: not done, and the due date has passed."""
    if state.phase is not Phase.DO or now <= state.plan.due:
        return ()
    return tuple(rater for rater in state.plan.scorers if to_do(state, rater))


def _reminded_since(state: SessionState, rater: int, moment: datetime) -> bool:
    last = state.reminded.get(rater)
    return last is not None and last >= moment
