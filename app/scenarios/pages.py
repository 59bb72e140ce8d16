"""What the practice pages show, gathered as plain values for the templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.accounts.models import Person
from app.scenarios import screen, service
from app.scenarios.check import sentence
from app.scenarios.debrief import Moment
from app.scenarios.library import Library
from app.scenarios.models import WRAP_UP, Call
from app.scenarios.schema import Scenario
from app.scenarios.service import Standing
from app.speech.choose import Missing

MANY_SCENARIOS = 6
NOBODY = Standing()

OUTCOMES = [
    ("passed", _l("Passed")),
    ("failed", _l("Not passed")),
    ("cut_off", _l("Cut off")),
    ("unfinished", _l("Not finished")),
]


@dataclass(frozen=True, slots=True)
class Card:
    """A scenario on the shelf, and how the person stands in it."""

    id: str
    title: str
    summary: str
    minutes: int
    level: str
    skills: tuple[str, ...]
    attempts: int
    best_score: float | None
    best_passed: bool
    last_tried: datetime | None


def shelf(
    scenarios: Sequence[Scenario], standings: Mapping[str, Standing], q: str = "", skill: str = ""
) -> list[Card]:
    """The scenarios that fit, easiest first."""
    levels = {"first": 0, "standard": 1, "advanced": 2}
    fitting = [
        scenario
        for scenario in scenarios
        if q.lower() in f"{scenario.title} {scenario.summary}".lower()
        and (not skill or skill in scenario.skills)
    ]
    fitting.sort(key=lambda scenario: (levels[scenario.level], scenario.title))
    return [_card(scenario, standings.get(scenario.id, NOBODY)) for scenario in fitting]


def _card(scenario: Scenario, standing: Standing) -> Card:
    return Card(
        scenario.id,
        scenario.title,
        scenario.summary,
        scenario.minutes,
        scenario.level,
        tuple(skill.replace("_", " ") for skill in scenario.skills),
        standing.attempts,
        standing.best,
        standing.passed,
        standing.last_at,
    )


def skills_of(scenarios: Sequence[Scenario]) -> list[tuple[str, str]]:
    """The choices of the skill filter; none while all scenarios fit on one look."""
    if len(scenarios) < MANY_SCENARIOS:
        return []
    names = sorted({skill for scenario in scenarios for skill in scenario.skills})
    return [(name, name.replace("_", " ")) for name in names]


def titles(ids: Sequence[str], library: Library) -> list[tuple[str, str]]:
    """(id, title) by title, for a filter; a scenario that is gone is named by its id."""
    known = library.scenarios
    named = [(name, known[name].title if name in known else name) for name in ids]
    return sorted(named, key=lambda item: item[1])


def next_card(cards: Sequence[Card]) -> Card | None:
    """The one to do now: the easiest that is not passed yet."""
    return next((card for card in cards if not card.best_passed), None)


def preparation(scenario: Scenario, seed: int) -> dict[str, Any]:
    """Goal, limits, menu, customer card and script, with this variation's facts."""
    facts = service.facts_of(scenario, seed)
    return {
        "briefing": screen.briefing(scenario, facts),
        "menu": screen.menu(scenario, facts),
        "customer": screen.customer_card(scenario, facts),
        "script": screen.script(scenario, facts),
    }


@dataclass(frozen=True, slots=True)
class Row:
    """A call in the list."""

    id: str
    title: str
    person_name: str
    created_at: datetime
    mode: str
    purpose: str
    status: str
    seconds: float
    total: float | None
    passed: bool | None
    own: bool


def rows(calls: Sequence[Call], reader: Person) -> list[Row]:
    return [
        Row(
            call.id,
            call.title,
            call.person.name,
            call.created_at,
            call.mode,
            call.purpose,
            call.status,
            call.seconds,
            call.total,
            call.passed,
            call.person_id == reader.id,
        )
        for call in calls
    ]


def record(standing: Standing | None) -> dict[str, Any]:
    """How the person stands in this one scenario."""
    standing = standing or NOBODY
    return {
        "attempts": standing.attempts,
        "best_score": standing.best,
        "best_passed": standing.passed,
    }


def readiness(lacking: Sequence[Missing]) -> dict[str, Any]:
    """Whether calls by voice are possible here; if not, the first thing that is in the way."""
    hindering = next((each for each in lacking if each.needed), None)
    return {
        "ready": hindering is None,
        "message": hindering.what if hindering else "",
        "remedy": hindering.remedy if hindering else "",
    }


def call_page(
    call: Call,
    scenario: Scenario,
    lacking: Sequence[Missing],
    said: Sequence[Moment],
    now: datetime,
) -> dict[str, Any]:
    """The page of a call that is to be made, or whose after-call work is to be done."""
    ending = scenario.endings.get(call.ending)
    ended = (now - call.ended_at).total_seconds() if call.ended_at else 0.0
    return {
        "call": {
            "id": call.id,
            "scenario_id": call.scenario_id,
            "title": call.title,
            "mode": call.mode,
            "purpose": call.purpose,
            "phase": _phase(call),
            "disposition": call.disposition,
            "note": call.note,
            "ended_seconds": round(ended),
        },
        "mood": {
            "value": scenario.mood.start,
            "word": scenario.mood_word(scenario.mood.start),
        },
        "voice": readiness(lacking),
        "check_sentence": sentence(call.seed),
        "wrap_up": {
            "seconds": scenario.wrap_up.seconds,
            "dispositions": list(scenario.wrap_up.dispositions.items()),
            "ending_title": ending.title if ending else "",
        },
        "errors": {},
        "said": said,
        **preparation(scenario, call.seed),
    }


def _phase(call: Call) -> str:
    if call.status == WRAP_UP:
        return "wrap_up"
    return "check" if call.mode == "voice" else "call"
