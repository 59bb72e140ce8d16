"""The command line, in this process; what only a real one shows is in ``test_cli_process``."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from sim.centre import simulate
from sim.commands import cli, main
from sim.errors import RunError
from sim.plan_file import load
from sim.records import Records

PLAN = """\
name: two hours
description: A small centre
opens: "09:00"
closes: "11:00"
target: {share: 0.8, within: 20}
call_types:
  - name: calls
    arrivals: {pattern: poisson, per_interval: [8, 20, 12, 8]}
    service: {talk: 200, after_call: 40}
    patience: {time: 120}
  - name: sales
    arrivals: {pattern: poisson, per_interval: [3, 3, 3, 3]}
    service: {talk: 300}
    patience: {time: 120}
groups:
  - name: front
    skills: [calls]
    agents: [2, 2, 2, 2]
    cost_per_hour: 20
  - name: back
    skills: [sales, {call_type: calls, level: 2, after: 15}]
    agents: 2
    cost_per_hour: 30
experiment: {replications: 6}
"""


@pytest.fixture(autouse=True)
def _eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN)
    return str(path)


class Called:
    """What a command wrote and how it ended."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


@pytest.fixture
def call(capsysbinary: pytest.CaptureFixture[bytes]):
    def run(*arguments: str) -> Called:
        with pytest.raises(SystemExit) as end:
            main(arguments)
        out, err = (one.decode() for one in capsysbinary.readouterr())
        assert "Traceback" not in err
        return Called(int(end.value.code or 0), out, err)

    return run


def words_of(path: str | Path) -> str:
    """What a page says, its no-break spaces as plain ones."""
    return "".join(ElementTree.parse(path).getroot().itertext()).replace("\u00a0", " ")


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text())))


def test_run_shows_half_hours_totals_and_findings(call, plan) -> None:
    done = call("run", plan, "--workers", "1")
    assert done.status == 0
    assert "6 replications, seed 1, ± is the 95 % interval" in done.out
    for wanted in ("09:00", "▼ 09:30", "10:30", "▼ worst half hour of all", "front", "sales"):
        assert wanted in done.out
    for name in ("calls", "sales"):
        level = rf"Service level of {name} \d\d\.\d % \([\d.]+–[\d.]+\), target 80 % in 20 s: "
        assert re.search(level, " ".join(done.out.split()))
    assert "answered in time / offered" in done.out
    assert max(map(len, done.out.splitlines())) <= 80
    assert done.err == "", "nobody watches, so no progress"


def test_every_output_at_once_and_all_agree(call, plan, tmp_path) -> None:
    names = {kind: str(tmp_path / f"out.{kind}") for kind in ("json", "csv", "xlsx", "html")}
    options = [part for kind, name in names.items() for part in (f"--{kind}", name)]
    done = call("run", plan, "-n", "4", "--workers", "1", *options)
    assert done.status == 0
    data = json.loads(Path(names["json"]).read_text())
    assert data["replications"] == 4

    def mean(rows: list[dict[str, object]]) -> float:
        (found,) = [
            row["mean"]
            for row in rows
            if (row["measure"], row["of"], row["name"], row["interval"])
            == ("service_level", "call type", "all", "09:30")
        ]
        return float(found)

    rows = rows_of(Path(names["csv"]))
    assert mean(rows) == mean(data["figures"])
    sheet = openpyxl.load_workbook(names["xlsx"])["Intervals"]
    heads = [cell.value for cell in sheet[1]]
    level = sheet.cell(3, heads.index("Service level") + 1).value
    assert level == pytest.approx(mean(rows))
    assert data["findings"][0] in words_of(names["html"])


def test_the_table_is_shown_though_a_file_cannot_be_written(call, plan, monkeypatch) -> None:
    def full(name: str, writer: object) -> None:
        raise RunError(f"{name} cannot be written: No space left on device")

    monkeypatch.setattr("sim.report.files.write", full)
    done = call("run", plan, "-n", "1", "--workers", "1", "--csv", "out.csv")
    assert done.status == 2
    assert "No space left" in done.err
    assert "By half hour" in done.out


def test_json_on_standard_output_is_alone_there(call, plan) -> None:
    done = call("run", plan, "-n", "2", "--workers", "1", "--seed", "7", "--json", "-")
    data = json.loads(done.out)
    assert data["plan"]["seed"] == 7
    assert data["replications"] == 2
    again = call("run", plan, "-n", "2", "--workers", "1", "--seed", "7", "--json", "-")
    assert done.out == again.out


def test_options_of_the_table(call, plan) -> None:
    done = call(
        "run", plan, "-n", "2", "--workers", "1", "--by", "type", "--measures", "offered,wait_max"
    )
    assert "By half hour: sales" in done.out
    assert "Longest wait" in done.out
    one = call("run", plan, "-n", "2", "--workers", "1", "--call-type", "sales")
    assert "By half hour: sales" in one.out
    assert "By half hour: calls" not in one.out


def test_records_of_the_first_day_are_the_first_day(call, plan, tmp_path) -> None:
    table, arrays = tmp_path / "records.csv", tmp_path / "records.npz"
    call("run", plan, "-n", "1", "--records", str(table), "--no-interval-table")
    call("run", plan, "-n", "1", "--records", str(arrays), "--no-interval-table")
    wanted = simulate(load(plan), 0)
    with arrays.open("rb") as file:
        assert Records.load(file).same_as(wanted)
    rows = rows_of(table)
    assert len(rows) == len(wanted)
    assert {row["outcome"] for row in rows} <= {"answered", "abandoned", "balked"}
    assert rows[0]["arrived"] == f"{round(float(wanted.arrived[0]), 3)}"


def test_a_folder_keeps_what_is_done_and_a_precision_goes_on(call, plan, tmp_path) -> None:
    folder = tmp_path / "kept"
    call("run", plan, "-n", "3", "--workers", "1", "--folder", str(folder))
    done = call("run", plan, "-n", "6", "--workers", "1", "--folder", str(folder), "--json", "-")
    fresh = call("run", plan, "-n", "6", "--workers", "1", "--json", "-")
    assert done.out == fresh.out
    close = call("run", plan, "--workers", "1", "--precision", "0.04", "--json", "-")
    data = json.loads(close.out)
    (whole,) = [
        row
        for row in data["figures"]
        if (row["measure"], row["of"], row["name"], row["interval"])
        == ("service_level", "call type", "all", "whole run")
    ]
    assert (whole["high"] - whole["low"]) / 2 <= 0.04
    assert data["replications"] > 6
    percent = call("run", plan, "--workers", "1", "--precision", "4 %", "--json", "-")
    assert percent.out == close.out


def test_a_precision_that_is_not_reached_is_said(call, plan, tmp_path) -> None:
    path = tmp_path / "few.yaml"
    path.write_text(PLAN.replace("{replications: 6}", "{replications: 5, at_most: 6}"))
    done = call("run", str(path), "--workers", "1", "--precision", "0.001")
    assert done.status == 0
    assert re.fullmatch(
        r"warning: after 6 replications the service level of \w+ is known to ±[\d.]+ % only: "
        r"--at-most 12, or experiment: \{at_most: 12\} in the plan, allows more\n",
        done.err,
    )


def test_compare_says_that_a_plan_changes_nothing(call, plan, tmp_path) -> None:
    other = tmp_path / "same.yaml"
    other.write_text("base: plan.yaml\nname: same\ngroups: [{name: front, agents: [2, 2, 2, 2]}]")
    done = call("compare", plan, str(other), "-n", "2", "--workers", "1")
    assert done.status == 0
    assert "same.yaml: it changes nothing of its base: what it says" in done.err
    assert "warning: same: is the same plan as two hours: look at what it was" in done.err


def test_compare_says_which_is_better_by_how_much(call, plan, tmp_path) -> None:
    other = tmp_path / "more.yaml"
    other.write_text(
        PLAN.replace("agents: [2, 2, 2, 2]", "agents: [2, 4, 3, 2]").replace("two hours", "more")
    )
    page, book = tmp_path / "c.html", tmp_path / "c.xlsx"
    done = call(
        "compare", plan, str(other), "-n", "8", "--workers", "1",
        "--html", str(page), "--xlsx", str(book), "--csv", str(tmp_path / "c.csv"),
    )  # fmt: skip
    assert done.status == 0
    assert re.match(
        r"more: service level better by [\d.]+ points \([\d.]+–[\d.]+\) than two", done.out
    )
    assert "8 replications of the same days, seed 1" in done.out
    assert "front" in done.out.split("• more: better")[1], "what differs"
    html = ElementTree.parse(page).getroot()
    strip = next(one for one in html.iter("table") if "strip" in one.get("class", ""))
    assert len(list(strip.iter("td"))) == 2 * 4
    assert openpyxl.load_workbook(book).sheetnames[:3] == ["Summary", "Plans", "Differences"]
    rows = rows_of(tmp_path / "c.csv")
    whole = [row for row in rows if row["interval"] == "whole run"]
    levels = [row for row in whole if row["measure"] == "service_level" and row["verdict"]]
    assert [row["call_type"] for row in levels] == ["all", "calls", "sales"]
    assert [row["verdict"] for row in levels[:2]] == ["better", "better"]


def test_compare_of_policies_that_do_the_same_says_so(call, plan) -> None:
    done = call("compare", plan, "--policy", "skill-levels,longest-wait,longest-idle", "-n", "2",
                "--json", "-")  # fmt: skip
    data = json.loads(done.out)
    assert data["differences"][0]["in_words"] == "no difference at all"
    assert [one["seed"] for one in data["plans"]] == [1, 1]
    assert data["finding"] == "No plan is better than two hours"


def test_compare_goes_on_until_it_is_told(call, plan) -> None:
    done = call("compare", plan, "--policy", "longest-wait", "-n", "2", "--at-most", "12",
                "--precision", "0.02", "--workers", "1", "--json", "-")  # fmt: skip
    data = json.loads(done.out)
    (level, *_of_types) = [one for one in data["differences"] if one["measure"] == "service_level"]
    assert 2 < data["replications"] <= 12
    if data["replications"] < 12:
        assert level["verdict"] != "can't tell" or "no difference larger" in level["in_words"]


def test_plans_of_the_same_name_are_told_apart(call, plan, tmp_path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(PLAN)
    data = json.loads(call("compare", plan, str(other), "-n", "2", "--json", "-").out)
    assert [one["name"] for one in data["plans"]] == ["two hours (plan)", "two hours (other)"]


def test_sweep_finds_the_fewest_that_reach_the_target(call, plan, tmp_path) -> None:
    page, table = tmp_path / "s.html", tmp_path / "s.csv"
    done = call("sweep", plan, "--set", "groups.front.agents=1:6", "-n", "4", "--workers", "1",
                "--html", str(page), "--csv", str(table))  # fmt: skip
    assert done.status == 0
    (line,) = [one for one in done.out.splitlines() if "Fewest" in one and "of calls" in one]
    fewest = int(re.search(r"Fewest agents in group front to reach 80 % of calls: (\d)", line)[1])
    levels = {
        int(row["groups.front.agents"]): float(row["mean"])
        for row in rows_of(table)
        if (row["measure"], row["call_type"]) == ("service_level", "calls")
    }
    assert sorted(levels) == [1, 2, 3, 4, 5, 6]
    assert levels[fewest] >= 0.8 > levels[fewest - 1]
    assert line.lstrip("• ")[:40] in words_of(page)
    assert "<svg" in page.read_text()


def test_sweep_of_two_figures_and_of_words(call, plan, tmp_path) -> None:
    done = call("sweep", plan, "--set", "groups.front.agents=2,4", "--set", "volume=+0 %,+50 %",
                "-n", "2", "--workers", "1", "--xlsx", str(tmp_path / "s.xlsx"))  # fmt: skip
    assert done.status == 0
    assert "With 2 agents in group front:" in done.out
    sheet = openpyxl.load_workbook(tmp_path / "s.xlsx")["Steps"]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["+0 %", "+50 %"] * 2


def test_erlang_answers_and_names_its_formula(call) -> None:
    done = call("erlang", "--calls", "100", "--aht", "4:00")
    assert "100 calls in an hour of 4:00 are 6.67 erlangs." in done.out
    assert "Fewest for 80 % in 20 s: 10 agents" in done.out
    assert "► 10" in done.out
    assert "Erlang C" in done.out
    more = call("erlang", "--calls", "50", "--per", "30min", "--aht", "240", "--shrinkage", "0.3",
                "--patience", "2 min", "--service-level", "80/20")  # fmt: skip
    assert "9 agents on the phones, 13 scheduled" in more.out
    assert "Erlang A" in more.out
    data = json.loads(
        call("erlang", "--calls", "100", "--aht", "240", "--agents", "10", "--json", "-").out
    )
    assert data["queue"]["service_level"] == pytest.approx(0.868, abs=0.001)
    over = call("erlang", "--calls", "100", "--aht", "240", "--agents", "6")
    assert "the queue never ends" in over.out


def test_check_says_what_is_in_a_plan(call, plan) -> None:
    done = call("check", plan)
    assert done.out == f"{plan} is fine: 2 call types, 2 groups, 60 contacts a day expected.\n"
    menu = "self_service: {time: 20, contained: 0.25, abandoned: 0.25}"
    again = "retrial: {after_busy: 0.4, delay: 300}"
    Path(plan).write_text(
        PLAN.replace("service: {talk: 300}", f"service: {{talk: 300}}\n    {menu}")
    )
    assert (
        "60 contacts a day expected (menus keep 6 of them from the queue).\n"
        in call("check", plan).out
    )
    text = Path(plan).read_text()
    Path(plan).write_text(
        text.replace(
            menu, f"{menu}\n    {again}\n    resolution: {{first_contact: 0.8, delay: 60}}"
        )
    )
    assert (
        "the queue; those who try again or come again are not in it).\n" in call("check", plan).out
    )


def test_check_counts_e_mails_of_the_night_and_finds_nothing_odd_in_them(call, tmp_path) -> None:
    path = tmp_path / "mail.yaml"
    path.write_text(
        'opens: "9:00"\ncloses: "17:00"\n'
        + """
call_types:
  - name: mail
    channel: email
    arrivals: {pattern: poisson, start: "00:00", interval: 3600, per_interval: [2, 4]}
    service: {talk: 300}
  - name: more mail
    channel: email
    arrivals: {pattern: constant, start: "16:00", end: "20:00", per_hour: 10}
    service: {talk: 300}
groups:
  - {name: writers, skills: [mail, more mail], agents: 3}
"""
    )
    done = call("check", str(path))
    assert "46 contacts a day expected" in done.out
    assert "opening" not in done.err


def test_check_warns_of_what_looks_odd(call, tmp_path) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(PLAN.replace("skills: [sales, ", "skills: ["))
    done = call("check", str(path))
    assert done.status == 0
    assert done.err.startswith(f"warning: {path}: ")
    assert "sales" in done.err


def test_check_doubts_thousands_with_a_point(call, tmp_path) -> None:
    path = tmp_path / "thousands.yaml"
    path.write_text(PLAN.replace("[8, 20, 12, 8]", "[8, 1.200, 12, 8]"))
    done = call("check", str(path))
    assert done.status == 0
    assert done.err.startswith(f"warning: {path}: line 8: call_types[calls].arrivals.per_interval")


def test_check_goes_on_after_a_faulty_plan(call, plan, tmp_path) -> None:
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text("base: small\nseed: -1")
    done = call("check", str(faulty), plan)
    assert done.status == 2
    assert f"{faulty}: line 2: seed: must be at least 0" in done.err
    assert done.out.startswith(f"{plan} is fine: ")


def test_check_runs_a_day_with_rules_of_ones_own(call, tmp_path, monkeypatch) -> None:
    (tmp_path / "late_slip.py").write_text(
        "from sim.routing import Rule\n\n\nclass Late(Rule):\n"
        "    def allows(self, line, agent, now):\n"
        "        return now < 36000 or len(agent.group.idel) > 0\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    own = tmp_path / "own.yaml"
    own.write_text(PLAN + "days: 3\nrouting: [late_slip.Late, skill-levels, longest-wait]\n")
    done = call("check", str(own))
    assert done.status == 2
    assert done.err.endswith(
        "own.yaml: routing: the routing rule Late failed when asked: AttributeError: 'Group' "
        "object has no attribute 'idel' (late_slip.py line 6)\n"
    )


def test_a_plan_that_is_not_there_may_be_an_example_or_misspelt(call, plan) -> None:
    done = call("run", "multi-skill")
    assert "python -m sim example multi-skill > multi-skill.yaml writes the example" in done.err
    near = str(Path(plan).with_suffix(""))
    assert f"there is no file {near}: did you mean {plan}?" in call("run", near).err


def test_examples_and_schema(call, tmp_path) -> None:
    listed = call("example", "--list").out.splitlines()
    assert any(line.startswith("day ") for line in listed)
    for line in listed:
        name = line.split()[0]
        path = tmp_path / f"{name}.yaml"
        path.write_text(call("example", name).out)
    assert call("check", str(tmp_path / "day.yaml")).status == 0
    assert json.loads(call("schema").out)["type"] == "object"
    history = tmp_path / "history.csv"
    history.write_text("timestamp,calls\n2026-03-30 09:00:00,40\n2026-03-30 09:30:00,60\n")
    made = call("example", "--history", str(history), "--date", "2026-03-30", "--scale", "0.5")
    assert "20, 30" in made.out
    assert call("example", "--history", str(history)).status == 2


BAD = [
    (("run", "nowhere.yaml"), "there is no file nowhere.yaml"),
    (("frobnicate",), "there is no command frobnicate"),
    (("run", "PLAN", "--html", "/nowhere/at/all.html"), "there is no folder"),
    (("run", "PLAN", "--json", "-", "--csv", "-"), "only one result can go to standard output"),
    (("run", "PLAN", "--measures", "servicelevel"), "did you mean service_level?"),
    (("run", "PLAN", "--call-type", "sale"), "did you mean sales?"),
    (("run", "PLAN", "--records", "a.txt"), ".npz or .csv"),
    (("run", "PLAN", "--precision", "2"), "--precision"),
    (("run", "PLAN", "--workers", "0"), "--workers"),
    (("run", "PLAN", "-n", "0"), "--replications"),
    (("run", "PLAN", "--seed", "-1"), "--seed"),
    (("run", "PLAN", "--by", "type", "--call-type", "calls"), "--by type several: give one"),
    (("run", "PLAN", "--by", "type", "--no-interval-table"), "that --by type is about: give"),
    (("run", "PLAN", "--by", "day"), "the plan is of one day"),
    (("run", "PLAN", "--json", "a", "--csv", "./a"), "--json and --csv would write the same file"),
    (("run", "PLAN", "--csv", "a.csv", "--records", "a.csv"), "--csv and --records would write"),
    (("staff", "PLAN", "--json", "-", "--csv", "-"), "only one result can go to standard output"),
    (("compare", "PLAN", "--policy", "longest-wait", "--at-most", "9"), "belongs to --precision"),
    (("run", "PLAN", "--at-most", "9"), "--at-most belongs to --precision"),
    (("run", "PLAN", "--precision", "1%", "--at-most", "0"), "--at-most"),
    (("sweep", "PLAN", "--set", "volume=+1 %", "--at-most", "9"), "belongs to --precision"),
    (("run", "PLAN", "--colour"), "No such option"),
    (("compare", "PLAN"), "give another plan, or a --policy"),
    (("compare", "PLAN", "--policy", "longest"), "no routing rule is called longest"),
    (("sweep", "PLAN", "--set", "groups.frnt.agents=1:3"), "front"),
    (("sweep", "PLAN", "--set", "agents"), "write what to vary and its values"),
    (("erlang", "--calls", "10", "--aht", "4 x"), "got 4 x"),
    (("erlang", "--calls", "10", "--aht", "240", "--service-level", "0.8"), "80/20"),
    (("example", "nothing"), "no example is called nothing"),
]


@pytest.mark.parametrize(("arguments", "wanted"), BAD, ids=[" ".join(one) for one, _ in BAD])
def test_a_mistake_is_one_line_and_status_2(call, plan, arguments, wanted) -> None:
    done = call(*(plan if one == "PLAN" else one for one in arguments))
    assert done.status == 2
    assert done.out == ""
    assert done.err.startswith("python -m sim: ")
    assert done.err.count("\n") == 1
    assert wanted in done.err


def test_a_week_is_told_by_day_unless_half_hours_are_asked_for(call, plan) -> None:
    text = Path(plan).read_text()
    Path(plan).write_text(f"{text}\ndays: 3\n")
    done = call("run", plan, "-n", "1")
    assert "By day" in done.out
    assert "By half hour" not in done.out
    halves = call("run", plan, "-n", "1", "--interval-table").out
    assert "By half hour" in halves
    assert "By day" not in halves
    none = call("run", plan, "-n", "1", "--no-interval-table").out
    assert "By day" not in none
    one = call("run", plan, "-n", "1", "--call-type", "sales").out
    assert "By day: sales" in one


def test_several_mistakes_are_counted_and_listed(call, tmp_path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(PLAN.replace("agents: 2", "agents: -2").replace("opens:", "openns:"))
    done = call("run", str(path))
    assert done.status == 2
    first, *more = done.err.splitlines()
    assert re.fullmatch(rf"python -m sim: {re.escape(str(path))}: {len(more)} problems", first)
    assert len(more) == 2
    assert any("did you mean opens?" in line for line in more)


def test_a_fault_of_our_own_is_one_line_too(call, plan, monkeypatch) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("sim.experiment.run", broken)
    done = call("run", plan)
    assert done.status == 1
    assert done.err.count("\n") == 1
    assert "a fault of the simulator itself: ZeroDivisionError: oh" in done.err


def test_a_plan_comes_from_standard_input(call, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PLAN))
    assert call("check", "-").out.startswith("two hours is fine: ")


def test_stopping_says_what_is_kept(call, plan, tmp_path, monkeypatch) -> None:
    def stopped(*_arguments: object, progress: object, **_options: object) -> None:
        progress(3, 20, 1.0)
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.experiment.run", stopped)
    folder = str(tmp_path / "kept")
    done = call("run", plan, "--folder", folder)
    assert done.status == 130
    assert f"stopped after 3 of 20 replications; what is done is kept in {folder}" in done.err
    assert "with --folder what is done is kept" in call("run", plan).err


@pytest.mark.parametrize(("days", "told"), [(1, "on 1 day only"), (3, "±? where so few tell")])
def test_what_is_stopped_after_few_days_says_so(call, plan, monkeypatch, days, told) -> None:
    def control_c(_self: object, done: int, *_more: object) -> None:
        if done == days:
            raise KeyboardInterrupt

    monkeypatch.setattr("sim.commands.progress.Done.__call__", control_c)
    done = call("run", plan, "--workers", "1")
    assert done.status == 130
    assert f"Stopped early, after {days} of 6 replications." in done.out
    assert told in done.out


def test_every_command_helps_with_examples() -> None:
    context = cli.make_context("python -m sim", ["run"], resilient_parsing=True)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        text = command.get_help(cli.make_context(name, [name], resilient_parsing=True))
        assert "python -m sim" in text, name
        assert "Example" in text, name
