"""What every statistic of raters says besides its figures: the interval, the trouble in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.errors import InvalidInput
from app.quality.text import N_, Text, text

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Trouble(StrEnum):
    """Why there is no figure, or why a figure says less than it seems to."""

    NOTHING_RATED = "nothing_rated"
    ONE_RATER = "one_rater"
    ALONE = "alone"
    ALL_EQUAL = "all_equal"
    DISCONNECTED = "disconnected"
    NESTED = "nested"
    NO_SPARE = "no_spare"
    EXTREME = "extreme"
    ALL_EXTREME = "all_extreme"
    NOT_CONVERGED = "not_converged"
    TOO_FEW_UNITS = "too_few_units"
    NO_REPEATS = "no_repeats"
    NO_SPREAD = "no_spread"


_WORDS = {
    Trouble.NOTHING_RATED: N_("Nothing has been scored here yet."),
    Trouble.ONE_RATER: N_("Only one person has scored, so there is nobody to compare with."),
    Trouble.ALONE: N_("Nobody else has scored the same calls, so there is nothing to compare."),
    Trouble.ALL_EQUAL: N_("Every score is the same, so no difference can be seen."),
    Trouble.DISCONNECTED: N_(
        "These people fall into groups that share no call. "
        "Let one call be scored by somebody of each group."
    ),
    Trouble.NESTED: N_(
        "People, calls and criteria overlap too little to tell a strict person from a hard call."
    ),
    Trouble.NO_SPARE: N_(
        "There are just enough scores to compute this, none to say how sure it is."
    ),
    Trouble.EXTREME: N_(
        "Always the lowest or always the highest score: the size is a careful guess."
    ),
    Trouble.ALL_EXTREME: N_(
        "Everybody gives only the lowest or only the highest score, so no size can be found."
    ),
    Trouble.NOT_CONVERGED: N_("The scores are too one-sided or too few for this model."),
    Trouble.TOO_FEW_UNITS: N_("At least two calls with all their scores are needed."),
    Trouble.NO_REPEATS: N_("Nobody has scored the same call twice yet."),
    Trouble.NO_SPREAD: N_("The scores never vary, so no limits can be drawn."),
}


def words_for(trouble: Trouble) -> Text:
    """One sentence for whoever looks at the page."""
    return text(_WORDS[trouble])


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its standard error and interval; None where the data cannot say."""

    value: float
    standard_error: float | None
    low: float | None
    high: float | None


def as_array(values: ArrayLike, dimensions: tuple[int, ...], what: str) -> Floats:
    """A float array with one of so many ``dimensions``; NaN is missing, infinity is refused."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"{what} must be numbers, with NaN where one is missing.") from error
    if array.ndim not in dimensions:
        wanted = " or ".join(str(each) for each in dimensions)
        raise InvalidInput(f"{what} must have {wanted} dimensions, got {array.ndim}.")
    if np.isinf(array).any():
        raise InvalidInput(f"{what} must be finite, got infinity.")
    return array


def check_level(level: float) -> None:
    if not 0 < level < 1:
        raise InvalidInput(f"The confidence level must be between 0 and 1, got {level}.")


def finite_or_none(value: Any) -> float | None:
    number = float(value)
    return number if np.isfinite(number) else None
