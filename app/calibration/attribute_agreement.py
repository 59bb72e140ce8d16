"""Self-consistency where an answer is yes or no, or one of some names: attribute agreement.

AIAG, "Measurement systems analysis", 4th ed. (2010), ch. III.C: how often a rater says the same
of a call every time, and how often that is what the certified answer says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.calibration.proportion import Kind, Share, share
from app.calibration.rater_answers import Flags, Floats, Trouble, as_array, check_level
from app.errors import InvalidInput
from app.quality.text import N_, Text, text

METHODS = {
    "wilson": text(N_("attribute agreement analysis, Wilson intervals")),
    "clopper-pearson": text(N_("attribute agreement analysis, exact intervals")),
}
SOURCE = "AIAG MSA manual, 4th ed. (2010), attribute study"
FEW_CALLS = 20


@dataclass(frozen=True, slots=True)
class RaterConsistency:
    """``within``: units scored twice or more, the same each time. ``versus_gold``: units with
    every answer of hers right; None without gold."""

    rater: int
    within: Share
    versus_gold: Share | None
    too_few: bool


@dataclass(frozen=True, slots=True)
class AttributeResult:
    """``between``: units on which all who scored them said one and the same, always, of those
    scored by two raters or more; ``all_versus_gold``: the same and right, of those with gold."""

    raters: tuple[RaterConsistency, ...]
    between: Share
    all_versus_gold: Share | None
    n_units: int
    n_raters: int
    missing: int
    too_few: bool
    trouble: Trouble | None
    level: float
    method: Text
    source: str = SOURCE


def attribute_agreement(
    repeats: ArrayLike,
    gold: ArrayLike | None = None,
    *,
    level: float = 0.95,
    interval: Kind = "wilson",
) -> AttributeResult:
    """From units × raters × repeats of coded answers (any numbers), NaN missing.

    ``gold`` the certified answer of each unit, NaN where there is none. Raises InvalidInput
    for other shapes.
    """
    check_level(level)
    answers = as_array(repeats, (3,), "The repeated answers")
    certified = _gold(gold, len(answers))
    given = ~np.isnan(answers)
    counted = _Counting(level, interval)
    raters = tuple(
        _rater(rater, answers[:, rater], given[:, rater], certified, counted)
        for rater in range(answers.shape[1])
    )
    each = len(answers), answers.shape[1] * answers.shape[2]  # -1 would not do without answers
    flat, flat_given = answers.reshape(each), given.reshape(each)
    by_two = given.any(axis=2).sum(axis=1) > 1
    same = _same(flat, flat_given)
    right = None
    if certified is not None:
        asked = by_two & ~np.isnan(certified)
        right = counted.share(asked & _right(flat, flat_given, certified), asked)
    return AttributeResult(
        raters=raters,
        between=counted.share(by_two & same, by_two),
        all_versus_gold=right,
        n_units=int(given.any(axis=(1, 2)).sum()),
        n_raters=int(given.any(axis=(0, 2)).sum()),
        missing=int((~given).sum()),
        too_few=any(each.too_few for each in raters),
        trouble=_trouble(given),
        level=level,
        method=METHODS[interval],
    )


@dataclass(frozen=True, slots=True)
class _Counting:
    level: float
    kind: Kind

    def share(self, hits: Flags, asked: Flags) -> Share:
        return share(int(hits.sum()), int(asked.sum()), self.level, self.kind)


def _gold(gold: ArrayLike | None, units: int) -> Floats | None:
    if gold is None:
        return None
    certified = as_array(gold, (1,), "The certified answers")
    if len(certified) != units:
        raise InvalidInput(f"There must be {units} certified answers, got {len(certified)}.")
    return certified


def _rater(
    rater: int, answers: Floats, given: Flags, gold: Floats | None, counted: _Counting
) -> RaterConsistency:
    twice = given.sum(axis=1) > 1
    within = counted.share(twice & _same(answers, given), twice)
    versus = None
    if gold is not None:
        asked = given.any(axis=1) & ~np.isnan(gold)
        versus = counted.share(asked & _right(answers, given, gold), asked)
    return RaterConsistency(rater, within, versus, within.n < FEW_CALLS)


def _same(answers: Floats, given: Flags) -> Flags:
    low = np.where(given, answers, np.inf).min(axis=1, initial=np.inf)
    high = np.where(given, answers, -np.inf).max(axis=1, initial=-np.inf)
    return np.asarray(low == high)


def _right(answers: Floats, given: Flags, gold: Floats) -> Flags:
    return np.asarray(np.where(given, answers == gold[:, None], True).all(axis=1))


def _trouble(given: Flags) -> Trouble | None:
    if not given.any():
        return Trouble.NOTHING_RATED
    return None if (given.sum(axis=2) > 1).any() else Trouble.NO_REPEATS
