"""Every act, fact, state, flag… a card speaks of, so that a scenario can check that each exists.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.quality.card import Criterion, Scorecard
from app.quality.kinds import (
    Closing,
    Ending,
    Flag,
    Happening,
    HoldProcedure,
    Move,
    NeverSays,
    Rule,
    Says,
    SaysPhrase,
    Scope,
)

FACT_IN_BRACES = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")
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
