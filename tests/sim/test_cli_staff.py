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


def test_csv_and_json_say_the_same(capsysbinary, day) -> None:
    _, out, _ = said(capsysbinary, day, "--csv", "-")
    rows = list(csv.DictReader(io.StringIO(out)))
    data = json.loads(said(capsysbinary, day, "--json", "-")[1])
    assert [row["needed"] for row in rows] == [str(row["needed"]) for row in data["rows"]]
    total = [row for row in data["rows"] if row["call_type"] is None]
    assert len(total) == 24
    assert {row["interval"] for row in total} == {row["interval"] for row in rows}


def test_a_target_of_ones_own(capsysbinary, day) -> None:
    def needed(*options: str) -> int:
        rows = json.loads(said(capsysbinary, day, *options, "--json", "-")[1])["rows"]
        return sum(row["needed"] for row in rows if row["call_type"] is None)

    assert needed("--service-level", "95/10") > needed() > needed("--service-level", "50/60")
    status, _, err = said(capsysbinary, day, "--service-level", "0/20")
    assert status == 2
    assert "80/20" in err
