"""Whether a difference lies between people: who marks higher or lower than the others throughout.

It says how it was on these calls. Whether somebody does so always is told by the severity of all
her marks (``severity``). Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.calibration.gaps import Gaps
from app.calibration.session_tables import Floats

LEAST_LEAN = 0.1
"""A lean smaller than a tenth of the scale is nothing to speak of."""
LEAST_MARKS = 5
"""Of fewer marks off the anchor it is no use to say that they lie on one side."""
THROUGHOUT = 0.8
"""The part of the marks off the anchor that lies on the same side, from which on it is a lean."""
MOSTLY = 0.5
"""The part of all that lies apart from which on it is mostly people."""


@dataclass(frozen=True, slots=True)
class Leaning:
    """``raters``: who leans throughout and by how much of the scale, the furthest first.

    ``share``: the part of all squared gaps that is theirs, 0..1: what would vanish if each of
    them moved all marks by as much.
    """

    raters: tuple[tuple[int, float], ...]
    share: float

    @property
    def mostly(self) -> bool:
        return self.share >= MOSTLY


def leaning(gaps: Gaps) -> Leaning:
    """Who leans, over all criteria. Gaps of scales without an order say nothing of it."""
    total = float(np.nansum(gaps.signed**2))
    found: list[tuple[int, float]] = []
    carried = 0.0
    for at, rater in enumerate(gaps.raters):
        marks: Floats = gaps.signed[:, :, at][~np.isnan(gaps.signed[:, :, at])]
        lean = float(marks.mean()) if marks.size else 0.0
        if _throughout(marks, lean):
            found.append((rater, lean))
            carried += marks.size * lean**2
    found.sort(key=lambda each: -abs(each[1]))
    return Leaning(tuple(found), carried / total if total else 0.0)


def _throughout(marks: Floats, lean: float) -> bool:
    off = marks[np.abs(marks) > 1e-9]
    if off.size < LEAST_MARKS or abs(lean) < LEAST_LEAN:
        return False
    return bool((np.sign(off) == np.sign(lean)).mean() >= THROUGHOUT)
