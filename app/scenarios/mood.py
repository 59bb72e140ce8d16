"""How the customer's mood moves: bounded, each change with its reason. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from app.scenarios.parts import Line
from app.scenarios.schema import Scenario

LOWEST, HIGHEST = -5, 5


def moved(mood: int, change: int) -> int:
    """The mood after a change, kept within -5..5."""
    return max(LOWEST, min(HIGHEST, mood + change))


def of_act(scenario: Scenario, act: str, felt: Mapping[str, int]) -> int:
    """What hearing an act does to her mood, given how often it already has: the third
    "I'm so sorry" consoles nobody."""
    gain = scenario.mood.acts.get(act)
    return gain.change if gain is not None and felt.get(act, 0) < gain.times else 0


def while_on_hold(scenario: Scenario, seconds: float) -> int:
    """What waiting on hold for so long does to her mood."""
    decay = scenario.mood.hold
    return decay.change * int(max(0.0, seconds) // decay.seconds)


def fitting(scenario: Scenario, lines: tuple[Line, ...], mood: int) -> tuple[Line, ...]:
    """The lines that fit a mood: those for its word, else for the nearest word that has any,
    and all that are for no mood in particular."""
    words = sorted(scenario.mood.words, key=lambda word: scenario.mood.words[word])
    now = words.index(scenario.mood_word(mood))
    banded = [line for line in lines if line.mood in words]
    nearest = min((abs(words.index(line.mood) - now) for line in banded), default=0)
    chosen = [line for line in banded if abs(words.index(line.mood) - now) == nearest]
    lower = [line for line in chosen if words.index(line.mood) <= now] or chosen
    return tuple(line for line in lines if not line.mood or line in lower)
