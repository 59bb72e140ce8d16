"""Sentences as values: a message id and what goes into it. Pure; ``wording`` renders them.

So the scoring knows no language and no Flask, a stored score can be read in
another language than it was made in, and equal scores are equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Union

Param = Union[str, int, float, "Text"]


@dataclass(frozen=True, slots=True)
class Text:
    """A message with ``{placeholders}``; with ``plural``, the parameter ``n`` chooses the form."""

    key: str
    params: tuple[tuple[str, Param], ...] = ()
    plural: str = ""

    def to_dict(self) -> dict[str, Any]:
        body: dict[str, Any] = {"key": self.key}
        if self.params:
            body["params"] = {
                name: value.to_dict() if isinstance(value, Text) else value
                for name, value in self.params
            }
        if self.plural:
            body["plural"] = self.plural
        return body

    @classmethod
    def from_dict(cls, body: dict[str, Any]) -> Text:
        params = tuple(
            (name, cls.from_dict(value) if isinstance(value, dict) else value)
            for name, value in body.get("params", {}).items()
        )
        return cls(body["key"], params, body.get("plural", ""))


def N_(key: str) -> str:  # noqa: N802 - the usual name of a marker for translators
    """Marks a message for translation and returns it as it is."""
    return key


def text(key: str, **params: Param) -> Text:
    return Text(key, tuple(params.items()))


def in_english(given: Text) -> str:
    """The sentence as it is written here, for files and logs, which know no reader's language."""
    params = {
        name: in_english(value) if isinstance(value, Text) else value
        for name, value in given.params
    }
    return given.key.format(**params) if params else given.key


def counted(singular: str, plural: str, n: int, **params: Param) -> Text:
    """``singular`` or ``plural`` by ``n``, which may be used in both as ``{n}``."""
    return Text(singular, (("n", n), *params.items()), plural)


def named(identifier: str) -> Text:
    """An identifier of a scenario (``ask_date_of_birth``) as words."""
    return Text(identifier.replace("_", " ").replace("-", " "))


def quoted(words: str) -> Text:
    return text(N_("“{words}”"), words=words)


def either(items: Sequence[Text]) -> Text:
    """``a``, ``a or b``, ``a, b or c``."""
    return _joined(items, N_("{first} or {second}"))


def both(items: Sequence[Text]) -> Text:
    """``a``, ``a and b``, ``a, b and c``."""
    return _joined(items, N_("{first} and {second}"))


def then(items: Sequence[Text]) -> Text:
    """``a``, ``a, then b``, ``a, then b, then c``."""
    joined = items[0]
    for item in items[1:]:
        joined = text(N_("{first}, then {second}"), first=joined, second=item)
    return joined


def _joined(items: Sequence[Text], last: str) -> Text:
    *before, final = items
    if not before:
        return final
    head = before[0]
    for item in before[1:]:
        head = text(N_("{first}, {second}"), first=head, second=item)
    return text(last, first=head, second=final)
