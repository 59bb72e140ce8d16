"""The rules of a conversation, on the small scenario."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.scenarios.dialogue import begin, desk, expectation, lines_ahead, step
from app.scenarios.moves import (
    AskedAgain,
    End,
    Event,
    HoldChanged,
    HungUp,
    Interrupted,
    Moved,
    Opened,
    Record,
    Silence,
    Tell,
)
from app.scenarios.schema import Scenario
from app.scenarios.state import DialogueState
from tests.scenarios.conftest import hear, said


def at_wish(small: Scenario, seed: int = 1) -> DialogueState:
    state, _ = step(small, begin(small, seed), Opened(0.0))
    return step(small, state, hear("offer_help"))[0]


def rich(small: Scenario) -> DialogueState:
    """A call about more than may be decided alone."""
    seed = next(s for s in range(99) if int(begin(small, s).facts["amount"]) > 50)
    return at_wish(small, seed)


def records(actions: tuple[object, ...], kind: str) -> list[dict[str, object]]:
    return [dict(a.data) for a in actions if isinstance(a, Record) and a.kind == kind]


def test_the_trainee_has_the_first_word(small: Scenario) -> None:
    state, actions = step(small, begin(small, 1), Opened(0.0))
    assert said(actions) == ""
    assert records(actions, "state") == [{"name": "opening"}]
    assert records(actions, "mood") == [{"value": 0, "reason": "start"}]
    assert state.node == "opening"


def test_acts_of_one_breath_are_all_taken_and_answered_once(small: Scenario) -> None:
    state, actions = step(small, begin(small, 1), hear("greet", "offer_help"))
    assert state.node == "wish"
    assert said(actions).startswith("I would like")


def test_every_question_gets_its_answer_and_what_follows_comes_last(small: Scenario) -> None:
    state, actions = step(small, at_wish(small), hear("ask_name", "ask_address"))
    name, street = state.facts["name"], state.facts["street"]
    assert said(actions) == f"{name}. {street}. Is that enough?"
    assert state.flags["complete"] is True


def test_acts_that_belong_together_may_come_one_after_the_other(small: Scenario) -> None:
    state, actions = step(small, at_wish(small), hear("apologize"))
    assert state.mood == 0
    state, actions = step(small, state, hear("thank"))
    assert said(actions) == "How kind."
    assert state.mood == 2


def test_kind_words_wear_out(small: Scenario) -> None:
    state = at_wish(small)
    for _ in range(5):
        state, _ = step(small, state, hear("empathize"))
    assert state.mood == 2


def test_mood_stays_within_bounds_and_she_leaves_at_the_bottom(small: Scenario) -> None:
    state, _ = step(small, at_wish(small), hear("be_rude"))
    assert (state.mood, state.ending) == (-3, "")
    state, actions = step(small, state, hear("be_rude"))
    assert (state.mood, state.ending) == (-5, "lost")
    assert said(actions) == "That is enough."
    assert actions[-1] == End("lost", good=False)


def test_wording_follows_the_mood(small: Scenario) -> None:
    start = begin(small, 1)
    assert said(step(small, start, hear("offer_help"))[1]).startswith("I would like")
    angry = replace(start, mood=-4)
    assert said(step(small, angry, hear("offer_help"))[1]).startswith("I want")


def test_an_amount_beyond_the_authority_takes_another_way(small: Scenario) -> None:
    state = at_wish(small)
    over, actions = step(small, state, hear("offer_credit", text="i offer eighty dollars"))
    assert (over.flags.get("too_much"), said(actions)) == (True, "That much?")
    fine, actions = step(small, state, hear("offer_credit", text="i offer forty dollars"))
    assert (fine.flags.get("too_much"), said(actions)) == (None, "All right.")


def test_a_needed_consultation_is_answered_and_recorded(small: Scenario) -> None:
    state, actions = step(small, rich(small), Moved(5.0, "consult", "boss"))
    assert records(actions, "move") == [{"kind": "consult", "target": "boss", "needed": True}]
    assert Tell(f"Give {state.facts['amount']} dollars.") in actions
    after, _ = step(small, state, hear("offer_credit", text="eighty dollars"))
    assert "too_much" not in after.flags


def test_a_needless_consultation_costs(small: Scenario) -> None:
    seed = next(s for s in range(99) if int(begin(small, s).facts["amount"]) <= 50)
    state, actions = step(small, at_wish(small, seed), Moved(5.0, "consult", "boss"))
    assert records(actions, "move")[0]["needed"] is False
    assert (state.mood, "approved" in state.flags) == (-1, False)


@pytest.mark.parametrize("move", [Moved(1.0, "transfer", "boss"), Moved(1.0, "consult", "nobody")])
def test_a_move_that_is_not_offered_changes_nothing(small: Scenario, move: Moved) -> None:
    before = at_wish(small)
    state, actions = step(small, before, move)
    assert state == before
    assert [action.kind for action in actions if isinstance(action, Record)] == ["move"]


def test_the_desk_offers_moves_and_shows_the_script_in_practice_only(small: Scenario) -> None:
    assert [o.target for o in desk(small, at_wish(small), practice=True).moves] == ["boss"]
    assert desk(small, at_wish(small), practice=True).script == ("I see.",)
    assert desk(small, at_wish(small), practice=False).script == ()
    assert desk(small, begin(small, 1), practice=True).moves == ()


def test_asking_what_the_menu_knows_costs_once(small: Scenario) -> None:
    state, _ = step(small, begin(small, 1), hear("ask_what_happened"))
    assert state.mood == -1
    assert step(small, state, hear("ask_what_happened"))[0].mood == -1


def test_nothing_that_fits_helps_on_and_never_for_ever(small: Scenario) -> None:
    state, heard = at_wish(small), []
    for _ in range(2):
        state, actions = step(small, state, hear("warn_scams"))
        heard.append(said(actions))
    assert heard == ["Sorry?", "All right."]
    assert state.node == "bye"


def test_what_was_unclear_is_asked_once_more_and_then_taken_as_said(small: Scenario) -> None:
    state, actions = step(small, at_wish(small), hear("ask_name", unsure=True))
    assert (said(actions), state.mood, state.fallbacks) == ("Pardon?", 0, 0)
    state, actions = step(small, state, hear("ask_name", unsure=True))
    assert said(actions) == f"{state.facts['name']}."


def test_unclear_unkindness_is_never_taken_as_said(small: Scenario) -> None:
    state = at_wish(small)
    for _ in range(2):
        state, _ = step(small, state, hear("be_rude", unsure=True))
    assert state.mood == 0


def test_silence_grows_and_ends_the_call(small: Scenario) -> None:
    state, actions = step(small, at_wish(small), Silence(9.0, 1))
    assert (said(actions), state.mood) == ("Hello?", -1)
    state, actions = step(small, state, Silence(16.0, 2))
    assert (said(actions), state.ending) == ("I am off.", "poor")


def test_speaking_ends_the_silence(small: Scenario) -> None:
    state, _ = step(small, at_wish(small), Silence(9.0, 1))
    state, _ = step(small, state, hear("empathize"))
    assert state.silences == 0
    assert step(small, state, Silence(20.0, 1))[0].ending == ""


def test_the_last_line_again_is_free_once(small: Scenario) -> None:
    state = at_wish(small)
    last = state.last_line
    state, actions = step(small, state, AskedAgain(2.0))
    assert (said(actions), state.mood) == (last, 0)
    assert step(small, state, AskedAgain(3.0))[0].mood == -1
    assert step(small, state, hear("ask_to_repeat"))[0].mood == -1


def test_what_was_cut_off_may_be_asked_for_at_no_cost(small: Scenario) -> None:
    state, _ = step(small, at_wish(small), AskedAgain(2.0))
    state, _ = step(small, state, Interrupted(3.0, 0.2))
    state, actions = step(small, state, AskedAgain(4.0))
    assert (state.mood, said(actions)) == (0, state.last_line)


def test_cut_off_and_not_understood_she_says_it_again(small: Scenario) -> None:
    state, _ = step(small, at_wish(small), Interrupted(3.0, 0.2))
    _, actions = step(small, state, hear())
    assert said(actions) == state.last_line


@pytest.mark.parametrize(
    ("asked", "seconds", "words", "mood"),
    [(True, 10, "Yes?", 0), (False, 10, "What was that?", -2), (True, 40, "That was long.", -2)],
)
def test_hold(small: Scenario, asked: bool, seconds: float, words: str, mood: int) -> None:
    state = at_wish(small)
    if asked:
        state, _ = step(small, state, hear("ask_to_hold"))
    state, _ = step(small, state, HoldChanged(5.0, on=True))
    deaf, actions = step(small, state, hear("be_rude"))
    assert (deaf, actions) == (state, ())
    state, actions = step(small, state, HoldChanged(5.0 + seconds, on=False))
    assert (said(actions), state.mood, state.on_hold) == (words, mood, False)


def test_nobody_waits_on_hold_for_ever(small: Scenario) -> None:
    state, _ = step(small, at_wish(small), HoldChanged(5.0, on=True))
    assert step(small, state, Silence(60.0, 1))[0].ending == ""
    assert step(small, state, Silence(100.0, 2))[0].ending == "lost"


def test_hanging_up_ends_as_far_as_it_had_come(small: Scenario) -> None:
    assert step(small, at_wish(small), HungUp(9.0))[0].ending == "poor"
    at_bye, _ = step(small, at_wish(small), hear("offer_credit"))
    state, actions = step(small, at_bye, HungUp(9.0))
    assert records(actions, "ended") == [{"ending": "done", "good": True}]
    assert step(small, state, hear("greet")) == (state, ())


def test_a_call_has_at_most_so_many_turns(small: Scenario) -> None:
    state, turns = at_wish(small), 1
    while not state.ending and turns < 99:
        state, _ = step(small, state, hear("empathize"))
        state = replace(state, node="wish", fallbacks=0)
        turns += 1
    assert (state.ending, turns) == ("poor", 30)


def test_understanding_is_told_what_is_expected(small: Scenario) -> None:
    expected = expectation(small, at_wish(small))
    assert {"offer_credit", "ask_name", "ask_address", "apologize"} <= expected.acts
    assert expected.facts["name"] == str(at_wish(small).facts["name"])


@pytest.mark.parametrize(
    "event", [hear("offer_credit"), hear("ask_name"), hear(), Silence(9.0, 1), hear("be_rude")]
)
def test_what_she_says_next_was_among_the_lines_ahead(small: Scenario, event: Event) -> None:
    state = at_wish(small)
    text = said(step(small, state, event)[1])
    assert text
    assert text in lines_ahead(small, state)
