"""Scorecard + call -> score. Pure: the same call gives the same score, always.

The arithmetic is that of ``points``, which the marks of people share. A section's failure
takes its points, a card's failure (auto-fail) takes all. Undetermined never fails anything.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.quality.card import RuledCriterion, RuledScorecard, RuledSection
from app.quality.points import OUT, Earned, Points, add
from app.quality.result import CriterionResult, Outcome, Score, Verdict
from app.quality.rules.call import Call
from app.quality.rules.judge import judge
from app.quality.rules.sentences import rule_text
from app.recordings.timeline import Timeline

EARNED: Mapping[Outcome, Earned] = {
    "met": Earned(1.0),
    "not_met": Earned(0.0, fails=True),
    "undetermined": OUT,
    "not_applicable": OUT,
}
"""A verdict is the highest point of a scale, the lowest, or none."""


def score(card: RuledScorecard, timeline: Timeline, facts: Mapping[str, str]) -> Score:
    """Score a call. ``facts`` are the customer's facts as drawn for this call, by key."""
    call = Call(_in_order(timeline), facts)
    return add_up(card, {each.id: judge(call, each) for each in card.criteria})


def add_up(card: RuledScorecard, verdicts: Mapping[str, Verdict]) -> Score:
    """The score that these verdicts (by criterion id) make: the arithmetic alone."""
    sums = add(card, {name: EARNED[verdict.outcome] for name, verdict in verdicts.items()})
    results = tuple(
        _result(section, c, verdicts[c.id], sums.points[c.id])
        for section in card.sections
        for c in section.criteria
    )
    return Score(
        title=card.title,
        pass_mark=card.pass_mark,
        total=sums.total,
        earned=sums.earned,
        passed=sums.passed,
        auto_failed=sums.auto_failed,
        sections=sums.sections,
        results=results,
        undetermined_weight=sum(
            c.weight for c in card.criteria if verdicts[c.id].outcome == "undetermined"
        ),
    )


def _result(
    section: RuledSection, criterion: RuledCriterion, verdict: Verdict, points: Points
) -> CriterionResult:
    return CriterionResult(
        id=criterion.id,
        title=criterion.title,
        section=section.id,
        weight=criterion.weight,
        effective_weight=points.effective_weight,
        outcome=verdict.outcome,
        points=points.points,
        critical=criterion.critical,
        rule=rule_text(criterion.rule),
        reason=verdict.reason,
        evidence=verdict.evidence,
        instead=criterion.instead,
    )


def _in_order(timeline: Timeline) -> Timeline:
    """The same timeline with its parts in one certain order, however it was put together."""
    return Timeline(
        utterances=tuple(
            sorted(
                timeline.utterances,
                key=lambda each: (each.start, each.end, each.speaker, each.text),
            )
        ),
        marks=tuple(
            sorted(
                timeline.marks,
                key=lambda m: (m.at, m.kind, sorted(map(str, m.data.items()))),
            )
        ),
        duration=timeline.duration,
        mode=timeline.mode,
    )
