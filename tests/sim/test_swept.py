"""Sweeps of several call types and of two groups, on figures made by hand."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import openpyxl
from rich.console import Console

from sim.metrics import GROUP_MEASURES, TYPE_MEASURES
from sim.parameters import CallType, Exponential, Group, Plan, Service, Skill
from sim.report.formats import as_json
from sim.report.swept import Swept
from sim.report.swept_files import swept_data, swept_page
from sim.report.swept_findings import findings
from sim.report.swept_terminal import show_swept
from sim.report.swept_workbook import write_swept
from sim.results import Figures, Result
from sim.sweep import Axis

SERVICE = Service(talk=Exponential(mean=200))
PLAN = Plan(
    name="hour",
    opens=8 * 3600,
    closes=9 * 3600,
    call_types=(CallType("calls", SERVICE), CallType("tech", SERVICE), CallType("sales", SERVICE)),
    groups=(
        Group("front", skills=(Skill("calls"), Skill("sales")), agents=5, cost_per_hour=10),
        Group("back", skills=(Skill("tech"),), agents=5, cost_per_hour=20),
    ),
)
FRONT, BACK = "groups.front.agents", "groups.back.agents"


def result(
    levels: Sequence[float], price: float = 0.0, hours: float = 8.0, plan: Plan = PLAN
) -> Result:
    """Four days of a level for each call type, which goes ±0.01 about it, at a price a day."""
    days = []
    for day in range(4):
        by_type = {one.name: np.full((3, len(levels) + 1), 10.0) for one in TYPE_MEASURES}
        own = np.array([*levels, np.mean(levels)]) + (0.01 if day % 2 else -0.01)
        by_type["service_level"] = np.repeat(own[None, :], 3, axis=0)
        by_type["cost"] = np.zeros_like(by_type["cost"])
        by_group = {one.name: np.full((3, 3), 0.5) for one in GROUP_MEASURES}
        by_group["cost"][-1, -1] = price
        by_group["paid_hours"][-1, -1] = hours
        days.append(Figures(by_type, by_group))
    return Result(plan, tuple(days))


def swept(*levels: Sequence[float]) -> Swept:
    values = tuple(10 + 2 * place for place in range(len(levels)))
    return Swept("hour", (Axis(FRONT, values),), tuple(result(one) for one in levels))


# Of front 10, 12, with back 4, 5, 6: both groups are needed.
PAIRS = (
    ((0.70, 0.60, 0.90), 100), ((0.70, 0.83, 0.90), 120), ((0.70, 0.90, 0.90), 140),
    ((0.85, 0.60, 0.90), 110), ((0.85, 0.805, 0.90), 130), ((0.85, 0.90, 0.90), 150),
)  # fmt: skip


def pair(steps: Sequence[tuple[Sequence[float], float]] = PAIRS, plan: Plan = PLAN) -> Swept:
    results = tuple(result(levels, price, price / 10, plan) for levels, price in steps)
    return Swept("hour", (Axis(FRONT, (10, 12)), Axis(BACK, (4, 5, 6))), results)


def printed(one: Swept, width: int = 110) -> str:
    text = io.StringIO()
    show_swept(Console(file=text, width=width), one)
    return text.getvalue()


def test_the_fewest_are_those_with_which_every_call_type_reaches_the_shared_target() -> None:
    """All together reach 80 % with 10 already."""
    told = findings(swept((0.81, 0.70, 0.95), (0.90, 0.79, 0.96), (0.95, 0.88, 0.97)))
    assert told[0] == (
        "Fewest agents in group front with which every call type reaches its target: 14; tightest "
        "is tech with 88.0 % (86.2–89.8); 12 gives tech 79.0 % (77.2–80.8: not sure), nothing "
        "between was tried. For every half hour of each to reach it: 14; with 12 the lowest, 08:00 "
        "of tech, is 79.0 % (77.2–80.8), which may be chance: more replications tell."
    )
    assert told[1].startswith("Fewest agents in group front to reach 80 % of calls: 10, with 81.0")
    assert told[2].startswith("Fewest agents in group front to reach 80 % of tech: 14, with")
    assert told[3:] == ["Every value surely reaches 80 % of sales."]


def test_who_never_reaches_it_is_left_out_and_told_of() -> None:
    told = findings(swept((0.70, 0.69, 0.75), (0.90, 0.70, 0.85), (0.95, 0.712, 0.9)))
    assert told[0] == (
        "Fewest agents in group front with which every call type but tech reaches its target: 12; "
        "tightest is sales with 85.0 % (83.2–86.8); 10 gives calls 70.0 %, nothing between was "
        "tried. tech never does: its best is 71.2 % with 14. For every half hour of the others to "
        "reach it: 12."
    )
    assert [line.partition(":")[0][-8:] for line in told[1:]] == ["of calls", "of sales"]
    alone = findings(swept((0.70, 0.69, 0.75), (0.71, 0.70, 0.76)))
    none = "No value of agents in group front reaches 80 % of"
    assert [line.partition(":")[0] for line in alone] == [
        f"{none} {one}" for one in ("calls", "tech", "sales")
    ]


def test_each_reaches_it_somewhere_and_all_nowhere() -> None:
    told = findings(swept((0.9, 0.7, 0.9), (0.75, 0.85, 0.9)))
    assert told[0] == (
        "With no value of agents in group front does every call type reach its target: the best is "
        "12; tightest is calls with 75.0 %."
    )


def test_of_two_figures_there_is_one_sentence_for_all_call_types() -> None:
    axes = (Axis("volume", ("+0 %", "+10 %")), Axis(FRONT, (10, 12)))
    steps = [(0.7, 0.9, 0.9), (0.9, 0.9, 0.9), (0.6, 0.7, 0.9), (0.85, 0.7, 0.9)]
    told = findings(Swept("hour", axes, tuple(result(one) for one in steps)))
    assert [line.partition(";")[0] for line in told] == [
        "With volume +0 %: fewest agents in group front with which every call type reaches its "
        "target: 12",
        "With volume +10 %: fewest agents in group front with which every call type but tech "
        "reaches its target: 12",
        "Every value surely reaches 80 % of sales.",
    ]
    assert swept_data(Swept("hour", axes, tuple(map(result, steps))))["cheapest"] is None


def test_the_cheapest_agents_of_two_groups_are_named_with_their_doubt() -> None:
    told = findings(pair())
    assert told[0] == (
        "Cheapest with which every call type reaches its target: 12 agents in group front and 5 "
        "agents in group back, for 130.00 a day (130.00–130.00); tightest is tech with 80.5 % "
        "(78.7–82.3: not sure); nothing between the values was tried. The cheapest that surely "
        "does: 12 and 6, for 150.00. For every half hour of each to reach it: 12 and 5, for 130.00."
    )
    assert told[1] == (
        "Fewest agents in group back for that: 5 with 12 agents in group front; with 10 none is "
        "enough."
    )
    assert "\n► 12" in "\n".join(line.strip() for line in printed(pair()).splitlines())
    assert "►: the cheapest with which every call type reaches its target." in printed(pair())
    found = json.loads(as_json(swept_data(pair())))["cheapest"]
    assert (found["by"], found["sure"]) == ("cost", False)
    assert found["found"]["values"] == [12, 5]
    assert (found["found"]["price"]["mean"], found["found"]["price"]["n"]) == (130, 4)
    assert found["surely"]["values"] == [12, 6]
    assert found["perhaps"] == []
    assert found["every_interval"]["values"] == [12, 5]


def test_what_is_cheaper_and_may_reach_it_too_is_named() -> None:
    steps = list(PAIRS)
    steps[1] = (0.795, 0.83, 0.90), 120
    steps[4] = (0.85, 0.83, 0.90), 130
    told = findings(pair(steps))[0]
    assert "12 agents in group front and 5 agents" in told
    assert "Cheaper and maybe enough, which more replications tell: 10 and 5, for 120.00." in told
    assert "surely does" not in told
    found = swept_data(pair(steps))["cheapest"]
    assert found["sure"]
    assert found["surely"]["values"] == found["found"]["values"] == [12, 5]
    assert [one["values"] for one in found["perhaps"]] == [[10, 5]]


def test_of_those_that_cost_the_same_the_one_with_most_to_spare_is_taken() -> None:
    steps = [*PAIRS[:3], ((0.85, 0.82, 0.90), 129.5), ((0.9, 0.88, 0.90), 130), PAIRS[5]]
    one = pair(steps)
    for day, figures in enumerate(one.results[3].figures):
        figures.by_group["cost"][-1, -1] += 2 if day % 2 else -2
    assert "12 agents in group front and 5 agents in group back" in findings(one)[0]
    assert "12 agents in group front and 4 agents in group back" in findings(pair(steps))[0]


def test_where_no_combination_is_enough_the_nearest_is_named() -> None:
    tech = (0.5, 0.6, 0.65, 0.5, 0.68, 0.6)
    assert findings(pair([((0.7, level, 0.6), 100) for level in tech])) == [
        "With no combination does every call type reach its target: nearest is 10 agents in group "
        "front and 5 agents in group back; tightest is tech with 60.0 %.",
    ]


def test_whom_no_combination_helps_is_left_out_of_the_cheapest() -> None:
    tech = (0.5, 0.6, 0.65, 0.5, 0.68, 0.6)
    calls = (0.7, 0.7, 0.7, 0.9, 0.9, 0.9)
    one = pair([((c, t, 0.9), 100) for c, t in zip(calls, tech, strict=True)])
    assert findings(one)[0] == (
        "Cheapest with which every call type but tech reaches its target: 12 agents in group front "
        "and 4 agents in group back, for 100.00 a day (100.00–100.00); tightest is calls with 90.0 "
        "% (88.2–91.8); fewer agents in group back were not tried; nothing between the values was "
        "tried. tech never does: its best is 68.0 % with 12 and 5. For every half hour of the "
        "others to reach it: 12 and 4, for 100.00."
    )
    assert "every call type but tech reaches its target." in swept_page(one)
    assert swept_data(one)["cheapest"]["left_out"] == ["tech"]


def test_without_money_the_paid_hours_are_the_price() -> None:
    free = replace(PLAN, groups=tuple(replace(one, cost_per_hour=0) for one in PLAN.groups))
    steps = [result(levels, 0, price / 10, free) for levels, price in PAIRS]
    one = Swept("hour", (Axis(FRONT, (10, 12)), Axis(BACK, (4, 5, 6))), tuple(steps))
    assert findings(one)[0].startswith(
        "Fewest paid hours with which every call type reaches its target: 12 agents in group front "
        "and 5 agents in group back, for 13.0 paid hours a day (13.0–13.0);"
    )
    assert "hours" in printed(one)
    assert swept_data(one)["cheapest"]["by"] == "paid_hours"
    assert "Paid hours" in swept_page(one)
    half = replace(PLAN, groups=(PLAN.groups[0], replace(PLAN.groups[1], cost_per_hour=0)))
    assert "No cost_per_hour is given for back: they count as" in findings(pair(plan=half))[0]


def test_the_cheapest_of_one_call_type_and_at_the_edge_of_what_was_tried() -> None:
    groups = tuple(replace(one, skills=(Skill("calls"),)) for one in PLAN.groups)
    plan = replace(PLAN, call_types=PLAN.call_types[:1], groups=groups)
    steps = [((level,), 100 + 10 * place) for place, level in enumerate([0.85, 0.9, 0.9] * 2)]
    (first, _pairs) = findings(pair(steps, plan))
    assert first.startswith(
        "Cheapest to reach 80 %: 10 agents in group front and 4 agents in group back, for 100.00 a "
        "day (100.00–100.00), with 85.0 % (83.2–86.8); fewer of either were not tried."
    )


def test_the_page_marks_the_cheapest_in_every_table() -> None:
    tree = ElementTree.fromstring(swept_page(pair()))
    strips = [one for one in tree.iter("table") if "strip" in one.get("class", "")]
    assert len(strips) == 3, "one for each call type"
    for strip in strips:
        marked = [cell for cell in strip.iter("td") if "marked" in cell.get("class", "")]
        assert ["".join(one.itertext())[-1] for one in marked] == ["►"]
    (row,) = [one for one in tree.iter("tr") if one.get("class") == "best"]
    assert "".join(row[0].itertext()) == "► 12, 5"
    titles = [one.text for one in tree.iter("h2")]
    assert titles[0] == "Service level of calls over agents in group front and agents in group back"


def drawings(one: Swept) -> list[ElementTree.Element]:
    file = io.BytesIO()
    write_swept(one, file)
    assert openpyxl.load_workbook(file).sheetnames == ["Summary", "Charts", "Steps"]
    with zipfile.ZipFile(file) as packed:
        names = sorted(name for name in packed.namelist() if "charts/chart" in name)
        return [ElementTree.fromstring(packed.read(name)) for name in names]


def references(chart: ElementTree.Element, kind: str) -> list[str]:
    spaces = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
    return [found.findtext(f".//{spaces}f", "") for found in chart.iter(f"{spaces}{kind}")]


def test_a_workbook_has_a_chart_for_each_call_type_with_its_target() -> None:
    one = swept((0.7, 0.6, 0.9), (0.8, 0.7, 0.9), (0.9, 0.8, 0.9))
    charts = drawings(one)
    assert len(charts) == 3
    file = io.BytesIO()
    write_swept(one, file)
    sheet = openpyxl.load_workbook(file)["Steps"]
    assert references(charts[1], "xVal") == ["Steps!$A$2:$A$4"] * 2, "numbers as far as they are"
    level, target = references(charts[1], "yVal")
    values = [cell.value for (cell,) in sheet[level.partition("!")[2].replace("$", "")]]
    assert np.allclose(values, [0.6, 0.7, 0.8])
    assert {cell.value for (cell,) in sheet[target.partition("!")[2].replace("$", "")]} == {0.8}


def test_in_a_workbook_words_stand_beside_each_other_and_pairs_have_a_line_each() -> None:
    (chart, *_others) = drawings(
        Swept("hour", (Axis("volume", ("+0 %", "+5 %")),), tuple(result((0.8,) * 3) for _ in "ab"))
    )
    assert references(chart, "cat") == ["Steps!$A$2:$A$3"] * 2
    first = drawings(pair())[0]
    assert references(first, "xVal") == ["Steps!$B$2:$B$4", "Steps!$B$5:$B$7", "Steps!$B$2:$B$4"]
