"""How far raters agree: the door to every statistic of agreement.

``ratings`` is a table of units (calls) × raters with NaN where somebody did not score. Every
answer is an ``Agreement``: estimate, interval, numbers, method; where data allow no answer, a
``Reason``. ``scale`` names the points that could have been given, used or not. Raises InvalidInput
for what is no such table. What each tells, and when to look at it: docs/calibration.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from app.calibration.agreement import Agreement, Interval, Method, Reason
from app.calibration.alpha import Alpha, Level
from app.calibration.bootstrap import BOOTSTRAP, Sampling, Statistic, bootstrap_interval, measure
from app.calibration.intraclass import Form, IntraclassCorrelation, with_f_interval
from app.calibration.kappa import CohenKappa
from app.calibration.pairs import (
    AC1,
    AC2,
    FLEISS,
    PERCENT,
    PairAgreement,
    Weights,
    fleiss_chance,
    gwet_chance,
)
from app.calibration.ratings import Ratings, as_ratings
from app.calibration.verdict import (
    Verdict,
    Word,
    clear_of,
    in_words,
    is_paradox,
    more_to_tell,
    sure_of,
    word_for,
)
from app.errors import InvalidInput

__all__ = [
    "Agreement",
    "Alpha",
    "CohenKappa",
    "Form",
    "Interval",
    "IntraclassCorrelation",
    "Level",
    "Method",
    "PairAgreement",
    "Ratings",
    "Reason",
    "Sampling",
    "Statistic",
    "Verdict",
    "Weights",
    "Word",
    "as_ratings",
    "bootstrap_interval",
    "clear_of",
    "cohen_kappa",
    "fleiss",
    "fleiss_kappa",
    "gwet",
    "gwet_ac",
    "icc",
    "in_words",
    "is_paradox",
    "krippendorff_alpha",
    "measure",
    "more_to_tell",
    "percent",
    "percent_agreement",
    "sure_of",
    "word_for",
]

percent = PairAgreement(PERCENT)
fleiss = PairAgreement(FLEISS, fleiss_chance)


def gwet(weights: Weights | None = None) -> PairAgreement:
    """Gwet's coefficient for ``measure`` and ``bootstrap_interval``: AC1, with weights AC2."""
    return PairAgreement(AC1 if weights is None else AC2, gwet_chance, weights)


def percent_agreement(ratings: ArrayLike, *, sampling: Sampling = BOOTSTRAP) -> Agreement:
    """The share of pairs of raters who gave the same score, mean over units."""
    return measure(percent, ratings, sampling)


def krippendorff_alpha(
    ratings: ArrayLike, level: Level, *, sampling: Sampling = BOOTSTRAP
) -> Agreement:
    """Any number of raters, holes allowed (Krippendorff 2011)."""
    return measure(Alpha(level), ratings, sampling)


def cohen_kappa(
    a: ArrayLike,
    b: ArrayLike,
    weights: Weights | None = None,
    *,
    scale: Sequence[float] | None = None,
    sampling: Sampling = BOOTSTRAP,
) -> Agreement:
    """Two raters' scores of the same units (Cohen 1960; weighted 1968).

    Weights go by the distance of the scores' values over the length of the scale.
    """
    first, second = (as_ratings(np.atleast_2d(np.asarray(one))).values[0] for one in (a, b))
    if first.shape != second.shape:
        raise InvalidInput(
            f"both raters must have scored the same units, got {first.size} and {second.size}"
        )
    return measure(
        CohenKappa(weights), as_ratings(np.column_stack([first, second]), scale), sampling
    )


def fleiss_kappa(ratings: ArrayLike, *, sampling: Sampling = BOOTSTRAP) -> Agreement:
    """Any number of raters (Fleiss 1971); units may have different numbers of them (Gwet 2014)."""
    return measure(fleiss, ratings, sampling)


def gwet_ac(
    ratings: ArrayLike,
    weights: Weights | None = None,
    *,
    scale: Sequence[float] | None = None,
    sampling: Sampling = BOOTSTRAP,
) -> Agreement:
    """AC1, or AC2 with weights (Gwet 2008, 2014); holes allowed.

    Tell the scale: how many points there are to choose from counts, also those nobody chose.
    """
    return measure(gwet(weights), as_ratings(ratings, scale), sampling)


def icc(ratings: ArrayLike, form: Form = "2,1", *, confidence: float = 0.95) -> Agreement:
    """One of Shrout & Fleiss' six intraclass correlations, with the interval of the F distribution.

    Of units that all (remaining) raters scored; see ``complete`` in intraclass.py.
    """
    return with_f_interval(form, as_ratings(ratings), confidence)
