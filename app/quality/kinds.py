"""The kinds of rule a criterion can have, as data. Pure pydantic models; ``rules/`` judges them.

A rule never names a person's words by pattern alone where a meaning will do:
``acts`` are meanings understood from speech (``empathize``), ``phrases`` are
wording that matters word by word (a legal notice). Each kind is described with
an example in docs/scoring.md.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

MoveKind = Literal["consult", "transfer", "escalate"]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=80)]


def _listed(value: Any) -> Any:
    """One name may stand without the brackets of a list."""
    return (value,) if isinstance(value, str) else value


Names = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=400)], ...],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
Seconds = Annotated[float, Field(gt=0, le=3600)]
Share = Annotated[float, Field(ge=0, le=1)]
Times = Annotated[int, Field(ge=0, le=100)]


class Model(BaseModel):
    """Frozen, and strict about keys it does not know: a typing mistake is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Happening(Model):
    """Something that may happen in a call; it has happened when any of what is named here has.

    ``act``, ``phrase`` and ``fact`` are said by the trainee (``fact``: the value of a
    fact of the scenario, such as the customer's name); ``flag`` becomes true, ``state``
    is reached, ``mark`` is noted (hold, unhold, mute, help, repeat, interrupted…),
    ``move`` is made, ``ending`` is how the call ended. Each takes one name or a list.
    """

    act: Names = ()
    phrase: Names = ()
    fact: Names = ()
    flag: Names = ()
    state: Names = ()
    mark: Names = ()
    move: Annotated[tuple[MoveKind, ...], BeforeValidator(_listed)] = ()
    ending: Names = ()

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not any(getattr(self, name) for name in type(self).model_fields):
            raise ValueError(
                "name at least one of " + ", ".join(type(self).model_fields) + "; nothing is named"
            )
        return self


class Scope(Model):
    """Where in the call a saying counts; without any of these, anywhere.

    ``within_states``: only turns taken in these states. ``before``: only until this
    first happens. ``after``: only once this has happened (never happened: the
    criterion is not applicable).
    """

    within_states: Names = ()
    before: Happening | None = None
    after: Happening | None = None


def _any_or_all(any_of: tuple[str, ...], all_of: tuple[str, ...], what: str) -> None:
    if not any_of and not all_of:
        raise ValueError(f"give any_of or all_of with at least one {what}; both are empty")


class Says(Scope):
    """The trainee says it, in her own words: any of ``any_of`` and every one of ``all_of``."""

    kind: Literal["says"]
    any_of: Names = ()
    all_of: Names = ()

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        _any_or_all(self.any_of, self.all_of, "act")
        return self


class SaysPhrase(Scope):
    """The trainee says these words, nearly word by word. ``{name}`` stands for a fact's value.

    ``similarity`` (50..100) is how alike the heard words must be to count;
    up to 15 below that it is undetermined.
    """

    kind: Literal["says_phrase"]
    any_of: Names = ()
    all_of: Names = ()
    similarity: Annotated[int, Field(ge=50, le=100)] = 85

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        _any_or_all(self.any_of, self.all_of, "phrase")
        return self


class NeverSays(Scope):
    """The trainee says none of these acts and phrases."""

    kind: Literal["never_says"]
    acts: Names = ()
    phrases: Names = ()

    @model_validator(mode="after")
    def _forbids_something(self) -> Self:
        if not self.acts and not self.phrases:
            raise ValueError("give acts or phrases that must not be said; both are empty")
        return self


class Order(Model):
    """``first`` happens before ``second`` does. Not applicable when ``second`` never happens."""

    kind: Literal["order"]
    first: Happening
    second: Happening


class Count(Model):
    """``what`` happens at least and/or at most so many times."""

    kind: Literal["count"]
    what: Happening
    at_least: Times | None = None
    at_most: Times | None = None

    @model_validator(mode="after")
    def _range(self) -> Self:
        _check_range(self.at_least, self.at_most)
        return self


class Within(Model):
    """``what`` happens within ``seconds`` of the start of the call, or of the first ``of``.

    Not applicable when ``of`` never happens, and in a chat unless ``chat_seconds``
    gives a limit for those who type.
    """

    kind: Literal["within"]
    what: Happening
    seconds: Seconds
    of: Happening | None = None
    chat_seconds: Seconds | None = None


class NoDeadAir(Model):
    """Nobody is silent for longer than ``seconds``, hold and pauses aside. Voice only."""

    kind: Literal["no_dead_air"]
    seconds: Seconds = 6.0


class HoldProcedure(Model):
    """Every hold is asked for, agreed to, explained, kept short, and thanked for.

    ``ask``, ``explain`` and ``thank`` are the acts that count for each; an empty list
    takes that part away. ``longest`` is in seconds. Not applicable without a hold.
    """

    kind: Literal["hold_procedure"]
    ask: Names = ("ask_to_hold",)
    explain: Names = ("explain_hold_reason",)
    thank: Names = ("thank_for_holding",)
    consent: bool = True
    longest: Seconds = 120.0


class Closing(Model):
    """The last ``last_seconds`` of the call hold these steps, in this order.

    A step is one act, or a list of acts any of which counts.
    """

    kind: Literal["closing"]
    steps: Annotated[tuple[Names, ...], Field(min_length=1)] = (
        ("summarize_next_steps",),
        ("offer_more_help", "check_resolved"),
        ("say_goodbye", "thank_for_calling"),
    )
    last_seconds: Seconds = 90.0
    in_order: bool = True


class TalkShare(Model):
    """The trainee's share (0..1) of all talking time lies in this range. Voice only."""

    kind: Literal["talk_share"]
    at_least: Share | None = None
    at_most: Share | None = None

    @model_validator(mode="after")
    def _range(self) -> Self:
        _check_range(self.at_least, self.at_most)
        return self


class Pace(Model):
    """The trainee's words per minute of her own speaking time lie in this range. Voice only."""

    kind: Literal["pace"]
    at_least: Annotated[float, Field(gt=0, le=400)] | None = 110.0
    at_most: Annotated[float, Field(gt=0, le=400)] | None = 165.0

    @model_validator(mode="after")
    def _range(self) -> Self:
        _check_range(self.at_least, self.at_most)
        return self


class Flag(Model):
    """At the end of the call the dialogue's flag ``flag`` has this value."""

    kind: Literal["flag"]
    flag: Annotated[str, Field(min_length=1, max_length=80)]
    value: bool = True


class WantedMove(Model):
    """A consult, transfer or escalation; without ``target`` any target will do."""

    move: MoveKind
    target: str | None = None


class Move(Model):
    """The needed moves are made and, unless ``others_allowed``, no needless one.

    With nothing ``needed`` the rule says that this call wants no move at all. A move
    the dialogue itself marked as needed is never needless.
    """

    kind: Literal["move"]
    needed: tuple[WantedMove, ...] = ()
    others_allowed: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.needed and self.others_allowed:
            raise ValueError("name a needed move, or set others_allowed to false")
        return self


class Ending(Model):
    """The call ends in one of these endings, or (``good: true``) in any good one."""

    kind: Literal["ending"]
    one_of: Names = ()
    good: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.one_of and self.good is None:
            raise ValueError("give one_of with endings, or good: true")
        return self


class Interruptions(Model):
    """The trainee speaks over the customer at most so many times. Voice only."""

    kind: Literal["interruptions"]
    at_most: Times = 1


Rule = Annotated[
    Says
    | SaysPhrase
    | NeverSays
    | Order
    | Count
    | Within
    | NoDeadAir
    | HoldProcedure
    | Closing
    | TalkShare
    | Pace
    | Flag
    | Move
    | Ending
    | Interruptions,
    Field(discriminator="kind"),
]


def _check_range(at_least: float | None, at_most: float | None) -> None:
    if at_least is None and at_most is None:
        raise ValueError("give at_least, at_most or both; neither is given")
    if at_least is not None and at_most is not None and at_least > at_most:
        raise ValueError(f"at_least ({at_least}) must not be above at_most ({at_most})")
