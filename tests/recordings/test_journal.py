"""The journal: what was appended is read back, whatever happened to the last line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import StorageError
from app.recordings.journal import Journal, read


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


def fill(path: Path) -> None:
    with Journal(path) as journal:
        journal.append(0, "started", call="7", mode="voice")
        journal.append(1.23456, "partial", text="guten Tag, „Müller“\nzwei")


def test_round_trip(path: Path) -> None:
    fill(path)
    entries = read(path)
    assert entries.damaged == ()
    assert entries.events == (
        {"at": 0.0, "kind": "started", "call": "7", "mode": "voice"},
        {"at": 1.235, "kind": "partial", "text": "guten Tag, „Müller“\nzwei"},
    )


def test_each_event_is_there_before_close(path: Path) -> None:
    with Journal(path) as journal:
        journal.append(0, "opened")
        assert len(read(path).events) == 1


@given(cut=st.integers(0, 130))
def test_torn_anywhere_only_the_last_line_is_lost(
    cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("journal") / "events.jsonl"
    fill(path)
    data = path.read_bytes()[:cut]
    path.write_bytes(data)
    whole = data.count(b"\n")
    entries = read(path)
    assert len(entries.events) >= whole
    assert all(damage.torn for damage in entries.damaged)
    with Journal(path) as journal:
        journal.append(9, "cut_off", reason="server")
    assert read(path).events[-1]["kind"] == "cut_off"
    assert len(read(path).events) == len(entries.events) + 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{broken", "Expecting property name"),
        (b"[1]", "JSON object, got list"),
        (b'{"at": "now", "kind": "x"}', "at must be a number"),
        (b'{"at": NaN, "kind": "x"}', "at must be a number"),
        (b'{"at": 1}', "kind must be a name"),
        (b"\xff\xfe\x00", "decode"),
    ],
)
def test_a_damaged_line_is_named_and_the_rest_is_read(path: Path, line: bytes, reason: str) -> None:
    good = b'{"at":0,"kind":"opened"}'
    path.write_bytes(b"\n".join([good, line, good, b""]))
    entries = read(path)
    assert len(entries.events) == 2
    (damage,) = entries.damaged
    assert (damage.line, damage.torn) == (2, False)
    assert reason in damage.reason


def test_a_missing_journal_says_so(path: Path) -> None:
    with pytest.raises(StorageError, match="could not be read"):
        read(path)


def test_a_full_disk_leaves_no_half_line(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(path)
    journal.append(0, "opened")
    real, calls = os.pwrite, iter([True, False])

    def short(fd: int, data: bytes, offset: int) -> int:
        if next(calls):
            return real(fd, bytes(data)[:5], offset)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", short)
    with pytest.raises(StorageError, match="no room left") as raised:
        journal.append(1, "partial", text="hello")
    assert "disk space" in raised.value.remedy
    monkeypatch.undo()
    journal.append(2, "ended", ending="x", good=True)
    journal.close()
    assert [event["kind"] for event in read(path).events] == ["opened", "ended"]
    assert read(path).damaged == ()


def test_close_twice(path: Path) -> None:
    journal = Journal(path)
    journal.close()
    journal.close()
    assert json.dumps(read(path).events) == "[]"
