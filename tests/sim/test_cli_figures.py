"""Figures given as options: shares, service levels and handle times, and how they are mistaken."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.commands import cli
from sim.plan_file import loads


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, prog_name="sim")


def erlang(*more: str) -> Result:
    return call("erlang", "--calls", "100", *more)


def test_a_share_is_a_figure_or_per_cent() -> None:
    figure = erlang("--aht", "4:30", "--shrinkage", "0.3", "--max-occupancy", "0.6")
    percent = erlang("--aht", "4:30", "--shrinkage", "30 %", "--max-occupancy", "60%")
    assert figure.exit_code == percent.exit_code == 0
    assert figure.output == percent.output
    assert "scheduled with 30 % shrinkage" in " ".join(figure.output.split())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--shrinkage", "30"), "is a share from 0 to 1: write 0.3 or 30%, got 30"),
        (("--shrinkage", "a third"), "write a share as 0.3 or 30%, got a third"),
        (("--shrinkage", "1"), "must be from 0 to 0.95, got 1"),
        (("--shrinkage", "nan"), "must be from 0 to 0.95, got nan"),
        (("--max-occupancy", "0"), "must be from more than 0 to 1, got 0"),
        (("--max-abandonment", "5"), "write 0.05 or 5%, got 5"),
        (("--service-level", "0.8/20"), "is in per cent here: write 80/20, got 0.8/20"),
        (("--aht", "-5"), "must be a number of seconds above 0, got -5"),
        (("--aht", "inf"), "must be a number of seconds above 0, got inf"),
        (("--patience", "0"), "must be a number of seconds above 0, got 0"),
        (("--within", "-1"), "must be a number of seconds from 0 on, got -1"),
        (("--within", "nan"), "must be a number of seconds from 0 on, got nan"),
        (("--calls", "nan"), "must be a number, got nan"),
        (
            ("--service-level", "80/20", "--within", "30"),
            "says 20 seconds, --within 30",
        ),
        (("--agents", "12", "--shrinkage", "0.3"), "--shrinkage ask for the fewest agents"),
        (
            ("--agents", "12", "--max-occupancy", "0.9", "--max-abandonment", "0.1"),
            "--max-occupancy and --max-abandonment ask for the fewest agents",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(options: tuple[str, ...], said: str) -> None:
    done = erlang("--aht", "4:30", *options)
    assert done.exit_code == 2
    assert said in " ".join(done.output.replace("│", " ").split())


def test_a_target_and_the_same_seconds_once_more_are_no_contradiction() -> None:
    once = erlang("--aht", "4:30", "--service-level", "80/30")
    twice = erlang("--aht", "4:30", "--service-level", "80/30", "--within", "30")
    assert once.exit_code == twice.exit_code == 0
    assert once.output == twice.output


def test_minutes_taken_for_seconds_are_told() -> None:
    done = erlang("--aht", "4.5", "--agents", "3")
    assert done.exit_code == 0
    assert "warning: a handle time of 4.5 seconds; for minutes write --aht 4.5min" in done.output
    assert "warning" not in erlang("--aht", "4.5min", "--agents", "9").output
    done = erlang("--aht", "5:00", "--patience", "3")
    assert "warning: a patience of 3 seconds; for minutes write --patience 3min" in done.output
    done = erlang("--aht", "4:00:00", "--agents", "3000")
    assert "hours:minutes:seconds); for 4 minutes write --aht 4:00\n" in done.output


def test_a_plan_of_a_history_with_figures_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("timestamp;calls\n31.03.2026 09:00;310\n31.03.2026 09:30;420\n")
    history = ("example", "--history", str(path), "--date", "2026-03-31")
    usual = loads(call(*history).output)
    done = call(
        *history,
        *("--aht", "5:00", "--patience", "2 min", "--service-level", "90/10"),
        *("--shrinkage", "25%", "--max-occupancy", "0.8"),
    )
    assert done.exit_code == 0
    found = loads(done.output)
    assert found.call_types[0].service.mean == pytest.approx(300)
    assert (found.target.share, found.target.within) == (0.9, 10)
    assert (usual.groups[0].on_phone, found.groups[0].on_phone) == (1, 0.75)
    assert isinstance(found.groups[0].agents, tuple)
    assert isinstance(usual.groups[0].agents, tuple)
    assert sum(found.groups[0].agents) > 1.4 * sum(usual.groups[0].agents)


def test_options_of_a_history_want_one() -> None:
    done = call("example", "--aht", "300")
    assert done.exit_code == 2
    assert "--aht belongs to --history FILE" in done.output
    for option in (("--date", "2026-03-31"), ("--scale", "2"), ("--time-column", "when")):
        done = call("example", *option)
        assert done.exit_code == 2
        assert f"{option[0]} belongs to --history FILE" in done.output
    for given in (
        ("day", "--list"),
        ("day", "--history", "calls.csv"),
        ("--list", "--history", "x"),
    ):
        done = call("example", *given)
        assert done.exit_code == 2
        assert "give either " in done.output
