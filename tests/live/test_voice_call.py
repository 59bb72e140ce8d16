"""A call by voice, frame by frame: turns, hold, mute, pause, barge-in, lines and the end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.errors import InvalidInput
from app.scenarios import messages
from app.scenarios.schema import Scenario
from app.speech.ports import FRAME_SAMPLES, FRAME_SECONDS, RATE
from tests.live.rig import LOUD, HerVoice, Rig

FRAME = FRAME_SECONDS + 1e-6


def pressed_in_vain(rig: Rig, name: str) -> None:
    with pytest.raises(InvalidInput):
        rig.call.press(name)


# ---- turns ------------------------------------------------------------------------------------


def test_a_turn_is_heard_answered_and_written_down(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small) as rig:
        rig.wait(0.5)
        rig.turn("greet")
        [said] = rig.told(messages.Said)
        assert (said.text, said.acts) == ("greet", ["greet"])
        assert said.start == pytest.approx(0.5, abs=2 * FRAME)
        assert said.end == pytest.approx(1.5, abs=2 * FRAME)
        assert rig.lines == ["Hello."]
    assert any(partial.text == "greet" for partial in rig.told(messages.Partial))
    kinds = [event["kind"] for event in rig.events]
    order = ["started", "opened", "heard", "customer", "customer_end"]
    assert [kind for kind in kinds if kind in order] == order
    assert rig.recognition.closed
    assert rig.left().tobytes() == bytes(rig.taken)


@pytest.mark.parametrize(("words", "waits"), [("offer_help", 0.45), ("well", 0.8)])
def test_a_whole_expected_act_is_answered_sooner(
    tmp_path: Path, small: Scenario, words: str, waits: float
) -> None:
    with Rig(tmp_path, small) as rig:
        rig.turn(words)
        [heard] = rig.logged("heard")
        assert heard["at"] - heard["end"] == pytest.approx(waits, abs=3 * FRAME)


def test_a_pause_for_thought_does_not_end_the_turn(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small) as rig:
        rig.speak("well")
        rig.wait(0.6)
        rig.turn("offer_help")
        [heard] = rig.logged("heard")
        assert heard["text"] == "well offer_help"
        assert len(heard["words"]) == 2
        gap = heard["words"][1][1] - heard["words"][0][2]
        assert gap == pytest.approx(0.6, abs=0.1)


def test_after_a_whole_act_she_may_still_go_on(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small) as rig:
        rig.speak("greet")
        rig.wait(0.35)
        rig.turn("offer_help")
        assert [heard["text"] for heard in rig.logged("heard")] == ["greet offer_help"]


def test_a_cough_is_no_turn(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small) as rig:
        rig.turn("", seconds=0.4)
        assert rig.logged("heard") == []
        assert rig.lines == []


def test_silence_is_prompted_and_then_ends_the_call(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small) as rig:
        for _ in range(2000):
            if rig.call.over:
                break
            rig.frames(1)
        assert rig.lines == ["Hello?", "I am off."]
        assert rig.call.over is not None
        assert rig.call.over.ending == "poor"
        first, second = rig.logged("silence")
        assert (first["level"], second["level"]) == (1, 2)
        assert first["at"] == pytest.approx(small.persona.patience, abs=2 * FRAME)


# ---- speaking over the customer ---------------------------------------------------------------


def answering(rig: Rig) -> None:
    """Until the customer has begun to sound."""
    rig.speak("greet")
    for _ in range(200):
        if rig.logged("customer"):
            return
        rig.frames(1)
    raise AssertionError("she said nothing")


def test_spoken_over_she_stops_at_once(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small, her=HerVoice(seconds=4.0)) as rig:
        answering(rig)
        rig.wait(1.0)
        rig.speak("ask_name", seconds=0.6)
        assert rig.told(messages.Stop) == [messages.Stop(1)]
        [interrupted] = rig.logged("interrupted")
        assert interrupted["by"] == "trainee"
        assert 0.25 <= interrupted["heard"] <= 0.5
        [end] = rig.logged("customer_end")
        assert end["cut"] is True
        assert len(rig.right()) == round(end["at"] * RATE)
        rig.wait(1.0)
        assert rig.logged("heard")[1]["text"] == "ask_name"


def test_both_beginning_at_once_is_no_interruption(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small, her=HerVoice(seconds=4.0)) as rig:
        answering(rig)
        rig.speak("ask_name", seconds=0.5)
        assert rig.told(messages.Stop) == [messages.Stop(1)]
        assert rig.logged("interrupted") == []


def stopped_unheard(rig: Rig) -> int:
    """Spoken over before the page said that her line sounds; the sample at which that was."""
    rig.speak("greet")
    rig.wait(1.0)
    assert rig.told(messages.Line)
    rig.speak("ask_name", seconds=0.6)
    assert rig.told(messages.Stop) == [messages.Stop(1)]
    assert rig.logged("customer") == []
    return rig.samples


def test_what_sounds_before_the_page_is_told_to_stop_is_recorded(
    tmp_path: Path, small: Scenario
) -> None:
    """A busy machine is late: her line began meanwhile, and the trainee heard some of it."""
    with Rig(tmp_path, small, plays=False, her=HerVoice(seconds=4.0)) as rig:
        sample = stopped_unheard(rig)
        rig.call.played(1, sample - 3000)
        rig.call.finished(1, sample - 1000)
        [began], [ended] = rig.logged("customer"), rig.logged("customer_end")
        assert (began["line"], ended["line"], ended["cut"]) == (1, 1, True)
        assert began["at"] == pytest.approx((sample - 3000) / RATE, abs=0.001)
        assert ended["at"] == pytest.approx((sample - 1000) / RATE, abs=0.001)
        heard = np.flatnonzero(rig.right())
        assert heard[[0, -1]] == pytest.approx([sample - 3000, sample - 1001], abs=16)
        assert rig.logged("interrupted") == []


def test_what_never_sounded_is_as_if_never_said(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small, plays=False, her=HerVoice(seconds=4.0)) as rig:
        rig.call.finished(1, stopped_unheard(rig))
        rig.call.played(1, rig.samples)
    assert rig.logged("customer") == []


def test_her_next_line_is_whole_though_no_end_of_a_stopped_one_was_told(
    tmp_path: Path, small: Scenario
) -> None:
    with Rig(tmp_path, small, plays=False, her=HerVoice(seconds=1.0)) as rig:
        sample = stopped_unheard(rig)
        rig.call.played(1, sample)
        rig.wait(1.2)
        assert rig.told(messages.Line)[-1].line == 2
        rig.call.played(2, rig.samples)
        rig.call.finished(1, rig.samples)
        rig.wait(1.2)
        rig.call.finished(2, rig.samples)
        ends = [(end["line"], end["cut"]) for end in rig.logged("customer_end")]
        assert ends == [(1, False), (2, False)]


@pytest.mark.parametrize("words", ["mhm", "okay yeah"])
def test_mhm_does_not_stop_her(tmp_path: Path, small: Scenario, words: str) -> None:
    with Rig(tmp_path, small, her=HerVoice(seconds=4.0)) as rig:
        answering(rig)
        rig.wait(1.0)
        rig.speak(words, seconds=0.5)
        rig.wait(1.0)
        assert rig.told(messages.Stop) == []
        assert rig.logged("heard")[1]["answered"] is False
        rig.wait(2.5)
        assert rig.logged("customer_end")[0]["cut"] is False


# ---- hold, mute, pause ------------------------------------------------------------------------


@pytest.mark.parametrize(("on", "off"), [("hold", "unhold"), ("mute", "unmute")])
def test_on_hold_and_muted_nothing_of_her_is_recorded(
    tmp_path: Path, small: Scenario, on: str, off: str
) -> None:
    with Rig(tmp_path, small) as rig:
        rig.turn("offer_help")
        begun = rig.call.received
        rig.call.press(on)
        fed = rig.recognition.fed
        rig.speak("be_rude", seconds=2.0)
        away = rig.call.received
        assert rig.recognition.fed == fed
        rig.recognition.coming = ""
        rig.call.press(off)
        rig.turn("ask_name")
    left = rig.left()
    assert not left[begun * FRAME_SAMPLES : away * FRAME_SAMPLES].any()
    assert left[away * FRAME_SAMPLES :].any()
    assert [heard["text"] for heard in rig.logged("heard")] == ["offer_help", "ask_name"]
    assert len(rig.logged(on)) == len(rig.logged(off)) == 1
    assert rig.call.received * FRAME_SAMPLES == len(left)
    assert rig.told(messages.Desk)[-1].on_hold is False


def test_words_before_hold_count_and_her_line_stops(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small, her=HerVoice(seconds=5.0)) as rig:
        rig.speak("offer_help")
        rig.call.press("hold")
        assert [heard["text"] for heard in rig.logged("heard")] == ["offer_help"]
        assert rig.told(messages.Stop) == [messages.Stop(1)]
        assert rig.told(messages.Desk)[-1].on_hold is True


def test_on_hold_she_is_patient_but_not_for_ever(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small) as rig:
        rig.turn("offer_help")
        rig.call.press("hold")
        held = rig.call.now
        while not rig.call.over and rig.call.now < 300:
            rig.frames(1)
        assert rig.call.over is not None
        assert rig.call.over.ending == "lost"
        silences = [event["at"] - held for event in rig.logged("silence")]
        assert silences[0] == pytest.approx(30.0, abs=2 * FRAME)
        assert small.hold.gives_up <= silences[-1] <= small.hold.gives_up + 31


def test_a_pause_is_not_in_the_recording(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small, plays=False) as rig:
        rig.wait(1.0)
        before = rig.call.now
        rig.call.press("pause")
        rig.frames(100, LOUD)
        assert rig.call.now == before
        assert rig.call.received == 131
        rig.call.press("resume")
        rig.speak("greet")
        rig.wait(0.6)
        [line] = rig.told(messages.Line)
        rig.call.played(line.line, rig.call.received * FRAME_SAMPLES)
        began = rig.call.now
        rig.wait(0.3)
        rig.call.finished(line.line, rig.call.received * FRAME_SAMPLES)
        [customer] = rig.logged("customer")
        assert customer["at"] == pytest.approx(began)
        assert rig.logged("pause")[0]["at"] == rig.logged("resume")[0]["at"]
    assert len(rig.left()) == (rig.call.received - 100) * FRAME_SAMPLES
    assert not rig.left()[: 31 * FRAME_SAMPLES].any()
    right = np.flatnonzero(rig.right())
    assert right[0] == round(customer["at"] * RATE)


def test_what_a_pause_cut_short_is_said_again(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small, her=HerVoice(seconds=3.0)) as rig:
        rig.speak("offer_help")
        rig.wait(0.8)
        rig.call.press("pause")
        rig.frames(50)
        assert len(rig.lines) == 1
        rig.call.press("resume")
        assert rig.lines == [rig.lines[0]] * 2
        rig.wait(3.2)
        assert [event["cut"] for event in rig.logged("customer_end")] == [True, False]


def test_in_a_pause_only_going_on_and_hanging_up_are_possible(
    tmp_path: Path, small: Scenario
) -> None:
    with Rig(tmp_path, small) as rig:
        rig.turn("offer_help")
        rig.call.press("pause")
        for name in ("hold", "mute", "help", "repeat"):
            pressed_in_vain(rig, name)
        with pytest.raises(InvalidInput, match="paused"):
            rig.call.move("consult", "boss")
        assert rig.logged("move") == []
        rig.call.press("hangup")
        assert rig.call.over is not None


def test_a_test_has_no_pause_and_no_help(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small, practice=False, her=HerVoice(seconds=3.0)) as rig:
        answering(rig)
        for name in ("pause", "help", "resume"):
            pressed_in_vain(rig, name)
        assert rig.told(messages.Stop) == []
        assert all(not desk.script for desk in rig.told(messages.Desk))
        assert all(not said.acts for said in rig.told(messages.Said))


# ---- help, repeat, moves ----------------------------------------------------------------------


def test_help_and_repeat(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small) as rig:
        rig.turn("offer_help")
        rig.call.press("help")
        assert rig.told(messages.Notice) == [messages.Notice("help", "I see.")]
        rig.call.press("repeat")
        assert rig.lines[1] == rig.lines[0]
        assert len(rig.logged("help")) == len(rig.logged("repeat")) == 1


def test_a_move_that_is_not_offered_changes_nothing(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small) as rig:
        rig.speak("offer_help", seconds=0.5)
        with pytest.raises(InvalidInput, match="none; got transfer boss"):
            rig.call.move("transfer", "boss")
        assert rig.logged("move") == []
        assert rig.logged("heard") == [], "she was in the middle of a word"
        rig.wait(1.0)
        rig.call.move("consult", "boss")
        [move] = rig.logged("move")
        assert (move["move"], move["target"]) == ("consult", "boss")
        assert rig.told(messages.Notice)[-1].kind == "tell"


# ---- lines ------------------------------------------------------------------------------------


def test_lines_are_placed_where_the_page_says_they_sounded(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small, plays=False, her=HerVoice(seconds=1.0)) as rig:
        rig.speak("greet")
        rig.wait(1.0)
        sample = rig.samples - 3000
        rig.call.played(1, sample)
        rig.call.played(1, 0)
        rig.call.finished(1, sample + RATE)
        rig.call.finished(1, 0)
        rig.call.played(99, 0)
        assert rig.logged("customer")[0]["at"] == pytest.approx(sample / RATE, abs=0.001)
        assert rig.logged("customer_end")[0]["cut"] is True, "not from the future"
        assert np.flatnonzero(rig.right())[0] == pytest.approx(sample, abs=16)


def test_a_page_that_reports_nothing_does_not_hang_the_call(
    tmp_path: Path, small: Scenario
) -> None:
    with Rig(tmp_path, small, plays=False, her=HerVoice(seconds=1.0)) as rig:
        rig.speak("greet")
        rig.wait(0.6)
        sent = rig.call.now
        rig.wait(2.2)
        [customer] = rig.logged("customer")
        assert customer["at"] == pytest.approx(sent + 2.0, abs=0.2)
        rig.wait(4.5)
        [end] = rig.logged("customer_end")
        assert end["at"] - customer["at"] == pytest.approx(1.0, abs=0.01)
        rig.call.press("hangup")
        assert rig.call.over is not None


def test_frames_come_in_order(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small) as rig:
        rig.frames(3)
        for number in (2, 4, 2**32 - 1):
            with pytest.raises(InvalidInput, match=f"expected audio frame 3, got {number}"):
                rig.call.frame(number, LOUD)
        rig.frames(1)
    assert len(rig.left()) == 4 * FRAME_SAMPLES


# ---- the end ----------------------------------------------------------------------------------


def test_the_call_is_over_when_her_last_words_were_heard(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small, her=HerVoice(seconds=2.0)) as rig:
        rig.turn("offer_help")
        rig.turn("offer_credit")
        rig.speak("say_goodbye")
        rig.wait(0.6)
        assert rig.logged("ended")[0]["ending"] == "poor"
        assert rig.call.over is None
        rig.wait(2.1)
        assert rig.call.over is not None
        assert rig.call.over.ending == "poor"


def test_hanging_up_ends_it_now(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small, her=HerVoice(seconds=5.0)) as rig:
        rig.turn("offer_help")
        rig.speak("ask_name", seconds=0.5)
        rig.call.press("hangup")
        assert rig.call.over is not None
        assert rig.call.over.good is False
        assert [heard["text"] for heard in rig.logged("heard")] == ["offer_help", "ask_name"]
        rig.call.press("hangup")
    assert len(rig.logged("ended")) == 1


def test_a_line_that_goes_down_keeps_the_words_under_way(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small) as rig:
        rig.speak("offer_help", seconds=0.5)
    assert [heard["text"] for heard in rig.logged("heard")] == ["offer_help"]
    assert rig.left().tobytes() == bytes(rig.taken)
