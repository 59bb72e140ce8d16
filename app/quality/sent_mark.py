"""A mark as the form of a scorecard sends it (js/marking/form.js), read and checked. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import InvalidInput
from app.quality.answers import Answer, Left, Mark

LONGEST_COMMENT = 4_000
MOST_SECONDS = 50
MOST_CAUSES = 20
LATEST = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class SentMark:
    """``answer`` None: a comment or a second came first, nothing is chosen yet.

    ``saw``: the version it was changed from, 0 for none.
    """

    criterion: str
    answer: Answer | None
    comment: str
    seconds: tuple[float, ...]
    causes: tuple[str, ...]
    saw: int

    def to_dict(self, version: int) -> dict[str, Any]:
        """As it is kept, and as the form takes it."""
        return {
            "answer": self.answer.value if isinstance(self.answer, Left) else self.answer,
            "comment": self.comment,
            "seconds": list(self.seconds),
            "causes": list(self.causes),
            "version": version,
        }

    @property
    def mark(self) -> Mark | None:
        """The mark, once there is an answer."""
        if self.answer is None:
            return None
        return Mark(self.answer, self.comment, self.seconds, self.causes)


def sent_mark(body: Any) -> SentMark:
    """Raises ``InvalidInput`` naming what was expected and what came."""
    if not isinstance(body, Mapping):
        raise InvalidInput("a mark is a JSON object")
    return SentMark(
        criterion=_text(body, "criterion", 80),
        answer=_answer(body.get("answer")),
        comment=_text(body, "comment", LONGEST_COMMENT),
        seconds=tuple(_number(each) for each in _list(body, "seconds", MOST_SECONDS)),
        causes=tuple(str(each)[:80] for each in _list(body, "causes", MOST_CAUSES)),
        saw=_whole(body.get("saw", 0)),
    )


def _answer(value: Any) -> Answer | None:
    if value is None:
        return None
    if isinstance(value, str) and value in set(Left):
        return Left(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    words = ", ".join(Left)
    raise InvalidInput(
        f"answer must be a point of the scale, {words} or null, got {str(value)[:40]!r}",
        field="answer",
    )


def _text(body: Mapping[str, Any], name: str, longest: int) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise InvalidInput(f"{name} must be a text of at most {longest} characters", field=name)
    return value


def _list(body: Mapping[str, Any], name: str, most: int) -> list[Any]:
    value = body.get(name, [])
    if not isinstance(value, list) or len(value) > most:
        raise InvalidInput(f"{name} must be a list of at most {most}", field=name)
    return value


def _number(value: Any) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    if not good or not 0 <= value <= LATEST:
        raise InvalidInput(
            f"seconds must be numbers from 0 to {LATEST:g}, got {str(value)[:40]!r}",
            field="seconds",
        )
    return round(float(value), 2)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise InvalidInput(
            f"saw must be a whole number from 0, got {str(value)[:40]!r}", field="saw"
        )
    return value
