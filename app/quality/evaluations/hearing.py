"""The player beside a form or an evaluation, for whoever may hear the call."""

from __future__ import annotations

from app.accounts.models import Person
from app.recordings import access, hearing, playing
from app.recordings.models import Recording
from app.recordings.playing import Sound


def sound_for(person: Person, recording: Recording) -> Sound | None:
    """What she plays, and that she read it is in the audit log; None: not hers to hear."""
    if not access.may_hear(person, recording):
        return None
    hearing.note_read(person, recording)
    hidden = not access.is_known_to(person, recording)
    return playing.sound_of(recording, person, hide_names=hidden)
