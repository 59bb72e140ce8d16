"""order, within, closing: what comes before what, and how soon."""

from __future__ import annotations

from collections.abc import Sequence

from app.quality.act_words import act_text
from app.quality.kinds import Closing, Order, Within
from app.quality.result import Evidence, Verdict
from app.quality.rules.call import Call, Occurrence, Window, spoken
from app.quality.rules.happenings import acts, first_any, first_sure, happened
from app.quality.rules.parts import Part, absent, judge_parts, within
from app.quality.rules.sayings import NO_OCCASION
from app.quality.rules.sentences import happening_text
from app.quality.text import N_, Text, either, text

SAME_BREATH = 2.0
"""Seconds after a turn's last word in which the dialogue still notes what that turn did."""


def judge_order(call: Call, rule: Order) -> Verdict:
    firsts, seconds = happened(call, rule.first), happened(call, rule.second)
    if not seconds:
        return Verdict("not_applicable", NO_OCCASION)
    first, second = first_sure(firsts), first_sure(seconds)
    evidence = _ordered(firsts, seconds)
    if first and first.start <= seconds[0].start:
        return Verdict("met", text(N_("The order was right.")), evidence)
    if second is None:
        reason = text(N_("It may have come too early; the recognition was not sure."))
        return Verdict("undetermined", reason, evidence)
    if first and first.start <= second.start:
        reason = text(
            N_("Something said earlier may have come too early; it was not surely heard.")
        )
        return Verdict("undetermined", reason, evidence)
    if any(each.start <= second.start for each in firsts) or _in_one_breath(call, firsts, second):
        reason = text(N_("What comes first may have been there in time; it cannot be told surely."))
        return Verdict("undetermined", reason, evidence)
    unclear = call.unclear(Window(end=second.start))
    if unclear:
        reason = text(N_("Some words before it could not be made out, so the order is not sure."))
        return Verdict("undetermined", reason, evidence + tuple(map(spoken, unclear)))
    early = text(N_("Too early: this came before {first}."), first=happening_text(rule.first))
    return Verdict("not_met", early, evidence)


def judge_within(call: Call, rule: Within) -> Verdict:
    limit = rule.chat_seconds if call.is_chat else rule.seconds
    if limit is None:
        return Verdict("not_applicable", text(N_("A time limit for the voice, not for a chat.")))
    since = 0.0
    if rule.of is not None:
        start = first_sure(happened(call, rule.of))
        if start is None:
            return Verdict("not_applicable", NO_OCCASION)
        since = start.end
    found = [each for each in happened(call, rule.what) if each.start >= since]
    window = Window(since, since + limit + 1e-9)
    in_time = within(window, found)
    sure = first_sure(in_time)
    late = first_sure(found)
    if sure:
        return Verdict("met", _after(sure.start - since), (sure.evidence(),))
    if in_time:
        reason = text(N_("Perhaps in time; the recognition was not sure."))
        return Verdict("undetermined", reason, (in_time[0].evidence(),))
    missing = absent(call, happening_text(rule.what), window)
    if missing.outcome == "not_met" and late:
        return Verdict("not_met", _after(late.start - since), (late.evidence(),))
    return missing


def judge_closing(call: Call, rule: Closing) -> Verdict:
    window = Window(start=call.end - rule.last_seconds)
    parts = [
        Part(either([act_text(act) for act in step]), within(window, acts(call, step)))
        for step in rule.steps
    ]
    verdict = judge_parts(call, parts, window)
    if verdict.outcome == "not_met" or not rule.in_order or _any_missing(parts):
        return verdict
    sure = [[each for each in part.found if each.sure] for part in parts]
    if _chain(sure):
        return Verdict(verdict.outcome, verdict.reason, _chain_evidence(sure))
    if _chain([part.found for part in parts]):
        reason = text(N_("Perhaps all there and in order; the recognition was not sure."))
        return Verdict("undetermined", reason, verdict.evidence)
    return Verdict(
        "not_met",
        text(N_("All of it was said, but not in this order.")),
        verdict.evidence,
    )


def _any_missing(parts: Sequence[Part]) -> bool:
    return any(not part.found for part in parts)


def _chain(steps: Sequence[Sequence[Occurrence]]) -> tuple[Occurrence, ...]:
    """The earliest way through all steps in order; empty when there is none."""
    chain: list[Occurrence] = []
    at = float("-inf")
    for step in steps:
        following = first_any(each for each in step if each.start >= at)
        if following is None:
            return ()
        chain.append(following)
        at = following.start
    return tuple(chain)


def _chain_evidence(steps: Sequence[Sequence[Occurrence]]) -> tuple[Evidence, ...]:
    return tuple(each.evidence() for each in _chain(steps))


def _ordered(firsts: Sequence[Occurrence], seconds: Sequence[Occurrence]) -> tuple[Evidence, ...]:
    """The first of each, by time, and which of both it is."""
    shown = [
        (first_sure(found) or first_any(found), note)
        for found, note in (
            (firsts, text(N_("This should come first."))),
            (seconds, text(N_("This should come after."))),
        )
    ]
    evidence = [each.evidence(note) for each, note in shown if each is not None]
    return tuple(sorted(evidence, key=lambda each: each.start))


def _in_one_breath(call: Call, firsts: Sequence[Occurrence], second: Occurrence) -> bool:
    """``first`` is something noted at the end of the very turn in which ``second`` was said.

    Such a note bears the time of the turn's end, so which came first cannot be told.
    """
    turn = next((each for each in call.trainee if each.start <= second.start <= each.end), None)
    return turn is not None and any(
        not each.speaker and turn.start <= each.start <= turn.end + SAME_BREATH for each in firsts
    )


def _after(seconds: float) -> Text:
    return text(N_("It came after {seconds} s."), seconds=round(seconds, 1))
