"""A comparison as one page: verdicts, every plan's half hours, and when one is better."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.report import page, plan_charts, words
from sim.report.compared import (
    MEASURE,
    Compared,
    estimates,
    verdicts,
)
from sim.report.compared_costs import any_cost, cost
from sim.report.compared_headline import headline
from sim.report.findings import definitions
from sim.report.of_types import OfType
from sim.report.through_day import Course
from sim.report.view import MEASURES, View, kind_of
from sim.report.worst import worst_words
from sim.results import Difference, Estimate

# So many plans are named in a heading.
HEADED = 4


def compared_page(compared: Compared) -> str:
    """A whole HTML document: the verdicts, a strip of half hours for each plan, a table."""
    base = compared.base
    meta = (
        f"{words.number_of(base.result.replications, 'replication')} of the same days, seed "
        f"{base.plan.seed}; differences hold for all plans at once at "
        f"{base.plan.experiment.confidence * 100:g} %{words.of_few(base.result.replications)}"
    )
    told = [verdicts(compared, view.plan.name) for view in compared.views[1:]]
    body = [
        page.header(headline(compared), "", meta, told),
        *(
            _through_day(compared, course, place)
            for place, course in enumerate(compared.courses_that_suffer_first)
        ),
        page.section(_strip_title(compared), *_strips(compared)),
        _waits(compared),
        page.section("Plan by plan", _plans_table(compared)),
        _by_type("Service level by call type", compared, compared.levels),
        _by_type("Turned away by call type", compared, compared.turned_away),
    ]
    if compared.changes:
        rows = [
            (view.plan.name, ["; ".join(compared.changes.get(view.plan.name, ())) or "nothing"])
            for view in compared.views[1:]
        ]
        heads = [f"Differs from {base.plan.name} in"]
        table = page.table("Plan", heads, rows, words_in=(0,))
        body.append(page.section("What differs", table, long=True))
    body.append(page.section("How this was counted", page.paragraphs(definitions(base))))
    return page.page(f"{base.plan.name}: comparison", body)


def _through_day(compared: Compared, course: Course, place: int) -> str:
    """When each plan is better: the curves, and their figures as a table."""
    notes = [plan_charts.legend(course.plans), *(_notes(course) if place == 0 else ())]
    svg = plan_charts.level_chart(course, compared.base.plan, str(place))
    return page.section(
        _course_title(course),
        page.chart(svg),
        page.paragraphs(notes),
        page.folded("As a table", _course_table(course)),
    )


def _notes(course: Course) -> list[str]:
    if not course.against:
        return [
            "The plans have different intervals, so that their differences are told of the whole "
            "day only."
        ]
    return [
        "Each line lies in its own interval. Whether plans differ is not seen from where these "
        "overlap, since all plans have the same days: it is in the differences.",
        "A full sign: surely better or worse; an empty one: it can't be told. The intervals of "
        f"the differences hold for all plans and {course.many} at once.",
    ]


def _course_title(course: Course) -> str:
    if len(course.against) == 1:
        other = course.against[0][0]
        of = f"Service level{course.of}: " if course.of else ""
        return f"{of}{other.plan} is {course.when(other.plan) or course.nowhere}"
    return f"Service level{course.of} of each plan by {course.word}"


def _course_table(course: Course) -> str:
    """A row an interval."""
    rows = [
        (label, [one[row] for one in course.found], [one[row] for one in course.against])
        for row, label in enumerate(course.labels)
    ]
    heads = [f"{plan}: {_label(course)} {words.HEADS[course.unit]}" for plan in course.plans]
    return _beside(course.word.capitalize(), course.unit, heads, rows)


def _by_type(title: str, compared: Compared, told: Sequence[OfType]) -> str:
    """A row a call type; nothing where there are none to tell of."""
    if not told:
        return ""
    rows = [(one.name, one.found, one.against) for one in told]
    unit = MEASURES["call type"][told[0].measure].unit
    heads = [f"{view.plan.name} {words.HEADS.get(unit, '')}".strip() for view in compared.views]
    return page.section(title, _beside("Call type", unit, heads, rows), long=True)


def _beside(
    corner: str,
    unit: str,
    plans: Sequence[str],
    rows: Sequence[tuple[str, Sequence[Estimate], Sequence[Difference]]],
) -> str:
    """In each row a figure of each plan, and their differences to the first of them.

    plans: heads of the columns of figures
    """
    minus = ", points" if unit == "share" else ""
    heads = [
        *plans,
        *(f"{one.plan} minus {one.base}{minus}" for one in rows[0][2]),
    ]
    cells = [
        (
            label,
            [
                *(page.figure(unit, one) for one in found),
                *(_difference(unit, one) for one in against),
            ],
        )
        for label, found, against in rows
    ]
    return page.table(corner, heads, cells)


def _label(course: Course) -> str:
    return MEASURES["call type"][course.measure].label


def _difference(unit: str, one: Difference) -> str:
    told = "" if one.verdict == "can't tell" else f" {one.verdict}"
    found = one.difference
    around = f"{words.spread(unit, found.half_width)}{told}".strip()
    return f"{words.signed(unit, found.mean)}\t{around}"


def _waits(compared: Compared) -> str:
    found = compared.waits
    asa = found[0]
    worst = []
    for plan, along in zip(asa.plans, asa.found, strict=True):
        told = [(one.mean, row) for row, one in enumerate(along) if math.isfinite(one.mean)]
        if told:
            longest, row = max(told)
            worst.append(f"{plan} {words.figure('seconds', longest)} at {asa.labels[row]}")
    if not worst:
        return ""
    return page.section(
        f"Longest average wait: {_first(worst)}",
        page.chart(plan_charts.waits_chart(found, compared.base.plan)),
        page.paragraphs([plan_charts.legend(asa.plans)]),
        *(page.folded(f"{_label(one)} as a table", _course_table(one)) for one in found),
    )


def _strip_title(compared: Compared) -> str:
    if len(compared.courses) > 1:
        return f"Service level of each plan and call type by {compared.base.interval_word}"
    told = [f"{view.plan.name} {worst_words(view)}" for view in compared.views]
    return f"Worst {compared.base.interval_word} of each plan: {_first(told)}"


def _first(told: list[str]) -> str:
    """As many as a heading holds, and how many more there are."""
    rest = len(told) - HEADED
    return ", ".join(told[:HEADED]) + (f" and {rest} more" if rest > 0 else "")


def _strips(compared: Compared) -> list[str]:
    """A strip of intervals for each plan; where call types are judged by themselves, of each."""
    parts = []
    for course in compared.courses_that_suffer_first:
        levels = [[one.mean for one in found] for found in course.found]
        rows = zip(course.plans, levels, course.targets, course.worst, strict=True)
        corner = course.of.removeprefix(" of ")
        parts.append(page.strip(course.labels, list(rows), corner))
    legend = "Service level in % of each interval. ▼ and a frame: the worst."
    if any(share is not None for course in compared.courses for share in course.targets):
        legend += f" {page.BANDS}"
    return [*parts, page.paragraphs([legend])]


def _plans_table(compared: Compared) -> str:
    measures = [MEASURES[kind_of(name)][name] for name in compared.measures]
    heads = [f"{one.label} {words.HEADS.get(one.unit, '')}".strip() for one in measures]
    paid = any_cost(compared.views)
    rows = []
    for view in compared.views:
        cells = [
            page.figure(MEASURES[of][name].unit, found)
            for of, name, found in estimates(view, compared.measures)
        ]
        told = [_against(compared, view, name) for name in (MEASURE, *(["cost"] if paid else []))]
        paid_words = [words.decimal(cost(view).mean, 0)] if paid else []
        rows.append((view.plan.name, [*told, *cells, *paid_words, worst_words(view)]))
    heads = [
        "Service level against the base",
        *(["Cost against the base"] if paid else []),
        *heads,
        *(["Cost"] if paid else []),
        f"Worst {compared.base.interval_word}",
    ]
    return page.table("Plan", heads, rows, words_in=(0, 1) if paid else (0,))


def _against(compared: Compared, view: View, measure: str) -> str:
    one = compared.difference(view.plan.name, measure)
    return "base" if one is None else compared.in_words(one)
