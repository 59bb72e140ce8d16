"""The door to understanding: words -> zero or more acts. Pure types only.

``understanding.py`` implements ``Reader``; everything else depends on this
module alone, so that the method behind it can be deepened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from app.recordings.timeline import ActHeard, Word


@dataclass(frozen=True, slots=True)
class Expectation:
    """What would make sense now, by the scenario: helps where the words alone are not clear.

    ``acts`` are the acts the present state waits for; ``facts`` are the
    customer's facts by key (for names and numbers); ``phrases`` are the
    scenario's own ways to say an act, on top of the shared bank.
    """

    acts: frozenset[str] = frozenset()
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class Reader(Protocol):
    """Reads the trainee's words. Pure: the same words and expectation give the same acts."""

    acts: frozenset[str]
    """Every act it knows."""

    def read(self, words: Sequence[Word], expected: Expectation) -> tuple[ActHeard, ...]:
        """The acts in ``words``, in the order they were said; unlikely ones are left out."""
