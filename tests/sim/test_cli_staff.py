"""``python -m sim staff``: what each half hour needs, in a terminal, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json

import pytest

from sim import plan_file
from sim.commands import main
from sim.staffing import requirement


def said(capsysbinary: pytest.CaptureFixture[bytes], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(["staff", *arguments])
    out, err = (one.decode() for one in capsysbinary.readouterr())
    return int(end.value.code or 0), out, err


@pytest.fixture
def day(tmp_path):
    path = tmp_path / "day.yaml"
    path.write_text(plan_file.example("day"))
    return str(path)


def test_the_table_shows_where_agents_are_missing(capsysbinary, day, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    status, out, _ = said(capsysbinary, day, "--shrinkage", "0.3")
    assert status == 0
    assert "most at 10:00" in out.splitlines()[0]
    (bad,) = [line for line in out.splitlines() if "▼ 10:00" in line]
    found = requirement(plan_file.loads(plan_file.example("day")), shrinkage=0.3)
    for figure in (*found.needed[:, 4], found.total[4], found.to_schedule[0, 4]):
        assert f" {figure:.0f} " in bad
    assert bad.split()[-5:] == ["23.1", "15.9", "56", "33.0", "23.0"]
    assert max(map(len, out.splitlines())) <= 80
    assert "--shrinkage 30 % leaves" in " ".join(out.split())


def test_what_each_call_type_needs_is_there_in_any_width(
    capsysbinary, tmp_path, monkeypatch
) -> None:
    long = tmp_path / "long.yaml"
    text = plan_file.example("day").replace("name: mail", "name: letters and all the rest")
    long.write_text(text.replace("call_type: mail", "call_type: letters and all the rest"))

    def shown(width: int, *more: str) -> str:
        monkeypatch.setenv("COLUMNS", str(width))
        _, out, err = said(capsysbinary, str(long), "--shrinkage", "0.3", *more)
        assert not err
        assert "…" not in out
        assert max(map(len, out.splitlines())) <= width
        return out

    wide = shown(130)
    assert "Contacts" in wide
    assert "have no room here" not in wide
    less = shown(105)
    assert "letters and all the rest" in less
    assert "Contacts  " not in less
    assert "Contacts and erlangs have no room here" in " ".join(less.split())
    # With so many columns the call types have a table of their own.
    two = shown(80)
    assert "Needed by half hour" in two
    assert "Agents by half hour" in two
    for word in ("letters and all the rest", "chat", "Contacts", "Erlangs", "Scheduled"):
        assert word in two
    narrow = shown(30)
    for word in ("letters", "rest", "chat", "Contacts", "Erlangs", "Scheduled"):
        assert word in narrow


def test_a_call_type_with_a_name_wider_than_the_window_is_there(
    capsysbinary, tmp_path, monkeypatch
) -> None:
    name = "abcdefghij" * 5
    plan = tmp_path / "plan.yaml"
    text = plan_file.example("day").replace("name: mail", f"name: {name}")
    plan.write_text(text.replace("call_type: mail", f"call_type: {name}"))
    monkeypatch.setenv("COLUMNS", "40")
    out = said(capsysbinary, str(plan))[1]
    assert "…" not in out
    heads = "".join(out.split("needed  ")[0].split())
    assert "abcdefghij" in heads
    assert max(map(len, out.splitlines())) <= 40


def test_agents_of_other_skills_do_not_make_up_for_those_who_are_missing(
    capsysbinary, tmp_path
) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "base: specialists\ngroups: [{name: Phones, agents: 1}, {name: Internet, agents: 90}]\n"
    )
    assert said(capsysbinary, str(plan))[1].startswith("Too few agents in 16 of 16 intervals")


def test_csv_and_json_say_the_same(capsysbinary, day) -> None:
    _, out, _ = said(capsysbinary, day, "--csv", "-")
    rows = list(csv.DictReader(io.StringIO(out)))
    data = json.loads(said(capsysbinary, day, "--json", "-")[1])
    assert [row["needed"] for row in rows] == [str(row["needed"]) for row in data["rows"]]
    total = [row for row in data["rows"] if row["call_type"] is None]
    assert len(total) == 24
    assert {row["interval"] for row in total} == {row["interval"] for row in rows}


def test_the_plans_own_shrinkage_is_a_column_and_said(capsysbinary, tmp_path) -> None:
    plan = tmp_path / "plan.yaml"
    text = plan_file.example("small")
    plan.write_text(text.replace("agents: 13", "agents: 13\n    shrinkage: 0.2"))
    out = said(capsysbinary, str(plan))[1]
    assert out.startswith(
        "Too few agents in 16 of 16 intervals, most at 09:00: 2.6 missing on duty,"
    )
    assert "Scheduled" in out
    assert "the plan's own shrinkage" in " ".join(out.split())
    assert "20 % are not on duty" in " ".join(out.split())
    out = said(capsysbinary, str(plan), "--shrinkage", "0.3")[1]
    assert "on duty are those whom --shrinkage 30 % leaves" in " ".join(out.split())
    out = said(capsysbinary, str(plan), "--shrinkage", "0")[1]
    assert "Scheduled" not in out
    assert "all of them are on duty (--shrinkage 0)" in " ".join(out.split())


TWO_DAYS = """
base: small
days: 2
groups:
  - name: agents
    shifts:
      - {start: "09:00", end: "17:00", agents: 20, days: [0]}
      - {start: "09:00", end: "17:00", agents: 6, days: [1]}
"""


def test_a_day_with_too_few_is_not_made_up_for_by_another(capsysbinary, tmp_path) -> None:
    plan = tmp_path / "two.yaml"
    plan.write_text(TWO_DAYS)
    out = " ".join(said(capsysbinary, str(plan))[1].split())
    assert out.startswith(
        "Too few agents in 16 of 32 intervals of 2 days, most on day 2 at 09:00: 7.0 missing"
    )
    assert "day 1 1 0 of 16 104.0 160.0" in out
    assert "▼ day 2 1 16 of 16 09:00 7.0 104.0 48.0" in out
    assert "By half hour: day 2" in out
    assert "By half hour: day 1" not in out
    assert "The half hours of the other days: --all-days, or --csv." in out
    every = said(capsysbinary, str(plan), "--all-days")[1]
    assert "By half hour: day 1" in every
    assert "By half hour: day 2" in every
    assert "--all-days" not in every
    rows = json.loads(said(capsysbinary, str(plan), "--json", "-")[1])["rows"]
    there = {(row["day"], row["on_duty"]) for row in rows if row["call_type"] is None}
    assert there == {("day 1", 20.0), ("day 2", 6.0)}
    assert len(rows) == 2 * 2 * 16


def test_days_that_are_alike_are_told_once(capsysbinary, tmp_path) -> None:
    plan = tmp_path / "week.yaml"
    week = TWO_DAYS.replace("days: 2", "days: 7\ndate: 2026-06-15").replace("[1]", "[5, 6]")
    plan.write_text(week.replace("[0]", "[0, 1, 2, 3, 4]"))
    out = said(capsysbinary, str(plan))[1]
    assert "Too few agents in 32 of 112 intervals of 7 days, most on Sat and Sun at" in out
    assert "Mon–Fri" in out
    assert "By half hour: Sat and Sun" in out
    plan.write_text("base: small\ndays: 3\n")
    out = said(capsysbinary, str(plan))[1]
    assert " ".join(out.split()).startswith(
        "The agents planned are as many as the formulas ask for in every interval of all 3 days."
    )
    assert "By half hour: every day" in out
    assert "By day" not in out
    assert "All 3 days are alike." in out


def test_an_hour_that_a_day_skips_is_not_counted(capsysbinary, tmp_path) -> None:
    plan = tmp_path / "night.yaml"
    plan.write_text(
        "base: small\nopens: '00:00'\ncloses: '05:00'\ndays: 2\ndate: 2026-03-28\n"
        "timezone: Europe/Berlin\ngroups: [{name: agents, agents: 2}]\n"
    )
    out = said(capsysbinary, str(plan), "--all-days")[1]
    assert out.startswith("Too few agents in 18 of 18 intervals of 2 days, most on Sat 28 Mar at")
    assert "–" in next(line for line in out.split("Sun 29 Mar")[-1].splitlines() if "02:00" in line)
    rows = csv.DictReader(io.StringIO(said(capsysbinary, str(plan), "--csv", "-")[1]))
    empty = {(row["day"], row["interval"]) for row in rows if not row["call_type"] + row["missing"]}
    assert empty == {("Sun 29 Mar", "02:00"), ("Sun 29 Mar", "02:30")}
    # Nor is a day that has no other hour.
    plan.write_text(plan.read_text().replace("00:00", "02:00").replace("05:00", "03:00"))
    out = said(capsysbinary, str(plan))[1]
    assert out.startswith("Too few agents in 2 of 2 intervals of 2 days, most on Sat 28 Mar at")


def test_figures_in_files_have_no_dust_of_sums(capsysbinary, tmp_path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        plan_file.example("small").replace("per_hour: 120", "per_hour: 246.00000000001")
    )
    rows = csv.DictReader(io.StringIO(said(capsysbinary, str(plan), "--csv", "-")[1]))
    assert {row["contacts"] for row in rows} == {"123.0"}


def test_a_target_of_ones_own(capsysbinary, day) -> None:
    def needed(*options: str) -> int:
        rows = json.loads(said(capsysbinary, day, *options, "--json", "-")[1])["rows"]
        return sum(row["needed"] for row in rows if row["call_type"] is None)

    assert needed("--service-level", "95/10") > needed() > needed("--service-level", "50/60")
    status, _, err = said(capsysbinary, day, "--service-level", "0/20")
    assert status == 2
    assert "80/20" in err
