"""Self-consistency on repeated calls: gauge repeatability and reproducibility.

Crossed analysis of variance with random calls and raters (AIAG, "Measurement systems analysis",
4th ed. 2010). Repeatability is what one rater changes from one hearing of a call to the next,
reproducibility what differs between raters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from app.calibration.gauge_components import Component, components
from app.calibration.mean_squares import MeanSquare
from app.calibration.rater_answers import Floats, Trouble, as_array, check_level
from app.errors import InvalidInput
from app.quality.text import N_, Text, text

METHOD = text(N_("crossed analysis of variance; intervals by modified large samples"))
METHOD_POOLED = text(
    N_(
        "crossed analysis of variance, the interaction of rater and call pooled into "
        "repeatability; intervals by modified large samples"
    )
)
SOURCE = "AIAG MSA manual, 4th ed. (2010); Burdick, Borror & Montgomery (2003), J. Qual. Tech. 35"
FEW_UNITS = 5
"""With fewer calls the spread of calls is hardly known."""


@dataclass(frozen=True, slots=True)
class GaugeResult:
    """Components of the variance of a score.

    ``gauge`` is repeatability + reproducibility; reproducibility is raters + interaction.
    ``distinct_categories``: how many classes of calls the scoring can tell apart (AIAG asks
    for 5); None when the scoring has no error at all.
    With a trouble all figures are None.
    """

    repeatability: Component | None
    reproducibility: Component | None
    rater: Component | None
    interaction: Component | None
    gauge: Component | None
    unit: Component | None
    total: float | None
    distinct_categories: int | None
    anova: tuple[MeanSquare, ...]
    pooled: bool
    n_units: int
    n_raters: int
    n_repeats: int
    missing: int
    left_out: int
    too_few: bool
    trouble: Trouble | None
    level: float
    method: Text
    source: str = SOURCE


def gauge_rr(
    repeats: ArrayLike, *, pool_above: float | None = 0.25, level: float = 0.95
) -> GaugeResult:
    """From units × raters × repeats, NaN missing; a unit with a missing score is left out.

    The interaction is pooled when its p-value is above ``pool_above`` (None: never). With one
    rater only repeatability and units are told apart. Raises InvalidInput for another shape.
    """
    check_level(level)
    if pool_above is not None and not 0 <= pool_above <= 1:
        raise InvalidInput(f"pool_above must be between 0 and 1, got {pool_above}.")
    scores = as_array(repeats, (3,), "The repeated ratings")
    whole = scores[~np.isnan(scores).any(axis=(1, 2))]
    trouble = _trouble(scores, whole)
    if trouble is not None:
        return _answer(scores, whole, {}, (), False, trouble, level)
    anova = _anova(whole)
    pooled = whole.shape[1] > 1 and _is_small(anova, pool_above)
    if pooled:
        anova = _pool(anova)
    return _answer(scores, whole, components(anova, whole.shape, level), anova, pooled, None, level)


def _trouble(scores: Floats, whole: Floats) -> Trouble | None:
    if scores.size == 0 or np.isnan(scores).all():
        return Trouble.NOTHING_RATED
    if scores.shape[2] < 2:
        return Trouble.NO_REPEATS
    if len(whole) < 2:
        return Trouble.TOO_FEW_UNITS
    return Trouble.ALL_EQUAL if np.ptp(whole) == 0 else None


def _anova(scores: Floats) -> tuple[MeanSquare, ...]:
    """Unit, rater, interaction and repeat; only unit and repeat with one rater."""
    units, raters, repeats = scores.shape
    grand, cell = scores.mean(), scores.mean(axis=2)
    unit, rater = scores.mean(axis=(1, 2)), scores.mean(axis=(0, 2))
    of_units = MeanSquare("unit", units - 1, raters * repeats * float(((unit - grand) ** 2).sum()))
    within = float(((scores - cell[..., None]) ** 2).sum())
    of_repeats = MeanSquare("repeat", units * raters * (repeats - 1), within)
    if raters == 1:
        return of_units, of_repeats
    of_raters = MeanSquare(
        "rater", raters - 1, units * repeats * float(((rater - grand) ** 2).sum())
    )
    crossed = cell - unit[:, None] - rater + grand
    of_both = MeanSquare(
        "interaction", (units - 1) * (raters - 1), repeats * float((crossed**2).sum())
    )
    return of_units, of_raters, of_both, of_repeats


def _is_small(anova: tuple[MeanSquare, ...], pool_above: float | None) -> bool:
    _, _, both, repeat = anova
    if pool_above is None or repeat.mean_square == 0:
        return False
    ratio = both.mean_square / repeat.mean_square
    return float(stats.f.sf(ratio, both.freedom, repeat.freedom)) > pool_above


def _pool(anova: tuple[MeanSquare, ...]) -> tuple[MeanSquare, ...]:
    unit, rater, both, repeat = anova
    error = MeanSquare("repeat", both.freedom + repeat.freedom, both.squares + repeat.squares)
    return unit, rater, error


def _answer(
    scores: Floats,
    whole: Floats,
    parts: dict[str, Component],
    anova: tuple[MeanSquare, ...],
    pooled: bool,
    trouble: Trouble | None,
    level: float,
) -> GaugeResult:
    unit, gauge = parts.get("unit"), parts.get("gauge")
    return GaugeResult(
        repeatability=parts.get("repeatability"),
        reproducibility=parts.get("reproducibility"),
        rater=parts.get("rater"),
        interaction=parts.get("interaction"),
        gauge=gauge,
        unit=unit,
        total=unit.variance + gauge.variance if unit and gauge else None,
        distinct_categories=_distinct(unit, gauge),
        anova=anova,
        pooled=pooled,
        n_units=len(whole),
        n_raters=scores.shape[1],
        n_repeats=scores.shape[2],
        missing=int(np.isnan(scores).sum()),
        left_out=len(scores) - len(whole),
        too_few=trouble is not None or len(whole) < FEW_UNITS or scores.shape[1] < 2,
        trouble=trouble,
        level=level,
        method=METHOD_POOLED if pooled else METHOD,
    )


def _distinct(unit: Component | None, gauge: Component | None) -> int | None:
    """1.41 × spread of units over spread of the gauge, cut to a whole number, at least 1."""
    if unit is None or gauge is None or gauge.variance == 0:
        return None
    return max(1, int(1.41 * np.sqrt(unit.variance / gauge.variance)))
