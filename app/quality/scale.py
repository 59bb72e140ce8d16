"""The scale of a criterion: yes/no, 1-5, 1-10 or points with names of their own. Pure.

In a file a scale is a word (``yes_no``, ``"1-5"``, ``"1-10"``) or a list of points; each
point may have an anchor, the words that say what earns it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from app.quality.kinds import Model

Level = Literal["nominal", "ordinal", "interval"]
MOST_POINTS = 11


class Point(Model):
    """One point: its number, its name (empty: the number) and what earns it."""

    value: float
    title: Annotated[str, Field(max_length=60)] = ""
    anchor: Annotated[str, Field(max_length=400)] = ""


def _numbers(first: int, last: int) -> tuple[dict[str, Any], ...]:
    return tuple({"value": float(each)} for each in range(first, last + 1))


WORDS: dict[str, tuple[dict[str, Any], ...]] = {
    "yes_no": ({"value": 0.0, "title": "No"}, {"value": 1.0, "title": "Yes"}),
    "1-5": _numbers(1, 5),
    "1-10": _numbers(1, 10),
}


class Scale(Model):
    """Points, ascending. A mark below ``passes_from`` fails the criterion (None: the lowest
    point alone fails); that matters where the criterion is critical.
    """

    points: Annotated[tuple[Point, ...], Field(min_length=2, max_length=MOST_POINTS)]
    passes_from: float | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, value: Any) -> Any:
        if isinstance(value, str):
            if value not in WORDS:
                raise ValueError(f"a scale is {', '.join(WORDS)} or a list of points, got {value}")
            return {"points": WORDS[value]}
        return value

    @model_validator(mode="after")
    def _ascends(self) -> Self:
        if any(low >= high for low, high in zip(self.values, self.values[1:], strict=False)):
            raise ValueError("the points of a scale ascend; each value stands once")
        if self.passes_from is not None and not self.low < self.passes_from <= self.high:
            raise ValueError(
                f"passes_from must be above {self.low:g} and at most {self.high:g}, "
                f"got {self.passes_from:g}"
            )
        return self

    @property
    def values(self) -> tuple[float, ...]:
        return tuple(point.value for point in self.points)

    @property
    def low(self) -> float:
        return self.points[0].value

    @property
    def high(self) -> float:
        return self.points[-1].value

    @property
    def word(self) -> str:
        """``yes_no``, ``1-5``, ``1-10`` by its numbers; ``named`` for any other."""
        for word, points in WORDS.items():
            if self.values == tuple(point["value"] for point in points):
                return word
        return "named"

    @property
    def level(self) -> Level:
        """What may be computed with its marks: two points are nominal, others ordinal."""
        return "nominal" if len(self.points) == 2 else "ordinal"

    def share(self, value: float) -> float:
        """How much of the weight a mark earns, 0..1: evenly from lowest to highest point."""
        return (value - self.low) / (self.high - self.low)

    def fails(self, value: float) -> bool:
        return value <= self.low if self.passes_from is None else value < self.passes_from


YES_NO = Scale.model_validate("yes_no")
