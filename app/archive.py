"""The form of a backup: a .tar.gz of known names with a manifest that vouches for each.

The manifest comes last, because files are hashed while they are copied.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from app.errors import InvalidInput

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "callwright.db"
SECRET = "secret.key"
RECORDINGS = "recordings"
CHUNK = 1 << 20
LARGEST_MANIFEST = 256 * CHUNK


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of the backup."""

    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    version: str
    """Of the product that wrote it."""
    revision: str
    """Of the database's tables; empty when the database is not inside."""
    made_at: str
    files: dict[str, Kept] = field(default_factory=dict)
    format: int = FORMAT

    def dumped(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()


class Hashing:
    """A file read through it is hashed, up to ``size`` bytes: it may be growing meanwhile."""

    def __init__(self, source: IO[bytes], size: int) -> None:
        self._source, self._left = source, size
        self.sha256 = hashlib.sha256()

    def read(self, amount: int = -1) -> bytes:
        wanted = self._left if amount < 0 else min(amount, self._left)
        piece = self._source.read(wanted)
        self._left -= len(piece)
        self.sha256.update(piece)
        return piece


def is_known_name(name: str) -> bool:
    """Whether a backup may hold a file of this name: no way out of its folder."""
    if name in (MANIFEST, DATABASE, SECRET):
        return True
    parts = PurePosixPath(name).parts
    plain = bool(parts) and "/".join(parts) == name and "\\" not in name and "\0" not in name
    return plain and len(parts) > 1 and parts[0] == RECORDINGS and ".." not in parts


@contextmanager
def opened(path: Path) -> Iterator[tarfile.TarFile]:
    """The archive, for reading in order. Raises ``InvalidInput`` for what is none, or damaged."""
    try:
        with tarfile.open(path, "r|gz") as archive:
            yield archive
    except FileNotFoundError as problem:
        raise InvalidInput(f"there is no file {path}", field="file") from problem
    except (tarfile.TarError, EOFError, zlib.error, OSError) as problem:
        raise damaged(path, str(problem)) from problem


def damaged(path: Path, why: str) -> InvalidInput:
    return InvalidInput(
        f"{path} is not a whole backup: {why}.",
        field="file",
        remedy="Nothing was changed. Take another copy of it.",
    )


def verified(path: Path) -> Manifest:
    """Read all of ``path`` without writing anything; its manifest when every file fits it."""
    found: dict[str, Kept] = {}
    manifest: Manifest | None = None
    with opened(path) as archive:
        for member, content in files_in(archive, path):
            if member.name == MANIFEST:
                manifest = _read_manifest(path, content.read(LARGEST_MANIFEST))
            elif member.name in found:
                raise damaged(path, f"{member.name} is in it twice")
            else:
                found[member.name] = _hashed(content)
    if manifest is None:
        raise damaged(path, "its manifest is missing")
    for name in sorted(manifest.files.keys() | found.keys()):
        if manifest.files.get(name) != found.get(name):
            raise damaged(path, f"{name} is not what the manifest says")
    return manifest


def files_in(archive: tarfile.TarFile, path: Path) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    """Each file with its content. Links, devices and strange names are refused."""
    for member in archive:
        content = archive.extractfile(member) if member.isreg() else None
        if content is None or not is_known_name(member.name):
            raise damaged(path, f"it holds {member.name!r}, which no backup does")
        yield member, content


def _hashed(content: IO[bytes]) -> Kept:
    digest, size = hashlib.sha256(), 0
    while piece := content.read(CHUNK):
        digest.update(piece)
        size += len(piece)
    return Kept(size, digest.hexdigest())


def _read_manifest(path: Path, raw: bytes) -> Manifest:
    try:
        told: dict[str, Any] = json.loads(raw)
        if told["format"] != FORMAT:
            raise damaged(path, f"its format is {told['format']!r}, this version reads {FORMAT}")
        files = {
            str(name): Kept(int(one["size"]), str(one["sha256"]))
            for name, one in told["files"].items()
        }
        return Manifest(str(told["version"]), str(told["revision"]), str(told["made_at"]), files)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise damaged(path, "its manifest cannot be read") from problem
