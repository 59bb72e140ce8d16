"""Whether the automatic rater says what people say of the same calls, and may count alone. Pure.

The rules of a card know "met" and "not met" alone, so a person's mark is taken as "met" where
its scale does not fail it. Pairs of one call hang together: intervals are drawn call by call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.calibration.agreement import Agreement, Reason
from app.calibration.bootstrap import Weighed
from app.calibration.certification_rule import Rule, effective_answers, more_calls
from app.calibration.kappa import CohenKappa
from app.calibration.proportion import Share, limits
from app.calibration.ratings import Floats, Ratings
from app.calibration.statistics import Method, Statistic, as_ratings, gwet, is_paradox, measure
from app.calibration.statistics import percent as same_share
from app.quality.text import N_, Text, counted, text

TARGET = 0.8
"""The low end of the interval it has to reach before it may count alone."""
FEW_CALLS = 10
FEW_OF_A_KIND = 5
"""Of "met" and of "not met" people must have given at least so many, or nothing shows that the
machine would notice the rarer one."""
LEVEL = 0.95
RULE = Rule(TARGET, TARGET, LEVEL, "wilson")
NOT_MET, MET = 0.0, 1.0


class Worth(StrEnum):
    """What the figures say of counting alone."""

    NOTHING = "nothing"
    BELOW = "below"
    ONE_SIDED = "one_sided"
    BLIND = "blind"
    MORE = "more"
    EARNED = "earned"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two answers: how often a person gave it, and how often the machine as well."""

    met: bool
    people: int
    same: int


@dataclass(frozen=True, slots=True)
class MachineAgreement:
    """One criterion. ``same``: of all pairs, with a Wilson interval for the answers they are
    worth; ``more``: calls still to be scored until it is sure enough, if the share stays, None
    where that would not do it."""

    calls: int
    same: Share
    met: Side
    not_met: Side
    ac1: Agreement
    kappa: Agreement
    paradox: bool
    worth: Worth
    more: int | None

    @property
    def too_few(self) -> bool:
        return self.calls < FEW_CALLS


@dataclass(frozen=True)
class ByCall:
    """A statistic of complete pairs whose calls, not its rows, are drawn.

    ``calls``: of each row, the call it belongs to.
    """

    of: Statistic
    calls: tuple[int, ...]

    @property
    def method(self) -> Method:
        return self.of.method

    def weigh(self, ratings: Ratings) -> Weighed | Reason:
        rows = self.of.weigh(ratings)
        if isinstance(rows, Reason):
            return rows
        names, places = np.unique(self.calls, return_inverse=True)

        def over(weights: Floats) -> Floats:
            return rows.over(weights[:, places])

        return Weighed(over, len(names), rows.raters, rows.undefined)


def machine_agreement(
    calls: Sequence[int], people: Sequence[bool], machine: Sequence[bool]
) -> MachineAgreement:
    """Of pairs in any order: the call, whether a person and whether the machine said "met"."""
    said, judged = np.asarray(people, dtype=bool), np.asarray(machine, dtype=bool)
    pairs = as_ratings(np.column_stack([said, judged]).astype(float), (NOT_MET, MET))
    same, more = _same(np.asarray(calls, dtype=int), said == judged)
    units = tuple(calls)
    kappa = measure(ByCall(CohenKappa(), units), pairs)
    met, not_met = (_side(which, said, judged) for which in (True, False))
    heard = len(set(units))
    return MachineAgreement(
        calls=heard,
        same=same,
        met=met,
        not_met=not_met,
        ac1=measure(ByCall(gwet(), units), pairs),
        kappa=kappa,
        paradox=is_paradox(measure(same_share, pairs), kappa),
        worth=_worth(heard, same, min(met, not_met, key=lambda each: each.people)),
        more=None if more is None else max(more, FEW_CALLS - heard),
    )


def _same(calls: NDArray[Any], alike: NDArray[np.bool_]) -> tuple[Share, int | None]:
    n = len(alike)
    if n == 0:
        return Share(0, 0, None, 0.0, 1.0), None
    places = np.unique(calls, return_inverse=True)[1]
    asked = np.bincount(places).astype(np.float64)
    hits = np.bincount(places, weights=alike).astype(np.float64)
    rate, effective = float(alike.mean()), effective_answers(hits, asked)
    found = Share(int(alike.sum()), n, rate, *limits(rate, effective, RULE.level, RULE.kind))
    return found, more_calls(found, effective, len(asked), RULE)


def _side(met: bool, said: NDArray[np.bool_], judged: NDArray[np.bool_]) -> Side:
    chosen = said == met
    return Side(met, int(chosen.sum()), int((judged[chosen] == met).sum()))


def _worth(calls: int, same: Share, rarer: Side) -> Worth:
    if same.estimate is None:
        return Worth.NOTHING
    if same.estimate < TARGET:
        return Worth.BELOW
    if rarer.people < FEW_OF_A_KIND:
        return Worth.ONE_SIDED
    if rarer.same * 2 < rarer.people:
        return Worth.BLIND
    return Worth.EARNED if same.low >= TARGET and calls >= FEW_CALLS else Worth.MORE


_WORTH = {
    Worth.NOTHING: N_("No call has been scored by a person and by the automatic rater yet."),
    Worth.BELOW: N_("It differs from people too often to count alone."),
    Worth.ONE_SIDED: N_(
        "People nearly always said the same here, so nothing shows that it would notice the "
        "other case. Have calls scored in which this went differently."
    ),
    Worth.BLIND: N_(
        "It agrees only because one answer is so common: it misses more than half of the others."
    ),
    Worth.EARNED: N_("It agrees with people closely and surely enough to count alone."),
}


def worth_words(found: MachineAgreement) -> Text:
    """One sentence for whoever decides."""
    if found.worth is not Worth.MORE:
        return text(_WORTH[found.worth])
    if found.more is None:
        return text(N_("Good so far, and not sure enough yet."))
    return counted(
        N_("Good so far. One more call like these, scored by a person, would make it sure enough."),
        N_("Good so far. {n} more calls like these, scored by people, would make it sure enough."),
        found.more,
    )
