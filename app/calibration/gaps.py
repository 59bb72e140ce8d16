"""How far marks lie from where they might be: by criterion, rater and recording.

Scales differ, so gaps are shares of the scale's width: a point of 1 to 5 is 0.25, a yes for a no 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from app.calibration.act import Consensus
from app.calibration.session_tables import Floats, Table
from app.quality.answers import Left


class Against(StrEnum):
    """What marks are held against: what was agreed on, the reference's mark, the raters' middle."""

    CONSENSUS = "consensus"
    REFERENCE = "reference"
    MIDDLE = "middle"


@dataclass(frozen=True, slots=True)
class Lean:
    """Of somebody's or something's marks: ``n`` that can be held against an anchor.

    ``lean``: mean gap, above 0 for more than the anchor; None without any on a scale with an
    order. ``apart``: mean size of the gap, whichever way. Both are shares of the scale's width.
    """

    n: int
    lean: float | None
    apart: float | None


@dataclass(frozen=True, eq=False)
class Gaps:
    """(criteria, recordings, raters), NaN where there is nothing to hold against each other.

    ``signed`` is NaN also where a scale of three or more points has no order.
    """

    criteria: tuple[str, ...]
    recordings: tuple[int, ...]
    raters: tuple[int, ...]
    signed: Floats
    apart: Floats

    def of_criteria(self) -> tuple[Lean, ...]:
        return self._leans(0)

    def of_recordings(self) -> tuple[Lean, ...]:
        return self._leans(1)

    def of_raters(self) -> tuple[Lean, ...]:
        return self._leans(2)

    def _leans(self, axis: int) -> tuple[Lean, ...]:
        signed, apart = np.moveaxis(self.signed, axis, 0), np.moveaxis(self.apart, axis, 0)
        return tuple(_lean(a, b) for a, b in zip(signed, apart, strict=True))


def anchor(table: Table, against: Against, consensus: Consensus | None = None) -> Floats:
    """(recordings,): the point each mark is held against, NaN where there is none.

    The middle is the median, on a scale without order the commonest point; two points that are
    as common have no middle.
    """
    if against is Against.REFERENCE:
        return table.reference
    if against is Against.CONSENSUS:
        return np.array([_agreed(consensus, recording) for recording in table.recordings])
    middle = _commonest if table.criterion.level == "nominal" else _median
    return np.array([middle(row[~np.isnan(row)]) for row in table.values])


def gaps(tables: Sequence[Table], anchors: Sequence[Floats]) -> Gaps:
    """All gaps of tables of one session, each with its ``anchor``."""
    signed = np.stack([_signed(*pair) for pair in zip(tables, anchors, strict=True)])
    apart = np.stack([_apart(*pair) for pair in zip(tables, anchors, strict=True)])
    first = tables[0]
    names = tuple(table.criterion.id for table in tables)
    return Gaps(names, first.recordings, first.raters, signed, apart)


def _agreed(consensus: Consensus | None, recording: int) -> float:
    answer = consensus.answer(recording) if consensus else None
    return np.nan if answer is None or isinstance(answer, Left) else answer


def _median(marks: Floats) -> float:
    return float(np.median(marks)) if marks.size else np.nan


def _commonest(marks: Floats) -> float:
    points, counts = np.unique(marks, return_counts=True)
    if not points.size or (counts == counts.max()).sum() > 1:
        return np.nan
    return float(points[counts.argmax()])


def _signed(table: Table, anchors: Floats) -> Floats:
    ordered = table.criterion.level != "nominal" or len(table.criterion.values) == 2
    away: Floats = (table.values - anchors[:, None]) / table.criterion.width
    return away if ordered else np.full_like(away, np.nan)


def _apart(table: Table, anchors: Floats) -> Floats:
    away = np.abs(table.values - anchors[:, None]) / table.criterion.width
    if table.criterion.level == "nominal":
        return np.where(np.isnan(away), np.nan, (away > 0).astype(float))
    size: Floats = away
    return size


def _lean(signed: Floats, apart: Floats) -> Lean:
    return Lean(int((~np.isnan(apart)).sum()), _mean(signed), _mean(apart))


def _mean(values: Floats) -> float | None:
    there = values[~np.isnan(values)]
    return float(there.mean()) if there.size else None
