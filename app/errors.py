"""Every error a person may be told about, as one tree. Knows no Flask.

A message says what was expected, what came and what to do. ``field`` names the
form field or JSON key it belongs to, ``code`` is stable for programs, ``status``
is the HTTP status it is rendered with.
"""

from __future__ import annotations


class AppError(Exception):
    """The root: something went wrong that a person can be told about."""

    code = "error"
    status = 500

    def __init__(self, message: str, *, field: str | None = None, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.remedy = remedy


class InvalidInput(AppError):
    """What came is not what was expected."""

    code = "invalid_input"
    status = 400


class NotSignedIn(AppError):
    code = "not_signed_in"
    status = 401


class NotAllowed(AppError):
    """The person is known and may not do this."""

    code = "not_allowed"
    status = 403


class NotFound(AppError):
    code = "not_found"
    status = 404


class Conflict(AppError):
    """Somebody else, or another tab, was first."""

    code = "conflict"
    status = 409


class TooMany(AppError):
    """Slow down, or wait for a place."""

    code = "too_many"
    status = 429


class Unavailable(AppError):
    """Something this needs is missing or broken here: a model, a voice, disk space."""

    code = "unavailable"
    status = 503


class ScenarioError(InvalidInput):
    """A scenario file is wrong; the message names file and line."""

    code = "scenario_error"


class ModelError(Unavailable):
    """A speech model is missing or damaged."""

    code = "model_error"


class VoiceError(Unavailable):
    """The synthesiser could not speak."""

    code = "voice_error"


class StorageError(Unavailable):
    """A recording could not be written or read (a full disk, a damaged file)."""

    code = "storage_error"


class ConfigError(AppError):
    """A setting has a bad value; the message names its key. Fails at start."""

    code = "config_error"
