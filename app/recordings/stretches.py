"""Stretches of time as pairs of seconds. Pure."""

from __future__ import annotations

from collections.abc import Iterable


def joined(stretches: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The same time without overlaps, in order; stretches that touch become one."""
    found: list[tuple[float, float]] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found
