"""Whatever the trainee's side does, in whatever order: the call keeps its promises."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.quality.scoring import score
from app.recordings.journal import timeline_of
from app.scenarios import facts
from app.scenarios.conversation import Conversation
from app.scenarios.replay import replay
from app.scenarios.schema import Scenario
from app.speech.ports import FRAME_SAMPLES
from tests.live.rig import LOUD, HerVoice, Rig

BUTTONS = "hold unhold mute unmute pause resume help repeat hangup".split()
WORDS = (
    "greet",
    "offer_help",
    "ask_name ask_address",
    "offer_credit",
    "say_goodbye",
    "be_rude",
    "mhm",
    "well then",
    "",
)
Doing = tuple[str, str | int]
doings = st.lists(
    st.one_of(
        st.tuples(st.just("speak"), st.sampled_from(WORDS)),
        st.tuples(st.just("wait"), st.sampled_from([5, 20, 35, 250])),
        st.tuples(st.just("press"), st.sampled_from(BUTTONS)),
        st.tuples(st.just("move"), st.sampled_from(["boss", "nobody"])),
        st.tuples(st.just("played"), st.integers(0, 6)),
        st.tuples(st.just("finished"), st.integers(0, 6)),
        st.tuples(st.just("wrong frame"), st.integers(0, 2**32 - 1)),
    ),
    max_size=25,
)


def do(rig: Rig, what: str, which: str | int) -> None:
    """One thing; whatever is refused is refused by ``InvalidInput``."""
    number = which if isinstance(which, int) else 0
    actions: dict[str, Callable[[], object]] = {
        "speak": lambda: rig.speak(str(which), seconds=0.8),
        "wait": lambda: rig.frames(number),
        "press": lambda: rig.call.press(str(which)),
        "move": lambda: rig.call.move("consult", str(which)),
        "played": lambda: rig.call.played(number, rig.samples - 4000 * number),
        "finished": lambda: rig.call.finished(number, rig.samples + 4000),
        "wrong frame": lambda: rig.call.frame(number + rig.call.received + 1, LOUD),
    }
    with suppress(InvalidInput):
        actions[what]()


def check_journal(rig: Rig) -> None:
    heard = [event["at"] for event in rig.logged("heard")]
    assert heard == sorted(heard)
    assert len(rig.logged("ended")) <= 1
    assert len(rig.logged("opened")) == 1
    begun = [event["line"] for event in rig.logged("customer")]
    assert begun == [event["line"] for event in rig.logged("customer_end")] or sorted(
        begun
    ) == sorted(event["line"] for event in rig.logged("customer_end"))
    assert len(set(begun)) == len(begun)


def check_replay(rig: Rig, talk: Conversation) -> None:
    """The log alone gives the same dialogue, and the same score each time."""
    steps = replay(rig.scenario, rig.seed, rig.events)
    assert steps[-1][1] == talk.state
    cards = [
        score(
            rig.scenario.scorecard,
            timeline_of(rig.events),
            facts.as_text(facts.draw(rig.scenario, rig.seed)),
        ).to_dict()
        for _ in range(2)
    ]
    assert cards[0] == cards[1]


@settings(max_examples=120, deadline=None)
@given(what=doings, plays=st.booleans(), seed=st.integers(0, 5), practice=st.booleans())
def test_any_call_keeps_its_promises(
    small: Scenario, what: list[Doing], plays: bool, seed: int, practice: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rig = Rig(
            Path(folder),
            small,
            seed=seed,
            plays=plays,
            practice=practice,
            her=HerVoice(seconds=1.5),
        )
        with rig:
            talk = rig.call._talk
            paused = 0
            for each in what:
                before = rig.call.received
                do(rig, *each)
                if talk.paused:
                    paused += rig.call.received - before
                if rig.call.over:
                    break
            over = rig.call.over
        assert len(rig.left()) == (rig.call.received - paused) * FRAME_SAMPLES
        assert rig.call.now * 16_000 == len(rig.left())
        if over is not None:
            assert rig.call.over == over
            assert rig.logged("ended")[0]["ending"] == over.ending
        check_journal(rig)
        check_replay(rig, talk)


def test_a_whole_call_replayed_gives_the_same_states(tmp_path: Path, small: Scenario) -> None:
    with Rig(tmp_path, small, seed=3) as rig:
        for words in ("greet", "offer_help", "ask_name ask_address", "offer_credit"):
            rig.turn(words)
        rig.call.press("hold")
        rig.wait(4)
        rig.call.press("unhold")
        rig.wait(3)
        rig.turn("say_goodbye")
        talk = rig.call._talk
    check_replay(rig, talk)
    said = [event["text"] for event in rig.logged("customer")]
    replayed = [
        action.text
        for _, _, actions in replay(small, 3, rig.events)
        for action in actions
        if hasattr(action, "text") and type(action).__name__ == "Say"
    ]
    assert said == replayed
    assert rig.logged("ended")[0] == {**rig.logged("ended")[0], "ending": "done", "good": True}
