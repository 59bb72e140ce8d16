"""Backup of everything into one file, while the server runs."""

from __future__ import annotations

import os
import secrets
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from pathlib import Path

from flask import Flask

from app import archive, migration
from app.archive import Hashing, Kept, Manifest
from app.config import Settings
from app.errors import InvalidInput, StorageError
from app.services import now, services


@dataclass(frozen=True, slots=True)
class Report:
    file: Path
    files: int
    size: int
    """Bytes of what was kept, before compression."""
    without_database: bool

    def told(self) -> str:
        lines = [f"Kept {self.files} files, {self.size / 1e6:.1f} MB, in {self.file}"]
        if self.without_database:
            lines.append(
                "The database is NOT inside: it is no SQLite file. "
                "Use its own tool for it, such as pg_dump."
            )
        return "\n".join(lines)


def back_up(app: Flask, file: Path) -> Report:
    """Write database, recordings and secret key of ``app`` to ``file`` (.tar.gz).

    The database is taken first, as of one moment, and the recordings after: whatever
    call it knows has its sound here. The file appears whole or not at all, readable
    by its owner alone. Raises ``InvalidInput`` for a bad name, ``StorageError`` for a full disk.
    """
    settings = services(app).settings
    _check_target(file)
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(6)}")
    try:
        with app.app_context():
            manifest = _write(settings, unfinished)
        os.replace(unfinished, file)
    except OSError as problem:
        raise StorageError(
            f"the backup could not be written: {problem}",
            remedy="Make room or choose another place; nothing was changed.",
        ) from problem
    finally:
        unfinished.unlink(missing_ok=True)
    size = sum(kept.size for kept in manifest.files.values())
    return Report(file, len(manifest.files), size, settings.database_file is None)


def _check_target(file: Path) -> None:
    if not file.name.endswith((".tar.gz", ".tgz")):
        raise InvalidInput(f"a backup's name ends in .tar.gz, got {file.name!r}", field="file")
    if file.exists():
        raise InvalidInput(
            f"{file} is there already", field="file", remedy="Choose another name, or remove it."
        )
    if not file.parent.is_dir():
        raise InvalidInput(f"there is no folder {file.parent}", field="file")


def _write(settings: Settings, target: Path) -> Manifest:
    files: dict[str, Kept] = {}
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as raw, tarfile.open(fileobj=raw, mode="w:gz") as out:
        revision = _add_database(out, settings, files)
        _add(out, archive.SECRET, settings.data_dir / archive.SECRET, files)
        _add_recordings(out, settings.recordings_dir, files)
        manifest = Manifest(_version(), revision, now().isoformat(timespec="seconds"), files)
        told = manifest.dumped()
        member = tarfile.TarInfo(archive.MANIFEST)
        member.size, member.mode = len(told), 0o600
        out.addfile(member, BytesIO(told))
    return manifest


def _add_database(out: tarfile.TarFile, settings: Settings, files: dict[str, Kept]) -> str:
    """The database as of this moment; its revision. Empty when it is no SQLite file."""
    source = settings.database_file
    if source is None:
        return ""
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".backup-") as folder:
        copy = Path(folder) / archive.DATABASE
        with (
            closing(sqlite3.connect(source, timeout=30)) as live,
            closing(sqlite3.connect(copy)) as still,
        ):
            live.backup(still)
        _add(out, archive.DATABASE, copy, files)
    return migration.current()


def _add_recordings(out: tarfile.TarFile, folder: Path, files: dict[str, Kept]) -> None:
    # A call that ends meanwhile turns its parts into one file: look again until nothing is new.
    while new := [(name, path) for name, path in _recordings(folder) if name not in files]:
        added = [_add(out, name, path, files) for name, path in new]
        if not any(added):
            return


def _recordings(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"{archive.RECORDINGS}/{path.relative_to(folder).as_posix()}", path


def _add(out: tarfile.TarFile, name: str, path: Path, files: dict[str, Kept]) -> bool:
    """Put one file in; False when it is gone. What grows is taken as long as it is now."""
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return False
    with source:
        found = os.fstat(source.fileno())
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = found.st_size, 0o600, int(found.st_mtime)
        reading = Hashing(source, found.st_size)
        out.addfile(member, reading)
    files[name] = Kept(found.st_size, reading.sha256.hexdigest())
    return True


def _version() -> str:
    try:
        return version("callwright")
    except PackageNotFoundError:
        return "unknown"
