"""What the demo's supervisors think of a call: an opinion for each, the same every time. Pure.

The demo's people do not exist, so their marks are made: the machine's total of a call is how good
it was, each criterion lies a little beside it, and each rater sees it through her own eyes, the
less so after the talk. Everything computed from them is computed as for anybody's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from app.quality.answers import Mark
from app.quality.card import Criterion, Scorecard

EYES: Mapping[str, float] = {"quinn": -0.12, "sam": 0.02, "lena": 0.14}
"""How much stricter (below 0) or kinder than the others, in shares of a scale."""
APART: Mapping[str, float] = {"empathy": 0.7, "understanding": 0.35}
"""Criteria whose guidance everybody reads in her own way."""
USUAL = 0.08
TALKED = 0.25
"""What is left of differences after they were talked about."""
WORDS = (
    "Heard nothing of it; see the middle of the call.",
    "The beginning of it is there, the rest is missing.",
    "Right, and a little hurried.",
    "Just as it should be.",
)


def marks(card: Scorecard, call: str, good: float, rater: str, *, talked: bool) -> dict[str, Mark]:
    """By criterion, as ``rater`` (a log-in) marks the call whose share of points is ``good``."""
    return {each.id: _mark(each, call, good, rater, talked=talked) for each in card.criteria}


def agreed(card: Scorecard, call: str, good: float) -> dict[str, float]:
    """By criterion, the point that a talk ends on."""
    return {each.id: _nearest(each, _seen(each, call, good)) for each in card.criteria}


def _mark(criterion: Criterion, call: str, good: float, rater: str, *, talked: bool) -> Mark:
    left = TALKED if talked else 1.0
    noise = _chance(rater, call, criterion.id, str(talked)) - 0.5
    shift = EYES[rater] + 2 * APART.get(criterion.id, USUAL) * noise
    value = _nearest(criterion, _seen(criterion, call, good) + left * shift)
    share = criterion.scale.share(value)
    words = WORDS[min(int(share * len(WORDS)), len(WORDS) - 1)]
    said = value in criterion.comment_for or _chance(rater, call, criterion.id, "says") < 0.2
    return Mark(value, words if said else "")


def _seen(criterion: Criterion, call: str, good: float) -> float:
    return 0.15 + 0.8 * good + 0.3 * (_chance(call, criterion.id) - 0.5)


def _nearest(criterion: Criterion, share: float) -> float:
    return min(criterion.scale.values, key=lambda value: abs(criterion.scale.share(value) - share))


def _chance(*names: str) -> float:
    """0 to 1, by the names alone."""
    digest = hashlib.sha256("/".join(names).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64
