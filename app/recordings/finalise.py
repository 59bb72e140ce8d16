"""A raw recording -> one FLAC and its peaks. May be killed anywhere and started again.

Order matters: the FLAC appears whole or not at all (written beside, synced,
renamed), the raw files go only when FLAC and peaks are there. A FLAC that is
there is therefore complete, and raw files beside it are leftovers.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from app.recordings import flac, journal
from app.recordings.durable import replace_with, storage_error, sync_folder
from app.recordings.folders import FLAC, JOURNAL, LEFT, PART, PEAKS, RIGHT
from app.recordings.peaks import peaks_json
from app.speech.ports import RATE

SAMPLE_BYTES = 2


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished recording. A call without sound (a chat) has no ``path`` and no ``peaks``."""

    path: Path | None
    seconds: float
    sha256: str
    peaks: Path | None


NOTHING = Finished(None, 0.0, "", None)


def finalise(folder: Path) -> Finished:
    """Finish the recording in ``folder``; on a finished one just says what is there.

    The writer must be closed. Raises ``StorageError`` (a full disk), with
    everything recorded still in place.
    """
    try:
        if not (folder / FLAC).exists() and not _make_flac(folder):
            _remove_raw(folder)
            return NOTHING
        if not (folder / PEAKS).exists():
            _make_peaks(folder)
        _remove_raw(folder)
        return _finished(folder)
    except OSError as error:
        raise storage_error(folder, error) from error


def recover(folder: Path, reason: str = "server") -> Finished:
    """Finish the recording of a call whose server died.

    The journal gets one ``cut_off`` event unless the call had ended, and what the
    customer would have said after that moment is not kept: nobody heard it.
    """
    path = folder / JOURNAL
    if path.exists():
        events = journal.read(path).events
        last = max((event["at"] for event in events), default=0.0)
        end = max(last, _size(folder / LEFT) // SAMPLE_BYTES / RATE)
        if not any(event["kind"] == "ended" for event in events):
            _trim(folder / RIGHT, round(end * RATE) * SAMPLE_BYTES)
            if not any(event["kind"] == "cut_off" for event in events):
                with journal.Journal(path) as log:
                    log.append(end, "cut_off", reason=reason)
    return finalise(folder)


def _make_flac(folder: Path) -> bool:
    """False when there is no sound at all."""
    left, right, part = folder / LEFT, folder / RIGHT, folder / (FLAC + PART)
    if max(_size(left), _size(right)) < SAMPLE_BYTES:
        part.unlink(missing_ok=True)
        return False
    flac.encode(left, right, part)
    replace_with(part, folder / FLAC)
    return True


def _make_peaks(folder: Path) -> None:
    part = folder / (PEAKS + PART)
    part.write_text(peaks_json(folder / FLAC), encoding="utf-8")
    replace_with(part, folder / PEAKS)


def _remove_raw(folder: Path) -> None:
    for name in (LEFT, RIGHT):
        (folder / name).unlink(missing_ok=True)
    if folder.exists():
        sync_folder(folder)


def _finished(folder: Path) -> Finished:
    path = folder / FLAC
    return Finished(
        path=path,
        seconds=flac.frames(path) / RATE,
        sha256=flac.sha256(path),
        peaks=folder / PEAKS,
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _trim(path: Path, size: int) -> None:
    if _size(path) > size:
        os.truncate(path, size)
