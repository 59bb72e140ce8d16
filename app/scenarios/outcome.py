"""A run of the automatic trainee as a timeline, and the score it gets: what an author checks."""

from __future__ import annotations

from types import MappingProxyType

from app.quality.result import Score
from app.quality.scoring import score
from app.recordings.timeline import ActHeard, Mark, Timeline, Utterance, Word
from app.scenarios import facts as fact
from app.scenarios.dialogue import begin, step
from app.scenarios.moves import Action, Event, Heard, HoldChanged, HungUp, Record, Say
from app.scenarios.schema import Scenario
from app.scenarios.walk import GOOD, good_run

WORDS_A_SECOND = 2.4
THINKING = 0.6  # seconds before either side answers


def score_of(scenario: Scenario, seed: int, run: str = GOOD) -> Score:
    """What the scorecard gives a run in which every act is understood."""
    events = good_run(scenario, seed, run).events
    facts = fact.as_text(begin(scenario, seed).facts)
    return score(scenario.scorecard, timeline(scenario, seed, events), facts)


def timeline(scenario: Scenario, seed: int, events: tuple[Event, ...]) -> Timeline:
    """The call these events make, at the pace of people who speak."""
    tape = _Tape()
    state = begin(scenario, seed)
    for event in events:
        before = state.node
        state, actions = step(scenario, state, event)
        tape.event(event, before)
        tape.actions(actions)
    return Timeline(tuple(tape.utterances), tuple(tape.marks), tape.at)


class _Tape:
    """Utterances and marks with the time running on as people speak."""

    def __init__(self) -> None:
        self.at = THINKING
        self.utterances: list[Utterance] = []
        self.marks: list[Mark] = []
        self._held = 0.0

    def event(self, event: Event, state: str) -> None:
        match event:
            case Heard():
                self._heard(event, state)
            case HoldChanged(at, on):
                self.at += 0.0 if on else max(1.0, at - self._held)
                self._held = at
                self.marks.append(Mark(self.at, "hold" if on else "unhold"))
            case HungUp():
                self.marks.append(Mark(self.at, "hung_up", MappingProxyType({"by": "trainee"})))

    def actions(self, actions: tuple[Action, ...]) -> None:
        for action in actions:
            if isinstance(action, Record):
                self.marks.append(Mark(self.at, action.kind, action.data))
        for action in actions:
            if isinstance(action, Say):
                words = self._words(action.text)
                self._utterance(Utterance("customer", self.at, words[-1].end, action.text, words))

    def _heard(self, event: Heard, state: str) -> None:
        words = self._words(event.text or "mhm")
        start, end = self.at, words[-1].end
        acts = tuple(
            ActHeard(act.act, act.probability, act.verdict, start, end, act.words)
            for act in event.acts
        )
        self._utterance(Utterance("trainee", start, end, event.text, words, acts, state))

    def _utterance(self, utterance: Utterance) -> None:
        self.utterances.append(utterance)
        self.at = utterance.end + THINKING

    def _words(self, text: str) -> tuple[Word, ...]:
        step = 1 / WORDS_A_SECOND
        return tuple(
            Word(word.strip(".,!?").lower(), self.at + i * step, self.at + (i + 1) * step)
            for i, word in enumerate(text.split())
        )
