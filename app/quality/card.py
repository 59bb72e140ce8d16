"""The scorecard: what a good call is, as data. Pure pydantic models.

One model for both: a card that people score by, and the card of a scenario, which is the
same with a rule attached to every criterion. Weights are percent of the whole card and sum
to 100.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from app.quality.kinds import Happening, Identifier, Model, Rule
from app.quality.scale import YES_NO, Fault, Scale, is_loose, points_of
from app.quality.text import N_, in_english, text

Critical = Literal["none", "criterion", "section", "card"]
Line = Annotated[str, Field(min_length=1, max_length=400)]
WEIGHTS_TOLERANCE = 0.01
MOST_CRITERIA = 60
MOST_CAUSES = 20


class Cause(Model):
    """A reason for a low mark that can be chosen instead of written."""

    id: Identifier
    title: Annotated[str, Field(min_length=1, max_length=120)]


class Asked(Model):
    """A conditional question: it is asked only if an earlier criterion got one of these marks."""

    criterion: Identifier
    values: Annotated[tuple[float, ...], Field(min_length=1)]


class Criterion(Model):
    """One thing to get right.

    ``critical``: what failing it costs. ``none``: what the mark does not earn;
    ``criterion``: all of its own weight (on yes/no it is lost anyway), and it is shown as
    critical; ``section``: all points of its section; ``card``: the whole call (auto-fail).
    Undetermined fails nothing. ``instead``: lines to say instead, shown when it is not met.

    For people: ``scale`` has the points, ``may_not_apply`` whether "does not apply" may be
    chosen (its weight then goes to the others), ``asked_if`` makes it conditional,
    ``comment_for`` are the marks that must be explained, ``causes`` the reasons offered for
    a mark below the best.

    For the machine: ``rule`` (None: only people can judge it), ``applies_when``: without
    this happening the criterion is not applicable.
    """

    id: Identifier
    title: Annotated[str, Field(min_length=1, max_length=200)]
    weight: Annotated[float, Field(ge=0, le=100)]
    critical: Critical = "none"
    scale: Scale = YES_NO
    may_not_apply: bool = True
    asked_if: Asked | None = None
    comment_for: tuple[float, ...] = ()
    causes: Annotated[tuple[Cause, ...], Field(max_length=MOST_CAUSES)] = ()
    rule: Rule | None = None
    applies_when: Happening | None = None
    instead: tuple[Line, ...] = ()
    guidance: Annotated[str, Field(max_length=2000)] = ""


class Section(Model):
    """Criteria that belong together. ``fail_zeroes``: one not met takes all its points."""

    id: Identifier
    title: Annotated[str, Field(min_length=1, max_length=200)]
    fail_zeroes: bool = False
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]


class Scorecard(Model):
    """A whole card. ``pass_mark`` is 0..100."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    pass_mark: Annotated[float, Field(ge=0, le=100)]
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return tuple(criterion for section in self.sections for criterion in section.criteria)

    @model_validator(mode="after")
    def _holds_together(self, info: ValidationInfo) -> Self:
        if not is_loose(info):
            for fault in faults(self):
                raise ValueError(in_english(fault.text))
        return self

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion of this id; KeyError when the card has none."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)


class RuledCriterion(Criterion):
    """A criterion that the machine can judge."""

    rule: Rule


class RuledSection(Section):
    criteria: Annotated[tuple[RuledCriterion, ...], Field(min_length=1)]


class RuledScorecard(Scorecard):
    """A card of rules alone: every criterion has one. Scenarios carry these."""

    sections: Annotated[tuple[RuledSection, ...], Field(min_length=1)]

    @property
    def criteria(self) -> tuple[RuledCriterion, ...]:
        return tuple(criterion for section in self.sections for criterion in section.criteria)


def faults(card: Scorecard) -> Iterator[Fault]:
    """What is wrong between the parts of a card whose parts are right, each with its place."""
    yield from _twice(card)
    yield from _weights(card)
    if len(card.criteria) > MOST_CRITERIA:
        yield Fault(
            ("sections",),
            text(
                N_("a card has at most {most} criteria, got {got}"),
                most=MOST_CRITERIA,
                got=len(card.criteria),
            ),
        )
    earlier: dict[str, Criterion] = {}
    for place, criterion in places(card):
        yield from _own(place, criterion)
        if criterion.asked_if is not None:
            yield from _condition((*place, "asked_if"), criterion.asked_if, earlier)
        earlier[criterion.id] = criterion


def places(card: Scorecard) -> Iterator[tuple[tuple[str | int, ...], Criterion]]:
    """Every criterion with its place in the card."""
    for i, section in enumerate(card.sections):
        for j, criterion in enumerate(section.criteria):
            yield ("sections", i, "criteria", j), criterion


def _weights(card: Scorecard) -> Iterator[Fault]:
    total = sum(criterion.weight for criterion in card.criteria)
    off = abs(total - 100)
    if off > WEIGHTS_TOLERANCE:
        message = (
            N_("the weights of all criteria must sum to 100, got {got} ({each}); take away {off}")
            if total > 100
            else N_("the weights of all criteria must sum to 100, got {got} ({each}); add {off}")
        )
        each = ", ".join(f"{c.id} {c.weight:g}" for c in card.criteria)
        yield Fault((), text(message, got=f"{total:g}", each=each, off=f"{off:g}"))


def _twice(card: Scorecard) -> Iterator[Fault]:
    sections = [(("sections", i, "id"), each.id) for i, each in enumerate(card.sections)]
    yield from _repeated(sections, N_("every section needs its own id; used more than once: {id}"))
    criteria = [((*place, "id"), each.id) for place, each in places(card)]
    yield from _repeated(
        criteria, N_("every criterion needs its own id; used more than once: {id}")
    )


def _repeated(ids: Iterable[tuple[tuple[str | int, ...], str]], message: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, each in ids:
        if each in seen:
            yield Fault(place, text(message, id=each))
        seen.add(each)


def _own(place: tuple[str | int, ...], criterion: Criterion) -> Iterator[Fault]:
    """What is wrong inside one criterion."""
    for i, value in enumerate(criterion.comment_for):
        if value not in criterion.scale.values:
            yield Fault(
                (*place, "comment_for", i),
                text(
                    N_("{id} asks for a comment at {got}, but its scale has {points}"),
                    id=criterion.id,
                    got=f"{value:g}",
                    points=points_of(criterion.scale),
                ),
            )
    causes = [((*place, "causes", i, "id"), each.id) for i, each in enumerate(criterion.causes)]
    yield from _repeated(causes, N_("every cause needs its own id; used more than once: {id}"))


def _condition(
    place: tuple[str | int, ...], condition: Asked, earlier: Mapping[str, Criterion]
) -> Iterator[Fault]:
    named = earlier.get(condition.criterion)
    if named is None:
        yield Fault(
            (*place, "criterion"),
            text(
                N_("a condition must name a criterion further up, got {got}"),
                got=condition.criterion,
            ),
        )
        return
    for i, value in enumerate(condition.values):
        if value not in named.scale.values:
            yield Fault(
                (*place, "values", i),
                text(
                    N_("{id} is marked with one of {points}, never with {got}"),
                    id=named.id,
                    points=points_of(named.scale),
                    got=f"{value:g}",
                ),
            )


def body_of(card: Scorecard) -> dict[str, Any]:
    """The card as JSON, without what it leaves at its default: what a version keeps."""
    body: dict[str, Any] = card.model_dump(mode="json", exclude_defaults=True)
    return body


def hash_of(card: Scorecard) -> str:
    """sha256 of the canonical body, in hex: any change that means something makes another."""
    canonical = json.dumps(body_of(card), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
