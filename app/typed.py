"""Numbers as forms and addresses hold them. Pure: what is no such number counts as not said."""

from __future__ import annotations

from collections.abc import Iterable


def whole(text: str) -> int | None:
    """A count or the id of a row, of a size that every database knows."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def wholes(texts: Iterable[str]) -> list[int]:
    """Those of ``texts`` that are whole numbers, in their order."""
    return [number for text in texts if (number := whole(text)) is not None]
