"""Whose turn it is: a pure state machine over voice activity. No sound, no sockets.

Each frame of the trainee's microphone goes in as a probability that she speaks;
signals come out. The customer's loudspeaker and the desk's buttons are told to it.
Times are seconds on the call's clock.

People leave gaps of about 0.2 s to each other and accept up to 0.8 s from a voice
product; real interruptions carry 0.2-0.8 s of speech, while a cough or "mhm" is none
(Heldner & Edlund 2010, J. Phonetics 38:555; Skantze 2021, Comput. Speech Lang. 67).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.speech.ports import FRAME_SECONDS

BACKCHANNELS = frozenset(
    "mm mhm hmm hm uh um huh ah oh okay ok yeah yes yep right sure i see the".split()
)
"""Words that take no turn. "the" is what recognisers make of a breath."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Delays in seconds, and the probability above which a frame counts as speech."""

    speech: float = 0.5
    start: float = 0.1
    pause: float = 0.25
    end_complete: float = 0.45
    end: float = 0.8
    barge: float = 0.3
    barge_sure: float = 0.8
    longest_turn: float = 60.0


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The trainee began to speak at ``at``."""

    at: float


@dataclass(frozen=True, slots=True)
class Paused:
    """The trainee stopped for a moment: read what she has said, and answer ``judged``."""

    at: float


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The trainee gave the word back. ``speech_end`` is when her voice stopped."""

    at: float
    start: float
    speech_end: float


@dataclass(frozen=True, slots=True)
class BargedIn:
    """The trainee spoke over the customer, who should stop."""

    at: float


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nobody has spoken for a while; ``level`` counts up from 1 until somebody does."""

    at: float
    level: int


Signal = SpeechStarted | Paused | TurnEnded | BargedIn | Quiet


@dataclass(frozen=True, slots=True)
class Turns:
    """The state. ``patience`` is how long the customer bears silence, in seconds."""

    timing: Timing = Timing()
    patience: float = 6.0
    customer_speaking: bool = False
    start: float | None = None
    speech_end: float = 0.0
    run: float = 0.0
    over_customer: float = 0.0
    asked: bool = False
    complete: bool = False
    quiet_since: float = 0.0
    quiet_level: int = 0

    @property
    def speaking(self) -> bool:
        """The trainee has the word: she speaks, or has paused and not yet given it back."""
        return self.start is not None


def frame(
    state: Turns, at: float, probability: float, words: str = ""
) -> tuple[Turns, tuple[Signal, ...]]:
    """One frame that ends at ``at``; ``words`` is what the recogniser has of this turn so far."""
    if probability >= state.timing.speech:
        return _voiced(state, at, words)
    return _unvoiced(state, at)


def judged(state: Turns, complete: bool) -> Turns:
    """The answer to ``Paused``: what was said so far is a whole expected act, or not."""
    return replace(state, complete=complete)


def customer(state: Turns, speaking: bool, at: float) -> Turns:
    """The customer's voice starts or stops."""
    return replace(state, customer_speaking=speaking, over_customer=0.0, quiet_since=at)


def waiting(state: Turns, at: float, patience: float) -> Turns:
    """Silence counts afresh from ``at`` with this patience (hold, pause, a move, the start)."""
    return replace(state, quiet_since=at, quiet_level=0, patience=patience)


def is_backchannel(words: str) -> bool:
    """Whether these words take no turn ("mhm", "okay", a breath heard as "the")."""
    return all(word in BACKCHANNELS for word in words.lower().split())


def _voiced(state: Turns, at: float, words: str) -> tuple[Turns, tuple[Signal, ...]]:
    timing = state.timing
    run = state.run + FRAME_SECONDS
    signals: list[Signal] = []
    start = state.start
    if start is None and run >= timing.start:
        start = max(0.0, at - run)
        signals.append(SpeechStarted(start))
    over = state.over_customer
    if state.customer_speaking:
        over += FRAME_SECONDS
        enough = timing.barge if words and not is_backchannel(words) else timing.barge_sure
        if start is not None and over >= enough:
            signals.append(BargedIn(at))
            over = 0.0
    state = replace(
        state,
        run=run,
        start=start,
        speech_end=at,
        over_customer=over,
        asked=False,
        complete=False,
        quiet_since=state.quiet_since if start is None else at,
        quiet_level=state.quiet_level if start is None else 0,
    )
    if start is not None and at - start >= timing.longest_turn:
        return _ended(state, at, signals)
    return state, tuple(signals)


def _unvoiced(state: Turns, at: float) -> tuple[Turns, tuple[Signal, ...]]:
    timing = state.timing
    if state.start is None:
        return _quiet(replace(state, run=max(0.0, state.run - 2 * FRAME_SECONDS)), at)
    gap = at - state.speech_end
    state = replace(state, run=0.0)
    if gap >= (timing.end_complete if state.complete else timing.end):
        return _ended(state, at, [])
    if gap >= timing.pause and not state.asked:
        return replace(state, asked=True), (Paused(at),)
    return state, ()


def _ended(state: Turns, at: float, signals: list[Signal]) -> tuple[Turns, tuple[Signal, ...]]:
    assert state.start is not None
    signals.append(TurnEnded(at, state.start, state.speech_end))
    state = replace(
        state,
        start=None,
        run=0.0,
        over_customer=0.0,
        asked=False,
        complete=False,
        quiet_since=at,
    )
    return state, tuple(signals)


def _quiet(state: Turns, at: float) -> tuple[Turns, tuple[Signal, ...]]:
    if state.customer_speaking or at - state.quiet_since < state.patience:
        return state, ()
    level = state.quiet_level + 1
    return replace(state, quiet_level=level, quiet_since=at), (Quiet(at, level),)
