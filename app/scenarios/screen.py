"""What the trainee reads before and during the call, with this call's facts filled in. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.scenarios.schema import FactValue, Scenario
from app.scenarios.template import fill


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled value: of the customer card, of the menu."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article; ``text`` is Markdown."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class BriefingView:
    """The page before the call. ``authority`` says in words what may be decided alone."""

    goal: str
    points: tuple[str, ...]
    authority: tuple[str, ...]
    articles: tuple[ArticleView, ...]


@dataclass(frozen=True, slots=True)
class ScriptPart:
    """The script lines of one state."""

    title: str
    lines: tuple[str, ...]


def briefing(scenario: Scenario, facts: Mapping[str, FactValue]) -> BriefingView:
    """Goal, points, authority limits in words, articles."""
    brief = scenario.briefing
    return BriefingView(
        fill(brief.goal, facts),
        tuple(fill(point, facts) for point in brief.points),
        tuple(fill(limit.text, facts) for limit in brief.authority.values()),
        tuple(ArticleView(article.title, article.text) for article in brief.articles),
    )


def customer_card(scenario: Scenario, facts: Mapping[str, FactValue]) -> tuple[Row, ...]:
    """The customer card, her name first."""
    rows = [Row(line.label, fill(line.value, facts)) for line in scenario.briefing.card]
    return tuple(rows)


def menu(scenario: Scenario, facts: Mapping[str, FactValue]) -> tuple[Row, ...]:
    """What she already told the self-service."""
    return tuple(Row(item.label, fill(item.value, facts)) for item in scenario.menu)


def script(scenario: Scenario, facts: Mapping[str, FactValue]) -> tuple[ScriptPart, ...]:
    """The whole script, state by state; states without lines are left out."""
    return tuple(
        ScriptPart(state.title or name, tuple(fill(line, facts) for line in state.script))
        for name, state in scenario.states.items()
        if state.script
    )
