"""Every rule kind: met, not met, undetermined, not applicable."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from app.quality.kinds import Rule
from app.quality.rules.judge import JUDGES
from app.recordings.timeline import Timeline

from .calls import call, customer, judged, mark, move, trainee

GREET = trainee(1, 3, "hello this is anna", "greet")
MAYBE = trainee(1, 3, "hello this is anna", "?greet")
MUMBLED = trainee(1, 3, "hollow dish is an a", confidence=0.2)
SORRY = trainee(10, 12, "i am so sorry", "apologize", state="angry")
BYE = trainee(60, 62, "goodbye", "say_goodbye")
BROKEN = mark(70, "cut_off", reason="server")

SAYS = {"kind": "says", "any_of": ["greet"]}
PHRASE = {"kind": "says_phrase", "any_of": "this call may be recorded"}
BALANCE = {"kind": "says_phrase", "all_of": "your charge is {amount}"}
NEVER = {"kind": "never_says", "acts": "ask_pin", "phrases": ["calm down"]}
ORDER = {
    "kind": "order",
    "first": {"flag": "verified"},
    "second": {"act": "disclose_account_data"},
}
NAME = {"kind": "count", "what": {"fact": "name"}, "at_least": 3}
HOLDS = {"kind": "count", "what": {"mark": "hold"}, "at_most": 1}
SOON = {"kind": "within", "what": {"act": "greet"}, "seconds": 5}
EMPATHY = {
    "kind": "within",
    "what": {"act": "empathize"},
    "seconds": 10,
    "of": {"state": "angry"},
}
QUIET = {"kind": "no_dead_air", "seconds": 5}
HOLD = {"kind": "hold_procedure", "longest": 60}
CLOSING = {"kind": "closing", "last_seconds": 60}
SHARE = {"kind": "talk_share", "at_least": 0.3, "at_most": 0.6}
PACE = {"kind": "pace", "at_least": 110, "at_most": 160}
FLAG = {"kind": "flag", "flag": "blocked"}
ESCALATE = {"kind": "move", "needed": [{"move": "escalate", "target": "fraud"}]}
NO_MOVE = {"kind": "move"}
ENDING = {"kind": "ending", "one_of": ["solved", "follow_up"]}
OVER = {"kind": "interruptions", "at_most": 1}

DISCLOSE = trainee(20, 22, "your balance is two hundred", "disclose_account_data")
ASK_HOLD = trainee(10, 12, "may i put you on hold to check", "ask_to_hold", "explain_hold_reason")
YES = customer(12.5, 13, "yes")
THANKS = trainee(41, 43, "thank you for holding", "thank_for_holding")
ON, OFF = mark(14, "hold"), mark(40, "unhold")
SUMMARY = trainee(50, 53, "so i blocked the card", "summarize_next_steps")
MORE = trainee(54, 56, "anything else i can help with", "offer_more_help")
MRS_ELLIS = "thank you mrs ellis"


def minute(words: int, theirs: float = 30) -> Timeline:
    """A minute of the trainee's speech in so many words, and so many seconds of the customer's."""
    return call(trainee(0, 60, "word " * words), customer(61, 61 + theirs))


CASES: dict[str, tuple[dict[str, Any], Timeline, str]] = {
    "says/met": (SAYS, call(GREET), "met"),
    "says/not met": (SAYS, call(SORRY), "not_met"),
    "says/unsure": (SAYS, call(MAYBE), "undetermined"),
    "says/mumbled": (SAYS, call(MUMBLED, SORRY), "undetermined"),
    "says/line broke": (SAYS, call(SORRY, BROKEN, ended=None), "undetermined"),
    "says/all of": ({**SAYS, "all_of": ["apologize"]}, call(GREET, SORRY), "met"),
    "says/one of all missing": ({**SAYS, "all_of": ["apologize"]}, call(GREET), "not_met"),
    "says/in state": (
        {"kind": "says", "any_of": "apologize", "within_states": "angry"},
        call(SORRY),
        "met",
    ),
    "says/in another state": (
        {"kind": "says", "any_of": "apologize", "within_states": "calm"},
        call(SORRY),
        "not_met",
    ),
    "says/before": ({**SAYS, "before": {"act": "apologize"}}, call(GREET, SORRY), "met"),
    "says/too late": ({**SAYS, "before": {"state": "angry"}}, call(SORRY, BYE), "not_met"),
    "says/after": ({**SAYS, "after": {"mark": "hold"}}, call(mark(0.5, "hold"), GREET), "met"),
    "says/nothing to come after": (
        {**SAYS, "after": {"mark": "hold"}},
        call(GREET),
        "not_applicable",
    ),
    "says_phrase/met": (
        PHRASE,
        call(trainee(1, 4, "hello this call may be recording okay")),
        "met",
    ),
    "says_phrase/not met": (PHRASE, call(GREET), "not_met"),
    "says_phrase/bent": (PHRASE, call(trainee(1, 4, "this car may be reporting")), "undetermined"),
    "says_phrase/low confidence": (
        PHRASE,
        call(trainee(1, 4, "this call may be recorded", confidence=0.3)),
        "undetermined",
    ),
    "says_phrase/number in words": (
        BALANCE,
        call(trainee(1, 4, "so your charge is forty eight dollars and twenty cents")),
        "met",
    ),
    "says_phrase/another number": (
        BALANCE,
        call(trainee(1, 4, "so your charge is forty eight dollars and ten cents")),
        "undetermined",
    ),
    "says_phrase/unknown fact": (
        {"kind": "says_phrase", "any_of": "your cat {cat}"},
        call(GREET),
        "not_applicable",
    ),
    "never_says/met": (NEVER, call(GREET), "met"),
    "never_says/act": (NEVER, call(trainee(5, 7, "what is your pin", "ask_pin")), "not_met"),
    "never_says/phrase": (NEVER, call(trainee(5, 7, "please calm down now")), "not_met"),
    "never_says/unsure": (NEVER, call(trainee(5, 7, "the pin", "?ask_pin")), "undetermined"),
    "never_says/only before": (
        {**NEVER, "before": {"act": "greet"}},
        call(GREET, trainee(5, 7, "what is your pin", "ask_pin")),
        "met",
    ),
    "order/met": (ORDER, call(mark(15, "flag", name="verified", value=True), DISCLOSE), "met"),
    "order/not met": (ORDER, call(DISCLOSE), "not_met"),
    "order/late": (ORDER, call(DISCLOSE, mark(30, "flag", name="verified")), "not_met"),
    "order/flag set to false": (
        ORDER,
        call(mark(15, "flag", name="verified", value=False), DISCLOSE),
        "not_met",
    ),
    "order/in one breath": (
        ORDER,
        call(DISCLOSE, mark(22.5, "flag", name="verified")),
        "undetermined",
    ),
    "order/second unsure": (
        ORDER,
        call(trainee(20, 22, "your balance", "?disclose_account_data")),
        "undetermined",
    ),
    "order/first unsure": (
        {**ORDER, "first": {"act": "confirm_identity"}},
        call(trainee(8, 9, "you are verified", "?confirm_identity"), DISCLOSE),
        "undetermined",
    ),
    "order/no second": (ORDER, call(GREET), "not_applicable"),
    "count/met": (
        NAME,
        call(
            trainee(1, 3, MRS_ELLIS),
            trainee(9, 11, "right margaret ellis"),
            trainee(20, 22, "bye margaret"),
        ),
        "met",
    ),
    "count/not met": (NAME, call(trainee(1, 3, MRS_ELLIS)), "not_met"),
    "count/sounds like it": (
        NAME,
        call(
            trainee(1, 3, MRS_ELLIS), trainee(9, 11, MRS_ELLIS), trainee(20, 22, "thank you alice")
        ),
        "undetermined",
    ),
    "count/at most met": (HOLDS, call(GREET, ON, OFF), "met"),
    "count/at most not met": (HOLDS, call(GREET, ON, OFF, mark(50, "hold")), "not_met"),
    "count/at most unsure": (
        {"kind": "count", "what": {"act": "apologize"}, "at_most": 1},
        call(SORRY, trainee(20, 21, "sorry", "?apologize")),
        "undetermined",
    ),
    "within/met": (SOON, call(GREET), "met"),
    "within/late": (SOON, call(trainee(6, 8, "hello", "greet")), "not_met"),
    "within/never": (SOON, call(SORRY), "not_met"),
    "within/unsure": (SOON, call(MAYBE), "undetermined"),
    "within/mumbled, then said late": (
        SOON,
        call(MUMBLED, trainee(8, 9, "hello", "greet")),
        "undetermined",
    ),
    "within/chat": (SOON, call(GREET, mode="chat"), "not_applicable"),
    "within/chat with a limit": ({**SOON, "chat_seconds": 30}, call(GREET, mode="chat"), "met"),
    "within/of something": (
        EMPATHY,
        call(mark(8, "state", name="angry"), trainee(12, 14, "i understand", "empathize")),
        "met",
    ),
    "within/too long after it": (
        EMPATHY,
        call(mark(8, "state", name="angry"), trainee(32, 34, "i understand", "empathize")),
        "not_met",
    ),
    "within/it never happened": (EMPATHY, call(GREET), "not_applicable"),
    "no_dead_air/met": (QUIET, call(GREET, customer(4, 6), trainee(8, 9, "right")), "met"),
    "no_dead_air/not met": (QUIET, call(GREET, customer(20, 22)), "not_met"),
    "no_dead_air/late start": (QUIET, call(trainee(9, 10, "hello")), "not_met"),
    "no_dead_air/hold": (
        QUIET,
        call(GREET, mark(4, "hold"), mark(40, "unhold"), customer(41, 42)),
        "met",
    ),
    "no_dead_air/pause": (
        QUIET,
        call(GREET, mark(4, "pause"), mark(40, "resume"), customer(41, 42)),
        "met",
    ),
    "no_dead_air/chat": (QUIET, call(GREET, customer(20, 22), mode="chat"), "not_applicable"),
    "hold_procedure/met": (HOLD, call(ASK_HOLD, YES, ON, OFF, THANKS), "met"),
    "hold_procedure/not asked": (HOLD, call(GREET, ON, OFF, THANKS), "not_met"),
    "hold_procedure/no answer": (HOLD, call(ASK_HOLD, ON, OFF, THANKS), "not_met"),
    "hold_procedure/no thanks": (HOLD, call(ASK_HOLD, YES, ON, OFF), "not_met"),
    "hold_procedure/too long": (
        {**HOLD, "longest": 20},
        call(ASK_HOLD, YES, ON, OFF, THANKS),
        "not_met",
    ),
    "hold_procedure/unsure": (
        HOLD,
        call(ASK_HOLD, YES, ON, OFF, trainee(41, 43, "thanks", "?thank_for_holding")),
        "undetermined",
    ),
    "hold_procedure/second one wrong": (
        HOLD,
        call(ASK_HOLD, YES, ON, OFF, THANKS, mark(50, "hold"), mark(55, "unhold")),
        "not_met",
    ),
    "hold_procedure/line broke on hold": (
        HOLD,
        call(ASK_HOLD, YES, ON, mark(30, "cut_off"), ended=None),
        "undetermined",
    ),
    "hold_procedure/no hold": (HOLD, call(GREET), "not_applicable"),
    "closing/met": (CLOSING, call(SUMMARY, MORE, BYE), "met"),
    "closing/missing": (CLOSING, call(SUMMARY, BYE), "not_met"),
    "closing/wrong order": (
        CLOSING,
        call(trainee(40, 41, "anything else", "offer_more_help"), SUMMARY, BYE),
        "not_met",
    ),
    "closing/any order": (
        {**CLOSING, "in_order": False},
        call(trainee(40, 41, "anything else", "offer_more_help"), SUMMARY, BYE),
        "met",
    ),
    "closing/too early": (
        CLOSING,
        call(SUMMARY, MORE, BYE, trainee(200, 201, "hm")),
        "not_met",
    ),
    "closing/unsure": (
        CLOSING,
        call(SUMMARY, trainee(54, 56, "anything", "?offer_more_help"), BYE),
        "undetermined",
    ),
    "closing/line broke": (CLOSING, call(SUMMARY, BROKEN, ended=None), "undetermined"),
    "talk_share/met": (SHARE, call(trainee(0, 20, "well"), customer(21, 50)), "met"),
    "talk_share/not met": (SHARE, call(trainee(0, 50, "well"), customer(51, 60)), "not_met"),
    "talk_share/too short": (SHARE, call(trainee(0, 5, "well")), "undetermined"),
    "talk_share/chat": (SHARE, call(trainee(0, 50, "well"), mode="chat"), "not_applicable"),
    "pace/met": (PACE, minute(130), "met"),
    "pace/rushed": (PACE, minute(200), "not_met"),
    "pace/slow": (PACE, minute(60), "not_met"),
    "pace/too short": (PACE, call(GREET), "undetermined"),
    "pace/chat": (PACE, call(GREET, mode="chat"), "not_applicable"),
    "flag/met": (FLAG, call(mark(9, "flag", name="blocked", value=True)), "met"),
    "flag/not met": (FLAG, call(GREET), "not_met"),
    "flag/taken back": (
        FLAG,
        call(mark(9, "flag", name="blocked"), mark(12, "flag", name="blocked", value=False)),
        "not_met",
    ),
    "flag/wanted false": ({**FLAG, "value": False}, call(GREET), "met"),
    "flag/line broke": (FLAG, call(GREET, BROKEN, ended=None), "undetermined"),
    "move/met": (ESCALATE, call(move(9, "escalate", "fraud")), "met"),
    "move/not made": (ESCALATE, call(GREET), "not_met"),
    "move/wrong target": (ESCALATE, call(move(9, "escalate", "billing")), "not_met"),
    "move/one too many": (
        ESCALATE,
        call(move(9, "escalate", "fraud"), move(12, "consult", "desk")),
        "not_met",
    ),
    "move/others allowed": (
        {**ESCALATE, "others_allowed": True},
        call(move(9, "escalate", "fraud"), move(12, "consult", "desk")),
        "met",
    ),
    "move/marked as needed": (
        ESCALATE,
        call(move(9, "escalate", "fraud"), move(12, "consult", "desk", needed=True)),
        "met",
    ),
    "move/none wanted": (NO_MOVE, call(GREET), "met"),
    "move/needless": (NO_MOVE, call(move(9, "escalate", "fraud")), "not_met"),
    "move/line broke": (ESCALATE, call(GREET, BROKEN, ended=None), "undetermined"),
    "ending/met": (ENDING, call(GREET, ended="follow_up"), "met"),
    "ending/not met": (ENDING, call(GREET, ended="hung_up"), "not_met"),
    "ending/good": ({"kind": "ending", "good": True}, call(GREET), "met"),
    "ending/line broke": (ENDING, call(GREET, BROKEN, ended=None), "undetermined"),
    "interruptions/met": (OVER, call(GREET, mark(5, "interrupted", by="trainee")), "met"),
    "interruptions/by customer": (
        {**OVER, "at_most": 0},
        call(GREET, mark(5, "interrupted", by="customer")),
        "met",
    ),
    "interruptions/not met": (
        OVER,
        call(GREET, mark(5, "interrupted", by="trainee"), mark(9, "interrupted", by="trainee")),
        "not_met",
    ),
    "interruptions/chat": (OVER, call(GREET, mode="chat"), "not_applicable"),
}


@pytest.mark.parametrize("case", CASES)
def test_outcome(case: str) -> None:
    rule, timeline, outcome = CASES[case]
    result = judged(rule, timeline)
    assert result.outcome == outcome, result.reason
    assert result.reason.key
    assert result.rule.key


def test_every_kind_has_a_judge_a_sentence_and_all_its_cases() -> None:
    kinds = {model.model_fields["kind"].annotation.__args__[0] for model in JUDGES}
    outcomes = {
        kind: {out for name, (_, _, out) in CASES.items() if name.split("/")[0] == kind}
        for kind in kinds
    }
    assert {kind for kind, found in outcomes.items() if not {"met", "not_met"} <= found} == set()
    assert set(JUDGES) == set(get_args(get_args(Rule)[0]))


def test_applies_when() -> None:
    rule = {"kind": "says", "any_of": "empathize"}
    angry = {"state": "angry"}
    assert judged(rule, call(GREET), applies_when=angry).outcome == "not_applicable"
    assert judged(rule, call(SORRY), applies_when=angry).outcome == "not_met"
    perhaps = {"act": "greet"}
    assert judged(rule, call(MAYBE), applies_when=perhaps).outcome == "not_applicable"


def test_evidence_shows_words_and_second() -> None:
    evidence = judged(NEVER, call(GREET, trainee(5, 8, "now please calm down"))).evidence
    assert [each.words for each in evidence] == ["calm down"]
    assert 5 < evidence[0].start < evidence[0].end <= 8
    assert evidence[0].speaker == "trainee"


def test_hold_names_every_missing_part() -> None:
    shown = _plain(judged(HOLD, call(GREET, ON, OFF)).reason)
    for part in ("asking for leave to hold", "saying why", "thanking for the wait"):
        assert part in shown


def _plain(text: Any) -> str:
    values = {k: v if isinstance(v, str | int | float) else _plain(v) for k, v in text.params}
    return str(text.key.format(**values))
