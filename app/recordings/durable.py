"""Files whose bytes are the operating system's the moment they are written.

``DurableFile`` writes without a buffer of its own, so a killed process loses
nothing; ``Syncer`` forces files onto the disk once a second from a thread of
its own, because an fsync may take longer than a live call can wait.
"""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Self

from app.errors import StorageError

SYNC_EVERY = 1.0
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class DurableFile:
    """A file written at positions, or (``append``) always at its end; created when missing."""

    def __init__(self, path: Path, *, append: bool = False) -> None:
        self.path = path
        self._dirty = False
        self._lock = threading.Lock()
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | (os.O_APPEND if append else 0)
            self._fd = os.open(path, flags, 0o600)
        except OSError as error:
            raise storage_error(path, error) from error

    @property
    def size(self) -> int:
        return os.fstat(self._fd).st_size

    def write_at(self, data: bytes, offset: int) -> None:
        """Write all of ``data``, in one write unless the system takes less.

        ``offset`` means nothing to a file opened for appending. Raises
        ``StorageError``; what was written before stays.
        """
        view = memoryview(data)
        try:
            while view:
                written = os.pwrite(self._fd, view, offset)
                view, offset = view[written:], offset + written
        except OSError as error:
            raise storage_error(self.path, error) from error
        finally:
            self._dirty = True

    def cut(self, size: int) -> None:
        """Drop everything from byte ``size`` on; a shorter file stays as it is."""
        try:
            if self.size > size:
                os.ftruncate(self._fd, size)
                self._dirty = True
        except OSError as error:
            raise storage_error(self.path, error) from error

    def sync(self) -> None:
        """Bring what was written onto the disk. Does nothing when there is nothing new."""
        with self._lock:
            if self._fd < 0 or not self._dirty:
                return
            self._dirty = False
            try:
                os.fsync(self._fd)
            except OSError as error:
                self._dirty = True
                raise storage_error(self.path, error) from error

    def close(self) -> None:
        """Sync and close; a second time does nothing."""
        try:
            self.sync()
        finally:
            with self._lock:
                if self._fd >= 0:
                    os.close(self._fd)
                    self._fd = -1


class Syncer:
    """Syncs files once every ``every`` seconds until closed, and once more then.

    A failure is kept and raised by ``check`` or ``close``, on the caller's thread.
    """

    def __init__(self, *files: DurableFile, every: float = SYNC_EVERY) -> None:
        self._files = files
        self._every = every
        self._stop = threading.Event()
        self._failure: StorageError | None = None
        self._thread = threading.Thread(target=self._run, name="recording-sync", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raise what went wrong since the last check, if anything did."""
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure

    def close(self) -> None:
        """Stop the thread, sync and close the files, and raise what went wrong."""
        self._stop.set()
        self._thread.join()
        for file in self._files:
            try:
                file.close()
            except StorageError as error:
                self._failure = error
        self.check()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            for file in self._files:
                try:
                    file.sync()
                except StorageError as error:
                    self._failure = error


def storage_error(path: Path, error: OSError) -> StorageError:
    """What an operating system error means for a recording, with a remedy."""
    if error.errno in _FULL:
        return StorageError(
            f"there is no room left to write {path.name}: {error.strerror}",
            remedy="Free some disk space, or set a data folder on a larger disk. "
            "What was recorded until then is kept.",
        )
    return StorageError(
        f"{path.name} could not be read or written: {error.strerror}",
        remedy="Check that the data folder exists and belongs to the user who runs the server.",
    )


def replace_with(part: Path, target: Path) -> None:
    """Make the finished file ``part`` be ``target``, at once and for good."""
    with open(part, "rb") as file:
        os.fsync(file.fileno())
    os.replace(part, target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Bring the folder's own entries (creations, renames, removals) onto the disk."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
