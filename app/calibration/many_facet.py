"""How strict each rater is, in logits: the many-facet rating model (Linacre 1989).

The chance of each score is a matter of the unit, the rater's severity, the criterion's
difficulty and the scale's thresholds. Joint maximum likelihood; an element with only lowest or
only highest scores is measured afterwards, its total moved 0.3 points inwards (Wright 1998,
"Estimating Rasch measures for extreme scores").
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from app.calibration.facet_answers import FacetsResult, method, without_measures
from app.calibration.facet_elements import elements
from app.calibration.facet_extremes import measure_extremes
from app.calibration.facet_identification import all_comparable, held
from app.calibration.facet_likelihood import (
    Layout,
    category_probabilities,
    in_use,
    moments,
    threshold_table,
)
from app.calibration.facet_newton import Solution, solve
from app.calibration.facet_scale import Prepared, prepare
from app.calibration.rater_answers import Flags, Floats, Trouble, as_array, check_level
from app.calibration.rating_design import Group, groups
from app.errors import InvalidInput

FEW_SCORES = 10
MUCH_INFLATION = 1.1
MOST_CATEGORIES = 20


def facet_severity(
    ratings: ArrayLike, *, shared_scale: bool = True, level: float = 0.95
) -> FacetsResult:
    """Measures of units, raters and criteria from ordered scores.

    ``ratings`` units × raters or units × raters × criteria, NaN missing, at most 20 different
    scores. ``shared_scale`` gives all criteria the same thresholds, else each has its own.
    Raises InvalidInput for another shape.
    """
    check_level(level)
    table = as_array(ratings, (2, 3), "The ratings")
    table = table[..., None] if table.ndim == 2 else table
    scored = ~np.isnan(table)
    _check_categories(table[scored])
    parts = groups(np.asarray(scored.any(axis=2)))
    trouble = _before(table, scored, parts)
    if trouble is not None:
        return without_measures(scored, parts, trouble, level, shared_scale)
    # On tables of this size threads cost more than they bring.
    with threadpool_limits(limits=1, user_api="blas"):
        return _fitted(table, scored, parts, shared_scale, level)


def _fitted(
    table: Floats, scored: Flags, parts: tuple[Group, ...], shared: bool, level: float
) -> FacetsResult:
    ready = prepare(table, shared=shared)
    trouble = _after_trimming(ready.layout)
    if trouble is not None:
        return without_measures(scored, parts, trouble, level, shared)
    solution = solve(ready.layout, held(ready.layout, shared))
    if solution is None:
        return without_measures(scored, parts, Trouble.NOT_CONVERGED, level, shared)
    return _result(scored, parts, ready, solution, level, shared)


def _check_categories(values: Floats) -> None:
    count = len(np.unique(values))
    if count > MOST_CATEGORIES:
        raise InvalidInput(
            f"The rating model takes at most {MOST_CATEGORIES} different scores, got {count}.",
            remedy="Use the additive model for percentages and totals.",
        )


def _before(table: Floats, scored: Flags, parts: tuple[Group, ...]) -> Trouble | None:
    if not scored.any():
        return Trouble.NOTHING_RATED
    if scored.any(axis=(0, 2)).sum() == 1:
        return Trouble.ONE_RATER
    if len(parts) > 1:
        return Trouble.DISCONNECTED
    return Trouble.ALL_EQUAL if np.ptp(table[scored]) == 0 else None


def _after_trimming(layout: Layout) -> Trouble | None:
    active = layout.active
    if layout.n_thresholds == 0 or in_use(active, 1).sum() < 2:
        return Trouble.ALL_EXTREME
    return None if all_comparable(active) else Trouble.NESTED


def _result(
    scored: Flags,
    parts: tuple[Group, ...],
    ready: Prepared,
    solution: Solution,
    level: float,
    shared: bool,
) -> FacetsResult:
    layout = ready.layout
    values, errors = solution.values.copy(), np.sqrt(np.maximum(np.diag(solution.covariance), 0))
    known = measure_extremes(ready, values, errors)
    now = moments(layout, solution.values)
    reach = float(stats.norm.ppf((1 + level) / 2))
    facets = tuple(
        elements(axis, scored, layout, now, known, values, errors, reach) for axis in range(3)
    )
    units, raters, criteria = facets
    inflation = _inflation(layout.active)
    steps = threshold_table(layout, layout.split(values)[3]).T
    return FacetsResult(
        raters=raters,
        units=units,
        criteria=criteria,
        fair_averages=_fair_averages(ready, values, known),
        thresholds=tuple(tuple(each[np.isfinite(each)].tolist()) for each in steps),
        categories=tuple(tuple(each.tolist()) for each in ready.categories),
        groups=parts,
        inflation=inflation,
        steps=solution.steps,
        n=int(scored.sum()),
        missing=int((~scored).sum()),
        too_few=inflation is None
        or inflation > MUCH_INFLATION
        or any(each.n < FEW_SCORES or each.extreme for each in raters),
        trouble=None,
        level=level,
        method=method(shared),
    )


def _inflation(active: Flags) -> float | None:
    counts = active.sum(axis=(1, 2))
    each = float(counts[counts > 0].mean())
    return each / (each - 1) if each > 1 else None


def _fair_averages(
    ready: Prepared, values: Floats, known: tuple[Flags, Flags, Flags]
) -> tuple[float | None, ...]:
    unit, _, criterion, thresholds = ready.layout.split(values)
    chance = category_probabilities(
        unit[:, None] - criterion, threshold_table(ready.layout, thresholds)
    )
    usable = [each for each in np.flatnonzero(known[2]) if len(ready.categories[each]) > 1]
    fair = np.mean(
        [
            ready.categories[each] @ chance[: len(ready.categories[each]), :, each]
            for each in usable
        ],
        axis=0,
    )
    return tuple(float(one) if there else None for one, there in zip(fair, known[0], strict=True))
