"""no_dead_air, hold_procedure: silence that bothers, and silence that was agreed."""

from __future__ import annotations

from collections.abc import Iterator

from app.quality.kinds import HoldProcedure, NoDeadAir
from app.quality.result import Evidence, Outcome, Verdict
from app.quality.rules.call import Call, Occurrence, Window, spoken
from app.quality.rules.happenings import acts, first_any, first_sure
from app.quality.rules.parts import within
from app.quality.spans import Span, dead_air, holds
from app.quality.text import N_, Text, both, counted, text

BEFORE_HOLD = 60.0
"""Seconds before a hold in which asking and explaining belong to it."""
AFTER_HOLD = 20.0
"""Seconds after a hold in which the thanks belong to it."""
AT_ONCE = 1.0
"""A button pressed while the last word still sounds is not too early."""

NOT_IN_CHAT = text(N_("Only judged in a voice call."))


def judge_no_dead_air(call: Call, rule: NoDeadAir) -> Verdict:
    if call.is_chat:
        return Verdict("not_applicable", NOT_IN_CHAT)
    quiet = dead_air(call.timeline, rule.seconds)
    if not quiet:
        return Verdict("met", text(N_("Nobody was left in silence.")))
    reason = counted(
        N_("There was {n} silence longer than {limit} s."),
        N_("There were {n} silences longer than {limit} s."),
        len(quiet),
        limit=rule.seconds,
    )
    return Verdict("not_met", reason, tuple(_silence(span) for span in quiet))


def _silence(span: Span) -> Evidence:
    note = text(N_("{seconds} s of silence"), seconds=round(span.seconds, 1))
    return Evidence(span.start, span.end, "", "", note)


def judge_hold_procedure(call: Call, rule: HoldProcedure) -> Verdict:
    spans = holds(call.timeline)
    if not spans:
        return Verdict("not_applicable", text(N_("The customer was never put on hold.")))
    checked = [
        part
        for index, hold in enumerate(spans)
        for part in _hold_parts(call, rule, hold, spans[index - 1].end if index else 0.0)
    ]
    evidence = tuple(each for _, _, found in checked for each in found)
    missing = _named(checked, "not_met")
    unsure = _named(checked, "undetermined")
    if missing:
        return Verdict("not_met", text(N_("Missing: {what}."), what=both(missing)), evidence)
    if unsure:
        reason = text(N_("Not surely heard: {what}."), what=both(unsure))
        return Verdict("undetermined", reason, evidence)
    return Verdict("met", text(N_("Every hold was done by the book.")), evidence)


_Checked = tuple[Text, Outcome, tuple[Evidence, ...]]


def _named(checked: list[_Checked], outcome: Outcome) -> list[Text]:
    """The names of the parts with this outcome, each once."""
    return list(dict.fromkeys(name for name, found, _ in checked if found == outcome))


def _hold_parts(call: Call, rule: HoldProcedure, hold: Span, last_end: float) -> Iterator[_Checked]:
    before = Window(max(last_end, hold.start - BEFORE_HOLD), hold.start + AT_ONCE)
    asked = within(before, acts(call, rule.ask))
    if rule.ask:
        yield _part(call, text(N_("asking for leave to hold")), asked, before)
    if rule.consent and (asked or not rule.ask):
        yield _consent(call, asked, before, hold)
    if rule.explain:
        told = within(before, acts(call, rule.explain))
        yield _part(call, text(N_("saying why")), told, before)
    if rule.thank:
        after = Window(hold.end, hold.end + AFTER_HOLD)
        thanks = within(after, acts(call, rule.thank))
        yield _part(call, text(N_("thanking for the wait")), thanks, after)
    yield _length(rule, hold)


def _part(call: Call, name: Text, found: tuple[Occurrence, ...], window: Window) -> _Checked:
    sure = first_sure(found)
    if sure:
        return name, "met", (sure.evidence(name),)
    perhaps = first_any(found)
    if perhaps:
        return name, "undetermined", (perhaps.evidence(),)
    unclear = call.unclear(window)
    if unclear or (call.cut_off and window.end > call.end):
        return name, "undetermined", tuple(spoken(each) for each in unclear)
    return name, "not_met", ()


def _consent(call: Call, asked: tuple[Occurrence, ...], before: Window, hold: Span) -> _Checked:
    """The customer's answer between the question and the hold."""
    name = text(N_("waiting for the answer"))
    since = min((each.start for each in asked), default=before.start)
    for each in call.customer:
        if since <= each.start <= hold.start:
            return name, "met", (spoken(each, text(N_("the customer's answer"))),)
    return name, "not_met", ()


def _length(rule: HoldProcedure, hold: Span) -> _Checked:
    name = text(N_("keeping it under {limit} s"), limit=rule.longest)
    note = text(N_("{seconds} s on hold"), seconds=round(hold.seconds, 1))
    outcome: Outcome = "met" if hold.seconds <= rule.longest else "not_met"
    return name, outcome, (Evidence(hold.start, hold.end, "", "", note),)
