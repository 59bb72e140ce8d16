"""Renders ``Text`` in the language of the request. The one part of scoring that knows Flask."""

from __future__ import annotations

from flask_babel import format_decimal, gettext, ngettext

from app.quality.text import Param, Text


def wording(text: Text) -> str:
    """The sentence in the reader's language. Register as a template filter."""
    params = {name: _shown(value) for name, value in text.params}
    if text.plural:
        n = next(int(str(value)) for name, value in text.params if name == "n")
        message = str(ngettext(text.key, text.plural, n))
    else:
        message = str(gettext(text.key))
    return message.format(**params) if params else message


def _shown(value: Param) -> str:
    if isinstance(value, Text):
        return wording(value)
    if isinstance(value, str):
        return value
    return str(format_decimal(round(value, 1)))
