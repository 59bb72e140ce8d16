"""The after-call note against what the scenario wants in it."""

from __future__ import annotations

import pytest

from app.config import REPOSITORY
from app.scenarios import facts as fact
from app.scenarios.after_call import noted
from app.scenarios.library import Library
from app.scenarios.schema import Scenario


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load(REPOSITORY / "scenario_library")


@pytest.fixture(scope="module")
def lost_card(library: Library) -> Scenario:
    return library.get("lost-card")


def mentioned(scenario: Scenario, note: str) -> list[bool]:
    return [point.mentioned for point in noted(scenario, fact.draw(scenario, 3), note)]


def test_an_empty_note_mentions_nothing(lost_card: Scenario) -> None:
    assert mentioned(lost_card, "") == [False, False, False]


def test_words_count_whatever_their_case_and_signs(lost_card: Scenario) -> None:
    note = "Caller VERIFIED by date of birth; card blocked. New card: in five days."
    assert mentioned(lost_card, note) == [True, True, True]


def test_a_fact_of_this_call_counts(lost_card: Scenario) -> None:
    digits = str(fact.draw(lost_card, 3)["card_digits"])
    assert mentioned(lost_card, f"card {digits} dealt with") == [False, True, False]


def test_part_of_a_word_is_not_the_word(lost_card: Scenario) -> None:
    assert mentioned(lost_card, "unblockable branchless") == [False, False, False]


@pytest.mark.parametrize(
    ("name", "note"),
    [
        (
            "lost-card",
            "ID'd with name, DOB and zip. Card off. New one in the mail",
        ),
        (
            "lost-card",
            "Verif. by DOB + phone number; stopped card; 5 business days",
        ),
        ("lost-card", "security word ok, card locked, will pick up at branch"),
        ("first-day-appointment", "Knee/back/chest. First visit Tue 9:15. SMS the day before."),
        ("first-day-appointment", "Yearly check-up, Thu 8:30, e-mail reminder"),
        ("billing-dispute", "Router rental, our error. Credited 36 dollars by me."),
        ("billing-dispute", "late fee correct, half credited as goodwill"),
    ],
)
def test_notes_as_people_write_them_mention_everything(
    library: Library, name: str, note: str
) -> None:
    assert all(mentioned(library.get(name), note)), note
