"""Whether a new rater may score live: her answers on gold calls against the certified ones.

Exact agreement, Wilson (1927) or Clopper & Pearson (1934) intervals. The answers of one call
hang together, so the interval over all criteria counts fewer of them where calls differ more
than chance explains (effective sample size; Korn & Graubard 1998, Survey Methodology 24).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from app.calibration.certification_rule import Rule, effective_answers, more_calls
from app.calibration.proportion import Kind, Share, limits, share
from app.calibration.rater_answers import Flags, Floats, as_array, check_level
from app.errors import InvalidInput
from app.quality.text import N_, Text, counted, text

TARGET = 0.85
FLOOR = 0.7
FEW_CALLS = 10
METHODS = {
    "wilson": text(N_("exact agreement with gold answers, Wilson intervals")),
    "clopper-pearson": text(N_("exact agreement with gold answers, exact intervals")),
}
SOURCE = "Wilson (1927); Clopper & Pearson (1934); Korn & Graubard (1998)"


class Verdict(StrEnum):
    """``MORE_CALLS``: good so far, too few calls to be sure. ``UNANSWERED``: gold answers are
    left without hers."""

    PASSED = "passed"
    MORE_CALLS = "more_calls"
    BELOW_TARGET = "below_target"
    CRITICAL_MISSED = "critical_missed"
    CRITICAL_UNTESTED = "critical_untested"
    UNANSWERED = "unanswered"
    NO_GOLD = "no_gold"


_WORDS = {
    Verdict.PASSED: N_("Passed: ready to score live calls."),
    Verdict.BELOW_TARGET: N_(
        "Not yet: fewer answers match the gold answers than are asked for. "
        "Look at the criteria that differ, then try new gold calls."
    ),
    Verdict.CRITICAL_MISSED: N_(
        "Not yet: a critical criterion was answered differently from the gold answer."
    ),
    Verdict.CRITICAL_UNTESTED: N_(
        "A critical criterion has no certified answer in any gold call, so it was not tested."
    ),
    Verdict.UNANSWERED: N_("Some gold calls are not wholly scored yet."),
    Verdict.NO_GOLD: N_("There are no gold answers to compare with."),
}


@dataclass(frozen=True, slots=True)
class CriterionAgreement:
    """One criterion, by index. ``more_calls``: gold calls still needed for its own low limit
    to reach the floor if the share stays; None when more calls would not do it."""

    criterion: int
    agreement: Share
    critical: bool
    missed_calls: tuple[int, ...]
    missing: int
    more_calls: int | None
    too_few: bool


@dataclass(frozen=True, slots=True)
class CertificationResult:
    """``agreement`` over all answers; ``effective_n`` how many independent ones they are
    worth. ``more_calls`` as for a criterion, 0 when passed."""

    verdict: Verdict
    words: Text
    agreement: Share
    effective_n: float
    criteria: tuple[CriterionAgreement, ...]
    more_calls: int | None
    target: float
    floor: float
    n_calls: int
    n: int
    missing: int
    too_few: bool
    level: float
    method: Text
    source: str = SOURCE

    @property
    def passed(self) -> bool:
        return self.verdict is Verdict.PASSED


def certification(
    ratings: ArrayLike,
    gold: ArrayLike,
    critical: Sequence[int] = (),
    *,
    target: float = TARGET,
    floor: float = FLOOR,
    level: float = 0.95,
    interval: Kind = "wilson",
) -> CertificationResult:
    """From calls × criteria of coded answers; NaN in ``gold`` where nothing is certified.

    Passed is who answered every gold answer, matches all of the ``critical`` criteria (by
    index), agrees on at least ``target`` of all and with a low limit of at least ``floor``.
    Raises InvalidInput for other shapes or values.
    """
    check_level(level)
    rule = Rule(target, floor, level, interval)
    own, certified = _same_shape(ratings, gold)
    _check(rule, critical, own.shape[1])
    asked = ~np.isnan(certified)
    answered = asked & ~np.isnan(own)
    match = answered & (own == certified)
    criteria = tuple(
        _criterion(each, match[:, each], answered[:, each], asked[:, each], critical, rule)
        for each in range(own.shape[1])
    )
    overall, effective = _overall(match, answered, rule)
    verdict = _verdict(overall, criteria, bool(asked.any()), rule)
    calls = int(answered.any(axis=1).sum())
    return CertificationResult(
        verdict=verdict,
        words=_words(verdict, more_calls(overall, effective, calls, rule)),
        agreement=overall,
        effective_n=effective,
        criteria=criteria,
        more_calls=_needed(verdict, overall, effective, calls, rule),
        target=target,
        floor=floor,
        n_calls=calls,
        n=overall.n,
        missing=int((asked & ~answered).sum()),
        too_few=calls < FEW_CALLS,
        level=level,
        method=METHODS[interval],
    )


def _same_shape(ratings: ArrayLike, gold: ArrayLike) -> tuple[Floats, Floats]:
    own = as_array(ratings, (2,), "The ratings")
    certified = as_array(gold, (2,), "The gold answers")
    if own.shape != certified.shape:
        raise InvalidInput(
            f"Ratings and gold answers must be as many: got {own.shape} and {certified.shape}."
        )
    return own, certified


def _check(rule: Rule, critical: Sequence[int], criteria: int) -> None:
    for name, value in (("target", rule.target), ("floor", rule.floor)):
        if not 0 <= value <= 1:
            raise InvalidInput(f"The {name} must be between 0 and 1, got {value}.", field=name)
    wrong = [each for each in critical if not 0 <= each < criteria]
    if wrong:
        raise InvalidInput(f"There is no criterion {wrong[0]} among {criteria}.", field="critical")


def _criterion(
    criterion: int,
    match: Flags,
    answered: Flags,
    asked: Flags,
    critical: Sequence[int],
    rule: Rule,
) -> CriterionAgreement:
    n = int(answered.sum())
    agreement = share(int(match.sum()), n, rule.level, rule.kind)
    return CriterionAgreement(
        criterion=criterion,
        agreement=agreement,
        critical=criterion in critical,
        missed_calls=tuple(np.flatnonzero(answered & ~match).tolist()),
        missing=int((asked & ~answered).sum()),
        more_calls=more_calls(agreement, float(n), n, rule),
        too_few=n < FEW_CALLS,
    )


def _overall(match: Flags, answered: Flags, rule: Rule) -> tuple[Share, float]:
    hits, n = int(match.sum()), int(answered.sum())
    if n == 0:
        return share(0, 0), 0.0
    effective = effective_answers(match.sum(axis=1), answered.sum(axis=1))
    low, high = limits(hits / n, effective, rule.level, rule.kind)
    return Share(hits, n, hits / n, low, high), effective


def _verdict(
    overall: Share, criteria: tuple[CriterionAgreement, ...], any_gold: bool, rule: Rule
) -> Verdict:
    if not any_gold:
        return Verdict.NO_GOLD
    if any(each.critical and each.missed_calls for each in criteria):
        return Verdict.CRITICAL_MISSED
    if overall.estimate is None or any(each.missing for each in criteria):
        return Verdict.UNANSWERED
    if any(each.critical and not each.agreement.n for each in criteria):
        return Verdict.CRITICAL_UNTESTED
    if overall.estimate < rule.target:
        return Verdict.BELOW_TARGET
    return Verdict.PASSED if overall.low >= rule.floor else Verdict.MORE_CALLS


def _needed(
    verdict: Verdict, overall: Share, effective: float, calls: int, rule: Rule
) -> int | None:
    if verdict in (Verdict.PASSED, Verdict.MORE_CALLS):
        return more_calls(overall, effective, calls, rule)
    return None


def _words(verdict: Verdict, more: int | None) -> Text:
    if verdict is not Verdict.MORE_CALLS:
        return text(_WORDS[verdict])
    if more is None:
        return text(N_("Good so far, but more gold calls could not make it sure enough."))
    return counted(
        N_("Good so far. One more gold call like these would make it sure enough."),
        N_("Good so far. {n} more gold calls like these would make it sure enough."),
        more,
    )
