"""What somebody answers to a criterion: a point on its scale, or that there is none. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


class Left(StrEnum):
    """An answer that is no point on the scale, and not a missing one either."""

    NOT_APPLICABLE = "not_applicable"
    NOT_SURE = "not_sure"


Answer = float | Left


def typed_answer(text: str) -> Answer | None:
    """What a form holds: a word of ``Left`` or a number; None for anything else."""
    if text in set(Left):
        return Left(text)
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


@dataclass(frozen=True, slots=True)
class Mark:
    """One answer to one criterion, as a person or a machine gave it.

    ``seconds``: where in the recording it is heard; ``causes``: ids of the criterion's causes
    that were chosen; ``comment``: why.
    """

    answer: Answer
    comment: str = ""
    seconds: tuple[float, ...] = ()
    causes: tuple[str, ...] = ()
