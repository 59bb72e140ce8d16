"""What a new trainee does in the three scenarios: things early, late, twice, and together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from app.quality.scoring import score
from app.scenarios import facts as fact
from app.scenarios.dialogue import begin, desk, step
from app.scenarios.moves import Event, Moved, Opened
from app.scenarios.outcome import timeline
from app.scenarios.schema import Scenario
from app.scenarios.state import DialogueState
from tests.scenarios.conftest import IDS, hear, said

Library = dict[str, Scenario]
VERIFIED = (hear("offer_help"), hear("ask_name"), hear("ask_date_of_birth"), hear("ask_postcode"))
BLOCKED = (*VERIFIED, hear("confirm_card_blocked"))


def after(scenario: Scenario, seed: int, events: Iterable[Event]) -> tuple[DialogueState, str]:
    """The state after these, and what was answered last."""
    state, actions = step(scenario, begin(scenario, seed), Opened(0.0))
    for event in events:
        state, actions = step(scenario, state, event)
    return state, said(actions)


def seed_where(scenario: Scenario, **facts: object) -> int:
    """The first seed that draws these facts."""
    for seed in range(5000):
        drawn = begin(scenario, seed).facts
        if all(drawn[name] == value for name, value in facts.items()):
            return seed
    raise AssertionError(f"no seed draws {facts}")


def offered(scenario: Scenario, state: DialogueState) -> set[str]:
    return {move.target for move in desk(scenario, state, practice=False).moves}


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("act", ["ask_name", "ask_date_of_birth"])
def test_who_she_is_she_tells_from_anywhere(library: Library, name: str, act: str) -> None:
    scenario = library[name]
    known = {"ask_name": "name", "ask_date_of_birth": "birth_said"}[act]
    for node in scenario.states:
        start = begin(scenario, 4)
        for heard in (hear(act), hear("acknowledge_problem", act)):
            state, _ = step(scenario, start, Opened(0.0))
            _, first = step(scenario, _at(state, node), heard)
            assert str(start.facts[known]).lower() in said(first).lower(), node
        told = step(scenario, _at(state, node), hear(act))[0]
        _, again = step(scenario, told, hear(act))
        assert str(start.facts[known]).lower() in said(again).lower(), node


def _at(state: DialogueState, node: str) -> DialogueState:
    return replace(state, node=node, mood=2)


def test_every_detail_of_the_check_is_answered_late(library: Library) -> None:
    scenario = library["lost-card"]
    state, _ = after(scenario, 3, BLOCKED)
    for act, known in [
        ("ask_phone", "phone_said"),
        ("ask_security_word", "security_word"),
        ("ask_account_number", "account_said"),
        ("ask_address", "address"),
        ("ask_postcode", "postcode_said"),
    ]:
        _, actions = step(scenario, state, hear(act))
        assert str(state.facts[known]).lower() in said(actions).lower()


def test_a_check_that_is_finished_late_counts(library: Library) -> None:
    scenario = library["lost-card"]
    early = (hear("offer_help"), hear("confirm_card_blocked"), hear("confirm_card_blocked"))
    state, _ = after(scenario, 3, early)
    assert "verified" not in state.flags
    late = (hear("ask_name"), hear("ask_date_of_birth"), hear("ask_phone"))
    state, _ = after(scenario, 3, (*early, *late))
    assert state.flags["verified"]


def test_the_fraud_desk_can_be_asked_until_the_closing(library: Library) -> None:
    scenario = library["lost-card"]
    seed = seed_where(scenario, suspicious=True, bad_amount=420, stranded=False)
    state, _ = after(
        scenario,
        seed,
        (*BLOCKED, hear("ask_suspicious_payments"), hear("explain_not_liable")),
    )
    assert state.node == "replacement"
    assert "fraud_desk" in offered(scenario, state)
    state, _ = step(scenario, state, Moved(9.0, "consult", "fraud_desk"))
    assert state.flags["asked_fraud"]


def test_the_supervisor_can_be_asked_until_the_closing(library: Library) -> None:
    scenario = library["billing-dispute"]
    start = step(scenario, begin(scenario, 1), Opened(0.0))[0]
    flags = {**start.flags, "verified": True}
    for node in ("looking", "payout", "settle", "closing"):
        assert "supervisor" in offered(scenario, replace(start, node=node, flags=flags))


def test_the_nurse_can_be_asked_once_the_reason_is_known(library: Library) -> None:
    scenario = library["first-day-appointment"]
    seed = seed_where(scenario, urgent=True, first_slot_fits=True)
    known = (hear("offer_help"), hear("ask_reason_for_visit"), hear("ask_preferred_time"))
    state, _ = after(scenario, seed, known[:1])
    assert "nurse" not in offered(scenario, state)
    state, _ = after(scenario, seed, (*known, hear("offer_slot"), hear("confirm_appointment")))
    assert "nurse" in offered(scenario, state)
    state, _ = step(scenario, state, Moved(9.0, "consult", "nurse"))
    state, actions = step(scenario, state, hear("offer_slot", text="could you come today"))
    assert "Today already?" in said(actions)
    assert state.node == "agreed"


@pytest.mark.parametrize(
    "order",
    [
        ("explain_replacement", "give_delivery_time", "confirm_delivery_address"),
        ("give_delivery_time", "confirm_delivery_address", "explain_replacement"),
        ("confirm_delivery_address", "give_delivery_time"),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_the_new_card_in_any_order(
    library: Library, order: tuple[str, ...], together: bool
) -> None:
    scenario = library["lost-card"]
    seed = seed_where(scenario, suspicious=False, moved=False, stranded=False, objection="none")
    said_so = (hear(*order),) if together else tuple(hear(act) for act in order)
    state, _ = after(scenario, seed, (*BLOCKED, hear("ask_suspicious_payments"), *said_so))
    assert state.node == "wind_up"


def test_the_new_card_told_early_is_not_asked_again(library: Library) -> None:
    scenario = library["lost-card"]
    seed = seed_where(scenario, suspicious=False, moved=False, stranded=False, objection="none")
    early = (hear("explain_replacement"), hear("give_delivery_time"))
    state, _ = after(scenario, seed, (*BLOCKED, *early))
    assert state.node == "payments"
    state, line = after(scenario, seed, (*BLOCKED, *early, hear("ask_suspicious_payments")))
    state, actions = step(scenario, state, hear("confirm_delivery_address"))
    assert state.node == "wind_up"
    assert "how do i get a new card" not in f"{line} {said(actions)}".lower()


def test_a_yes_is_an_answer_to_where_it_goes(library: Library) -> None:
    scenario = library["lost-card"]
    seed = seed_where(scenario, suspicious=False, moved=False, stranded=False, objection="none")
    told = (hear("ask_suspicious_payments"), hear("give_delivery_time"), hear("agree"))
    assert after(scenario, seed, (*BLOCKED, *told))[0].node == "wind_up"


def test_what_to_bring_told_early_is_not_asked_again(library: Library) -> None:
    scenario = library["first-day-appointment"]
    seed = seed_where(scenario, urgent=False, first_slot_fits=True, objection="none")
    told = (hear("explain_preparation"), hear("give_location"), hear("offer_reminder"))
    booked = (hear("offer_slot"), hear("confirm_appointment"))
    known = (hear("offer_help"), hear("ask_reason_for_visit"), hear("ask_preferred_time"))
    state, _ = after(scenario, seed, (*known, *told, *booked))
    assert state.node == "closing"


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("first", ["thank", "empathize", "explain_not_liable", "apologize"])
def test_a_hold_is_agreed_to_whatever_else_is_said(library: Library, name: str, first: str) -> None:
    scenario = library[name]
    opened = step(scenario, begin(scenario, 2), Opened(0.0))[0]
    for node in scenario.states:
        state = _at(opened, node)
        alone = said(step(scenario, state, hear("ask_to_hold"))[1])
        for acts in ((first, "ask_to_hold"), ("ask_to_hold", first)):
            after_it, actions = step(scenario, state, hear(*acts))
            assert after_it.hold_asked
            if after_it.node == node:
                assert alone in said(actions), (node, acts)


@pytest.mark.parametrize(
    ("fits", "right", "wrong"), [(True, "tuesday", "thursday"), (False, "thursday", "tuesday")]
)
def test_another_day_than_agreed_is_put_right(
    library: Library, fits: bool, right: str, wrong: str
) -> None:
    scenario = library["first-day-appointment"]
    seed = seed_where(scenario, urgent=False, first_slot_fits=fits, day_first="tuesday")
    known = (hear("offer_help"), hear("ask_reason_for_visit"), hear("ask_preferred_time"))
    offers = (hear("offer_slot"),) if fits else (hear("offer_slot"), hear("offer_slot"))
    state, _ = after(scenario, seed, (*known, *offers))
    assert state.node == "agreed"
    other, actions = step(
        scenario, state, hear("confirm_appointment", text=f"you are booked for {wrong} then")
    )
    assert right in said(actions).lower()
    assert "confirmed" not in other.flags
    for text in (f"so {right} it is", "you are booked", f"not {wrong} but {right}"):
        sure, _ = step(scenario, other, hear("confirm_appointment", text=text))
        assert sure.flags["confirmed"]
        assert sure.node == "prepare"


@pytest.mark.parametrize("name", IDS)
def test_a_call_that_got_nowhere_earns_nothing_for_what_it_never_came_to(
    library: Library, name: str
) -> None:
    scenario = library[name]
    rude: tuple[Event, ...] = (
        Opened(0.0),
        *(hear("be_rude", text="stop wasting my time") for _ in range(6)),
    )
    facts = fact.as_text(begin(scenario, 1).facts)
    given = score(scenario.scorecard, timeline(scenario, 1, rude), facts)
    outcomes = {result.id: result.outcome for result in given.results}
    for criterion in ("within_authority", "fair_credit", "no_repeating"):
        assert outcomes.get(criterion, "not_applicable") == "not_applicable"
    assert given.total == 0


@pytest.mark.parametrize("name", IDS)
def test_no_line_for_the_trainee_is_an_authors_note(library: Library, name: str) -> None:
    scenario = library[name]
    for seed in range(30):
        state = begin(scenario, seed)
        for node in scenario.states:
            for line in desk(scenario, replace(state, node=node), practice=True).script:
                assert not {"(", ")", "{", ":"} & set(line), line
                assert "Alex" not in line
    for criterion in scenario.scorecard.criteria:
        assert criterion.weight > 0
        assert not any("Alex" in line for line in criterion.instead)
