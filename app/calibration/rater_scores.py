"""Scores that people gave, as plain rows, and what the statistics of raters say of them. Pure.

A recording counts once for each rater: the mean, over the criteria that all its raters
answered, of the share of the scale each mark reaches, in points of 100. So nobody looks strict
because she was asked other questions, and the marks of one call, which hang together, make one
figure and not twenty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import numpy as np

from app.calibration.attribute_agreement import AttributeResult, attribute_agreement
from app.calibration.drift import DriftResult, drift
from app.calibration.facet_answers import FacetsResult
from app.calibration.gauge import GaugeResult, gauge_rr
from app.calibration.many_facet import MOST_CATEGORIES, facet_severity
from app.calibration.rater_answers import Floats
from app.calibration.severity import SeverityResult, additive_severity

POINTS = 100.0


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One mark. ``share`` is 0..1 of its scale, ``value`` the point itself; ``occasion`` names
    the hearing it belongs to (an evaluation, a round of a session): a second one of the same
    recording is a repetition."""

    rater: int
    recording: int
    criterion: str
    value: float
    share: float
    at: datetime
    occasion: str


@dataclass(frozen=True, slots=True)
class Strictness:
    """How strict everybody is: ``raters`` and ``recordings`` are the arrays' ids, in order."""

    raters: tuple[int, ...]
    recordings: tuple[int, ...]
    additive: SeverityResult
    facets: FacetsResult | None
    """The many-facet model, where all criteria can be had and it finds an answer."""


@dataclass(frozen=True, slots=True)
class Drifting:
    """One rater's chart, with the recordings and moments of its points as given to ``drift``."""

    recordings: tuple[int, ...]
    moments: tuple[datetime, ...]
    chart: DriftResult


@dataclass(frozen=True, slots=True)
class Consistency:
    """``gauge``: points of recordings heard twice; ``answers``: the same answer twice?"""

    raters: tuple[int, ...]
    recordings: tuple[int, ...]
    gauge: GaugeResult
    answers: AttributeResult


def first_hearings(rows: Iterable[ScoreRow]) -> tuple[ScoreRow, ...]:
    """Of each rater and recording only the first occasion: later ones are no fresh judgement."""
    ordered = sorted(rows, key=_by_rater_and_time)
    kept: list[ScoreRow] = []
    for _key, group in groupby(ordered, key=lambda row: (row.rater, row.recording)):
        same = list(group)
        kept += [row for row in same if row.occasion == same[0].occasion]
    return tuple(kept)


def severity(rows: Iterable[ScoreRow]) -> Strictness:
    """How strict each rater is, of first hearings."""
    first = first_hearings(rows)
    raters, recordings = _ids(first)
    points = _points(first, raters, recordings)
    return Strictness(raters, recordings, additive_severity(points), _facets(first))


def drifts(
    rows: Iterable[ScoreRow], certified: Mapping[tuple[int, str], float]
) -> dict[int, Drifting]:
    """How far each rater lies from the reference over time, of first hearings, in points.

    The reference of a mark is ``certified`` (share by recording and criterion: consensus or
    gold) where there is one, else the mean of the others who scored it.
    """
    first = first_hearings(rows)
    given: dict[tuple[int, str], list[float]] = {}
    for row in first:
        given.setdefault((row.recording, row.criterion), []).append(row.share)
    ordered = sorted(first, key=lambda row: (row.rater, row.at, row.recording))
    return {
        rater: _drifting(list(hers), given, certified)
        for rater, hers in groupby(ordered, key=lambda row: row.rater)
    }


def _drifting(
    hers: Sequence[ScoreRow],
    given: Mapping[tuple[int, str], list[float]],
    certified: Mapping[tuple[int, str], float],
) -> Drifting:
    moments: dict[int, datetime] = {}
    away: dict[int, list[float]] = {}
    for row in hers:
        key = row.recording, row.criterion
        others = len(given[key]) - 1
        if key in certified:
            reference = certified[key]
        elif others:
            reference = (sum(given[key]) - row.share) / others
        else:
            continue
        moments.setdefault(row.recording, row.at)
        away.setdefault(row.recording, []).append((row.share - reference) * POINTS)
    differences = [float(np.mean(each)) for each in away.values()]
    return Drifting(tuple(away), tuple(moments.values()), drift(differences))


def consistency(rows: Iterable[ScoreRow]) -> Consistency:
    """Whether raters say the same twice: the first two occasions of what they heard again."""
    twice = _repeated(rows)
    raters, recordings = _ids([row for pair in twice.values() for row in pair[0]])
    points = np.full((len(recordings), len(raters), 2), np.nan)
    places: dict[tuple[int, str], int] = {}
    answers: list[tuple[int, int, float, float]] = []
    for (rater, recording), pair in twice.items():
        shares = [{row.criterion: row for row in occasion} for occasion in pair]
        both = sorted(shares[0].keys() & shares[1].keys())
        if not both:
            continue
        where = recordings.index(recording), raters.index(rater)
        for nth in (0, 1):
            marks = [shares[nth][each].share for each in both]
            points[(*where, nth)] = float(np.mean(marks)) * POINTS
        for each in both:
            unit = places.setdefault((recording, each), len(places))
            answers.append((unit, where[1], shares[0][each].value, shares[1][each].value))
    table = np.full((len(places), len(raters), 2), np.nan)
    for unit, column, before, after in answers:
        table[unit, column] = before, after
    return Consistency(raters, recordings, gauge_rr(points), attribute_agreement(table))


def _by_rater_and_time(row: ScoreRow) -> tuple[int, int, datetime, str]:
    return row.rater, row.recording, row.at, row.occasion


def _ids(rows: Sequence[ScoreRow]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    raters = tuple(sorted({row.rater for row in rows}))
    return raters, tuple(sorted({row.recording for row in rows}))


def _points(
    rows: Sequence[ScoreRow], raters: tuple[int, ...], recordings: tuple[int, ...]
) -> Floats:
    """(recordings, raters) in points, NaN where somebody did not score."""
    table = np.full((len(recordings), len(raters)), np.nan)
    shares: dict[int, dict[int, dict[str, float]]] = {}
    for row in rows:
        shares.setdefault(row.recording, {}).setdefault(row.rater, {})[row.criterion] = row.share
    for recording, by_rater in shares.items():
        common = set.intersection(*(set(each) for each in by_rater.values()))
        for rater, marks in by_rater.items():
            if common:
                mean = float(np.mean([marks[each] for each in sorted(common)]))
                table[recordings.index(recording), raters.index(rater)] = mean * POINTS
    return table


def _facets(rows: Sequence[ScoreRow]) -> FacetsResult | None:
    """Of the marks themselves, each criterion with its own scale."""
    raters, recordings = _ids(rows)
    criteria = sorted({row.criterion for row in rows})
    if len(raters) < 2 or len({row.value for row in rows}) > MOST_CATEGORIES:
        return None
    table = np.full((len(recordings), len(raters), len(criteria)), np.nan)
    for row in rows:
        place = recordings.index(row.recording), raters.index(row.rater)
        table[(*place, criteria.index(row.criterion))] = row.value
    found = facet_severity(table, shared_scale=False)
    return found if found.trouble is None else None


def _repeated(
    rows: Iterable[ScoreRow],
) -> dict[tuple[int, int], tuple[list[ScoreRow], list[ScoreRow]]]:
    """By rater and recording: the marks of the first and of the second occasion."""
    found: dict[tuple[int, int], tuple[list[ScoreRow], list[ScoreRow]]] = {}
    ordered = sorted(rows, key=_by_rater_and_time)
    for key, group in groupby(ordered, key=lambda row: (row.rater, row.recording)):
        hearings: dict[str, list[ScoreRow]] = {}
        for row in group:
            hearings.setdefault(row.occasion, []).append(row)
        if len(hearings) > 1:
            first, second = list(hearings.values())[:2]
            found[key] = first, second
    return found
