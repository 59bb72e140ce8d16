"""Plans beside each other: what differs, which is better and by how much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sim.comparison import compare, compare_costs
from sim.report import words
from sim.report.compared_costs import against, any_cost, clause
from sim.report.of_types import OfType, of_types
from sim.report.through_day import Course, courses
from sim.report.turned_away import MEASURE as TURNED_AWAY
from sim.report.turned_away import turned_away
from sim.report.view import ALL, ALL_TYPES, MEASURES, Of, View, kind_of
from sim.results import Difference, Estimate, Result

MEASURE = "service_level"
SHOWN = (MEASURE, "asa", "abandonment", "occupancy")
# Who never waited is in no wait and hung up on nobody: shown where there is anybody.
LOST = (TURNED_AWAY, "balked")
# More call types than this of which nothing can be told share a line.
MANY = 3
# Differences smaller than this are no difference to a planner, if nobody says otherwise.
NEGLIGIBLE = 0.005


@dataclass(frozen=True)
class Compared:
    """Results of several plans, the base first, and what tells them apart.

    changes: what each plan changes in the base, in words, by the plan's name
    negligible: a difference of service level this small is no difference
    stopped: when, if it was: ``after 8 of 20 replications``
    """

    results: tuple[Result, ...]
    changes: dict[str, tuple[str, ...]]
    negligible: float = NEGLIGIBLE
    stopped: str = ""

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
        """Of each measure, as ``sim.comparison.compare`` gives them; of the cost where there is
        any."""
        found = compare(self.results, self.measures)
        return (*found, *compare_costs(self.results)) if any_cost(self.views) else found

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

    @property
    def courses_that_suffer_first(self) -> list[Course]:
        """Those of call types for which any plan is worse, then those for which one is better."""
        names = [
            name
            for verdict in ("worse", "better")
            for view in self.views[1:]
            for name, _one in self.told_of_types(view.plan.name, verdict)
        ]
        places = {name: place for place, name in reversed(list(enumerate(names)))}
        return sorted(self.courses, key=lambda one: places.get(one.name, len(names)))

    @cached_property
    def waits(self) -> list[Course]:
        """Average wait and abandonment through the day."""
        return [one for name in ("asa", "abandonment") for one in courses(self.views, name, [ALL])]

    @cached_property
    def levels(self) -> tuple[OfType, ...]:
        """Service level of each call type that is judged by itself; empty where there is but
        one."""
        return of_types(self.views, MEASURE, [one.name for one in self.courses if one.of])

    @cached_property
    def by_type(self) -> dict[str, tuple[Difference, ...]]:
        """Its differences, by the call type's name."""
        return {one.name: one.against for one in self.levels}

    def told_of_types(self, plan: str, verdict: str) -> list[tuple[str, Difference]]:
        """Call types of which a plan is surely better, or worse, the largest difference first."""
        found = [
            (name, one)
            for name, against in self.by_type.items()
            for one in against
            if (one.plan, one.verdict) == (plan, verdict)
        ]
        return sorted(found, key=lambda each: -abs(each[1].difference.mean))

    @cached_property
    def turned_away(self) -> tuple[OfType, ...]:
        """Who is turned away, by call type."""
        return turned_away(self.views)

    @property
    def each_difference(self) -> Iterator[tuple[str, Difference]]:
        """All of the whole run, with what each is of: ``all``, or the call type."""
        yield from ((ALL_TYPES, one) for one in self.differences)
        for name, found in self.by_type.items():
            yield from ((name, one) for one in found)
        for turned in self.turned_away:
            yield from ((turned.name, one) for one in turned.against)

    def cost_clause(self, plan: str) -> str:
        """``, for 120.00 more a day (110.00–130.00)``; empty where plans say nothing of money."""
        one = self.difference(plan, "cost")
        return "" if one is None else f", {clause(one, self.base, self.view(plan))}"

    def view(self, plan: str) -> View:
        return next(one for one in self.views if one.plan.name == plan)

    def in_words(self, one: Difference) -> str:
        """``in_words`` of any of the differences."""
        if one.measure == "cost":
            return against(one, self.base, self.view(one.plan))
        return in_words(one, self.negligible)

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
        return f"no difference larger than {words.rounded_up(unit, largest)}{words.points(unit)}"
    return words.untold(unit, difference)


def verdicts(compared: Compared, plan: str) -> list[str]:
    """Is a plan better than the base, of which call types, and when."""
    one = compared.difference(plan)
    if one is None:
        return []
    first = f"{plan}: {in_words(one, compared.negligible)}{_paid(compared, one)}."
    of_types = _of_each_type(compared, plan)
    if not of_types:
        said = [course.when(plan) or course.nowhere for course in compared.courses]
        first += "".join(f" It is {when}." for when in said if when)
    return [first, *of_types, *_besides(compared, plan)]


def _of_each_type(compared: Compared, plan: str) -> list[str]:
    """A line for each call type that is judged by itself: those for which the plan is worse first;
    many of which nothing can be told share one."""
    when = {course.name: course.when(plan) for course in compared.courses}
    sure = [one for verdict in ("worse", "better") for one in compared.told_of_types(plan, verdict)]
    rest = [
        (name, one)
        for name, against in compared.by_type.items()
        for one in against
        if one.plan == plan and one.verdict == "can't tell"
    ]
    alike = [name for name, _one in rest if not when[name]]
    if len(alike) <= MANY:
        alike = []
    lines = [
        f"{name}: {in_words(one, compared.negligible)}{'; ' if when[name] else ''}{when[name]}."
        for name, one in [*sure, *rest]
        if name not in alike
    ]
    return [
        *lines,
        *([f"No difference that can be told of {words.listed(alike)}."] if alike else []),
    ]


def _paid(compared: Compared, level: Difference) -> str:
    """What the difference costs; of one that can't be told, for it would read as the price of
    more replications, the cost by itself."""
    found = compared.difference(level.plan, "cost")
    if found is not None and not is_told(level, compared.negligible):
        return f"; cost: {compared.in_words(found)}"
    return compared.cost_clause(level.plan)


def _besides(compared: Compared, plan: str) -> list[str]:
    """What else is surely different; of who is turned away even that it can't be told."""
    told = [
        f"{MEASURES['call type'][name].label}: {in_words(one, compared.negligible)}"
        f"{_of_types(compared, plan) if name == TURNED_AWAY else ''}"
        for name in ("asa", "abandonment", *LOST)
        if (one := compared.difference(plan, name)) is not None
        if name in LOST or one.verdict != "can't tell"
    ]
    return [f"{'; '.join(told)}."] if told else []


def _of_types(compared: Compared, plan: str) -> str:
    """Of which call types surely more are turned away, or fewer."""
    told = []
    for turned in compared.turned_away:
        for one in turned.against:
            if one.plan == plan and one.verdict != "can't tell":
                size, span = words.sizes("contacts", one.difference)
                told.append(f", of {turned.name} {one.verdict} by {size} ({span})")
    return "".join(told)


def target_share(view: View) -> float | None:
    target = view.target()
    return None if target is None else target.share


def estimates(view: View, names: Sequence[str]) -> list[tuple[Of, str, Estimate]]:
    return [(kind_of(name), name, view.estimate(kind_of(name), name)) for name in names]
