"""Where an uploaded file waits until it is taken in: ``data_dir/uploads/<key>/sound``.

Its name never comes from outside. What a killed server leaves half written is an orphan
that ``tidy`` removes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from flask_babel import gettext as _

from app.recordings.durable import replace_with, storage_error, sync_folder
from app.recordings.folders import PART, folder_of
from app.recordings.upload_error import Refusal, UploadError
from app.recordings.upload_limits import LIMITS, check_size

SOUND = "sound"
PIECE = 1 << 18


class Stream(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Received:
    """A file that is safely on the disk."""

    key: str
    bytes: int
    sha256: str


def uploads_dir(data_dir: Path) -> Path:
    return data_dir / "uploads"


def sound_of(data_dir: Path, key: str) -> Path:
    """The uploaded file of a recording."""
    return folder_of(uploads_dir(data_dir), key) / SOUND


def receive(stream: Stream, data_dir: Path, key: str) -> Received:
    """Write what ``stream`` brings to the disk, durably.

    Raises ``UploadError`` when it is too large or empty, ``StorageError`` for the disk; then,
    and when the stream breaks off, nothing is left.
    """
    target = sound_of(data_dir, key)
    part = target.with_name(SOUND + PART)
    digest, size = hashlib.sha256(), 0
    try:
        target.parent.mkdir(parents=True, mode=0o700)
        with part.open("xb") as out:
            while piece := stream.read(PIECE):
                size += len(piece)
                check_size(size, LIMITS)
                digest.update(piece)
                out.write(piece)
        if not size:
            raise UploadError(Refusal.NOT_AUDIO, _("The file is empty."))
        replace_with(part, target)
        sync_folder(target.parent.parent)
    except OSError as error:
        forget(data_dir, key)
        raise storage_error(target, error) from error
    except BaseException:
        forget(data_dir, key)
        raise
    return Received(key, size, digest.hexdigest())


def forget(data_dir: Path, key: str) -> None:
    """Remove what was uploaded under ``key``, if anything is there."""
    shutil.rmtree(folder_of(uploads_dir(data_dir), key), ignore_errors=True)


def waiting(data_dir: Path, older_than: float) -> Iterator[str]:
    """The keys of what has lain there for more than so many seconds."""
    try:
        entries = list(os.scandir(uploads_dir(data_dir)))
    except FileNotFoundError:
        return
    for entry in entries:
        if not entry.is_dir(follow_symlinks=False):
            continue
        if time.time() - entry.stat(follow_symlinks=False).st_mtime > older_than:
            yield entry.name
