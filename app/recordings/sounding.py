"""The files a recording is heard from: the whole sound, or the one without redacted spans.

The redacted FLAC and its peaks lie beside the original under a name made of their spans, so
a file that is there is the right one, and a new redaction cannot be answered with an old one.
It is written beside and renamed: nobody ever gets half of it, nor the original meanwhile.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask_babel import gettext as _

from app.errors import NotFound
from app.recordings.durable import replace_with, storage_error
from app.recordings.folders import FLAC, PART, PEAKS, folder_of
from app.recordings.models import Recording, Redaction
from app.recordings.peaks import peaks_json
from app.recordings.redaction import Span, Spans, fingerprint, merge
from app.recordings.silencing import Tick, silence
from app.services import services

LONG = 20 * 60.0
"""Seconds from which on a job makes the redacted sound, not the request that wants it."""
_LOCK = "redacting.lock"
_MADE = "redacted-"


def active(recording: Recording) -> list[Redaction]:
    """The redactions in force, in order of time."""
    return [each for each in recording.redactions if each.undone_at is None]


def spans_of(recording: Recording) -> Spans:
    """What is hidden in it."""
    return merge(Span(each.start, each.end) for each in active(recording))


def burnt_in(recording: Recording) -> bool:
    """Whether the file itself holds nothing any more of what is hidden."""
    return all(each.erased_at is not None for each in active(recording))


def folder(recording: Recording) -> Path:
    return folder_of(services().settings.recordings_dir, recording.key)


def exists(recording: Recording) -> bool:
    return (folder(recording) / FLAC).exists()


def files(recording: Recording, *, original: bool = False) -> tuple[Path, Path]:
    """FLAC and peaks as they may be heard; they need not be there yet (``make``)."""
    home = folder(recording)
    if original or burnt_in(recording):
        return home / FLAC, home / PEAKS
    name = _MADE + fingerprint(spans_of(recording))
    return home / f"{name}.flac", home / f"{name}.json"


def ready(recording: Recording, *, original: bool = False) -> bool:
    return all(path.exists() for path in files(recording, original=original))


def make(recording: Recording, tick: Tick = lambda share: None) -> None:
    """Make what ``files`` names, unless it is there; whoever comes meanwhile waits.

    Raises ``NotFound`` without a sound and ``StorageError`` for the disk.
    """
    home = folder(recording)
    if ready(recording):
        return
    if not (home / FLAC).exists():
        raise NotFound(_("The sound of this recording is not there."))
    sound, peaks = files(recording)
    with _alone(home):
        if not sound.exists():
            part = home / (sound.name + PART)
            try:
                silence(home / FLAC, part, spans_of(recording), tick)
                replace_with(part, sound)
            finally:
                part.unlink(missing_ok=True)
        if not peaks.exists():
            write_peaks(sound, peaks)
        _remove_older(home, keep={sound.name, peaks.name})


def write_peaks(sound: Path, peaks: Path) -> None:
    part = peaks.with_name(peaks.name + PART)
    try:
        part.write_text(peaks_json(sound), encoding="utf-8")
        replace_with(part, peaks)
    except OSError as error:
        raise storage_error(peaks, error) from error


def keep_only_redacted(recording: Recording) -> Path:
    """The redacted sound takes the place of the original, for good; returns its path."""
    home = folder(recording)
    make(recording)
    sound, peaks = files(recording)
    if sound.name != FLAC:
        with _alone(home):
            replace_with(peaks, home / PEAKS)  # First: killed between them, it is begun again.
            replace_with(sound, home / FLAC)
            _remove_older(home, keep=set())
    return home / FLAC


def _remove_older(home: Path, keep: set[str]) -> None:
    for path in home.glob(f"{_MADE}*"):
        if path.name not in keep:
            path.unlink(missing_ok=True)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One at a time in this folder, across threads and processes."""
    fd = os.open(home / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
