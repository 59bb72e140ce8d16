"""The job that makes a recording of an uploaded file: decode, listen, index."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask_babel import gettext as _

from app.db import db
from app.errors import AppError, StorageError
from app.jobs.kinds import JobKind
from app.jobs.run import Cancelled, JobRun
from app.recordings import search, transcript, upload_folders, uploads
from app.recordings.folders import FLAC, folder_of
from app.recordings.models import FAILED, LEFT_CHANNEL, READY, WORKING, Recording
from app.recordings.transcribe import transcribe
from app.recordings.transcript import TRANSCRIPT, UNFINISHED, Transcript
from app.recordings.upload_error import UploadError
from app.services import services
from app.speech import choose
from app.speech.silero_engine import activity

DECODED = 0.15
"""The share of the work that is done when the sound is there."""
HEARD = 0.98


def take_in(run: JobRun) -> None:
    """Raises ``UploadError`` for what is wrong with the file, and keeps its words in the row.

    Begun again after a kill it keeps the decoding, and what was heard so far.
    """
    with run.step():
        recording = db.session.get(Recording, run.arguments["recording"])
        # Its owner removed it; its number may be another's since.
        if recording is None or recording.job_id != run.id:
            return
        recording.status, recording.trouble = WORKING, None
    settings = services().settings
    folder = folder_of(settings.recordings_dir, recording.key)
    try:
        _decode(run, recording, settings.data_dir, folder)
        heard = _listen(run, recording, folder)
    except UploadError as error:
        _told(run, recording, error)
        raise
    except Cancelled:
        cancelled = {"message": _("It was cancelled."), "remedy": _("You can try it again.")}
        with run.step():
            recording.status, recording.trouble = FAILED, cancelled
        raise
    _finish(run, recording, heard)
    upload_folders.forget(settings.data_dir, recording.key)


def _told(run: JobRun, recording: Recording, error: AppError) -> None:
    with run.step():
        recording.status = FAILED
        recording.trouble = {"message": error.message, "remedy": error.remedy}


def _decode(run: JobRun, recording: Recording, data_dir: Path, folder: Path) -> None:
    if run.kept.get("decoded") and (folder / FLAC).exists():
        return

    def tell(share: float) -> None:
        run.progress(share * DECODED, _("Reading the file"))

    tell(0.0)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / UNFINISHED).unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{folder.name} could not be made: {error.strerror}") from error
    source = upload_folders.sound_of(data_dir, recording.key)
    made = uploads.take_in(source, folder, progress=tell)
    run.keep(decoded={"seconds": made.seconds, "channels": made.channels, "sha256": made.sha256})


def _listen(run: JobRun, recording: Recording, folder: Path) -> Transcript:
    def tell(share: float) -> None:
        run.progress(DECODED + share * (HEARD - DECODED), _("Listening to what is said"))

    tell(0.0)
    wanted = replace(services().settings, language=recording.language)
    channels = int(run.kept["decoded"]["channels"])
    ears = choose.recognizer(wanted)
    heard = transcribe(folder / FLAC, channels, ears, activity, tell=tell)
    transcript.write(folder / TRANSCRIPT, heard)
    # Before the row says ready: killed in between, words would stay that no redaction reaches.
    (folder / UNFINISHED).unlink(missing_ok=True)
    return heard


def _finish(run: JobRun, recording: Recording, heard: Transcript) -> None:
    run.progress(HEARD, _("Making it searchable"))
    decoded = run.kept["decoded"]
    with run.finish() as session:
        row = session.get(Recording, recording.id, populate_existing=True)
        if row is None:
            return
        row.status, row.trouble = READY, None
        row.seconds, row.channels = float(decoded["seconds"]), int(decoded["channels"])
        row.audio_sha256, row.recognizer = str(decoded["sha256"]), heard.recognizer
        if row.channels == 1:
            row.agent_channel = ""
        elif not row.agent_channel:
            row.agent_channel = LEFT_CHANNEL
        search.index(row, heard.timeline(row.agent_channel))


TAKE_IN = JobKind(
    "recordings.take_in", take_in, attempts=3, label=lambda: _("Taking in a recording")
)
