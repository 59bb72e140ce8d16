"""The same run in every form: each figure on the terminal and in JSON, CSV, workbook and page is
that of its own plan, interval, call type and group."""

from __future__ import annotations

import csv
import datetime as dates
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from rich.console import Console

from sim.estimates import estimate
from sim.experiment import run
from sim.measures.grid import interval_labels
from sim.metrics import GROUP_MEASURES, TYPE_MEASURES
from sim.plan_file import loads
from sim.report import words
from sim.report.compared import Compared
from sim.report.compared_files import COLUMNS as COMPARED
from sim.report.compared_files import compared_data, compared_rows, write_compared
from sim.report.compared_page import compared_page
from sim.report.compared_terminal import show_compared
from sim.report.data import run_data
from sim.report.formats import as_csv, as_json
from sim.report.run_page import run_page
from sim.report.swept import Swept
from sim.report.swept_files import swept_columns, swept_data, swept_page, swept_rows
from sim.report.swept_terminal import show_swept
from sim.report.swept_workbook import write_swept
from sim.report.terminal import show_run
from sim.report.view import COLUMNS, View, long_rows
from sim.report.workbook import write_run
from sim.results import Estimate, Result
from sim.sweep import Axis, sweep
from sim.what_if import apply

PLAN = """\
name: two hours
opens: "09:00"
closes: "11:00"
target: {share: 0.8, within: 20}
call_types:
  - name: calls
    arrivals: {pattern: poisson, per_interval: [8, 20, 12, 8]}
    service: {talk: 200, after_call: 40}
    patience: {time: 120}
  - name: sales
    arrivals: {pattern: poisson, per_interval: [6, 7, 8, 9]}
    service: {talk: 300}
    patience: {time: 120}
groups:
  - {name: front, skills: [calls], agents: [2, 3, 2, 2], cost_per_hour: 20}
  - {name: back, skills: [sales], agents: 3, cost_per_hour: 30}
"""
AGENTS = "groups.front.agents"
UNITS = {
    of: {one.name: one.unit for one in known}
    for of, known in (("call type", TYPE_MEASURES), ("group", GROUP_MEASURES))
}
LABELS = {
    of: {one.label: one.name for one in known}
    for of, known in (("call type", TYPE_MEASURES), ("group", GROUP_MEASURES))
}


@pytest.fixture(scope="module")
def result() -> Result:
    return run(loads(PLAN), replications=5)


@pytest.fixture(scope="module")
def compared(result: Result) -> Compared:
    other = apply(
        loads(PLAN.replace("two hours", "more")), [{"agents": {"group": "front", "by": "+1"}}]
    )
    both = (result, run(other, replications=5))
    return Compared(both, {})


@pytest.fixture(scope="module")
def swept() -> Swept:
    axis = Axis(AGENTS, (1, 2, 4))
    return Swept("two hours", (axis,), sweep(loads(PLAN), [axis], replications=5))


def true(result: Result, of: str, measure: str, row: int = -1, column: int = -1) -> Estimate:
    """Out of the figures themselves."""
    tables = [one.by_type if of == "call type" else one.by_group for one in result.figures]
    return estimate([one[measure][row, column] for one in tables])


def bounded(of: str, measure: str, found: Estimate) -> Estimate:
    """Its interval as far as the figure can be."""
    if found.low != found.low:
        return found
    most = 1.0 if UNITS[of][measure] == "share" else found.high
    return replace(found, low=max(0.0, found.low), high=min(most, found.high))


def place(result: Result, of: str, name: str, interval: str) -> tuple[int, int]:
    named = result.plan.call_types if of == "call type" else result.plan.groups
    names = [*(one.name for one in named), "all"]
    rows = [*interval_labels(result.plan), "whole run"]
    whole = {"day": "whole run", "whole day": "whole run"}
    return rows.index(whole.get(interval, interval)), names.index(name)


def same(found: Any, wanted: float) -> bool:
    if isinstance(found, dates.timedelta):  # of a workbook, which is read to the millisecond
        return found.total_seconds() == pytest.approx(wanted, abs=6e-4)
    if found in (None, ""):
        return bool(wanted != wanted)
    return float(found) == pytest.approx(wanted, rel=1e-9)


def book_of(write: Callable[..., None], *shown: object) -> Any:
    file = io.BytesIO()
    write(*shown, file)
    return openpyxl.load_workbook(file)


def printed(show: Callable[..., None], *shown: object, **options: Any) -> str:
    file = io.StringIO()
    show(Console(file=file, width=160, highlight=False), *shown, **options)
    return file.getvalue()


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def page_rows(html: str, title: str) -> dict[str, list[str]]:
    """The first table of a section, by the heads of its rows."""
    tree = ElementTree.fromstring(html.replace("\u00a0", " "))
    (found,) = [one for one in tree.iter("section") if "".join(one.find("h2").itertext()) == title]
    rows = (
        [" ".join("".join(cell.itertext()).split()) for cell in row] for row in found.iter("tr")
    )
    told: dict[str, list[str]] = {}
    for row in rows:
        told.setdefault(row[0].removeprefix("▼ "), row[1:])
    return told


def cell(of: str, measure: str, found: Estimate) -> str:
    """As a page shows it."""
    unit = UNITS[of][measure]
    doubt = "?" if words.doubtful(unit, found) else ""
    around = words.around(unit, found)
    return f"{words.figure(unit, found.mean)} {around}{doubt}".strip()


def test_every_figure_of_a_run_is_in_json_and_csv(result: Result) -> None:
    view = View(result)
    data = json.loads(as_json(run_data(view)))["figures"]
    rows = table(as_csv(long_rows(view), COLUMNS))
    assert len(rows) == len(data) == 5 * 3 * (len(TYPE_MEASURES) + len(GROUP_MEASURES))
    for row, twin in zip(rows, data, strict=True):
        assert [row[name] for name in COLUMNS[:4]] == [twin[name] for name in COLUMNS[:4]]
        at = place(result, row["of"], row["name"], row["interval"])
        wanted = bounded(row["of"], row["measure"], true(result, row["of"], row["measure"], *at))
        for part in COLUMNS[4:]:
            assert same(row[part], getattr(wanted, part)), row
            assert same(twin[part], getattr(wanted, part)), twin


def test_measures_that_were_asked_for_are_the_only_ones(result: Result) -> None:
    view, asked = View(result), ["asa", "occupancy"]
    data = json.loads(as_json(run_data(view, asked)))
    assert {row["measure"] for row in data["figures"]} == {*asked}
    assert {row["measure"] for row in long_rows(view, asked)} == {*asked}


def heads(sheet: Any) -> list[str]:
    return [cell.value for cell in sheet[1]]


def values(sheet: Any) -> Iterator[list[Any]]:
    for row in sheet.iter_rows(min_row=2, values_only=True):
        yield list(row)


def test_every_cell_of_the_workbook_is_in_its_place(result: Result) -> None:
    book = book_of(write_run, View(result), PLAN)
    own = {**LABELS["group"], **LABELS["call type"]}
    sheet = book["Intervals"]
    for row in values(sheet):
        for column in range(1, len(row), 3):
            label = heads(sheet)[column]
            of = "call type" if label in LABELS["call type"] else "group"
            at, _ = place(result, of, "all", row[0])
            wanted = true(result, of, own[label], at)
            assert same(row[column], wanted.mean), (row[0], label)
            ends = words.within(UNITS[of][own[label]], wanted)
            assert [same(*one) for one in zip(row[column + 1 : column + 3], ends, strict=True)]
    for name, of in (("Intervals by type", "call type"), ("Intervals by group", "group")):
        sheet = book[name]
        rows = list(values(sheet))
        assert len(rows) == 2 * 5
        for row in rows:
            for label, found in zip(heads(sheet)[2:], row[2:], strict=True):
                wanted = (
                    0.8
                    if label == "Target"
                    else true(
                        result, of, LABELS[of][label], *place(result, of, row[0], row[1])
                    ).mean
                )
                assert same(found, wanted), (row[:2], label)
    for name, of in (("Call types", "call type"), ("Groups", "group")):
        sheet = book[name]
        assert heads(sheet)[1::3] == (
            ["calls", "sales", "all"] if of == "call type" else ["front", "back", "all"]
        )
        for row in values(sheet):
            for column in range(1, len(row), 3):
                at = place(result, of, heads(sheet)[column], "whole run")
                assert same(row[column], true(result, of, LABELS[of][row[0]], *at).mean), row[0]


def test_charts_of_the_workbook_are_drawn_from_the_cells_they_name(result: Result) -> None:
    book = book_of(write_run, View(result), PLAN)
    drawn = {}
    for chart in book["Charts"]._charts:
        for part in (chart, *chart._charts[1:]):
            for one in part.series:
                sheet, first, start, last, end = re.fullmatch(
                    r"'?([^'!]+)'?!\$(\w+)\$(\d+):\$(\w+)\$(\d+)", one.val.numRef.f
                ).groups()
                assert first == last
                whose = book[sheet][f"A{start}"].value
                drawn[one.tx.v, whose] = book[sheet][f"{first}1"].value, int(end) - int(start)
    assert drawn == {
        ("Offered", "09:00"): ("Offered", 3),
        ("Agents on duty", "09:00"): ("Agents on duty", 3),
        ("Service level", "calls"): ("Service level", 3),
        ("Target", "calls"): ("Target", 3),
        ("Service level", "sales"): ("Service level", 3),
        ("Target", "sales"): ("Target", 3),
        ("ASA", "calls"): ("ASA", 3),
        ("95 % waited up to", "calls"): ("95 % waited up to", 3),
        ("ASA", "sales"): ("ASA", 3),
        ("95 % waited up to", "sales"): ("95 % waited up to", 3),
    }


def test_the_tables_of_a_page_and_of_a_terminal_show_the_same(result: Result) -> None:
    view = View(result)
    html = run_page(view, PLAN)
    every = page_rows(html, "Every half hour")
    groups, types = page_rows(html, "By group"), page_rows(html, "By call type")
    text = printed(show_run, view)
    lines = {line.split()[0]: line for line in text.replace("▼", " ").splitlines() if line.split()}
    for row, label in enumerate([*interval_labels(result.plan), "day"]):
        at = -1 if label == "day" else row
        for of, measure, head in (
            ("call type", "offered", "Offered"),
            ("call type", "service_level", "Service level %"),
            ("call type", "asa", "ASA m:s"),
            ("group", "occupancy", "Busy %"),
        ):
            wanted = cell(of, measure, true(result, of, measure, at))
            assert every[label][every["Half hour"].index(head)] == wanted
            assert wanted in " ".join(lines[label].split()) or measure == "asa", (label, measure)
    for column, name in enumerate(("front", "back")):
        for measure, head in (
            ("occupancy", "Occupancy %"),
            ("cost", "Cost"),
            ("handled", "Handled"),
        ):
            wanted = cell("group", measure, true(result, "group", measure, -1, column))
            assert groups[name][groups["Group"].index(head)] == wanted
            assert wanted.split()[0] in lines[name].split()
    for column, name in enumerate(("calls", "sales")):
        for measure, head in (("service_level", "Service level %"), ("aht", "AHT m:s")):
            wanted = cell("call type", measure, true(result, "call type", measure, -1, column))
            assert types[name][types["Call type"].index(head)] == wanted
            assert wanted.split()[0] in lines[name].split()


BESIDE = (
    ("call type", "service_level", "Service level", "Service level %"),
    ("call type", "asa", "ASA", "ASA m:s"),
    ("call type", "abandonment", "Abandonment", "Abandonment %"),
    ("group", "occupancy", "Occupancy", "Occupancy %"),
)


def money(result: Result) -> float:
    return true(result, "group", "cost").mean + true(result, "call type", "cost").mean


def test_every_plan_of_a_comparison_has_its_own_figures(compared: Compared) -> None:
    data = json.loads(as_json(compared_data(compared)))
    rows = [
        one for one in table(as_csv(compared_rows(compared), COMPARED)) if one["kind"] == "figure"
    ]
    book = book_of(write_compared, compared)
    plans = {row[0]: row for row in values(book["Plans"])}
    page = page_rows(compared_page(compared), "Plan by plan")
    text = printed(show_compared, compared)
    for number, one in enumerate(compared.results):
        name = one.plan.name
        line = next(line for line in text.splitlines()[3:] if line.startswith(f"{name} "))
        for of, measure, label, head in BESIDE:
            wanted = true(one, of, measure)
            figures = data["plans"][number]["figures"][measure]
            (row,) = [
                row
                for row in rows
                if (row["plan"], row["measure"], row["call_type"], row["interval"])
                == (name, measure, "all", "whole run")
            ]
            for part in ("mean", "low", "high", "sd", "n"):
                assert same(figures[part], getattr(bounded(of, measure, wanted), part))
                assert same(row[part], getattr(bounded(of, measure, wanted), part))
            column = heads(book["Plans"]).index(label)
            ends = words.within(UNITS[of][measure], wanted)
            assert same(plans[name][column], wanted.mean)
            assert [same(*pair) for pair in zip(plans[name][column + 1 :], ends, strict=False)]
            shown = cell(of, measure, wanted)
            assert page[name][page["Plan"].index(head)] == shown
            assert shown in " ".join(line.split())
        (paid,) = [row for row in rows if (row["plan"], row["measure"]) == (name, "cost")]
        assert same(paid["mean"], money(one))
        assert same(data["plans"][number]["figures"]["cost"]["mean"], money(one))
        assert same(plans[name][heads(book["Plans"]).index("Cost")], money(one))
        assert page[name][page["Plan"].index("Cost")] == words.decimal(money(one), 0)
        assert words.decimal(money(one), 0) in line
        own = book[name]
        column = heads(own).index("Service level")
        for at, row in enumerate(list(values(own))[:-1]):
            assert same(row[column], true(one, "call type", "service_level", at).mean)
    assert money(compared.results[0]) != money(compared.results[1])


def test_every_step_of_a_sweep_has_its_own_figures(swept: Swept) -> None:
    data = json.loads(as_json(swept_data(swept)))
    rows = table(as_csv(swept_rows(swept), swept_columns(swept)))
    sheet = book_of(write_swept, swept)["Steps"]
    steps = list(values(sheet))
    page = page_rows(swept_page(swept), "Every value")
    text = printed(show_swept, swept)
    tree = ElementTree.fromstring(swept_page(swept))
    assert "target 80 %" in ["".join(one.itertext()) for one in tree.iter("text")]
    bands = [one.get("fill") for one in tree.iter() if one.get("fill-opacity") == "0.2"]
    assert bands == ["var(--one)"] * 2, "the interval of each value, for each call type"
    for number, (value, one) in enumerate(zip((1, 2, 4), swept.results, strict=True)):
        line = next(line for line in text.splitlines() if re.match(rf"^ +{value} ", line))
        assert data["steps"][number]["values"] == [value]
        assert steps[number][0] == value
        for of, measure, label, head in BESIDE:
            wanted = true(one, of, measure)
            (row,) = [
                row
                for row in rows
                if (row[AGENTS], row["measure"], row["call_type"]) == (str(value), measure, "all")
            ]
            for part in ("mean", "low", "high", "sd", "n"):
                right = getattr(bounded(of, measure, wanted), part)
                assert same(data["steps"][number]["figures"][measure][part], right)
                assert same(row[part], right)
            assert same(steps[number][heads(sheet).index(label)], wanted.mean)
            shown = cell(of, measure, wanted)
            assert page[str(value)][page[AGENTS].index(head)] == shown
            assert shown in " ".join(line.split())
        (paid,) = [row for row in rows if (row[AGENTS], row["measure"]) == (str(value), "cost")]
        assert same(paid["mean"], money(one))
        assert same(data["steps"][number]["figures"]["cost"]["mean"], money(one))
        assert same(steps[number][heads(sheet).index("Cost")], money(one))
        assert page[str(value)][page[AGENTS].index("Cost")] == words.decimal(money(one), 0)
        assert words.decimal(money(one), 0) in line
