"""Numbers with units: how they are written in a plan and what each may be.

Inside the simulator every duration is a number of seconds and every moment a number of seconds
since midnight of the first day. A plan may write ``90``, ``"90 s"``, ``"1:30"``, ``"1.5 min"`` or
``"2 h"`` for a duration and ``"09:30"`` for a moment; ``"26:00"`` is two o'clock of the next night.
A share is ``0.3`` or ``"30 %"``.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

UNITS = {"s": 1.0, "sec": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
DAY = 86400.0
YEAR = 366 * DAY

_WITH_UNIT = re.compile(r"(-?[\d.]+)\s*(s|sec|min|h|d)")
_WITH_COLONS = re.compile(r"(\d{1,6}):([0-5]\d)(?::([0-5]\d))?")
_CLOCK = re.compile(r"(\d{1,6}):([0-5]\d)(?::([0-5]\d(?:\.\d{1,400})?))?")
_PERCENT = re.compile(r"(-?\d+(?:\.\d+)?)\s*%")


def duration(value: Any) -> Any:
    """Seconds of ``90``, ``"90 s"``, ``"1:30"`` (minutes), ``"1:00:00"`` (hours), ``"1.5 min"``."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if found := _WITH_UNIT.fullmatch(text):
        return float(found[1]) * UNITS[found[2]]
    if found := _WITH_COLONS.fullmatch(text):
        parts = [int(part) for part in found.groups() if part is not None]
        return float(sum(part * 60**place for place, part in enumerate(reversed(parts))))
    raise ValueError('write seconds as 90, "90 s", "1:30", "1.5 min" or "2 h"')


def clock(value: Any) -> Any:
    """Seconds since midnight of ``"09:30"`` or ``"09:30:15"``; a number is seconds already."""
    if not isinstance(value, str):
        return value
    if found := _CLOCK.fullmatch(value.strip()):
        whole = int(found[1]) * 3600 + int(found[2]) * 60
        return float(whole + Decimal(found[3] or 0))
    raise ValueError('write the time of day as "09:30"; the night after goes on at "24:00"')


def share(value: Any) -> Any:
    """0.3 of ``"30 %"``; a number is a share already."""
    if not isinstance(value, str):
        return value
    if found := _PERCENT.fullmatch(value.strip()):
        return float(found[1]) / 100
    raise ValueError('write a share as 0.3 or "30 %"')


def show_clock(seconds: float) -> str:
    """``"09:30"``; hours go on above 24 for the days after the first."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    text = f"{hours:02d}:{rest // 60:02d}"
    return text if whole % 60 == 0 else f"{text}:{whole % 60:02d}"


def show_wall_clock(seconds: float) -> str:
    """What a clock on the wall shows: ``"01:30 (+1)"`` in the night after."""
    days, rest = divmod(round(seconds), int(DAY))
    return show_clock(rest) + (f" (+{days})" if days else "")


def exact_clock(seconds: float) -> str:
    """The same with every digit, so that ``clock`` reads it back to the same number."""
    whole = int(seconds // 60) * 60
    rest = Decimal(repr(float(seconds))) - whole
    return show_clock(whole) + (f":{'0' if rest < 10 else ''}{rest.normalize():f}" if rest else "")


def show_duration(seconds: float) -> str:
    """``"4:07"`` or ``"1:04:07"``, ``"–"`` when it is not known."""
    if not math.isfinite(seconds):
        return "–"
    whole = round(abs(seconds))
    sign = "-" if seconds < 0 and whole else ""
    hours, rest = divmod(whole, 3600)
    if hours:
        return f"{sign}{hours}:{rest // 60:02d}:{rest % 60:02d}"
    return f"{sign}{rest // 60}:{rest % 60:02d}"


_WRITTEN = [{"type": "number"}, {"type": "string"}]

Seconds = Annotated[
    float,
    BeforeValidator(duration),
    Field(ge=0, le=YEAR),
    WithJsonSchema({"anyOf": [{**_WRITTEN[0], "minimum": 0}, _WRITTEN[1]], "unit": "s"}),
]
PositiveSeconds = Annotated[
    float,
    BeforeValidator(duration),
    Field(gt=0, le=YEAR),
    WithJsonSchema({"anyOf": [{**_WRITTEN[0], "exclusiveMinimum": 0}, _WRITTEN[1]], "unit": "s"}),
]
ClockTime = Annotated[
    float,
    BeforeValidator(clock),
    Field(ge=0, le=2 * DAY),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\s*\d+:[0-5]\d(:[0-5]\d(\.\d+)?)?\s*$",
            "unit": "time of day",
        }
    ),
]


_PERCENT_WRITTEN = {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*%\s*$"}


def _share_schema(bound: str, least: str = "minimum", at: float = 0) -> WithJsonSchema:
    number = {"type": "number", least: at, bound: 1}
    return WithJsonSchema({"anyOf": [number, _PERCENT_WRITTEN], "unit": "share from 0 to 1"})


Share = Annotated[float, BeforeValidator(share), Field(ge=0, le=1), _share_schema("maximum")]
SharePart = Annotated[
    float, BeforeValidator(share), Field(ge=0, lt=1), _share_schema("exclusiveMaximum")
]
Precision = Annotated[
    float,
    BeforeValidator(share),
    Field(gt=0, lt=1),
    _share_schema("exclusiveMaximum", "exclusiveMinimum"),
]
Confidence = Annotated[
    float,
    BeforeValidator(share),
    Field(gt=0.5, lt=1),
    _share_schema("exclusiveMaximum", "exclusiveMinimum", 0.5),
]
Variation = Annotated[
    float,
    BeforeValidator(share),
    Field(ge=0, le=3),
    WithJsonSchema(
        {
            "anyOf": [{"type": "number", "minimum": 0, "maximum": 3}, _PERCENT_WRITTEN],
            "unit": "coefficient of variation",
        }
    ),
]
Factor = Annotated[float, Field(gt=0, le=100, json_schema_extra={"unit": "factor"})]
Rate = Annotated[float, Field(ge=0, le=1e7, json_schema_extra={"unit": "contacts"})]
Money = Annotated[float, Field(ge=0, le=1e6, json_schema_extra={"unit": "money"})]
Head = Annotated[int, Field(ge=0, le=100_000, json_schema_extra={"unit": "agents"})]
Name = Annotated[str, Field(min_length=1, max_length=80)]
