"""Rules that want something said: its parts, each found, perhaps found, or missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.quality.result import Outcome, Verdict
from app.quality.rules.call import Call, Occurrence, Window, spoken
from app.quality.rules.happenings import first_any, first_sure
from app.quality.text import N_, Text, both, text


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is wanted, and every time it (perhaps) happened where it counts."""

    name: Text
    found: tuple[Occurrence, ...]

    @property
    def best(self) -> Occurrence | None:
        """The first sure one, else the first possible one."""
        return first_sure(self.found) or first_any(self.found)

    @property
    def outcome(self) -> Outcome:
        best = self.best
        if best is None:
            return "not_met"
        return "met" if best.sure else "undetermined"


def judge_parts(call: Call, parts: Sequence[Part], window: Window) -> Verdict:
    """Met when every part is surely there; the reason names what is missing or unsure."""
    evidence = tuple(part.best.evidence() for part in parts if part.best is not None)
    missing = [part.name for part in parts if part.outcome == "not_met"]
    unsure = [part.name for part in parts if part.outcome == "undetermined"]
    if missing:
        verdict = absent(call, both(missing), window)
        return Verdict(verdict.outcome, verdict.reason, evidence + verdict.evidence)
    if unsure:
        reason = text(N_("Perhaps said, but not surely heard: {what}."), what=both(unsure))
        return Verdict("undetermined", reason, evidence)
    return Verdict("met", text(N_("Heard.")), evidence)


def absent(call: Call, what: Text, window: Window) -> Verdict:
    """Not there: undetermined where the words were unclear or the line broke, else not met."""
    unclear = call.unclear(window)
    if unclear:
        note = text(N_("These words could hardly be made out."))
        return Verdict(
            "undetermined",
            text(
                N_("Not heard: {what}. But some of your words could not be made out."),
                what=what,
            ),
            tuple(spoken(each, note) for each in unclear),
        )
    if call.cut_off and window.end > call.end:
        reason = text(
            N_("The line broke before the end; until then not heard: {what}."),
            what=what,
        )
        return Verdict("undetermined", reason)
    return Verdict("not_met", text(N_("Not heard: {what}."), what=what))


def within(window: Window, found: Sequence[Occurrence]) -> tuple[Occurrence, ...]:
    return tuple(each for each in found if window.holds(each.start, each.state))
