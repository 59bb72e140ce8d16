"""The small language of ``if:`` in a scenario: parsed and checked at load, never evaluated as code.

    verified and mood > -2 and not asked_name
    said.amount <= authority.credit or approved
    objection == 'fee' and heard.apologize >= 2

Grammar::

    guard  = both ("or" both)*
    both   = one ("and" one)*
    one    = "not" one | "(" guard ")" | value [("<"|"<="|">"|">="|"=="|"!=") value]
    value  = number | 'text' | true | false | name | group.name
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Value = bool | int | float | str

GROUPS = ("facts", "authority", "heard", "visits", "said")
"""What may stand before a dot: ``facts.amount``, ``authority.credit``, ``heard.greet``
(times the act was heard), ``visits.opening`` (times the state was entered),
``said.amount`` (the greatest sum of money in what the trainee just said) and
``said.day`` (the one day named in it: ``'tuesday'``, ``'today'``; ``''`` when none or several)."""

BUILTIN = ("mood", "turns", "here", "silences")
"""Bare names that are not flags: her mood, the trainee's turns in the call and in this
state, and the silences one after another."""

MAX_LENGTH = 300
MAX_DEPTH = 20

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)?)"
    r"|(?P<sign><=|>=|==|!=|<|>|\(|\)|-))"
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


class GuardError(ValueError):
    """The guard cannot be read; the message says where and what was expected."""


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    group: str
    name: str


@dataclass(frozen=True, slots=True)
class Compare:
    sign: str
    left: Literal | Name
    right: Literal | Name


@dataclass(frozen=True, slots=True)
class Not:
    inner: Guard


@dataclass(frozen=True, slots=True)
class Both:
    parts: tuple[Guard, ...]


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple[Guard, ...]


Guard = Literal | Name | Compare | Not | Both | Either
Lookup = Callable[[str, str], Value]
"""``lookup(group, name)``; the group is empty for a bare name. Unknown names are ``False``."""


@lru_cache(maxsize=4096)
def parse(source: str) -> Guard:
    """The guard as a tree. Raises ``GuardError``."""
    if len(source) > MAX_LENGTH:
        raise GuardError(f"a condition has at most {MAX_LENGTH} characters, got {len(source)}")
    return _Parser(source).whole()


def names(guard: Guard) -> Iterator[Name]:
    """Every name the guard reads, in order."""
    match guard:
        case Name():
            yield guard
        case Compare(_, left, right):
            yield from names(left)
            yield from names(right)
        case Not(inner):
            yield from names(inner)
        case Both(parts) | Either(parts):
            for part in parts:
                yield from names(part)


def holds(source: str, lookup: Lookup) -> bool:
    """Whether the guard is true; an empty one always is."""
    return bool(_value(parse(source), lookup)) if source else True


def _value(guard: Guard, lookup: Lookup) -> Value:
    match guard:
        case Literal(value):
            return value
        case Name(group, name):
            return lookup(group, name)
        case Compare(sign, left, right):
            return _compare(sign, _value(left, lookup), _value(right, lookup))
        case Not(inner):
            return not _value(inner, lookup)
        case Both(parts):
            return all(_value(part, lookup) for part in parts)
        case Either(parts):
            return any(_value(part, lookup) for part in parts)


def _compare(sign: str, left: Value, right: Value) -> bool:
    if sign not in ("==", "!=") and isinstance(left, str) != isinstance(right, str):
        return False  # a text is neither more nor less than a number
    return _COMPARE[sign](left, right)


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = list(_tokens(source))
        self.at = 0

    def whole(self) -> Guard:
        if not self.tokens:
            raise GuardError("expected a condition, got nothing")
        guard = self.either(0)
        if self.at < len(self.tokens):
            raise GuardError(f"expected the end, 'and' or 'or', got {self.tokens[self.at][1]!r}")
        return guard

    def either(self, depth: int) -> Guard:
        parts = [self.both(depth)]
        while self.take("name", "or"):
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self, depth: int) -> Guard:
        parts = [self.one(depth)]
        while self.take("name", "and"):
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def one(self, depth: int) -> Guard:
        if depth > MAX_DEPTH:
            raise GuardError(f"a condition nests at most {MAX_DEPTH} deep")
        if self.take("name", "not"):
            return Not(self.one(depth + 1))
        if self.take("sign", "("):
            inner = self.either(depth + 1)
            if not self.take("sign", ")"):
                raise GuardError(f"expected ')', got {self.peek()}")
            return inner
        left = self.value()
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind == "sign" and text in _COMPARE:
            self.at += 1
            return Compare(text, left, self.value())
        return left

    def value(self) -> Literal | Name:
        if self.take("sign", "-"):
            kind, text = self.next()
            if kind != "number":
                raise GuardError(f"expected a number after '-', got {text!r}")
            return Literal(-_number(text))
        kind, text = self.next()
        if kind == "number":
            return Literal(_number(text))
        if kind == "text":
            return Literal(text[1:-1])
        if kind != "name" or text in ("and", "or", "not"):
            raise GuardError(f"expected a name, a number or a 'text', got {text!r}")
        if text in ("true", "false"):
            return Literal(text == "true")
        return _name(text)

    def take(self, kind: str, text: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at] == (kind, text):
            self.at += 1
            return True
        return False

    def next(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise GuardError("expected a name, a number or a 'text', got the end")
        self.at += 1
        return self.tokens[self.at - 1]

    def peek(self) -> str:
        return repr(self.tokens[self.at][1]) if self.at < len(self.tokens) else "the end"


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    at, text = 0, source.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise GuardError(f"cannot read {text[at:].strip()[:20]!r} in a condition")
        yield found.lastgroup, found[found.lastgroup]
        at = found.end()


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def _name(text: str) -> Name:
    group, dot, name = text.rpartition(".")
    if dot and group not in GROUPS:
        raise GuardError(f"before a dot only {', '.join(GROUPS)} may stand, got {group!r}")
    return Name(group, name)


def table(values: Mapping[str, Mapping[str, Value]]) -> Lookup:
    """A lookup over plain mappings; what is not there is ``False``."""
    return lambda group, name: values.get(group, {}).get(name, False)
