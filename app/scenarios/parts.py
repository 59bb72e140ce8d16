"""What states, moves and silences are made of: lines, conditions, effects. Pure pydantic models.

Each shorthand an author may write (a bare text for a line, one act for ``when``)
is turned into its long form on the way in; the long form is what is hashed,
stored and read back. docs/scenario-format.md is the page for authors.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from app.scenarios.guard import GuardError, parse
from app.scenarios.moves import MoveKind
from app.scenarios.template import TemplateError, holes

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""A name the author chooses: a state, flag, fact, ending, target."""

Text = Annotated[str, Field(min_length=1, max_length=600)]
MoodChange = Annotated[int, Field(ge=-10, le=10)]


class Model(BaseModel):
    """Frozen, and strict about keys it does not know: a typing mistake is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _guard(source: str) -> str:
    try:
        if source:
            parse(source)
    except GuardError as error:
        raise ValueError(f"{error} in {source!r}") from None
    return source


def _template(text: str) -> str:
    try:
        holes(text)
    except TemplateError as error:
        raise ValueError(str(error)) from None
    return text


Condition = Annotated[str, Field(max_length=300), AfterValidator(_guard)]
"""A guard: ``verified and mood > -2``. See guard.py."""

Template = Annotated[Text, AfterValidator(_template)]
"""A text with facts in braces: ``My name is {name}.``"""


def listed(value: Any) -> Any:
    """One item may stand without the brackets of a list."""
    return [value] if isinstance(value, str | dict) else value


Names = Annotated[
    tuple[Name, ...],
    BeforeValidator(listed, json_schema_input_type=str | tuple[Name, ...]),
]
Texts = Annotated[
    tuple[Template, ...],
    BeforeValidator(listed, json_schema_input_type=str | tuple[str, ...]),
]


class Line(Model):
    """One way to say something.

    ``if`` keeps it for when that holds; ``mood`` for when her mood has that word.
    """

    text: Template
    guard: Condition = Field("", alias="if")
    mood: str = ""


def _lines(value: Any) -> Any:
    """A text, a list of texts and lines, or texts by mood word, as a list of lines."""
    if isinstance(value, str):
        return [{"text": value}]
    if isinstance(value, dict) and not {"text", "if"} & set(value):
        return [
            {"text": text, "mood": word}
            for word, texts in value.items()
            for text in (texts if isinstance(texts, list | tuple) else [texts])
        ]
    if isinstance(value, list | tuple):
        return [{"text": item} if isinstance(item, str) else item for item in value]
    return [value] if isinstance(value, dict) else value


Say = Annotated[
    tuple[Line, ...],
    BeforeValidator(
        _lines,
        json_schema_input_type=str | list[str | Line] | Line | dict[str, str | list[str]],
    ),
]
"""Variants of a line: one is picked by the seed, and not the same twice running."""


class When(Model):
    """Acts of the trainee: any of ``any`` in this turn, every one of ``all`` in this state."""

    any: Names = ()
    all: Names = ()

    @property
    def acts(self) -> tuple[str, ...]:
        return (*self.any, *self.all)


def _when(value: Any) -> Any:
    return {"any": value} if isinstance(value, str | list | tuple) else value


def _settings(value: Any) -> Any:
    """``set: verified`` and ``set: [a, b]`` mean that those become true."""
    if isinstance(value, str):
        return {value: True}
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return dict.fromkeys(value, True)
    return value


FlagValue = bool | int
Settings = Annotated[
    dict[Name, FlagValue],
    BeforeValidator(_settings, json_schema_input_type=str | list[str] | dict[str, FlagValue]),
]


class Effect(Model):
    """What happens: said, felt, remembered, told to the trainee, and where it leads.

    ``add`` counts: ``add: {refusals: 1}``. ``tell`` appears on the trainee's desk.
    ``go`` names a state, ``end`` an ending.
    """

    say: Say = ()
    mood: MoodChange = 0
    set: Settings = Field(default_factory=dict)
    add: dict[Name, Annotated[int, Field(ge=-10, le=10)]] = Field(default_factory=dict)
    tell: Template | None = None
    go: Name | None = None
    end: Name | None = None


class Transition(Effect):
    """One thing that may come of what the trainee does.

    Without ``when`` it needs an ``if`` and fires by itself as soon as that holds.
    ``once`` lets it fire a single time in a call. ``keep`` says its line even when
    more follows in the same breath; by default answers to ``ask_…`` are kept
    (not to ``ask_to_…``).
    ``again`` repeats the customer's last line. ``carry`` lets the state it goes to
    hear the act too: asked for her name, she comes to the details and gives it.
    """

    when: Annotated[When, BeforeValidator(_when, json_schema_input_type=str | list[str] | When)] = (
        Field(default_factory=When)
    )
    guard: Condition = Field("", alias="if")
    once: bool = False
    keep: bool | None = None
    again: bool = False
    carry: bool = False


class Anywhere(Transition):
    """A transition of every state, where the state has no answer of its own."""

    states: Names = Field((), alias="in")
    but: Names = Field((), alias="except")


Silences = Annotated[tuple[Effect, ...], Field(max_length=6)]
"""What she does at the first, second, third… silence; after the last one she hangs up."""

Fallbacks = Annotated[tuple[Effect, ...], Field(max_length=6)]
"""What she says when nothing fits, first, second…; the last must ``go`` on or ``end``."""


class State(Model):
    """Where the conversation stands, and what may come next."""

    title: Text | None = None
    script: Texts = ()
    say: Say = ()
    expects: Names = ()
    on: tuple[Transition, ...] = ()
    silence: Silences = ()
    fallback: Fallbacks = ()


class DeskMove(Effect):
    """Somebody the trainee can turn to.

    ``if`` says when it can be used, ``needed`` when it is the right thing to do;
    else ``needless`` happens instead of what is written here.
    """

    kind: MoveKind
    label: Text
    guard: Condition = Field("", alias="if")
    states: Names = Field((), alias="in")
    needed: Condition = "false"
    needless: Effect | None = None


class HoldCheck(Model):
    """What the trainee finds out while the customer waits on hold."""

    guard: Condition = Field("", alias="if")
    states: Names = Field((), alias="in")
    tell: Template
    set: Settings = Field(default_factory=dict)


class Hold(Model):
    """How she takes being put on hold. Times are seconds on hold.

    ``unannounced`` and ``too_long`` happen on coming back, ``back`` else; after
    ``gives_up`` seconds she hangs up (``lost``).
    """

    longest: Annotated[float, Field(gt=0, le=600)] = 60.0
    gives_up: Annotated[float, Field(gt=0, le=1200)] = 180.0
    back: Effect = Field(default_factory=Effect)
    unannounced: Effect = Field(default_factory=Effect)
    too_long: Effect = Field(default_factory=Effect)
    lost: Name
    checks: tuple[HoldCheck, ...] = ()
