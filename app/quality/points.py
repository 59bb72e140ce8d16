"""The one arithmetic of a score: which share of its weight each criterion earns, and what
failing takes away. Pure; the verdicts of rules and the marks of people both come here.

What has no share (not applicable, not asked, not sure) leaves the denominator, so the
weights of what could be judged are stretched to 100.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.quality.card import Criterion, Scorecard, Section
from app.quality.result import SectionResult


@dataclass(frozen=True, slots=True)
class Earned:
    """``share`` of the weight, 0..1, None when it leaves the denominator; ``fails`` when it is
    below what passes."""

    share: float | None = None
    fails: bool = False


OUT = Earned()


@dataclass(frozen=True, slots=True)
class Points:
    """One criterion: its percent of what could be judged, and what it brings of 100."""

    effective_weight: float
    points: float


@dataclass(frozen=True, slots=True)
class Sums:
    """A whole card. ``earned`` (0..100, one decimal, None: nothing could be judged) is the total
    before a failed critical criterion of the card takes all."""

    total: float | None
    earned: float | None
    passed: bool | None
    auto_failed: tuple[str, ...]
    sections: tuple[SectionResult, ...]
    points: Mapping[str, Points]


def add(card: Scorecard, earned: Mapping[str, Earned]) -> Sums:
    """The sums of a card; ``earned`` has every criterion by id."""
    judged = sum(c.weight for c in card.criteria if earned[c.id].share is not None)
    sections: list[SectionResult] = []
    points: dict[str, Points] = {}
    for section in card.sections:
        failed = _section_failed(section, earned)
        mine = {c.id: _points(c, earned[c.id], judged, failed) for c in section.criteria}
        points |= mine
        sections.append(_section(section, list(mine.values()), failed))
    whole = round(min(sum(each.points for each in points.values()), 100.0), 1) if judged else None
    lost = tuple(c.id for c in card.criteria if c.critical == "card" and earned[c.id].fails)
    total = 0.0 if lost else whole
    passed = None if total is None else not lost and total >= card.pass_mark
    return Sums(total, whole, passed, lost, tuple(sections), points)


def _section_failed(section: Section, earned: Mapping[str, Earned]) -> bool:
    return any(
        earned[c.id].fails and (section.fail_zeroes or c.critical == "section")
        for c in section.criteria
    )


def _points(criterion: Criterion, earned: Earned, judged: float, failed: bool) -> Points:
    if earned.share is None or not judged:
        return Points(0.0, 0.0)
    effective = criterion.weight / judged * 100
    lost = failed or (earned.fails and criterion.critical != "none")
    return Points(effective, 0.0 if lost else effective * earned.share)


def _section(section: Section, points: list[Points], failed: bool) -> SectionResult:
    return SectionResult(
        id=section.id,
        title=section.title,
        points=sum(each.points for each in points),
        effective_weight=sum(each.effective_weight for each in points),
        failed=failed,
    )
