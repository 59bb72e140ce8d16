"""Arrivals out of CSV files of what really came."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.erlang import staff
from sim.errors import PlanError
from sim.parameters import EvenArrivals, OffPhone, PoissonArrivals, RecordedArrivals
from sim.plan_file import loads, plan_from_history
from tests.sim.test_plan_file import faults

DAY = [40, 60, 90, 80, 50]


def written(folder: Path, minutes: int = 30, day: list[int] | None = None) -> Path:
    rows = ["timestamp,calls", "2026-03-01 09:00:00,1", "2026-03-01 09:30:00,2"]
    for i, count in enumerate(DAY if day is None else day):
        at = 9 * 60 + i * minutes
        rows.append(f"2026-03-02 {at // 60:02d}:{at % 60:02d}:00,{count}")
    path = folder / "calls.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def plan(source: str, pattern: str = "poisson") -> str:
    return (
        'opens: "09:00"\ncloses: "11:30"\ncall_types:\n  - name: calls\n'
        f"    arrivals: {{pattern: {pattern}, from: {{{source}}}}}\n"
        "    service: {talk: 200}\ngroups: [{name: a, skills: [calls], agents: 9}]\n"
    )


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_counts_of_a_day(tmp_path: Path, minutes: int) -> None:
    written(tmp_path, minutes)
    found = loads(plan("file: calls.csv, date: 2026-03-02, scale: 0.1"), folder=tmp_path)
    assert found.call_types[0].arrivals == PoissonArrivals(
        (4.0, 6.0, 9.0, 8.0, 5.0), interval=minutes * 60, start=9 * 3600.0
    )


def test_even_arrivals_take_whole_counts(tmp_path: Path) -> None:
    written(tmp_path)
    found = loads(plan("file: calls.csv, date: 2026-03-02, scale: 0.1", "even"), folder=tmp_path)
    arrivals = found.call_types[0].arrivals
    assert isinstance(arrivals, EvenArrivals)
    assert arrivals.per_interval == (4, 6, 9, 8, 5)


def test_single_times_of_a_day_with_columns_of_other_names(tmp_path: Path) -> None:
    (tmp_path / "times.csv").write_text(
        "agent,came\n7,2026-03-02T09:00:30\n8,2026-03-02 09:00:10.5\n9,2026-03-03 10:00\n"
    )
    text = plan("file: times.csv, date: 2026-03-02, time_column: came", "recorded")
    found = loads(text, folder=tmp_path)
    assert found.call_types[0].arrivals == RecordedArrivals((32410.5, 32430.0))


def test_a_mix_takes_counts_too(tmp_path: Path) -> None:
    written(tmp_path)
    text = plan("file: calls.csv, date: 2026-03-02").replace("    arrivals:", "    # arrivals:")
    mix = "mix: {arrivals: {pattern: poisson, from: {file: calls.csv, date: 2026-03-02}}, "
    found = loads(mix + "shares: {calls: 1}}\n" + text, folder=tmp_path)
    assert found.mix is not None
    assert isinstance(found.mix.arrivals, PoissonArrivals)
    assert found.mix.arrivals.per_interval == tuple(DAY)


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        (("2026-03-02 09:30:00,60\n", ""), "line 5: a hole from 09:30 to 10:00: add the missing"),
        (("03-02 09:30:00,60", "03-02 09:00:00,60"), "line 5: 09:00 is there twice: add the two"),
        (
            ("03-02 09:30:00,60", "03-02 09:40:00,60"),
            "line 5: the interval at 09:40 begins 40 minutes after",
        ),
        ((",60", ",-60"), 'line 5: calls must be a number from 0 to 10,000,000, got "-60"'),
        ((",60", ",nan"), 'line 5: calls must be a number from 0 to 10,000,000, got "nan"'),
        ((",60", ",1e9"), 'line 5: calls must be a number from 0 to 10,000,000, got "1e9"'),
        ((",60", ",many"), 'line 5: calls must be a number from 0 to 10,000,000, got "many"'),
        ((",60", ""), "line 5: has too few columns, got 1"),
        (("2026-03-02 09:30", "3/2/2026 09:30"), "line 5: timestamp must be like 2026-03-31 09:30"),
        ((",60", ",1.609"), "line 5: calls is 1.609: if these are thousands, write the figure"),
        ((",60", ',"1,609"'), "line 5: calls is 1,609: if these are thousands, write the figure"),
        ((",60", ",1 609"), "line 5: calls is 1 609: if these are thousands, write the figure"),
        (
            ("calls\n", "callz\n"),
            "line 1: there is no column calls in the header (timestamp, callz)",
        ),
        (("timestamp,calls", "timestamp calls"), "are there commas between them? (time_column"),
        (("timestamp,", "when,"), "says which to use; on the command line --time-column)"),
        (("2026-03-02", "2026-03-04"), "no rows for 2026-03-02: it has 2 days from 2026-03-01 to"),
    ],
)
def test_what_is_wrong_with_a_history(tmp_path: Path, edit: tuple[str, str], fault: str) -> None:
    path = written(tmp_path)
    text = path.read_text()
    assert edit[0] in text
    path.write_text(text.replace(*edit))
    found = faults(plan("file: calls.csv, date: 2026-03-02"), tmp_path)
    assert found[0].startswith("line 5: call_types[calls].arrivals.from: calls.csv")
    assert fault in found[0]


def test_a_file_as_excel_writes_it_elsewhere(tmp_path: Path) -> None:
    path = written(tmp_path)
    usual = loads(plan("file: calls.csv, date: 2026-03-02"), folder=tmp_path)
    rows = [line.split(",") for line in path.read_text().splitlines()]
    for separator in ";\t":
        lines = ["timestamp" + separator + "calls"]
        for at, count in rows[1:]:
            date, time = at.split(" ")
            year, month, day = date.split("-")
            lines.append(f"{int(day)}.{month}.{year} {time[:5].lstrip('0')}{separator}{count},0")
        path.write_text("\ufeff" + "\r\n".join(lines), encoding="utf-8")
        found = loads(plan("file: calls.csv, date: 2026-03-02"), folder=tmp_path)
        assert found.call_types == usual.call_types


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8"])
def test_a_file_in_any_of_excels_encodings(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path)
    text = path.read_text().replace("timestamp,calls", "timestamp,Anrufe für uns")
    path.write_bytes(text.encode(encoding))
    source = "file: calls.csv, date: 2026-03-02, count_column: Anrufe für uns"
    arrivals = loads(plan(source), folder=tmp_path).call_types[0].arrivals
    assert isinstance(arrivals, PoissonArrivals)
    assert arrivals.per_interval == tuple(DAY)


@pytest.mark.parametrize("head", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_workbook_is_named_as_such(tmp_path: Path, head: bytes) -> None:
    (tmp_path / "calls.csv").write_bytes(head + b"\x00\x81")
    assert faults(plan("file: calls.csv, date: 2026-03-02"), tmp_path) == [
        "line 5: call_types[calls].arrivals.from: calls.csv: is a workbook and not a CSV file: in "
        "Excel choose File, Save As, CSV UTF-8"
    ]


def two_types(source: str) -> str:
    second = (
        "  - name: sales\n"
        f"    arrivals: {{pattern: poisson, from: {{{source}}}}}\n"
        "    service: {talk: 200}\n"
    )
    return plan(source).replace(
        "groups: [{name: a, skills: [calls]", second + "groups: [{name: a, skills: [calls, sales]"
    )


def test_what_is_wrong_with_a_file_is_told_once(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text().replace("2026-03-02", "3/2/2026"))
    assert faults(two_types("file: calls.csv, date: 2026-03-02"), tmp_path) == [
        "line 5: call_types[calls].arrivals.from: calls.csv line 4: timestamp must be like "
        '2026-03-31 09:30:00 or 31.03.2026 09:30, got "3/2/2026 09:00:00": which is the day and '
        "which the month nobody can tell (in Excel choose Format Cells, Custom, yyyy-mm-dd hh:mm) "
        "(and 4 more like it)"
    ]


def test_hours_without_rows_at_the_ends_of_the_day_are_told(tmp_path: Path) -> None:
    path = written(tmp_path)
    text = two_types("file: calls.csv, date: 2026-03-02")

    def doubts() -> list[str]:
        found: list[str] = []
        loads(text, folder=tmp_path, doubts=found)
        return found

    assert doubts() == []
    path.write_text(path.read_text().replace("2026-03-02 09:00:00,40\n", ""))
    said = "call_types[calls].arrivals.from: calls.csv has no rows from 09:00 to 09:30"
    assert doubts() == [
        f"line 5: {said} on that day, so nothing comes then: add them, with 0 where nothing came"
    ]
    path.write_text(path.read_text().replace("2026-03-02 11:00:00,50\n", ""))
    assert f"{said} and from 11:00 to 11:30 on that day" in doubts()[0]
    mails = text.replace("    service", "    channel: email\n    service")
    found: list[str] = []
    loads(mails, folder=tmp_path, doubts=found)
    assert found == []


def test_three_decimals_among_others_are_a_forecast(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text().replace(",60", ",1.625").replace(",90", ",2.5"))
    found = loads(plan("file: calls.csv, date: 2026-03-02"), folder=tmp_path)
    arrivals = found.call_types[0].arrivals
    assert isinstance(arrivals, PoissonArrivals)
    assert arrivals.per_interval[1:3] == (1.625, 2.5)


def test_odd_intervals_files_and_days(tmp_path: Path) -> None:
    written(tmp_path, minutes=20)
    source = "file: calls.csv, date: 2026-03-02"
    assert "must be 15, 30 or 60 minutes long, most are 20" in faults(plan(source), tmp_path)[0]
    written(tmp_path, day=[5])
    assert "at least two intervals, got 1" in faults(plan(source), tmp_path)[0]
    (tmp_path / "calls.csv").write_bytes(b"\xff\xfe\x00")
    assert "is not a text" in faults(plan(source), tmp_path)[0]
    (tmp_path / "calls.csv").write_text("")
    assert "calls.csv: is empty" in faults(plan(source), tmp_path)[0]
    (tmp_path / "calls.csv").write_text("timestamp,calls\n")
    assert "has a header but no rows" in faults(plan(source), tmp_path)[0]
    (tmp_path / "calls.csv").unlink()
    assert "there is no file" in faults(plan(source), tmp_path)[0]


def test_what_is_wrong_with_the_source_itself(tmp_path: Path) -> None:
    written(tmp_path)
    assert faults(plan("fil: calls.csv, date: tomorrow"), tmp_path) == [
        "line 5: call_types[calls].arrivals.from: file is missing",
        "line 5: call_types[calls].arrivals.from.date: must be a date like 2026-03-31, "
        'got "tomorrow"',
        "line 5: call_types[calls].arrivals.from.fil: unknown key: did you mean file?",
    ]
    source = "file: calls.csv, date: 2026-03-02"
    assert "goes with the pattern" in faults(plan(source, "constant"), tmp_path)[0]
    assert "scale goes with counts" in faults(plan(source + ", scale: 2", "recorded"), tmp_path)[0]
    assert "a plan that is not a file cannot name other files" in faults(plan(source))[0]
    both = plan(source).replace("from:", "per_interval: [1], from:")
    assert "the file says per_interval already" in faults(both, tmp_path)[0]


def test_a_whole_plan_out_of_a_history(tmp_path: Path) -> None:
    path = written(tmp_path, day=[0, 400, 900, 800, 500])
    text = plan_from_history(path, "2026-03-02", scale=0.5)
    found = loads(text)
    assert found.date is not None
    assert (found.date.isoformat(), found.opens, found.closes) == ("2026-03-02", 32400, 41400)
    arrivals, agents = found.call_types[0].arrivals, found.groups[0].agents
    assert isinstance(arrivals, PoissonArrivals)
    assert arrivals.per_interval == (0, 200, 450, 400, 250)
    assert isinstance(agents, tuple)
    # 450 calls of 270 s in half an hour are 67.5 erlangs: 80/20 with patience takes about as many.
    assert agents[0] == 0
    assert 62 <= agents[2] <= 72
    assert "# 80 % answered within 20 seconds" in text


def test_a_whole_plan_with_figures_of_ones_own(tmp_path: Path) -> None:
    path = written(tmp_path, day=[400, 400])
    text = plan_from_history(
        path,
        "2026-03-02",
        aht=360,
        patience=90,
        service_level=(0.9, 10),
        shrinkage=0.25,
        max_occupancy=0.8,
    )
    found = loads(text)
    assert found.call_types[0].service.mean == pytest.approx(360)
    assert found.call_types[0].patience is not None
    assert found.call_types[0].patience.time.mean == 90
    assert (found.target.share, found.target.within) == (0.9, 10)
    assert found.groups[0].off_phone == OffPhone(0.25, 1800.0)
    assert found.groups[0].shrinkage == 0
    needed = staff(
        400 / 1800, 360, service_level=0.9, threshold=10, patience=90, max_occupancy=0.8
    ).servers
    assert found.groups[0].agents == (-(-needed // 0.75),) * 2
    assert "at most 80 % occupancy" in text


def test_a_history_that_will_not_do(tmp_path: Path) -> None:
    path = written(tmp_path)
    with pytest.raises(PlanError, match="no rows for 2026-04-01"):
        plan_from_history(path, "2026-04-01")
    with pytest.raises(PlanError, match="date must be like 2026-03-31, got"):
        plan_from_history(path, "yesterday")
    with pytest.raises(PlanError, match="scale must be more than 0"):
        plan_from_history(path, "2026-03-02", scale=-1)
