"""The statistics of a session's Check: dear to work out, so worked out once and kept as JSON.

They depend on nothing but the marks of closed rounds: the same for everybody who looks, and valid
until another round is closed. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from app.calibration.bootstrap import BOOTSTRAP, Weighed
from app.calibration.check import usual
from app.calibration.session_plan import PlannedCriterion
from app.calibration.session_state import SessionState
from app.calibration.session_tables import Floats, Table, last_round, table
from app.calibration.statistics import (
    Agreement,
    Alpha,
    Method,
    Ratings,
    Reason,
    Sampling,
    as_ratings,
    icc,
    measure,
)

MEAN_ALPHA = Method("Mean of Krippendorff's alpha", "Krippendorff 2011; mean over criteria")
LEAST_FOR_ICC = 3
"""Points a scale must have for an intraclass correlation to make sense."""


@dataclass(frozen=True, slots=True)
class CriterionFigures:
    """Of one criterion, as of its last closed round. ``first``: alpha of the first round, when
    there was a second. ``icc`` only on scales of three or more points in order."""

    alpha: Agreement
    percent: Agreement
    gwet: Agreement
    icc: Agreement | None = None
    first: Agreement | None = None


@dataclass(frozen=True, slots=True)
class SessionFigures:
    """``checked``: of how many closed rounds. ``overall``: the mean alpha over the ``told``
    criteria, those whose alpha can be told; None without any."""

    checked: int
    criteria: Mapping[str, CriterionFigures]
    overall: Agreement | None
    told: int


_ADAPTER = TypeAdapter(SessionFigures)


def figures_of(state: SessionState, sampling: Sampling = BOOTSTRAP) -> SessionFigures:
    """Every criterion's statistics with their intervals. About 5 ms a criterion."""
    tables = {each: table(state, each) for each in state.plan.criterion_ids}
    criteria = {each: _figures(state, of, sampling) for each, of in tables.items()}
    told = [of for name, of in tables.items() if criteria[name].alpha.estimate is not None]
    overall = measure(_MeanAlpha(told), _whole(told), sampling) if told else None
    return SessionFigures(state.checked, criteria, overall, len(told))


def to_json(figures: SessionFigures) -> dict[str, Any]:
    body: dict[str, Any] = _ADAPTER.dump_python(figures, mode="json")
    return body


def from_json(body: Mapping[str, Any]) -> SessionFigures:
    """Raises pydantic's ValidationError for what an older release kept."""
    return _ADAPTER.validate_python(body)


def alpha(criterion: PlannedCriterion) -> Alpha:
    return Alpha(criterion.level)


def has_icc(criterion: PlannedCriterion) -> bool:
    return criterion.level != "nominal" and len(criterion.values) >= LEAST_FOR_ICC


def _figures(state: SessionState, of: Table, sampling: Sampling) -> CriterionFigures:
    ratings = _ratings(of)
    found = [measure(statistic, ratings, sampling) for statistic in usual(of.criterion)]
    first = None
    if last_round(state, of.criterion.id) > 1:
        earlier = _ratings(table(state, of.criterion.id, 1))
        first = measure(alpha(of.criterion), earlier, sampling)
    return CriterionFigures(
        found[0], found[1], found[2], icc(of.values) if has_icc(of.criterion) else None, first
    )


def _ratings(of: Table) -> Ratings:
    return as_ratings(of.values, of.criterion.values)


def _whole(tables: Sequence[Table]) -> Ratings:
    """All marks side by side, for the numbers beside the figure."""
    return as_ratings(np.concatenate([each.values for each in tables], axis=1))


@dataclass(frozen=True, slots=True)
class _MeanAlpha:
    """The mean of several criteria's alphas, of the same recordings drawn together."""

    tables: Sequence[Table]

    @property
    def method(self) -> Method:
        return MEAN_ALPHA

    def weigh(self, ratings: Ratings) -> Weighed | Reason:
        prepared: list[tuple[list[int], Weighed]] = []
        for of in self.tables:
            rows = _paired(of)
            weighed = alpha(of.criterion).weigh(as_ratings(of.values[rows], of.criterion.values))
            if isinstance(weighed, Reason):
                return weighed
            prepared.append((rows, weighed))
        used = sorted({row for rows, _ in prepared for row in rows})
        place = {row: at for at, row in enumerate(used)}
        moved = [([place[row] for row in rows], weighed) for rows, weighed in prepared]

        def over(weights: Floats) -> Floats:
            # A draw may hold none of a criterion's recordings: NaN, and the draw is left out.
            with np.errstate(invalid="ignore", divide="ignore"):
                each = [weighed.over(weights[:, rows]) for rows, weighed in moved]
            mean: Floats = np.mean(np.stack(each), axis=0)
            return mean

        raters = int((~np.isnan(np.stack([of.values for of in self.tables]))).any((0, 1)).sum())
        return Weighed(over, len(used), raters)


def _paired(of: Table) -> list[int]:
    """The rows that two or more people scored: those that alpha uses."""
    rows: list[int] = np.flatnonzero((~np.isnan(of.values)).sum(axis=1) > 1).tolist()
    return rows
