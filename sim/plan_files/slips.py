"""What a plan file says that would quietly mean something else: a time of day without a colon
(``opens: 8`` is eight seconds past midnight), a key with nothing behind it, and thousands with a
point (``1.200`` is a little more than one).
"""

from __future__ import annotations

import re
import types
from dataclasses import replace
from typing import Annotated, Any, Union, get_args, get_origin

from sim.parameters.units import DAY, clock, exact_clock
from sim.plan_files import explain, shapes
from sim.plan_files.hints import unknown_key
from sim.plan_files.history import From
from sim.plan_files.tree import File, Key, Node, one_line

# Nobody writes a nought behind a fraction of a contact; forecasts have three decimals of any kind.
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d\d0")
_FILE_KEYS = frozenset({"base", "what_if", "from", "remove"})
_HOURS = 48


class Slips:
    """Looks through a tree along the dataclasses it stands for.

    whole: the file in which nothing may be left empty; in one with a base, null takes a thing
        of the base away
    doubts: lines about what may be right as it stands
    """

    def __init__(
        self,
        root: Node,
        whole: File | None,
        problems: list[str],
        doubts: list[str] | None = None,
    ) -> None:
        self.root = root
        self.whole = whole
        self.problems = problems
        self.doubts = [] if doubts is None else doubts
        self._doubted: set[tuple[Key, ...]] = set()

    def mended(self, annotation: Any, node: Node, place: tuple[Key, ...] = ()) -> Node:
        """The tree with the times of day that were meant, so that what else is wrong with it can
        be told from them; each slip joins the problems."""
        if isinstance(node.value, dict):
            kinds = _chosen(shapes.dataclasses_in(annotation), node)
            if kinds or _is_mapping(annotation):
                return replace(node, value=self._entries(kinds, node, place))
            return node
        if isinstance(node.value, list):
            items = [self.mended(annotation, one, (*place, i)) for i, one in enumerate(node.value)]
            return replace(node, value=items)
        # Only what was typed: histories are put in as numbers.
        if shapes.is_clock(annotation) and node.written and _is_number(node.value):
            return self._time(node, place)
        if _THOUSANDS.fullmatch(node.written) and shapes.is_rate(annotation):
            self._thousands(node, place)
        return node

    def _entries(
        self, kinds: tuple[type, ...], node: Node, place: tuple[Key, ...]
    ) -> dict[Key, Node]:
        found: dict[Key, Node] = {}
        for key, one in node.value.items():
            here = (*place, key)
            annotation = _annotation(kinds, key)
            if one.value is None:
                self._nothing(kinds, annotation, one, here)
            found[key] = one if annotation is None else self.mended(annotation, one, here)
        return found

    def _nothing(
        self, kinds: tuple[type, ...], annotation: Any, node: Node, place: tuple[Key, ...]
    ) -> None:
        key = str(place[-1])
        if kinds and annotation is None and key not in _FILE_KEYS:
            hint = unknown_key(key, kinds)
            if key.replace(".", "").isdigit():
                hint = "a comma parts two entries here: write a figure with a point, like 4.5"
            self.problems.append(explain.located(f"unknown key: {hint}", self.root, place))
        elif node.file == self.whole and key not in _FILE_KEYS and not _may_be_none(annotation):
            message = "nothing stands behind it: write a value, or leave the key out"
            self.problems.append(explain.located(message, self.root, place))

    def _time(self, node: Node, place: tuple[Key, ...]) -> Node:
        meant = _meant(node)
        message = (
            f"{one_line(node.written, 30)} is {node.value:.6g} seconds past midnight: "
            f'write "{meant or "08:00"}"'
        )
        self.problems.append(explain.located(message, self.root, place))
        return node if meant is None else replace(node, value=clock(meant))

    def _thousands(self, node: Node, place: tuple[Key, ...]) -> None:
        """One line for a list, which is written in one way."""
        whole = place[:-1] if isinstance(place[-1], int) else place
        if whole not in self._doubted and not isinstance(node.value, str):
            self._doubted.add(whole)
            meant = node.written.replace(".", "")
            message = f"{node.written} is {node.value:g}: if {int(meant):,} is meant, write {meant}"
            self.doubts.append(explain.located(message, self.root, place))


def _meant(node: Node) -> str | None:
    """``08:30`` for 8.30 and for 8.5, and for 30600, which are the seconds."""
    if not 0 <= node.value <= 2 * DAY:
        return None
    if node.value > _HOURS:
        return exact_clock(node.value)
    decimals = node.written.partition(".")[2]
    if len(decimals) == 2 and decimals.isdigit() and decimals < "60":
        return f"{int(node.value):02d}:{decimals}"
    return exact_clock(round(60 * node.value) * 60.0)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _chosen(kinds: tuple[type, ...], node: Node) -> tuple[type, ...]:
    """Of several distributions or patterns the one that is named."""
    for tag in ("distribution", "pattern"):
        named = node.get(tag)
        if named is not None:
            return tuple(kind for kind in kinds if shapes.tag(kind) == named.value) or kinds
    return kinds


def _annotation(kinds: tuple[type, ...], key: Key) -> Any:
    """What belongs behind a key; None when nothing does."""
    if key == "from" and any(shapes.tag(kind) for kind in kinds):
        return From
    return next((shapes.hints(k)[key] for k in kinds if key in shapes.hints(k)), None)


def _is_mapping(annotation: Any) -> bool:
    """Is it a mapping with keys of the plan's own, as the shares of a mix are?"""
    while get_origin(annotation) is Annotated:
        annotation = annotation.__origin__
    return get_origin(annotation) is dict


def _may_be_none(annotation: Any) -> bool:
    while get_origin(annotation) is Annotated:
        annotation = annotation.__origin__
    union = get_origin(annotation) in (Union, types.UnionType)
    return union and type(None) in get_args(annotation)
