"""Where a call's recording lies, what its files are called, and how it is erased."""

from __future__ import annotations

import os
import re
import shutil
import stat
from pathlib import Path

from app.errors import InvalidInput, StorageError
from app.recordings.durable import storage_error, sync_folder

LEFT = "left.pcm"
RIGHT = "right.pcm"
JOURNAL = "events.jsonl"
FLAC = "call.flac"
PEAKS = "peaks.json"
PART = ".part"
"""Suffix of a file that is being written beside the one it will replace."""

_CALL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


def folder_of(root: Path, call: str | int) -> Path:
    """The folder of a call's recording under ``root``. Raises ``InvalidInput`` for a bad id."""
    name = str(call)
    if not _CALL_ID.fullmatch(name):
        raise InvalidInput(
            f"a call's id is letters, digits, - and _ (at most 100), got {name[:120]!r}",
            field="call",
        )
    return root / name


def erase(root: Path, call: str | int) -> bool:
    """Remove a call's recording, journal and all. False when there was none.

    Never follows a symbolic link, be it the folder itself or something inside.
    """
    folder = folder_of(root, call)
    try:
        if not stat.S_ISDIR(os.lstat(folder).st_mode):
            raise StorageError(
                f"{folder.name} is not a folder and was left alone",
                remedy="Look at it by hand: recordings are plain folders.",
            )
        shutil.rmtree(folder)
        sync_folder(root)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise storage_error(folder, error) from error
    return True
