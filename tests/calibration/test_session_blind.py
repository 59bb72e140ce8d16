"""Who sees what, and when."""

from __future__ import annotations

from app.calibration import session_events as happen
from app.calibration.blind import Progress, agents_named, compared, label, progress_for, sheets_for
from app.calibration.session_errors import in_english
from app.calibration.session_state import SessionState, SheetKey

from .sessions import (
    ANNA,
    BEN,
    BOTH,
    CALLS,
    CARA,
    EVERYTHING,
    HOST,
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


def seen_of(state: SessionState, viewer: int) -> set[int]:
    return {key.rater for key in sheets_for(state, viewer)}


def test_before_check_everybody_sees_only_her_own() -> None:
    state = play(*sheet(ANNA, ONE, BOTH), *sheet(REFERENCE, ONE, BOTH), on=opened())
    state = play(mark(BEN, ONE, "empathy", 2.0), on=state)
    assert [seen_of(state, who) for who in (ANNA, BEN, CARA, REFERENCE, HOST, STRANGER)] == [
        {ANNA},
        {BEN},
        set(),
        {REFERENCE},
        set(),
        set(),
    ]


def test_while_scoring_the_lead_sees_counts_and_a_rater_her_own() -> None:
    state = play(*sheet(ANNA, ONE, BOTH), mark(BEN, ONE, "empathy", 2.0), on=opened())
    assert progress_for(state, HOST) == (
        Progress(ANNA, 1, 2, 0),
        Progress(BEN, 0, 2, 1),
        Progress(CARA, 0, 2, 0),
        Progress(REFERENCE, 0, 2, 0),
    )
    assert progress_for(state, ANNA) == (Progress(ANNA, 1, 2, 0),)
    assert progress_for(state, STRANGER) == ()


def test_in_check_all_see_what_was_handed_in_and_nothing_else() -> None:
    draft = play(mark(BEN, ONE, "empathy", 2.0), on=opened())
    state = scored(draft, {ANNA: EVERYTHING[ANNA]})
    assert seen_of(state, HOST) == seen_of(state, CARA) == {ANNA}
    assert seen_of(state, BEN) == {ANNA, BEN}, "her own, though she was late"
    assert seen_of(state, STRANGER) == set()
    assert {key.rater for key in compared(state)} == {ANNA}


def test_in_the_second_round_what_is_scored_again_is_hidden_again() -> None:
    state = scored(opened(), EVERYTHING, ["empathy"])
    state = play(happen.SecondRoundOpened(HOST, START, ("empathy",)), on=state)
    state = play(*sheet(BEN, ONE, {"empathy": 4.0}), on=state)
    seen = sheets_for(state, ANNA)
    assert set(seen[SheetKey(1, BEN, ONE)].marks) == {"greeting"}
    assert set(seen[SheetKey(1, ANNA, ONE)].marks) == {"greeting", "empathy"}
    assert SheetKey(2, BEN, ONE) not in seen
    closed = scored(state, {})
    assert sheets_for(closed, ANNA)[SheetKey(2, BEN, ONE)].marks["empathy"].answer == 4.0
    assert set(sheets_for(closed, ANNA)[SheetKey(1, BEN, ONE)].marks) == {"greeting", "empathy"}


def test_a_session_cancelled_while_scoring_stays_blind() -> None:
    state = play(*sheet(ANNA, ONE, BOTH), happen.Cancelled(HOST, START, "Too few."), on=opened())
    assert seen_of(state, HOST) == seen_of(state, BEN) == set()


def shown(state: SessionState, viewer: int, rater: int) -> str | None:
    words = label(state, viewer, rater)
    return in_english(words) if words else None


def test_names_are_shown_unless_the_plan_hides_them() -> None:
    state = scored(opened(), EVERYTHING)
    assert shown(state, ANNA, BEN) is None
    assert shown(state, ANNA, ANNA) == "You"
    assert shown(state, ANNA, REFERENCE) == "Reference"
    assert shown(state, STRANGER, BEN) is not None


def test_hidden_names_are_for_the_lead_from_act_on() -> None:
    state = scored(opened(plan(hide_raters=True, seed=5)), EVERYTHING)
    names = {shown(state, HOST, rater) for rater in RATERS}
    assert names == {"Rater 1", "Rater 2", "Rater 3"}
    acting = play(happen.ActOpened(HOST, START), on=state)
    assert shown(acting, HOST, BEN) is None
    assert shown(acting, ANNA, BEN) == shown(state, HOST, BEN)
    assert [agents_named(state, HOST), agents_named(acting, HOST)] == [False, True]
    assert not agents_named(acting, ANNA)


def test_another_seed_shuffles_anew() -> None:
    orders = {
        tuple(shown(opened(plan(hide_raters=True, seed=seed)), HOST, rater) for rater in RATERS)
        for seed in range(20)
    }
    assert len(orders) > 1
