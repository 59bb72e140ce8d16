"""A YAML file as plain values with the line of each: nothing is ever constructed from tags.

Stricter than YAML on purpose: no duplicate keys, anchors, aliases or tags, and
limits on size and depth, so that a file cannot be a trap.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Place = tuple[str | int, ...]
"""A way into the file: ``("states", "opening", "on", 0, "go")``."""
MAX_BYTES = 400_000
MAX_DEPTH = 24
_MAYBE_ANCHOR = re.compile(r"(?:^|[\s\[{,:-])[&*]\w", re.MULTILINE)
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something in the YAML itself."""

    line: int
    message: str
    remedy: str


_TOO_DEEP = Wrong(1, f"nested more than {MAX_DEPTH} deep", "write it flatter")


@dataclass(slots=True)
class YamlFile:
    """``data`` is what the file says, ``lines`` where (1-based), ``wrong`` what cannot be read."""

    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)

    def known(self, place: Place) -> Place:
        """The place without the parts that are not in the file: the long form of a
        shorthand, the name of a kind."""
        here: Any = self.data
        found: Place = ()
        for part in place:
            keyed = isinstance(here, Mapping) and part in here
            counted = isinstance(here, list) and isinstance(part, int) and part < len(here)
            if keyed or counted:
                here = here[part]
                found = (*found, part)
        return found

    def line_of(self, place: Place) -> int:
        """The line of a place, or of the nearest thing around it that is in the file."""
        return self.lines.get(self.known(place), 1)


def written(place: Place) -> str:
    """A place as an author reads it: ``states.opening.on[0].go``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.lstrip(".") or "the file"


def read(text: str, what: str = "a scenario") -> YamlFile:
    """The values and lines of a YAML text; what is wrong with it is in ``wrong``.

    ``what`` the file is, as an error names it.
    """
    result = YamlFile()
    if len(text.encode()) > MAX_BYTES:
        size = f"{len(text.encode()):,} bytes"
        result.wrong.append(
            Wrong(1, f"{what} has at most {MAX_BYTES:,} bytes, got {size}", "split it in two")
        )
        return result
    try:
        node = _compose(text, result)
    except YAMLError as error:
        result.wrong.append(_unreadable(error))
        return result
    except RecursionError:
        result.wrong.append(_TOO_DEEP)
        return result
    if node is None:
        if not result.wrong:
            result.wrong.append(Wrong(1, "the file is empty", f"copy {what} to start"))
        return result
    result.data = _plain(node, (), result)
    return result


def _compose(text: str, result: YamlFile) -> Node | None:
    for event in YAML(typ="safe", pure=True).parse(text) if _MAYBE_ANCHOR.search(text) else ():
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            result.wrong.append(
                Wrong(
                    event.start_mark.line + 1,
                    "anchors (&) and aliases (*) are not allowed",
                    "write it out, or put quotes around a text that begins with & or *",
                )
            )
            return None
    node: Node | None = YAML(typ="safe", pure=True).compose(text)
    return node


def _unreadable(error: YAMLError) -> Wrong:
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        return Wrong(
            line,
            f"this is not YAML: {error.problem or error.context}",
            "check the indentation, and put quotes around a text with a colon or a quote in it",
        )
    return Wrong(1, f"this is not YAML: {error}", "save the file as plain UTF-8 text")


def _plain(node: Node, place: Place, result: YamlFile) -> Any:
    result.lines.setdefault(place, node.start_mark.line + 1)
    if len(place) > MAX_DEPTH:
        result.wrong.append(replace(_TOO_DEEP, line=node.start_mark.line + 1))
        return None
    if isinstance(node, MappingNode):
        return _mapping(node, place, result)
    if isinstance(node, SequenceNode):
        return [_plain(item, (*place, i), result) for i, item in enumerate(node.value)]
    return _scalar(node, result)


def _mapping(node: MappingNode, place: Place, result: YamlFile) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            result.wrong.append(Wrong(line, "a key must be a word", "write key: value"))
            continue
        key = str(key_node.value)
        if key in values:
            first = result.lines[(*place, key)]
            result.wrong.append(
                Wrong(
                    line,
                    f"`{key}` stands here twice; the first is on line {first}",
                    "join the two, or rename one",
                )
            )
            continue
        result.lines[(*place, key)] = line
        values[key] = _plain(value_node, (*place, key), result)
    return values


def _scalar(node: Node, result: YamlFile) -> Any:
    text, tag = str(node.value), str(node.tag or "").removeprefix(_TAG)
    line = node.start_mark.line + 1
    if tag in ("str", "timestamp"):
        return text
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() == "true"
    if tag == "int":
        return _whole(text, line, result)
    if tag == "float":
        return _number(text)
    result.wrong.append(Wrong(line, f"tags are not allowed, got {node.tag}", "take it away"))
    return None


def _whole(text: str, line: int, result: YamlFile) -> int | str:
    if len(text) > 1 and text.isdigit() and text.startswith("0"):
        result.wrong.append(
            Wrong(line, f"the leading zero of {text} would be lost", f'write "{text}" in quotes')
        )
        return text
    try:
        return int(text.replace("_", ""), 0)
    except ValueError:
        return text


def _number(text: str) -> float | str:
    try:
        number = float(text.replace("_", ""))
    except ValueError:
        return text
    return number if math.isfinite(number) else text
