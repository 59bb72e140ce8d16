"""Texts with facts in braces: ``My name is {name}.`` Nothing else may stand in braces."""

from __future__ import annotations

import re
from collections.abc import Mapping

_HOLE = re.compile(r"\{([^{}]*)\}")
_SENTENCE = re.compile(r"(?:^|(?<=[.!?] ))[a-z]")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class TemplateError(ValueError):
    """The braces of a text do not hold the name of a fact."""


def holes(text: str) -> tuple[str, ...]:
    """The facts a text names, in order. Raises ``TemplateError``."""
    found = tuple(_HOLE.findall(text))
    for name in found:
        if not _NAME.fullmatch(name):
            raise TemplateError(f"in braces the name of a fact is expected, got {{{name}}}")
    if "{" in (rest := _HOLE.sub("", text)) or "}" in rest:
        raise TemplateError(f"a brace is never closed or never opened in {text[:60]!r}")
    return found


def fill(text: str, facts: Mapping[str, object]) -> str:
    """The text with its facts, sentences beginning with a capital; a fact that is not there
    leaves its name, never an error."""
    filled = _HOLE.sub(lambda hole: str(facts.get(hole[1], hole[1])), text)
    return _SENTENCE.sub(lambda start: start[0].upper(), filled) if "{" in text else filled
