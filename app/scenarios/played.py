"""A whole call by an automatic trainee in this process, as fast as it can be computed.

The same ``VoiceCall`` as over the socket, with real sound, recogniser and voice; only
the clock is not the wall's. Makes the demo's calls and the tests' microphone files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from app.errors import Unavailable
from app.scenarios import messages
from app.scenarios.line import Outcome
from app.scenarios.microphone import Loudspeaker, voice_end
from app.scenarios.mind import Mind
from app.scenarios.moves import End
from app.scenarios.reading import Reader
from app.scenarios.switchboard import CustomerVoice, Job, voice_call
from app.scenarios.voice_call import VoiceCall
from app.scenarios.walk import HangUpNow, HoldFor, SayThis, TraineeAct, UseMove
from app.speech.ear import Ear
from app.speech.ports import FRAME_BYTES, FRAME_SAMPLES, FRAME_SECONDS

THINKING = 0.8
"""Seconds from the customer's last sound to the trainee's first."""
UNANSWERED = 6.0
LONGEST = 900.0


@dataclass(slots=True)
class Studio:
    """The page, the microphone and the loudspeaker of an automatic trainee."""

    mind: Mind
    speak: Callable[[str], bytes]
    thinking: float = THINKING
    call: VoiceCall | None = None
    waiting: bytes = b""
    unhold_at: float | None = None
    free_since: float = 0.0
    loud: Loudspeaker = field(init=False)
    seconds: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.loud = Loudspeaker(
            lambda line, sample: self._call.played(line, sample),
            lambda line, sample: self._call.finished(line, sample),
        )

    @property
    def _call(self) -> VoiceCall:
        assert self.call is not None
        return self.call

    @property
    def _samples(self) -> int:
        return self._call.received * FRAME_SAMPLES

    def send(self, message: messages.ServerMessage) -> None:
        match message:
            case messages.Line(line, _, seconds):
                self.seconds[line] = seconds
            case messages.Stop(line):
                self.seconds.pop(line, None)
                self.loud.stop(line, self._samples)
            case _:
                pass
        self.mind.take(message)

    def send_sound(self, line: int, pcm: bytes) -> None:
        """The sound itself is not needed: only when it begins and how long it is."""

    def run(self, call: VoiceCall) -> End:
        """Frame after frame until the call is over. Raises ``Unavailable`` when it never is."""
        self.call = call
        call.open()
        while call.over is None:
            if call.now > LONGEST:
                raise Unavailable(f"the call did not end within {LONGEST:.0f} s")
            frame, self.waiting = self.waiting[:FRAME_BYTES], self.waiting[FRAME_BYTES:]
            call.frame(call.received, frame.ljust(FRAME_BYTES, b"\0"))
            for line in sorted(self.seconds):
                self.loud.take(line, self.seconds.pop(line), self._samples)
            self.loud.tick(self._samples)
            if call.over is None:
                self._act()
        return call.over

    def _act(self) -> None:
        now = self._call.received * FRAME_SECONDS
        if self.loud.busy or self.waiting:
            self.free_since = now
        elif self.unhold_at is not None:
            if now >= self.unhold_at:
                self.unhold_at = None
                self._call.press("unhold")
        elif now - self.free_since >= (self.thinking if self.mind.ready else UNANSWERED):
            self.free_since = now
            act = self.mind.next()
            if act is not None:
                self._do(act, now)

    def _do(self, act: TraineeAct, now: float) -> None:
        match act:
            case SayThis(text):
                pcm = self.speak(text)
                self.waiting = pcm[: voice_end(pcm)]
            case HoldFor(seconds):
                self._call.press("hold")
                self.unhold_at = now + seconds
            case UseMove(kind, target):
                self._call.move(kind, target)
            case HangUpNow():
                self._call.press("hangup")


def play(
    job: Job,
    mind: Mind,
    *,
    reader: Reader,
    ear: Ear,
    voice: CustomerVoice,
    speak: Callable[[str], bytes],
    thinking: float = THINKING,
) -> Outcome:
    """Make the call of ``job`` into its folder, with ``speak`` as the trainee's voice."""
    studio = Studio(mind, speak, thinking)
    with voice_call(job, studio, reader, ear, voice) as call:
        end = studio.run(call)
        call.close()
        return Outcome(call.now, end.ending, end.good)
