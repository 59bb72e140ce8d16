"""How strict each rater is when not everybody scores everything: the additive approximation.

A score is the unit's fair value less the rater's severity, plus error; least squares
(two-way fixed effects without interaction; Scheffé 1959, "The analysis of variance", ch. 4).
Taking every unit's mean out leaves as many normal equations as there are raters, so that
thousands of units cost nothing. Positive severity is strict: so much lower than her colleagues
on the same calls.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from app.calibration.rater_answers import Estimate, Flags, Floats, Trouble, as_array, check_level
from app.calibration.rating_design import Group, groups
from app.quality.text import N_, Text, text

METHOD = text(N_("additive model: call and rater, least squares"))
SOURCE = "Scheffé (1959), The Analysis of Variance, ch. 4"
FEW_SHARED = 10
"""With fewer shared calls a rater's severity is flagged."""


@dataclass(frozen=True, slots=True)
class RaterSeverity:
    """One rater, by index. ``severity`` in points of the scale, against the mean of her group.

    ``n`` scores of hers, ``shared`` on units that somebody else scored too.
    """

    rater: int
    severity: Estimate | None
    n: int
    shared: int
    group: int | None
    too_few: bool
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class FairAverage:
    """A unit as an average rater of its group would have scored it; ``observed`` is the mean."""

    unit: int
    fair: Estimate | None
    observed: float | None
    n: int


@dataclass(frozen=True, slots=True)
class SeverityResult:
    """Severities that sum to zero within each group of comparable raters.

    ``residual_sd`` is the scatter that neither calls nor severities explain, in points.
    With ``DISCONNECTED`` figures compare within a group only, and ``groups`` names them.
    """

    raters: tuple[RaterSeverity, ...]
    units: tuple[FairAverage, ...]
    groups: tuple[Group, ...]
    residual_sd: float | None
    degrees_of_freedom: int
    n_units: int
    n_raters: int
    n: int
    missing: int
    too_few: bool
    trouble: Trouble | None
    level: float
    method: Text = METHOD
    source: str = SOURCE


@dataclass(frozen=True, slots=True)
class _Fit:
    severity: Floats
    unscaled: Floats
    share: Floats
    observed: Floats
    variance: float | None
    freedom: int


def additive_severity(ratings: ArrayLike, *, level: float = 0.95) -> SeverityResult:
    """Severity of each rater and fair average of each unit, from units × raters, NaN missing.

    Student intervals. Raises InvalidInput for another shape or infinite scores.
    """
    check_level(level)
    scores = as_array(ratings, (2,), "The ratings")
    scored = ~np.isnan(scores)
    parts = groups(scored)
    fit = _fit(scores, scored, len(parts))
    half = _half_width(fit, level)
    raters = _raters(fit, scored, parts, half)
    trouble = _trouble(scores, scored, parts, fit)
    return SeverityResult(
        raters=raters,
        units=_units(fit, scored, half),
        groups=parts,
        residual_sd=None if fit.variance is None else float(np.sqrt(fit.variance)),
        degrees_of_freedom=fit.freedom,
        n_units=int(scored.any(axis=1).sum()),
        n_raters=int(scored.any(axis=0).sum()),
        n=int(scored.sum()),
        missing=int((~scored).sum()),
        too_few=trouble is not None or any(each.too_few for each in raters),
        trouble=trouble,
        level=level,
    )


def _fit(scores: Floats, scored: Flags, parts: int) -> _Fit:
    weight = scored.astype(np.float64)
    per_unit = weight.sum(axis=1)
    share = weight / np.maximum(per_unit, 1)[:, None]
    filled = np.where(scored, scores, 0.0)
    observed = filled.sum(axis=1) / np.maximum(per_unit, 1)
    gap = np.where(scored, observed[:, None] - filled, 0.0)
    normal = np.diag(weight.sum(axis=0)) - weight.T @ share
    # The null space is one constant for each group: the pseudo-inverse centres each of them.
    unscaled = np.linalg.pinv(normal, hermitian=True, rcond=1e-10)
    severity = unscaled @ gap.sum(axis=0)
    left = np.where(scored, gap - severity + (share @ severity)[:, None], 0.0)
    freedom = int(weight.sum() - scored.any(axis=1).sum() - scored.any(axis=0).sum() + parts)
    variance = float((left**2).sum() / freedom) if freedom > 0 else None
    return _Fit(severity, unscaled, share, observed, variance, freedom)


def _half_width(fit: _Fit, level: float) -> float:
    return float(stats.t.ppf((1 + level) / 2, fit.freedom)) if fit.freedom > 0 else 0.0


def _estimate(value: float, unscaled: float, variance: float | None, half: float) -> Estimate:
    if variance is None:
        return Estimate(value, None, None, None)
    error = float(np.sqrt(max(unscaled, 0.0) * variance))
    return Estimate(value, error, value - half * error, value + half * error)


def _raters(
    fit: _Fit, scored: Flags, parts: tuple[Group, ...], half: float
) -> tuple[RaterSeverity, ...]:
    group_of = {rater: number for number, part in enumerate(parts) for rater in part.raters}
    counts = scored.sum(axis=0)
    shared = scored[scored.sum(axis=1) > 1].sum(axis=0)
    found = []
    for rater in range(scored.shape[1]):
        group = group_of.get(rater)
        trouble = _rater_trouble(group, parts)
        severity = None
        if trouble is None:
            severity = _estimate(
                float(fit.severity[rater]), float(fit.unscaled[rater, rater]), fit.variance, half
            )
        few = bool(shared[rater] < FEW_SHARED)
        found.append(
            RaterSeverity(
                rater, severity, int(counts[rater]), int(shared[rater]), group, few, trouble
            )
        )
    return tuple(found)


def _rater_trouble(group: int | None, parts: tuple[Group, ...]) -> Trouble | None:
    if group is None:
        return Trouble.NOTHING_RATED
    return Trouble.ALONE if len(parts[group].raters) == 1 else None


def _units(fit: _Fit, scored: Flags, half: float) -> tuple[FairAverage, ...]:
    counts = scored.sum(axis=1)
    fair = fit.observed + fit.share @ fit.severity
    # The mean of a unit and the severities, made of deviations from means, are uncorrelated.
    spread = 1 / np.maximum(counts, 1) + np.einsum(
        "ur,rs,us->u", fit.share, fit.unscaled, fit.share
    )
    return tuple(
        FairAverage(
            unit,
            _estimate(float(fair[unit]), float(spread[unit]), fit.variance, half),
            float(fit.observed[unit]),
            int(counts[unit]),
        )
        if counts[unit]
        else FairAverage(unit, None, None, 0)
        for unit in range(len(counts))
    )


def _trouble(
    scores: Floats,
    scored: Flags,
    parts: tuple[Group, ...],
    fit: _Fit,
) -> Trouble | None:
    if not scored.any():
        return Trouble.NOTHING_RATED
    if scored.any(axis=0).sum() == 1:
        return Trouble.ONE_RATER
    if len(parts) > 1:
        return Trouble.DISCONNECTED
    if np.ptp(scores[scored]) == 0:
        return Trouble.ALL_EQUAL
    return Trouble.NO_SPARE if fit.freedom == 0 else None
