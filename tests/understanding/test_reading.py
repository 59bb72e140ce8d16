"""The real bank, really learnt."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from app.recordings.timeline import ActHeard, Word
from app.scenarios.bank import load_bank
from app.scenarios.reading import Expectation, Reader
from app.scenarios.understanding import ActReader

NOTHING = Expectation()
HELD_OUT = YAML(typ="safe").load(Path(__file__).with_name("heldout.yaml"))
FORBIDDEN = {"ask_pin", "be_rude", "blame_customer", "promise_unauthorised"}


def words(text: str, confidence: float = 0.95) -> list[Word]:
    return [Word(w, i * 0.4, i * 0.4 + 0.3, confidence) for i, w in enumerate(text.split())]


def met(reader: Reader, text: str, expected: Expectation = NOTHING) -> list[str]:
    return [a.act for a in reader.read(words(text), expected) if a.verdict == "met"]


def counts(reader: Reader, kinds: set[str]) -> tuple[int, int, int]:
    right = false = missed = 0
    for kind in kinds:
        for line in HELD_OUT[kind]:
            said, truth = set(met(reader, line["say"])), set(line["acts"])
            right += len(said & truth)
            false += len(said - truth)
            missed += len(truth - said)
    return right, false, missed


def test_held_out_sentences_are_read_well(reader: ActReader) -> None:
    right, false, missed = counts(reader, set(HELD_OUT))
    assert 2 * right / (2 * right + false + missed) >= 0.86


def test_several_acts_in_a_breath_are_read_well(reader: ActReader) -> None:
    right, false, missed = counts(reader, {"many"})
    assert 2 * right / (2 * right + false + missed) >= 0.88


def test_sentences_without_acts_hardly_give_any(reader: ActReader) -> None:
    _, false, _ = counts(reader, {"near", "chat"})
    assert false <= 0.2 * len(HELD_OUT["near"] + HELD_OUT["chat"])


def test_nobody_is_accused_wrongly(reader: ActReader, bank_dir: Path) -> None:
    lines = [(n.text, n.acts) for n in load_bank(bank_dir).negatives]
    lines += [(x["say"], frozenset(x["acts"])) for kind in HELD_OUT.values() for x in kind]
    wrong = [
        (text, act)
        for text, truth in lines
        if "{" not in text
        for act in met(reader, text)
        if act in FORBIDDEN - truth
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "absent", "present"),
    [
        ("i'm not going to ask for your pin", "ask_pin", None),
        ("please don't tell me your pin", "ask_pin", "warn_scams"),
        ("i can't offer you a full refund", "offer_full_refund", "refuse_politely"),
        ("i won't put you on hold", "ask_to_hold", None),
        ("i'm not going to transfer you", "announce_transfer", None),
        ("i can't promise you'll get the money back", "promise_unauthorised", None),
        ("i haven't blocked the card yet", "confirm_card_blocked", None),
        ("you're not booked in for monday", "confirm_appointment", None),
        ("is your appointment confirmed", "confirm_appointment", None),
        ("was the card blocked this morning", "confirm_card_blocked", None),
        ("so the card is blocked is that right", "confirm_card_blocked", None),
        (
            "do you see any payments that you did not make",
            "explain_not_liable",
            "ask_suspicious_payments",
        ),
        ("did you give your pin to anyone", "warn_scams", None),
        ("nobody from the bank will ever ask you for your pin", "explain_not_liable", "warn_scams"),
        (
            "so what you're saying is that your bill is higher because of this charge",
            "explain_charge",
            "paraphrase",
        ),
        ("is the charge for the router", "explain_charge", None),
        ("my name is alex how can i help you", "ask_name", "introduce_self"),
        ("thanks for calling mister simmons good bye", "introduce_self", "thank_for_calling"),
        ("the credit will be on your next bill", "explain_policy", None),
        ("under our policy there's no charge for a new card", "explain_replacement", None),
        ("i promise to get back to you on that", "promise_unauthorised", "promise_follow_up"),
        ("don't worry it happens to all of us", "be_rude", "reassure"),
        ("did they offer you a payment plan", "offer_payment_plan", None),
        ("you said my colleague offered you a full refund", "offer_full_refund", "paraphrase"),
        ("don't worry i'll block the card for you now", "explain_not_liable", "offer_block_card"),
        (
            "i can't refund the full amount but i can give you a credit of ten dollars",
            "offer_full_refund",
            "offer_credit",
        ),
    ],
)
def test_taken_back(reader: ActReader, text: str, absent: str, present: str | None) -> None:
    heard = met(reader, text)
    assert absent not in heard
    assert present is None or present in heard


def test_acts_come_in_the_order_they_were_said(reader: ActReader) -> None:
    heard = met(
        reader,
        "good morning north bank this is anna how can i help you",
    )
    assert heard == ["greet", "introduce_self", "offer_help"]
    heard = met(
        reader,
        "i'm so sorry about that could i take your full name and what's your date of birth "
        "and can i put you on hold for two minutes",
    )
    assert heard == ["apologize", "ask_name", "ask_date_of_birth", "ask_to_hold"]


def check(act: ActHeard, said: list[Word]) -> None:
    texts = [w.text for w in said]
    starts = [i for i, w in enumerate(said) if w.start == act.start]
    quoted = act.words.split()
    assert any(texts[i : i + len(quoted)] == quoted for i in starts)
    assert act.start <= act.end <= said[-1].end
    assert 0 <= act.probability <= 1


def test_the_quoted_words_were_said_then(reader: ActReader) -> None:
    for line in HELD_OUT["many"]:
        said = words(line["say"])
        for act in reader.read(said, NOTHING):
            check(act, said)


def test_evidence_is_where_the_act_is(reader: ActReader) -> None:
    said = words("okay thank you very much for that and now could i have your date of birth please")
    act = next(a for a in reader.read(said, NOTHING) if a.act == "ask_date_of_birth")
    assert "date of birth" in act.words
    assert act.start >= said[6].start


def test_words_heard_badly_leave_it_open(reader: ActReader) -> None:
    text = "could i have your date of birth please"
    (act,) = reader.read(words(text, 0.2), NOTHING)
    assert (act.act, act.verdict) == ("ask_date_of_birth", "undetermined")


def test_what_is_expected_is_more_likely(reader: ActReader) -> None:
    said = words("and the road you live on")
    lifted = Expectation(acts=frozenset({"ask_address"}))
    plain = {a.act: a.probability for a in reader.read(said, NOTHING)}
    now = {a.act: a.probability for a in reader.read(said, lifted)}
    assert now["ask_address"] > plain.get("ask_address", 0.0)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("my name is alex how can i help you", "ask_name"),
        ("the card is in my hand now", "confirm_card_blocked"),
        ("i have your file here in front of me", "ask_address"),
        ("that is the wrong number i think", "ask_phone"),
    ],
)
def test_weak_words_are_not_enough_for_what_is_expected(
    reader: ActReader, text: str, act: str
) -> None:
    assert act not in met(reader, text, Expectation(acts=frozenset({act})))


def test_expecting_a_forbidden_act_does_not_make_it_likelier(reader: ActReader) -> None:
    said = words("tell me the pin of the old card please")
    trap = Expectation(acts=frozenset({"ask_pin"}))
    assert reader.read(said, trap) == reader.read(said, NOTHING)


def test_the_customers_name_is_found_by_her_facts(reader: ActReader) -> None:
    facts = Expectation(facts={"last_name": "Chen"})
    assert "give_name_back" in met(reader, "thank you missus chen", facts)
    assert "give_name_back" not in met(reader, "thank you missus chen")
    assert "give_name_back" in reader.acts


def test_a_scenarios_own_phrases(reader: ActReader) -> None:
    richer = reader.with_phrases(
        {
            "ask_meter_reading": ["what does your meter say", "could you read me the meter"],
            "greet": ["ahoy sailor"],
        }
    )
    assert "ask_meter_reading" in richer.acts
    assert "ask_meter_reading" not in reader.acts
    assert "ask_meter_reading" in met(richer, "could you please read me the meter")
    assert "ask_meter_reading" not in met(richer, "can i take your name please")
    assert "greet" in met(richer, "ahoy sailor")
    assert met(richer, "can i take your name please") == ["ask_name"]
    assert reader.with_phrases({}) is reader


def test_chat_lines_with_capitals_and_full_stops(reader: ActReader) -> None:
    assert met(reader, "Could you give me your date of birth, please?") == ["ask_date_of_birth"]


@pytest.mark.parametrize("text", ["", "banana telephone", "zxqw vbnm", "the of in a", "um uh er"])
def test_nothing_gives_nothing(reader: ActReader, text: str) -> None:
    assert met(reader, text) == []


def test_the_same_words_give_the_same_acts_in_every_thread(reader: ActReader) -> None:
    lines = [line["say"] for line in HELD_OUT["many"][:12]]
    alone = [reader.read(words(line), NOTHING) for line in lines]
    found: list[list[tuple[ActHeard, ...]]] = []

    def work() -> None:
        found.append([reader.read(words(line), NOTHING) for line in lines])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 4


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.builds(
            Word,
            text=st.one_of(st.text(max_size=12), st.sampled_from(["can't", "hold", "pin", "you"])),
            start=st.floats(0, 100),
            end=st.floats(0, 100),
            confidence=st.floats(0, 1),
        ),
        max_size=40,
    )
)
def test_any_words_can_be_read(reader: ActReader, said: list[Word]) -> None:
    facts = Expectation(acts=frozenset({"greet", "unheard_of"}), facts={"first_name": "Ana"})
    for act in reader.read(said, facts):
        assert act.act in reader.acts
