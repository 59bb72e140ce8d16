"""Scorecard + what people answered -> the total, with its parts. Pure.

A mark earns its share of the criterion's weight, evenly from the lowest point of the scale
to the highest. "Does not apply", "not sure", a question that was not asked and one that is
still open leave the denominator. The arithmetic is that of ``points``, which rules share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from app.quality.answers import Answer, Left, Mark
from app.quality.card import Criterion, Scorecard, Section
from app.quality.points import OUT, Earned, Points, add
from app.quality.result import SectionResult
from app.quality.text import N_, Text, text


@dataclass(frozen=True, slots=True)
class CriterionTally:
    """One criterion. ``asked`` is False while its condition is not fulfilled.

    ``share`` (0..1) of its weight is earned, None when it leaves the denominator;
    ``effective_weight`` is its percent of what was judged, ``points`` what it brings of 100;
    ``fails`` when the mark is below what passes.
    """

    id: str
    title: str
    section: str
    weight: float
    asked: bool
    answer: Answer | None
    share: float | None
    effective_weight: float
    points: float
    fails: bool
    critical: str


@dataclass(frozen=True, slots=True)
class Tally:
    """A card as it was marked. ``total`` is 0..100 with one decimal, None when nothing could be
    judged; ``passed`` is None then too. ``auto_failed`` names the critical criteria that took
    everything, ``earned`` is the total without that. ``unsure_weight``: percent of the card
    that was left as "not sure".
    """

    title: str
    pass_mark: float
    total: float | None
    earned: float | None
    passed: bool | None
    auto_failed: tuple[str, ...]
    sections: tuple[SectionResult, ...]
    criteria: tuple[CriterionTally, ...]
    unsure_weight: float

    def to_dict(self) -> dict[str, Any]:
        """For storage as JSON; ``from_dict`` is its inverse."""
        return asdict(self)

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> Tally:
        return cls(
            **{
                **body,
                "auto_failed": tuple(body["auto_failed"]),
                "sections": tuple(SectionResult(**each) for each in body["sections"]),
                "criteria": tuple(_from_dict(each) for each in body["criteria"]),
            }
        )


def _from_dict(body: Mapping[str, Any]) -> CriterionTally:
    answer = body["answer"]
    return CriterionTally(**{**body, "answer": Left(answer) if isinstance(answer, str) else answer})


def tally(card: Scorecard, answers: Mapping[str, Answer]) -> Tally:
    """What these answers (by criterion id) make; a criterion without one is still open.

    Answers to questions that are not asked are kept and count for nothing. An answer must be a
    point of its scale (``refused`` says whether it is); others are shared out as they are.
    """
    wanted = asked(card, answers)
    earned = {c.id: _earned(c, answers.get(c.id)) if c.id in wanted else OUT for c in card.criteria}
    sums = add(card, earned)
    return Tally(
        title=card.title,
        pass_mark=card.pass_mark,
        total=sums.total,
        earned=sums.earned,
        passed=sums.passed,
        auto_failed=sums.auto_failed,
        sections=sums.sections,
        criteria=tuple(
            _criterion(section, c, c.id in wanted, answers.get(c.id), earned[c.id], points)
            for section in card.sections
            for c in section.criteria
            for points in [sums.points[c.id]]
        ),
        unsure_weight=sum(
            c.weight for c in card.criteria if c.id in wanted and answers.get(c.id) is Left.NOT_SURE
        ),
    )


def asked(card: Scorecard, answers: Mapping[str, Answer]) -> frozenset[str]:
    """The criteria that are asked, given these answers: all without a condition, and those
    whose condition is fulfilled by a criterion that is itself asked."""
    wanted: set[str] = set()
    for criterion in card.criteria:  # a condition names an earlier criterion
        condition = criterion.asked_if
        if condition is None or (
            condition.criterion in wanted and answers.get(condition.criterion) in condition.values
        ):
            wanted.add(criterion.id)
    return frozenset(wanted)


def _earned(criterion: Criterion, answer: Answer | None) -> Earned:
    if answer is None or isinstance(answer, Left):
        return OUT
    return Earned(criterion.scale.share(answer), criterion.scale.fails(answer))


def _criterion(
    section: Section,
    criterion: Criterion,
    is_asked: bool,
    answer: Answer | None,
    earned: Earned,
    points: Points,
) -> CriterionTally:
    return CriterionTally(
        id=criterion.id,
        title=criterion.title,
        section=section.id,
        weight=criterion.weight,
        asked=is_asked,
        answer=answer,
        share=earned.share,
        effective_weight=points.effective_weight,
        points=points.points,
        fails=earned.fails,
        critical=criterion.critical,
    )


@dataclass(frozen=True, slots=True)
class Open:
    """What is missing before a card can be handed in."""

    criterion: str
    title: str
    missing: Literal["answer", "comment"]


def open_questions(card: Scorecard, marks: Mapping[str, Mark]) -> tuple[Open, ...]:
    """Asked criteria without an answer, and marks that must be explained and are not."""
    wanted = asked(card, answers_of(marks))
    return tuple(
        Open(c.id, c.title, missing)
        for c in card.criteria
        if c.id in wanted
        for missing in _missing(c, marks.get(c.id))
    )


def answers_of(marks: Mapping[str, Mark]) -> dict[str, Answer]:
    """The answers alone, as ``tally`` takes them."""
    return {name: mark.answer for name, mark in marks.items()}


def _missing(criterion: Criterion, mark: Mark | None) -> Iterator[Literal["answer", "comment"]]:
    if mark is None:
        yield "answer"
    elif mark.answer in criterion.comment_for and not mark.comment.strip():
        yield "comment"


def refused(criterion: Criterion, mark: Mark) -> Text | None:
    """Why a mark cannot be taken for this criterion; None when it can."""
    if mark.answer is Left.NOT_APPLICABLE and not criterion.may_not_apply:
        return text(N_("“{title}” always applies: choose a point."), title=criterion.title)
    if not isinstance(mark.answer, Left) and mark.answer not in criterion.scale.values:
        points = ", ".join(f"{value:g}" for value in criterion.scale.values)
        return text(
            N_("“{title}” is marked with one of {points}, not {got}."),
            title=criterion.title,
            points=points,
            got=f"{mark.answer:g}",
        )
    unknown = sorted(set(mark.causes) - {cause.id for cause in criterion.causes})
    if unknown:
        return text(
            N_("“{title}” knows no cause {got}."), title=criterion.title, got=", ".join(unknown)
        )
    return None
