"""A folder that one process at a time may write results to.

The lock is the system's own on an open file, so it is gone with the process that held it, however
that ended; the empty file stays and means nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.errors import RunError

if sys.platform != "win32":
    import fcntl

LOCK = ".lock"


@contextmanager
def locked(folder: str | Path) -> Iterator[Path]:
    """The folder, made if it isn't there, and ours until the end of the ``with`` block.

    Raises RunError when another run has it, or it can't be used. Where the system knows no such
    locks (Windows) there is none.
    """
    path = Path(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
        # Open for writing: over a network a lock of one's own wants that.
        file = (path / LOCK).open("ab")
    except OSError as error:
        raise RunError(f"{folder} can't be a run's folder: {error}") from error
    with file:
        if sys.platform != "win32":
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RunError(
                    f"{folder} is in use by another run: wait until that is done, or choose "
                    "another folder"
                ) from None
            except OSError as error:
                raise RunError(f"{folder} can't be locked for a run: {error}") from error
        yield path
