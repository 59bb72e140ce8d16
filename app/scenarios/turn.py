"""One step of a call in the making: a working copy of the state, and the actions so far.

It lives for the length of one ``dialogue.step`` and is never seen outside it:
to its callers a step is a function from values to values. ``words`` are what the
trainee just said, for conditions to look into.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from app.scenarios import guard, mood, spoken, template
from app.scenarios.moves import Action, End, Record, Say, Tell
from app.scenarios.parts import Effect, FlagValue, Line, Transition
from app.scenarios.schema import Scenario
from app.scenarios.state import DialogueState


class Turn:
    """The state while it changes. ``replies`` are (kept, text) in the order they came up."""

    def __init__(self, scenario: Scenario, state: DialogueState, words: str = "") -> None:
        self.scenario = scenario
        self.state = state
        self.words = words
        self.notes: list[Action] = []
        self.replies: list[tuple[bool, str]] = []
        self.fired_now: set[str] = set()

    # ---- reading ------------------------------------------------------------------------------

    def holds(self, condition: str) -> bool:
        """Whether a guard holds now."""
        return guard.holds(condition, self._lookup)

    def _lookup(self, group: str, name: str) -> guard.Value:
        state = self.state
        match group:
            case "facts":
                return state.facts.get(name, False)
            case "authority":
                authority = self.scenario.briefing.authority.get(name)
                return authority.limit if authority else False
            case "heard":
                return state.heard.get(name, 0)
            case "visits":
                return state.path.count(name)
            case "said":
                return self._said(name)
            case _:
                return self._bare(name)

    def _said(self, name: str) -> guard.Value:
        match name:
            case "amount":
                return spoken.sum_said(self.words)
            case "day":
                return spoken.day_said(self.words)
            case _:
                return False

    def _bare(self, name: str) -> guard.Value:
        state = self.state
        builtin: dict[str, guard.Value] = {
            "mood": state.mood,
            "turns": state.turns,
            "here": state.turns_here,
            "silences": state.silences,
        }
        if name in builtin:
            return builtin[name]
        return state.flags.get(name, state.facts.get(name, False))

    # ---- changing -----------------------------------------------------------------------------

    def change(self, **values: Any) -> None:
        self.state = replace(self.state, **values)

    def feel(self, change: int, reason: str) -> None:
        """Move her mood, and note it when it really moved."""
        value = mood.moved(self.state.mood, change)
        if value != self.state.mood:
            self.change(mood=value)
            self.notes.append(_record("mood", value=value, reason=reason))

    def note_flags(self, values: Mapping[str, FlagValue]) -> None:
        for name, value in values.items():
            if self.state.flags.get(name, False) != value:
                self.change(flags=MappingProxyType({**self.state.flags, name: value}))
                self.notes.append(_record("flag", name=name, value=value))

    def enter(self, name: str) -> None:
        """Come to a state: what was heard and asked in the last one is behind."""
        self.change(
            node=name,
            path=(*self.state.path, name),
            here=frozenset(),
            turns_here=0,
            fallbacks=0,
            nods=0,
            unsure=0,
        )
        self.notes.append(_record("state", name=name))

    def apply(self, effect: Effect, where: str, reason: str, *, keep: bool = False) -> None:
        """Let an effect happen. ``where`` is the place of its line in the file."""
        self.feel(effect.mood, reason)
        self.note_flags(effect.set)
        self.note_flags(
            {name: int(self.state.flags.get(name, 0)) + n for name, n in effect.add.items()}
        )
        if effect.tell:
            self.tell(effect.tell)
        self.say(effect.say, where, keep=keep)
        if effect.go:
            self.enter(effect.go)
            if not effect.say:
                self.say(self.scenario.states[effect.go].say, f"states.{effect.go}")
        if effect.end:
            self.end(effect.end)

    def fire(self, transition: Transition, where: str, act: str) -> None:
        """A transition happens."""
        self.fired_now.add(where)
        self.change(fired=self.state.fired | {where})
        question = act.startswith("ask_") and not act.startswith("ask_to_")
        keep = question if transition.keep is None else transition.keep
        self.apply(transition, where, act or where, keep=keep)
        if transition.again:
            self.repeat()

    def tell(self, text: str) -> None:
        self.notes.append(Tell(template.fill(text, self.state.facts)))

    def end(self, ending: str) -> None:
        if not self.state.ending:
            self.change(ending=ending, on_hold=False)

    # ---- speaking -----------------------------------------------------------------------------

    def say(self, lines: tuple[Line, ...], where: str, *, keep: bool = False) -> None:
        """Pick one of the variants: those whose guard holds, by mood, each in its turn."""
        possible = tuple(line for line in lines if self.holds(line.guard))
        fitting = list(mood.fitting(self.scenario, possible, self.state.mood))
        if not fitting:
            return
        random.Random(f"{self.state.seed}:{where}").shuffle(fitting)
        times = self.state.said.get(where, 0)
        texts = [template.fill(line.text, self.state.facts) for line in fitting]
        text = texts[times % len(texts)]
        if text == self.state.last_line:
            text = texts[(times + 1) % len(texts)]
        self.change(said=MappingProxyType({**self.state.said, where: times + 1}))
        self.replies.append((keep, text))

    def repeat(self) -> None:
        """Her last line once more."""
        if self.state.last_line:
            self.replies.append((True, self.state.last_line))

    def instead(self, lines: tuple[Line, ...], where: str) -> None:
        """Say this and nothing of what was coming."""
        self.replies.clear()
        self.say(lines, where)

    # ---- the end of the step ------------------------------------------------------------------

    def finish(self) -> tuple[DialogueState, tuple[Action, ...]]:
        """The new state and what is to be done, the end of the call last."""
        actions = list(self.notes)
        if text := self._reply():
            actions.append(Say(text))
            self.change(last_line=text)
        if self.state.ending:
            good = self.scenario.endings[self.state.ending].good
            actions.append(_record("ended", ending=self.state.ending, good=good))
            actions.append(End(self.state.ending, good))
        return self.state, tuple(actions)

    def _reply(self) -> str:
        """She answers every question, and else only what came last."""
        last = len(self.replies) - 1
        texts = [text for i, (keep, text) in enumerate(self.replies) if keep or i == last]
        return " ".join(dict.fromkeys(texts))


def _record(kind: str, **data: object) -> Record:
    return Record(kind, MappingProxyType(data))
