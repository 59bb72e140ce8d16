"""What keeps a text from being YAML, in the words of somebody who does not know YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ruamel.yaml.error import MarkedYAMLError

_NUMBERS = ("no", "one space", "two spaces", "three spaces", "four spaces")
_PAIRS = {"[": "]", "{": "}"}


def reason(error: MarkedYAMLError, text: str) -> tuple[int, str] | None:
    """The line, counted from 1, and what is wrong with it; None where YAML's own words must do."""
    at, begin = error.problem_mark, error.context_mark
    if at is None:
        return None
    lines = text.splitlines()
    problem, context = str(error.problem), str(error.context)
    if (quoted := _left_open(lines)) is not None and quoted <= at.line:
        return quoted + 1, "the quote that opens here is never closed"
    if "flow" in context and begin is not None:
        return _bracket(lines, begin.line, begin.column, at.line)
    if "quoted scalar" in context and begin is not None:
        return begin.line + 1, "the quote that opens here is never closed"
    if at.line >= len(lines):
        return None
    if "'\\t'" in problem or "\t" in _margin(lines[at.line]):
        return at.line + 1, "a tab stands in front of the text: use spaces"
    if "mapping values" in problem:
        return _colon(lines, at.line, at.column)
    if "could not find expected ':'" in problem and begin is not None:
        return begin.line + 1, "a colon is missing behind the key: write key: value"
    if "cannot start any token" in problem:
        sign = lines[at.line][at.column : at.column + 1]
        return at.line + 1, f"put quotes around a text that begins with {sign}"
    if "<block end>" in problem:
        return _lacking(lines, at.line) or _margins(lines, at.line)
    return None


def _left_open(lines: list[str]) -> int | None:
    """The first line with a quote that is not closed: not by the next line that has one of its
    kind either, as in a text of several lines."""
    line = 0
    while line < len(lines):
        if quote := _open_at_end(lines[line]):
            rest = range(line + 1, len(lines))
            closing = next((one for one in rest if quote in lines[one]), None)
            if closing is None or lines[closing].count(quote) % 2 == 0:
                return line
            line = closing
        line += 1
    return None


def _open_at_end(line: str) -> str:
    """The quote that is still open at the end of a line, if any."""
    quote, before = "", " "
    for sign in line:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'" and (before.isspace() or before in "[{,"):
            quote = sign
        elif sign == "#" and before.isspace():
            break
        before = sign
    return quote


def _bracket(lines: list[str], line: int, column: int, found: int) -> tuple[int, str] | None:
    # Rare signs part lines for Python and not for YAML.
    sign = lines[line][column : column + 1] if line < len(lines) else ""
    if sign not in _PAIRS:
        return None
    closing = _PAIRS[sign]
    if found != line or closing not in lines[line][column:]:
        return line + 1, f"the bracket {sign} that opens here is never closed: write {closing}"
    return line + 1, f"between {sign} and {closing} a comma is missing, or a bracket is wrong"


def _colon(lines: list[str], line: int, column: int) -> tuple[int, str]:
    """A second colon on a line; a key above without one; or a line that is pushed to the right."""
    if re.search(r":\s", lines[line][:column]):
        return line + 1, "two colons on one line: put quotes around a text with a colon in it"
    return _lacking(lines, line) or _margins(lines, line) or (line + 1, "a colon too many")


def _lacking(lines: list[str], line: int) -> tuple[int, str] | None:
    """The line, or that above it, is a key whose colon was forgotten."""
    for one in (line, _above(lines, line)):
        bare = lines[one].strip().removeprefix("- ") if one is not None else ""
        if one is not None and re.fullmatch(r"[a-z_]+( [^:\[\]{},]+)?", bare):
            key = bare.split()[0]
            return one + 1, f"a colon is missing: write {key}: and a space behind it"
    return None


def _margins(lines: list[str], line: int) -> tuple[int, str] | None:
    """How far a line stands from where those above it that it goes with begin."""
    own = len(_margin(lines[line]))
    dash = lines[line].lstrip().startswith("- ")
    places = list(dict.fromkeys(_begun(lines, line, dash)))
    if not places or own in places:
        return None
    nearest = min(places, key=lambda place: abs(place - own))
    away = abs(nearest - own)
    spaces = _NUMBERS[away] if away < len(_NUMBERS) else f"{away} spaces"
    side = "left" if own < nearest else "right"
    return line + 1, f"this line stands {spaces} too far {side}: lines that go together begin alike"


def _begun(lines: list[str], line: int, dash: bool) -> Iterator[int]:
    """Where the dashes or keys of the blocks begin that are open above a line, the inmost first."""
    least = 1 << 30
    for text in reversed(lines[:line]):
        bare = text.strip()
        place = len(_margin(text))
        if not bare or bare.startswith("#") or place >= least:
            continue
        item = bare.startswith("- ")
        if not dash and item:
            inside = len(text) - len(text.lstrip("- "))
            if inside < least:
                yield inside
        if item == dash:
            yield place
        least = place


def _above(lines: list[str], line: int) -> int | None:
    """The last line above that says something."""
    said = (i for i in range(line - 1, -1, -1) if lines[i].strip() and lines[i].strip()[0] != "#")
    return next(said, None)


def _margin(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
