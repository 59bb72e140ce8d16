"""Pictures of raters as positions, for SVG drawn by the page. Pure; x and y in view units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.calibration.drift import DriftResult
from app.calibration.proportion import Share
from app.calibration.rater_answers import Estimate

WIDTH, HEIGHT = 400.0, 140.0
EDGE = 12.0


@dataclass(frozen=True, slots=True)
class Whisker:
    """An estimate as a dot on a line from low to high; ``low`` and ``high`` None without one."""

    at: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Ruler:
    """A scale around 0: ``reach`` at either end, ``ticks`` as (x, value)."""

    reach: float
    ticks: tuple[tuple[float, float], ...]

    def x(self, value: float) -> float:
        held = max(-self.reach, min(self.reach, value))
        return WIDTH / 2 + held / self.reach * (WIDTH / 2 - EDGE)


@dataclass(frozen=True, slots=True)
class Chart:
    """An EWMA chart: polylines as "x,y x,y", the points that lie outside, the zero line."""

    line: str
    upper: str
    lower: str
    out: tuple[tuple[float, float, int], ...]
    zero: float
    reach: float


def ruler(estimates: Sequence[Estimate], least: float = 5.0) -> Ruler:
    """A ruler that holds all intervals, at a round length."""
    ends = [abs(end) for each in estimates for end in (each.low, each.high, each.value) if end]
    reach = _round_up(max([*ends, least]))
    empty = Ruler(reach, ())
    marks = (-reach, -reach / 2, 0.0, reach / 2, reach)
    return Ruler(reach, tuple((empty.x(each), each) for each in marks))


def whisker(scale: Ruler, estimate: Estimate) -> Whisker:
    low, high = estimate.low, estimate.high
    return Whisker(
        scale.x(estimate.value),
        None if low is None else scale.x(low),
        None if high is None else scale.x(high),
    )


def chart(result: DriftResult) -> Chart | None:
    """The running average with its limits, stricter upwards; None without limits to draw."""
    points = result.points
    if result.trouble is not None or not points:
        return None
    reach = _round_up(max(max(abs(p.average), abs(p.low), abs(p.high)) for p in points))
    step = (WIDTH - 2 * EDGE) / max(len(points) - 1, 1)

    def place(nth: int, value: float) -> tuple[float, float]:
        x = EDGE + nth * step
        y = HEIGHT / 2 + value / reach * (HEIGHT / 2 - EDGE)
        return round(x, 1), round(y, 1)

    def line(values: Sequence[float]) -> str:
        return " ".join(f"{x},{y}" for x, y in (place(n, v) for n, v in enumerate(values)))

    return Chart(
        line([p.average for p in points]),
        line([p.high for p in points]),
        line([p.low for p in points]),
        tuple((*place(n, p.average), n + 1) for n, p in enumerate(points) if p.out),
        HEIGHT / 2,
        reach,
    )


@dataclass(frozen=True, slots=True)
class ShareLine:
    """A share on a line from 0 to 100 %, with its interval and what it is held against."""

    at: float
    low: float
    high: float
    targets: tuple[float, ...]
    ticks: tuple[tuple[float, float], ...]


def share_line(found: Share, *targets: float) -> ShareLine | None:
    """None without a share."""
    if found.estimate is None:
        return None
    return ShareLine(
        _share_x(found.estimate),
        _share_x(found.low),
        _share_x(found.high),
        tuple(_share_x(each) for each in targets),
        tuple((_share_x(each), each) for each in (0.0, 0.5, 1.0)),
    )


def _share_x(share: float) -> float:
    return round(EDGE + share * (WIDTH - 2 * EDGE), 1)


def _round_up(value: float) -> float:
    """The next of 1, 2, 3, 4, 6, 8, 10, 20, 30…"""
    size = 1.0
    while True:
        for step in (1.0, 2.0, 3.0, 4.0, 6.0, 8.0):
            if value <= step * size:
                return step * size
        size *= 10
