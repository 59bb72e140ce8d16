"""Everything that is wrong with a scorecard, each with its place and in words. Pure.

A place is a way into the card: ``("sections", 0, "criteria", 2, "weight")``. The words say what
was expected and what came; they are ``Text``, so that a page shows them in the reader's language
beside the field, and a file beside its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.quality import card as card_models
from app.quality import kinds, scale
from app.quality.card import Scorecard, faults, places
from app.quality.scale import LOOSE, scale_faults
from app.quality.text import N_, Text, in_english, text

Place = tuple[str | int, ...]
MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    place: Place
    text: Text

    @property
    def path(self) -> str:
        """``sections[0].criteria[2].weight``; empty for the whole card."""
        parts = (f"[{each}]" if isinstance(each, int) else f".{each}" for each in self.place)
        return "".join(parts).lstrip(".")

    def __str__(self) -> str:
        words = in_english(self.text)
        return f"{self.path}: {words}" if self.path else words


def checked(body: Any) -> tuple[Scorecard | None, tuple[Problem, ...]]:
    """The card of a body, or None and what is wrong with it. Never raises for what is in it."""
    try:
        found = Scorecard.model_validate(body, context=LOOSE)
    except ValidationError as error:
        wrong = error.errors(include_url=False)[:MOST_PROBLEMS]
        return None, tuple({each.place: each for each in _problems(wrong, body)}.values())
    problems = tuple(_between(found))
    return (None if problems else found), problems


def _between(card: Scorecard) -> Iterator[Problem]:
    for fault in faults(card):
        yield Problem(fault.place, fault.text)
    for place, criterion in places(card):
        for fault in scale_faults(criterion.scale):
            yield Problem((*place, "scale", *fault.place), fault.text)


_WANTED = {
    "string_type": N_("expected words, got {got}"),
    "float_type": N_("expected a number, got {got}"),
    "float_parsing": N_("expected a number, got {got}"),
    "finite_number": N_("expected a number, got {got}"),
    "int_type": N_("expected a whole number, got {got}"),
    "int_parsing": N_("expected a whole number, got {got}"),
    "int_from_float": N_("expected a whole number, got {got}"),
    "bool_type": N_("expected true or false, got {got}"),
    "bool_parsing": N_("expected true or false, got {got}"),
    "tuple_type": N_("expected a list, got {got}"),
    "model_type": N_("expected keys and values, got {got}"),
    "model_attributes_type": N_("expected keys and values, got {got}"),
}
_LIMITS = {
    "greater_than_equal": (N_("expected at least {limit}, got {got}"), "ge"),
    "greater_than": (N_("expected more than {limit}, got {got}"), "gt"),
    "less_than_equal": (N_("expected at most {limit}, got {got}"), "le"),
    "less_than": (N_("expected less than {limit}, got {got}"), "lt"),
}
_NO_NAME = N_(
    "expected an id of small letters, digits, - and _, beginning with a letter, got {got}"
)


def _problems(errors: list[ErrorDetails], body: Any) -> Iterator[Problem]:
    for error in errors:
        if error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]:
            continue  # what was wrong with its items has been told
        place = _in_body(error["loc"], body)
        if error["type"] in ("missing", "extra_forbidden") and place[-1:] != error["loc"][-1:]:
            place = (*place, error["loc"][-1])
        yield Problem(place, _words(error, place))


def _in_body(place: Place, body: Any) -> Place:
    """The place without the parts that are not in the body: the name of a rule's kind."""
    here, found = body, Place()
    for part in place:
        keyed = isinstance(here, Mapping) and part in here
        counted = isinstance(here, list | tuple) and isinstance(part, int) and part < len(here)
        if keyed or counted:
            here, found = here[part], (*found, part)
    return found


def _words(error: ErrorDetails, place: Place) -> Text:
    kind, given = error["type"], error["input"]
    context: Mapping[str, Any] = error.get("ctx", {})
    if kind == "missing":
        return text(N_("this is missing"))
    if kind == "extra_forbidden":
        return _unknown_key(str(place[-1]))
    if kind in _WANTED:
        return text(_WANTED[kind], got=_shown(given))
    if kind in _LIMITS:
        message, key = _LIMITS[kind]
        return text(message, limit=f"{context[key]:g}", got=_shown(given))
    if kind == "string_too_short":
        return text(N_("this is empty"))
    if kind in ("string_too_long", "too_long"):
        return _too_long(kind, context, given)
    if kind == "too_short":
        return text(N_("expected at least {n}, got {got}"), n=context["min_length"], got=len(given))
    if kind == "string_pattern_mismatch":
        return text(_NO_NAME, got=_shown(given))
    if kind in ("literal_error", "union_tag_invalid"):
        expected = str(context.get("expected", context.get("expected_tags", ""))).replace("'", "")
        return text(N_("expected {choice}, got {got}"), choice=expected, got=_shown(given))
    if kind == "scale_word":
        return text(
            N_("a scale is {words} or a list of points, got {got}"),
            words=str(context["words"]),
            got=str(context["got"]),
        )
    return Text(error["msg"].removeprefix("Value error, ").replace("{", "{{").replace("}", "}}"))


def _too_long(kind: str, context: Mapping[str, Any], given: Any) -> Text:
    message = (
        N_("expected at most {n} letters, got {got}")
        if kind == "string_too_long"
        else N_("expected at most {n} of them, got {got}")
    )
    return text(message, n=int(context["max_length"]), got=len(given))


def _unknown_key(key: str) -> Text:
    near = get_close_matches(key, _KEYS, n=1, cutoff=0.6)
    if near:
        return text(N_("{name} is not known here; did you mean {near}?"), name=key, near=near[0])
    return text(N_("{name} is not known here; take it away"), name=key)


def _shown(given: Any) -> str | Text:
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, str):
        return f"“{given[:60]}”" if given else text(N_("nothing"))
    if isinstance(given, int | float):
        return f"{given:g}"
    if given is None:
        return text(N_("nothing"))
    return text(N_("a list")) if isinstance(given, list | tuple) else text(N_("keys and values"))


_MODELS = [
    each
    for module in (card_models, scale, kinds)
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, BaseModel)
]
_KEYS = sorted({name for model in _MODELS for name in model.model_fields})
