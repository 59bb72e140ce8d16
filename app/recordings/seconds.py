"""Seconds as people type them: 4:07, 4:07.5, 1:04:07 or plainly 247.5. Pure."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from app.errors import InvalidInput

_CLOCK = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,6}(?:[.,]\d{1,3})?)")


def parse(text: str, field: str) -> float:
    """Raises ``InvalidInput`` beside ``field``."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise InvalidInput(_("Write a time such as 4:07 or 4:07.5."), field=field)
    hours, minutes, rest = found.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(rest.replace(",", "."))
