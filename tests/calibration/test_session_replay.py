"""Whatever happens in a session, in whatever order: what holds all the same."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from app.calibration import session_events as happen
from app.calibration.act import Coaching, Consensus, FollowUp, GuidanceChange, NoConsensus
from app.calibration.blind import sheets_for
from app.calibration.session import replay, step
from app.calibration.session_plan import WithinPoints
from app.calibration.session_state import Phase, SessionState, SheetKey, parts
from app.errors import AppError
from app.quality.answers import Answer, Left

from .sessions import (
    ANNA,
    BEN,
    CALLS,
    CARA,
    DUE,
    HOST,
    PLAN,
    REFERENCE,
    START,
    STRANGER,
    plan,
)

PEOPLE = (HOST, ANNA, BEN, CARA, REFERENCE, STRANGER)
people = st.sampled_from(PEOPLE)
leads = st.one_of(st.just(HOST), people)
scorers = st.sampled_from((ANNA, BEN, CARA, REFERENCE))
moments = st.integers(0, 20).map(lambda days: START + timedelta(days=days))
recordings = st.sampled_from((*CALLS, 99))
names = st.sampled_from(("greeting", "empathy", "speed"))
answers = st.sampled_from((0.0, 1.0, 4.0, 2.5, *Left))
over = st.sampled_from(((), ("greeting",), ("empathy",), ("greeting", "empathy")))
words = st.sampled_from(("", "because"))
resolutions = st.one_of(
    st.builds(NoConsensus, words),
    st.builds(Consensus, st.lists(st.tuples(recordings, answers), max_size=2).map(tuple), words),
)
proposals = st.one_of(
    st.builds(GuidanceChange, names, words, words),
    st.builds(Coaching, st.sampled_from(("rater", "agent")), words, people, recordings),
    st.builds(FollowUp, moments, words),
)
plans = st.sampled_from((PLAN, plan(target=WithinPoints(1.0), reference=None), plan(raters=())))
lead_events = st.one_of(
    st.builds(happen.Opened, leads, moments),
    st.builds(happen.Planned, leads, moments, plans),
    st.builds(happen.Reminded, leads, moments, st.lists(people, max_size=2).map(tuple)),
    st.builds(happen.DueMoved, leads, moments, moments),
    st.builds(happen.ScoringClosed, leads, moments, over),
    st.builds(happen.SecondRoundOpened, leads, moments, over),
    st.builds(happen.Attended, leads, moments, st.lists(people, max_size=2).map(tuple)),
    st.builds(happen.Noted, leads, moments, words),
    st.builds(happen.ActOpened, leads, moments),
    st.builds(happen.Resolved, leads, moments, names, resolutions),
    st.builds(happen.Proposed, leads, moments, proposals),
    st.builds(happen.Withdrawn, leads, moments, st.integers(1, 3)),
    st.builds(happen.Closed, leads, moments),
    st.builds(happen.Cancelled, leads, moments, words),
)
scorer_events = st.one_of(
    st.builds(
        happen.Marked,
        st.one_of(scorers, people),
        moments,
        recordings,
        names,
        answers,
        words,
        saw=st.integers(0, 3),
    ),
    st.builds(happen.Submitted, st.one_of(scorers, people), moments, recordings),
)


@st.composite
def whole_sheets(draw: st.DrawFn) -> list[happen.Event]:
    """Somebody scores a recording, changes her mind or not, hands it in or not."""
    rater, call = draw(scorers), draw(st.sampled_from(CALLS))
    marks: list[happen.Event] = []
    for name, points in (("greeting", (0.0, 1.0)), ("empathy", (1.0, 4.0))):
        writes = draw(st.lists(st.sampled_from((*points, *Left)), min_size=1, max_size=3))
        marks += [
            happen.Marked(rater, START, call, name, answer, saw=saw)
            for saw, answer in enumerate(writes)
        ]
    done = draw(st.sampled_from((True, True, False)))
    return [*marks, happen.Submitted(rater, START, call)] if done else marks


def step_by_step() -> list[happen.Event]:
    """The bare way to the end, among which the rest happens; else few sequences get far."""
    return [
        happen.Opened(HOST, START),
        happen.DueMoved(HOST, START, DUE),
        happen.Reminded(HOST, START, (ANNA,)),
        happen.ScoringClosed(HOST, START, ("empathy",)),
        happen.SecondRoundOpened(HOST, START, ("empathy",)),
        happen.ScoringClosed(HOST, START, ("empathy",)),
        happen.Attended(HOST, START, (ANNA, BEN)),
        happen.Noted(HOST, START, "We listened again."),
        happen.ActOpened(HOST, START),
        happen.Resolved(HOST, START, "empathy", NoConsensus("We differ.")),
        happen.Proposed(HOST, START, FollowUp(DUE, "To see whether it helped.")),
        happen.Withdrawn(HOST, START, 1),
        happen.Closed(HOST, START),
    ]


some_events = st.one_of(
    whole_sheets(),
    whole_sheets(),
    st.lists(scorer_events, min_size=1, max_size=8),
    lead_events.map(lambda event: [event]),
)


@st.composite
def stories(draw: st.DrawFn) -> list[happen.Event]:
    story: list[happen.Event] = []
    for milestone in step_by_step():
        groups = draw(st.lists(some_events, max_size=4))
        story += [*(event for group in groups for event in group), milestone]
    return story


def told(events: Iterable[happen.Event]) -> list[tuple[happen.Event, SessionState]]:
    """The events that were allowed, each with the state after it."""
    state = step(None, happen.Planned(HOST, START, PLAN))
    kept: list[tuple[happen.Event, SessionState]] = [(happen.Planned(HOST, START, PLAN), state)]
    for event in events:
        try:
            state = step(state, event)
        except AppError:
            continue
        kept.append((event, state))
    return kept


@given(stories())
def test_nobody_sees_the_marks_of_others_before_their_check(events: list[happen.Event]) -> None:
    for _event, state in told(events):
        for viewer in PEOPLE:
            for key, sheet in sheets_for(state, viewer).items():
                assert parts(state.plan, viewer)
                if key.rater == viewer:
                    continue
                assert sheet.submitted
                assert key.round <= state.checked
                if state.phase is Phase.DO:
                    assert not set(sheet.marks) & set(state.criteria)


@given(stories())
def test_no_mark_is_lost(events: list[happen.Event]) -> None:
    written: dict[tuple[SheetKey, str], tuple[Answer, int]] = {}
    for event, state in told(events):
        if isinstance(event, happen.Marked):
            key = SheetKey(state.round, event.by, event.recording)
            written[key, event.criterion] = (event.answer, event.saw + 1)
        kept = {
            (key, criterion): (mark.answer, mark.version)
            for key, sheet in state.sheets.items()
            for criterion, mark in sheet.marks.items()
        }
        assert kept == written


@given(stories())
def test_what_was_handed_in_never_changes(events: list[happen.Event]) -> None:
    handed_in: dict[SheetKey, object] = {}
    for _event, state in told(events):
        for key, sheet in state.sheets.items():
            if sheet.submitted:
                assert handed_in.setdefault(key, sheet) == sheet


@given(stories(), st.lists(st.one_of(lead_events, scorer_events), max_size=5))
def test_closed_is_closed(events: list[happen.Event], after: list[happen.Event]) -> None:
    state = told([*events, happen.Cancelled(HOST, START, "At last.")])[-1][1]
    assert state.phase is Phase.CLOSED
    assert state.cancelled or set(state.over) <= set(state.resolutions)
    for event in after:
        try:
            step(state, event)
        except AppError:
            continue
        raise AssertionError(f"{event} was allowed in a closed session")


@given(stories())
def test_stored_events_give_the_same_state_again(events: list[happen.Event]) -> None:
    kept = told(events)
    stored = json.dumps([happen.as_json(event) for event, _state in kept])
    read = [happen.from_json(body) for body in json.loads(stored)]
    assert read == [event for event, _state in kept]
    assert replay(read) == kept[-1][1]
    half = len(read) // 2
    assert replay(read[half:], replay(read[:half])) == kept[-1][1]


def test_stories_reach_every_phase_and_event() -> None:
    """The strategies are no good if what they make is always refused."""
    phases: set[Phase] = set()
    kinds: set[type] = set()

    @settings(max_examples=50, database=None, derandomize=True)
    @given(stories())
    def tell(events: list[happen.Event]) -> None:
        for event, state in told(events):
            phases.add(state.phase)
            kinds.add(type(event))

    tell()
    assert phases == set(Phase)
    assert kinds == set(get_args(happen.Event))


def test_a_moment_keeps_its_zone() -> None:
    event = happen.Opened(HOST, DUE)
    read = happen.from_json(json.loads(json.dumps(happen.as_json(event))))
    assert isinstance(read.at, datetime)
    assert read.at.tzinfo is not None
    assert read == event
