"""What an automatic trainee knows of a call: what the page is told, and no more.

It keeps a shadow of the dialogue from the acts the page shows as understood, and
trusts the desk where the two differ. Pure.
"""

from __future__ import annotations

from dataclasses import replace

from app.scenarios import messages
from app.scenarios.dialogue import begin, step
from app.scenarios.moves import Event, HoldChanged, Moved, Opened
from app.scenarios.schema import Scenario
from app.scenarios.state import DialogueState
from app.scenarios.walk import GOOD, HoldFor, SayThis, TraineeAct, UseMove, heard, trainee_line

MOST_TURNS = 80


class Mind:
    """Tell it every message with ``take``; ``next`` is what to do when the word is free."""

    def __init__(self, scenario: Scenario, seed: int, run: str = GOOD) -> None:
        self._scenario = scenario
        self._run = run
        self._turns = 0
        self._shown = True
        self._meant: tuple[str, ...] = ()
        self._said: TraineeAct | None = None
        self.ready = False
        """The customer has answered, or the line has just opened."""
        self._state = begin(scenario, seed)
        self._step(Opened(0.0))

    @property
    def state(self) -> DialogueState:
        return self._state

    def take(self, message: messages.ServerMessage) -> None:
        match message:
            case messages.Welcome(practice=practice):
                self._shown = practice
            case messages.Said(text, start, _, acts):
                # A test does not show what was understood: it trusts to have been clear.
                self._step(heard(start, tuple(acts) if self._shown else self._meant, text))
            case messages.Desk(node, _, _, on_hold):
                self.ready = True
                if node != self._state.node:
                    self._state = replace(self._state, node=node, here=frozenset())
                self._state = replace(self._state, on_hold=on_hold)
            case _:
                pass

    def next(self) -> TraineeAct | None:
        """None when it has said all it can and waits for the customer to end the call."""
        self.ready = False
        self._turns += 1
        if self._turns > MOST_TURNS or self._state.ending:
            return None
        act = self._choose()
        match act:
            case UseMove(kind, target):
                self._step(Moved(0.0, kind, target))
            case HoldFor(seconds):
                self._step(HoldChanged(0.0, True))
                self._step(HoldChanged(seconds, False))
            case SayThis(_, acts):
                self._meant = acts
                self._another_wording()
            case _:
                pass
        self._said = act
        return act

    def _choose(self) -> TraineeAct:
        """What to do now; what was said last and not understood is said in other words."""
        act = trainee_line(self._scenario, self._state, self._run)
        if isinstance(act, SayThis) and act == self._said:
            self._another_wording()
            act = trainee_line(self._scenario, self._state, self._run)
        return act

    def _another_wording(self) -> None:
        self._state = replace(self._state, turns=self._state.turns + 1)

    def _step(self, event: Event) -> None:
        self._state = step(self._scenario, self._state, event)[0]
