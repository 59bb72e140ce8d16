"""What is said of marks and states; what is counted of others; who decides."""

from __future__ import annotations

import pytest

from app.db import db
from app.quality.answers import Left
from app.quality.card import Criterion
from app.quality.cards import service as cards
from app.quality.cards.service import Publishing
from app.quality.evaluations import disputes, listing, service, words
from app.quality.evaluations.disputes import Decision, Objection
from app.quality.waiting import waiting_for
from tests.conftest import MakePerson
from tests.quality_evaluations.conftest import BODY, GOOD, Desk, here

TONE = Criterion.model_validate(
    {
        "id": "tone",
        "title": "Tone",
        "weight": 1,
        "scale": {
            "points": [
                {"value": 1, "anchor": "Cold."},
                {"value": 2},
                {"value": 3, "anchor": "Polite."},
                {"value": 4},
            ]
        },
    }
)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (3.0, [("", "Polite.")]),
        (2.0, [("1", "Cold."), ("3", "Polite.")]),
        (4.0, [("3", "Polite.")]),
        (None, []),
        (Left.NOT_SURE, []),
    ],
)
def test_a_mark_is_told_in_the_words_of_the_card(
    desk: Desk, answer: float | Left | None, told: list[tuple[str, str]]
) -> None:
    assert words.meaning(TONE, answer) == told


def test_a_decided_dispute_is_not_told_as_open(desk: Desk) -> None:
    scored = desk.released(desk.sam, {**GOOD, "tone": 2})
    assert words.response_badge(scored) is None
    said = Objection("tone", "I was friendly.")
    first = disputes.open_dispute(desk.agent, scored, said, desk.clock())
    assert words.response_badge(scored)[0] == "Disputed"  # type: ignore[index]
    disputes.withdraw(desk.agent, first, desk.clock())
    db.session.refresh(scored)
    assert words.response_badge(scored)[0] == "Dispute withdrawn"  # type: ignore[index]
    second = disputes.open_dispute(desk.agent, scored, said, desk.clock())
    disputes.decide(desk.quinn, second, Decision("Listen."), desk.clock())
    db.session.refresh(scored)
    assert words.response_badge(scored)[0] == "Dispute decided: stands"  # type: ignore[index]
    service.accept(desk.agent, scored, "", desk.clock())
    assert words.response_badge(scored)[0] == "Accepted"  # type: ignore[index]


def test_to_the_agent_an_evaluation_is_new_until_it_is_answered(desk: Desk) -> None:
    scored = desk.released(desk.sam, GOOD)
    assert words.state_of(scored, desk.clock(), desk.agent)[0] == "New"  # type: ignore[index]
    assert words.state_of(scored, desk.clock(), desk.sam)[0] == "Released"  # type: ignore[index]
    assert list(listing.to_answer(desk.agent, desk.clock())) == [scored]
    assert list(listing.shown_to(desk.agent, desk.clock())) == []
    service.accept(desk.agent, scored, "", desk.clock())
    assert words.state_of(scored, desk.clock(), desk.agent) is None
    assert list(listing.shown_to(desk.agent, desk.clock())) == [scored]


def test_raters_who_have_scored_are_counted_without_the_reader(desk: Desk) -> None:
    desk.scored(desk.agent, GOOD)
    desk.released(desk.sam, GOOD)
    calls = [desk.call.id]
    assert listing.scored_by_others(desk.quinn, calls) == {desk.call.id: 1}
    assert listing.scored_by_others(desk.sam, calls) == {}


def test_a_dispute_goes_to_somebody_who_has_not_scored_the_call(
    desk: Desk, person: MakePerson
) -> None:
    second = here(person("supervisor", name="Toni", leads=("North",)))
    desk.released(second, GOOD)
    scored = desk.released(desk.sam, {**GOOD, "tone": 2})
    assert disputes.owner_of(scored) == desk.quinn
    assert disputes.scorers(scored) == {second.id, desk.sam.id}
    # When everybody has scored it, still not whoever made this evaluation.
    desk.quinn.active = False
    db.session.commit()
    assert disputes.owner_of(scored) == second


def test_own_score_by_a_newer_version_meets_the_raters_by_the_older(desk: Desk) -> None:
    rated = desk.released(desk.sam, {**GOOD, "tone": 2})
    at, older = desk.clock(), desk.version
    draft = cards.draft_from(older, desk.quinn, at, "Better words.")
    cards.save_draft(draft, {**BODY, "pass_mark": 70}, draft.revision, at)
    desk.version = cards.publish(
        draft, desk.quinn, at, Publishing("Better words.", draft.revision, older.id)
    )
    mine = service.submit(desk.scored(desk.agent, GOOD), at)
    assert mine.card_version_id != rated.card_version_id
    assert list(listing.others_of(desk.agent, mine, at)) == [rated]
    assert listing.own_scores(desk.agent, [desk.call]) == {desk.call.id: mine}


def test_what_waits_is_counted_for_the_bar(desk: Desk) -> None:
    scored = desk.released(desk.sam, {**GOOD, "tone": 2})
    assert [waiting_for(each, desk.clock()) for each in (desk.agent, desk.quinn)] == [1, 0]
    said = Objection("tone", "I was friendly.")
    dispute = disputes.open_dispute(desk.agent, scored, said, desk.clock())
    assert [waiting_for(each, desk.clock()) for each in (desk.agent, desk.quinn)] == [0, 1]
    disputes.withdraw(desk.agent, dispute, desk.clock())
    assert waiting_for(desk.quinn, desk.clock()) == 0
