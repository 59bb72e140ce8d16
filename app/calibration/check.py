"""The Check of a session: who chose what, how alike, and which criteria are over the threshold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import numpy as np

from app.calibration.session_events import ScoringClosed
from app.calibration.session_plan import AlphaAtLeast, PlannedCriterion, WithinPoints
from app.calibration.session_state import SessionState
from app.calibration.session_tables import Flags, Floats, Table, table, tables
from app.calibration.statistics import (
    Agreement,
    Alpha,
    Reason,
    Sampling,
    Statistic,
    Weights,
    as_ratings,
    gwet,
    measure,
    percent,
)
from app.quality.answers import Answer, Left

NO_INTERVAL = Sampling(draws=0)
_WEIGHTS: dict[str, Weights | None] = {
    "nominal": None,
    "ordinal": "ordinal",
    "interval": "quadratic",
    "ratio": "quadratic",
}


class Standing(StrEnum):
    WITHIN = "within"
    OVER = "over"
    UNKNOWN = "unknown"
    """No two people answered it for the same recording."""


class Why(StrEnum):
    """What puts a criterion over the threshold."""

    LOW_ALPHA = "low_alpha"
    """Alpha is below the target."""
    DIFFERENT = "different"
    """Alpha cannot be computed (one recording, say), and the marks are not all the same."""
    FAR = "far"
    """Too many pairs of marks lie further apart than the target allows."""
    APPLIES = "applies"
    """On one recording some say that it does not apply, and others gave it a mark."""
    FIRST_ROUND = "first_round"
    """It was over after the first round, and hardly anybody scored it again."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer, and who gave it."""

    answer: Answer
    raters: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class CriterionCheck:
    """What Check shows of a criterion.

    ``choices``: for each recording who chose what, low to high, then "does not apply" and
    "not sure". ``widest``: (recordings,), the distance of the two marks furthest apart in
    points, NaN without two. ``near``: the share of pairs that agree (within the target's points,
    if it has some). ``statistics``: in the order that was asked for.
    """

    table: Table
    choices: tuple[tuple[Choice, ...], ...]
    widest: Floats
    near: float | None
    pairs: int
    statistics: tuple[Agreement, ...]
    standing: Standing
    why: tuple[Why, ...]


def usual(criterion: PlannedCriterion) -> tuple[Statistic, ...]:
    """Alpha, with raw agreement and Gwet's coefficient beside it, since alpha has its paradox."""
    return (Alpha(criterion.level), percent, gwet(_WEIGHTS[criterion.level]))


def check(
    state: SessionState,
    sampling: Sampling = NO_INTERVAL,
    statistics: Callable[[PlannedCriterion], Sequence[Statistic]] = usual,
) -> tuple[CriterionCheck, ...]:
    """Every criterion as of its last closed round. ``sampling`` with draws brings intervals.

    What is over the threshold is what the session's events say.
    """
    return tuple(_checked(state, of, sampling, statistics(of.criterion)) for of in tables(state))


def close_scoring(state: SessionState, by: int, at: datetime) -> ScoringClosed:
    """The event that closes Do, with the criteria of this round that are over the threshold."""
    closing = replace(state, checked=state.round)
    over = tuple(
        criterion
        for criterion in state.criteria
        if _why(closing, table(closing, criterion, state.round))
    )
    return ScoringClosed(by, at, over)


def _checked(
    state: SessionState, of: Table, sampling: Sampling, statistics: Sequence[Statistic]
) -> CriterionCheck:
    target = state.plan.target
    near, pairs = _near(of, target.points if isinstance(target, WithinPoints) else 0.0)
    ratings = as_ratings(of.values, of.criterion.values)
    over = of.criterion.id in state.over
    within = Standing.WITHIN if pairs else Standing.UNKNOWN
    return CriterionCheck(
        of,
        tuple(_choices(of, row) for row in range(len(of.recordings))),
        _widest(of.values),
        near / pairs if pairs else None,
        pairs,
        tuple(measure(statistic, ratings, sampling) for statistic in statistics),
        Standing.OVER if over else within,
        _why(state, of) if over else (),
    )


def _why(state: SessionState, of: Table) -> tuple[Why, ...]:
    target = state.plan.target
    missed = _low(of, target) if isinstance(target, AlphaAtLeast) else _far(of, target)
    return tuple(each for each in (missed, _split(of), _still(state, of)) if each)


def _still(state: SessionState, of: Table) -> Why | None:
    over = of.round > 1 and of.criterion.id in state.over
    return Why.FIRST_ROUND if over and not _near(of, 0.0)[1] else None


def _low(of: Table, target: AlphaAtLeast) -> Why | None:
    ratings = as_ratings(of.values, of.criterion.values)
    alpha = measure(Alpha(of.criterion.level), ratings, NO_INTERVAL)
    if alpha.estimate is not None:
        return Why.LOW_ALPHA if alpha.estimate < target.value else None
    if alpha.reason is Reason.NO_VARIATION:
        return None
    return Why.DIFFERENT if (_widest(of.values) > 0).any() else None


def _far(of: Table, target: WithinPoints) -> Why | None:
    near, pairs = _near(of, target.points)
    return Why.FAR if pairs and near < target.share * pairs - 1e-9 else None


def _split(of: Table) -> Why | None:
    split = of.not_applicable.any(axis=1) & ~np.isnan(of.values).all(axis=1)
    return Why.APPLIES if split.any() else None


def _near(of: Table, points: float) -> tuple[int, int]:
    """Pairs of raters on a recording that agree, and all pairs who answered.

    "Does not apply" agrees with itself alone; "not sure" is no answer to hold against another.
    """
    apart = np.abs(of.values[:, :, None] - of.values[:, None, :])
    close: Flags = apart == 0 if of.criterion.level == "nominal" else apart <= points + 1e-9
    close |= of.not_applicable[:, :, None] & of.not_applicable[:, None, :]
    answered = ~np.isnan(of.values) | of.not_applicable
    pair = answered[:, :, None] & answered[:, None, :]
    upper = np.triu(np.ones(pair.shape[1:], dtype=bool), 1)
    return int((close & pair & upper).sum()), int((pair & upper).sum())


def _widest(values: Floats) -> Floats:
    there = ~np.isnan(values)
    high = np.where(there, values, -np.inf).max(axis=1)
    low = np.where(there, values, np.inf).min(axis=1)
    two = there.sum(axis=1) > 1
    return np.where(two, np.where(two, high, 0) - np.where(two, low, 0), np.nan)


def _choices(of: Table, row: int) -> tuple[Choice, ...]:
    possible: tuple[Answer, ...] = (*of.criterion.values, Left.NOT_APPLICABLE, Left.NOT_SURE)
    answers: dict[Answer, list[int]] = {answer: [] for answer in possible}
    for rater, answer in zip(of.raters, of.answers[row], strict=True):
        if answer is not None:
            answers[answer].append(rater)
    return tuple(Choice(answer, tuple(who)) for answer, who in answers.items() if who)
