"""What is told about an uploaded call: read from a form, a script or a row of CSV alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.errors import InvalidInput
from app.i18n import LANGUAGES
from app.recordings.models import LEFT_CHANNEL, RIGHT_CHANNEL

LONGEST_TITLE, LONGEST_SKILL, LONGEST_FACT, LONGEST_NAME = 200, 80, 300, 255
MOST_FACTS = 30
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """The words as they came, each empty when nothing was said."""

    title: str = ""
    agent: str = ""
    """A login."""
    date: str = ""
    skill: str = ""
    language: str = ""
    channel: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Told:
        """From a form or JSON; what is no text counts as not said."""
        names = ("title", "agent", "date", "skill", "language", "channel")
        said = {name: values.get(name) for name in names}
        facts = values.get("facts")
        return cls(
            **{name: text.strip() for name, text in said.items() if isinstance(text, str)},
            facts={
                str(key).strip()[:80]: " ".join(str(value).split())[:LONGEST_FACT]
                for key, value in list(facts.items())[:MOST_FACTS]
            }
            if isinstance(facts, dict)
            else {},
        )


@dataclass(frozen=True, slots=True)
class Around:
    """What is needed to understand them: who may be the agent, where and when we are."""

    agents: Mapping[str, int]
    """Their ids by login."""
    zone: ZoneInfo
    """Of a date without one."""
    now: datetime
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Details:
    """What is told about a call, understood."""

    title: str
    agent_id: int | None
    happened_at: datetime
    skill: str
    language: str
    agent_channel: str
    facts: Mapping[str, str]


def understand(told: Told, around: Around, *, name: str = "") -> Details:
    """``told`` as details. Raises ``InvalidInput`` for the first that is wrong.

    ``name`` is the file's: its title when none was told.
    """
    for field_name, problem in problems(told, around).items():
        raise InvalidInput(problem, field=field_name)
    agent = told.agent.lower()
    title = told.title or name.rpartition(".")[0] or name or _("Call")
    return Details(
        title=title[:LONGEST_TITLE],
        agent_id=around.agents[agent] if agent else None,
        happened_at=moment(told.date, around.zone) if told.date else around.now,
        skill=told.skill,
        language=told.language or around.language,
        agent_channel=told.channel or LEFT_CHANNEL,
        facts=dict(told.facts),
    )


def problems(told: Told, around: Around) -> dict[str, str]:
    """What is wrong, by field, in words."""
    wrong: dict[str, str] = {}
    if len(told.title) > LONGEST_TITLE:
        wrong["title"] = _("A title has at most %(n)s characters.", n=LONGEST_TITLE)
    if told.agent and told.agent.lower() not in around.agents:
        wrong["agent"] = _(
            "“%(login)s” is no one of those whose calls you may upload. "
            "Write the name she signs in with.",
            login=told.agent[:80],
        )
    if told.date:
        try:
            when = moment(told.date, around.zone)
            if not EARLIEST <= when <= around.now:
                wrong["date"] = _("The date must lie between 1990 and now.")
        except ValueError:
            wrong["date"] = _(
                "“%(text)s” is no date. Write it like 2026-03-31 or 2026-03-31 14:05.",
                text=told.date[:40],
            )
    if len(told.skill) > LONGEST_SKILL:
        wrong["skill"] = _("A skill has at most %(n)s characters.", n=LONGEST_SKILL)
    if told.language and told.language not in LANGUAGES:
        wrong["language"] = _("The language must be one of %(all)s.", all=", ".join(LANGUAGES))
    if told.channel and told.channel not in (LEFT_CHANNEL, RIGHT_CHANNEL):
        wrong["channel"] = _("The agent's channel is left or right.")
    return wrong


def moment(text: str, zone: ZoneInfo) -> datetime:
    """An ISO date, with or without a time, as a moment. Raises ``ValueError``."""
    when = datetime.fromisoformat(text.replace("/", "-"))
    when = when if when.tzinfo else when.replace(tzinfo=zone)
    return when.astimezone(UTC)


def shown_name(name: object) -> str:
    """A file's name as it may be shown: without folders and signs nobody can see."""
    last = str(name).replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable()).strip()[:LONGEST_NAME]
