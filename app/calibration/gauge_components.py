"""From mean squares of calls, raters and repeats to the components of a score's variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.calibration.mean_squares import Combination, MeanSquare, Terms, combination


@dataclass(frozen=True, slots=True)
class Component:
    """A variance in squared points; ``low`` and ``high`` its interval.

    ``contribution`` is its percent of the total variance, ``study_variation`` its standard
    deviation in percent of the total one. ``set_to_zero``: the estimate was negative.
    """

    variance: float
    low: float
    high: float
    contribution: float | None
    study_variation: float | None
    set_to_zero: bool


def components(
    anova: tuple[MeanSquare, ...], shape: tuple[int, ...], level: float
) -> dict[str, Component]:
    units, raters, repeats = shape
    by_name = {each.source: each for each in anova}
    unit, repeat = by_name["unit"], by_name["repeat"]
    rater, crossed = by_name.get("rater"), by_name.get("interaction")
    below = crossed or repeat
    parts: dict[str, Terms] = {
        "repeatability": [(1, repeat)],
        "unit": [(1 / (raters * repeats), unit), (-1 / (raters * repeats), below)],
    }
    if rater is not None:
        parts["rater"] = [(1 / (units * repeats), rater), (-1 / (units * repeats), below)]
        parts["reproducibility"] = list(parts["rater"])
    if crossed is not None:
        parts["interaction"] = [(1 / repeats, crossed), (-1 / repeats, repeat)]
        # The two parts share a mean square: its coefficients are added up.
        parts["reproducibility"] = [
            parts["rater"][0],
            ((units - 1) / (units * repeats), crossed),
            (-1 / repeats, repeat),
        ]
    parts["gauge"] = _gauge_terms(rater, crossed, repeat, units, repeats)
    found = {name: combination(terms, level) for name, terms in parts.items()}
    return _as_components(_consistent(found))


def _gauge_terms(
    rater: MeanSquare | None,
    crossed: MeanSquare | None,
    repeat: MeanSquare,
    units: int,
    repeats: int,
) -> Terms:
    if rater is None:
        return [(1, repeat)]
    first = (1 / (units * repeats), rater)
    if crossed is None:
        return [first, (1 - 1 / (units * repeats), repeat)]
    return [first, ((units - 1) / (units * repeats), crossed), (1 - 1 / repeats, repeat)]


def _consistent(found: dict[str, Combination]) -> dict[str, Combination]:
    """Sums are those of their parts once negative parts count as zero, as in the manual."""
    whole = dict(found)
    above = {name: max(each.value, 0.0) for name, each in found.items()}
    if "interaction" in found:
        above["reproducibility"] = above["rater"] + above["interaction"]
    above["gauge"] = above["repeatability"] + above.get("reproducibility", 0.0)
    for name in ("reproducibility", "gauge"):
        if name in found:
            one = found[name]
            size = above[name]
            whole[name] = Combination(size, min(one.low, size), max(one.high, size))
    return whole


def _as_components(found: dict[str, Combination]) -> dict[str, Component]:
    total = found["gauge"].value + max(found["unit"].value, 0.0)
    return {name: _component(each, total) for name, each in found.items()}


def _component(one: Combination, total: float) -> Component:
    variance = max(one.value, 0.0)
    share = variance / total if total > 0 else None
    return Component(
        variance=variance,
        low=one.low,
        high=one.high,
        contribution=None if share is None else 100 * share,
        study_variation=None if share is None else 100 * float(np.sqrt(share)),
        set_to_zero=one.value < 0,
    )
