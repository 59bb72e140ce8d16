"""Hiding spans of a recording from everybody, showing them again, erasing them for good.

Whoever calls these has found the recording through ``access.find``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts import audit
from app.accounts.models import Person
from app.db import db, transaction
from app.errors import Conflict, InvalidInput, NotFound
from app.recordings import (
    access,
    flac,
    journal,
    keeping,
    redacting_job,
    search,
    sounding,
    transcript,
    words_elsewhere,
)
from app.recordings.durable import replace_with, storage_error
from app.recordings.erasing import journal_without, transcript_without
from app.recordings.folders import FLAC, JOURNAL, PART, PEAKS
from app.recordings.models import READY, Recording, Redaction
from app.recordings.redaction import HIDDEN, Span, Spans, redacted, within, words_inside
from app.recordings.timeline import Utterance
from app.recordings.transcript import TRANSCRIPT
from app.services import services

LONGEST_REASON = 200


def preview(recording: Recording, span: Span) -> list[Utterance]:
    """The lines that would lose words to ``span``, each with just those words.

    Raises ``InvalidInput`` for a span that is not in the recording.
    """
    timeline = keeping.timeline_of(recording, services().settings.recordings_dir)
    shown = redacted(timeline, sounding.spans_of(recording))
    lost = words_inside(shown, (_cut(span, recording),))
    return [each for each in lost if each.text.replace(HIDDEN, "").strip()]


def redact(
    person: Person, recording: Recording, span: Span, reason: str, at: datetime
) -> Redaction:
    """From now on nobody hears or reads ``span``. Raises ``InvalidInput`` beside its field."""
    access.require_handle(person, recording)
    if recording.status != READY:
        raise Conflict(_("This recording is not ready yet."), remedy=_("Come back in a minute."))
    cut, why = _cut(span, recording), _reason(reason)
    with transaction():
        made = Redaction(
            recording_id=recording.id,
            start=cut.start,
            end=cut.end,
            reason=why,
            by_id=person.id,
            at=at,
        )
        recording.redactions.append(made)
        _changed(recording)
        audit.record(
            person, "recording.redacted", recording, start=cut.start, end=cut.end, reason=why
        )
        _have_it_made(recording, at, person)
    _make_short(recording)
    return made


def counts(ids: Iterable[int]) -> dict[int, int]:
    """How many spans are redacted, by recording; those without any are left out."""
    counted = (
        select(Redaction.recording_id, func.count().label("number"))
        .where(Redaction.recording_id.in_(list(ids)), Redaction.undone_at.is_(None))
        .group_by(Redaction.recording_id)
    )
    return {row.recording_id: row.number for row in db.session.execute(counted)}


def _cut(span: Span, recording: Recording) -> Span:
    try:
        return within(span, recording.seconds)
    except InvalidInput as error:
        words: dict[str | None, str] = {
            "start": _("This span begins after the end of the recording."),
            "end": _("This span is too short to hide anything."),
        }
        raise InvalidInput(words[error.field], field=error.field) from None


def undo(person: Person, recording: Recording, redaction_id: int, at: datetime) -> Redaction:
    """Its sound and words are back. Raises ``Conflict`` once the original is erased."""
    access.require_handle(person, recording)
    with transaction() as session:
        _lock(recording)
        found = session.get(Redaction, redaction_id)
        if found is None or found.recording_id != recording.id:
            raise NotFound(_("There is no such hidden span in this recording."))
        if found.erased_at is not None:
            raise Conflict(
                _("What was said here is erased."), remedy=_("It cannot be brought back.")
            )
        if found.undone_at is None:
            found.undone_at, found.undone_by_id = at, person.id
            _changed(recording)
            audit.record(
                person, "recording.shown_again", recording, start=found.start, end=found.end
            )
            _have_it_made(recording, at, person)
    _make_short(recording)
    return found


def erase_original(person: Person, recording: Recording, at: datetime) -> None:
    """What is hidden is gone from the disk, for good: sound, words and every copy of them.

    Begun again after a kill it comes to the same end. Raises ``Conflict`` when nothing is hidden.
    """
    access.require_handle(person, recording)
    if sounding.exists(recording):
        sounding.make(recording)  # Takes long, so it is done before anything is locked.
    with transaction():
        _lock(recording)
        spans = sounding.spans_of(recording)
        if not spans or sounding.burnt_in(recording):
            raise Conflict(_("Nothing is hidden in this recording that is still on the disk."))
        _erase_words(recording, spans)
        if sounding.exists(recording):
            recording.audio_sha256 = flac.sha256(sounding.keep_only_redacted(recording))
        for each in sounding.active(recording):
            each.erased_at = each.erased_at or at
        recording.original_erased_at = at
        words_elsewhere.forget(recording, spans)
        _changed(recording)
        audit.record(person, "recording.original_erased", recording, spans=len(spans))


def _erase_words(recording: Recording, spans: Spans) -> None:
    """In the journal or the transcript; whatever else lies beside them goes."""
    home = sounding.folder(recording)
    if (home / JOURNAL).exists():
        events = journal_without(journal.read(home / JOURNAL).events, spans)
        _rewrite_journal(home / JOURNAL, events)
    if (home / TRANSCRIPT).exists():
        kept = transcript.read(home / TRANSCRIPT)
        transcript.write(home / TRANSCRIPT, transcript_without(kept, spans))
    for path in home.iterdir() if home.exists() else ():
        if path.name not in _KEPT and not path.name.startswith("redact"):
            path.unlink(missing_ok=True)


_KEPT = frozenset({FLAC, PEAKS, JOURNAL, TRANSCRIPT})


def _rewrite_journal(path: Path, events: list[dict[str, object]]) -> None:
    lines = (json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in events)
    part = path.with_name(path.name + PART)
    try:
        part.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        replace_with(part, path)
    except OSError as error:
        raise storage_error(path, error) from error


def _lock(recording: Recording) -> None:
    """The newest state of the row and its redactions, nobody else's until the end."""
    with transaction() as session:
        session.refresh(recording, with_for_update={"of": Recording})
        session.refresh(recording, ["redactions"])


def _changed(recording: Recording) -> None:
    """What is heard and found changes with what is hidden."""
    recording.revision += 1
    timeline = keeping.timeline_of(recording, services().settings.recordings_dir)
    search.index(recording, redacted(timeline, sounding.spans_of(recording)))


def _have_it_made(recording: Recording, at: datetime, by: Person) -> None:
    long = recording.seconds > sounding.LONG and sounding.exists(recording)
    if long and not sounding.ready(recording):
        redacting_job.ask(recording, at, by)


def _make_short(recording: Recording) -> None:
    """At once, so that the next who listens need not wait."""
    if recording.seconds <= sounding.LONG and sounding.exists(recording):
        sounding.make(recording)


def _reason(reason: str) -> str:
    clean = " ".join(reason.split())
    if not clean:
        raise InvalidInput(_("Say why it is hidden, in a few words."), field="reason")
    if len(clean) > LONGEST_REASON:
        raise InvalidInput(
            _("A reason has at most %(most)s characters.", most=LONGEST_REASON), field="reason"
        )
    return clean
