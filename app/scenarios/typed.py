"""A whole chat by an automatic trainee in this process, at once.

The same ``ChatCall`` as over the socket; only the clock is not the wall's: both
sides get the time that reading and typing take.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import Unavailable
from app.scenarios import messages
from app.scenarios.chat_call import ChatCall
from app.scenarios.line import Outcome
from app.scenarios.mind import Mind
from app.scenarios.reading import Reader
from app.scenarios.switchboard import Job, chat_call
from app.scenarios.walk import HangUpNow, HoldFor, SayThis, TraineeAct, UseMove

LETTERS_READ = 28.0
"""A second; so are ``LETTERS_TYPED``."""
LETTERS_TYPED = 5.0
THINKING = 1.5
WAITING = 10.0
LONGEST = 3600.0


@dataclass(slots=True)
class Screen:
    """What the trainee sees; ``unread`` counts the letters that came since it last looked."""

    mind: Mind
    unread: int = 0

    def send(self, message: messages.ServerMessage) -> None:
        if isinstance(message, messages.Line):
            self.unread += len(message.text)
        self.mind.take(message)

    def send_sound(self, line: int, pcm: bytes) -> None:
        """A chat has no sound."""

    def look(self) -> float:
        """Seconds that reading what is new takes."""
        letters, self.unread = self.unread, 0
        return letters / LETTERS_READ


def type_out(job: Job, mind: Mind, *, reader: Reader) -> Outcome:
    """Make the call of ``job`` into its folder. Raises ``Unavailable`` when it never ends."""
    screen = Screen(mind)
    with chat_call(job, screen, reader) as call:
        call.open()
        while call.over is None:
            if call.now > LONGEST:
                raise Unavailable(f"the chat did not end within {LONGEST:.0f} s")
            act = mind.next()
            call.tick(call.now + screen.look() + _takes(act))
            if call.over is None:
                _do(call, act)
        return Outcome(call.now, call.over.ending, call.over.good)


def _takes(act: TraineeAct | None) -> float:
    match act:
        case None:
            return WAITING
        case SayThis(text):
            return THINKING + len(text) / LETTERS_TYPED
        case _:
            return THINKING


def _do(call: ChatCall, act: TraineeAct | None) -> None:
    match act:
        case SayThis(text):
            call.typed(text)
        case HoldFor(seconds):
            call.press("hold")
            call.tick(call.now + seconds)
            call.press("unhold")
        case UseMove(kind, target):
            call.move(kind, target)
        case HangUpNow():
            call.press("hangup")
        case None:
            pass
