"""Scorecard + call -> score. Pure: the same call gives the same score, always.

The arithmetic: what is not applicable or undetermined leaves the denominator, so
the weights of what could be judged are stretched to 100. A section's failure takes
its points, a card's failure (auto-fail) takes all. Undetermined never fails anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.quality.card import RuledCriterion, RuledScorecard, RuledSection
from app.quality.result import CriterionResult, Score, SectionResult, Verdict
from app.quality.rules.call import Call
from app.quality.rules.judge import judge
from app.quality.rules.sentences import rule_text
from app.recordings.timeline import Timeline


def score(card: RuledScorecard, timeline: Timeline, facts: Mapping[str, str]) -> Score:
    """Score a call. ``facts`` are the customer's facts as drawn for this call, by key."""
    call = Call(_in_order(timeline), facts)
    return add_up(card, {each.id: judge(call, each) for each in card.criteria})


def add_up(card: RuledScorecard, verdicts: Mapping[str, Verdict]) -> Score:
    """The score that these verdicts (by criterion id) make: the arithmetic alone."""
    judged = sum(c.weight for c in card.criteria if _counts(verdicts[c.id]))
    sections: list[SectionResult] = []
    results: list[CriterionResult] = []
    for section in card.sections:
        failed = _section_failed(section, verdicts)
        added = [_result(section, c, verdicts[c.id], judged, failed) for c in section.criteria]
        results += added
        sections.append(_section_result(section, added, failed))
    earned = round(min(sum(each.points for each in results), 100.0), 1) if judged else None
    auto_failed = tuple(
        c.id for c in card.criteria if c.critical == "card" and verdicts[c.id].outcome == "not_met"
    )
    total = 0.0 if auto_failed else earned
    return Score(
        title=card.title,
        pass_mark=card.pass_mark,
        total=total,
        earned=earned,
        passed=None if total is None else not auto_failed and total >= card.pass_mark,
        auto_failed=auto_failed,
        sections=tuple(sections),
        results=tuple(results),
        undetermined_weight=sum(
            c.weight for c in card.criteria if verdicts[c.id].outcome == "undetermined"
        ),
    )


def _counts(verdict: Verdict) -> bool:
    return verdict.outcome in ("met", "not_met")


def _section_failed(section: RuledSection, verdicts: Mapping[str, Verdict]) -> bool:
    return any(
        verdicts[c.id].outcome == "not_met" and (section.fail_zeroes or c.critical == "section")
        for c in section.criteria
    )


def _result(
    section: RuledSection,
    criterion: RuledCriterion,
    verdict: Verdict,
    judged: float,
    failed: bool,
) -> CriterionResult:
    effective = criterion.weight / judged * 100 if judged and _counts(verdict) else 0.0
    return CriterionResult(
        id=criterion.id,
        title=criterion.title,
        section=section.id,
        weight=criterion.weight,
        effective_weight=effective,
        outcome=verdict.outcome,
        points=effective if verdict.outcome == "met" and not failed else 0.0,
        critical=criterion.critical,
        rule=rule_text(criterion.rule),
        reason=verdict.reason,
        evidence=verdict.evidence,
        instead=criterion.instead,
    )


def _section_result(
    section: RuledSection, results: Sequence[CriterionResult], failed: bool
) -> SectionResult:
    return SectionResult(
        id=section.id,
        title=section.title,
        points=sum(each.points for each in results),
        effective_weight=sum(each.effective_weight for each in results),
        failed=failed,
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
