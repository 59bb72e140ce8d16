"""How spreadsheets write their texts: not always in UTF-8."""

from __future__ import annotations

import codecs
from pathlib import Path

from sim.errors import PlanError

# Today's workbooks are archives, those of old are compound files.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
AS_CSV = "in Excel choose File, Save As, CSV UTF-8"


def encodings(path: Path) -> tuple[str, ...]:
    """What a text may be written in, the likeliest first: Excel's "CSV" is in the code page of
    Western Europe, its "Unicode Text" in UTF-16. Raises PlanError for a workbook, OSError."""
    with path.open("rb") as file:
        head = file.read(4)
    if head in _WORKBOOKS:
        raise PlanError([f"{path.name}: is a workbook and not a CSV file: {AS_CSV}"])
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    return "utf-8-sig", "cp1252"
