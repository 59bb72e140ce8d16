"""The quality framework as one document: what good is, for whom, and how it is seen. Pure.

A draft may be unfinished: every text may be empty, every figure missing. What still keeps
it from being published is said by ``publishing.problems``. The parts of a list carry an
``id`` of their own, so that two versions can be laid side by side after a renaming.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from app.quality.kinds import Model

Direction = Literal["at_least", "at_most"]
LEVELS = ("new", "practised", "expert")
"""Levels of experience, for which a metric may have targets of its own."""
MOST_PARTS = 60


def _figure(value: Any) -> Any:
    """What a form sends: nothing typed is no figure, a decimal comma is one."""
    if isinstance(value, str):
        value = value.strip().replace(",", ".")
        return float(value) if value else None
    return value


Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=40)]
Name = Annotated[str, Field(max_length=160)]
Words = Annotated[str, Field(max_length=20_000)]
"""Markdown."""
Number = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
Figure = Annotated[Number | None, BeforeValidator(_figure)]
Percent = Annotated[Annotated[float, Field(ge=0, le=100)] | None, BeforeValidator(_figure)]


class Segment(Model):
    """A kind of customer: who they are, what they expect."""

    id: Key
    name: Name = ""
    who: Words = ""
    expects: Words = ""


class Policy(Model):
    """A rule that holds in every call."""

    id: Key
    name: Name = ""
    text: Words = ""


class Protocol(Model):
    """How one thing is done, step by step. ``skill``: the kind of call it is for, or empty."""

    id: Key
    name: Name = ""
    text: Words = ""
    skill: Annotated[str, Field(max_length=80)] = ""


class Targets(Model):
    """What is aimed at, by level of experience; a level left empty takes the general target."""

    new: Figure = None
    practised: Figure = None
    expert: Figure = None


class Metric(Model):
    """A figure with its target. ``name`` is the glossary's; ``meaning``: how it is counted."""

    id: Key
    name: Name = ""
    meaning: Words = ""
    unit: Annotated[str, Field(max_length=30)] = ""
    direction: Direction = "at_least"
    target: Figure = None
    by_level: Targets = Targets()

    def target_of(self, level: str) -> float | None:
        own: float | None = getattr(self.by_level, level)
        return self.target if own is None else own


class Profile(Model):
    """Who does this work well, and what is expected of a newcomer after 30, 60 and 90 days."""

    knowledge: Words = ""
    skills: Words = ""
    attitudes: Words = ""
    after_30_days: Words = ""
    after_60_days: Words = ""
    after_90_days: Words = ""


class Expected(Model):
    """How much of a criterion's weight is to be earned over many calls, in percent.

    ``critical`` is for criteria that can fail a section or the call.
    """

    ordinary: Percent = None
    critical: Percent = None


class Trusted(Model):
    """One criterion of one scorecard for which the automatic rater may count alone, and why."""

    id: Key
    card_id: Annotated[int, Field(ge=1)]
    criterion: Annotated[str, Field(min_length=1, max_length=80)]
    reason: Annotated[str, Field(max_length=1000)] = ""


class Framework(Model):
    """The whole document."""

    mission: Words = ""
    segments: Annotated[tuple[Segment, ...], Field(max_length=MOST_PARTS)] = ()
    policies: Annotated[tuple[Policy, ...], Field(max_length=MOST_PARTS)] = ()
    protocols: Annotated[tuple[Protocol, ...], Field(max_length=MOST_PARTS)] = ()
    metrics: Annotated[tuple[Metric, ...], Field(max_length=MOST_PARTS)] = ()
    expected: Expected = Expected()
    profile: Profile = Profile()
    trusted: Annotated[tuple[Trusted, ...], Field(max_length=400)] = ()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        for name in ("segments", "policies", "protocols", "metrics", "trusted"):
            ids = [part.id for part in getattr(self, name)]
            if len(set(ids)) != len(ids):
                raise ValueError(f"every part of {name} needs its own id")
        return self

    def machine_may_score(self, card_id: int, criterion: str) -> bool:
        """Whether the automatic rater may count alone for this criterion."""
        return any(one.card_id == card_id and one.criterion == criterion for one in self.trusted)

    def to_dict(self) -> dict[str, Any]:
        return self.model_dump(mode="json")

    @property
    def content_hash(self) -> str:
        """SHA-256 of the canonical JSON: the same words, the same hash."""
        canonical = json.dumps(
            self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return hashlib.sha256(canonical.encode()).hexdigest()
