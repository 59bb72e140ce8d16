"""Plans beside each other: what differs, which is better and by how much."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sim.comparison import at_once, compare
from sim.estimates import estimate
from sim.report import words
from sim.report.findings import HARDLY
from sim.report.through_day import Course, courses
from sim.report.view import ALL, MEASURES, WHOLE, Of, View, kind_of
from sim.results import Difference, Estimate, Result

MEASURE = "service_level"
SHOWN = (MEASURE, "asa", "abandonment", "occupancy")
# Who never waited is in no wait and hung up on nobody: shown where there is anybody.
LOST = ("turned_away", "balked")
# What a better service level may be paid with, as it is said of so many more or fewer.
LOSSES = {
    "turned_away": "are turned away",
    "balked": "would not wait",
    "abandonment": "hang up",
}
# Differences smaller than this are no difference to a planner, if nobody says otherwise.
NEGLIGIBLE = 0.005


@dataclass(frozen=True)
class Compared:
    """Results of several plans, the base first, and what tells them apart.

    changes: what each plan changes in the base, in words, by the plan's name
    negligible: a difference of service level this small is no difference
    """

    results: tuple[Result, ...]
    changes: dict[str, tuple[str, ...]]
    negligible: float = NEGLIGIBLE

    @cached_property
    def views(self) -> tuple[View, ...]:
        return tuple(View(result) for result in self.results)

    @property
    def base(self) -> View:
        return self.views[0]

    @cached_property
    def measures(self) -> tuple[str, ...]:
        return measures(self.views)

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """Of each measure, as ``sim.comparison.compare`` gives them."""
        return compare(self.results, self.measures)

    def difference(self, plan: str, measure: str = MEASURE) -> Difference | None:
        for one in self.differences:
            if one.plan == plan and one.measure == measure:
                return one
        return None

    @cached_property
    def courses(self) -> list[Course]:
        """Service level through the day, of all together or of each call type that is judged by
        itself."""
        return courses(self.views, MEASURE, self.base.judged)

    @cached_property
    def waits(self) -> list[Course]:
        """Average wait and abandonment through the day."""
        return [one for name in ("asa", "abandonment") for one in courses(self.views, name, [ALL])]

    @cached_property
    def by_type(self) -> dict[str, tuple[Difference, ...]]:
        """Of each call type that is judged by itself its differences of service level, which hold
        at once; empty where all are judged together."""
        names = [one.name for one in self.courses if one.of]
        confidence = self.base.plan.experiment.confidence
        return {
            name: compare(
                self.results,
                [MEASURE],
                call_type=name,
                confidence=at_once(confidence, len(names)),
            )
            for name in names
        }

    @property
    def told(self) -> bool:
        """Every plan is better, worse, or not different from the base by more than a little."""
        return all(
            is_told(one, self.negligible) for one in self.differences if one.measure == MEASURE
        )

    @property
    def more(self) -> int | None:
        """The most replications any open question may still need."""
        wanted = [
            one.more
            for one in self.differences
            if one.measure == MEASURE and not is_told(one, self.negligible)
        ]
        known = [more for more in wanted if more is not None]
        return max(known, default=None)


def measures(views: Sequence[View]) -> tuple[str, ...]:
    """What is shown of these plans."""
    return (*SHOWN, *(one for one in LOST if any(view.of_type(one).mean > 0 for view in views)))


def is_told(difference: Difference, negligible: float) -> bool:
    if difference.verdict != "can't tell":
        return True
    return difference.at_most <= negligible


def in_words(difference: Difference, negligible: float = NEGLIGIBLE) -> str:
    """``better by 2.1 points (1.4–2.8)``, ``can't tell yet: about 14 more replications``."""
    found = difference.difference
    unit = MEASURES[kind_of(difference.measure)][difference.measure].unit
    if difference.verdict != "can't tell":
        return f"{difference.verdict} {words.by_how_much(unit, found)}"
    largest = difference.at_most
    if largest == 0:
        return "no difference at all"
    if largest <= negligible and unit == "share":
        return f"no difference larger than {_rounded_up(unit, largest)}{words.points(unit)}"
    if difference.more is not None:
        return f"can't tell yet: about {words.number_of(difference.more, 'more replication')}"
    if not math.isfinite(largest):
        return "can't tell from one replication"
    return f"can't tell, at most {_rounded_up(unit, largest)}{words.points(unit)} either way"


def verdicts(compared: Compared, plan: str) -> list[str]:
    """Is a plan better than the base, of which call types, and when."""
    one = compared.difference(plan)
    if one is None:
        return []
    lines = [f"{plan}: {in_words(one, compared.negligible)}."]
    for course in compared.courses:
        when = course.when(plan)
        if not course.of:
            said = when or course.nowhere
            lines[0] += f" It is {said}." if said else ""
            continue
        own = next(found for found in compared.by_type[course.name] if found.plan == plan)
        told = in_words(own, compared.negligible)
        lines.append(f"{course.name}: {told}{'; ' if when else ''}{when}.")
    return [*lines, *_besides(compared, plan)]


def _besides(compared: Compared, plan: str) -> list[str]:
    """What else is surely different; of who is turned away even that it can't be told."""
    told = [
        f"{MEASURES['call type'][name].label}: {in_words(one, compared.negligible)}"
        for name in ("asa", "abandonment", *LOST)
        if (one := compared.difference(plan, name)) is not None
        if name in LOST or one.verdict != "can't tell"
    ]
    return [f"{'; '.join(told)}."] if told else []


def cost(view: View) -> Estimate:
    """Of the agents and the lines, for the whole run."""
    total = (
        view.values("group", "cost")[:, WHOLE, -1] + view.values("call type", "cost")[:, WHOLE, -1]
    )
    return estimate(total, view.plan.experiment.confidence)


def any_cost(views: Sequence[View]) -> bool:
    """Is there any to show?"""
    return any(cost(view).mean > 0 for view in views)


def worst(view: View) -> tuple[int, int] | None:
    """Row and column of the interval that is furthest below its target, where call types are
    judged by themselves: all together would hide it. Else the worst of all."""
    found = []
    for column in view.judged:
        row = view.worst(column)
        if row is not None:
            target = view.target(column)
            level = view.of_type(MEASURE, row, column).mean
            found.append((level - (target.share if target else 0.0), row, column))
    return min(found)[1:] if found else None


def worst_words(view: View) -> str:
    """``09:30 61 %``, ``09:30 61 % sales``."""
    found = worst(view)
    if found is None:
        return words.UNKNOWN
    row, column = found
    level = words.percent(view.of_type(MEASURE, row, column).mean, 0)
    of = "" if column == ALL else f" {view.names('call type')[column]}"
    return f"{view.intervals[row]} {level}{of}"


def worst_data(view: View) -> dict[str, str | None]:
    """The same for JSON."""
    found = worst(view)
    row, kind = found if found is not None else (None, ALL)
    return {
        "worst_interval": None if row is None else view.intervals[row],
        "worst_call_type": None if row is None else view.names("call type")[kind],
    }


def target_share(view: View) -> float | None:
    target = view.target()
    return None if target is None else target.share


def headline(compared: Compared) -> str:
    """The finding of all: which plan to take, or that it can't be told."""
    found = [
        one
        for view in compared.views[1:]
        if (one := compared.difference(view.plan.name)) is not None
    ]
    base = compared.base.plan.name
    better = [one for one in found if one.verdict == "better"]
    if better:
        best = max(better, key=lambda one: one.difference.mean)
        equals = _equals(compared, best, better)
        if equals:
            names = [best.plan, *(one.plan for one in equals)]
            return (
                f"{words.listed(names)} are better than {base}, by {_gains([best, *equals])}; "
                "between them there is no difference that can be told" + _but(compared, names)
            )
        gain = f"{best.plan}: service level {in_words(best)} than {base}"
        return gain + _cost_words(compared, best.plan) + _but(compared, [best.plan])
    open_ones = [one for one in found if not is_told(one, compared.negligible)]
    spared = _spared(compared, [one.plan for one in found])
    if not open_ones and found and all(one.verdict == "worse" for one in found):
        return f"{base} is the best: every other plan is worse{spared}"
    if not open_ones:
        return f"No plan is better than {base}{spared}"
    more = compared.more
    hint = "" if more is None else f": about {words.number_of(more, 'more replication')} may show"
    return f"It can't be told yet whether any plan is better than {base}{hint}{spared}"


def _but(compared: Compared, plans: Sequence[str]) -> str:
    """Who pays for it: call types, judged by themselves, for which any of the plans is worse, and
    who is lost."""
    losing = [
        name
        for name, found in compared.by_type.items()
        if any(one.verdict == "worse" for one in found if one.plan in plans)
    ]
    paid = [f"worse for {words.listed(losing)}"] if losing else []
    for one in _losses(compared, plans, "worse"):
        under = f" under {one.plan}" if len(plans) > 1 else ""
        paid.append(f"{_so_many(one)} more {LOSSES[one.measure]}{under}")
    return f", but {words.listed(paid)}" if paid else ""


def _spared(compared: Compared, plans: Sequence[str]) -> str:
    """Who is lost under the base and not under another plan, though its level is no better; of
    plans that lose others instead nothing is said."""
    plans = [one for one in plans if not _losses(compared, [one], "worse")]
    told = [
        f"{_so_many(one)} fewer {LOSSES[one.measure]} under {one.plan}"
        for one in _losses(compared, plans, "better")
    ]
    return f", but {words.listed(told)}" if told else ""


def _losses(compared: Compared, plans: Sequence[str], verdict: str) -> list[Difference]:
    """Of each kind of loss the largest difference that surely is one and not a trifle."""
    largest = []
    offered = compared.base.of_type("offered").mean
    for measure in LOSSES:
        trifle = NEGLIGIBLE if measure == "abandonment" else HARDLY * offered
        found = [
            one
            for one in compared.differences
            if (one.measure, one.verdict) == (measure, verdict) and one.plan in plans
            if abs(one.difference.mean) >= trifle
        ]
        if found:
            largest.append(max(found, key=lambda one: abs(one.difference.mean)))
    return largest


def _so_many(one: Difference) -> str:
    unit = MEASURES["call type"][one.measure].unit
    points = words.points(unit) if unit == "share" else ""
    return f"{words.size(unit, abs(one.difference.mean))}{points}"


def _equals(compared: Compared, best: Difference, better: Sequence[Difference]) -> list[Difference]:
    """Others that are better than the base and not surely worse than the best: who is first among
    them may be luck."""
    others = [one for one in better if one is not best]
    if not others:
        return []
    results = {one.plan.name: one for one in compared.results}
    named = (best.plan, *(one.plan for one in others))
    found = compare([results[name] for name in named], [MEASURE])
    worse = {one.plan for one in found if one.verdict == "worse"}
    return [one for one in others if one.plan not in worse]


def _gains(found: Sequence[Difference]) -> str:
    sizes = [words.decimal(one.difference.mean * 100) for one in found]
    return f"{words.listed(sizes)} points"


def _cost_words(compared: Compared, plan: str) -> str:
    view = next(one for one in compared.views if one.plan.name == plan)
    extra = cost(view).mean - cost(compared.base).mean
    if not math.isfinite(extra) or not cost(view).mean:
        return ""
    if abs(extra) < 0.5:
        return ", at the same cost"
    return f", and costs {words.decimal(abs(extra), 0)} {'more' if extra > 0 else 'less'}"


def estimates(view: View, names: Sequence[str]) -> list[tuple[Of, str, Estimate]]:
    return [(kind_of(name), name, view.estimate(kind_of(name), name)) for name in names]


def _rounded_up(unit: str, value: float) -> str:
    """Never smaller than it is: ``0.1 points`` may not stand for 0.14."""
    if unit == "share":
        return words.decimal(math.ceil(value * 1000 - 1e-9) / 10)
    return words.size(unit, value)
