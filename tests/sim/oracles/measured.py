"""What the simulator gave, as samples to be held against an exact figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.centre import simulate
from sim.parameters import Plan
from sim.records import Outcome, Records

Floats = NDArray[np.float64]

# All intervals of one family of comparisons hold together with this chance.
CONFIDENCE = 0.99


@dataclass(frozen=True)
class Effort:
    """How much to simulate: ``size`` scales the contacts, ``narrow`` the intervals asked for."""

    name: str
    size: float

    @property
    def narrow(self) -> float:
        return float(self.size**-0.5)


QUICK, LONG = Effort("quick", 1.0), Effort("long", 16.0)
EFFORTS = [
    pytest.param(QUICK, id="quick"),
    pytest.param(LONG, id="long", marks=pytest.mark.long),
]


@dataclass(frozen=True)
class Window:
    """What happened to the contacts that came between two moments of one replication."""

    records: Records
    start: float
    end: float

    def rows(self, call_type: int | None = None) -> NDArray[np.bool_]:
        came = (self.records.arrived >= self.start) & (self.records.arrived < self.end)
        return came if call_type is None else came & (self.records.call_type == call_type)

    def average(self, began: Floats, ended: Floats) -> float:
        """Mean number of spans open in the window."""
        inside = np.minimum(ended, self.end) - np.maximum(began, self.start)
        return float(np.maximum(inside, 0).sum() / (self.end - self.start))

    @property
    def busy(self) -> float:
        """Mean number of agents with a contact in hand."""
        served = ~np.isnan(self.records.answered)
        return self.average(self.records.answered[served], self.records.released[served])

    @property
    def queue(self) -> float:
        """Mean number in the line."""
        one = self.records
        queued = ~np.isnan(one.queued)
        end = np.where(np.isnan(one.answered), one.left, one.answered)
        return self.average(one.queued[queued], end[queued])

    def controls(self, rate: float, handle: float) -> dict[str, float]:
        """How far the contacts that came, and their mean handle time, are off what is expected."""
        rows = self.rows()
        one = self.records
        served = rows & ~np.isnan(one.answered)
        work = (one.released - one.answered)[served]
        return {
            "came": float(rows.sum() / (rate * (self.end - self.start)) - 1),
            "work": float(work.mean() / handle - 1),
        }

    def share(self, outcome: Outcome, call_type: int | None = None) -> float:
        return float((self.records.outcome[self.rows(call_type)] == outcome).mean())

    def figures(self, threshold: float, call_type: int | None = None) -> dict[str, float]:
        """Those of ``sim.erlang.Queue``, but for the occupancy."""
        rows = self.rows(call_type)
        waited = self.records.waited[rows]
        answered = ~np.isnan(self.records.answered[rows])
        return {
            "p_wait": float((waited > 0).mean()),
            "p_abandon": self.share(Outcome.ABANDONED, call_type),
            "asa": float(waited[answered].mean()),
            "mean_wait": float(waited.mean()),
            "service_level": float((answered & (waited <= threshold)).mean()),
        }


def replications(
    plan: Plan, count: int, start: float, end: float, look: Callable[[Window], dict[str, float]]
) -> dict[str, Floats]:
    """Each figure over ``count`` independent replications."""
    rows = [look(Window(simulate(plan, number), start, end)) for number in range(count)]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


@dataclass(frozen=True)
class Comparison:
    """A sample of independent figures, and what their mean must be.

    controls: what is known to be 0 on average, and moves with the figure: its part in the
        figure's scatter is taken out by regression (control variates; Law 2015, 11.4)
    """

    what: str
    values: Floats
    exact: float
    controls: tuple[Floats, ...] = ()

    @cached_property
    def fit(self) -> tuple[float, float, int]:
        """The mean, its standard error and the degrees of freedom."""
        design = np.column_stack([np.ones(len(self.values)), *self.controls])
        freedom = len(self.values) - design.shape[1]
        parts = np.linalg.lstsq(design, self.values, rcond=None)[0]
        variance = float(((self.values - design @ parts) ** 2).sum()) / freedom
        inverse = np.linalg.pinv(design.T @ design)
        return float(parts[0]), float(np.sqrt(variance * inverse[0, 0])), freedom

    @property
    def off(self) -> float:
        return self.fit[0] - self.exact

    def half_width(self, level: float) -> float:
        _, error, freedom = self.fit
        return float(stats.t.ppf((1 + level) / 2, freedom)) * error


def compare(
    what: str, seen: dict[str, Floats], exact: dict[str, float], controls: Sequence[str] = ()
) -> list[Comparison]:
    """Every exact figure with its sample."""
    known = tuple(seen[name] for name in controls)
    return [Comparison(f"{name} of {what}", seen[name], exact[name], known) for name in exact]


def hold(
    comparisons: Sequence[Comparison], grain: float = 1e-12, confidence: float = CONFIDENCE
) -> None:
    """Every mean is what it must be, within intervals that hold all together (Bonferroni)."""
    level = 1 - (1 - confidence) / len(comparisons)
    wrong = [
        f"{one.what}: {one.fit[0]:.6g} ± {one.half_width(level):.2g}, exact {one.exact:.6g}"
        for one in comparisons
        if abs(one.off) > one.half_width(level) + grain
    ]
    assert not wrong, "\n".join(wrong)


def pooled(comparisons: Sequence[Comparison]) -> tuple[float, float]:
    """Relative error over several centres, each weighed by its precision, and its half width.

    A bias that no single centre shows, because its interval is wide, shows here.
    """
    off = np.array([one.off / one.exact for one in comparisons])
    error = np.array([one.fit[1] / one.exact for one in comparisons])
    weights = 1 / np.maximum(error, 1e-9) ** 2
    mean = float((off * weights).sum() / weights.sum())
    freedom = sum(one.fit[2] for one in comparisons)
    return mean, float(stats.t.ppf((1 + CONFIDENCE) / 2, freedom) / np.sqrt(weights.sum()))
