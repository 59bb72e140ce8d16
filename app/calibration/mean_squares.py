"""Intervals of variance components: linear combinations of independent mean squares.

Modified large samples: exact in the extremes, close to the level everywhere else. Sums by
Graybill & Wang (1980, JASA 75), differences by Ting, Burdick, Graybill, Jeyaratnam & Lu (1990,
J. Stat. Comput. Simul. 35), as put together for gauge studies by Burdick, Borror & Montgomery
(2003, J. Qual. Tech. 35).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True, slots=True)
class MeanSquare:
    """One line of an analysis of variance."""

    source: str
    freedom: int
    squares: float

    @property
    def mean_square(self) -> float:
        return self.squares / self.freedom


Terms = list[tuple[float, MeanSquare]]


@dataclass(frozen=True, slots=True)
class Combination:
    value: float
    low: float
    high: float


def combination(terms: Terms, level: float) -> Combination:
    """Sum of coefficient × mean square with its two-sided interval; never below zero."""
    tail = (1 - level) / 2
    plus = [(c * ms.mean_square, ms.freedom) for c, ms in terms if c > 0]
    minus = [(-c * ms.mean_square, ms.freedom) for c, ms in terms if c < 0]
    value = sum(size for size, _ in plus) - sum(size for size, _ in minus)
    low = value - np.sqrt(max(_spread_below(plus, minus, tail), 0.0))
    high = value + np.sqrt(max(_spread_above(plus, minus, tail), 0.0))
    return Combination(value, float(max(low, 0.0)), float(max(high, 0.0)))


Part = tuple[float, int]


def _shrink(freedom: int, tail: float) -> float:
    """1 - 1/F(tail; freedom, infinity): how far down the truth may be, as a share."""
    return float(1 - freedom / stats.chi2.isf(tail, freedom))


def _stretch(freedom: int, tail: float) -> float:
    """1/F(1 - tail; freedom, infinity) - 1: how far up."""
    return float(freedom / stats.chi2.ppf(tail, freedom) - 1)


def _spread_below(plus: list[Part], minus: list[Part], tail: float) -> float:
    spread = sum((_shrink(n, tail) * size) ** 2 for size, n in plus)
    spread += sum((_stretch(n, tail) * size) ** 2 for size, n in minus)
    for size, n in plus:
        for other, m in minus:
            ratio = float(stats.f.isf(tail, n, m))
            rest = (ratio - 1) ** 2 - (_shrink(n, tail) * ratio) ** 2 - _stretch(m, tail) ** 2
            spread += rest / ratio * size * other
    return float(spread)


def _spread_above(plus: list[Part], minus: list[Part], tail: float) -> float:
    spread = sum((_stretch(n, tail) * size) ** 2 for size, n in plus)
    spread += sum((_shrink(n, tail) * size) ** 2 for size, n in minus)
    for size, n in plus:
        for other, m in minus:
            ratio = float(stats.f.ppf(tail, n, m))
            rest = (1 - ratio) ** 2 - (_stretch(n, tail) * ratio) ** 2 - _shrink(m, tail) ** 2
            spread += rest / ratio * size * other
    return float(spread)
