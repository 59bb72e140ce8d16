"""Every option arrives where it works: what each command asks the experiment, and shows of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from click.testing import Result as Called
from rich.console import Console

from sim.commands import cli, compare, progress, sweep
from sim.errors import PlanError, RunError
from sim.parameters import Rule
from sim.plan_file import loads
from sim.report import files
from sim.results import Result
from tests.sim.test_report_round_trip import PLAN


class Asked(Exception):
    """Instead of running."""


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN)
    return str(path)


def call(*arguments: str) -> Called:
    return CliRunner().invoke(cli, arguments, prog_name="sim")


def asked(*arguments: str) -> Any:
    """What ``Asked`` was raised with."""
    found = call(*arguments).exception
    assert isinstance(found, Asked), found
    return found.args[0]


def asks(what: Callable[..., Any]) -> Callable[..., Any]:
    def instead(*arguments: Any, **options: Any) -> None:
        raise Asked(what(*arguments, **options))

    return instead


HOW = (
    *("--seed", "9", "--precision", "0.02", "-n", "7", "--at-most", "55"),
    *("--workers", "3", "--folder", "kept"),
)
ASKED = {"replications": 7, "precision": 0.02, "workers": 3, "folder": "kept", "partial": True}


def test_run_asks_for_what_its_options_say(plan, monkeypatch) -> None:
    monkeypatch.setattr("sim.experiment.run", asks(lambda plan, **options: (plan, options)))
    found, options = asked("run", plan, *HOW)
    assert isinstance(options.pop("progress"), progress.Done)
    assert (found.seed, found.experiment.at_most) == (9, 55)
    assert options == ASKED
    found, options = asked("run", plan)
    assert found == loads(PLAN)
    assert options["workers"] == 1, "so little is done before processes have started"
    assert options["replications"] is None


def test_sweep_asks_for_what_its_options_say(plan, monkeypatch) -> None:
    monkeypatch.setattr(sweep, "sweep", asks(lambda plan, axes, **options: (plan, axes, options)))
    found, axes, options = asked("sweep", plan, "--set", "groups.front.agents=2,3", *HOW)
    assert isinstance(options.pop("progress"), progress.Done)
    assert (found.seed, found.experiment.at_most) == (9, 55)
    assert [(axis.path, axis.values) for axis in axes] == [("groups.front.agents", (2, 3))]
    assert options == ASKED


class Workers:
    """A pool that counts them."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __enter__(self) -> int:
        return self.count

    def __exit__(self, *_problem: object) -> None:
        pass


def test_compare_asks_for_what_its_options_say(plan, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(compare, "Pool", Workers)
    monkeypatch.setattr(compare, "run", asks(lambda plan, **options: (plan, options)))
    options = ("--policy", "longest-wait", "--seed", "9", "-n", "7", "--workers", "3")
    found, options = asked("compare", plan, *options, "--folder", "kept")
    assert isinstance(options.pop("progress"), progress.Done)
    assert found.seed == 9
    assert options == {
        "replications": 7,
        "executor": 3,
        "folder": str(Path("kept", "1")),
        "partial": True,
    }


def test_compare_goes_on_only_until_its_limit(plan, monkeypatch) -> None:
    counts: list[int] = []
    real: Callable[..., Result] = compare.run

    def counted(plan: Any, replications: int, **options: Any) -> Result:
        counts.append(replications)
        return real(plan, replications=replications, **options)

    monkeypatch.setattr(compare, "run", counted)
    done = call("compare", plan, "--policy", "random-agent", "-n", "2", "--workers", "1",
                "--precision", "0.0001", "--at-most", "4", "--json", "-")  # fmt: skip
    assert done.exit_code == 0
    assert max(counts) == json.loads(done.stdout)["replications"] == 4


def test_a_limit_on_the_command_line_goes_before_the_plans(tmp_path) -> None:
    path = tmp_path / "plan.yaml"
    own = "experiment: {replications: 5, precision: 0.0001, at_most: 6}"
    path.write_text(f"{PLAN}{own}\n")
    for options, count in (((), 6), (("--at-most", "7"), 7), (("--at-most", "1"), 5)):
        done = call("run", str(path), *options, "--workers", "1", "--json", "-")
        assert json.loads(done.stdout)["replications"] == count
    refused = call("run", str(path), "-n", "6", "--at-most", "7")
    assert "--at-most belongs to --precision" in refused.output


def test_a_policy_keeps_the_options_that_the_plan_gives_its_rules(tmp_path, monkeypatch) -> None:
    path = tmp_path / "plan.yaml"
    own = "tests.sim.own_rules.After"
    options = {"call_type": "calls", "seconds": 45}
    path.write_text(f"{PLAN}routing: [{{rule: {own}, options: {json.dumps(options)}}}]\n")
    monkeypatch.setattr(
        compare, "Compared", asks(lambda results, *_more: [one.plan for one in results])
    )
    _base, other = asked("compare", str(path), "--policy", f"{own}, longest-idle", "-n", "2",
                         "--workers", "1")  # fmt: skip
    assert other.routing == (Rule(own, options), Rule("longest-idle"))


def test_what_differs_is_told_from_the_base_to_the_other_plan(plan, tmp_path) -> None:
    other = tmp_path / "more.yaml"
    other.write_text(PLAN.replace("agents: 3", "agents: 4").replace("two hours", "more"))
    done = call("compare", plan, str(other), "-n", "2", "--workers", "1", "--json", "-")
    base, more = json.loads(done.stdout)["plans"]
    assert base["changes"] == []
    assert more["changes"] == ["groups[back].agents: 3 -> 4"]


@pytest.mark.parametrize("command", ["run", "sweep", "compare"])
def test_every_command_looks_a_plan_over_first(command: str, tmp_path) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(PLAN.replace("skills: [sales]", "skills: [calls]"))
    more = {
        "run": (),
        "sweep": ("--set", "volume=+0 %,+5 %"),
        "compare": ("--policy", "longest-wait"),
    }[command]
    done = call(command, str(path), *more, "-n", "2", "--workers", "1", "--json", "-")
    assert done.exit_code == 0
    assert "warning: " in done.stderr
    assert "sales" in done.stderr


def test_faults_stop_a_run_before_it_begins(plan, monkeypatch) -> None:
    monkeypatch.setattr("sim.check.errors", lambda _plan: ["nobody can be asked for calls"])
    monkeypatch.setattr("sim.experiment.run", asks(lambda *_arguments, **_options: "ran"))
    problem = call("run", plan).exception
    assert isinstance(problem, PlanError)
    assert list(problem.problems) == ["nobody can be asked for calls"]
    looked_over = call("check", plan)  # says it itself, and goes on with the next file
    assert looked_over.exit_code == 2
    assert "nobody can be asked for calls" in looked_over.stderr


def test_the_half_hours_are_shown_or_left_out(tmp_path, plan) -> None:
    week = tmp_path / "week.yaml"
    week.write_text(PLAN + "days: 3\n")
    quick = ("-n", "1", "--workers", "1")
    assert "By half hour" in call("run", plan, *quick).output
    assert "By half hour" not in call("run", plan, *quick, "--no-interval-table").output
    assert "By half hour" not in call("run", str(week), *quick).output
    assert "day 3 10:30" in call("run", str(week), *quick, "--interval-table").output


def test_measures_are_those_of_the_files_too(plan) -> None:
    asked_for = ("run", plan, "-n", "1", "--workers", "1", "--measures", "asa,occupancy")
    rows = list(csv.DictReader(io.StringIO(call(*asked_for, "--csv", "-").stdout)))
    assert {row["measure"] for row in rows} == {"asa", "occupancy"}
    data = json.loads(call(*asked_for, "--json", "-").stdout)
    assert {row["measure"] for row in data["figures"]} == {"asa", "occupancy"}


def test_progress_is_shown_where_somebody_watches(monkeypatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    seen = Terminal()
    monkeypatch.setattr("sys.stderr", seen)
    monkeypatch.setattr(
        "rich.console.Console",
        lambda stderr: Console(file=seen, force_terminal=True, width=80, color_system=None),
    )
    with progress.shown("a day") as done:
        done(3, 12, 247.0)
        assert (done.done, done.wanted) == (3, 12)
    told = seen.getvalue()
    assert "a day" in told
    assert "3/12" in told.replace(" ", "")
    assert "4:07 left" in told


def erlang(*more: str) -> Any:
    done = call("erlang", "--calls", "100", "--aht", "4:00", *more, "--json", "-")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_options_of_erlang_change_its_answer() -> None:
    usual = erlang()
    assert (usual["agents"], usual["target"], usual["within_seconds"]) == (10, 0.8, 20)
    assert erlang("--per", "30min")["load_erlangs"] == 2 * usual["load_erlangs"]
    assert erlang("--per", "15min")["load_erlangs"] == 4 * usual["load_erlangs"]
    assert erlang("--within", "2:00")["agents"] < 10
    assert erlang("--within", "2:00")["within_seconds"] == 120
    assert erlang("--service-level", "95/10")["agents"] > 10
    assert erlang("--max-occupancy", "0.5")["agents"] == 14
    assert erlang("--patience", "60", "--service-level", "50/20")["agents"] < 10
    few = erlang("--patience", "60", "--service-level", "50/20", "--max-abandonment", "1%")
    assert few["queue"]["p_abandon"] <= 0.01
    assert erlang("--shrinkage", "0.5")["scheduled"] == 20
    assert erlang("--agents", "12")["queue"]["service_level"] > 0.9


def test_options_of_a_history_are_read(tmp_path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("when,how many\n2026-03-31 09:00,310\n2026-03-31 09:30,420\n")
    done = call("example", "--history", str(path), "--date", "2026-03-31", "--scale", "0.1",
                "--time-column", "when", "--count-column", "how many")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert loads(done.output).call_types[0].arrivals.per_interval == (31, 42)


def test_a_file_that_may_not_be_written_is_refused_before_the_run(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("os.access", lambda *_path: False)
    with pytest.raises(RunError, match=f"no permission for {tmp_path}"):
        files.check_target(str(tmp_path / "report.html"))


def test_results_are_written_to_the_files_that_are_there(tmp_path, plan) -> None:
    """An old file is replaced at once, so who has it open still reads the old one."""
    path = tmp_path / "out.csv"
    path.write_text("old")
    with path.open() as old:
        assert call("run", plan, "-n", "1", "--workers", "1", "--csv", str(path)).exit_code == 0
        assert old.read() == "old"
    assert path.read_text().startswith("measure,interval")
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_needed_agents_have_all_their_columns(plan) -> None:
    done = call("staff", plan, "--csv", "-")
    assert done.stdout.splitlines()[0].split(",") == [
        "day", "interval", "call_type", "contacts", "erlangs", "needed",
        "on_duty", "missing", "to_schedule", "scheduled", "to_add",
    ]  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    data = json.loads(call("staff", plan, "--json", "-").stdout)["rows"]
    assert len(rows) == len(data) == 4 * 3
    for row, same in zip(rows, data, strict=True):
        assert {key: "" if one is None else str(one) for key, one in same.items()} == row
