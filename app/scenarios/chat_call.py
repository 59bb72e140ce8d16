"""The same call by chat: typed lines instead of sound, the wall clock instead of samples."""

from __future__ import annotations

from collections.abc import Callable

from app.errors import InvalidInput
from app.recordings.timeline import Word
from app.scenarios import messages
from app.scenarios.conversation import Conversation
from app.scenarios.moves import End, MoveKind, Silence

LONGEST_TEXT = 500
PATIENCE_FACTOR = 5.0


class ChatCall:
    """Drive it with ``open``, ``typed``, ``press``, ``move`` and ``tick``; times in seconds."""

    def __init__(
        self,
        conversation: Conversation,
        *,
        send: Callable[[messages.ServerMessage], None],
        patience: float,
    ) -> None:
        self._talk = conversation
        self._send = send
        self._patience = patience * PATIENCE_FACTOR
        self._numbers = 0
        self._quiet_since = 0.0
        self._quiet_level = 0
        self.now = 0.0

    @property
    def over(self) -> End | None:
        return self._talk.end

    def open(self) -> None:
        self._talk.open(self._say)

    def typed(self, text: str) -> None:
        """A line of the trainee. Raises ``InvalidInput`` when empty, too long or not now."""
        text = " ".join(text.split())
        if not text or len(text) > LONGEST_TEXT:
            raise InvalidInput(
                f"a chat line has 1 to {LONGEST_TEXT} characters, got {len(text)}",
                field="text",
            )
        if self._talk.paused or self._talk.on_hold:
            state = "paused" if self._talk.paused else "on hold"
            raise InvalidInput(f"the chat is {state}: take the customer back first", field="text")
        words = self._timed(text)
        self._rest()
        self._talk.hear(self.now, words, self._talk.read(words))

    def press(self, name: str) -> None:
        if name in ("mute", "unmute"):
            raise InvalidInput(f"a chat has no {name}", field="name")
        self._talk.press(name, self.now)
        self._rest()

    def move(self, kind: MoveKind, target: str) -> None:
        self._talk.move(kind, target, self.now)
        self._rest()

    def tick(self, now: float) -> None:
        """The clock moved on: the customer may have waited too long."""
        self.now = now = round(now, 3)  # as the journal has it: a replay has the same times
        if self._talk.paused or now - self._quiet_since < self._patience:
            return
        self._quiet_level += 1
        self._quiet_since = now
        self._talk.log("silence", now, level=self._quiet_level)
        self._talk.step(Silence(now, self._quiet_level))

    def close(self) -> None:
        """Nothing is under way in a chat between two lines."""

    def _rest(self) -> None:
        self._quiet_since = self.now
        self._quiet_level = 0

    def _say(self, text: str) -> None:
        self._numbers += 1
        state = self._talk.state
        self._talk.log(
            "customer",
            self.now,
            line=self._numbers,
            text=text,
            state=state.node,
            mood=state.mood,
            seconds=0.0,
        )
        self._talk.log("customer_end", self.now, line=self._numbers, cut=False)
        self._send(messages.Line(self._numbers, text, 0.0))

    def _timed(self, text: str) -> tuple[Word, ...]:
        """Typed words with times: all at the moment the line was sent, in order."""
        return tuple(Word(word, self.now, self.now) for word in text.split())
