"""The scorecard: what a good call is, as data. Pure pydantic models.

One model for both: a card that people score by, and the card of a scenario, which is the
same with a rule attached to every criterion. Weights are percent of the whole card and sum
to 100. ``mentions`` lists every act, fact, state, flag… a card speaks of, so that a
scenario can check that each exists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from app.quality.kinds import (
    Closing,
    Ending,
    Flag,
    Happening,
    HoldProcedure,
    Identifier,
    Model,
    Move,
    NeverSays,
    Rule,
    Says,
    SaysPhrase,
    Scope,
)
from app.quality.scale import YES_NO, Scale

Critical = Literal["none", "criterion", "section", "card"]
Line = Annotated[str, Field(min_length=1, max_length=400)]
FACT_IN_BRACES = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")
WEIGHTS_TOLERANCE = 0.01


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

    ``critical``: what failing it costs beyond its own weight. ``none``: nothing;
    ``criterion``: nothing either, and the debrief shows it as critical; ``section``:
    all points of its section; ``card``: the whole call (auto-fail). Undetermined
    fails nothing. ``instead``: lines to say instead, shown when it is not met.

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
    causes: tuple[Cause, ...] = ()
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
    def _weights_sum_to_100(self) -> Self:
        total = sum(criterion.weight for criterion in self.criteria)
        if abs(total - 100) > WEIGHTS_TOLERANCE:
            least = ", ".join(f"{c.id} {c.weight:g}" for c in self.criteria)
            change = f"{'take away' if total > 100 else 'add'} {abs(total - 100):g}"
            raise ValueError(
                f"the weights of all criteria must sum to 100, got {total:g} ({least}); {change}"
            )
        return self

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        _unique("section", [section.id for section in self.sections])
        _unique("criterion", [criterion.id for criterion in self.criteria])
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


def _unique(what: str, ids: list[str]) -> None:
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        raise ValueError(f"every {what} needs its own id; used more than once: {', '.join(twice)}")


MentionKind = Literal["act", "fact", "flag", "state", "mark", "move", "target", "ending"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that a criterion speaks of, and that something else must define."""

    criterion: str
    kind: MentionKind
    name: str


def mentions(card: Scorecard) -> Iterator[Mention]:
    """Every act, fact, flag, state, mark, move target and ending the card names, in its order."""
    for criterion in card.criteria:
        for kind, name in mentioned(criterion):
            yield Mention(criterion.id, kind, name)


def mentioned(criterion: Criterion) -> Iterator[tuple[MentionKind, str]]:
    """The same of one criterion: kind and name."""
    rule = criterion.rule
    if criterion.applies_when:
        yield from _in_happening(criterion.applies_when)
    if rule is None:
        return
    for name in ("what", "of", "first", "second", "before", "after"):
        value = getattr(rule, name, None)
        if isinstance(value, Happening):
            yield from _in_happening(value)
    if isinstance(rule, Scope):
        yield from (("state", name) for name in rule.within_states)
    yield from _in_rule(rule)


def _in_rule(rule: Rule) -> Iterator[tuple[MentionKind, str]]:
    if isinstance(rule, Says):
        yield from (("act", name) for name in (*rule.any_of, *rule.all_of))
    elif isinstance(rule, SaysPhrase):
        yield from _facts((*rule.any_of, *rule.all_of))
    elif isinstance(rule, NeverSays):
        yield from (("act", name) for name in rule.acts)
        yield from _facts(rule.phrases)
    elif isinstance(rule, HoldProcedure):
        yield from (("act", name) for name in (*rule.ask, *rule.explain, *rule.thank))
    elif isinstance(rule, Closing):
        yield from (("act", name) for step in rule.steps for name in step)
    elif isinstance(rule, Flag):
        yield ("flag", rule.flag)
    elif isinstance(rule, Move):
        yield from (("target", wanted.target) for wanted in rule.needed if wanted.target)
    elif isinstance(rule, Ending):
        yield from (("ending", name) for name in rule.one_of)


def _in_happening(happening: Happening) -> Iterator[tuple[MentionKind, str]]:
    yield from (("act", name) for name in happening.act)
    yield from (("fact", name) for name in happening.fact)
    yield from _facts(happening.phrase)
    yield from (("flag", name) for name in happening.flag)
    yield from (("state", name) for name in happening.state)
    yield from (("mark", name) for name in happening.mark)
    yield from (("move", name) for name in happening.move)
    yield from (("ending", name) for name in happening.ending)


def _facts(phrases: tuple[str, ...]) -> Iterator[tuple[MentionKind, str]]:
    yield from (("fact", name) for phrase in phrases for name in FACT_IN_BRACES.findall(phrase))
