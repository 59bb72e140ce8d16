"""What pydantic found wrong with a scenario's shape, in an author's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.quality import card, kinds
from app.scenarios import parts, schema
from app.scenarios.problems import Finding, did_you_mean
from app.yaml_file import Place, YamlFile, written

_KINDS = {
    dict: "keys and values",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    type(None): "nothing",
}
_WANTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "keys and values",
    "mapping_type": "keys and values",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
}
_LIMITS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}


def findings(error: ValidationError, source: YamlFile) -> Iterator[Finding]:
    """One finding for each place that is wrong, however many forms were tried there."""
    seen: dict[Place, list[ErrorDetails]] = {}
    for each in error.errors(include_url=False):
        seen.setdefault(_in_file(each, source), []).append(each)
    for place, errors in seen.items():
        yield _finding(place, errors)


def _in_file(error: ErrorDetails, source: YamlFile) -> Place:
    """The place as it stands in the file, without the names of forms that were tried."""
    place = source.known(error["loc"])
    return (*place, error["loc"][-1]) if error["type"] == "missing" else place


def _finding(place: Place, errors: list[ErrorDetails]) -> Finding:
    first = errors[0]
    kind, given = first["type"], first["input"]
    where = written(place)
    context = first.get("ctx", {})
    if kind == "missing":
        return Finding(place, f"`{where}` is missing", f"add `{place[-1]}:`")
    if kind == "extra_forbidden":
        return Finding(
            place, f"`{where}` is not a key that is known here", _key_remedy(str(place[-1]))
        )
    wanted = [_WANTED[each["type"]] for each in errors if each["type"] in _WANTED]
    if wanted:
        expected = " or ".join(dict.fromkeys(wanted))
        return Finding(place, f"`{where}` must be {expected}, got {_got(given)}", _quote(given))
    if kind in _LIMITS:
        words, key = _LIMITS[kind]
        limit = f"{words} {context[key]}"
        return Finding(place, f"`{where}` must be {limit}, got {given}", f"write {limit}")
    if kind in ("literal_error", "union_tag_invalid"):
        expected = str(context.get("expected", context.get("expected_tags", "")))
        got = given.get("kind") if isinstance(given, dict) else given
        names = [name.strip(" '") for name in expected.replace(" or ", ",").split(",")]
        return Finding(
            place,
            f"`{where}` must be one of {expected}, got {got!r}",
            did_you_mean(str(got), names, what="choose one of"),
        )
    if kind == "string_pattern_mismatch":
        return Finding(
            place,
            f"`{where}` is not a name: {given!r}",
            _pattern(str(context.get("pattern", ""))),
        )
    message = first["msg"].removeprefix("Value error, ")
    return Finding(place, f"`{where}`: {message}", "" if "got" in message else f"got {_got(given)}")


def _pattern(pattern: str) -> str:
    if ".md" in pattern:
        return "name a Markdown file in the scenario's folder, like articles/refunds.md"
    if "{2}" in pattern:
        return "write the two letters of a language, like en"
    between = "dashes" if "-]" in pattern and "_" not in pattern else "underscores"
    return f"use small letters, digits and {between}, beginning with a letter"


def _got(given: Any) -> str:
    kind = _KINDS.get(type(given), type(given).__name__)
    return f"{given!r}" if isinstance(given, str | int | float) else kind


def _quote(given: Any) -> str:
    if isinstance(given, int | float) and not isinstance(given, bool):
        return f'put it in quotes: "{given}"'
    return "leave the key away when there is nothing to say" if given is None else ""


def _key_remedy(key: str) -> str:
    return (
        did_you_mean(key, _KEYS) if did_you_mean(key, _KEYS).startswith("did") else "take it away"
    )


def _all_keys() -> frozenset[str]:
    models = [
        each
        for module in (parts, schema, card, kinds)
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, BaseModel)
    ]
    return frozenset(
        info.alias or name for model in models for name, info in model.model_fields.items()
    )


_KEYS = _all_keys()
