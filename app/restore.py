"""Restore of a backup: everything is verified before anything is written."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app import archive, migration
from app.archive import Manifest
from app.config import Settings
from app.errors import Conflict, InvalidInput, StorageError


@dataclass(frozen=True, slots=True)
class Report:
    manifest: Manifest
    place: Path
    aside: Path | None
    """Where what was there before is now."""
    upgrade: bool

    def told(self) -> str:
        lines = [
            f"Restored {len(self.manifest.files)} files of {self.manifest.made_at} to {self.place}"
        ]
        if self.aside is not None:
            lines.append(f"What was there before is in {self.aside}")
        if archive.DATABASE not in self.manifest.files:
            lines.append("The database is not inside: restore it by its own tool.")
        if self.upgrade:
            lines.append("It is of an older version: now run: callwright setup")
        return "\n".join(lines)


def restore(settings: Settings, file: Path, *, force: bool = False) -> Report:
    """Bring ``file`` back into the empty place of ``settings``.

    Raises ``InvalidInput`` for a damaged or strange file, or one of a newer version, and
    ``Conflict`` when the place is not empty; with ``force`` what is there moves aside.
    """
    manifest = archive.verified(file)
    _check_database(settings, manifest)
    taken = [path for path in _places(settings) if _holds_something(path)]
    if taken and not force:
        raise Conflict(
            f"{taken[0]} is there already, and a restore needs an empty place.",
            remedy="Set CALLWRIGHT_DATA_DIR to a new folder, or add --force to move it aside.",
        )
    try:
        aside = _restore(settings, file, manifest, taken)
    except OSError as problem:
        raise StorageError(
            f"the backup could not be restored: {problem}",
            remedy="Make room or give the right to write there, then try again.",
        ) from problem
    older = bool(manifest.revision) and manifest.revision != migration.head()
    return Report(manifest, settings.data_dir, aside, older)


def _check_database(settings: Settings, manifest: Manifest) -> None:
    if manifest.revision and not migration.knows(manifest.revision):
        raise InvalidInput(
            f"the backup is of a newer version ({manifest.version}) of Callwright.",
            field="file",
            remedy="Install that version first.",
        )
    if archive.DATABASE in manifest.files and settings.database_file is None:
        raise InvalidInput(
            "the backup holds a SQLite database, but CALLWRIGHT_DATABASE_URL names another one.",
            field="database_url",
            remedy="Leave CALLWRIGHT_DATABASE_URL out to restore it.",
        )


def _places(settings: Settings) -> list[Path]:
    """Where the parts of an installation live; a database has up to three files."""
    places = [settings.data_dir / archive.SECRET, settings.recordings_dir]
    if database := settings.database_file:
        places += [database.with_name(database.name + end) for end in ("", "-wal", "-shm")]
    return places


def _holds_something(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists()


def _restore(settings: Settings, file: Path, manifest: Manifest, taken: list[Path]) -> Path | None:
    home = settings.data_dir
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Unpacked beside its place first: a full disk leaves what is there untouched.
    with tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as folder:
        unpacked = Path(folder)
        _unpack(file, manifest, unpacked)
        _check_sound(file, unpacked / archive.DATABASE)
        aside = _move_aside(home, taken) if taken else None
        for name, place in _targets(settings).items():
            if (unpacked / name).exists():
                if place.is_dir():
                    place.rmdir()
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(unpacked / name, place)
    settings.recordings_dir.mkdir(mode=0o700, exist_ok=True)
    return aside


def _targets(settings: Settings) -> dict[str, Path]:
    targets = {
        archive.SECRET: settings.data_dir / archive.SECRET,
        archive.RECORDINGS: settings.recordings_dir,
    }
    if settings.database_file is not None:
        targets[archive.DATABASE] = settings.database_file
    return targets


def _unpack(file: Path, manifest: Manifest, folder: Path) -> None:
    with archive.opened(file) as packed:
        for member, content in archive.files_in(packed, file):
            if member.name not in manifest.files:
                continue
            target = folder / member.name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out:
                shutil.copyfileobj(content, out, archive.CHUNK)


def _check_sound(file: Path, database: Path) -> None:
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(database)) as connection:
            (told,) = connection.execute("PRAGMA quick_check").fetchone()
    except sqlite3.DatabaseError as problem:
        told = str(problem)
    if told != "ok":
        raise archive.damaged(file, f"its database is broken ({told})")


def _move_aside(home: Path, taken: list[Path]) -> Path:
    stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
    aside = Path(tempfile.mkdtemp(prefix=f"before-restore-{stamp}-", dir=home))
    for path in taken:
        shutil.move(path, aside / path.name)
    return aside
