"""A call by voice: microphone frames in, the customer's voice out, both on one clock.

The clock is the microphone's: every frame is 32 ms of it. The page says at which
sample the loudspeaker began and ended a line, so the recording has both speakers
where the trainee heard them. No sockets and no wall clock here: the same frames and
messages give the same call, in real time or faster.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from app.errors import InvalidInput, VoiceError
from app.recordings.timeline import ActHeard, Word
from app.recordings.writer import StereoWriter
from app.scenarios import dialogue, messages
from app.scenarios.conversation import Conversation
from app.scenarios.moves import End, Interrupted, MoveKind, Silence
from app.speech import turns
from app.speech.ear import Ear
from app.speech.ports import FRAME_BYTES, FRAME_SAMPLES, FRAME_SECONDS, RATE

PARTIAL_FRAMES = 3
PARTIAL_LOGGED_EVERY = 0.5
COLLISION_SECONDS = 0.6
PLAYED_GRACE = 2.0
FINISHED_GRACE = 3.0
HOLD_PATIENCE = 30.0
NOISE_TURN_SECONDS = 1.2

SendSound = Callable[[int, bytes], None]
SpeakText = Callable[[str], bytes]
RenderAhead = Callable[[tuple[str, ...]], None]


@dataclass(slots=True)
class Line:
    """A customer's line on its way: sent at, started at (seconds; None: not yet)."""

    number: int
    text: str
    pcm: bytes
    state: str
    mood: int
    sent: float
    started: float | None = None

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 2 / RATE


class VoiceCall:
    """Drive it with ``open``, ``frame``, ``press``, ``move``, ``played`` and ``finished``."""

    def __init__(
        self,
        conversation: Conversation,
        ear: Ear,
        writer: StereoWriter,
        *,
        speak: SpeakText,
        render_ahead: RenderAhead,
        send: Callable[[messages.ServerMessage], None],
        send_sound: SendSound,
        patience: float,
    ) -> None:
        self._talk = conversation
        self._ear = ear
        self._writer = writer
        self._speak = speak
        self._render_ahead = render_ahead
        self._send = send
        self._send_sound = send_sound
        self._patience = patience
        self._turns = turns.Turns(patience=patience)
        self._taken = 0
        self._unheard: deque[bytes] = deque()
        self._received = 0
        self._skipped = 0
        self._lines: list[Line] = []
        self._stopping: list[Line] = []
        self._numbers = 0
        self._words: tuple[Word, ...] = ()
        self._acts: tuple[ActHeard, ...] = ()
        self._partial = ""
        self._partial_logged = 0.0
        self._stopped: list[str] = []

    @property
    def now(self) -> float:
        """Seconds on the call's clock, in the journal's precision: a replay has the same times."""
        return round((self._received - self._skipped) * FRAME_SECONDS, 3)

    @property
    def taken(self) -> int:
        """Frames that have come from the microphone, paused ones too."""
        return self._taken

    @property
    def received(self) -> int:
        """Frames heard by now, paused ones too."""
        return self._received

    @property
    def over(self) -> End | None:
        """How it ended, once the customer's last words have sounded."""
        return self._talk.end if not self._lines else None

    def open(self) -> None:
        self._talk.open(self._say)
        self._prepare()

    def frame(self, number: int, pcm: bytes) -> None:
        """One microphone frame, recorded and heard. Raises ``InvalidInput`` as ``take`` does."""
        self.take(number, pcm)
        self.listen()

    def take(self, number: int, pcm: bytes) -> None:
        """Record a frame; ``listen`` hears it later. Raises ``InvalidInput`` for a wrong one.

        Recording does not wait for the recogniser: of what has come nothing is lost,
        however far behind a busy machine's hearing is.
        """
        if number != self._taken:
            raise InvalidInput(f"expected audio frame {self._taken}, got {number}", field="frame")
        silent = self._talk.muted or self._talk.on_hold
        if not self._talk.paused:
            self._writer.add_trainee(bytes(FRAME_BYTES) if silent else pcm)
        self._taken += 1
        self._unheard.append(pcm)

    def listen(self) -> None:
        """Hear the next frame taken: the clock moves on by it. Without one nothing happens."""
        if not self._unheard:
            return
        pcm = self._unheard.popleft()
        self._received += 1
        if self._talk.paused:
            self._skipped += 1
            return
        self._listen(pcm, self._talk.muted or self._talk.on_hold)
        self._expire_lines()

    def press(self, name: str) -> None:
        """A button. Hold, pause and hang-up also stop what the customer is saying.

        Raises ``InvalidInput`` for one that is not to be had now; nothing is changed then.
        """
        self._talk.require_button(name)
        if name in ("pause", "hangup") or (name == "hold" and not self._talk.on_hold):
            self._end_turn_now()
            stopped = self._hush()
            if name == "pause":
                self._stopped = stopped
        self._talk.press(name, self.now)
        if name in ("hold", "unhold", "resume"):
            patience = HOLD_PATIENCE if self._talk.on_hold else self._patience
            self._turns = turns.waiting(self._turns, self.now, patience)
        if name == "resume":
            self._say_again()
        self._prepare()

    def move(self, kind: MoveKind, target: str) -> None:
        """Use a move of the desk. Raises ``InvalidInput`` for one that is not offered now."""
        self._talk.require_move(kind, target)
        self._end_turn_now()
        self._talk.move(kind, target, self.now)
        self._prepare()

    def played(self, number: int, sample: int) -> None:
        """The loudspeaker began line ``number`` at microphone sample ``sample``."""
        line = self._line(number)
        if line is None or line.started is not None:
            return
        self._start(line, self._clock(sample))

    def finished(self, number: int, sample: int) -> None:
        """The loudspeaker is done with line ``number``, at its end or stopped before it."""
        line = self._line(number)
        if line is not None:
            self._finish(line, self._clock(sample))

    def close(self) -> None:
        """The line goes down, for whatever reason: what was said so far is logged."""
        self._end_turn_now()
        for line in (*self._stopping, *self._lines):
            self._finish(line, self.now)
        self._ear.close()

    # ---- the trainee ---------------------------------------------------------------------------

    def _listen(self, pcm: bytes, silent: bool) -> None:
        if silent:
            self._ear.skip()
            probability = 0.0
        else:
            probability = self._ear.hear(pcm)
        if self._turns.speaking and self._received % PARTIAL_FRAMES == 0:
            self._show_partial()
        self._turns, signals = turns.frame(self._turns, self.now, probability, self._partial)
        for signal in signals:
            self._on(signal)

    def _on(self, signal: turns.Signal) -> None:
        match signal:
            case turns.Paused():
                self._take_words()
                complete = self._talk.is_complete(self._acts)
                self._turns = turns.judged(self._turns, complete)
            case turns.TurnEnded():
                self._end_turn(signal)
            case turns.BargedIn(at):
                self._barge_in(at)
            case turns.Quiet(at, level):
                self._talk.log("silence", at, level=level)
                self._talk.step(Silence(at, level))
                self._prepare()
            case turns.SpeechStarted():
                pass

    def _show_partial(self) -> None:
        text = " ".join([*(word.text for word in self._words), self._ear.partial()]).strip()
        if text == self._partial:
            return
        self._partial = text
        self._send(messages.Partial(text))
        if self.now - self._partial_logged >= PARTIAL_LOGGED_EVERY:
            self._partial_logged = self.now
            self._talk.log("partial", self.now, start=self._turns.start, text=text)

    def _take_words(self) -> None:
        """What the recogniser has since the last look, added to this turn and read."""
        new = self._ear.final()
        if not new and self._words:
            return
        self._words += new
        self._acts = self._talk.read(self._words) if self._words else ()
        self._show_partial()

    def _end_turn(self, turn: turns.TurnEnded) -> None:
        self._take_words()
        words, acts = self._words, self._acts
        self._words, self._acts, self._partial = (), (), ""
        mere = turns.is_backchannel(" ".join(word.text for word in words))
        if not words and turn.speech_end - turn.start < NOISE_TURN_SECONDS:
            self._send(messages.Partial(""))
            return
        if self._lines and words and not mere:
            self._barge_in(turn.at)
        answer = not (mere and words and self._lines)
        self._talk.hear(turn.at, words, acts, answer=answer)
        self._prepare()

    def _end_turn_now(self) -> None:
        if self._turns.speaking:
            start, end = self._turns.start or 0.0, self._turns.speech_end
            self._turns = turns.Turns(patience=self._turns.patience, quiet_since=self.now)
            self._end_turn(turns.TurnEnded(self.now, start, end))

    # ---- the customer --------------------------------------------------------------------------

    def _say(self, text: str) -> None:
        self._numbers += 1
        try:
            pcm = self._speak(text)
        except VoiceError as error:
            self._send(messages.Failure(error.code, error.message, error.remedy))
            pcm = bytes(int(RATE * 0.4) * 2)
        state = self._talk.state
        line = Line(self._numbers, text, pcm, state.node, state.mood, self.now)
        self._lines.append(line)
        self._send(messages.Line(line.number, text, round(line.seconds, 3)))
        self._send_sound(line.number, pcm)
        self._turns = turns.customer(self._turns, True, self.now)

    def _start(self, line: Line, at: float) -> None:
        # Lines sound one after another: what was to stop before it has stopped.
        for other in [each for each in self._stopping if each.number < line.number]:
            self._finish(other, at)
        line.started = at
        self._writer.place_customer(line.pcm, round(at * RATE))
        self._talk.log(
            "customer",
            at,
            line=line.number,
            text=line.text,
            state=line.state,
            mood=line.mood,
            seconds=round(line.seconds, 3),
        )

    def _finish(self, line: Line, at: float) -> None:
        # Stopped before a sound of it was heard, it is as if never said.
        if line.started is not None:
            end = min(max(at, line.started), line.started + line.seconds)
            cut = end < line.started + line.seconds - FRAME_SECONDS
            if cut:
                self._writer.cut_customer(round(end * RATE))
            self._talk.log("customer_end", end, line=line.number, cut=cut)
        if line in self._stopping:
            self._stopping.remove(line)
            return
        self._lines.remove(line)
        if not self._lines:
            self._turns = turns.customer(self._turns, False, self.now)

    def _barge_in(self, at: float) -> None:
        """The trainee takes the word: the customer stops at once."""
        line = next((line for line in self._lines if line.started is not None), None)
        self._hush()
        if line is None or line.started is None:
            return
        heard_seconds = at - line.started
        if heard_seconds < COLLISION_SECONDS:
            return
        heard = round(min(1.0, heard_seconds / max(line.seconds, 0.1)), 3)
        self._talk.log("interrupted", at, by="trainee", heard=heard, line=line.number)
        self._talk.step(Interrupted(at, heard))

    def _hush(self) -> list[str]:
        """Stop all that she says or is about to say; the texts that were stopped.

        What has not begun, as far as we know, may sound for a moment all the same before the
        page is told: then it says so, and what was heard is recorded.
        """
        stopped = list(self._lines)
        for line in stopped:
            begun = line.started is not None
            self._finish(line, self.now)
            if not begun:
                self._stopping.append(line)
            self._send(messages.Stop(line.number))
        return [line.text for line in stopped]

    def _say_again(self) -> None:
        """What a pause cut short comes once more, from its beginning."""
        texts, self._stopped = self._stopped, []
        for text in texts:
            self._say(text)

    def _expire_lines(self) -> None:
        """A page that never reports its loudspeaker must not hang the call."""
        for line in list(self._lines):
            if line.started is None:
                behind = sum(other.seconds for other in self._lines if other.number < line.number)
                if self.now - line.sent > behind + PLAYED_GRACE:
                    self._start(line, self.now)
            elif self.now > line.started + line.seconds + FINISHED_GRACE:
                self._finish(line, line.started + line.seconds)

    def _prepare(self) -> None:
        self._render_ahead(dialogue.lines_ahead(self._talk.scenario, self._talk.state))

    def _line(self, number: int) -> Line | None:
        known = (*self._lines, *self._stopping)
        return next((line for line in known if line.number == number), None)

    def _clock(self, sample: int) -> float:
        """A page's microphone sample as seconds of the call; never in the future."""
        return min(max(0, sample - self._skipped * FRAME_SAMPLES) / RATE, self.now)
