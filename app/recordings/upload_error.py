"""Why an uploaded recording was not taken in."""

from __future__ import annotations

from enum import StrEnum

from app.errors import InvalidInput


class Refusal(StrEnum):
    """What was wrong, for programs; the error's message says it to people."""

    NOT_AUDIO = "not_audio"
    UNSUPPORTED = "unsupported"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    SILENT = "silent"
    TIMED_OUT = "timed_out"
    DIED = "died"
    """The decoder ended in the middle: by a crash, by its memory limit or by somebody's hand."""


class UploadError(InvalidInput):
    """This file cannot be taken in; ``kind`` says why. Nothing of it was kept."""

    code = "upload_error"

    def __init__(self, kind: Refusal, message: str) -> None:
        super().__init__(message)
        self.kind = kind
