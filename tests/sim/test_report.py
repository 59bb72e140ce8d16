"""Reports on figures made by hand: what is said, and that every form says the same."""

from __future__ import annotations

import csv
import datetime as dates
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pytest
from rich.console import Console

from sim.errors import RunError, SimError
from sim.experiment import run
from sim.metrics import GROUP_MEASURES, TYPE_MEASURES, Measure
from sim.parameters import (
    CallType,
    EvenArrivals,
    Exponential,
    Fixed,
    Group,
    Plan,
    Service,
    Skill,
    Target,
)
from sim.report import charts, files, words
from sim.report.columns import by_group
from sim.report.data import run_data
from sim.report.findings import definitions, findings, headline
from sim.report.formats import as_csv, as_json
from sim.report.run_page import run_page
from sim.report.style import STYLE
from sim.report.terminal import show_run
from sim.report.view import COLUMNS, MEASURES, View, kind_of, long_rows
from sim.report.workbook import write_run
from sim.results import Figures, Result

AWKWARD = "<b> & $x_1$ مكالمة"
SERVICE = Service(talk=Exponential(mean=200))


def plan_of_four(**changes: object) -> Plan:
    """Two hours, two call types, two groups."""
    plan = Plan(
        name="four half hours",
        opens=8 * 3600,
        closes=10 * 3600,
        call_types=(CallType(name="calls", service=SERVICE), CallType(AWKWARD, SERVICE)),
        groups=(
            Group(name="front", skills=(Skill("calls"),), agents=5),
            Group(name="back", skills=(Skill(AWKWARD),), agents=3),
        ),
    )
    return replace(plan, **changes)


def of_one_type() -> Plan:
    """The same with one of each, so that all together are what is judged."""
    plan = plan_of_four()
    return replace(plan, call_types=plan.call_types[:1], groups=plan.groups[:1])


LEVELS = (0.95, 0.61, 0.9, 0.86)


def made(plan: Plan, days: int = 20, levels: tuple[float, ...] = LEVELS) -> View:
    """Service levels go ±1 point from day to day around ``levels``; other figures are steady."""
    return View(Result(plan, tuple(_figures(plan, day, levels) for day in range(days))))


def _figures(plan: Plan, day: int, levels: tuple[float, ...]) -> Figures:
    shape = (len(levels) + 1, len(plan.call_types) + 1)
    by_type = {one.name: _steady(one, shape) for one in TYPE_MEASURES}
    by_group = {one.name: _steady(one, (shape[0], len(plan.groups) + 1)) for one in GROUP_MEASURES}
    sway = 0.01 if day % 2 else -0.01
    column = np.array([*levels, float(np.mean(levels))]) + sway
    by_type["service_level"][:] = column[:, None]
    by_type["asa"][:, -1] = 21 + 100 * sway
    by_type["abandonment"][:] = 0.05
    for name in ("backlog", "full", "closed", "balked"):
        by_type[name][:] = 0
    by_type["offered"][:] = 50
    by_group["occupancy"][:, 0] = 0.95
    return Figures(by_type, by_group)


def _steady(measure: Measure, shape: tuple[int, int]) -> np.ndarray:
    value = {"share": 0.5, "seconds": 75.0, "contacts": 12.0, "money": 1200.0}
    return np.full(shape, value.get(measure.unit, 4.0))


def printed(view: View, width: int, **options: object) -> str:
    text = io.StringIO()
    show_run(Console(file=text, width=width, highlight=False), view, **options)
    return text.getvalue()


def test_the_findings_name_target_worst_half_hour_and_how_often_it_missed() -> None:
    told = findings(made(of_one_type()))
    assert told[0] == "Service level 83.0 % (82.5–83.5), target 80 % in 20 s: reached."
    assert told[1] == "But 08:30 was 61.0 % (60.5–61.5); it missed the target on 20 of 20 days."
    assert told[2] == (
        "Those who were answered had waited 0:21 on average; "
        "24.0 % heard the busy signal and 5.0 % (5.0–5.0) hung up."
    )
    assert told[3] == "12.0 callbacks were promised in a day, 50 % of them made in time."
    assert told[4].startswith("front had work in hand 95 % of the time on duty: above 90 %")


def test_an_even_day_says_so() -> None:
    told = findings(made(of_one_type(), levels=(0.9, 0.91, 0.9, 0.89)))
    assert told[1] == (
        "Even the lowest half hour, 09:30, was 89.0 % (88.5–89.5); "
        "it missed the target on none of 20 days."
    )


def of_days(*levels: float) -> View:
    """Days with these service levels in the second half hour; the others are well."""
    view = made(of_one_type(), len(levels), (0.95, 0.95, 0.95, 0.95))
    for figures, level in zip(view.result.figures, levels, strict=True):
        figures.by_type["service_level"][1] = level
    return view


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ((0.85, 0.75, 0.85, 0.73), "80 % (69–90): it may be chance; it missed the target on 2 of 4 "
         "days."),
        ((0.815, 0.795, 0.815, 0.795), "80 % (79–82), which is not sure to reach the target; it "
         "missed the target on 2 of 4 days."),
        ((0.79, 0.5, 0.79, 0.43, 0.64), "63 % and missed the target on 5 of 5 days, but 5 days "
         "leave its mean open (43–83): more of them tell."),
        ((0.76, 0.7), "73 % and missed the target on 2 of 2 days, but 2 days leave its mean open "
         "(35–100): more of them tell."),
        ((0.6, 0.58, 0.62, 0.81), "65 % (48–82): it may be chance; it missed the target on 3 of 4 "
         "days."),
    ],
)  # fmt: skip
def test_a_lowest_half_hour_of_which_little_is_known(levels: tuple[float, ...], said: str) -> None:
    """How the mean may be is one thing, how many days missed the target another."""
    assert findings(of_days(*levels))[1] == f"The lowest half hour, 08:30, was {said}"


def with_levels(whole: float, *own: float, days: int = 20) -> View:
    """Call types one, two, … with these service levels and one target, on the whole ``whole``."""
    kinds = tuple(CallType(f"t{place}", SERVICE) for place in range(len(own)))
    skills = tuple(Skill(one.name) for one in kinds)
    plan = plan_of_four(call_types=kinds, groups=(Group("all", skills, agents=5),))
    view = made(plan, days)
    for day, figures in enumerate(view.result.figures):
        sway = 0.02 if day % 2 else -0.02
        figures.by_type["service_level"][:] = np.array([*own, whole]) + sway
    return view


def test_each_call_type_is_judged_by_itself_though_they_share_a_target() -> None:
    """All together reach it; the worst comes first, those that are well share a sentence."""
    told = findings(with_levels(0.85, 0.95, 0.4, 0.9, 0.7))
    assert told[:3] == [
        "Service level of t1 40.0 % (39.0–41.0), target 80 % in 20 s: missed. "
        "Worst half hour: 08:00 of t1 was 40.0 % (39.0–41.0); it missed the target on 20 of 20 "
        "days.",
        "Service level of t3 70.0 % (69.0–71.0), target 80 % in 20 s: missed. "
        "Worst half hour: 08:00 of t3 was 70.0 % (69.0–71.0); it missed the target on 20 of 20 "
        "days.",
        "Service level of t2 90.0 % (89.0–91.0) and t0 95.0 % (94.0–96.0), target 80 % in 20 s: "
        "reached.",
    ]


def test_a_bad_half_hour_of_one_call_type_is_told_of_though_all_together_are_well() -> None:
    view = with_levels(0.85, 0.9, 0.85)
    for figures in view.result.figures:
        figures.by_type["service_level"][2, :-1] = (0.95, 0.37)
    told = findings(view)
    assert told[0].startswith("Service level of t1 85.0 %")
    assert told[0].endswith(
        "reached. But 09:00 of t1 was 37.0 % (37.0–37.0); it missed the target on 20 of 20 days."
    )
    assert told[1].startswith("Service level of t0 90.0 %")
    data = run_data(view)
    assert (data["worst_interval"], data["worst_call_type"]) == ("09:00", "t1")
    assert "worst half hour of all together: 08:00" in printed(view, 80)


def test_the_sentences_of_one_call_type_are_of_it_alone() -> None:
    view = with_levels(0.85, 0.9, 0.4)
    for figures in view.result.figures:
        figures.by_type["asa"][-1] = (10, 30, 21)
        figures.by_type["abandonment"][-1] = (0.01, 0.2, 0.1)
    told = findings(view, 0)
    assert told[0].endswith(
        "Even the lowest half hour, 08:00 of t0, was 90.0 % (89.0–91.0); it missed the target on "
        "none of 20 days."
    )
    assert told[1].startswith("Those of t0 who were answered had waited 0:10 on average")
    assert told[1].endswith("1.0 % (1.0–1.0) hung up.")
    assert not any("t1" in line for line in told)
    lines = " ".join(printed(view, 80, call_type="t0").split())
    assert told[0] in lines
    assert "Service level of t1" not in lines


def test_ten_call_types_that_are_well_are_one_sentence() -> None:
    told = findings(with_levels(0.9, *[0.9] * 10))
    assert told[0] == (
        "Service level of t0 90.0 %, t1 90.0 %, t2 90.0 %, t3 90.0 %, t4 90.0 %, t5 90.0 %, "
        "t6 90.0 %, t7 90.0 %, t8 90.0 % and t9 90.0 %, target 80 % in 20 s: reached."
    )
    assert not any("Service level" in line for line in told[1:])


def test_a_call_type_of_which_nobody_is_served_is_told_of_first() -> None:
    view = with_levels(0.85, 0.95, 0.0)
    for figures in view.result.figures:
        figures.by_type["answered"][:, 1] = 0
    told = findings(view)
    assert told[0] == "Of t1 nobody was answered, 50.0 were offered."
    assert not any("Service level of t1" in line for line in told), "that is said already"
    unskilled = replace(view.plan, groups=(Group("all", (Skill("t0"),), agents=5),))
    told = findings(View(replace(view.result, plan=unskilled)))
    assert told[0] == "Of t1 nobody was answered, 50.0 were offered: no group has the skill."
    for figures in view.result.figures:
        figures.by_type["offered"][:, 1] = 0
    assert "nobody" not in findings(View(view.result))[0]


def test_who_is_turned_away_is_told_by_call_type() -> None:
    def told(*contacts: float) -> list[str]:
        view = with_levels(0.85, *([0.9] * len(contacts)), days=2)
        for figures in view.result.figures:
            figures.by_type["turned_away"][-1] = [*contacts, sum(contacts)]
        return [line for line in findings(view) if line.startswith("Turned away")]

    assert told(0, 10) == ["Turned away were 20.0 % (20.0–20.0) of t1."]
    assert told(1, 2, 0, 4, 3) == [
        "Turned away were 8.0 % (8.0–8.0) of t3, 6.0 % (6.0–6.0) of t4 and 4.0 % (4.0–4.0) of t1, "
        "and some of 1 other call type."
    ]
    assert told(0, 0) == []
    assert told(5) == [], "of one call type it is told already"


def test_who_has_room_for_another_chat_is_not_tired() -> None:
    def told(concurrency: int, channel: str, used: float) -> str:
        plan = plan_of_four()
        kinds = (replace(plan.call_types[0], channel=channel), plan.call_types[1])
        groups = (replace(plan.groups[0], concurrency=concurrency), plan.groups[1])
        view = made(replace(plan, call_types=kinds, groups=groups))
        for figures in view.result.figures:
            figures.by_group["utilisation"][:, 0] = used
        return " ".join(findings(view))

    assert "above 90 %" not in told(3, "chat", 0.53)
    assert "front had 92 % of the contacts in hand that it may have at once: above 90 %" in told(
        3, "chat", 0.92
    )
    assert "front had work in hand 95 % of the time" in told(1, "chat", 0.95)
    assert "front had work in hand 95 % of the time" in told(3, "voice", 0.32)


def test_agents_past_their_shift_are_told_of() -> None:
    view = made(plan_of_four())
    for figures in view.result.figures:
        figures.by_group["agents"][:] = 21
        figures.by_group["overtime"][:] = 0
        figures.by_group["overtime"][3] = 7
    assert findings(view)[-1] == (
        "At 09:30 7.0 of the 21.0 agents on duty were past their shift's end and finished what "
        "they had in hand."
    )


def with_nights() -> View:
    """The second call type is e-mail; 24 of its 224 came outside the hours."""
    plan = plan_of_four()
    mail = replace(plan.call_types[1], channel="email", target=Target(0.9, 4 * 3600.0))
    view = made(replace(plan, call_types=(plan.call_types[0], mail)))
    for figures in view.result.figures:
        figures.by_type["offered"][-1] = [200, 224, 224]
    return view


def test_what_came_outside_the_hours_is_a_row_everywhere() -> None:
    view = with_nights()
    text = printed(view, 140)
    (line,) = [line for line in text.splitlines() if "outside hours" in line]
    assert line.split()[:3] == ["outside", "hours", "24.0"]
    assert "outside hours" not in printed(view, 140, call_type="calls")
    page = run_page(view, "").replace("\u00a0", " ")
    assert page.count("outside hours") >= 2, "of all, and of the e-mails"
    rows = [row for row in long_rows(view) if row["interval"] == "outside hours"]
    told = {(row["name"], row["mean"]) for row in rows if row["measure"] == "offered"}
    assert told == {(AWKWARD, 24.0), ("all", 24.0)}
    assert "service_level" not in {row["measure"] for row in rows}
    file = io.BytesIO()
    write_run(view, "", file)
    sheet = openpyxl.load_workbook(file)["Intervals"]
    assert [sheet.cell(6, column).value for column in (1, 2)] == ["outside hours", 24]
    assert any(line.startswith("All together: contacts") for line in definitions(view))
    assert "done within 4 h of arrival, nights included" in definitions(view)[1]


def test_columns_that_tell_nothing_are_left_out() -> None:
    view = made(plan_of_four())
    assert "Turned" in printed(view, 100)
    assert "Utilisation" in printed(view, 100)
    for figures in view.result.figures:
        figures.by_type["turned_away"][:] = 0
        figures.by_type["callbacks"][:] = 0
        figures.by_group["utilisation"][:] = figures.by_group["occupancy"]
    text = printed(View(view.result), 100)
    assert "Turned" not in text
    assert "Call-" not in text
    assert "Utilisation" not in text


def test_a_group_whose_agents_have_one_contact_at_a_time_has_no_utilisation() -> None:
    view = made(plan_of_four())
    for figures in view.result.figures:
        figures.by_group["utilisation"][:, 0] = figures.by_group["occupancy"][:, 0]
        figures.by_group["utilisation"][:, 1] = 0.3
    assert "utilisation" not in [one.measure for one in by_group(view, 0)]
    assert "utilisation" in [one.measure for one in by_group(view, 1)]


def test_e_mails_alone_are_told_of_as_such() -> None:
    plan = plan_of_four()
    mail = replace(plan.call_types[0], channel="email")
    view = made(replace(plan, call_types=(mail,), groups=plan.groups[:1]))
    assert findings(view)[2] == "E-mails had waited 0:21 on average when an agent took them."


def test_one_day_is_sure_of_nothing() -> None:
    levels = (0.5, 0.6, 0.9, 0.9)
    assert "▽ surely below the target" in printed(made(plan_of_four(), 20, levels), 80)
    assert "; ▽ below the target" in printed(made(plan_of_four(), 1, levels), 80)


def test_the_page_marks_each_half_hour_that_is_surely_below_the_target() -> None:
    tree = ElementTree.fromstring(
        run_page(made(plan_of_four(), 20, (0.5, 0.6, 0.8, 0.9)), "").partition("\n")[2]
    )
    table = next(tree.iter("table"))
    marks = [row.get("class") for row in table.iter("tr")]
    assert marks == [None, "worst", "low", None, None, "whole"]
    assert [row.find("th").text for row in table.iter("tr")][1:3] == ["▼ 08:00", "▽ 08:30"]
    assert "▽ surely below the target" in "".join(tree.itertext())
    assert "▽ below" in run_page(made(plan_of_four(), 1, (0.5, 0.6, 0.9, 0.9)), "")
    assert "▽" not in run_page(made(plan_of_four(), 20, (0.5, 0.8, 0.9, 0.9)), "")


def test_nothing_is_drawn_of_a_service_level_that_is_always_100_percent() -> None:
    view = made(plan_of_four(), 20)
    for one in view.result.figures:
        one.by_type["service_level"][:] = 1.0
    page = run_page(view, "")
    assert "100\u00a0% in every half hour." in page
    assert "Service level of calls by half hour" not in page
    for one in view.result.figures:
        one.by_type["service_level"][2] = 0.999
    assert "Service level of calls by half hour" in run_page(View(view.result), "")


def test_what_is_drawn_of_the_worst_half_hour_can_be_read_on_the_line() -> None:
    svg = charts.service_level(made(plan_of_four()))
    before = svg.partition("08:30, 61 %")[0]
    assert 'fill="var(--raised)"' in before.rpartition("<path")[2]


def test_what_is_wider_than_a_telephone_has_a_shadow_where_it_goes_on() -> None:
    scroll = STYLE.partition(".scroll {")[2].partition("}")[0]
    assert scroll.count(" local") == 2, "paper that covers the shadow at the ends"
    assert scroll.count(" scroll") == 2, "and the shadow"


def test_one_call_type_has_no_row_for_all() -> None:
    plan = plan_of_four()
    view = made(replace(plan, call_types=plan.call_types[:1], groups=plan.groups[:1]))
    lines = printed(view, 100, interval_table=False).splitlines()
    assert not any(line.startswith("all") for line in lines)
    assert sum(line.startswith("calls") for line in lines) == 1


def test_a_wait_of_which_little_is_known_has_a_sign() -> None:
    view = made(plan_of_four(), days=5)
    for day, figures in enumerate(view.result.figures):
        figures.by_type["asa"][0, -1] = 160.0 if day == 0 else 0.0
    text = printed(view, 120)
    assert "0:32 ±1:29?" in text
    assert "? the wait is of a few contacts" in text
    assert "tell nothing" not in text


def of_two_days() -> View:
    """Days as different as can be: Student's interval goes far beyond what there is."""
    view = made(plan_of_four(), days=2)
    for day, figures in enumerate(view.result.figures):
        for name, both in {
            "service_level": (0.6, 0.95),
            "offered": (5, 25),
            "asa": (0, 60),
        }.items():
            figures.by_type[name][:] = both[day]
        figures.by_type["abandonment"][:] = (0.04, 0.06)[day]
        figures.by_group["agents"][:] = (10, 11)[day]
    return view


def test_so_few_days_that_they_tell_nothing_say_so() -> None:
    view = of_two_days()
    text, page = printed(view, 140, interval_table=False), run_page(view, "")
    assert "2 replications, seed 1, ± is the 95 % interval; ±? where so few tell nothing" in text
    (line,) = [line for line in text.splitlines() if line.startswith("calls ")]
    assert "77.5 ±?" in line
    assert "0:30 ±? " in line, "no second question mark"
    assert "5.0 ±12.7" in line, "that is something: not above 18 %"
    assert "10.5 ±6.4" in text
    assert "<small>±?</small>" in page
    assert "±? where so few tell nothing" in page


def test_rows_hold_no_share_beyond_its_ends_and_no_count_below_none() -> None:
    view = of_two_days()
    assert view.of_type("offered").low < 0, "as Student's interval is"
    assert view.of_type("service_level").high > 1
    for row in (*long_rows(view), *run_data(view)["figures"]):
        if row["low"] is None:
            continue
        assert row["low"] >= 0, row
        assert row["high"] <= 1 or MEASURES[row["of"]][row["measure"]].unit != "share", row
        assert row["low"] <= row["mean"] <= row["high"]


def test_intervals_of_the_workbook_end_where_figures_do() -> None:
    view, file = made(plan_of_four(), 4, levels=(0.99, 0.99, 0.99, 0.99)), io.BytesIO()
    write_run(view, "", file)
    sheet = openpyxl.load_workbook(file)["Intervals"]
    heads = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, heads.index("Service level high") + 1).value == 1
    single = io.BytesIO()
    write_run(made(plan_of_four(), 1), "", single)
    sheet = openpyxl.load_workbook(single)["Intervals"]
    assert sheet.cell(2, heads.index("Service level high") + 1).value is None


@pytest.mark.parametrize(
    ("days", "levels", "ends"),
    [
        (20, (0.7, 0.7, 0.7, 0.7), ": missed."),
        (4, (0.801, 0.801, 0.801, 0.801), "can't tell yet: about 1,045 more"),
        (1, LEVELS, "reached on 1 day only."),
    ],
)
def test_the_verdict_on_the_target(days: int, levels: tuple[float, ...], ends: str) -> None:
    assert ends in findings(made(plan_of_four(), days, levels))[0]


def test_call_types_with_targets_of_their_own_are_told_apart() -> None:
    plan = plan_of_four()
    late = replace(plan.call_types[1], target=Target(0.9, 4 * 3600.0))
    view = made(replace(plan, call_types=(plan.call_types[0], late)))
    told = findings(view)
    assert told[0].startswith(f"Service level of {AWKWARD} 83.0 %")
    assert "target 90 % in 4 h: missed" in told[0]
    assert told[1].startswith("Service level of calls 83.0 %")
    assert told[0].startswith(headline(view))
    assert len(definitions(view)) == 2


def test_nothing_offered_is_said_and_breaks_nothing() -> None:
    view = made(plan_of_four())
    for figures in view.result.figures:
        for table in (*figures.by_type.values(), *figures.by_group.values()):
            table[:] = np.nan
    assert headline(view) == "Nobody was offered, so there is no service level."
    assert "–" in printed(view, 80)
    assert "Nobody was offered" in run_page(view, "")
    assert json.loads(as_json(run_data(view)))["worst_interval"] is None


@pytest.mark.parametrize("width", [80, 140])
def test_the_table_fits_and_marks_the_worst_with_a_sign_and_words(width: int) -> None:
    text = printed(made(plan_of_four()), width)
    lines = text.splitlines()
    assert max(len(line.rstrip()) for line in lines) <= width
    assert "…" not in text
    (worst,) = [line for line in lines if line.startswith("▼ 08:30")]
    assert "61.0 ±0.5" in worst
    assert any("▼ worst half hour of all together: 08:30" in line for line in lines)
    assert any(line.startswith("  day") and "83.0 ±0.5" in line for line in lines)
    assert "\x1b" not in text
    assert text.splitlines()[-1] == (
        "Service level is answered in time / offered, in time is within 20 s."
    )


def test_tables_by_type_and_group_and_of_chosen_measures() -> None:
    view = made(plan_of_four())
    by_type = printed(view, 80, by="type")
    assert f"By half hour: {AWKWARD}" in by_type
    assert "By half hour: front" in printed(view, 80, by="group")
    chosen = printed(view, 60, measures=["offered", "wait_p95", "wait_max", "occupancy"])
    assert "Longest wait" in chosen
    assert "Answ'd" not in chosen
    assert "By half hour" not in printed(view, 80, interval_table=False)


def test_an_unknown_measure_is_named_with_the_nearest() -> None:
    with pytest.raises(SimError, match="no measure is called ocupancy: did you mean occupancy"):
        kind_of("ocupancy")


def test_csv_has_a_row_for_every_figure() -> None:
    view = made(plan_of_four())
    rows = list(csv.DictReader(io.StringIO(as_csv(long_rows(view), COLUMNS))))
    assert len(rows) == 5 * 3 * (len(TYPE_MEASURES) + len(GROUP_MEASURES))
    (worst,) = [
        row
        for row in rows
        if (row["measure"], row["interval"], row["name"]) == ("service_level", "08:30", "all")
    ]
    assert float(worst["mean"]) == pytest.approx(0.61)
    assert float(worst["low"]) < 0.61 < float(worst["high"])
    assert worst["n"] == "20"
    assert float(worst["p10"]) == pytest.approx(0.60)


def test_json_says_what_the_table_says() -> None:
    view = made(plan_of_four(), days=1)
    data = json.loads(as_json(run_data(view, ["service_level"])))
    assert data["worst_interval"] == "08:30"
    assert {row["measure"] for row in data["figures"]} == {"service_level"}
    assert data["figures"][0]["low"] is None, "one day has no interval"
    assert data["service_level"][0]["definition"] == "answered in time / offered"
    assert data["measures"] == [
        {
            "of": "call type",
            "name": "service_level",
            "label": "Service level",
            "unit": "share",
            "better": "high",
        }
    ]


def test_waits_of_calls_and_of_e_mails_have_an_axis_each() -> None:
    """Seconds beside hours are a point on the axis."""
    plan = plan_of_four()
    calls, other = plan.call_types
    view = made(replace(plan, call_types=(calls, replace(other, channel="email"))))
    for figures in view.result.figures:
        figures.by_type["wait_p95"][:, 0] = 35
        figures.by_type["wait_p95"][:, 1] = 40_000
        figures.by_type["asa"][:, 1] = 20_000
    tree = ElementTree.fromstring(run_page(view, ""))
    (title,) = [one.text for one in tree.iter("h2") if "wait at most" in (one.text or "")]
    assert title == f"95\u00a0% of {calls.name} wait at most 0:35, of {other.name} 11:06:40"
    (chart,) = [one for one in tree.iter("svg") if one.get("aria-label") == "Waits by call type"]
    told = ["".join(one.itertext()) for one in chart.iter("text")]
    assert "Wait of calls, minutes:seconds" in told
    assert "Wait of e-mails, hours:minutes:seconds" in told
    file = io.BytesIO()
    write_run(view, "", file)
    drawn = openpyxl.load_workbook(file)["Charts"]._charts[-2:]
    assert [chart.y_axis.numFmt.formatCode for chart in drawn] == ["[m]:ss", "[h]:mm"]


def test_the_workbook_holds_real_numbers() -> None:
    view, file = made(plan_of_four()), io.BytesIO()
    write_run(view, "name: four\n# of <them>\n", file)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == [
        "Summary", "Charts", "Intervals", "Intervals by type", "Intervals by group",
        "Call types", "Groups", "Plan",
    ]  # fmt: skip
    assert len(book["Charts"]._charts) == 5, "load, service level and waits of each type"
    sheet = book["Intervals"]
    heads = [cell.value for cell in sheet[1]]
    assert heads[:4] == ["Interval", "Offered", "Offered low", "Offered high"]
    level = sheet.cell(3, heads.index("Service level") + 1)
    assert level.value == pytest.approx(0.61)
    assert level.number_format == "0.0%"
    wait = sheet.cell(6, heads.index("ASA") + 1)
    assert wait.number_format == "[m]:ss"
    seconds = wait.value.total_seconds() if hasattr(wait.value, "total_seconds") else None
    assert seconds == pytest.approx(21, abs=0.5)
    assert sheet.freeze_panes == "B2"
    assert sheet.cell(6, 1).value == "whole day"
    types = book["Call types"]
    assert [cell.value for cell in types[1]][1::3] == ["calls", AWKWARD, "all"]
    assert book["Plan"].cell(2, 1).value == "# of <them>"
    again = io.BytesIO()
    write_run(view, "name: four\n# of <them>\n", again)
    assert file.getvalue() == again.getvalue(), "the same result gives the same bytes"


@pytest.fixture(scope="module")
def html() -> str:
    return run_page(made(plan_of_four()), "name: four\n# <plan> & more\n")


def test_the_page_is_well_formed_and_fetches_nothing(html: str) -> None:
    tree = ElementTree.fromstring(html)
    assert tree.tag == "html"
    names = {element.tag for element in tree.iter()}
    assert "script" not in names
    assert "link" not in names
    assert not re.search(r"https?:|//|url\((?!#)|@import", html)
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', html))
    assert used <= set(ids)


def test_the_page_shows_five_charts_under_what_they_find(html: str) -> None:
    tree = ElementTree.fromstring(html)
    titles = ["".join(head.itertext()).replace("\u00a0", " ") for head in tree.iter("h2")]
    assert titles[0].startswith(
        "Service level of calls 83.0 % (82.5–83.5), target 80 % in 20 s: reached"
    )
    assert titles[1].startswith(f"Service level of {AWKWARD} 83.0 %")
    assert len(list(tree.iter("svg"))) == 6
    assert sum("days below target" in "".join(head.itertext()) for head in tree.iter("thead")) == 2
    svg = next(tree.iter("svg"))
    drawn = ["".join(text.itertext()) for text in svg.iter("text")]
    assert "08:30, 61 %" in drawn
    assert "target 80 %" in drawn
    bands = [one for one in tree.iter() if one.get("fill-opacity") == "0.22"]
    assert len(bands) == 3, "the intervals of both service levels and of the queue"
    assert all(section.find(".//table") is not None for section in list(tree.iter("section"))[:5])
    assert AWKWARD in "".join(tree.itertext())
    worst = [row for row in tree.iter("tr") if row.get("class") == "worst"]
    assert {row.find("th").text for row in worst} == {"▼ 08:30"}, "a sign, not a colour alone"
    assert "# <plan> & more" in "".join(tree.itertext())


def test_the_page_is_the_same_every_time_and_follows_the_colours(html: str) -> None:
    assert html == run_page(made(plan_of_four()), "name: four\n# <plan> & more\n")
    svg = html[html.index("<svg") : html.rindex("</svg>")]
    assert "var(--one)" in svg
    assert not re.search(r"#[0-9a-f]{6}\b", svg), "a colour that dark mode can't change"
    assert " style=" not in html, "a strict content security policy would drop it"
    assert not re.search(r"(margin|padding|border)-(left|right)", html)


def test_charts_are_drawn_from_several_threads_at_once() -> None:
    view = made(plan_of_four())
    alone = charts.occupancy(view)
    with ThreadPoolExecutor(4) as threads:
        drawn = threads.map(lambda _: charts.occupancy(view), range(8))
    assert set(drawn) == {alone}


def test_the_page_is_for_dark_rooms_and_paper_too(html: str) -> None:
    style = html[html.index("<style>") : html.index("</style>")]
    light, dark, paper = re.split(r"@media [^{]*", style)
    assert "@media screen and (prefers-color-scheme: dark)" in style
    colours = re.compile(r"--([a-z-]+): #")
    assert set(colours.findall(light)) - {"accent"} >= {"one", "six", "ink", "paper"}
    assert set(colours.findall(dark)) == set(colours.findall(light))
    assert "details::details-content { content-visibility: visible" in paper
    assert "white-space: normal" in paper, "wide tables"
    used = set(re.findall(r"var\(--([a-z-]+)\)", html))
    assert used <= set(colours.findall(light))


def _shine(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(
    ("names", "on", "least"),
    [
        (("ink", "soft", "accent", "bad"), "raised", 4.5),
        (("ink", "soft"), "paper", 4.5),
        (("one", "two", "three", "four", "five", "six"), "raised", 3.0),
        (("good",), "good-soft", 4.5),
        (("warn",), "warn-soft", 4.5),
        (("bad",), "bad-soft", 4.5),
    ],
)
def test_colours_stand_out(names: tuple[str, ...], on: str, least: float) -> None:
    """As WCAG 2 counts contrast: text 4.5, lines that mean something 3."""
    for theme in re.split(r"@media [^{]*", STYLE)[:2]:
        colours = {
            name: value if len(value) == 7 else "#" + "".join(2 * one for one in value[1:])
            for name, value in re.findall(r"--([a-z-]+): (#[0-9a-f]+)", theme)
        }
        for name in names:
            pale, deep = sorted((_shine(colours[name]), _shine(colours[on])))[::-1]
            assert (pale + 0.05) / (deep + 0.05) >= least, name


def test_several_days_are_labelled_by_day() -> None:
    plan = plan_of_four(days=2)
    view = made(plan, 3, LEVELS + LEVELS)
    assert view.intervals[4] == "day 2 08:00"
    assert "2 days" in printed(view, 80)


def test_a_file_is_there_as_a_whole_or_not_at_all(tmp_path) -> None:
    path = tmp_path / "result.csv"
    path.write_text("old")

    def broken(file) -> None:
        file.write(b"half")
        raise RunError("no more")

    with pytest.raises(RunError):
        files.write(str(path), broken)
    assert path.read_text() == "old"
    files.write_text(str(path), "new\n")
    assert path.read_text() == "new\n"
    assert [one.name for one in tmp_path.iterdir()] == ["result.csv"]


def test_a_place_that_cannot_be_written_is_refused_before(tmp_path) -> None:
    with pytest.raises(RunError, match="there is no folder"):
        files.check_target(str(tmp_path / "nowhere" / "a.json"))
    with pytest.raises(RunError, match="is a folder"):
        files.check_target(str(tmp_path))
    files.check_target("-")


def test_intervals_end_where_figures_do() -> None:
    """A share of 99 % ± 1 day to day is not said to be up to 100.3 %."""
    view = made(plan_of_four(), 4, levels=(0.99, 0.99, 0.99, 0.99))
    level = view.of_type("service_level")
    assert level.high > 1
    assert words.interval("share", level) == f"{words.figure('share', level.low)}–100.0"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (words.figure("share", 0.8312), "83.1"),
        (words.figure("seconds", 247.0), "4:07"),
        (words.figure("contacts", 2940.4), "2,940"),
        (words.figure("money", float("nan")), "–"),
        (words.spread("seconds", 0.31), "±0.3s"),
        (words.spread("share", 0.0071), "±0.7"),
        (words.decimal(-0.04), "0.0"),
        (words.decimal(-1.26), "−1.3"),
        (words.seconds(20), "20 s"),
        (words.seconds(14400), "4 h"),
        (words.seconds(90), "90 s"),
        (words.number_of(1, "replication"), "1 replication"),
        (words.listed(["a", "b", "c"]), "a, b and c"),
    ],
)
def test_figures_as_people_read_them(text: str, wanted: str) -> None:
    assert text == wanted


def test_mails_that_are_left_over_are_told_of_with_what_it_means() -> None:
    kind = CallType(
        "letters",
        Service(Fixed(1800.0)),
        EvenArrivals((8.0, 8.0)),
        channel="email",
        target=Target(0.9, 86_400.0),
    )
    team = Group("writers", (Skill("letters"),), agents=2)
    plan = Plan((kind,), (team,), opens=8 * 3600.0, closes=9 * 3600.0)
    told = findings(View(run(plan, replications=1)))
    assert told[-1].startswith("12.0 contacts in the mean were still waiting at the end: those of ")
    assert "letters count as missed, though their time may not have been over" in told[-1]


def test_plans_of_several_days_have_a_table_by_day() -> None:
    night = Plan(
        call_types=(CallType("calls", Service(Fixed(10.0)), EvenArrivals((10, 12))),),
        groups=(Group("all", (Skill("calls"),), 2),),
        opens=23 * 3600,
        closes=25 * 3600,
        interval=3600,
        date=dates.date(2026, 3, 2),
        days=3,
    )
    view = View(run(night, replications=2))
    text, page = printed(view, 80, by="day"), run_page(view, "")
    table = text.partition("By day")[2].replace("▼", " ")
    for day, at in DAYS:
        assert f"\n  {day} {at} Mar     22.0 " in table
    assert "half hour" not in text
    assert "By hour" in printed(view, 80)
    assert "<h2>Every day</h2>" in page
    assert page.index("Every day") < page.index("Every hour")
    assert "Wed\u00a004\u00a0Mar</th><td>22.0" in page
    book = io.BytesIO()
    write_run(view, "", book)
    days = openpyxl.load_workbook(book)["Days"]
    assert [row[0].value for row in days] == ["Day", *(f"{a} {b} Mar" for a, b in DAYS), "3 days"]
    assert [row[1].value for row in days][1:] == [22, 22, 22, 66]
    rows = list(csv.DictReader(io.StringIO(as_csv(long_rows(view), COLUMNS))))
    where = {"measure": "offered", "name": "calls"}
    came = {row["interval"]: row["mean"] for row in rows if where.items() <= row.items()}
    data = json.loads(as_json(run_data(view)))
    assert data["days"] == [f"{day} {at} Mar" for day, at in DAYS]
    assert [*came] == [*data["intervals"], *data["days"], "whole run"]
    assert [float(came[day]) for day in data["days"]] == [22, 22, 22]
    assert [list(map(row.get, COLUMNS[:4])) for row in data["figures"]] == [
        [row[name] for name in COLUMNS[:4]] for row in rows
    ]
    busy = [row for row in data["figures"] if row["measure"] == "occupancy"]
    assert len([row for row in busy if row["interval"] in data["days"]]) == 3 * 2, "of all, too"
    one_day = View(run(replace(night, days=1), replications=1))
    assert one_day.days is None
    assert run_data(one_day)["days"] == []
    assert "Every day" not in run_page(one_day, "")


DAYS = (("Mon", "02"), ("Tue", "03"), ("Wed", "04"))


def test_an_hour_that_comes_twice_is_not_the_busiest_for_that() -> None:
    night = Plan(
        call_types=(CallType("calls", Service(Fixed(10.0)), EvenArrivals((10, 12, 15, 10))),),
        groups=(Group("all", (Skill("calls"),), 2),),
        opens=1 * 3600,
        closes=5 * 3600,
        interval=3600,
        date=dates.date(2026, 10, 25),
        timezone="Europe/Berlin",
    )
    page = run_page(View(run(night, replications=1)), "")
    assert "Most contacts come at 03:00: 15," in page
    assert "02:00\u00a0(120\u00a0min)</th><td>24.0" in page
