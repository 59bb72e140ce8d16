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
    for figure in (found.total[4], found.scheduled[4], *found.needed[:, 4]):
        assert f" {figure} " in bad
    assert max(map(len, out.splitlines())) <= 80
    assert "30 % shrinkage" in out


def test_names_that_have_no_room_leave_the_table_whole(capsysbinary, tmp_path, monkeypatch) -> None:
    long = tmp_path / "long.yaml"
    text = plan_file.example("day").replace("name: mail", "name: letters and all the rest")
    long.write_text(text.replace("call_type: mail", "call_type: letters and all the rest"))
    monkeypatch.setenv("COLUMNS", "80")
    _, out, err = said(capsysbinary, str(long), "--shrinkage", "0.3")
    assert not err
    assert "…" not in out
    assert "letters and all" not in out
    assert "make the window wider" in out
    monkeypatch.setenv("COLUMNS", "120")
    assert "letters and all the rest" in said(capsysbinary, str(long), "--shrinkage", "0.3")[1]


def test_agents_of_other_skills_do_not_make_up_for_those_who_are_missing(
    capsysbinary, tmp_path
) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "base: specialists\ngroups: [{name: Phones, agents: 1}, {name: Internet, agents: 90}]\n"
    )
    assert said(capsysbinary, str(plan))[1].startswith("Too few agents in 16 intervals of 16")


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
    assert "Sched." in out
    assert "needed with 20 % shrinkage (the plan's own) on top" in " ".join(out.split())
    out = said(capsysbinary, str(plan), "--shrinkage", "0.3")[1]
    assert "needed with 30 % shrinkage on top" in " ".join(out.split())
    assert "Sched." not in said(capsysbinary, str(plan), "--shrinkage", "0")[1]


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
