"""The line: a WebSocket on one side, a call on the other. No Flask, no database.

One thread runs one line from its Hello to its end. Whatever the other side sends or
stops sending, ``run`` comes back with an ``Outcome`` and leaves what was said on disk.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from itertools import takewhile
from typing import Protocol

from simple_websocket import ConnectionClosed
from wsproto.utilities import LocalProtocolError

from app.errors import AppError, InvalidInput, StorageError
from app.scenarios import messages
from app.scenarios.chat_call import ChatCall
from app.scenarios.voice_call import VoiceCall
from app.speech.ports import FRAME_SAMPLES, FRAME_SECONDS, RATE

log = logging.getLogger(__name__)

HELLO_SECONDS = 5.0
TICK_SECONDS = 0.5
AHEAD_SECONDS = 3.0
SILENT_MIC_SECONDS = 4.0
DEAD_MIC_SECONDS = 20.0
LONGEST_CALL_SECONDS = 30 * 60.0
LONGEST_LINE_SECONDS = 60 * 60.0
SOUND_CHUNK = 32_000
MESSAGES_A_SECOND = 20.0
MESSAGES_BURST = 60.0
MOST_WAITING = 256
"""Messages fetched before the first of them is dealt with."""
VOICE_BUTTONS = ["hold", "mute", "repeat", "hangup"]
CHAT_BUTTONS = ["hold", "repeat", "hangup"]
PRACTICE_BUTTONS = ["help", "pause"]


class Socket(Protocol):
    """What is needed of a WebSocket (simple_websocket's shape)."""

    def receive(self, timeout: float | None = None) -> str | bytes | None: ...

    def send(self, data: str | bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the line went down. ``ending`` is empty when the call was cut off."""

    seconds: float
    ending: str = ""
    good: bool = False
    cut_reason: str = ""


class Wire:
    """Sends to the page; a page that has gone is noticed by ``receive``, not here."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket

    def send(self, message: messages.ServerMessage) -> None:
        self._put(messages.encode(message))

    def send_sound(self, line: int, pcm: bytes) -> None:
        for start in range(0, len(pcm), SOUND_CHUNK):
            self._put(messages.pack_frame(line, pcm[start : start + SOUND_CHUNK]))

    def fail(self, error: AppError, *, fatal: bool) -> None:
        self.send(messages.Failure(error.code, error.message, error.remedy, fatal))

    def _put(self, data: str | bytes) -> None:
        try:
            self._socket.send(data)
        except (ConnectionClosed, LocalProtocolError, OSError):
            log.debug("the page has gone; what was said is kept")


def hear_hello(socket: Socket) -> messages.Hello:
    """The first message. Raises ``InvalidInput`` when it is late, wrong, or something else."""
    first = socket.receive(timeout=HELLO_SECONDS)
    if first is None:
        raise InvalidInput(f"expected hello within {HELLO_SECONDS:.0f} s, got nothing")
    if isinstance(first, bytes):
        raise InvalidInput("expected hello before any sound, got a binary frame")
    hello = messages.decode_client(first)
    if not isinstance(hello, messages.Hello):
        raise InvalidInput(f"expected hello first, got {type(hello).__name__.lower()}")
    if hello.protocol != messages.PROTOCOL:
        raise InvalidInput(
            f"this server speaks protocol {messages.PROTOCOL}, the page {hello.protocol}",
            field="protocol",
            remedy="Reload the page.",
        )
    if hello.rate != RATE:
        raise InvalidInput(f"rate must be {RATE}, got {hello.rate}", field="rate")
    return hello


def welcome(call: str, mode: str, *, practice: bool, recognizer: str) -> messages.Welcome:
    buttons = CHAT_BUTTONS if mode == "chat" else VOICE_BUTTONS
    return messages.Welcome(
        call=call,
        mode=mode,
        practice=practice,
        recognizer=recognizer,
        frame_samples=FRAME_SAMPLES,
        buttons=buttons + (PRACTICE_BUTTONS if practice else []),
    )


class Allowance:
    """So many text messages at once, and so many a second after that."""

    def __init__(self, now: float) -> None:
        self._left = MESSAGES_BURST
        self._at = now

    def take(self, now: float) -> None:
        self._left = min(MESSAGES_BURST, self._left + (now - self._at) * MESSAGES_A_SECOND)
        self._at = now
        self._left -= 1
        if self._left < 0:
            raise InvalidInput(
                f"at most {MESSAGES_A_SECOND:.0f} messages a second are taken",
                remedy="Open the call again; if it happens again, tell whoever looks after this.",
            )


class Line:
    """Runs one call over one socket until it is over or cut off."""

    def __init__(
        self,
        socket: Socket,
        wire: Wire,
        call: VoiceCall | ChatCall,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._socket = socket
        self._wire = wire
        self._call = call
        self._clock = clock
        self._opened = clock()
        self._last_frame = self._opened
        self._warned = False
        self._allowance = Allowance(self._opened)
        self._waiting: deque[str | bytes] = deque()
        self._hearer = ThreadPoolExecutor(1, thread_name_prefix="hearing")

    def run(self) -> Outcome:
        """From the opened line to its end; never raises for what the other side does."""
        reason = "internal"
        try:
            self._call.open()
            reason = self._loop()
        except ConnectionClosed:
            reason = "connection"
        except StorageError as error:
            reason = "storage"
            self._wire.fail(error, fatal=True)
        except InvalidInput as error:
            reason = "protocol"
            self._wire.fail(error, fatal=True)
        except Exception:
            log.exception("a call broke")
            self._wire.send(messages.Failure("internal", INTERNAL, fatal=True))
        finally:
            self._hearer.shutdown()
            self._close()
        over = self._call.over
        if over is not None:
            return Outcome(self._call.now, over.ending, over.good)
        return Outcome(self._call.now, cut_reason=reason)

    def _close(self) -> None:
        try:
            self._call.close()
        except AppError as error:
            log.warning("the last words of a call could not be kept: %s", error.message)

    def _loop(self) -> str:
        """Until the call is over ("") or must be cut off (the reason)."""
        while self._call.over is None:
            self._fetch(0.0 if self._waiting or self._behind else TICK_SECONDS)
            now = self._clock()
            if self._waiting and isinstance(text := self._waiting[0], str):
                self._waiting.popleft()
                self._allowance.take(now)
                self._message(text)
            elif self._waiting or self._behind:
                self._sounds(now)
            reason = self._late(now)
            if reason:
                return reason
        return ""

    @property
    def _behind(self) -> bool:
        """Whether sound is recorded that nobody has heard yet."""
        return isinstance(self._call, VoiceCall) and self._call.received < self._call.taken

    def _fetch(self, timeout: float) -> None:
        """All that has come; waits ``timeout`` seconds for the first of it."""
        try:
            while len(self._waiting) < MOST_WAITING:
                data = self._socket.receive(timeout=timeout)
                if data is None:
                    return
                self._waiting.append(data if isinstance(data, str) else bytes(data))
                timeout = 0.0
        except ConnectionClosed:
            if not self._waiting and not self._behind:
                raise

    def _sounds(self, now: float) -> None:
        """Record what has come and hear it; what comes meanwhile is recorded too.

        Hearing has a thread of its own, because reading a turn or making a voice may take
        a while on a busy machine, and what has come must not wait for that in memory.
        """
        call = self._call
        if isinstance(call, ChatCall):
            raise InvalidInput("a chat takes no sound, got an audio frame", field="frame")
        # What a message stands before is heard after it.
        row = sum(1 for _ in takewhile(lambda data: isinstance(data, bytes), self._waiting))
        frames = call.taken + row
        trouble = self._record(call, now)
        frames = min(frames, call.taken)
        hearing = self._hearer.submit(copy_context().run, _hear, call, frames)
        while not wait([hearing], timeout=FRAME_SECONDS).done:
            if trouble is None:
                with suppress(ConnectionClosed):
                    self._fetch(0.0)
                trouble = self._record(call, self._clock())
        hearing.result()
        if trouble is not None:
            raise trouble

    def _record(self, call: VoiceCall, now: float) -> AppError | None:
        """Record the frames before which no button stands: a button changes what is recorded.

        Returns what was wrong with a frame, or with the disk.
        """
        passed: deque[str | bytes] = deque()
        try:
            while self._waiting and not _is_button(data := self._waiting[0]):
                self._waiting.popleft()
                if isinstance(data, str):
                    passed.append(data)
                    continue
                call.take(*messages.unpack_frame(data))
                self._last_frame = now
                self._warned = False
                self._refuse_haste(call.taken, now)
        except AppError as error:
            return error
        finally:
            self._waiting.extendleft(reversed(passed))
        return None

    def _refuse_haste(self, frames: int, now: float) -> None:
        if frames * FRAME_SECONDS > now - self._opened + AHEAD_SECONDS:
            raise InvalidInput(
                f"sound comes faster than it can be spoken (over {AHEAD_SECONDS:.0f} s ahead)",
                field="frame",
            )

    def _message(self, text: str) -> None:
        """A message that is wrong or cannot be done now is answered and costs the call nothing."""
        try:
            self._do(messages.decode_client(text))
        except InvalidInput as error:
            self._wire.fail(error, fatal=False)

    def _do(self, message: messages.ClientMessage) -> None:
        match message, self._call:
            case messages.Button() as button, call:
                call.press(button.name)
            case messages.Move() as move, call:
                call.move(move.kind, move.target)
            case messages.Typed(text), ChatCall() as chat:
                chat.typed(text)
            case messages.Played(line, sample), VoiceCall() as voice:
                voice.played(line, sample)
            case messages.Finished(line, sample), VoiceCall() as voice:
                voice.finished(line, sample)
            case other, _:
                name = type(other).__name__.lower()
                raise InvalidInput(f"{name} makes no sense here", field="type")

    def _late(self, now: float) -> str:
        if isinstance(self._call, ChatCall):
            self._call.tick(now - self._opened)
        elif now - self._last_frame > DEAD_MIC_SECONDS:
            return "microphone"
        elif now - self._last_frame > SILENT_MIC_SECONDS and not self._warned:
            self._warned = True
            self._wire.send(messages.Notice("warning", MIC_SILENT))
        if self._call.now > LONGEST_CALL_SECONDS or now - self._opened > LONGEST_LINE_SECONDS:
            return "too_long"
        return ""


def _hear(call: VoiceCall, frames: int) -> None:
    """Hear up to so many frames of the call; those taken since wait for the next time."""
    while call.received < frames and call.over is None:
        call.listen()


def _is_button(data: str | bytes) -> bool:
    try:
        return isinstance(data, str) and isinstance(messages.decode_client(data), messages.Button)
    except InvalidInput:
        return False


INTERNAL = "Something broke on our side. What was said until now is kept."
MIC_SILENT = "No sound reaches us from your microphone. Is it still plugged in?"
