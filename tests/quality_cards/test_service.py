"""A card through its versions."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import audit
from app.accounts.audit import AuditQuery
from app.accounts.models import Person, Role
from app.db import db, transaction
from app.errors import Conflict, InvalidInput, NotFound
from app.quality.cards import service
from app.quality.cards.models import DROPPED, PUBLISHED, CardVersion
from app.quality.cards.service import CardQuery, DraftConflict, Publishing
from app.quality.frameworks.models import FrameworkVersion
from tests.conftest import START, MakePerson, TestClock
from tests.quality_cards.cards import TWO, body, card, criterion


@pytest.fixture
def kim(app: Flask, person: MakePerson) -> Iterator[Person]:
    """Leads quality."""
    made = person(Role.QA, name="Kim")
    with app.app_context():
        yield db.session.get_one(Person, made.id)


def published(by: Person, name: str = "Service call", wanted: Any = TWO) -> CardVersion:
    draft = service.create(by, name, wanted, START)
    return service.publish(draft, by, START, Publishing("The first one", 1, None))


def changed(version: CardVersion) -> dict[str, Any]:
    wanted = deepcopy(version.body)
    wanted["sections"][0]["criteria"][0]["guidance"] = "By name where it is known."
    return wanted


def next_of(first: CardVersion, by: Person) -> CardVersion:
    draft = service.draft_from(first, by, START, "")
    service.save_draft(draft, changed(first), 1, START)
    return service.publish(draft, by, START, Publishing("Clearer", 2, first.id))


def test_a_draft_is_kept_as_it_is_typed_and_published_when_it_is_whole(kim: Person) -> None:
    draft = service.create(kim, " My  card ", {"sections": []}, START)
    assert (draft.card.name, draft.body["title"], draft.number) == ("My card", "My card", None)
    with pytest.raises(InvalidInput, match="not complete"):
        service.publish(draft, kim, START, Publishing("why", 1, None))
    service.save_draft(draft, TWO, 1, START)
    assert draft.revision == 2
    assert draft.card.name == "Service call"
    made = service.publish(draft, kim, START, Publishing("The first", 2, None))
    assert (made.number, made.status, made.reason) == (1, PUBLISHED, "The first")
    assert made.published_by_id == kim.id
    assert len(made.content_hash or "") == 64
    assert service.card_of(made).title == "Service call"
    (entry,) = audit.find(AuditQuery(action="card.published")).items
    assert entry.details["reason"] == "The first"


def test_publishing_needs_a_reason_and_a_change(kim: Person) -> None:
    first = published(kim)
    draft = service.draft_from(first, kim, START, "to see")
    with pytest.raises(InvalidInput, match="Say why"):
        service.publish(draft, kim, START, Publishing("  ", 1, first.id))
    with pytest.raises(Conflict, match="Nothing in it differs from version 1"):
        service.publish(draft, kim, START, Publishing("why", 1, first.id))
    assert service.newest(first.card_id) == first


def test_a_published_version_never_changes(kim: Person) -> None:
    first = published(kim)
    for change in (
        lambda: service.save_draft(first, changed(first), 1, START),
        lambda: service.publish(first, kim, START, Publishing("again", 1, first.id)),
        lambda: service.drop(first, kim, START),
    ):
        with pytest.raises(Conflict, match="published and never changes"):
            change()


def test_two_who_save_see_each_other(kim: Person) -> None:
    draft = service.create(kim, "Card", TWO, START)
    mine, theirs = body(criterion("mine", 100)), body(criterion("theirs", 100))
    service.save_draft(draft, theirs, 1, START)
    with pytest.raises(DraftConflict) as clash:
        service.save_draft(draft, mine, 1, START)
    assert clash.value.theirs.body == theirs
    assert service.save_draft(draft, theirs, 1, START).revision == 2, "the same is no conflict"
    with pytest.raises(DraftConflict):
        service.publish(draft, kim, START, Publishing("why", 1, None))


def test_a_draft_of_an_older_version_is_not_published_unseen(kim: Person) -> None:
    first = published(kim)
    late = service.draft_from(first, kim, START, "")
    second = next_of(first, kim)
    assert second.number == 2
    service.save_draft(late, body(criterion("other", 100)), 1, START)
    with pytest.raises(Conflict, match="Version 2 was published since"):
        service.publish(late, kim, START, Publishing("why", 2, first.id))
    third = service.publish(late, kim, START, Publishing("why", 2, second.id))
    assert (third.number, service.in_force()) == (3, [third])


def test_a_later_version_may_go_back(kim: Person) -> None:
    first = published(kim)
    second = next_of(first, kim)
    back = service.draft_from(first, kim, START, "")
    third = service.publish(back, kim, START, Publishing("Back", 1, second.id))
    assert (third.number, third.content_hash) == (3, first.content_hash)


def test_the_framework_in_force_is_noted(kim: Person) -> None:
    with transaction() as session:
        for number, status in ((1, "published"), (2, "published"), (None, "draft")):
            session.add(
                FrameworkVersion(
                    number=number,
                    status=status,
                    body={},
                    reason="",
                    created_by_id=kim.id,
                    created_at=START,
                    changed_at=START,
                )
            )
    noted = published(kim).framework_id
    assert db.session.get_one(FrameworkVersion, noted).number == 2


def test_drop_and_take_up_again(kim: Person) -> None:
    draft = service.create(kim, "Card", TWO, START)
    service.drop(draft, kim, START)
    assert draft.status == DROPPED
    with pytest.raises(Conflict, match="was dropped"):
        service.save_draft(draft, TWO, 1, START)
    service.restore(draft, kim, START)
    assert service.drafts_of(draft.card_id) == [draft]


def test_names_are_unique_whatever_their_letters(kim: Person) -> None:
    first = published(kim, "Ärger")
    with pytest.raises(InvalidInput, match="already"):
        service.create(kim, "ärGER", TWO, START)
    other = service.copy(kim, first, "Other", START)
    assert other.based_on_id == first.id
    service.save_draft(other, {**TWO, "title": "äRGER"}, 1, START)
    with pytest.raises(InvalidInput, match="already") as error:
        service.publish(other, kim, START, Publishing("why", 2, None))
    assert error.value.field == "title"


def test_the_card_of_a_scenario_is_kept_by_its_content(kim: Person) -> None:
    published(kim)
    first = service.keep_scenario_card(
        "lost-card", "Service call", card(criterion("a", 100)), START
    )
    assert (first.number, first.card.name, first.published_by_id) == (1, "Service call (2)", None)
    again = service.keep_scenario_card("lost-card", "x", card(criterion("a", 100)), START)
    assert again.id == first.id
    second = service.keep_scenario_card("lost-card", "x", card(criterion("b", 100)), START)
    assert (second.number, second.card_id) == (2, first.card_id)
    assert service.keep_scenario_card("lost-card", "x", card(criterion("a", 100)), START) == first


def test_a_draft_from_a_scenarios_card_is_a_card_of_its_own(kim: Person) -> None:
    kept = service.keep_scenario_card("lost-card", "Lost card", card(criterion("a", 100)), START)
    draft = service.draft_from(kept, kim, START, "Agreed in calibration", session_id=7)
    assert draft.card_id != kept.card_id
    assert (draft.based_on_id, draft.session_id) == (kept.id, 7)
    assert draft.reason == "Agreed in calibration"


def test_archived_cards_are_not_in_force(kim: Person) -> None:
    first = published(kim)
    service.archive(first.card, kim, START)
    assert service.in_force() == []
    assert [each.name for each in service.listed(CardQuery(archived=True)).items] == [
        "Service call"
    ]
    service.unarchive(first.card, kim)
    assert service.in_force() == [first]


def test_the_list_is_searched_sorted_and_filtered(kim: Person, clock: TestClock) -> None:
    published(kim, "Übung")
    clock.advance(hours=1)
    service.create(kim, "Alpha", TWO, clock())
    service.keep_scenario_card("lost-card", "Lost card", card(criterion("a", 100)), START)

    def names(query: CardQuery) -> list[str]:
        return [each.name for each in service.listed(query).items]

    assert names(CardQuery()) == ["Alpha", "Lost card", "Übung"]
    assert names(CardQuery(text="übu")) == ["Übung"]
    assert names(CardQuery(kind="scenario")) == ["Lost card"]
    assert names(CardQuery(kind="own")) == ["Alpha", "Übung"]
    assert names(CardQuery(sort="changed", descending=True))[0] == "Alpha"


def test_who_may_read_a_draft(kim: Person, person: MakePerson) -> None:
    first = published(kim)
    draft = service.draft_from(first, kim, START, "")
    for role, reads in ((Role.QA, True), (Role.SUPERVISOR, True), (Role.AGENT, False)):
        reader = person(role)
        assert service.readable(reader, first.id) == first
        if reads:
            assert service.readable(reader, draft.id) == draft
        else:
            with pytest.raises(NotFound):
                service.readable(reader, draft.id)


def test_only_with_a_certificate(kim: Person) -> None:
    made = published(kim)
    service.set_certified_only(made.card, kim, True)
    assert db.session.scalar(select(CardVersion).where(CardVersion.id == made.id)) is made
    assert service.find(made.card_id).certified_only
