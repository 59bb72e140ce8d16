from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scenarios.negation import asked, cancelled, taken_back


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("i can't offer you a refund", "offer you a refund", True),
        ("i can offer you a refund", "offer you a refund", False),
        ("i'm not going to ask for your pin", "ask for your pin", True),
        ("i can't refund it but i can offer a credit", "offer a credit", False),
        ("i can't refund it but i can offer a credit", "refund it", True),
        ("i don't need your pin just the last four digits", "last four digits", False),
        ("we won't be able to block the card today", "block the card", True),
        ("don't worry i'll block the card", "block the card", False),
        ("why don't we move your appointment", "move your appointment", False),
        ("can't you tell me your name", "tell me your name", False),
        ("if you don't mind i'll put you on hold", "put you on hold", False),
        ("it won't take long i'll put you on hold", "put you on hold", False),
        ("there's no need to give me your address", "give me your address", True),
        ("i'm unable to transfer you", "transfer you", True),
        ("you said the engineer came", "the engineer came", True),
        ("you mentioned that they offered you a refund", "offered you a refund", True),
        ("my colleague promised to call you back", "call you back", True),
        ("did they offer you a payment plan", "offer you a payment plan", True),
        ("you said you lost it could you tell me where", "could you tell me where", False),
        ("you told me about the fee so i'll refund it", "i'll refund it", False),
        ("without your account number", "your account number", True),
        ("not only can i block it", "can i block it", False),
        ("i will block the card", "block the card", False),
        ("so what you're saying is that the card was blocked", "the card was blocked", True),
        ("if i understand you correctly you were offered a credit", "offered a credit", True),
    ],
)
def test_what_is_taken_back(text: str, words: str, expected: bool) -> None:
    tokens, wanted = text.split(), words.split()
    start = next(i for i in range(len(tokens)) if tokens[i : i + len(wanted)] == wanted)
    assert taken_back(tokens, start, start + len(wanted)) is expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("has your card been blocked", "has your card been blocked"),
        ("i have your card here", ""),
        ("okay is the appointment confirmed but i see it", "is the appointment confirmed"),
        ("your card is blocked", ""),
        ("so the card is blocked is that right", "so the card is blocked"),
        ("i've blocked the card and it ends in two is that correct", "and it ends in two"),
    ],
)
def test_what_only_asks(text: str, words: str) -> None:
    tokens = text.split()
    shown = [t for t, flag in zip(tokens, asked(tokens), strict=True) if flag]
    assert " ".join(shown) == words


def test_a_scope_ends() -> None:
    tokens = "i can't say more about that one today it is late and now we go on".split()
    flags = cancelled(tokens)
    assert flags[1]
    assert not flags[-1]


@given(st.lists(st.sampled_from("i can't you said but don't worry not the card why".split())))
def test_one_flag_a_word_whatever_is_said(tokens: list[str]) -> None:
    assert len(cancelled(tokens)) == len(tokens)


@given(st.lists(st.sampled_from("please block the card and send me a new one".split())))
def test_nothing_is_taken_back_without_a_word_that_does(tokens: list[str]) -> None:
    assert not any(cancelled(tokens))
