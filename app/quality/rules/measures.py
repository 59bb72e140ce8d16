"""talk_share, pace, interruptions: figures of a voice call against a range."""

from __future__ import annotations

from app.quality.figures import (
    speaking_seconds,
    talk_share,
    trainee_words,
    words_per_minute,
)
from app.quality.kinds import Interruptions, Pace, TalkShare
from app.quality.result import Evidence, Verdict
from app.quality.rules.call import Call
from app.quality.rules.silence import NOT_IN_CHAT
from app.quality.text import N_, Text, counted, text

LEAST_TALK = 20.0
"""Seconds both must have spoken together before shares mean anything."""
LEAST_WORDS = 20

TOO_SHORT = text(N_("Too little was said to judge it."))


def judge_talk_share(call: Call, rule: TalkShare) -> Verdict:
    if call.is_chat:
        return Verdict("not_applicable", NOT_IN_CHAT)
    share = talk_share(call.timeline)
    if share is None or speaking_seconds(call.timeline) < LEAST_TALK:
        return Verdict("undetermined", TOO_SHORT)
    reason = text(N_("You spoke {percent} % of the talking time."), percent=round(share * 100))
    return _in_range(share, rule.at_least, rule.at_most, reason)


def judge_pace(call: Call, rule: Pace) -> Verdict:
    if call.is_chat:
        return Verdict("not_applicable", NOT_IN_CHAT)
    pace = words_per_minute(call.timeline)
    if pace is None or trainee_words(call.timeline) < LEAST_WORDS:
        return Verdict("undetermined", TOO_SHORT)
    reason = text(N_("You spoke {pace} words a minute."), pace=round(pace))
    return _in_range(pace, rule.at_least, rule.at_most, reason)


def judge_interruptions(call: Call, rule: Interruptions) -> Verdict:
    if call.is_chat:
        return Verdict("not_applicable", NOT_IN_CHAT)
    marks = [
        mark
        for mark in call.timeline.marks
        if mark.kind == "interrupted" and mark.data.get("by") == "trainee"
    ]
    note = text(N_("You spoke over the customer."))
    evidence = tuple(Evidence(mark.at, mark.at, "trainee", "", note) for mark in marks)
    reason = counted(
        N_("You spoke over the customer {n} time."),
        N_("You spoke over the customer {n} times."),
        len(marks),
    )
    return Verdict("met" if len(marks) <= rule.at_most else "not_met", reason, evidence)


def _in_range(value: float, at_least: float | None, at_most: float | None, reason: Text) -> Verdict:
    low = at_least is not None and value < at_least
    high = at_most is not None and value > at_most
    return Verdict("not_met" if low or high else "met", reason)
