"""The scale of a criterion: yes/no, 1-5, 1-10 or points with names of their own. Pure.

In a file a scale is a word (``yes_no``, ``"1-5"``, ``"1-10"``) or a list of points; each
point may have an anchor, the words that say what earns it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from app.quality.kinds import Model
from app.quality.text import N_, Text, in_english, text

Level = Literal["nominal", "ordinal", "interval"]
MOST_POINTS = 11
LOOSE = {"loose": True}
"""The context of a validation that looks at each part and leaves what is between them."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong between the parts of a card, with its place in it."""

    place: tuple[str | int, ...]
    text: Text


def is_loose(info: ValidationInfo) -> bool:
    return bool(info.context and info.context.get("loose"))


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
                raise PydanticCustomError(
                    "scale_word",
                    "a scale is {words} or a list of points, got {got}",
                    {"words": ", ".join(WORDS), "got": value},
                )
            return {"points": WORDS[value]}
        return {"points": value} if isinstance(value, list | tuple) else value

    @model_validator(mode="after")
    def _ascends(self, info: ValidationInfo) -> Self:
        if not is_loose(info):
            for fault in scale_faults(self):
                raise ValueError(in_english(fault.text))
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


def scale_faults(scale: Scale) -> Iterator[Fault]:
    """What is wrong between the points of a scale."""
    for i, (low, high) in enumerate(zip(scale.values, scale.values[1:], strict=False)):
        if low >= high:
            yield Fault(
                ("points", i + 1, "value"),
                text(
                    N_("the points of a scale ascend, and {got} comes after {before}"),
                    got=f"{high:g}",
                    before=f"{low:g}",
                ),
            )
            return
    passes = scale.passes_from
    if passes is not None and not scale.low < passes <= scale.high:
        yield Fault(
            ("passes_from",),
            text(
                N_("passes_from must be above {low} and at most {high}, got {got}"),
                low=f"{scale.low:g}",
                high=f"{scale.high:g}",
                got=f"{passes:g}",
            ),
        )


def points_of(scale: Scale) -> str:
    """Its numbers, to be read: ``1, 2, 3``."""
    return ", ".join(f"{value:g}" for value in scale.values)


YES_NO = Scale.model_validate("yes_no")
