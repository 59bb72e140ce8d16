"""A share with its interval: Wilson (1927) or Clopper & Pearson (1934)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scipy import stats

from app.quality.proportion import wilson

Kind = Literal["wilson", "clopper-pearson"]


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``n``; ``estimate`` from 0 to 1, None (and the interval 0 to 1) of none."""

    hits: int
    n: int
    estimate: float | None
    low: float
    high: float


def share(hits: int, n: int, level: float = 0.95, kind: Kind = "wilson") -> Share:
    if n == 0:
        return Share(0, 0, None, 0.0, 1.0)
    low, high = limits(hits / n, n, level, kind)
    return Share(hits, n, hits / n, low, high)


def limits(rate: float, n: float, level: float, kind: Kind = "wilson") -> tuple[float, float]:
    """For a ``rate`` seen in ``n`` trials; ``n`` may be an effective, broken number above 0."""
    return wilson(rate, n, level) if kind == "wilson" else _exact(rate * n, n, level)


def _exact(hits: float, n: float, level: float) -> tuple[float, float]:
    tail = (1 - level) / 2
    misses = n - hits
    low = 0.0 if hits <= 0 else float(stats.beta.ppf(tail, hits, misses + 1))
    high = 1.0 if misses <= 0 else float(stats.beta.isf(tail, hits + 1, misses))
    return low, high
