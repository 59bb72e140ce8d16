"""What somebody answers to a criterion: a point on its scale, or that there is none. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Left(StrEnum):
    """An answer that is no point on the scale, and not a missing one either."""

    NOT_APPLICABLE = "not_applicable"
    NOT_SURE = "not_sure"


Answer = float | Left


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
