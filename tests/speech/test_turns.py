"""Turn-taking without sound: frames as probabilities, signals as values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.speech import turns
from app.speech.ports import FRAME_SECONDS
from app.speech.turns import BargedIn, Paused, Quiet, SpeechStarted, TurnEnded, Turns


class Track:
    """Feeds stretches of speech and silence, and keeps every signal with its time."""

    def __init__(self, state: Turns | None = None) -> None:
        self.state = state or Turns()
        self.at = 0.0
        self.signals: list[turns.Signal] = []

    def feed(
        self, seconds: float, probability: float, words: str = "", complete: bool = False
    ) -> Track:
        for _ in range(round(seconds / FRAME_SECONDS)):
            self.at += FRAME_SECONDS
            self.state, signals = turns.frame(self.state, self.at, probability, words)
            self.signals += signals
            if any(isinstance(signal, Paused) for signal in signals):
                self.state = turns.judged(self.state, complete)
        return self

    def speech(self, seconds: float, words: str = "hello there") -> Track:
        return self.feed(seconds, 0.9, words)

    def silence(self, seconds: float, complete: bool = False) -> Track:
        return self.feed(seconds, 0.02, complete=complete)

    def customer(self, speaking: bool) -> Track:
        self.state = turns.customer(self.state, speaking, self.at)
        return self

    def of(self, kind: type[turns.Signal]) -> list[turns.Signal]:
        return [signal for signal in self.signals if isinstance(signal, kind)]


def test_a_turn_starts_pauses_and_ends() -> None:
    track = Track().silence(1.0).speech(2.0).silence(1.5)
    kinds = [type(signal) for signal in track.signals]
    assert kinds == [SpeechStarted, Paused, TurnEnded]
    (ended,) = track.of(TurnEnded)
    assert isinstance(ended, TurnEnded)
    assert abs(ended.start - 1.0) < 0.15
    assert abs(ended.speech_end - 3.0) < 0.05
    assert abs(ended.at - ended.speech_end - 0.8) < 0.05


def test_a_complete_act_needs_less_silence() -> None:
    track = Track().speech(1.0).silence(1.0, complete=True)
    (ended,) = track.of(TurnEnded)
    assert isinstance(ended, TurnEnded)
    assert abs(ended.at - ended.speech_end - 0.45) < 0.05


def test_a_short_breath_ends_nothing() -> None:
    track = Track().speech(1.0).silence(0.4).speech(1.0).silence(0.2)
    assert not track.of(TurnEnded)
    assert len(track.of(Paused)) == 1


def test_a_click_is_no_speech() -> None:
    track = Track().speech(0.064).silence(2.0)
    assert not track.of(SpeechStarted)


def test_real_words_over_the_customer_take_the_word_within_half_a_second() -> None:
    track = Track().customer(True).speech(0.6, "wait a moment")
    (barged,) = track.of(BargedIn)
    assert barged.at <= 0.4


def test_a_short_mhm_does_not_stop_the_customer() -> None:
    track = Track().customer(True).speech(0.4, "mhm").silence(1.5)
    assert not track.of(BargedIn)
    assert len(track.of(TurnEnded)) == 1


def test_long_speech_takes_the_word_even_before_words_are_known() -> None:
    track = Track().customer(True).speech(1.2, "")
    assert len(track.of(BargedIn)) == 1


def test_silence_is_counted_in_the_customers_patience() -> None:
    track = Track(Turns(patience=3.0)).silence(10.0)
    levels = [signal.level for signal in track.signals if isinstance(signal, Quiet)]
    assert levels == [1, 2, 3]


def test_her_own_prompt_does_not_reset_the_count_but_the_trainee_does() -> None:
    track = Track(Turns(patience=3.0)).silence(3.1)
    track.customer(True).silence(2.0).customer(False).silence(3.1)
    assert [s.level for s in track.signals if isinstance(s, Quiet)] == [1, 2]
    track.speech(1.0).silence(4.2)
    assert [s.level for s in track.signals if isinstance(s, Quiet)] == [1, 2, 1]


def test_nobody_is_impatient_while_the_customer_speaks() -> None:
    track = Track(Turns(patience=2.0)).customer(True).silence(9.0)
    assert not track.signals


def test_a_turn_without_end_is_ended() -> None:
    track = Track().speech(61.0)
    assert len(track.of(TurnEnded)) == 1


@given(
    st.lists(
        st.tuples(st.floats(0.03, 2.0), st.floats(0, 1), st.sampled_from(["", "mhm", "my name"])),
        max_size=30,
    ),
    st.booleans(),
)
def test_starts_and_ends_alternate(
    stretches: list[tuple[float, float, str]], customer_speaks: bool
) -> None:
    track = Track().customer(customer_speaks)
    for seconds, probability, words in stretches:
        track.feed(seconds, probability, words)
    kinds = [type(s) for s in track.signals if isinstance(s, SpeechStarted | TurnEnded)]
    assert kinds[::2] == [SpeechStarted] * len(kinds[::2])
    assert kinds[1::2] == [TurnEnded] * len(kinds[1::2])
    for signal in track.of(TurnEnded):
        assert isinstance(signal, TurnEnded)
        assert signal.start <= signal.speech_end <= signal.at
