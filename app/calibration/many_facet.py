"""How strict each rater is, in logits: the many-facet rating model (Linacre 1989).

The chance of each score is a matter of the unit, the rater's severity, the criterion's
difficulty and the scale's thresholds. Joint maximum likelihood; an element with only lowest or
only highest scores is measured afterwards, its total moved 0.3 points inwards (Wright 1998,
"Estimating Rasch measures for extreme scores").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from app.calibration.facet_extremes import measure_extremes
from app.calibration.facet_likelihood import (
    Layout,
    Moments,
    category_probabilities,
    in_use,
    moments,
    others,
    threshold_table,
)
from app.calibration.facet_newton import Solution, solve
from app.calibration.facet_scale import Prepared, prepare
from app.calibration.rater_answers import Estimate, Flags, Floats, Trouble, as_array, check_level
from app.calibration.rating_design import Group, groups
from app.errors import InvalidInput
from app.quality.text import N_, Text, text

METHOD_SHARED = text(N_("many-facet rating-scale model, joint maximum likelihood"))
METHOD_OWN = text(N_("many-facet partial-credit model, joint maximum likelihood"))
SOURCE = "Linacre (1989), Many-Facet Rasch Measurement; extreme scores Wright (1998), 0.3 points"
FEW_SCORES = 10
MUCH_INFLATION = 1.1
MOST_CATEGORIES = 20


@dataclass(frozen=True, slots=True)
class FacetElement:
    """A unit, rater or criterion, by index.

    ``measure`` in logits: a unit's quality, a rater's severity, a criterion's difficulty.
    ``infit`` and ``outfit`` are mean squares, 1 when scores scatter as the model says, above
    about 1.5 erratic, below about 0.5 too much alike; None for an extreme element.
    """

    index: int
    measure: Estimate | None
    n: int
    infit: float | None
    outfit: float | None
    extreme: bool
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class FacetsResult:
    """Severities and difficulties sum to zero over their measured, not extreme, elements.

    ``fair_averages`` are a unit's expected mean score from an average rater over all criteria.
    ``thresholds`` and ``categories`` by criterion; ``inflation`` is by how much joint
    likelihood stretches differences, about L / (L - 1) with L scores a unit.
    """

    raters: tuple[FacetElement, ...]
    units: tuple[FacetElement, ...]
    criteria: tuple[FacetElement, ...]
    fair_averages: tuple[float | None, ...]
    thresholds: tuple[tuple[float, ...], ...]
    categories: tuple[tuple[float, ...], ...]
    groups: tuple[Group, ...]
    inflation: float | None
    steps: int
    n: int
    missing: int
    too_few: bool
    trouble: Trouble | None
    level: float
    method: Text
    source: str = SOURCE


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
        return _without(scored, parts, trouble, level, shared_scale)
    # On tables of this size threads cost more than they bring.
    with threadpool_limits(limits=1, user_api="blas"):
        return _fitted(table, scored, parts, shared_scale, level)


def _fitted(
    table: Floats, scored: Flags, parts: tuple[Group, ...], shared: bool, level: float
) -> FacetsResult:
    ready = prepare(table, shared=shared)
    trouble = _after_trimming(ready.layout)
    if trouble is not None:
        return _without(scored, parts, trouble, level, shared)
    solution = solve(ready.layout, _held(ready.layout, shared))
    if solution is None:
        return _without(scored, parts, Trouble.NOT_CONVERGED, level, shared)
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
    return None if _all_comparable(active) else Trouble.NESTED


def _all_comparable(active: Flags) -> bool:
    """Whether nothing is free but one constant for raters and one for criteria."""
    sizes = [active.sum(axis=others(axis)) for axis in range(3)]
    crossed = np.zeros((sum(active.shape),) * 2)
    ends = np.cumsum((0, *active.shape))
    for one in range(3):
        here = slice(ends[one], ends[one + 1])
        crossed[here, here] = np.diag(sizes[one])
        for other in range(one + 1, 3):
            there = slice(ends[other], ends[other + 1])
            crossed[here, there] = active.sum(axis=3 - one - other)
            crossed[there, here] = crossed[here, there].T
    there_are = sum(int((size > 0).sum()) for size in sizes)
    return int(np.linalg.matrix_rank(crossed, hermitian=True)) == there_are - 2


def _held(layout: Layout, shared: bool) -> Floats:
    """Zero sums of severities, difficulties and thresholds; unused parameters are zero."""
    first, second, third, size = layout.offsets
    rows = []
    for axis, start in enumerate((0, first, second)):
        used = in_use(layout.active, axis)
        if axis:
            rows.append(_row(size, start + np.flatnonzero(used)))
        rows.extend(_row(size, [start + int(k)]) for k in np.flatnonzero(~used))
    sets = layout.steps[:1] if shared else layout.steps
    rows.extend(_row(size, third + each[each >= 0]) for each in sets if (each >= 0).any())
    return np.array(rows)


def _row(size: int, at: ArrayLike) -> Floats:
    row = np.zeros(size)
    row[np.asarray(at, dtype=np.intp)] = 1
    return row


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
        _elements(axis, scored, layout, now, known, values, errors, reach) for axis in range(3)
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
        method=METHOD_SHARED if shared else METHOD_OWN,
    )


def _elements(
    axis: int,
    scored: Flags,
    layout: Layout,
    now: Moments,
    known: tuple[Flags, Flags, Flags],
    values: Floats,
    errors: Floats,
    reach: float,
) -> tuple[FacetElement, ...]:
    start = (0, *layout.offsets)[axis]
    counts = scored.sum(axis=others(axis))
    regular = in_use(layout.active, axis)
    infit, outfit = _fit(layout, now, axis)
    found = []
    for index in range(scored.shape[axis]):
        measure = None
        if known[axis][index]:
            value, error = float(values[start + index]), float(errors[start + index])
            measure = Estimate(value, error, value - reach * error, value + reach * error)
        fits = bool(regular[index])
        extreme = bool(counts[index]) and not fits
        found.append(
            FacetElement(
                index,
                measure,
                int(counts[index]),
                float(infit[index]) if fits else None,
                float(outfit[index]) if fits else None,
                extreme,
                _why(int(counts[index]), extreme, measure is not None),
            )
        )
    return tuple(found)


def _why(count: int, extreme: bool, measured: bool) -> Trouble | None:
    if not count:
        return Trouble.NOTHING_RATED
    if not extreme:
        return None
    return Trouble.EXTREME if measured else Trouble.ALL_EXTREME


def _fit(layout: Layout, now: Moments, axis: int) -> tuple[Floats, Floats]:
    """Mean squares weighted by information (infit) and plain (outfit); Wright & Masters 1982."""
    squares = np.where(layout.active, (layout.scores - now.expected) ** 2, 0.0)
    variance = np.where(layout.active, now.variance, 0.0)
    plain = np.divide(squares, variance, out=np.zeros_like(squares), where=variance > 0)
    count = np.maximum(layout.active.sum(axis=others(axis)), 1)
    total = variance.sum(axis=others(axis))
    infit = np.divide(
        squares.sum(axis=others(axis)), total, out=np.ones_like(total), where=total > 0
    )
    return infit, plain.sum(axis=others(axis)) / count


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


def _without(
    scored: Flags, parts: tuple[Group, ...], trouble: Trouble, level: float, shared: bool
) -> FacetsResult:
    """An answer that names what is missing, without measures."""
    elements = []
    for axis in range(3):
        counts = scored.sum(axis=others(axis))
        elements.append(
            tuple(
                FacetElement(
                    index,
                    None,
                    int(count),
                    None,
                    None,
                    False,
                    trouble if count else Trouble.NOTHING_RATED,
                )
                for index, count in enumerate(counts)
            )
        )
    return FacetsResult(
        raters=elements[1],
        units=elements[0],
        criteria=elements[2],
        fair_averages=(None,) * scored.shape[0],
        thresholds=(),
        categories=(),
        groups=parts,
        inflation=None,
        steps=0,
        n=int(scored.sum()),
        missing=int((~scored).sum()),
        too_few=True,
        trouble=trouble,
        level=level,
        method=METHOD_SHARED if shared else METHOD_OWN,
    )
