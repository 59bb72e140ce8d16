"""Language, numbers, durations and times, as the reader is used to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.numbers import format_decimal, format_percent
from flask import Flask, g, has_request_context, request
from flask_babel import (
    Babel,
    format_datetime,
    format_timedelta,
    get_locale,
)
from flask_babel import gettext as _
from markupsafe import Markup

from app.services import now

LANGUAGES: Mapping[str, str] = {"en": "English", "fa": "فارسی", "ru": "Русский", "zh": "中文"}
"""Those that are known, by their own names."""
TRANSLATED = ("en",)
"""Those whose translation is whole: only they are offered."""


def offered(chosen: str = "") -> list[tuple[str, str]]:
    """(code, name) of the languages to choose from; one already chosen stays among them."""
    return [(code, LANGUAGES[code]) for code in LANGUAGES if code in TRANSLATED or code == chosen]


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=choose_locale, timezone_selector=choose_timezone)
    app.add_template_filter(duration)
    app.add_template_filter(ago)
    app.add_template_filter(exact)
    app.add_template_filter(number)
    app.add_template_filter(percent)
    app.context_processor(
        lambda: {
            "page_lang": str(get_locale() or "en").replace("_", "-"),
            "page_dir": text_direction(),
            "languages": LANGUAGES,
        }
    )


def choose_locale() -> str:
    """The person's choice, else the best of what the browser asks for."""
    person = g.get("person")
    if person is not None and person.locale in LANGUAGES:
        return str(person.locale)
    if not has_request_context():
        return "en"
    return request.accept_languages.best_match(TRANSLATED) or "en"


def choose_timezone() -> str:
    return reader_zone().key


def reader_zone() -> ZoneInfo:
    """In which the reader is shown times, and types them."""
    person = g.get("person")
    return zone_named(person.timezone if person is not None else "")


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that name; UTC where there is none."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def text_direction() -> str:
    """Either rtl or ltr, for the page's ``dir``."""
    locale = get_locale()
    return locale.text_direction if isinstance(locale, Locale) else "ltr"


def duration(seconds: float | timedelta | None) -> str:
    """4:07, or 1:04:07 from an hour on."""
    if seconds is None:
        return "–"
    if isinstance(seconds, timedelta):
        seconds = seconds.total_seconds()
    sign = "-" if seconds <= -0.5 else ""
    minutes, rest = divmod(round(abs(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    tail = f"{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
    return f"{sign}{hours}:{tail}" if hours else sign + tail


def exact(moment: datetime | None) -> str:
    """Date and time in the reader's zone and language."""
    return format_datetime(moment, "medium") if moment else ""


def ago(moment: datetime | None) -> Markup:
    """How long ago, as a ``<time>`` titled with the exact moment; "never" for None."""
    if moment is None:
        return Markup("<span>{}</span>").format(_("never"))
    passed = now() - moment
    words = (
        _("just now")
        if abs(passed) < timedelta(minutes=1)
        else format_timedelta(-passed, add_direction=True)
    )
    return Markup('<time datetime="{}" title="{}" data-moment>{}</time>').format(
        moment.isoformat(timespec="seconds"), exact(moment), words
    )


def number(value: float | None, digits: int = 0) -> str:
    """With the language's separators; ``digits`` after the point."""
    if value is None:
        return "–"
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(round(value, digits), pattern, _reader())


def percent(share: float | None, digits: int = 0) -> str:
    """``share`` of 1 as a percentage."""
    if share is None:
        return "–"
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
    return format_percent(share, pattern, _reader())


def _reader() -> Locale:
    return get_locale() or Locale("en")
