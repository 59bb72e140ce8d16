"""Figures as people read them: ``83.1 %``, ``4:07``, ``82.4–83.8 %``."""

from __future__ import annotations

import math
from dataclasses import replace

from sim.listing import listed as listed
from sim.parameters.units import show_duration
from sim.results import FEWEST, Difference, Estimate

UNKNOWN = "–"
MINUS = "−"
DOUBTFUL = 10.0
UNTOLD = "±?"

HEADS = {"share": "%", "seconds": "m:s", "hours": "h"}
INTERVALS = {900: "quarter of an hour", 1800: "half hour", 3600: "hour"}
MANY_INTERVALS = {900: "quarters of an hour", 1800: "half hours", 3600: "hours"}


def decimal(value: float, digits: int = 1) -> str:
    """A number with a real minus sign, without ``-0.0``."""
    if not math.isfinite(value):
        return UNKNOWN
    text = f"{abs(value):,.{digits}f}"
    return MINUS + text if value < 0 and float(text.replace(",", "")) else text


def count(value: float) -> str:
    """Contacts and agents in the mean: one decimal while it matters."""
    return decimal(value, 0 if abs(value) >= 1000 else 1)


def percent(share: float, digits: int = 1) -> str:
    return UNKNOWN if not math.isfinite(share) else f"{decimal(share * 100, digits)} %"


def signed(unit: str, value: float) -> str:
    """A difference: ``+1.2``, ``−0:07``; nothing before a nought."""
    text = figure(unit, abs(value))
    if not math.isfinite(value) or not any(digit in text for digit in "123456789"):
        return text
    return f"{'+' if value > 0 else MINUS}{text}"


def target_percent(share: float) -> str:
    """``80 %``, and ``99.5 %`` where somebody wants that."""
    return f"{share * 100:g} %"


def seconds(value: float) -> str:
    """A threshold as it is spoken: ``20 s``, ``4 h``, ``1:30``."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if value >= 2 * size and value % size == 0:
            return f"{value / size:g} {unit}"
    return f"{value:g} s" if value < 120 else show_duration(value)


def figure(unit: str, value: float) -> str:
    """A figure without its unit, which stands in the head of its column."""
    if not math.isfinite(value):
        return UNKNOWN
    if unit == "share":
        return decimal(value * 100)
    if unit == "seconds":
        return show_duration(value)
    if unit == "money":
        return decimal(value, 0 if abs(value) >= 1000 else 2)
    return count(value)


def spread(unit: str, half_width: float, mean: float = 0.0) -> str:
    """``±0.7``, as exact as the mean is shown; empty when there is no interval."""
    if not math.isfinite(half_width):
        return ""
    if unit == "seconds":
        if half_width >= 59.5:
            return f"±{show_duration(half_width)}"
        if half_width < 0.05:
            return ""
        return f"±{half_width:.0f}s" if half_width >= 0.5 else f"±{half_width:.1f}s"
    if unit in ("contacts", "agents", "hours", "money") and abs(mean) >= 1000:
        return f"±{decimal(half_width, 0)}"
    return f"±{figure(unit, half_width)}"


def around(unit: str, found: Estimate) -> str:
    """The spread of a figure; ``±?`` where so few replications tell nothing of it."""
    if found.n >= FEWEST or not math.isfinite(found.half_width):
        return spread(unit, found.half_width, found.mean)
    # Half of all there is; as much as there is. Waits vary more than anything else.
    widest = {"share": 0.5, "seconds": max(DOUBTFUL, found.mean)}.get(unit, found.mean)
    return UNTOLD if found.half_width > widest else spread(unit, found.half_width, found.mean)


def of_few(replications: int) -> str:
    """What explains ``±?``, to be put behind the number of replications."""
    return f"; {UNTOLD} where so few tell nothing" if 1 < replications < FEWEST else ""


def size(unit: str, value: float) -> str:
    """An amount without a sign, shares as percentage points."""
    if unit == "seconds" and value < 60:
        return f"{value:.1f} s"
    return figure(unit, value)


def points(unit: str) -> str:
    """What stands behind the size of a difference."""
    return {"share": " points", "contacts": " contacts"}.get(unit, "")


def by_how_much(unit: str, difference: Estimate) -> str:
    """``by 2.1 points (1.4–2.8)``: of one that is surely on one side of nought."""
    mean, span = sizes(unit, difference)
    return f"by {mean}{points(unit)} ({span})"


def sizes(unit: str, difference: Estimate) -> tuple[str, str]:
    """How large a difference is that is surely on one side of nought, and its interval."""
    mean = abs(difference.mean)
    low, high = sorted((abs(difference.low), abs(difference.high)))
    # What is surely not nought does not look like it.
    digits = next((one for one in (1, 2, 3) if f"{low * 100:.{one}f}".strip("0.")), 1)

    def told(value: float) -> str:
        if unit == "money":
            return decimal(value, 0 if mean >= 1000 else 2)
        return decimal(value * 100, digits) if unit == "share" else size(unit, value)

    return told(mean), f"{told(low)}–{told(high)}"


def untold(unit: str, difference: Difference) -> str:
    """``can't tell yet: about 14 more replications``: of one that may be on either side."""
    if difference.more is not None:
        return f"can't tell yet: about {number_of(difference.more, 'more replication')}"
    largest = difference.at_most
    if not math.isfinite(largest):
        return "can't tell from one replication"
    return f"can't tell, at most {rounded_up(unit, largest)}{points(unit)} either way"


def rounded_up(unit: str, value: float) -> str:
    """Never smaller than it is: ``0.1 points`` may not stand for 0.14."""
    if unit == "share":
        return decimal(math.ceil(value * 1000 - 1e-9) / 10)
    return size(unit, value)


def doubtful(unit: str, estimate: Estimate) -> bool:
    """A mean wait of which hardly more is known than that it isn't negative."""
    return unit == "seconds" and estimate.half_width >= max(DOUBTFUL, estimate.mean)


def interval(unit: str, estimate: Estimate, digits: int = 1) -> str:
    """``82.4–83.8`` without the unit; empty when there is none. digits: of shares"""
    if not math.isfinite(estimate.low) or not math.isfinite(estimate.high):
        return ""
    low, high = within(unit, estimate)
    if unit == "share":
        return f"{decimal(low * 100, digits)}–{decimal(high * 100, digits)}"
    return f"{figure(unit, low)}–{figure(unit, high)}"


def within(unit: str, estimate: Estimate) -> tuple[float, float]:
    """Ends of the interval, where the figure can be at all: Student's interval does not know that
    shares end at 0 and 1, and that nothing here is negative. NaN where there is no interval."""
    if not math.isfinite(estimate.low) or not math.isfinite(estimate.high):
        return math.nan, math.nan
    top = 1.0 if unit == "share" else math.inf
    return max(0.0, estimate.low), min(top, estimate.high)


def bounded(unit: str, estimate: Estimate) -> Estimate:
    """The same with an interval that ends where the figure can be."""
    low, high = within(unit, estimate)
    return replace(estimate, low=low, high=high)


def number_of(amount: int, one: str, many: str = "") -> str:
    """``1 replication``, ``20 replications``."""
    return f"{amount:,} {one if amount == 1 else many or one + 's'}"


def so_far(done: int, wanted: int, what: str = "replications") -> str:
    """``after 8 of 20 replications``: of what was stopped."""
    return f"after {done:,} of {wanted:,} {what}"
