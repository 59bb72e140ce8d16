"""What a new user said in her own words to the lost-card customer, and what it must mean."""

from __future__ import annotations

import pytest

from app.config import REPOSITORY
from app.recordings.timeline import Word
from app.scenarios.library import Library
from app.scenarios.reading import Expectation
from app.scenarios.understanding import ActReader

SAID = [
    ("Shall I freeze the card now? You can't undo it.", {"offer_block_card"}),
    ("Done, it's frozen. Nobody's able to use it.", {"confirm_card_blocked"}),
    (
        "Could you tell me your full name, when you were born, and the zip code where you live?",
        {"ask_name", "ask_date_of_birth", "ask_postcode"},
    ),
    ("Thanks. And what's your security word?", {"ask_security_word"}),
    ("I also need your birthday, please.", {"ask_date_of_birth"}),
    ("Should it go to Church Hill?", {"confirm_delivery_address"}),
    ("To the address on our records, 18 Garden Street, correct?", {"confirm_delivery_address"}),
    ("Do you see any payments that you did not make?", {"ask_suspicious_payments"}),
]
NOT_MEANT = {"confirm_card_blocked", "confirm_identity", "explain_not_liable", "ask_pin"}


@pytest.fixture(scope="module")
def lost_card(reader: ActReader) -> ActReader:
    return reader.with_phrases(
        Library.load(REPOSITORY / "scenario_library").get("lost-card").phrases
    )


@pytest.mark.parametrize(("sentence", "meant"), SAID, ids=[said for said, _ in SAID])
def test_plain_sentences_mean_what_they_say(
    lost_card: ActReader, sentence: str, meant: set[str]
) -> None:
    words = [Word(word, i * 0.3, i * 0.3 + 0.2) for i, word in enumerate(sentence.split())]
    met = {act.act for act in lost_card.read(words, Expectation()) if act.verdict == "met"}
    assert meant <= met
    assert not (NOT_MEANT - meant) & met
