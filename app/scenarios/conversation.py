"""The dialogue under way: steps it, journals every event, and tells the page.

How a line sounds (voice) or shows (chat) and when a turn is over is for
``voice_call`` and ``chat_call``; this is what both share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple

from app.errors import InvalidInput
from app.recordings.journal import Journal
from app.recordings.timeline import ActHeard, Word
from app.scenarios import dialogue, messages
from app.scenarios.moves import (
    AskedAgain,
    End,
    Event,
    Heard,
    HoldChanged,
    HungUp,
    Moved,
    MoveKind,
    Opened,
    Record,
    Say,
    Tell,
)
from app.scenarios.reading import Reader
from app.scenarios.schema import Scenario

SWITCHES = {
    "hold": ("on_hold", True),
    "unhold": ("on_hold", False),
    "mute": ("muted", True),
    "unmute": ("muted", False),
    "pause": ("paused", True),
    "resume": ("paused", False),
}
HANGS_UP = {"hangup": {"by": "trainee"}}

Send = Callable[[messages.ServerMessage], None]


class Conversation:
    """One call's dialogue. ``say`` is how the customer's line reaches the trainee."""

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        *,
        practice: bool,
        reader: Reader,
        journal: Journal,
        send: Send,
    ) -> None:
        self.scenario = scenario
        self.practice = practice
        self.state = dialogue.begin(scenario, seed)
        self.end: End | None = None
        self.on_hold = False
        self.muted = False
        self.paused = False
        self._helped: dict[str, int] = {}
        self._reader = reader
        self._journal = journal
        self._send = send
        self._say: Callable[[str], None] = lambda text: None

    def open(self, say: Callable[[str], None]) -> None:
        """The line opens at 0; lines go to ``say`` from here on."""
        self._say = say
        self.log("opened", 0.0)
        self.step(Opened(0.0))

    def read(self, words: Sequence[Word]) -> tuple[ActHeard, ...]:
        """The acts in these words, as the present state would take them."""
        return self._reader.read(words, dialogue.expectation(self.scenario, self.state))

    def is_complete(self, acts: Sequence[ActHeard]) -> bool:
        """Whether what was said so far is already something this state waits for."""
        expected = dialogue.expectation(self.scenario, self.state).acts
        return any(act.verdict == "met" and act.act in expected for act in acts)

    def hear(
        self,
        at: float,
        words: Sequence[Word],
        acts: Sequence[ActHeard],
        *,
        answer: bool = True,
    ) -> None:
        """The trainee's finished turn; ``answer`` is False for a mere "mhm"."""
        text = " ".join(word.text for word in words)
        start = words[0].start if words else at
        end = words[-1].end if words else at
        self.log(
            "heard",
            at,
            start=start,
            end=end,
            text=text,
            words=[astuple(word) for word in words],
            acts=[astuple(act) for act in acts],
            state=self.state.node,
            answered=answer,
        )
        shown = [act.act for act in acts if act.verdict == "met"] if self.practice else []
        self._send(messages.Said(text, start, end, shown))
        if answer:
            self.step(Heard(at, text, tuple(acts)))

    def step(self, event: Event) -> None:
        """One event through the dialogue, and its actions into the world."""
        if self.end is not None:
            return
        before = self.state
        self.state, actions = dialogue.step(self.scenario, before, event)
        for action in actions:
            match action:
                case Say(text):
                    self._say(text)
                case Tell(text):
                    self.log("tell", event.at, text=text)
                    self._send(messages.Notice("tell", text))
                case Record(kind, data):
                    self._record(kind, event.at, data)
                case End():
                    self.end = action
        if self.state.mood != before.mood:
            self.show_mood()
        self.show_desk()

    def require_button(self, name: str) -> None:
        """Raise ``InvalidInput`` when this button is not to be had now."""
        if name in ("pause", "resume", "help") and not self.practice:
            raise InvalidInput(f"{name} exists in practice only; this call is a test", field="name")
        if self.paused and name not in ("resume", "hangup"):
            raise InvalidInput(f"the call is paused: resume it before {name}", field="name")

    def press(self, name: str, at: float) -> None:
        """A button of the desk. Raises ``InvalidInput`` when it is not to be had now."""
        self.require_button(name)
        switch = SWITCHES.get(name)
        if switch:
            attribute, on = switch
            if getattr(self, attribute) == on:
                return
            setattr(self, attribute, on)
        self.log(name if name != "hangup" else "hung_up", at, **HANGS_UP.get(name, {}))
        self._act_on(name, at)

    def require_move(self, kind: MoveKind, target: str) -> None:
        """Raise ``InvalidInput`` when the desk does not offer this move now."""
        if self.paused:
            raise InvalidInput(f"the call is paused: resume it before a {kind}", field="kind")
        moves = dialogue.desk(self.scenario, self.state, practice=True).moves
        if not any(move.kind == kind and move.target == target for move in moves):
            offered = ", ".join(f"{move.kind} {move.target}" for move in moves) or "none"
            raise InvalidInput(
                f"the desk offers these moves now: {offered}; got {kind} {target}",
                field="target",
            )

    def move(self, kind: MoveKind, target: str, at: float) -> None:
        """Consult, transfer or escalate. Raises ``InvalidInput`` for what the desk lacks."""
        self.require_move(kind, target)
        self.step(Moved(at, kind, target))

    def _act_on(self, name: str, at: float) -> None:
        if name in ("hold", "unhold"):
            self.step(HoldChanged(at, name == "hold"))
        elif name == "repeat":
            self.step(AskedAgain(at))
        elif name == "hangup":
            self.step(HungUp(at))
        elif name == "help":
            self._help()
        else:
            self.show_desk()

    def _help(self) -> None:
        """A line of the script; asked again in the same state, the next one."""
        script = dialogue.desk(self.scenario, self.state, practice=True).script
        given = self._helped.get(self.state.node, 0)
        self._helped[self.state.node] = given + 1
        if script:
            self._send(messages.Notice("help", script[given % len(script)]))

    def show_mood(self) -> None:
        self._send(messages.Mood(self.state.mood, self.scenario.mood_word(self.state.mood)))

    def show_desk(self) -> None:
        desk = dialogue.desk(self.scenario, self.state, practice=self.practice)
        self._send(
            messages.Desk(
                state=self.state.node,
                script=list(desk.script),
                moves=[
                    {"kind": move.kind, "target": move.target, "label": move.label}
                    for move in desk.moves
                ],
                on_hold=self.on_hold,
                paused=self.paused,
                muted=self.muted,
            )
        )

    def _record(self, kind: str, at: float, data: Mapping[str, object]) -> None:
        """A mark for the log; its own ``kind`` (of a move) has another name there."""
        self.log(kind, at, **{"move" if key == "kind" else key: data[key] for key in data})

    def log(self, kind: str, at: float, **data: object) -> None:
        self._journal.append(at, kind, **data)
