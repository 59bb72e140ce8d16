"""Plans beside each other through the day, on figures made by hand: every form says the same."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pytest
from rich.console import Console

from sim.comparison import at_once, compare_intervals
from sim.errors import RunError
from sim.estimates import estimate
from sim.metrics import GROUP_MEASURES, TYPE_MEASURES
from sim.parameters import (
    CallType,
    ConstantArrivals,
    Exponential,
    Group,
    Plan,
    Service,
    Skill,
    Target,
)
from sim.report.compared import Compared, in_words, verdicts
from sim.report.compared_files import COLUMNS, compared_data, compared_rows, write_compared
from sim.report.compared_headline import headline
from sim.report.compared_page import compared_page
from sim.report.compared_terminal import show_compared
from sim.report.formats import as_csv, as_json
from sim.report.swept import Swept
from sim.report.swept_files import swept_columns, swept_data, swept_page, swept_rows
from sim.report.swept_terminal import show_swept
from sim.report.swept_workbook import write_swept
from sim.results import Figures, Result
from sim.sweep import Axis

HOURS = Plan(
    name="base",
    opens=8 * 3600,
    closes=10 * 3600,
    call_types=(CallType("calls", Service(talk=Exponential(mean=200))),),
    groups=(Group("front", skills=(Skill("calls"),), agents=5),),
)
SALES = replace(HOURS.call_types[0], name="sales", target=Target(0.9, 10.0))
DAYS = 10


def result(
    name: str, levels: Sequence[float], shaky: Sequence[int] = (), plan: Plan = HOURS
) -> Result:
    """Service level of each half hour (of a second call type the same plus ``MORE``), a little
    higher on every other day; in those of ``shaky`` the days go the other way."""
    days = []
    columns = len(plan.call_types) + 1
    for day in range(DAYS):
        sway = np.where(np.isin(range(len(levels)), shaky), -0.1, 0.02) * (1 if day % 2 else -1)
        shape = (len(levels) + 1, columns)
        by_type = {one.name: np.full(shape, 10.0) for one in TYPE_MEASURES}
        rows = np.array([*(levels + sway), np.mean(levels)])
        by_type["turned_away"][:] = by_type["balked"][:] = 0
        by_type["service_level"] = np.repeat(rows[:, None], columns, axis=1)
        by_type["abandonment"] = 0.5 - by_type["service_level"] / 2
        by_type["asa"] = 100 * (1 - by_type["service_level"])
        by_group = {
            one.name: np.full((shape[0], len(plan.groups) + 1), 0.5) for one in GROUP_MEASURES
        }
        days.append(Figures(by_type, by_group))
    return Result(replace(plan, name=name), tuple(days))


def beside(*results: Result) -> Compared:
    return Compared(results, {})


BASE = (0.70, 0.95, 0.80, 0.90)
OTHER = (0.90, 0.94, 0.90, 0.80)


@pytest.fixture(scope="module")
def two() -> Compared:
    """Better at 08:00, worse at 09:30 and 08:30, and at 09:00 it can't be told."""
    return beside(result("base", BASE), result("other", OTHER, shaky=[2]))


@pytest.fixture(scope="module")
def tree(two: Compared) -> ElementTree.Element:
    return ElementTree.fromstring(compared_page(two))


def text_of(element: ElementTree.Element) -> str:
    return "".join(element.itertext()).replace("\u00a0", " ")


def printed(show: object, *shown: object, width: int = 80) -> str:
    file = io.StringIO()
    show(Console(file=file, width=width, highlight=False), *shown)  # type: ignore[operator]
    return file.getvalue()


WHEN = (
    "better in 1 of 4 half hours, most at 08:00 by 20.0 points (20.0–20.0); "
    "worse in 2 of 4 half hours, most at 09:30 by 10.0 points (10.0–10.0)"
)


def test_when_a_plan_is_better_is_said_in_every_form(two: Compared, tree) -> None:
    (course,) = two.courses
    assert course.when("other") == WHEN
    line, besides = verdicts(two, "other")
    assert line.endswith(f" It is {WHEN}.")
    assert f"other is {WHEN}" in text_of(tree)
    assert WHEN in " ".join(printed(show_compared, two).split())
    file = io.BytesIO()
    write_compared(two, file)
    summary = openpyxl.load_workbook(file)["Summary"]
    assert [line, besides] == [row[0].value for row in summary.iter_rows()][2:4]
    assert compared_data(two)["plans"][1]["told"] == [line, besides]


def turning_away(found: Result, contacts: float) -> Result:
    """The same, but so many found no line free on each day, one more on every other."""
    for day, figures in enumerate(found.figures):
        figures.by_type["turned_away"][-1] = contacts + day % 2
    return found


def test_who_is_turned_away_is_told_beside_a_better_service_level() -> None:
    both = beside(result("base", BASE), turning_away(result("other", OTHER), 8.0))
    assert headline(both).endswith(", but 8.5 more are turned away")
    told = "Turned away: worse by 8.5 contacts (8.1–8.9)."
    assert verdicts(both, "other")[1].endswith(told)
    page = text_of(ElementTree.fromstring(compared_page(both)))
    for text in (page, " ".join(printed(show_compared, both).split())):
        assert "but 8.5 more are turned away" in text
        assert told in text
    assert "Turned away" in page
    text = printed(show_compared, both, width=120)
    assert re.search(r"Turned +Busy", text)
    assert re.search(r"^other .* 8\.5 ±0\.4 ", text, re.MULTILINE)
    rows = {
        (row["plan"], row["kind"]): row
        for row in compared_rows(both)
        if row["measure"] == "turned_away"
    }
    assert rows["other", "figure"]["mean"] == 8.5
    assert rows["other", "difference"]["verdict"] == "worse"
    data = compared_data(both)
    assert data["plans"][0]["figures"]["turned_away"]["mean"] == 0
    assert "turned_away" in {one["name"] for one in data["measures"]}
    file = io.BytesIO()
    write_compared(both, file)
    plans = openpyxl.load_workbook(file)["Plans"]
    place = [cell.value for cell in plans[1]].index("Turned away")
    assert [row[place].value for row in plans.iter_rows(2)] == [0, 8.5]
    swept = Swept("day", (Axis("groups.front.agents", (1, 2)),), both.results)
    assert re.search(r"Turned +Busy", printed(show_swept, swept, width=120))
    assert "Turned away" in swept_page(swept)
    assert [row["mean"] for row in swept_rows(swept) if row["measure"] == "turned_away"] == [0, 8.5]


def by_types(found: Result, *contacts: float) -> Result:
    """The same, but so many of each call type were turned away, one more on every other day."""
    for day, figures in enumerate(found.figures):
        own = np.array(contacts) + day % 2
        figures.by_type["turned_away"][-1] = [*own, own.sum()]
    return found


TYPES = replace(HOURS, call_types=(HOURS.call_types[0], replace(HOURS.call_types[0], name="sales")))


def test_who_is_turned_away_is_told_by_call_type() -> None:
    """As many in all, but others: all together would hide it."""
    both = beside(
        by_types(result("base", BASE, plan=TYPES), 8.0, 1.0),
        by_types(result("other", OTHER, plan=TYPES), 3.0, 6.0),
    )
    assert headline(both).endswith(", but 5.0 more of sales are turned away")
    told = (
        "Turned away: no difference at all, of calls better by 5.0 (5.0–5.0), of sales worse by "
        "5.0 (5.0–5.0)."
    )
    assert verdicts(both, "other")[-1].endswith(told)
    calls = both.turned_away[0]
    assert calls.against[0].difference.confidence == pytest.approx(at_once(0.95, 2))
    text = printed(show_compared, both)
    assert re.search(
        r"Turned away by call type\nPlan +calls +sales\n─+\nbase +8\.5 ±0\.4 +1\.5 ±0\.4\n"
        r"other +3\.5 ±0\.4 +6\.5 ±0\.4\n",
        re.sub(r" +$", "", text, flags=re.MULTILINE),
    )
    tree = ElementTree.fromstring(compared_page(both))
    sections = {text_of(one.find("h2")): one for one in tree.iter("section")}
    rows = rows_of(sections["Turned away by call type"])
    assert rows["Call type"] == ["base", "other", "other minus base"]
    assert rows["sales"] == ["1.5 ±0.4", "6.5 ±0.4", "+5.0 ±0.0 worse"]
    data = compared_data(both)
    assert data["plans"][1]["turned_away_by_type"]["sales"]["mean"] == 6.5
    verdict = {
        one["call_type"]: one["verdict"]
        for one in data["differences"]
        if one["measure"] == "turned_away"
    }
    assert verdict == {"all": "can't tell", "calls": "better", "sales": "worse"}
    means = {
        (row["plan"], row["call_type"], row["kind"]): row["mean"]
        for row in compared_rows(both)
        if row["measure"] == "turned_away"
    }
    assert means["base", "calls", "figure"] == 8.5
    assert means["other", "sales", "difference"] == 5.0
    assert len(means) == 2 * 3 + 3
    file = io.BytesIO()
    write_compared(both, file)
    book = openpyxl.load_workbook(file)
    cells = [[cell.value for cell in row[:3]] for row in book["Turned away"].iter_rows(2)]
    assert cells == [
        ["base", "calls", 8.5], ["base", "sales", 1.5], ["other", "calls", 3.5],
        ["other", "sales", 6.5],
    ]  # fmt: skip
    of = [row[2].value for row in book["Differences"].iter_rows(2) if row[1].value == "Turned away"]
    assert of == ["all", "calls", "sales"]


def test_by_call_type_is_only_where_several_are_and_any_is_turned_away() -> None:
    one = beside(turning_away(result("base", BASE), 8.0), result("other", OTHER))
    none = beside(result("base", BASE, plan=TYPES), result("other", OTHER, plan=TYPES))
    apart = beside(
        by_types(result("base", BASE, plan=TYPES), 8.0, 1.0),
        turning_away(result("other", OTHER), 3.0),
    )
    for both in (one, none):
        assert both.turned_away == ()
        assert "Turned away by call type" not in printed(show_compared, both)
        assert "Turned away by call type" not in compared_page(both)
        assert compared_data(both)["plans"][0]["turned_away_by_type"] == {}
    assert [turned.name for turned in apart.turned_away] == ["calls"], "the other has no sales"


def costing(found: Result, money: float, sway: float = 1.0) -> Result:
    """The same, but it cost so much a day, and so much more on every other day."""
    for day, figures in enumerate(found.figures):
        figures.by_group["cost"][-1] = money - 1 + (sway if day % 2 else -sway)
        figures.by_type["cost"][-1] = 1.0
    return found


def test_what_a_difference_costs_stands_beside_it() -> None:
    both = beside(costing(result("base", BASE), 4000), costing(result("other", OTHER), 4120.0, 6.0))
    cost = "120.00 more a day (116.23–123.77)"
    points = in_words(both.difference("other"))
    assert headline(both) == f"other: service level {points} than base, for {cost}"
    assert verdicts(both, "other")[0].startswith(f"other: {points}, for {cost}. It is ")
    text = printed(show_compared, both, width=120)
    assert re.search(r"Difference +Difference .*\n.* points +cost ", text)
    assert re.search(r"^base .* base +base ", text, re.MULTILINE)
    assert re.search(r"^other .* \+120\.00 ±3\.77 .* 4,120 ", text, re.MULTILINE)
    tree = ElementTree.fromstring(compared_page(both))
    sections = {text_of(one.find("h2")): one for one in tree.iter("section")}
    rows = rows_of(sections["Plan by plan"])
    assert rows["Plan"][:2] == ["Service level against the base", "Cost against the base"]
    assert rows["base"][:2] == ["base", "base"]
    assert rows["other"][:2] == [points, cost]
    (row,) = [
        row
        for row in compared_rows(both)
        if (row["measure"], row["kind"]) == ("cost", "difference")
    ]
    days = [120.0 + (5 if day % 2 else -5) for day in range(DAYS)]
    assert row["mean"] == pytest.approx(120)
    assert row["low"] == pytest.approx(estimate(days).low)
    assert (row["verdict"], row["call_type"]) == ("worse", "all")
    (told,) = [one for one in compared_data(both)["differences"] if one["measure"] == "cost"]
    assert told["in_words"] == cost
    file = io.BytesIO()
    write_compared(both, file)
    last = [cell.value for cell in list(openpyxl.load_workbook(file)["Differences"])[-1]]
    assert last[:4] == ["other", "Cost", "all", pytest.approx(120)]
    assert last[6] == cost


@pytest.mark.parametrize(
    ("money", "sway", "said"),
    [
        (3900, 1.0, "for 100.00 less a day (100.00–100.00)"),
        (4000, 1.0, "at the same cost"),
        (4000.001, 1.0, "at the same cost"),
        (4000, 2.0, "at the same cost to within 0.75"),
        (4000.5, 1.0, "for 0.50 more a day (0.50–0.50)"),
        (4000, 20.0, "at a cost that may be the same (can't tell, at most 14.33 either way)"),
        (4005, 20.0, "at a cost that may be the same (can't tell yet: about 118 more "
         "replications)"),
        (5100, 1.0, "for 1,100 more a day (1,100–1,100)"),
    ],
)  # fmt: skip
def test_a_cost_is_told_or_it_is_said_that_it_cannot_be(
    money: float, sway: float, said: str
) -> None:
    both = beside(costing(result("base", BASE), 4000), costing(result("other", OTHER), money, sway))
    assert verdicts(both, "other")[0].partition(" It is ")[0].endswith(f"), {said}.")


def test_what_replications_tell_is_not_mixed_with_what_a_plan_costs() -> None:
    open_yet = result("other", OTHER)
    for day, figures in enumerate(open_yet.figures):
        figures.by_type["service_level"][-1] += 0.02 if day % 2 else -0.06
    both = beside(costing(result("base", BASE), 4000), costing(open_yet, 4120.0))
    assert re.match(
        r"other: can't tell yet: about \d+ more replications; cost: 120\.00 more a day "
        r"\(120\.00–120\.00\)\. It is ",
        verdicts(both, "other")[0],
    )


def test_costs_of_several_days_and_of_one_replication() -> None:
    week = replace(HOURS, days=2)
    levels = (*BASE, *BASE)
    both = beside(
        costing(result("base", levels, plan=week), 4000),
        costing(result("other", (*OTHER, *OTHER), plan=week), 4100),
    )
    assert ", for 100.00 more in 2 days (100.00–100.00)." in verdicts(both, "other")[0]
    other = costing(result("other", OTHER), 4100)
    uneven = beside(costing(result("base", levels, plan=week), 4000), other)
    assert ", for 100.00 more (100.00–100.00)." in verdicts(uneven, "other")[0]
    one = beside(*(replace(found, figures=found.figures[:1]) for found in both.results))
    assert verdicts(one, "other")[0].startswith(
        "other: can't tell from one replication; cost: can't tell from one replication."
    )


def test_plans_that_are_better_alike_are_told_with_what_each_costs() -> None:
    results = (
        costing(result("base", BASE), 4000),
        costing(result("dear", (0.9,) * 4), 4120),
        costing(result("cheap", (0.9,) * 4), 4000),
    )
    assert headline(beside(*results)).startswith(
        "dear and cheap are better than base, by 6.2 points for 120.00 more a day (120.00–120.00) "
        "and 6.2 points at the same cost; between them"
    )


def test_a_plan_of_the_same_level_that_costs_less_is_named() -> None:
    base = costing(result("base", BASE), 4000)
    cheap = costing(result("cheap", BASE), 3900)
    cheaper = costing(result("cheaper", (0.6,) * 4), 3000)
    assert headline(beside(base, cheap, cheaper)) == (
        "No plan is better than base, but cheap costs 100.00 less a day (100.00–100.00)"
    )
    assert headline(beside(base, cheaper)) == "base is the best: every other plan is worse"
    assert headline(beside(cheap, base)) == "No plan is better than cheap"


def test_where_plans_say_nothing_of_money_there_is_no_word_of_it() -> None:
    results = [costing(result(name, BASE), 0) for name in ("base", "other")]
    for figures in (one for found in results for one in found.figures):
        for table in (figures.by_type, figures.by_group):
            table["cost"][:] = 0
    both = beside(*results)
    for text in (printed(show_compared, both), compared_page(both), *verdicts(both, "other")):
        assert "cost" not in text.lower()
    assert "cost" not in {one.measure for one in both.differences}


def test_a_base_that_turns_more_away_is_not_simply_the_best() -> None:
    both = beside(turning_away(result("base", OTHER), 8.0), result("other", BASE))
    assert headline(both) == ("base is the best: every other plan is worse"), "more hang up instead"
    for figures in (one for found in both.results for one in found.figures):
        figures.by_type["abandonment"][:] = 0.1
    assert headline(beside(*both.results)) == (
        "base is the best: every other plan is worse, but 8.5 fewer are turned away under other"
    )


def test_who_hangs_up_and_trifles() -> None:
    """Where more hang up that is said; one in ten thousand turned away is a trifle."""
    both = beside(result("base", BASE), turning_away(result("other", OTHER), 8.0))
    for one in both.results:
        for figures in one.figures:
            figures.by_type["offered"][-1] = 100_000
            figures.by_type["abandonment"][:] = 0.1 if one is both.results[0] else 0.15
    assert headline(both).endswith(", but 5.0 points more hang up")
    assert "Turned away: worse by 8.5 contacts" in verdicts(both, "other")[1]


def test_where_nobody_is_turned_away_there_is_no_word_of_it(two: Compared) -> None:
    assert "turned away" not in printed(show_compared, two).lower()
    assert "turned_away" not in {row["measure"] for row in compared_rows(two)}


def test_where_it_is_surely_different_nowhere_that_is_said() -> None:
    both = beside(result("base", BASE), result("other", BASE, shaky=range(4)))
    assert verdicts(both, "other")[0].endswith("It is surely different in none of 4 half hours.")
    assert "other is surely different in none of 4 half hours" in text_of(
        ElementTree.fromstring(compared_page(both))
    )


def test_differences_of_all_plans_and_intervals_hold_at_once() -> None:
    results = [result("base", BASE), result("other", OTHER, shaky=[2]), result("third", OTHER)]
    found = compare_intervals(results, "service_level")
    assert [[one.plan for one in row] for row in found] == [["other"] * 4, ["third"] * 4]
    days = [
        other.by_type["service_level"][2, -1] - base.by_type["service_level"][2, -1]
        for base, other in zip(results[0].figures, results[1].figures, strict=True)
    ]
    wanted = estimate(days, 1 - 0.05 / (4 * 2))
    assert found[0][2].difference.low == pytest.approx(wanted.low)
    assert found[0][2].difference.confidence == pytest.approx(at_once(0.95, 8))
    wider = compare_intervals(results, "service_level", call_type="calls", among=3)[0][2]
    assert wider.difference.low == pytest.approx(estimate(days, 1 - 0.05 / 24).low)
    with pytest.raises(RunError, match="different intervals"):
        compare_intervals([results[0], result("x", BASE[:2], plan=LATE)], "asa")


def test_the_picture_has_a_line_a_plan_the_target_and_what_can_be_told(tree) -> None:
    svg = next(tree.iter("svg"))
    drawn = [text_of(one) for one in svg.iter("text")]
    for wanted in ("base", "●", "other", "■", "target 80 %", "■ other minus base, points", "08:00"):
        assert wanted in drawn
    assert svg.get("aria-label") == f"Service level by half hour: other is {WHEN}"
    bands = [one for one in svg.iter("use") if one.get("fill-opacity") == "0.16"]
    assert [one.get("fill") for one in bands] == ["var(--one)", "var(--two)"]
    marks = [one for one in svg.iter("use") if one not in bands]
    hollow = [one for one in marks if one.get("fill") == "var(--raised)"]
    full = [one for one in marks if one.get("fill") == "var(--two)"]
    assert len(hollow) == 1, "09:00, which can't be told"
    assert len(full) == 4 + 3, "its line, and what can be told"
    better, *_worse, worst = (float(one.get("y", "")) for one in full[4:])
    assert worst - better > 20, "from 20 points above to 10 points below"


def rows_of(section: ElementTree.Element) -> dict[str, list[str]]:
    """Of all its tables but the strips, one after another."""
    tables = [one for one in section.iter("table") if "strip" not in one.get("class", "")]
    rows = [[text_of(cell) for cell in row] for table in tables for row in table.iter("tr")]
    return {row[0]: row[1:] for row in rows}


def test_behind_the_picture_is_its_table(two: Compared, tree) -> None:
    sections = {text_of(one.find("h2")): one for one in tree.iter("section")}
    rows = rows_of(sections[f"other is {WHEN}"])
    assert rows["Half hour"] == [
        "base: Service level %", "other: Service level %", "other minus base, points",
    ]  # fmt: skip
    assert rows["08:00"] == ["70.0 ±1.5", "90.0 ±1.5", "+20.0 ±0.0 better"]
    assert rows["09:30"][2] == "−10.0 ±0.0 worse"
    assert re.fullmatch(r"\+10\.0 ±1\d\.\d", rows["09:00"][2])
    section = sections["Longest average wait: base 0:30 at 08:00, other 0:20 at 09:30"]
    waits, hung_up = (rows_of(one) for one in section.iter("details"))
    assert waits["Half hour"] == ["base: ASA m:s", "other: ASA m:s", "other minus base"]
    assert waits["08:00"][2] == "−0:20 better"
    assert hung_up["08:00"] == ["15.0 ±0.8", "5.0 ±0.8", "−10.0 ±0.0 better"]
    assert len(list(tree.iter("svg"))) == 2


def test_the_workbook_has_them_as_figures_and_as_charts_of_its_own(two: Compared) -> None:
    file = io.BytesIO()
    write_compared(two, file)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == [
        "Summary", "Plans", "Differences", "Charts", "Service level", "ASA", "Abandonment",
        "base", "other",
    ]  # fmt: skip
    sheet = book["Service level"]
    heads = [cell.value for cell in sheet[1]]
    assert heads == [
        "Call type", "Interval", "base", "low", "high", "other", "low", "high", "Target",
        "other minus base", "low", "high", "verdict",
    ]  # fmt: skip
    first = [cell.value for cell in sheet[2]]
    assert first[:2] == ["all", "08:00"]
    assert first[2::3][:2] == pytest.approx([0.7, 0.9])
    assert first[8:12] == pytest.approx([0.8, 0.2, 0.2, 0.2])
    assert [sheet.cell(row, 13).value for row in range(2, 6)] == [
        "better", "worse", "can't tell", "worse",
    ]  # fmt: skip
    assert book["ASA"].cell(2, 10).value == pytest.approx(-20), "plain seconds"
    assert sheet.cell(2, 10).number_format == "0.0%"
    charts = book["Charts"]._charts
    assert len(charts) == 6, "each measure and what differs in it"
    levels, differences = charts[:2]
    named = [one.tx.v for one in levels.series]
    assert named == ["base", "other", "Target"]
    assert [one.val.numRef.f for one in levels.series] == [
        f"'Service level'!${letter}$2:${letter}$5" for letter in "CFI"
    ]
    assert differences.series[0].val.numRef.f == "'Service level'!$J$2:$J$5"
    assert differences.series[0].tx.v == "other minus base"
    bars = differences.series[0].errBars
    assert [point.v for point in bars.plus.numLit.pt][2] > 0.1, "09:00, which can't be told"
    measures = [cell.value for cell in book["Differences"]["B"]]
    assert measures == ["Measure", "Service level", "ASA", "Abandonment", "Occupancy", "Cost"]
    plans = book["Plans"]
    assert [cell.value for cell in plans[1]][:4] == ["Plan", "Service level", "low", "high"]


def test_sheets_of_plans_have_names_that_excel_can_have() -> None:
    names = ("Summary", "a/b: [c]", "A B   C", "x" * 40, "x" * 50, "'")
    file = io.BytesIO()
    write_compared(beside(*(result(name, BASE) for name in names)), file)
    sheets = openpyxl.load_workbook(file).sheetnames[-len(names) :]
    assert sheets == ["Plan 1", "a b   c", "Plan 3", "x" * 31, "Plan 5", "Plan 6"]


def test_json_and_csv_have_them_with_their_intervals(two: Compared) -> None:
    table = list(csv.DictReader(io.StringIO(as_csv(compared_rows(two), COLUMNS))))
    data = json.loads(as_json(compared_data(two)))
    assert len({tuple(row[name] for name in COLUMNS[:5]) for row in table}) == len(table)
    by_interval = [row for row in table if row["interval"] != "whole run"]
    assert len(by_interval) == len(data["by_interval"]) == 3 * 4 * (2 + 1)
    for row, same in zip(by_interval, data["by_interval"], strict=True):
        assert row["plan"] == same["plan"]
        for part in ("mean", "low", "high"):
            assert float(row[part]) == same[part]
    (told,) = [
        row
        for row in data["by_interval"]
        if (row["plan"], row["measure"], row["interval"], row["kind"])
        == ("other", "service_level", "09:00", "difference")
    ]
    assert told["verdict"] == "can't tell"
    assert told["low"] < 0 < told["mean"] < told["high"]
    (overall,) = [one for one in data["differences"] if one["measure"] == "service_level"]
    assert (overall["call_type"], overall["plan"], overall["base"]) == ("all", "other", "base")
    (figure,) = [
        row
        for row in table
        if (row["plan"], row["measure"], row["interval"]) == ("base", "occupancy", "whole run")
    ]
    assert (figure["kind"], float(figure["mean"])) == ("figure", 0.5)


LATE = replace(HOURS, opens=9 * 3600, closes=10 * 3600)


def test_plans_of_other_hours_are_drawn_over_the_same_clock_and_not_subtracted() -> None:
    both = beside(result("base", BASE), result("late", (0.6, 0.7), plan=LATE))
    (course,) = both.courses
    assert course.labels == ("08:00", "08:30", "09:00", "09:30")
    assert [one.n for one in course.found[1]] == [0, 0, DAYS, DAYS]
    assert course.found[1][2].mean == pytest.approx(0.6)
    assert course.against == ()
    assert course.worst == (0, 2)
    assert " It is " not in verdicts(both, "late")[0]
    html = compared_page(both)
    told = text_of(ElementTree.fromstring(html))
    assert "The plans have different intervals" in told
    assert "late 09:00 60 %" in told
    (strip,) = [
        one for one in ElementTree.fromstring(html).iter("table") if "strip" in one.get("class", "")
    ]
    assert [text_of(cell) for cell in list(strip.iter("tr"))[2]] == ["late", "–", "–", "60▼", "70"]
    file = io.BytesIO()
    write_compared(both, file)
    sheet = openpyxl.load_workbook(file)["Service level"]
    assert [sheet.cell(2, column).value for column in (2, 3, 6)] == [
        "08:00", pytest.approx(0.7), None,
    ]  # fmt: skip
    rows = [row for row in compared_rows(both) if row["plan"] == "late"]
    assert "08:00" not in {row["interval"] for row in rows}


def test_call_types_with_targets_of_their_own_are_compared_one_by_one() -> None:
    plan = replace(HOURS, call_types=(HOURS.call_types[0], SALES))
    one, other = result("base", BASE, plan=plan), result("other", (0.9,) * 4, plan=plan)
    for figures in other.figures:
        figures.by_type["service_level"][:, 1] -= 0.3
    both = beside(one, other)
    assert [course.name for course in both.courses] == ["calls", "sales"]
    assert [course.target for course in both.courses] == [0.8, 0.9]
    assert headline(both).endswith(", but worse for sales by 23.7 points")
    lines = verdicts(both, "other")
    assert lines[1].startswith("sales: worse by "), "who pays for it first"
    assert lines[2].startswith("calls: better by ")
    confidence = both.by_type["sales"][0].difference.confidence
    assert confidence == pytest.approx(at_once(0.95, 2))
    tree = ElementTree.fromstring(compared_page(both))
    assert len(list(tree.iter("svg"))) == 3
    strips = [one for one in tree.iter("table") if "strip" in one.get("class", "")]
    assert [text_of(next(one.iter("th"))) for one in strips] == ["sales", "calls"]
    text = printed(show_compared, both)
    assert re.search(r"^sales\nbase +[█▅▂]{4}\nother +▂{4}$", text, re.MULTILINE)
    told = {
        (one["measure"], one["call_type"]): one["verdict"]
        for one in compared_data(both)["differences"]
    }
    assert told["service_level", "calls"] == "better"
    assert told["service_level", "sales"] == "worse"
    last = [view["worst_call_type"] for view in compared_data(both)["plans"]]
    assert last == ["sales", "sales"]
    assert "08:00 60 % sales" in printed(show_compared, both, width=120), "not all together's 90 %"
    assert "08:00 60 % sales" in text_of(tree)
    rows = [row for row in compared_rows(both) if row["kind"] == "difference"]
    assert "sales" in {row["call_type"] for row in rows if row["interval"] == "whole run"}


def of_types(name: str, whole: float, *own: float) -> Result:
    """Call types t0, t1, … that share the plan's target, with these service levels."""
    kinds = tuple(replace(HOURS.call_types[0], name=f"t{place}") for place in range(len(own)))
    front = replace(HOURS.groups[0], skills=tuple(Skill(one.name) for one in kinds))
    plan = replace(HOURS, call_types=kinds, groups=(front,))
    found = result(name, (whole,) * 4, plan=plan)
    for figures in found.figures:
        figures.by_type["service_level"] += np.array([*own, whole]) - whole
    return found


def test_call_types_that_share_a_target_are_compared_one_by_one_too() -> None:
    """On the whole the other is better: for t1 it is not, and every form says so."""
    both = beside(of_types("base", 0.8, 0.8, 0.8), of_types("other", 0.84, 0.9, 0.7))
    assert headline(both).endswith(", but worse for t1 by 10.0 points")
    assert verdicts(both, "other")[1].startswith("t1: worse by 10.0 points")
    text = printed(show_compared, both)
    assert re.search(r"^other +90\.0 ±\d\.\d +70\.0 ±\d\.\d$", text, re.MULTILINE)
    tree = ElementTree.fromstring(compared_page(both))
    heads = [text_of(one) for one in tree.iter("h2")]
    (section,) = [
        one
        for one in tree.iter("section")
        if text_of(one.find("h2")) == "Service level by call type"
    ]
    assert len([one for one in heads if one.startswith("Service level of t1")]) == 1
    assert rows_of(section)["t1"][:2] == ["80.0 ±0.0", "70.0 ±0.0"]
    data = compared_data(both)
    assert data["plans"][1]["service_level_by_type"]["t1"]["mean"] == pytest.approx(0.7)
    whole = {
        (row["plan"], row["call_type"], row["kind"]): (row["mean"], row.get("verdict"))
        for row in compared_rows(both)
        if (row["measure"], row["interval"]) == ("service_level", "whole run")
        if row["kind"] == "difference" or row["call_type"] != "all"
    }
    assert whole["other", "t1", "difference"] == (pytest.approx(-0.1), "worse")
    assert whole["base", "t1", "figure"][0] == pytest.approx(0.8)
    file = io.BytesIO()
    write_compared(both, file)
    cells = [
        [cell.value for cell in row[:3]]
        for row in openpyxl.load_workbook(file)["By call type"].iter_rows(2)
    ]
    assert cells[3] == ["other", "t1", pytest.approx(0.7)]


def test_a_plan_that_is_no_better_on_the_whole_may_be_for_some() -> None:
    base = of_types("base", 0.8, 0.8, 0.8)
    assert headline(beside(base, of_types("other", 0.8, 0.9, 0.7))) == (
        "No plan is better than base on the whole; other is better for t0 by 10.0 points and worse "
        "for t1 by 10.0 points"
    )
    assert headline(beside(base, of_types("other", 0.78, 0.9, 0.7))) == (
        "base is the best on the whole: every other plan is worse; other is better for t0 by 10.0 "
        "points and worse for t1 by 10.0 points"
    )
    assert headline(beside(base, of_types("other", 0.78, 0.8, 0.76))) == (
        "base is the best: every other plan is worse"
    )


def test_that_other_contacts_come_is_said() -> None:
    def coming(name: str, per_hour: float, start: float | None = None, **changes: int) -> Result:
        arrivals = ConstantArrivals(per_hour=per_hour, start=start)
        kinds = (replace(HOURS.call_types[0], arrivals=arrivals),)
        return result(name, BASE, plan=replace(HOURS, call_types=kinds, **changes))

    base = coming("base", 60)
    assert headline(beside(base, coming("same", 60))) == "No plan is better than base"
    assert headline(beside(base, coming("same", 60, interval=3600))).endswith("better than base")
    assert headline(beside(base, coming("more", 72), coming("late", 120, 9 * 3600.0))).endswith(
        "; other contacts come to more (144.0 a day, in the base 120.0) and late (as many a day)"
    )
    assert headline(beside(base, coming("week", 60, days=7))).endswith(
        "; other contacts come to week (7 days, in the base 1)"
    )
    other = of_types("other", 0.8, 0.8)
    assert "other contacts come to other" in headline(
        beside(of_types("base", 0.8, 0.8, 0.8), other)
    )


def test_ten_call_types_are_told_of_in_few_words() -> None:
    base = of_types("base", 0.8, *[0.8] * 10)
    both = beside(base, of_types("other", 0.82, 0.9, 0.7, 0.6, 0.75, 0.78, *[0.8] * 5))
    assert headline(both).endswith(
        ", but worse for t2 by 20.0, t1 by 10.0, t3 by 5.0 points and 1 more call type"
    )
    lines = verdicts(both, "other")
    assert [line.partition(":")[0] for line in lines[1:6]] == ["t2", "t1", "t3", "t4", "t0"]
    assert lines[6] == "No difference that can be told of t5, t6, t7, t8 and t9."
    lead = next(ElementTree.fromstring(compared_page(both)).iter("ul"))
    assert [text_of(one) for one in lead.iter("li")][1:] == lines[1:], "each has its own line"
    text = printed(show_compared, both)
    drawn = [line for line in text.splitlines() if re.fullmatch(r"t\d", line)]
    assert drawn == ["t2", "t1", "t3", "t4"], "those that suffer most, and no more"
    assert "6 more call types: --html draws them" in text


def test_a_call_type_only_one_plan_has_is_left_out_of_the_picture() -> None:
    plan = replace(HOURS, call_types=(HOURS.call_types[0], SALES))
    both = beside(result("base", BASE, plan=plan), result("other", OTHER))
    assert [course.name for course in both.courses] == ["calls"]
    assert both.courses[0].targets == (0.8, 0.8)


def test_more_plans_than_can_be_told_apart_are_counted() -> None:
    many = beside(*(result(f"plan {number}", BASE) for number in range(8)))
    tree = ElementTree.fromstring(compared_page(many))
    told = text_of(tree)
    assert "✚ plan 5; 2 other plans not drawn" in told
    drawn = {text_of(one) for one in next(tree.iter("svg")).iter("text")}
    assert {"✚", "plan 5"} <= drawn
    assert not any("plan 6" in one for one in drawn)
    heads = [text_of(one) for one in tree.iter("h2")]
    (worst,) = [one for one in heads if one.startswith("Worst half hour of each plan: plan 0")]
    assert worst.endswith("plan 3 08:00 70 % and 4 more")
    (longest,) = [one for one in heads if one.startswith("Longest average wait")]
    assert longest.endswith("plan 3 0:30 at 08:00 and 4 more")
    file = io.BytesIO()
    write_compared(many, file)
    book = openpyxl.load_workbook(file)
    assert "plan 7" in [cell.value for cell in book["Service level"][1]]


def test_names_at_the_ends_of_lines_do_not_lie_on_each_other() -> None:
    alike = beside(*(result(f"plan {number}", (0.9,) * 4) for number in range(5)))
    svg = next(ElementTree.fromstring(compared_page(alike)).iter("svg"))
    heights = sorted(
        float(one.get("y", ""))
        for one in svg.iter("text")
        if re.fullmatch(r"plan \d", text_of(one))
    )
    assert len(heights) == 5
    assert min(after - before for before, after in pairwise(heights)) > 10


def test_the_worst_interval_of_the_strip_is_the_one_that_is_named() -> None:
    """Of the lowest hardly anybody came: it is not the worst, and has no mark."""
    both = beside(result("base", (0.5, 0.7, 0.8, 0.9)), result("other", OTHER))
    for one in both.results:
        for figures in one.figures:
            figures.by_type["offered"][0] = 1
    tree = ElementTree.fromstring(compared_page(both))
    assert "Worst half hour of each plan: base 08:30 70 %" in text_of(tree)
    strip = next(one for one in tree.iter("table") if "strip" in one.get("class", ""))
    marked = [[text_of(cell) for cell in row] for row in strip.iter("tr")][1]
    assert marked == ["base", "50", "70▼", "80", "90"]


def test_a_sweep_has_the_figures_it_speaks_of_in_every_form() -> None:
    plan = replace(HOURS, call_types=(HOURS.call_types[0], SALES))
    results = [result(name, levels, plan=plan) for name, levels in (("1", BASE), ("2", (0.9,) * 4))]
    for one in results:
        for figures in one.figures:
            figures.by_type["service_level"][:, 1] -= 0.25
    swept = Swept("day", (Axis("groups.front.agents", (1, 2)),), tuple(results))
    table = list(csv.DictReader(io.StringIO(as_csv(swept_rows(swept), swept_columns(swept)))))
    sales = [float(row["mean"]) for row in table if row["call_type"] == "sales"]
    assert sales == pytest.approx([0.5875, 0.65])
    data = json.loads(as_json(swept_data(swept)))
    told = [one["service_level_by_type"]["sales"] for one in data["steps"]]
    assert [one["mean"] for one in told] == sales
    assert all(one["low"] <= one["mean"] <= one["high"] for one in told)
    text = printed(show_swept, swept, width=100)
    assert re.search(r"calls +sales", text)
    assert re.search(r"^ +1 .*83\.8 ±0\.0 +58\.8 ±0\.0", text, re.MULTILINE)
    tree = ElementTree.fromstring(swept_page(swept))
    rows = rows_of(
        next(one for one in tree.iter("section") if text_of(one.find("h2")) == "Every value")
    )
    place = rows["groups.front.agents"].index("Service level of sales %")
    assert rows["2"][place] == "65.0 ±0.0"
    labels = [one.get("aria-label") for one in tree.iter("svg")]
    over = "over agents in group front"
    assert labels == [f"Service level of calls {over}", f"Service level of sales {over}"]
    file = io.BytesIO()
    write_swept(swept, file)
    sheet = openpyxl.load_workbook(file)["Steps"]
    heads = [cell.value for cell in sheet[1]]
    column = heads.index("Service level of sales") + 1
    assert [sheet.cell(row, column).value for row in (2, 3)] == pytest.approx(sales)
    assert heads[column : column + 2] == ["low", "high"]


def test_values_that_all_reach_the_target_alike_are_not_ranked() -> None:
    levels = ((0.9,) * 4, (0.897,) * 4)
    results = tuple(result(str(place), one) for place, one in enumerate(levels))
    text = printed(show_swept, Swept("day", (Axis("groups.front.agents", (4, 6)),), results))
    assert (
        "Every value of agents in group front reaches 80 %, all with about 89.7 %. "
        "For every half hour to reach it: 6."
    ) in " ".join(text.split())


@pytest.mark.parametrize("width", [44, 60, 80, 140])
def test_where_there_is_no_room_for_a_table_there_are_two_and_nothing_is_cut(width: int) -> None:
    plan = replace(HOURS, call_types=(HOURS.call_types[0], SALES))
    results = tuple(result(f"plan {one}", BASE, plan=plan) for one in range(3))
    for figures in (one for found in results for one in found.figures):
        figures.by_group["cost"][:] = 12345
    for text in (
        printed(show_compared, beside(*results), width=width),
        printed(
            show_swept,
            Swept("day", (Axis("groups.front.agents", (1, 2, 3)),), results),
            width=width,
        ),
    ):
        assert "…" not in text
        assert max(map(len, text.splitlines())) <= width
        for head in ("ASA", "Hung", "Busy", "Cost", "Worst", "08:00 70 %"):
            assert head in text, head
