"""A table of facts about many files (CSV), matched to the files by their names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from app.errors import InvalidInput
from app.recordings.details import Around, Told, problems, shown_name

LARGEST = 1 << 20
MOST_ROWS = 2_000
KNOWN: Mapping[str, str] = {
    "file": "file",
    "filename": "file",
    "file name": "file",
    "agent": "agent",
    "login": "agent",
    "date": "date",
    "time": "date",
    "title": "title",
    "skill": "skill",
    "queue": "skill",
    "language": "language",
    "channel": "channel",
    "agent channel": "channel",
}
"""Heads that are understood, in small letters; every other column is a fact by its own name."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``line`` is counted from 1, the head included. ``file`` as it was chosen."""

    line: int
    file: str
    told: Told
    matched: bool
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a table says of the chosen files. ``silent``: files it has no row for."""

    rows: tuple[Row, ...]
    silent: tuple[str, ...]
    facts: tuple[str, ...]


def preview(data: bytes, files: Sequence[str], around: Around) -> Preview:
    """Match the table ``data`` with ``files``. Raises ``InvalidInput`` if it is no such table."""
    table = _table(data)
    head = [cell.strip() for cell in next(table, [])]
    columns = [KNOWN.get(_plain(cell), "") for cell in head]
    if "file" not in columns:
        raise InvalidInput(
            _("The table needs a first line with a column “file”."),
            field="csv",
            remedy=_("The other columns may be agent, date, title, skill, language, channel."),
        )
    chosen = {name.casefold(): name for name in files}
    rows: list[Row] = []
    seen: set[str] = set()
    for line, cells in enumerate(table, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) == MOST_ROWS:
            raise InvalidInput(_("A table has at most %(n)s rows.", n=MOST_ROWS), field="csv")
        rows.append(_row(line, cells, head, columns, chosen, seen, around))
    silent = tuple(name for name in files if name.casefold() not in seen)
    facts = tuple(h for h, known in zip(head, columns, strict=True) if h and not known)
    return Preview(tuple(rows), silent, facts)


def _row(
    line: int,
    cells: Sequence[str],
    head: Sequence[str],
    columns: Sequence[str],
    chosen: Mapping[str, str],
    seen: set[str],
    around: Around,
) -> Row:
    values: dict[str, object] = {}
    facts: dict[str, str] = {}
    for cell, name, known in zip(cells, head, columns, strict=False):
        if known and cell.strip():
            values.setdefault(known, cell.strip())
        elif name and cell.strip():
            facts[name] = cell.strip()
    if isinstance(channel := values.get("channel"), str):
        values["channel"] = channel.lower()
    told = Told.of({**values, "facts": facts})
    name = shown_name(values.get("file", ""))
    errors = problems(told, around)
    if not name:
        errors["file"] = _("This row names no file.")
    elif name.casefold() in seen:
        errors["file"] = _("An earlier row has this file already.")
    if len(cells) > len(head):
        errors["row"] = _("This row has more cells than the first line.")
    seen.add(name.casefold())
    match = chosen.get(name.casefold())
    return Row(line, match or name, told, match is not None, errors)


def _table(data: bytes) -> Iterator[list[str]]:
    if len(data) > LARGEST:
        raise InvalidInput(_("A table has at most %(n)s MB.", n=LARGEST >> 20), field="csv")
    text = _decoded(data)
    first = text.partition("\n")[0]
    between = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=between)
    except csv.Error as error:
        raise InvalidInput(
            _("This is no table that can be read: %(error)s.", error=str(error)), field="csv"
        ) from error


def _decoded(data: bytes) -> str:
    """As UTF-8 or UTF-16, else as older spreadsheets write."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _plain(head: str) -> str:
    return " ".join(head.replace("_", " ").lower().split())
