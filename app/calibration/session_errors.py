"""What a calibration session refuses, and why. Each carries its sentence as ``words``.

The message is the sentence in English; a page renders ``words`` in its reader's language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.errors import Conflict, InvalidInput, NotAllowed
from app.quality.text import N_, Text, text

if TYPE_CHECKING:
    from app.calibration.session_state import Mark


def in_english(words: Text) -> str:
    params = {
        name: in_english(value) if isinstance(value, Text) else value
        for name, value in words.params
    }
    one = not words.plural or params.get("n") == 1
    return (words.key if one else words.plural).format(**params)


class WrongInput(InvalidInput):
    """Something asked for does not fit the session."""

    def __init__(self, words: Text, *, field: str | None = None) -> None:
        super().__init__(in_english(words), field=field)
        self.words = words


class NotNow(Conflict):
    """Possible in another state of the session, not in this one."""

    code = "not_now"

    def __init__(self, words: Text) -> None:
        super().__init__(in_english(words), remedy="Reload the page to see where the session is.")
        self.words = words


class NotHers(NotAllowed):
    """This person has no such part in the session."""

    def __init__(self, words: Text) -> None:
        super().__init__(in_english(words))
        self.words = words


class MarkConflict(Conflict):
    """The mark was changed elsewhere since it was read. ``stored`` is kept, ``sent`` was not."""

    code = "mark_conflict"

    def __init__(self, stored: Mark | None, sent: Mark) -> None:
        words = text(N_("You changed this mark in another tab or window. Choose which one counts."))
        super().__init__(in_english(words))
        self.words = words
        self.stored = stored
        self.sent = sent
