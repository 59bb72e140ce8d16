"""Which stretches of a turn are looked at on their own, and n-grams of words.

A turn may carry several acts, so each is sought in the whole and in windows of
5, 8 and 12 words; a very long turn is looked at in wide pieces first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIZES = (5, 8, 12)
WHOLE = 24
MAX_WINDOWS = 40


@dataclass(frozen=True, slots=True)
class Span:
    """Words ``start`` to ``end`` (exclusive) of a turn; ``size`` 0 is the whole."""

    start: int
    end: int
    size: int

    def of(self, tokens: Sequence[str]) -> str:
        return " ".join(tokens[self.start : self.end])


def spans(n: int) -> tuple[Span, ...]:
    """The spans of a turn of ``n`` words; every word is in at least one of each size."""
    found = list(_slide(n, WHOLE, WHOLE // 2, 0)) if n > WHOLE else [Span(0, n, 0)]
    for size in SIZES:
        if size < n:
            step = min(max(1, -(-(n - size) // MAX_WINDOWS)), (size + 1) // 2)
            found += _slide(n, size, step, size)
    return tuple(found)


def _slide(n: int, size: int, step: int, label: int) -> list[Span]:
    starts = [*range(0, n - size, step), n - size]
    return [Span(s, s + size, label) for s in starts]


def ngrams(tokens: Sequence[str], longest: int = 3) -> list[tuple[int, int, str]]:
    """Every run of one to ``longest`` words as (start, end, text), edges marked.

    The marks ``<`` and ``>`` let a whole sentence "okay" differ from "okay" inside.
    """
    padded = ["<", *tokens, ">"]
    found = []
    for size in range(1, longest + 1):
        for i in range(len(padded) - size + 1):
            if size == 1 and i in (0, len(padded) - 1):
                continue
            text = " ".join(padded[i : i + size])
            found.append((max(i - 1, 0), min(i - 1 + size, len(tokens)), text))
    return found


def combine(probabilities: NDArray[np.float32], found: Sequence[Span]) -> NDArray[np.float32]:
    """One probability per act from those of the spans, shape (len(found), acts).

    The best window of each size, averaged over the sizes: an act has to show in
    the whole and in its own corner, so that a lucky window alone does not count.
    """
    sizes = np.array([span.size for span in found])
    best = [probabilities[sizes == size].max(axis=0) for size in sorted(set(sizes.tolist()))]
    averaged: NDArray[np.float32] = np.mean(best, axis=0)
    return averaged
