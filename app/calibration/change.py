"""Before and after: by how much raters agree more on the same recordings, and how sure that is.

The recordings are what there is by chance, so they are drawn anew, each with its marks of both
sessions (a paired bootstrap). Few recordings make a bootstrap too narrow; its level is widened by
Student's t for that (Hesterberg 2015, "What teachers should know about the bootstrap", section 5).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from scipy import stats
from scipy.special import ndtr

from app.calibration.agreement import MIN_UNITS, Interval, Method, Reason
from app.calibration.bootstrap import BOOTSTRAP, SOURCE, STABLE, Weighed, bca, draw_counts
from app.calibration.ratings import Ratings, as_ratings
from app.calibration.session_plan import PlannedCriterion
from app.calibration.session_state import SessionState
from app.calibration.session_tables import Floats, Table, table
from app.calibration.statistics import Sampling, Statistic
from app.errors import InvalidInput

LEAST = 3
"""Recordings below which no interval is given: two can be drawn in three ways only."""


class Outcome(StrEnum):
    CLOSER = "closer"
    FURTHER = "further"
    OPEN = "open"
    """The interval holds 0, or there is none: it may be chance."""


@dataclass(frozen=True, slots=True)
class Change:
    """Agreement before, after, and the difference, of ``recordings`` that two scored both times.

    Several criteria are the mean of their agreements. ``reason`` says why a figure or the
    interval is None.
    """

    method: Method
    before: float | None
    after: float | None
    interval: Interval | None
    recordings: int
    reason: Reason | None = None

    @property
    def difference(self) -> float | None:
        if self.before is None or self.after is None:
            return None
        return self.after - self.before

    @property
    def too_few(self) -> bool:
        return self.recordings < MIN_UNITS

    @property
    def outcome(self) -> Outcome:
        if self.interval and self.interval.low > 0:
            return Outcome.CLOSER
        if self.interval and self.interval.high < 0:
            return Outcome.FURTHER
        return Outcome.OPEN


@dataclass(frozen=True, slots=True)
class _Pair:
    """One criterion's statistic in both sessions, of the same rows of the shared recordings."""

    rows: tuple[int, ...]
    before: Weighed
    after: Weighed

    def over(self, weights: Floats) -> tuple[Floats, Floats]:
        mine = weights[:, list(self.rows)]
        # A draw may hold none of this criterion's recordings: NaN, and the draw is left out.
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.before.over(mine), self.after.over(mine)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A session and its follow-up. ``changes`` by criterion, in the follow-up's order.

    ``overall`` is the mean over the criteria whose change can be told, None without any.
    ``not_compared``: criteria that are new, or whose scale is another than before.
    """

    changes: tuple[tuple[str, Change], ...]
    overall: Change | None
    not_compared: tuple[str, ...]


def compare(
    before: SessionState,
    after: SessionState,
    statistic: Callable[[PlannedCriterion], Statistic],
    sampling: Sampling = BOOTSTRAP,
) -> Comparison:
    """A session against its follow-up, of the first rounds of both.

    A second round comes after the first was seen and talked about, so it says nothing of what
    people would do alone. ``statistic``: of a criterion, one kind for all.
    """
    known = set(before.plan.criteria)
    pairs = {
        each: (table(before, each.id, 1), table(after, each.id, 1))
        for each in after.plan.criteria
        if each in known
    }
    changes = {each: change([pair], [statistic(each)], sampling) for each, pair in pairs.items()}
    told = [each for each, found in changes.items() if found.difference is not None]
    both, measured = [pairs[each] for each in told], [statistic(each) for each in told]
    return Comparison(
        tuple((each.id, found) for each, found in changes.items()),
        change(both, measured, sampling) if told else None,
        tuple(each.id for each in after.plan.criteria if each not in known),
    )


def change(
    pairs: Sequence[tuple[Table, Table]],
    statistics: Sequence[Statistic],
    sampling: Sampling = BOOTSTRAP,
) -> Change:
    """The change from first to second table, mean over the pairs; a pair for each criterion.

    ``statistics``: one for each pair, all of one kind. The raters may be others than before.
    Raises InvalidInput when a pair is of two criteria or scales, or pairs of other recordings.
    """
    if not pairs or len(pairs) != len(statistics):
        raise InvalidInput("A change needs a statistic for each of one or more criteria.")
    shared = _shared(pairs)
    method = statistics[0].method
    prepared: list[_Pair] = []
    for (before, after), statistic in zip(pairs, statistics, strict=True):
        pair = _pair(before, after, statistic, shared)
        if isinstance(pair, Reason):
            return Change(method, None, None, None, 0, pair)
        prepared.append(pair)
    return _measured(method, prepared, sampling)


def _shared(pairs: Sequence[tuple[Table, Table]]) -> tuple[int, ...]:
    """The recordings of both sessions, in the order of the first."""
    first, second = pairs[0]
    for before, after in pairs:
        if before.criterion != after.criterion:
            raise InvalidInput(f"{before.criterion.id} has not the same scale in both sessions.")
        if (before.recordings, after.recordings) != (first.recordings, second.recordings):
            raise InvalidInput("All criteria of a change must be of the same two sessions.")
    return tuple(each for each in first.recordings if each in second.recordings)


def _pair(
    before: Table, after: Table, statistic: Statistic, shared: Sequence[int]
) -> _Pair | Reason:
    """Rows that two people scored both times: statistics of pairs keep all of these, in order."""
    tables = [_rows(each, shared) for each in (before, after)]
    scored = [(~np.isnan(values)).sum(axis=1) > 1 for values in tables]
    both = np.flatnonzero(scored[0] & scored[1])
    if not both.size:
        return Reason.NO_PAIRS
    ratings = [_ratings(before, values[both]) for values in tables]
    weighed = [statistic.weigh(each) for each in ratings]
    first, second = weighed
    if isinstance(first, Reason):
        return first
    if isinstance(second, Reason):
        return second
    if not first.units == second.units == both.size:
        raise InvalidInput(f"{statistic.method.name} leaves recordings out, so it has no pairs.")
    return _Pair(tuple(both.tolist()), first, second)


def _rows(table: Table, shared: Sequence[int]) -> Floats:
    where = {recording: row for row, recording in enumerate(table.recordings)}
    values: Floats = table.values[[where[each] for each in shared]]
    return values


def _ratings(table: Table, values: Floats) -> Ratings:
    return as_ratings(values, table.criterion.values)


def _measured(method: Method, prepared: Sequence[_Pair], sampling: Sampling) -> Change:
    used = sorted({row for pair in prepared for row in pair.rows})
    # Recordings that no criterion can use are no part of what is drawn.
    moved = {row: place for place, row in enumerate(used)}
    pairs = [replace(each, rows=tuple(moved[row] for row in each.rows)) for each in prepared]
    units = len(used)
    before, after = (float(each[0]) for each in _means(pairs, np.ones((1, units))))
    if np.isnan(before) or np.isnan(after):
        known = [None if np.isnan(each) else each for each in (before, after)]
        return Change(method, known[0], known[1], None, units, Reason.NO_VARIATION)
    found = _interval(pairs, units, after - before, sampling)
    if isinstance(found, Reason):
        return Change(method, before, after, None, units, found)
    return Change(method, before, after, found, units)


def _means(prepared: Sequence[_Pair], weights: Floats) -> tuple[Floats, Floats]:
    each = [pair.over(weights) for pair in prepared]
    before, after = (np.mean(np.stack(side), axis=0) for side in zip(*each, strict=True))
    return before, after


def _differences(prepared: Sequence[_Pair], weights: Floats) -> Floats:
    before, after = _means(prepared, weights)
    return after - before


def _interval(
    pairs: Sequence[_Pair], units: int, difference: float, sampling: Sampling
) -> Interval | Reason | None:
    if not sampling.draws:
        return None
    if units < LEAST:
        return Reason.ONE_UNIT if units == 1 else Reason.UNSTABLE
    drawn = np.concatenate([_differences(pairs, each) for each in draw_counts(units, sampling)])
    drawn = drawn[~np.isnan(drawn)]
    if drawn.size < STABLE * sampling.draws:
        return Reason.UNSTABLE
    if np.ptp(drawn) < 1e-12:
        return Reason.ALIKE
    without = _differences(pairs, 1 - np.eye(units))
    confidence = widened(sampling.confidence, units)
    low, high = bca(drawn, difference, without[~np.isnan(without)], confidence)
    return Interval(low, high, sampling.confidence, f"{SOURCE}; widened: Hesterberg 2015")


def widened(confidence: float, units: int) -> float:
    """The level to ask of a bootstrap of so few units that it covers ``confidence``."""
    t = stats.t.ppf((1 + confidence) / 2, units - 1)
    return float(1 - 2 * ndtr(-np.sqrt(units / (units - 1)) * t))
