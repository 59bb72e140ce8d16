"""flag, move, ending: what the call came to."""

from __future__ import annotations

from collections.abc import Sequence

from app.quality.kinds import Ending, Flag, Move, WantedMove
from app.quality.result import Evidence, Verdict
from app.quality.rules.call import Call
from app.quality.rules.sentences import move_text
from app.quality.text import N_, both, named, text
from app.recordings.timeline import Mark

DONE = text(N_("Done."))
NOT_DONE = text(N_("Not done by the end of the call."))
HAPPENED = text(N_("It happened."))
NOT_HAPPENED = text(N_("It did not happen."))
BROKEN = text(N_("The line broke before the end, so this cannot be told."))


def judge_flag(call: Call, rule: Flag) -> Verdict:
    marks = [
        mark
        for mark in call.timeline.marks
        if mark.kind == "flag" and mark.data.get("name") == rule.flag
    ]
    value = bool(marks[-1].data.get("value", True)) if marks else False
    evidence = tuple(_event(mark, rule.flag) for mark in marks[-1:])
    if value == rule.value:
        return Verdict("met", DONE if value else NOT_HAPPENED, evidence)
    if call.cut_off:
        return Verdict("undetermined", BROKEN, evidence)
    return Verdict("not_met", HAPPENED if value else NOT_DONE, evidence)


def judge_move(call: Call, rule: Move) -> Verdict:
    made = [mark for mark in call.timeline.marks if mark.kind == "move"]
    evidence = tuple(_event(mark, _described(mark)) for mark in made)
    needless = [] if rule.others_allowed else [m for m in made if _needless(m, rule.needed)]
    if needless:
        what = both([named(_described(mark)) for mark in needless])
        return Verdict("not_met", text(N_("Not needed in this call: {what}."), what=what), evidence)
    missing = [wanted for wanted in rule.needed if not any(_is(mark, wanted) for mark in made)]
    if missing and call.cut_off:
        return Verdict("undetermined", BROKEN, evidence)
    if missing:
        what = both([move_text(wanted) for wanted in missing])
        return Verdict("not_met", text(N_("Needed, and not done: {what}."), what=what), evidence)
    return Verdict("met", text(N_("The right moves were made.")), evidence)


def judge_ending(call: Call, rule: Ending) -> Verdict:
    ended = next((mark for mark in reversed(call.timeline.marks) if mark.kind == "ended"), None)
    if ended is None:
        return Verdict("undetermined", BROKEN)
    ending = str(ended.data.get("ending", ""))
    right = not rule.one_of or ending in rule.one_of
    good = rule.good is None or bool(ended.data.get("good")) == rule.good
    reason = text(N_("The call ended with: {ending}."), ending=named(ending))
    return Verdict("met" if right and good else "not_met", reason, (_event(ended, ending),))


def _is(mark: Mark, wanted: WantedMove) -> bool:
    return mark.data.get("kind") == wanted.move and wanted.target in (
        None,
        mark.data.get("target"),
    )


def _needless(mark: Mark, needed: Sequence[WantedMove]) -> bool:
    return mark.data.get("needed") is not True and not any(_is(mark, each) for each in needed)


def _described(mark: Mark) -> str:
    return " ".join(str(mark.data[key]) for key in ("kind", "target") if mark.data.get(key))


def _event(mark: Mark, words: str) -> Evidence:
    return Evidence(mark.at, mark.at, "", words)
