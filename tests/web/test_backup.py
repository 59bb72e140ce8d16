"""Backup and restore: everything comes back, and nothing strange is let in."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app import create_app
from app.accounts.models import Person, Team
from app.archive import DATABASE, MANIFEST, SECRET, is_known_name, verified
from app.backup import back_up
from app.config import Settings, secret_of
from app.db import db, transaction
from app.errors import Conflict, InvalidInput
from app.restore import restore
from tests.conftest import START, MakePerson

SOUND = os.urandom(300_000)


@pytest.fixture
def full(app: Flask, settings: Settings, person: MakePerson) -> Flask:
    """An installation with people, a call that is done and one that is live, and a secret."""
    person("agent", login="nina", team="North")
    done, live = settings.recordings_dir / "a1", settings.recordings_dir / "b2"
    done.mkdir()
    live.mkdir()
    (done / "call.flac").write_bytes(SOUND)
    (done / "events.jsonl").write_text('{"at": 0}\n')
    (live / "left.pcm").write_bytes(SOUND[:1000])
    (settings.data_dir / SECRET).write_text("k" * 40)
    (settings.data_dir / "voice-cache").mkdir()
    (settings.data_dir / "voice-cache" / "x.pcm").write_bytes(b"can be made again")
    return app


@pytest.fixture
def kept(full: Flask, tmp_path: Path) -> Path:
    file = tmp_path / "kept.tar.gz"
    back_up(full, file)
    return file


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "other" / "place")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_everything_comes_back_in_an_empty_place(
    settings: Settings, kept: Path, empty: Settings
) -> None:
    report = restore(empty, kept)
    assert contents(empty.recordings_dir) == contents(settings.recordings_dir)
    assert secret_of(empty) == "k" * 40
    assert not (empty.data_dir / "voice-cache").exists()
    again = create_app(empty)
    with again.app_context():
        nina = db.session.scalars(select(Person)).one()
        assert (nina.login, nina.team.name if nina.team else "") == ("nina", "North")
        db.engine.dispose()
    assert "Restored 5 files" in report.told()
    assert not report.upgrade
    for path in empty.data_dir.rglob("*"):
        if path.is_file() and path.suffix not in (".db-wal", ".db-shm"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_file_is_its_owners_and_whole(kept: Path) -> None:
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    manifest = verified(kept)
    assert set(manifest.files) == {
        DATABASE,
        SECRET,
        "recordings/a1/call.flac",
        "recordings/a1/events.jsonl",
        "recordings/b2/left.pcm",
    }
    assert manifest.revision
    assert [path.name for path in kept.parent.glob(".*")] == []


def test_a_running_server_goes_on(full: Flask, settings: Settings, tmp_path: Path) -> None:
    """While people write and a recording grows, the copy is of one moment and whole."""
    stop, wrote = Event(), Event()

    def write() -> None:
        n = 0
        with (settings.recordings_dir / "b2" / "left.pcm").open("ab") as growing:
            while not stop.is_set():
                growing.write(b"\0" * 1024)
                growing.flush()
                with full.app_context(), transaction() as session:
                    session.add_all(
                        [Team(name=f"{n}{side}", created_at=START) for side in ("a", "b")]
                    )
                n += 1
                wrote.set()

    writer = Thread(target=write)
    writer.start()
    try:
        wrote.wait()
        files = [tmp_path / f"{n}.tar.gz" for n in range(3)]
        for file in files:
            back_up(full, file)
    finally:
        stop.set()
        writer.join()
    for n, file in enumerate(files):
        place = Settings(data_dir=tmp_path / f"place{n}")
        restore(place, file)
        again = create_app(place)
        with again.app_context():
            pairs = db.session.scalar(select(func.count(Team.id)).where(Team.name != "North"))
            assert pairs is not None
            assert pairs > 0
            assert pairs % 2 == 0
            db.engine.dispose()


def test_a_place_that_is_not_empty_is_left_alone(
    full: Flask, settings: Settings, kept: Path
) -> None:
    before = contents(settings.data_dir)
    with pytest.raises(Conflict, match="is there already") as told:
        restore(settings, kept)
    assert "--force" in told.value.remedy
    assert contents(settings.data_dir) == before


def test_force_moves_the_old_aside(
    full: Flask, settings: Settings, kept: Path, person: MakePerson
) -> None:
    person("agent", login="later")
    with full.app_context():
        db.engine.dispose()
    (settings.recordings_dir / "a1" / "call.flac").write_bytes(b"newer")
    report = restore(settings, kept, force=True)
    assert report.aside is not None
    assert (report.aside / "recordings" / "a1" / "call.flac").read_bytes() == b"newer"
    assert (settings.recordings_dir / "a1" / "call.flac").read_bytes() == SOUND
    with sqlite3.connect(settings.data_dir / DATABASE) as now:
        assert now.execute("SELECT login FROM people").fetchall() == [("nina",)]
    now.close()
    with sqlite3.connect(report.aside / DATABASE) as old:
        assert old.execute("SELECT count(*) FROM people").fetchone() == (2,)
    old.close()


def test_an_existing_file_is_not_overwritten(full: Flask, kept: Path) -> None:
    before = kept.read_bytes()
    with pytest.raises(InvalidInput, match="is there already"):
        back_up(full, kept)
    assert kept.read_bytes() == before


Change = Callable[[list[tuple[tarfile.TarInfo, bytes]]], object]


def rewritten(kept: Path, change: Change) -> Path:
    with tarfile.open(kept) as source:
        members = []
        for member in source:
            content = source.extractfile(member)
            assert content
            members.append((member, content.read()))
    change(members)
    other = kept.with_name("changed.tar.gz")
    with tarfile.open(other, "w:gz") as out:
        for member, data in members:
            member.size = len(data) if member.isreg() else 0
            out.addfile(member, io.BytesIO(data))
    return other


def named(name: str, kind: bytes = tarfile.REGTYPE) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type = kind
    member.linkname = "/etc/passwd"
    return member, b"evil" if kind == tarfile.REGTYPE else b""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: m.insert(0, named("../evil")), "no backup does"),
        (lambda m: m.insert(0, named("/etc/evil")), "no backup does"),
        (lambda m: m.insert(0, named("recordings/../../evil")), "no backup does"),
        (lambda m: m.insert(0, named("recordings/link", tarfile.SYMTYPE)), "no backup does"),
        (lambda m: m.insert(0, named("recordings/link", tarfile.LNKTYPE)), "no backup does"),
        (lambda m: m.insert(0, named("recordings/pipe", tarfile.FIFOTYPE)), "no backup does"),
        (lambda m: m.insert(0, named("recordings/c3/call.flac")), "manifest says"),
        (lambda m: m.insert(1, m[0]), "twice"),
        (lambda m: m.pop(1), "manifest says"),
        (lambda m: m.pop(), "manifest is missing"),
        (
            lambda m: m.__setitem__(0, (m[0][0], m[0][1][:-1] + bytes([m[0][1][-1] ^ 1]))),
            "manifest says",
        ),
        (lambda m: m.__setitem__(-1, (m[-1][0], b"{}")), "cannot be read"),
        (lambda m: m.__setitem__(-1, (m[-1][0], b"[1]")), "cannot be read"),
        (
            lambda m: m.__setitem__(
                -1, (m[-1][0], m[-1][1].replace(b'"format": 1', b'"format": 9'))
            ),
            "this version reads 1",
        ),
    ],
)
def test_strange_and_damaged_archives_change_nothing(
    kept: Path, empty: Settings, change: Change, words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        restore(empty, rewritten(kept, change))
    assert not empty.data_dir.exists()
    assert not (kept.parent / "evil").exists()


@pytest.mark.parametrize("cut", [0, 10, 1000, -400])
def test_a_file_cut_short(kept: Path, empty: Settings, cut: int) -> None:
    short = kept.with_name("short.tar.gz")
    short.write_bytes(kept.read_bytes()[:cut])
    with pytest.raises(InvalidInput, match="is not a whole backup"):
        restore(empty, short)
    assert not empty.data_dir.exists()


def test_something_else_entirely(tmp_path: Path, empty: Settings) -> None:
    (tmp_path / "notes.tar.gz").write_text("my notes " * 1000)
    with pytest.raises(InvalidInput, match="is not a whole backup"):
        restore(empty, tmp_path / "notes.tar.gz")


def test_a_newer_versions_backup(kept: Path, empty: Settings) -> None:
    revision = verified(kept).revision.encode()
    newer = rewritten(
        kept, lambda m: m.__setitem__(-1, (m[-1][0], m[-1][1].replace(revision, b"f" * 12)))
    )
    with pytest.raises(InvalidInput, match="newer version"):
        restore(empty, newer)


def test_another_database_uses_its_own_tool(
    full: Flask, settings: Settings, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Settings(
        data_dir=settings.data_dir, secret_key="s" * 32, database_url="postgresql://db/callwright"
    )
    monkeypatch.setattr("app.backup.services", lambda app: type("S", (), {"settings": other}))
    file = tmp_path / "files.tar.gz"
    report = back_up(full, file)
    assert "its own tool" in report.told()
    assert DATABASE not in verified(file).files
    place = Settings(data_dir=tmp_path / "place")
    assert "by its own tool" in restore(place, file).told()
    with pytest.raises(InvalidInput, match="DATABASE_URL names another"):
        restore(Settings(data_dir=tmp_path / "p2", database_url="postgresql://db/x"), kept)


def test_a_full_disk_leaves_nothing_half_done(
    full: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.errors import StorageError

    def full_disk(*args: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "addfile", full_disk)
    with pytest.raises(StorageError, match="No space left"):
        back_up(full, tmp_path / "kept.tar.gz")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


@given(st.text(max_size=30))
def test_known_names_stay_inside(name: str) -> None:
    for known in (name, f"recordings/{name}"):
        if is_known_name(known):
            inside = Path("/safe") / known
            assert Path(os.path.normpath(inside)).is_relative_to("/safe")
    assert is_known_name(MANIFEST)


def test_nothing_is_left_of_the_copying(full: Flask, settings: Settings, kept: Path) -> None:
    assert list(settings.data_dir.glob(".backup-*")) == []
    shutil.rmtree(settings.recordings_dir)
    back_up(full, kept.with_name("without.tar.gz"))
