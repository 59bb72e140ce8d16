"""Writing results: whole or not at all, and refused before a run rather than after it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from sim.errors import RunError

Writer = Callable[[BinaryIO], None]
STDOUT = "-"


def check_target(name: str) -> None:
    """Raises ``RunError`` when nothing could be written there."""
    if name == STDOUT:
        return
    path = Path(name)
    if path.is_dir():
        raise RunError(f"{name} is a folder: name a file in it")
    if not path.parent.is_dir():
        raise RunError(f"{name} cannot be written: there is no folder {path.parent}")
    writable = path if path.exists() else path.parent
    if not os.access(writable, os.W_OK) or not (_special(path) or _may_write(path.parent)):
        raise RunError(f"{name} cannot be written: no permission for {writable}")


def write(name: str, writer: Writer) -> None:
    """Calls ``writer`` with a file that takes the name's place when all is written."""
    if name == STDOUT:
        sys.stdout.flush()
        writer(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    path = Path(os.path.realpath(name))
    if _special(path):
        with path.open("wb") as file:
            writer(file)
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            writer(file)
        part.replace(path)
    except OSError as problem:
        raise RunError(f"{name} cannot be written: {problem.strerror or problem}") from problem
    finally:
        part.unlink(missing_ok=True)


def write_text(name: str, text: str) -> None:
    write(name, texts(lambda: text))


def texts(make: Callable[[], str]) -> Writer:
    """Writes a text that is made when it is its turn, in UTF-8."""

    def writer(file: BinaryIO) -> None:
        file.write(make().encode())

    return writer


def _special(path: Path) -> bool:
    """A device or a pipe, which must not be replaced."""
    return path.exists() and not path.is_file()


def _may_write(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)
