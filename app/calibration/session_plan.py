"""What a calibration session sets out to do: who scores which calls on what, and how alike."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.calibration.session_errors import WrongInput
from app.quality.answers import Answer, Left
from app.quality.card import Scorecard
from app.quality.text import N_, Text, text

Level = Literal["nominal", "ordinal", "interval", "ratio"]


@dataclass(frozen=True, slots=True)
class PlannedCriterion:
    """A criterion to agree on: its points, ascending, and what may be computed with them."""

    id: str
    values: tuple[float, ...]
    level: Level

    @property
    def width(self) -> float:
        """From the lowest point of the scale to its highest."""
        return self.values[-1] - self.values[0]

    def takes(self, answer: Answer) -> bool:
        return isinstance(answer, Left) or answer in self.values


@dataclass(frozen=True, slots=True)
class AlphaAtLeast:
    """Krippendorff's alpha of every criterion should reach this."""

    value: float
    kind: Literal["alpha"] = "alpha"


@dataclass(frozen=True, slots=True)
class WithinPoints:
    """Of all pairs of marks on the same call, this share should lie at most so far apart."""

    points: float
    share: float = 1.0
    kind: Literal["within"] = "within"


Target = AlphaAtLeast | WithinPoints
REMINDERS = (timedelta(days=2), timedelta(0), timedelta(days=-2))


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """People and recordings by their numbers; ``host`` leads the session and may be a rater.

    ``reference`` scores as everybody does; her marks are what the others are held against,
    and no part of their agreement. ``reminders``: how long before ``due`` (negative: after it)
    whoever is not done is reminded. ``seed`` shuffles the names "Rater 1", "Rater 2"… when
    ``hide_raters``. ``follows`` is the session whose recordings are scored again.
    """

    title: str
    host: int
    recordings: tuple[int, ...]
    card_version: str
    criteria: tuple[PlannedCriterion, ...]
    raters: tuple[int, ...]
    target: Target
    due: datetime
    reference: int | None = None
    hide_agents: bool = True
    hide_raters: bool = False
    reminders: tuple[timedelta, ...] = REMINDERS
    seed: int = 0
    follows: int | None = None

    @property
    def scorers(self) -> tuple[int, ...]:
        """Everybody who scores: the raters, then the reference scorer if there is one."""
        return self.raters if self.reference is None else (*self.raters, self.reference)

    @property
    def criterion_ids(self) -> tuple[str, ...]:
        return tuple(criterion.id for criterion in self.criteria)

    def criterion(self, criterion_id: str) -> PlannedCriterion:
        """The criterion of this id; KeyError when the plan has none."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)


def criteria_of(
    card: Scorecard, chosen: Iterable[str], interval: Iterable[str] = ()
) -> tuple[PlannedCriterion, ...]:
    """The chosen criteria of a card, in its order, each with the points of its scale.

    Two points are nominal, more are ordinal. ``interval``: criteria whose points the planner
    says lie equally far apart. Raises ``WrongInput`` for an id the card does not have.
    """
    wanted, even = set(chosen), set(interval)
    unknown = sorted(wanted - {criterion.id for criterion in card.criteria})
    if unknown:
        words = text(N_("This card has no criterion {names}."), names=", ".join(unknown))
        raise WrongInput(words, field="criteria")
    return tuple(
        PlannedCriterion(
            criterion.id,
            criterion.scale.values,
            "interval"
            if criterion.id in even and criterion.scale.level == "ordinal"
            else criterion.scale.level,
        )
        for criterion in card.criteria
        if criterion.id in wanted
    )


def shortcomings(plan: SessionPlan, now: datetime) -> dict[str, Text]:
    """What keeps the scoring from being opened, by field."""
    late = None if plan.due > now else text(N_("Choose a due date that is still to come."))
    found = {
        "recordings": _recordings(plan),
        "criteria": _criteria(plan),
        "raters": _raters(plan),
        "reference": _reference(plan),
        "target": _target(plan.target),
        "due": late,
    }
    return {field: words for field, words in found.items() if words}


def check_ready(plan: SessionPlan, now: datetime) -> None:
    """Raises ``WrongInput`` for the first thing that keeps the scoring from being opened."""
    for field, words in shortcomings(plan, now).items():
        raise WrongInput(words, field=field)


def _recordings(plan: SessionPlan) -> Text | None:
    if not plan.recordings:
        return text(N_("Choose at least one recording."))
    if len(set(plan.recordings)) < len(plan.recordings):
        return text(N_("A recording is in the list twice. Take one away."))
    return None


def _criteria(plan: SessionPlan) -> Text | None:
    if not plan.criteria:
        return text(N_("Choose at least one criterion."))
    if len(set(plan.criterion_ids)) < len(plan.criteria):
        return text(N_("A criterion is in the list twice. Take one away."))
    for criterion in plan.criteria:
        values = criterion.values
        ascending = all(a < b for a, b in itertools.pairwise(values))
        if len(values) < 2 or not ascending or not all(map(math.isfinite, values)):
            return text(
                N_("The scale of {criterion} needs two or more points, the lowest first."),
                criterion=criterion.id,
            )
    return None


def _raters(plan: SessionPlan) -> Text | None:
    if len(set(plan.raters)) < len(plan.raters):
        return text(N_("A rater is in the list twice. Take one away."))
    if len(plan.scorers) < 2 or not plan.raters:
        return text(N_("Choose at least two raters, or one rater and a reference scorer."))
    return None


def _reference(plan: SessionPlan) -> Text | None:
    if plan.reference in plan.raters:
        return text(N_("The reference scorer cannot be a rater as well. Choose one of the two."))
    return None


def _target(target: Target) -> Text | None:
    if isinstance(target, AlphaAtLeast):
        if not 0 < target.value <= 1:
            return text(N_("The target for alpha must be above 0 and at most 1."))
        return None
    if not (math.isfinite(target.points) and target.points >= 0):
        return text(N_("The points that marks may lie apart must be 0 or more."))
    if not 0 < target.share <= 1:
        return text(N_("The share of pairs must be above 0 % and at most 100 %."))
    return None
