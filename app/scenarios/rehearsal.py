"""An automatic trainee makes a whole call through the real server, in real time.

It hears only what the page would be told, and speaks through a microphone made of
numbers; what to say next comes from the scenario (``walk.trainee_line``).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from simple_websocket import Client, ConnectionClosed

from app.errors import Unavailable
from app.scenarios import messages
from app.scenarios.microphone import Loudspeaker, Microphone
from app.scenarios.mind import Mind
from app.scenarios.walk import HangUpNow, HoldFor, SayThis, TraineeAct, UseMove
from app.speech.ports import RATE

TICK = 0.02
THINKING = 0.3
"""Seconds between the customer's last sound and the trainee's first."""
UNANSWERED = 7.0
LONGEST = 900.0


@dataclass(frozen=True, slots=True)
class Gap:
    """From the trainee's last sound to the customer's first, in seconds of the wall clock.

    ``voice_ended`` is where on the call's clock her last sound was.
    """

    seconds: float
    voice_ended: float


@dataclass(slots=True)
class Report:
    """What came of it."""

    ended: messages.Ended | None = None
    failure: messages.Failure | None = None
    gaps: list[Gap] = field(default_factory=list)
    partials: int = 0


class Rehearsal:
    """One call over one socket. ``speak`` makes sound of words; None: by chat."""

    def __init__(
        self,
        socket: Client,
        mind: Mind,
        speak: Callable[[str], bytes] | None,
        tell: Callable[[str, str], None] = lambda who, text: None,
        longest: float = LONGEST,
    ) -> None:
        self._longest = longest
        self._socket = socket
        self._mind = mind
        self._speak = speak
        self._tell = tell
        self._lock = threading.Lock()
        self._report = Report()
        self._mic = Microphone(self._send_frame)
        self._loud = Loudspeaker(
            lambda line, sample: self._send(messages.Played(line, sample)),
            lambda line, sample: self._send(messages.Finished(line, sample)),
        )
        self._seconds: dict[int, float] = {}
        self._waiting_since = 0.0
        self._answered = False
        self._hold_until: float | None = None

    def run(self) -> Report:
        """Until the call has ended. Raises ``Unavailable`` when it never does."""
        self._send(messages.Hello(messages.PROTOCOL, mode="voice" if self._speak else "chat"))
        began = time.monotonic()
        try:
            while self._report.ended is None and self._report.failure is None:
                if time.monotonic() - began > self._longest:
                    raise Unavailable(f"the call did not end within {self._longest:.0f} s")
                self._take(self._socket.receive(timeout=TICK))
                self._loud.tick(self._mic.samples)
                self._act()
        except ConnectionClosed:
            if self._report.ended is None and self._report.failure is None:
                raise Unavailable("the server closed the line in mid-call") from None
        finally:
            self._mic.stop()
        return self._report

    # ---- what comes ----------------------------------------------------------------------------

    def _take(self, data: str | bytes | None) -> None:
        if isinstance(data, (bytes, bytearray)):
            self._hear(messages.HEADER.unpack_from(data)[0])
        elif data is not None:
            self._note(messages.decode_server(data))

    def _hear(self, line: int) -> None:
        """The first sound of a line: how long was the gap?"""
        seconds = self._seconds.pop(line, None)
        if seconds is None:
            return
        if self._mic.voice_ended and not self._mic.speaking and not self._answered:
            gap = time.monotonic() - self._mic.voice_ended
            self._report.gaps.append(Gap(gap, self._mic.voice_ended_sample / RATE))
        self._answered = True
        self._loud.take(line, seconds, self._mic.samples)

    def _note(self, message: messages.ServerMessage) -> None:
        match message:
            case messages.Welcome():
                self._waiting_since = time.monotonic()
                if self._speak is not None:
                    self._mic.start()
            case messages.Line(line, text, seconds):
                self._tell("customer", text)
                if self._speak is not None:
                    self._seconds[line] = seconds
            case messages.Stop(line):
                self._loud.stop(line, self._mic.samples)
            case messages.Partial(text):
                self._report.partials += bool(text)
            case messages.Said(text):
                self._tell("heard", text)
            case messages.Notice(_, text):
                self._tell("desk", text)
            case messages.Ended():
                self._report.ended = message
            case messages.Failure(fatal=True):
                self._report.failure = message
            case _:
                pass
        self._mind.take(message)
        self._waiting_since = time.monotonic()

    # ---- what is done --------------------------------------------------------------------------

    def _act(self) -> None:
        if self._loud.busy or self._seconds or self._mic.speaking:
            self._waiting_since = time.monotonic()
            return
        now = time.monotonic()
        if self._hold_until is not None:
            if now >= self._hold_until:
                self._hold_until = None
                self._send(messages.Button("unhold"))
            return
        waited = now - self._waiting_since
        if waited < (THINKING if self._mind.ready else UNANSWERED):
            return
        intent = self._mind.next()
        if intent is not None:
            self._do(intent)
        self._waiting_since = time.monotonic()

    def _do(self, intent: TraineeAct) -> None:
        match intent:
            case SayThis(text):
                self._tell("trainee", text)
                self._answered = False
                if self._speak is None:
                    self._send(messages.Typed(text))
                else:
                    self._mic.say(self._speak(text))
            case HoldFor(seconds):
                self._send(messages.Button("hold"))
                self._hold_until = time.monotonic() + seconds
            case UseMove(kind, target):
                self._send(messages.Move(kind, target))
            case HangUpNow():
                self._send(messages.Button("hangup"))

    def _send(self, message: messages.ClientMessage) -> None:
        with self._lock:
            self._socket.send(messages.encode(message))

    def _send_frame(self, number: int, pcm: bytes) -> None:
        with self._lock:
            self._socket.send(messages.pack_frame(number, pcm))
