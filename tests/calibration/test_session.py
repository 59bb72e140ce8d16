"""A calibration session's steps: what is allowed when, to whom, and what it does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.calibration import session_events as happen
from app.calibration.act import (
    CardChange,
    Coaching,
    Consensus,
    FollowUp,
    GuidanceChange,
    NoConsensus,
    Proposal,
    follow_up,
)
from app.calibration.reminders import overdue, reminders_due
from app.calibration.session import replay, step
from app.calibration.session_errors import MarkConflict, NotHers, NotNow, WrongInput
from app.calibration.session_plan import PlannedCriterion, WithinPoints, criteria_of
from app.calibration.session_rules import RULES, possible
from app.calibration.session_state import Phase, SessionState, to_do
from app.errors import Conflict, InvalidInput, NotAllowed
from app.quality.answers import Left
from tests.quality.calls import card, criterion

from .sessions import (
    ANNA,
    BEN,
    BOTH,
    CALLS,
    CARA,
    DUE,
    EMPATHY,
    EVERYTHING,
    GREETING,
    HOST,
    PLAN,
    RATERS,
    REFERENCE,
    START,
    STRANGER,
    mark,
    opened,
    plan,
    play,
    scored,
    sheet,
)

ONE, TWO = CALLS
AGREED = Consensus(((ONE, 4.0),), "She named the worry, and said what she would do.")


def in_act(over: tuple[str, ...] = ()) -> SessionState:
    return play(happen.ActOpened(HOST, START), on=scored(opened(), EVERYTHING, over))


def test_a_session_from_plan_to_closed() -> None:
    state = scored(opened(), EVERYTHING, ["empathy"])
    assert (state.phase, state.round, state.over) == (Phase.CHECK, 1, ("empathy",))
    state = play(happen.SecondRoundOpened(HOST, START, ("empathy",)), on=state)
    assert (state.phase, state.round, state.criteria) == (Phase.DO, 2, ("empathy",))
    again = {rater: {call: {"empathy": 4.0} for call in CALLS} for rater in RATERS}
    state = scored(state, again, ["empathy"])
    state = play(
        happen.Attended(HOST, START, RATERS),
        happen.Noted(HOST, START, "We listened to the second minute together."),
        happen.ActOpened(HOST, START),
        happen.Resolved(HOST, START, "empathy", AGREED),
        happen.Closed(HOST, START),
        on=state,
    )
    assert state.phase is Phase.CLOSED
    assert state.present == frozenset(RATERS)
    assert len([key for key in state.sheets if key.round == 1]) == 8, "the first marks stay"


def test_the_table_names_every_event() -> None:
    assert set(RULES) == set(happen.Event.__args__)


def test_what_a_page_offers() -> None:
    state = opened()
    assert happen.ScoringClosed in possible(state, HOST)
    assert possible(state, ANNA) == {happen.Marked, happen.Submitted}
    assert possible(state, STRANGER) == frozenset()


# Plan


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"recordings": ()}, "recordings"),
        ({"recordings": (ONE, ONE)}, "recordings"),
        ({"criteria": ()}, "criteria"),
        ({"criteria": (GREETING, GREETING)}, "criteria"),
        ({"criteria": (PlannedCriterion("x", (2.0, 1.0), "ordinal"),)}, "criteria"),
        ({"raters": (ANNA, ANNA)}, "raters"),
        ({"raters": (ANNA,), "reference": None}, "raters"),
        ({"raters": ()}, "raters"),
        ({"reference": ANNA}, "reference"),
        ({"target": WithinPoints(-1)}, "target"),
        ({"target": WithinPoints(1, share=0)}, "target"),
        ({"due": START}, "due"),
    ],
)
def test_a_plan_that_is_not_ready_is_kept_and_not_opened(
    changes: dict[str, object], field: str
) -> None:
    state = play(happen.Planned(HOST, START, plan(**changes)))
    with pytest.raises(WrongInput) as error:
        step(state, happen.Opened(HOST, START))
    assert error.value.field == field


def test_a_plan_can_be_changed_until_it_is_opened() -> None:
    better = happen.Planned(HOST, START, plan(title="April"))
    state = play(better, on=play(happen.Planned(HOST, START, PLAN)))
    assert state.plan.title == "April"
    with pytest.raises(NotNow):
        step(opened(), better)


def test_a_session_begins_with_the_plan_of_whoever_leads_it() -> None:
    with pytest.raises(NotNow):
        step(None, happen.Opened(HOST, START))
    with pytest.raises(NotHers):
        step(None, happen.Planned(ANNA, START, PLAN))
    assert replay([]) is None


def test_the_criteria_of_a_card_of_rules_are_yes_or_no() -> None:
    rule = {"kind": "says", "any_of": "greet"}
    of = card(criterion(rule, "a", 60), criterion(rule, "b", 40), pass_mark=60)
    assert criteria_of(of, ["b"]) == (PlannedCriterion("b", (0.0, 1.0), "nominal"),)
    with pytest.raises(WrongInput, match="no criterion c"):
        criteria_of(of, ["a", "c"])


# Do


def test_a_mark_may_be_changed_until_it_is_handed_in() -> None:
    state = play(mark(ANNA, ONE, "empathy", 2.0), mark(ANNA, ONE, "empathy", 4.0, 1), on=opened())
    state = play(mark(ANNA, ONE, "greeting", Left.NOT_SURE), on=state)
    state = play(happen.Submitted(ANNA, START, ONE), on=state)
    assert to_do(state, ANNA) == (TWO,)
    with pytest.raises(NotNow, match="handed in"):
        step(state, mark(ANNA, ONE, "empathy", 5.0, 2))
    assert step(state, happen.Submitted(ANNA, START, ONE)) is state


def test_two_tabs_a_stale_change_is_refused_and_carries_both() -> None:
    state = play(mark(ANNA, ONE, "empathy", 2.0), mark(ANNA, ONE, "empathy", 4.0, 1), on=opened())
    with pytest.raises(MarkConflict) as error:
        step(state, mark(ANNA, ONE, "empathy", 1.0, 1, comment="other tab"))
    assert isinstance(error.value, Conflict)
    assert error.value.stored is not None
    assert (error.value.stored.answer, error.value.stored.version) == (4.0, 2)
    assert (error.value.sent.answer, error.value.sent.comment) == (1.0, "other tab")


def test_the_same_mark_sent_twice_after_a_lost_connection_is_one() -> None:
    first = mark(ANNA, ONE, "empathy", 2.0, comment="at last", seconds=(12.5,))
    state = play(first, on=opened())
    later = replace(first, at=START + timedelta(seconds=9))
    assert step(state, later) is state


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (mark(ANNA, 99, "empathy", 2.0), "recording"),
        (mark(ANNA, ONE, "speed", 2.0), "criterion"),
        (mark(ANNA, ONE, "empathy", 2.5), "answer"),
        (mark(ANNA, ONE, "empathy", float("nan")), "answer"),
        (mark(ANNA, ONE, "empathy", 2.0, seconds=(-1.0,)), "seconds"),
        (mark(ANNA, ONE, "empathy", 2.0, comment="x" * 4001), "comment"),
        (happen.Submitted(ANNA, START, ONE), "criterion"),
        (happen.DueMoved(HOST, START, START), "due"),
        (happen.Reminded(HOST, START, (STRANGER,)), "raters"),
        (happen.ScoringClosed(HOST, START, ("speed",)), "over"),
    ],
)
def test_what_does_not_fit_the_session_names_its_field(event: happen.Event, field: str) -> None:
    with pytest.raises(WrongInput) as error:
        step(opened(), event)
    assert error.value.field == field
    assert isinstance(error.value, InvalidInput)


@pytest.mark.parametrize(
    "event",
    [
        mark(HOST, ONE, "empathy", 2.0),
        mark(STRANGER, ONE, "empathy", 2.0),
        happen.ScoringClosed(ANNA, START, ()),
        happen.ScoringClosed(REFERENCE, START, ()),
        happen.Cancelled(BEN, START, "no"),
    ],
)
def test_only_whose_part_it_is(event: happen.Event) -> None:
    with pytest.raises(NotHers) as error:
        step(opened(), event)
    assert isinstance(error.value, NotAllowed)


def test_whoever_leads_may_score_when_she_is_a_rater_too() -> None:
    state = opened(plan(raters=(HOST, ANNA)))
    assert play(mark(HOST, ONE, "empathy", 2.0), on=state).sheets


def test_nobody_scores_before_or_after_do() -> None:
    marked = mark(ANNA, ONE, "empathy", 2.0)
    with pytest.raises(NotNow, match="not open yet"):
        step(play(happen.Planned(HOST, START, PLAN)), marked)
    with pytest.raises(NotNow):
        step(scored(opened(), {}), marked)


# Check


def test_one_late_rater_blocks_nothing() -> None:
    state = scored(opened(), {ANNA: EVERYTHING[ANNA], BEN: EVERYTHING[BEN]})
    assert state.phase is Phase.CHECK
    assert to_do(state, CARA) == CALLS


def test_a_second_round_is_for_criteria_over_the_threshold_only_and_is_the_last() -> None:
    state = scored(opened(), EVERYTHING, ["empathy"])
    for wrong in (("greeting",), ("empathy", "greeting"), ()):
        with pytest.raises(WrongInput):
            step(state, happen.SecondRoundOpened(HOST, START, wrong))
    second = play(happen.SecondRoundOpened(HOST, START, ("empathy",)), on=state)
    with pytest.raises(WrongInput):
        step(second, mark(ANNA, ONE, "greeting", 0.0))
    again = scored(second, {}, ["empathy"])
    with pytest.raises(NotNow, match="second round"):
        step(again, happen.SecondRoundOpened(HOST, START, ("empathy",)))


def test_what_was_not_scored_again_stays_over_the_threshold() -> None:
    state = scored(opened(), EVERYTHING, ["greeting", "empathy"])
    state = play(happen.SecondRoundOpened(HOST, START, ("empathy",)), on=state)
    assert scored(state, {}).over == ("greeting",)


# Act


def test_nothing_is_closed_while_a_criterion_over_the_threshold_is_not_settled() -> None:
    state = in_act(("greeting", "empathy"))
    state = play(happen.Resolved(HOST, START, "empathy", AGREED), on=state)
    with pytest.raises(NotNow, match="greeting"):
        step(state, happen.Closed(HOST, START))
    none = happen.Resolved(HOST, START, "greeting", NoConsensus("Two ways to read the guidance."))
    assert play(none, happen.Closed(HOST, START), on=state).phase is Phase.CLOSED


@pytest.mark.parametrize(
    ("criterion_id", "resolution"),
    [
        ("speed", AGREED),
        ("empathy", Consensus((), "why")),
        ("empathy", Consensus(((99, 4.0),), "why")),
        ("empathy", Consensus(((ONE, 9.0),), "why")),
        ("empathy", Consensus(((ONE, 4.0),), "  ")),
        ("empathy", NoConsensus("")),
    ],
)
def test_a_resolution_needs_a_reason_and_fits_the_scale(
    criterion_id: str, resolution: Consensus | NoConsensus
) -> None:
    with pytest.raises(WrongInput):
        step(in_act(), happen.Resolved(HOST, START, criterion_id, resolution))


def test_proposals_are_numbered_and_can_be_taken_back() -> None:
    proposals: tuple[Proposal, ...] = (
        GuidanceChange("empathy", "Name the worry in your own words.", "Read in two ways."),
        CardChange("Split it in two.", "Two things in one."),
        Coaching("rater", "A point below the others.", rater=ANNA, criterion="empathy"),
        Coaching("agent", "She did not greet.", recording=ONE),
        FollowUp(DUE, "To see whether it helped."),
    )
    state = play(*(happen.Proposed(HOST, START, each) for each in proposals), on=in_act())
    state = play(
        happen.Withdrawn(HOST, START, 2), happen.Proposed(HOST, START, proposals[1]), on=state
    )
    assert list(state.proposals) == [1, 3, 4, 5, 6]
    with pytest.raises(WrongInput):
        step(state, happen.Withdrawn(HOST, START, 2))


@pytest.mark.parametrize(
    "proposal",
    [
        GuidanceChange("", "words", "why"),
        GuidanceChange("empathy", "", "why"),
        CardChange("words", ""),
        CardChange("words", "why", "speed"),
        Coaching("rater", "why", rater=STRANGER),
        Coaching("agent", "why"),
    ],
)
def test_a_proposal_speaks_of_this_session(proposal: Proposal) -> None:
    with pytest.raises(WrongInput):
        step(in_act(), happen.Proposed(HOST, START, proposal))


def test_the_next_session_scores_the_same_recordings() -> None:
    later = DUE + timedelta(days=30)
    after = follow_up(PLAN, follows=7, due=later, card_version="card-2")
    assert (after.follows, after.due, after.card_version) == (7, later, "card-2")
    assert (after.recordings, after.criteria) == (CALLS, (GREETING, EMPATHY))


def test_a_cancelled_session_keeps_its_marks_and_says_why() -> None:
    state = play(
        *sheet(ANNA, ONE, BOTH), happen.Cancelled(HOST, START, "Wrong calls."), on=opened()
    )
    assert (state.phase, state.cancelled) == (Phase.CLOSED, "Wrong calls.")
    assert len(state.sheets) == 1
    with pytest.raises(NotNow, match="closed"):
        step(state, happen.Cancelled(HOST, START, "again"))


# Reminders


def test_whoever_is_not_done_is_reminded_once_for_each_moment() -> None:
    done = [event for call in CALLS for event in sheet(ANNA, call, BOTH)]
    state = play(*done, *sheet(BEN, ONE, BOTH), on=opened(plan(reference=None)))
    before = DUE - timedelta(days=2)
    assert reminders_due(state, before - timedelta(minutes=1)) == ()
    assert [(each.rater, each.left) for each in reminders_due(state, before)] == [
        (BEN, 1),
        (CARA, 2),
    ]
    state = play(happen.Reminded(HOST, before, (BEN,)), on=state)
    assert [each.rater for each in reminders_due(state, DUE - timedelta(hours=1))] == [CARA]
    late = DUE + timedelta(days=1)
    assert [(each.rater, each.overdue) for each in reminders_due(state, late)] == [
        (BEN, True),
        (CARA, True),
    ]
    assert overdue(state, late) == (BEN, CARA)
    assert overdue(state, DUE) == ()
    moved = play(happen.DueMoved(HOST, late, late + timedelta(days=7)), on=state)
    assert overdue(moved, late) == reminders_due(moved, late) == ()


def test_nobody_is_reminded_of_a_moment_before_the_scoring_was_open() -> None:
    soon = START + timedelta(days=1)
    state = opened(plan(due=soon))
    assert reminders_due(state, START + timedelta(hours=1)) == ()
    assert len(reminders_due(state, soon)) == 4


def test_nobody_is_reminded_outside_of_do() -> None:
    state = scored(opened(), {})
    assert reminders_due(state, DUE) == ()
