"""What the selection knows of a call, as plain values. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.quality.monitoring.plan import LONG, SHORT, Period, Stratum


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules of a plan ask of a call. Seconds; ``confidence`` is 0..1 or None.

    ``phrases``: those of the plan that were said. ``acts``: meant by the agent. ``failed``:
    criteria the automatic rater found not met.
    """

    silence: float = 0.0
    hold: float = 0.0
    talk_over: int = 0
    confidence: float | None = None
    phrases: frozenset[str] = frozenset()
    acts: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()


NOTHING_KNOWN = Facts()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call that might be chosen."""

    recording: int
    agent: int
    at: datetime
    seconds: float
    skill: str
    facts: Facts = field(default=NOTHING_KNOWN)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A call this plan chose before, skipped ones aside with ``counts`` False."""

    recording: int
    agent: int
    rater: int
    period: str
    counts: bool = True


def period_of(at: datetime, period: Period) -> str:
    """The day on which the period of ``at`` began (UTC), as 2026-03-02; weeks begin on Monday."""
    return _start(at.date(), period).isoformat()


def _start(day: date, period: Period) -> date:
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def length_class(seconds: float) -> str:
    """``short``, ``medium`` or ``long``."""
    if seconds < SHORT:
        return "short"
    return "medium" if seconds < LONG else "long"


def stratum_of(candidate: Candidate, strata: tuple[Stratum, ...]) -> tuple[str, ...]:
    """The kind of call it is, by the plan's ``strata``; empty when there are none."""
    values: dict[Stratum, str] = {
        "agent": str(candidate.agent),
        "skill": candidate.skill,
        "weekday": str(candidate.at.weekday()),
        "length": length_class(candidate.seconds),
    }
    return tuple(values[name] for name in strata)
