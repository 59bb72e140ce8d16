"""A scenario, whole, as frozen models: the one source of the published JSON Schema.

Only the shape is checked here. That what is named exists (states, endings, flags,
facts, acts) is checked by ``references.py``, with the line it stands on.
"""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from app.quality.card import RuledScorecard
from app.scenarios.parts import (
    Anywhere,
    Condition,
    DeskMove,
    Effect,
    Hold,
    Model,
    MoodChange,
    Name,
    Names,
    Say,
    Silences,
    State,
    Template,
    Text,
    Texts,
    listed,
)

FactValue = str | int | float | bool
FORMAT = 1


class Voice(Model):
    """Her voice: an engine's own name for it, and words a minute."""

    pyttsx3: str = ""
    flite: str = ""
    pace: Annotated[int, Field(ge=80, le=260)] = 165


class Persona(Model):
    """Who calls. Her name is the fact ``name``. ``patience`` is seconds of silence she bears."""

    segment: Text
    age: Annotated[int, Field(ge=16, le=110)]
    expectations: Text
    patience: Annotated[float, Field(ge=2, le=60)] = 7.0
    voice: Voice = Voice()


class NumberRange(Model):
    """A whole number from ``from`` to ``to`` (both may be drawn) in steps of ``step``."""

    start: int = Field(alias="from")
    to: int
    step: Annotated[int, Field(ge=1)] = 1


class Computed(Model):
    """A fact made of others: spoken forms, sums, texts joined, one value for another (``map``)."""

    how: Literal[
        "money", "digits", "date", "number", "ordinal", "join", "sum", "difference", "map"
    ] = Field(alias="as")
    of: Names
    to: dict[str, str] = Field(default_factory=dict)


class Facts(Model):
    """What is true in this call, drawn by its seed.

    ``records``: one row of each table is drawn whole (a name with its address and
    account). ``choices`` and ``numbers`` are drawn one by one. ``computed`` is
    worked out of other facts.
    """

    fixed: dict[Name, FactValue] = Field(default_factory=dict)
    records: dict[Name, Annotated[tuple[dict[Name, FactValue], ...], Field(min_length=1)]] = Field(
        default_factory=dict
    )
    choices: dict[Name, Annotated[tuple[FactValue, ...], Field(min_length=1)]] = Field(
        default_factory=dict
    )
    numbers: dict[Name, NumberRange] = Field(default_factory=dict)
    computed: dict[Name, Computed] = Field(default_factory=dict)


class MenuItem(Model):
    """Something she told the self-service; asking for it again (``acts``) costs ``mood``, once."""

    label: Text
    value: Template
    acts: Names = ()
    mood: MoodChange = -1
    set: Name | None = None


class CardLine(Model):
    """A line of the customer card on the desk."""

    label: Text
    value: Template


class Authority(Model):
    """What may be decided alone. Guards read ``authority.<name>``."""

    limit: float
    text: Template


class Article(Model):
    """An SOP or knowledge article: a Markdown file beside the scenario."""

    title: Text
    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]+(/[A-Za-z0-9_\-]+)*\.md$")]
    text: Annotated[str, Field(max_length=20_000)] = ""


class Briefing(Model):
    """What the trainee reads before the call, and may reopen during it."""

    goal: Template
    points: Texts = ()
    card: tuple[CardLine, ...] = ()
    authority: dict[Name, Authority] = Field(default_factory=dict)
    articles: tuple[Article, ...] = ()


class Gain(Model):
    """How an act changes her mood, and how many times in a call it does."""

    change: MoodChange
    times: Annotated[int, Field(ge=1, le=20)] = 20


def _gain(value: Any) -> Any:
    """A bare number: kind words count twice, unkind ones always."""
    if isinstance(value, int) and not isinstance(value, bool):
        return {"change": value, "times": 2 if value > 0 else 20}
    return value


class HoldDecay(Model):
    """``change`` for every ``seconds`` on hold."""

    seconds: Annotated[float, Field(gt=0)] = 30.0
    change: MoodChange = -1


class Lost(Model):
    """At this mood or below she has had enough and hangs up."""

    at: Annotated[int, Field(ge=-5, le=0)] = -5
    say: Say
    end: Name


class Mood(Model):
    """From -5 (furious) to 5 (delighted). ``words``: the lowest value each word is for."""

    start: Annotated[int, Field(ge=-5, le=5)] = 0
    words: Annotated[dict[str, Annotated[int, Field(ge=-5, le=5)]], Field(min_length=2)]
    acts: dict[
        Name,
        Annotated[Gain, BeforeValidator(_gain, json_schema_input_type=int | Gain)],
    ] = Field(default_factory=dict)
    silence: MoodChange = -1
    interrupted: MoodChange = 0
    repeat: MoodChange = -1
    hold: HoldDecay = HoldDecay()
    lost: Lost


class HangUp(Model):
    """Which ending it is when the trainee hangs up; the first whose ``if`` holds."""

    guard: Condition = Field("", alias="if")
    end: Name


class Limits(Model):
    """When it goes on for ever: after so many turns of the trainee she ends it."""

    turns: Annotated[int, Field(ge=5, le=200)] = 60
    say: Say
    end: Name


class Ending(Model):
    """How a call may end."""

    good: bool
    title: Text
    text: Template


class NotePoint(Model):
    """Something the wrap-up note should mention: any of these words counts."""

    about: Text
    words: Texts


class WrapUp(Model):
    """After-call work. ``right``: what fits each ending. ``seconds`` is the time it should take."""

    seconds: Annotated[int, Field(ge=10, le=600)] = 90
    dispositions: Annotated[dict[Name, Text], Field(min_length=2)]
    right: dict[Name, Names]
    note: tuple[NotePoint, ...] = ()


class TraineeLine(Model):
    """What the automatic trainee does next: says a line (with these acts), or uses the desk."""

    say: Texts = ()
    acts: Names = ()
    guard: Condition = Field("", alias="if")
    move: Name | None = None
    hold: Annotated[float, Field(gt=0, le=300)] | None = None
    hang_up: bool = False


TraineeLines = dict[
    Name,
    Annotated[
        tuple[TraineeLine, ...],
        BeforeValidator(listed, json_schema_input_type=TraineeLine | tuple[TraineeLine, ...]),
    ],
]


class BadRun(Model):
    """A run that goes wrong on purpose: its own lines in some states."""

    title: Text
    ending: Annotated[Names, Field(min_length=1)]
    fails: Annotated[tuple[str, ...], BeforeValidator(listed)] = ()
    lines: TraineeLines


class Trainee(Model):
    """How the automatic trainee makes the call, by state. See ``walk.trainee_line``.

    ``ending``: where its good run leads, by the facts perhaps to one of several.
    """

    ending: Annotated[Names, Field(min_length=1)]
    lines: TraineeLines
    bad: dict[Name, BadRun] = Field(default_factory=dict)


class Scenario(Model):
    """One role-play, whole."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
    title: Text
    summary: Annotated[str, Field(min_length=1, max_length=600)]
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "en"
    level: Literal["first", "standard", "advanced"]
    minutes: Annotated[int, Field(ge=1, le=60)]
    skills: Annotated[tuple[Name, ...], Field(min_length=1)]
    company: Text
    persona: Persona
    facts: Facts
    menu: tuple[MenuItem, ...] = ()
    briefing: Briefing
    mood: Mood
    start: Name
    states: Annotated[dict[Name, State], Field(min_length=2)]
    anywhere: tuple[Anywhere, ...] = ()
    silence: Annotated[Silences, Field(min_length=1)]
    nods: Annotated[Say, Field(min_length=1)]
    unsure: Annotated[Say, Field(min_length=1)]
    fallback: Annotated[tuple[Effect, ...], Field(max_length=6)] = ()
    moves: dict[Name, DeskMove] = Field(default_factory=dict)
    hold: Hold
    hang_up: Annotated[tuple[HangUp, ...], Field(min_length=1)]
    limits: Limits
    endings: Annotated[dict[Name, Ending], Field(min_length=2)]
    wrap_up: WrapUp
    scorecard: RuledScorecard
    trainee: Trainee
    phrases: dict[Name, Texts] = Field(default_factory=dict)

    def canonical(self) -> str:
        """The whole scenario as JSON: what is frozen in the database.

        Keys stay in the file's order: the order of a menu or an authority has a meaning.
        """
        return json.dumps(self.model_dump(mode="json", by_alias=True), ensure_ascii=False)

    @cached_property
    def version(self) -> str:
        """sha256 of the canonical JSON, in hex: any change makes another version."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    @staticmethod
    def from_canonical(text: str) -> Scenario:
        """The scenario back from its canonical JSON."""
        return Scenario.model_validate_json(text)

    def mood_word(self, mood: int) -> str:
        """The word for a mood: that of the greatest threshold not above it."""
        words = sorted(self.mood.words.items(), key=lambda item: item[1])
        return next((word for word, low in reversed(words) if mood >= low), words[0][0])


def json_schema() -> dict[str, Any]:
    """The published JSON Schema of a scenario file, shorthands included."""
    schema = Scenario.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": f"format {FORMAT}; written by `callwright scenarios schema`",
        **schema,
    }
