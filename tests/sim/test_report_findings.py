"""What sweeps and comparisons say in sentences, on figures made by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from sim.estimates import estimate
from sim.metrics import GROUP_MEASURES, TYPE_MEASURES
from sim.parameters import CallType, Exponential, Group, Plan, Service, Skill, Target
from sim.report.compared import Compared
from sim.report.compared_files import compared_data, compared_rows
from sim.report.compared_headline import headline
from sim.report.swept import Swept, spoken
from sim.report.swept_files import swept_data, swept_page, swept_rows
from sim.report.swept_findings import findings
from sim.report.swept_search import number
from sim.report.words import by_how_much
from sim.results import Figures, Result
from sim.sweep import Axis

PLAN = Plan(
    name="hour",
    opens=8 * 3600,
    closes=9 * 3600,
    call_types=(CallType("calls", Service(talk=Exponential(mean=200))),),
    groups=(Group("front", skills=(Skill("calls"),), agents=5),),
)


def result(name: str, level: float, lowest: float | None = None, sway: float = 0.01) -> Result:
    """Four days whose service level goes ±sway about ``level``; the second half hour is lower."""
    second = level if lowest is None else lowest
    days = []
    for day in range(4):
        by_type = {one.name: np.full((3, 2), 10.0) for one in TYPE_MEASURES}
        column = np.array([level, second, level]) + (sway if day % 2 else -sway)
        by_type["service_level"] = np.repeat(column[:, None], 2, axis=1)
        days.append(Figures(by_type, {one.name: np.full((3, 2), 0.5) for one in GROUP_MEASURES}))
    return Result(replace(PLAN, name=name), tuple(days))


def swept(path: str, values: tuple[object, ...], levels: list[float], gap: float = 0.0) -> Swept:
    results = tuple(result(str(one), level, level - gap) for one, level in enumerate(levels))
    return Swept("hour", (Axis(path, values),), results)


AGENTS = "groups.front.agents"


@pytest.mark.parametrize(
    ("path", "values", "levels", "told"),
    [
        (AGENTS, (10, 11, 12), [0.7, 0.85, 0.9],
         "Fewest agents in group front to reach 80 %: 11, with 85.0 % (83.2–86.8)"),
        (AGENTS, (10, 14, 18), [0.7, 0.85, 0.9], "; 10 gives 70.0 %, nothing between was tried."),
        (AGENTS, (10, 11), [0.85, 0.9], "80 %: 10, with 85.0 % (83.2–86.8); less was not tried."),
        ("volume", ("+0 %", "+10 %", "+20 %"), [0.9, 0.85, 0.7],
         "Most volume that still reaches 80 %: +10 %, with 85.0 % (83.2–86.8); "
         "+20 % gives 70.0 %, nothing between was tried."),
        ("volume", ("+0 %", "+10 %"), [0.9, 0.805],
         "+10 %, with 80.5 % (78.7–82.3: not sure); more was not tried."),
        ("volume", ("+0 %", "+10 %"), [0.7, 0.6],
         "No value of volume reaches 80 %: the best is +0 % with 70.0 %."),
        ("volume", ("+0 %", "+10 %"), [0.79, 0.6],
         "reaches 80 %: the best is +0 % with 79.0 % (77.2–80.8: not sure)."),
        (AGENTS, (10, 11), [0.79, 0.9], "(88.2–91.8); 10 gives 79.0 % (77.2–80.8: not sure)."),
        (AGENTS, (10, 12), [0.79, 0.9],
         "; 10 gives 79.0 % (77.2–80.8: not sure), nothing between was tried."),
        (AGENTS, (10, 11), [0.7, 0.9], "11, with 90.0 % (88.2–91.8). For every half hour"),
        ("routing", ("one", "other"), [0.7, 0.9], "First routing to reach 80 %: other, with"),
    ],
)  # fmt: skip
def test_the_value_that_just_reaches_the_target(
    path: str, values: tuple[object, ...], levels: list[float], told: str
) -> None:
    (line,) = findings(swept(path, values, levels))
    assert told in line


def test_every_half_hour_may_need_more() -> None:
    (line,) = findings(swept(AGENTS, (10, 11, 12), [0.7, 0.85, 0.95], gap=0.1))
    assert line.endswith("For every half hour to reach it: 12.")
    (line,) = findings(swept(AGENTS, (10, 11, 12), [0.7, 0.85, 0.88], gap=0.1))
    assert line.endswith("With no value does every half hour reach it.")


def test_the_lowest_of_many_half_hours_may_be_below_by_chance() -> None:
    (line,) = findings(swept(AGENTS, (10, 11, 12), [0.7, 0.89, 0.95], gap=0.1))
    assert re.search(
        r"to reach it: 12; with 11 the lowest, \d\d:\d\d, is 79\.0 % \(77\.2–80\.8\), which may "
        r"be chance: more replications tell\.$",
        line,
    )
    (line,) = findings(swept(AGENTS, (10, 11, 12), [0.7, 0.85, 0.895], gap=0.1))
    assert "With no value does every half hour reach it; but with 12 the lowest" in line


def test_call_types_with_targets_of_their_own_are_each_looked_at() -> None:
    late = replace(PLAN.call_types[0], name="mail", channel="email", target=Target(0.9, 3600.0))
    plan = replace(PLAN, call_types=(PLAN.call_types[0], late))
    results = []
    for level in (0.7, 0.85, 0.95):
        days = result("x", level).figures
        wide = [
            Figures({name: table[:, [0, 0, 1]] for name, table in day.by_type.items()},
                    dict(day.by_group))
            for day in days
        ]  # fmt: skip
        results.append(Result(plan, tuple(wide)))
    told = findings(Swept("hour", (Axis(AGENTS, (1, 2, 3)),), tuple(results)))
    assert [line.partition(":")[0] for line in told] == [
        "Fewest agents in group front with which every call type reaches its target",
        "Fewest agents in group front to reach 80 % of calls",
        "Fewest agents in group front to reach 90 % of mail",
    ]
    assert [line.partition(": ")[2][0] for line in told] == ["3", "2", "3"]
    for one in results:
        for figures in one.figures:
            figures.by_type["service_level"][:, 1] = 0.95
    calls, mail = findings(Swept("hour", (Axis(AGENTS, (1, 2, 3)),), tuple(results)))
    assert calls.startswith("Fewest")
    assert mail == "Every value surely reaches 90 % of mail."
    for figures in results[0].figures:
        figures.by_type["service_level"][1, 1] = 0.5
    told = findings(Swept("hour", (Axis(AGENTS, (1, 2, 3)),), tuple(results)))
    assert "For every half hour to reach it: 2" in told[2], "a half hour that misses it is told of"


def test_two_figures_are_a_table_of_colours() -> None:
    results = tuple(result(str(one), level) for one, level in enumerate((0.9, 0.75, 0.5, 0.85)))
    axes = (Axis(AGENTS, (4, 5)), Axis("volume", ("+0 %", "+10 %")))
    page = ElementTree.fromstring(swept_page(Swept("hour", axes, results)))
    (table,) = [one for one in page.iter("table") if "strip" in one.get("class", "")]
    cells = [(cell.text, cell.get("class")) for cell in table.iter("td")]
    assert cells == [("90", "met"), ("75", "near"), ("50", "far"), ("85", "met")]
    assert not list(page.iter("svg"))
    assert page.find(".//h1").text == "hour: agents in group front and volume"


def test_values_that_lead_to_the_same_are_told_of_together() -> None:
    results = tuple(result(str(one), level) for one, level in enumerate((0.9, 0.7, 0.9, 0.7)))
    axes = (Axis(AGENTS, (4, 5)), Axis("volume", ("+0 %", "+10 %")))
    (line,) = findings(Swept("hour", axes, results))
    assert line.startswith("With 4 and 5 agents in group front: most volume that still reaches")


def test_a_difference_that_is_surely_one_does_not_look_like_none() -> None:
    found = [estimate([value, value + 0.0004] * 4) for value in (0.0003, 0.02)]
    assert by_how_much("share", found[0]) == "by 0.05 points (0.03–0.07)"
    assert by_how_much("share", found[1]) == "by 2.0 points (2.0–2.0)"
    assert by_how_much("share", estimate([0.1] * 3)) == "by 10.0 points (10.0–10.0)"


def test_paths_and_values_as_they_are_spoken() -> None:
    assert spoken("groups.agents.agents") == "agents in group agents"
    assert spoken("groups.front.shifts.2.agents") == "agents of shift 2 in group front"
    assert spoken("groups.*.shrinkage") == "shrinkage in every group"
    assert spoken("call_types.sales.patience") == "patience in call type sales"
    assert spoken("volume") == "volume"
    assert [number(one) for one in (3, "+10 %", "-5%", "4:30")] == [3.0, 10.0, -5.0, None]


def compared(*results: Result) -> Compared:
    return Compared(results, {})


def test_rows_of_plans_end_where_figures_do_and_those_of_differences_do_not() -> None:
    results = result("base", 0.99, sway=0.009), result("other", 0.98, sway=0.019)
    found = compared(*results)
    rows = [one for one in compared_rows(found) if one["measure"] == "service_level"]
    tops = {row["high"] for row in rows if row["kind"] == "figure" and row["plan"] == "other"}
    assert tops == {1.0}
    assert all(row["low"] < -0.01 < row["high"] for row in rows if row["kind"] == "difference")
    assert compared_data(found)["plans"][1]["figures"]["service_level"]["high"] == 1
    steps = Swept("hour", (Axis(AGENTS, (4, 5)),), results)
    assert [one["high"] for one in swept_rows(steps) if one["measure"] == "service_level"][1] == 1
    assert swept_data(steps)["steps"][1]["figures"]["service_level"]["high"] == 1


def test_of_plans_that_cannot_be_told_apart_none_is_the_winner() -> None:
    base, one, other = result("base", 0.7), result("one", 0.8), result("other", 0.801, sway=0.012)
    assert headline(compared(base, one, other)) == (
        "other and one are better than base, by 10.1 and 10.0 points, each at the same "
        "cost; between them there is no difference that can be told"
    )
    best = result("best", 0.9)
    assert headline(compared(base, one, best)).startswith("best: service level better by 20.0")
