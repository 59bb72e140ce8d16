"""What the pages of scorecards are sent: addresses, the editor's JSON, files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from app.accounts.queries import page_in
from app.errors import InvalidInput
from app.quality import card_file
from app.quality.card import Scorecard, body_of
from app.quality.card_file import Line
from app.quality.cards.reading import OWN, SCENARIO, SORTS, CardQuery
from app.typed import whole
from app.yaml_file import MAX_BYTES

FILTERS = ("text", "kind", "archived", "sort", "direction", "page")
LARGEST_BODY = 400_000
EMPTY: Mapping[str, Any] = {
    "pass_mark": 80,
    "sections": [
        {
            "id": "section-1",
            "title": "",
            "criteria": [{"id": "criterion-1", "title": "", "weight": 100}],
        }
    ],
}


def card_query(args: Mapping[str, str]) -> CardQuery:
    """Read an address; what makes no sense there is left out."""
    kind, sort = args.get("kind", ""), args.get("sort", "")
    return CardQuery(
        text=args.get("text", "").strip()[:100],
        kind=kind if kind in (OWN, SCENARIO) else "",
        archived=args.get("archived") == "1",
        sort=sort if sort in SORTS else "name",
        descending=args.get("direction") == "desc",
        page=page_in(args),
    )


def number(text: str, field: str) -> int:
    """A row's id from an address or a form. Raises ``InvalidInput``."""
    found = whole(text)
    if found is None:
        raise InvalidInput(_("%(field)s must be a number.", field=field), field=field)
    return found


@dataclass(frozen=True, slots=True)
class Typed:
    """A draft as the editor sends it."""

    body: dict[str, Any]
    revision: int


def typed(sent: bytes) -> Typed:
    """Raises ``InvalidInput`` for what an editor never sends."""
    if len(sent) > LARGEST_BODY:
        raise InvalidInput(_("A scorecard has at most %(n)s bytes.", n=LARGEST_BODY))
    try:
        data = json.loads(sent, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise InvalidInput(_("This is not the JSON of a scorecard.")) from None
    body = data.get("body") if isinstance(data, dict) else None
    revision = data.get("revision") if isinstance(data, dict) else None
    if not isinstance(body, dict) or not _is_drawable(body) or type(revision) is not int:
        raise InvalidInput(
            _("Expected a body with sections and criteria, and the revision it was changed from."),
            field="body",
        )
    return Typed(body, revision)


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


def _is_drawable(body: dict[str, Any]) -> bool:
    """Whether an editor can show it: sections with criteria, whatever is in those."""
    sections = body.get("sections")
    return isinstance(sections, list) and all(
        isinstance(section, dict)
        and isinstance(section.get("criteria"), list)
        and all(isinstance(each, dict) for each in section["criteria"])
        for section in sections
    )


def starting(start: str) -> Mapping[str, Any]:
    """The body to begin with: a ready card by its name, else an empty one."""
    ready = card_file.starters()
    return body_of(ready[start]) if start in ready else EMPTY


def sent_file(file: FileStorage | None, pasted: str) -> str:
    """The text of an uploaded file, else what was pasted. Raises ``InvalidInput``."""
    data = file.read(MAX_BYTES + 1) if file else b""
    if not data:
        return pasted
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput(
            _("The file is not UTF-8 text."), field="file", remedy=_("Save it as UTF-8.")
        ) from None


def imported(source: str) -> tuple[Scorecard | None, tuple[Line, ...]]:
    """The card of a YAML text, and every mistake with its line."""
    read = card_file.read(source)
    return read.card, read.wrong
