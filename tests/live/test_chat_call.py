"""The same call by chat."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import InvalidInput
from app.recordings.journal import read, timeline_of
from app.scenarios.schema import Scenario
from tests.live.rig import Chat


def test_a_whole_chat(tmp_path: Path, small: Scenario) -> None:
    with Chat(tmp_path, small) as chat:
        chat.call.tick(3.0)
        chat.call.typed("  greet\n offer_help ")
        chat.call.tick(9.0)
        chat.call.typed("ask_name ask_address")
        chat.call.typed("offer_credit")
        chat.call.typed("say_goodbye")
        assert chat.call.over is not None
        assert chat.call.over.ending == "done"
        assert len(chat.lines) == 4
    first = chat.logged("heard")[0]
    assert (first["text"], first["at"]) == ("greet offer_help", 3.0)
    timeline = timeline_of(read(tmp_path / "events.jsonl").events)
    assert timeline.mode == "chat"
    assert not any(utterance.cut_off for utterance in timeline.utterances)


@pytest.mark.parametrize("text", ["", "   \n ", "x" * 501])
def test_a_line_has_a_length(tmp_path: Path, small: Scenario, text: str) -> None:
    with Chat(tmp_path, small) as chat:
        with pytest.raises(InvalidInput, match="1 to 500 characters"):
            chat.call.typed(text)
        assert chat.logged("heard") == []
        chat.call.typed("x" * 500)
        assert len(chat.logged("heard")) == 1


def test_nothing_is_typed_on_hold_or_in_a_pause(tmp_path: Path, small: Scenario) -> None:
    with Chat(tmp_path, small) as chat:
        for on, off, state in (("hold", "unhold", "on hold"), ("pause", "resume", "paused")):
            chat.call.press(on)
            with pytest.raises(InvalidInput, match=state):
                chat.call.typed("greet")
            chat.call.press(off)
        chat.call.typed("greet")
        assert len(chat.logged("heard")) == 1


def test_a_chat_cannot_be_muted(tmp_path: Path, small: Scenario) -> None:
    with Chat(tmp_path, small) as chat:
        for name in ("mute", "unmute"):
            with pytest.raises(InvalidInput, match="a chat has no"):
                chat.call.press(name)
        assert chat.logged("mute") == []


def test_a_test_has_no_pause(tmp_path: Path, small: Scenario) -> None:
    with (
        Chat(tmp_path, small, practice=False) as chat,
        pytest.raises(InvalidInput, match="practice only"),
    ):
        chat.call.press("pause")


def test_she_waits_longer_than_on_the_telephone_and_leaves(tmp_path: Path, small: Scenario) -> None:
    patience = 5 * small.persona.patience
    with Chat(tmp_path, small) as chat:
        chat.call.tick(patience - 0.1)
        assert chat.lines == []
        chat.call.tick(patience + 0.1)
        assert chat.lines == ["Hello?"]
        chat.call.tick(patience + 1.0)
        assert chat.lines == ["Hello?"]
        chat.call.tick(2 * patience + 0.3)
        assert chat.lines == ["Hello?", "I am off."]
        assert chat.call.over is not None


def test_in_a_pause_she_does_not_wait(tmp_path: Path, small: Scenario) -> None:
    with Chat(tmp_path, small) as chat:
        chat.call.press("pause")
        chat.call.tick(3600.0)
        assert chat.lines == []
        chat.call.press("resume")
        chat.call.tick(3601.0)
        assert chat.lines == []
