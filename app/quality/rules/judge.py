"""The judge: finds the function for a rule's kind, and settles whether it applies at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.quality import kinds
from app.quality.card import Criterion
from app.quality.card_mentions import mentioned
from app.quality.result import Verdict
from app.quality.rules.call import Call
from app.quality.rules.happenings import happened
from app.quality.rules.measures import judge_interruptions, judge_pace, judge_talk_share
from app.quality.rules.order import judge_closing, judge_order, judge_within
from app.quality.rules.outcome import judge_ending, judge_flag, judge_move
from app.quality.rules.sayings import (
    NO_OCCASION,
    judge_count,
    judge_never_says,
    judge_says,
    judge_says_phrase,
)
from app.quality.rules.silence import judge_hold_procedure, judge_no_dead_air
from app.quality.text import N_, text

JUDGES: dict[type[Any], Callable[[Call, Any], Verdict]] = {
    kinds.Says: judge_says,
    kinds.SaysPhrase: judge_says_phrase,
    kinds.NeverSays: judge_never_says,
    kinds.Order: judge_order,
    kinds.Count: judge_count,
    kinds.Within: judge_within,
    kinds.NoDeadAir: judge_no_dead_air,
    kinds.HoldProcedure: judge_hold_procedure,
    kinds.Closing: judge_closing,
    kinds.TalkShare: judge_talk_share,
    kinds.Pace: judge_pace,
    kinds.Flag: judge_flag,
    kinds.Move: judge_move,
    kinds.Ending: judge_ending,
    kinds.Interruptions: judge_interruptions,
}


def judge(call: Call, criterion: Criterion) -> Verdict:
    """What the call says to a criterion. A fact the call does not have makes it not applicable."""
    unknown = [
        name for kind, name in mentioned(criterion) if kind == "fact" and name not in call.facts
    ]
    if unknown:
        reason = text(N_("This call does not have the fact “{fact}”."), fact=unknown[0])
        return Verdict("not_applicable", reason)
    condition = criterion.applies_when
    if condition is not None and not any(each.sure for each in happened(call, condition)):
        return Verdict("not_applicable", NO_OCCASION)
    return JUDGES[type(criterion.rule)](call, criterion.rule)
