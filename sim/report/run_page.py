"""The report of one plan: every chart under a title that says what it shows, its table beneath."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.measures.grid import Grid
from sim.report import charts, page, words
from sim.report.columns import Column, by_group, by_interval, by_type
from sim.report.findings import definitions, findings, headline, worst_first
from sim.report.view import ALL, MEASURES, OUTSIDE, WHOLE, Of, View

# Shown as 100.0 %.
ALWAYS = 0.9995


def run_page(view: View, plan_text: str) -> str:
    """A whole HTML document."""
    plan = view.plan
    meta = (
        f"{words.number_of(view.result.replications, 'replication')}, seed {plan.seed}; "
        f"intervals at {plan.experiment.confidence * 100:g} %"
        f"{words.of_few(view.result.replications)}"
    )
    body = [page.header(plan.name, plan.description, meta, findings(view))]
    body += [_level_section(view, column) for column in worst_first(view) or view.judged]
    body += [_load(view), _waits(view), _occupancy(view), _queue(view)]
    if view.days:
        body.append(_every_interval(view.days))
    body.append(_every_interval(view))
    body.append(page.section("By call type", _parts(view, "call type", by_type(view))))
    body.append(page.section("By group", _parts(view, "group", by_group(view))))
    body.append(
        page.section(
            "How this was counted",
            page.paragraphs(definitions(view)),
            page.folded("The plan", page.text_block(plan_text)),
            long=True,
        )
    )
    return page.page(f"{plan.name}: simulation", [part for part in body if part])


def _level_section(view: View, column: int) -> str:
    rows = []
    for label, row in view.lines("call type", column):
        if row == OUTSIDE:
            continue
        level = view.of_type("service_level", row, column)
        missed, of = view.below(row, column)
        cells = [
            words.figure("share", level.mean),
            words.interval("share", level) or words.UNKNOWN,
            words.figure("share", level.p10),
            f"{missed} of {of}",
        ]
        rows.append((label, cells))
    heads = ["Service level %", "interval", "one day in ten below", "days below target"]
    marks = _marks(view, column) | {len(rows) - 1: "whole"}
    table = page.table(view.interval_word.capitalize(), heads, rows, marks=marks)
    return page.section(
        _level_title(view, column),
        _level_chart(view, column),
        page.folded("As a table", table + _key(view, marks)),
    )


def _level_chart(view: View, column: int) -> str:
    """Nothing is drawn of what is flat."""
    levels = view.means("call type", "service_level", column)
    if np.isfinite(levels).any() and np.nanmin(levels) > ALWAYS:
        return page.paragraphs([f"100 % in every {view.interval_word}."])
    return page.chart(charts.service_level(view, column))


def _level_title(view: View, column: int) -> str:
    row = view.worst(column)
    if row is None:
        return headline(view, column)
    level = view.of_type("service_level", row, column).mean
    if level >= view.of_type("service_level", WHOLE, column).mean:
        return headline(view, column)
    worst = f"worst {view.interval_word} {view.intervals[row]} with {words.percent(level, 0)}"
    return f"{headline(view, column).rstrip('.')}; {worst}"


def _load(view: View) -> str:
    offered = view.means("call type", "offered")
    if not np.isfinite(offered).any():
        return ""
    # An hour that comes twice is not the busiest for that.
    longer = np.maximum(Grid.of(view.plan).widths / view.plan.interval, 1.0)
    top = int(np.nanargmax(offered / longer))
    agents = view.of_group("agents", top).mean
    title = (
        f"Most contacts come at {view.intervals[top]}: {words.decimal(offered[top], 0)}, "
        f"with {words.count(agents)} agents on duty"
    )
    chosen = (Column("call type", "offered", "Offered"), Column("group", "agents", "Agents"))
    table = _interval_table(view, chosen, ALL)
    return page.section(title, page.chart(charts.load(view)), page.folded("As a table", table))


def _waits(view: View) -> str:
    panels = list(charts.waiting(view).values())
    if not panels:
        return ""
    told: list[str] = []
    for columns in panels:
        found = [(view.of_type("wait_p95", column=column).mean, column) for column in columns]
        longest, column = max(found)
        wait = "wait at most " if not told else ""
        name = view.names("call type")[column]
        told.append(f"of {name} {wait}{words.figure('seconds', longest)}")
    title = f"95 % {', '.join(told)}"
    if any(len(columns) > 1 for columns in panels):
        title += ", the longest of all" if len(panels) == 1 else "; the longest of their kind"
    names = [name for name, _label, _sign in charts.WAITS]
    chosen = [Column("call type", one, MEASURES["call type"][one].label + " m:s") for one in names]
    table = _parts(view, "call type", chosen)
    return page.section(title, page.chart(charts.waits(view)), page.folded("As a table", table))


def _occupancy(view: View) -> str:
    levels = [
        (found.mean, name)
        for column, name in enumerate(view.names("group")[:-1])
        if math.isfinite((found := view.of_group("occupancy", WHOLE, column)).mean)
    ]
    if not levels:
        return ""
    (low, idle), (high, busy) = min(levels), max(levels)
    title = f"{busy} had work in hand {words.percent(high, 0)} of the time"
    if len(levels) > 1:
        title += f", {idle} {words.percent(low, 0)}"
    chosen = [Column("group", "occupancy", "Occupancy %")]
    table = _parts(view, "group", chosen)
    return page.section(title, page.chart(charts.occupancy(view)), page.folded("As a table", table))


def _queue(view: View) -> str:
    means = view.means("call type", "queue_length")
    if not np.isfinite(means).any():
        return ""
    top = int(np.nanargmax(means))
    title = f"The queue is longest at {view.intervals[top]}: {words.count(means[top])} on average"
    chosen = (
        Column("call type", "queue_length", "Waiting on average"),
        Column("call type", "queue_max", "At most"),
    )
    table = _interval_table(view, chosen, ALL)
    return page.section(
        title, page.chart(charts.queue_length(view)), page.folded("As a table", table)
    )


def _every_interval(view: View) -> str:
    """All together, and each call type and group folded beneath where there are several."""
    parts = [_interval_table(view, by_interval(view), ALL)]
    for of in MEASURES:
        names = view.names(of)[:-1]
        if len(names) < 2:
            continue
        for column, name in enumerate(names):
            chosen = by_interval(view, column) if of == "call type" else by_group(view, column)
            table = _interval_table(view, chosen, column)
            parts.append(page.folded(f"{of.capitalize()} {name}", table))
    return page.section(f"Every {view.interval_word}", *parts, long=True)


def _interval_table(view: View, chosen: Sequence[Column], column: int) -> str:
    lines = view.lines(chosen[0].of, column)
    rows = [
        (label.replace(" ", "\u00a0"), [_figure(view, one, row, column) for one in chosen])
        for label, row in lines
    ]
    heads = [_head(one) for one in chosen]
    marks = _marks(view, column) if chosen[0].of == "call type" else {}
    marks[len(lines) - 1] = "whole"
    table = page.table(view.interval_word.capitalize(), heads, rows, marks=marks)
    return table + _key(view, marks)


def _parts(view: View, of: Of, chosen: Sequence[Column]) -> str:
    names = view.names(of)
    names = names[:1] if len(names) == 2 else names
    rows = [
        (name, [_figure(view, one, WHOLE, column) for one in chosen])
        for column, name in enumerate(names)
    ]
    heads = [_head(one) for one in chosen]
    marks = {len(names) - 1: "whole"} if len(names) > 1 else {}
    return page.table(of.capitalize(), heads, rows, marks=marks)


def _head(one: Column) -> str:
    return one.long or one.head.replace("-\n", "").replace("\n", " ")


def _figure(view: View, one: Column, row: int, column: int) -> str:
    found = view.estimate(one.of, one.measure, row, column)
    return page.figure(MEASURES[one.of][one.measure].unit, found)


def _marks(view: View, column: int) -> dict[int, str]:
    """The worst interval, and others that are surely below the target."""
    marks = {place: "low" for place in range(len(view.intervals)) if view.surely_low(place, column)}
    worst = view.worst(column)
    return marks if worst is None else marks | {worst: "worst"}


def _key(view: View, marks: dict[int, str]) -> str:
    """What the sign of a low row says, where there is one."""
    if "low" not in marks.values():
        return ""
    surely = "surely " if view.result.replications > 1 else ""
    return page.paragraphs([f"▽ {surely}below the target"])
