"""A monitoring plan as a document: whose calls, which of them, how many, by when. Pure."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from app.quality.kinds import Model

Period = Literal["day", "week", "month"]
Stratum = Literal["agent", "skill", "weekday", "length"]
Ids = tuple[Annotated[int, Field(ge=1)], ...]
Words = tuple[Annotated[str, Field(min_length=1, max_length=200)], ...]
Seconds = Annotated[float, Field(gt=0, le=7200)]

SHORT, LONG = 120.0, 480.0
"""Seconds: a call below the first is short, one from the second on is long."""


class People(Model):
    """Whose calls: everybody, or whoever is in a team or named. ``new_for`` leaves new hires only.

    ``new_for``: only people who were added at most so many days before the call.
    """

    everybody: bool = False
    teams: Ids = ()
    agents: Ids = ()
    new_for: Annotated[int, Field(ge=1, le=730)] | None = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not (self.everybody or self.teams or self.agents):
            raise ValueError("choose everybody, a team or a person; nobody is chosen")
        return self


class Rules(Model):
    """What makes a call worth hearing. One rule met is enough. None: that rule is not asked.

    ``silence``, ``hold``: somebody waited longer than so many seconds. ``talk_over``: both
    spoke at once at least so often. ``phrases``: said by anybody, nearly word by word.
    ``acts``: meant by the agent, of practice calls. ``failed``: a criterion the automatic
    rater found not met. ``unsure``: words recognised with less than this confidence (0..1)
    on average.
    """

    silence: Seconds | None = None
    hold: Seconds | None = None
    talk_over: Annotated[int, Field(ge=1, le=100)] | None = None
    phrases: Words = ()
    acts: Words = ()
    longer: Seconds | None = None
    shorter: Seconds | None = None
    failed: Words = ()
    unsure: Annotated[float, Field(gt=0, le=1)] | None = None

    @property
    def any(self) -> bool:
        return any(getattr(self, name) for name in type(self).model_fields)


class Quota(Model):
    """At most so many calls an agent in a period; ``total``: at most so many of all together."""

    per_agent: Annotated[int, Field(ge=1, le=200)] = 2
    total: Annotated[int, Field(ge=1, le=2000)] | None = None
    period: Period = "week"


class Plan(Model):
    """The whole plan.

    ``method`` is ``recording`` (a period is drawn from when it is over) or ``practice``
    (practice calls alone, taken as they come). Without ``strata`` the calls are chosen by
    chance; with them every kind of call is served before any is served twice.
    """

    people: People
    method: Literal["recording", "practice"] = "recording"
    selection: Literal["all", "skill", "rules"] = "all"
    skills: Words = ()
    rules: Rules = Rules()
    strata: tuple[Stratum, ...] = ()
    quota: Quota = Quota()
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    due_days: Annotated[int, Field(ge=1, le=90)] = 7
    unheard_days: Annotated[int, Field(ge=1, le=365)] = 30

    @model_validator(mode="after")
    def _selects(self) -> Self:
        if self.selection == "skill" and not self.skills:
            raise ValueError("name at least one kind of call; none is named")
        if self.selection == "rules" and not self.rules.any:
            raise ValueError("give at least one rule; none is given")
        return self
