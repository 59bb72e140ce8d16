"""How sure gold answers make one of a rater, and how many more calls would be enough."""

from __future__ import annotations

from dataclasses import dataclass

from app.calibration.proportion import Kind, Share, limits
from app.calibration.rater_answers import Floats

MOST_CALLS = 10_000


@dataclass(frozen=True, slots=True)
class Rule:
    target: float
    floor: float
    level: float
    kind: Kind


def effective_answers(hits: Floats, asked: Floats) -> float:
    """Answers divided by the design effect of calls, which is never taken below 1."""
    there = asked > 0
    hits, asked = hits[there], asked[there]
    calls, n = len(asked), float(asked.sum())
    rate = float(hits.sum()) / n
    if calls < 2 or rate in (0.0, 1.0):
        return n
    between = calls / (calls - 1) * float(((hits - rate * asked) ** 2).sum()) / n**2
    return n / max(1.0, between / (rate * (1 - rate) / (n - 1)))


def more_calls(seen: Share, effective: float, calls: int, rule: Rule) -> int | None:
    """The fewest further calls with the same share that lift the low limit to the floor."""
    if seen.estimate is None or seen.estimate < rule.target:
        return None
    rate, each = seen.estimate, effective / calls

    def enough(more: int) -> bool:
        return limits(rate, effective + more * each, rule.level, rule.kind)[0] >= rule.floor

    if enough(0):
        return 0
    if not enough(MOST_CALLS):
        return None
    low, high = 0, MOST_CALLS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
