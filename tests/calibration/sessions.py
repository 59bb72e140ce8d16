"""A small calibration session to test with: three raters, a reference scorer, two calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.calibration import session_events as happen
from app.calibration.session import step
from app.calibration.session_plan import AlphaAtLeast, PlannedCriterion, SessionPlan
from app.calibration.session_state import SessionState
from app.quality.answers import Answer

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DUE = START + timedelta(days=7)
HOST, ANNA, BEN, CARA, REFERENCE, STRANGER = 1, 2, 3, 4, 5, 9
RATERS = (ANNA, BEN, CARA)
CALLS = (11, 12)
GREETING = PlannedCriterion("greeting", (0.0, 1.0), "nominal")
EMPATHY = PlannedCriterion("empathy", (1.0, 2.0, 3.0, 4.0, 5.0), "ordinal")
PLAN = SessionPlan(
    title="March",
    host=HOST,
    recordings=CALLS,
    card_version="card-1",
    criteria=(GREETING, EMPATHY),
    raters=RATERS,
    target=AlphaAtLeast(0.8),
    due=DUE,
    reference=REFERENCE,
)

BOTH = {"greeting": 1.0, "empathy": 3.0}
EVERYTHING = {rater: dict.fromkeys(CALLS, BOTH) for rater in (*RATERS, REFERENCE)}
"""The same answers of everybody to everything."""


def plan(**changes: Any) -> SessionPlan:
    return replace(PLAN, **changes)


def play(*events: happen.Event, on: SessionState | None = None) -> SessionState:
    state = on
    for event in events:
        state = step(state, event)
    assert state is not None
    return state


def opened(of: SessionPlan = PLAN) -> SessionState:
    return play(happen.Planned(HOST, START, of), happen.Opened(HOST, START))


def mark(
    by: int, recording: int, criterion: str, answer: Answer, saw: int = 0, **more: Any
) -> happen.Marked:
    return happen.Marked(by, START, recording, criterion, answer, saw=saw, **more)


def sheet(by: int, recording: int, answers: Mapping[str, Answer]) -> list[happen.Event]:
    """The events of one whole sheet, handed in."""
    marks = [mark(by, recording, criterion, answer) for criterion, answer in answers.items()]
    return [*marks, happen.Submitted(by, START, recording)]


def scored(
    state: SessionState,
    marks: Mapping[int, Mapping[int, Mapping[str, Answer]]],
    over: Iterable[str] = (),
) -> SessionState:
    """The state with these sheets (rater → recording → criterion → answer), Do closed."""
    events = [
        event
        for rater, of in marks.items()
        for recording, answers in of.items()
        for event in sheet(rater, recording, answers)
    ]
    return play(*events, happen.ScoringClosed(HOST, START, tuple(over)), on=state)
