"""A YAML text as a tree that knows the line of everything in it. Nothing is made from tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml import nodes as yaml_nodes
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError

from sim.errors import PlanError
from sim.plan_files import unreadable

MAX_BYTES = 4_000_000
MAX_DEPTH = 24
MAX_VALUES = 400_000
_TAG = "tag:yaml.org,2002:"

_CURLY = re.compile(r"[“”„«»‘’‚]([^“”„«»‘’‚]*)[“”„«»‘’‚]")

Key = str | int


@dataclass(frozen=True)
class File:
    """Where a text came from. Without a ``folder`` it may not name other files."""

    source: str = ""
    folder: Path | None = None


@dataclass(frozen=True)
class Node:
    """A mapping of nodes, a list of nodes or a plain value, and where it stands.

    written: a plain value as it was typed, for ``+2``, which as a number would lose its sign
    beside: of a thing in a list that its base does not have: what those are called that it has
    complete: of a list on top of another: what it does not name is left out
    """

    value: Any
    line: int
    file: File
    written: str = ""
    beside: tuple[str, ...] = ()
    complete: bool = False

    @property
    def plain(self) -> Any:
        """The same without lines."""
        if isinstance(self.value, dict):
            return {key: node.plain for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain for node in self.value]
        return self.value

    def get(self, key: Key) -> Node | None:
        """What stands under a key or at a position, if anything does."""
        if isinstance(self.value, dict):
            found = self.value.get(key)
            return found if isinstance(found, Node) else None
        if isinstance(self.value, list) and isinstance(key, int) and 0 <= key < len(self.value):
            item: Node = self.value[key]
            return item
        return None

    def parts(self) -> Iterable[tuple[Key, Node]]:
        """What a mapping or a list holds, with its keys or places; of a plain value nothing."""
        if isinstance(self.value, dict):
            return self.value.items()
        return enumerate(self.value) if isinstance(self.value, list) else ()

    def also(self, **others: Any) -> Node:
        """A copy of a mapping with some values put in, on this node's line."""
        added = {key: self.of(value) for key, value in others.items()}
        return replace(self, value={**self.value, **added})

    def without(self, *keys: str) -> Node:
        kept = {key: node for key, node in self.value.items() if key not in keys}
        return replace(self, value=kept)

    def of(self, value: Any) -> Node:
        """Plain values as nodes that stand where this one stands."""
        if isinstance(value, Node):
            return value
        if isinstance(value, dict):
            value = {key: self.of(one) for key, one in value.items()}
        elif isinstance(value, (list, tuple)):
            value = [self.of(one) for one in value]
        return Node(value, self.line, self.file)


def read(text: str, file: File) -> Node:
    """The tree of a text that must be one mapping. Raises PlanError with everything wrong."""
    problems: list[str] = []
    size = len(text.encode(errors="replace"))
    if size > MAX_BYTES:
        raise PlanError(
            [
                f"a plan has at most {MAX_BYTES:,} bytes, got {size:,}: put long lists of arrivals "
                "into a CSV file and name it with arrivals: {from: {file: …}}"
            ],
            file.source,
        )
    try:
        root = YAML(typ="safe", pure=True).compose(text)
        tree = None if root is None else _Builder(file, problems).build(root, 0)
    except (YAMLError, YAMLStreamError) as error:
        raise PlanError([_unreadable(error, text)], file.source) from error
    except RecursionError as error:
        raise PlanError([f"line 1: nested more than {MAX_DEPTH} deep"], file.source) from error
    except ValueError as error:  # what the YAML library makes of odd escapes and numbers
        raise PlanError([f"line 1: this is not YAML: {one_line(error)}"], file.source) from error
    if problems:
        raise PlanError(problems, file.source)
    if tree is None or tree.value is None:
        raise PlanError(
            ["the file is empty: python -m sim example writes a plan to begin with"], file.source
        )
    if not isinstance(tree.value, dict):
        raise PlanError(
            [
                f"line {tree.line}: a plan has keys like call_types: and groups: at the left "
                f"margin, got {show(tree.plain)}"
            ],
            file.source,
        )
    return tree


class _Builder:
    """Turns YAML nodes into ours. Aliases are copied, up to a number of values in all."""

    def __init__(self, file: File, problems: list[str]) -> None:
        self.file = file
        self.problems = problems
        self.left = MAX_VALUES

    def build(self, node: yaml_nodes.Node, depth: int) -> Node:
        line = node.start_mark.line + 1
        self.left -= 1
        if depth > MAX_DEPTH or self.left < 0:
            what = (
                f"nested more than {MAX_DEPTH} deep"
                if depth > MAX_DEPTH
                else f"more than {MAX_VALUES:,} values, aliases (*) counted each time"
            )
            raise PlanError([f"line {line}: {what}"], self.file.source)
        if isinstance(node, yaml_nodes.MappingNode):
            return Node(self._mapping(node, depth), line, self.file)
        if isinstance(node, yaml_nodes.SequenceNode):
            items = [self.build(item, depth + 1) for item in node.value]
            return Node(items, line, self.file)
        written = _whole(str(node.value))
        plain = isinstance(node, yaml_nodes.ScalarNode) and node.style is None
        if plain and (meant := _CURLY.fullmatch(written)):
            self.problems.append(
                f"line {line}: {one_line(written, 60)} has typographic quotes, as a word processor "
                f'makes them: write "{one_line(meant[1], 60)}" with straight ones'
            )
        return Node(self._scalar(node, written, line), line, self.file, written)

    def _mapping(self, node: yaml_nodes.MappingNode, depth: int) -> dict[str, Node]:
        values: dict[str, Node] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml_nodes.ScalarNode):
                self.problems.append(f"line {line}: a key must be a word: write key: value")
                continue
            key = _whole(str(key_node.value))
            if key in values:
                self.problems.append(
                    f"line {line}: {one_line(key)} stands here twice, first on line "
                    f"{values[key].line}: join the two or rename one"
                )
                continue
            found = self.build(value_node, depth + 1)
            values[key] = Node(found.value, line, self.file, found.written)
        return values

    def _scalar(self, node: yaml_nodes.Node, text: str, line: int) -> Any:
        tag = str(node.tag or "").removeprefix(_TAG)
        if tag in ("str", "timestamp"):
            return text
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() == "true"
        if tag in ("int", "float"):
            return _number(text, tag)
        self.problems.append(f"line {line}: tags are not allowed, got {one_line(node.tag)}")
        return None


def _whole(text: str) -> str:
    """Characters that JSON escapes in two halves, put together."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _number(text: str, tag: str) -> int | float | str:
    digits = text.replace("_", "")
    try:
        if tag == "float":
            return float(digits.lower().replace(".inf", "inf").replace(".nan", "nan"))
        bare = digits.lstrip("+-")
        return int(digits, 0 if bare[:2].lower() in ("0x", "0o", "0b") else 10)
    except ValueError:
        return text


def _unreadable(error: Exception, text: str) -> str:
    if isinstance(error, MarkedYAMLError):
        if plainly := unreadable.reason(error, text):
            return f"line {plainly[0]}: {plainly[1]}"
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        return (
            f"line {line}: this is not YAML: {one_line(error.problem or error.context)} (check the "
            "indentation, and put quotes around a text with a colon or a quote in it)"
        )
    return f"line 1: this is not YAML: {one_line(error)} (save the file as plain UTF-8 text)"


def one_line(value: object, limit: int = 200) -> str:
    """Anything as one printable line."""
    text = " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def show(value: Any) -> str:
    """What came, in a few words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        inside = one_line(", ".join(f"{key}: …" for key in value), 60)
        return f"{{{inside}}}"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}" if value else "an empty list"
    if isinstance(value, str):
        return f'"{one_line(value, 60)}"'
    try:
        return one_line(value, 60)
    except ValueError:  # Python will not print a whole number of thousands of digits
        return "a huge number"


def name_of(item: Node | None) -> str | None:
    """What a thing in a list is called, if it is."""
    for key in ("name", "call_type", "rule", "to"):
        named = item.get(key) if item is not None else None
        if named is not None and isinstance(named.value, (str, int)):
            return one_line(named.value, 80)
    return None


def path_text(root: Node, path: Sequence[Key]) -> str:
    """``call_types[billing].service``: items by their names where they have one."""
    text, here = "", root
    for key in path:
        following = here.get(key)
        if isinstance(key, int):
            name = name_of(following)
            text += f"[{name if name is not None else key + 1}]"
        else:
            text += f".{one_line(key, 80)}" if text else one_line(key, 80)
        if following is None:
            break
        here = following
    return text
