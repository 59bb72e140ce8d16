"""Events -> timeline."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.recordings.history import spread, timeline_of


def event(at: float, kind: str, **data: Any) -> dict[str, Any]:
    return {"at": at, "kind": kind, **data}


HEARD = event(
    3.4,
    "heard",
    start=1.0,
    end=3.0,
    text="hello anna",
    words=[["hello", 1.0, 1.5, 0.9], ["anna", 2.0, 3.0, 0.4]],
    acts=[["greet", 0.97, "met", 1.0, 1.5, "hello"], ["thank", 0.4, "undetermined", 2, 3, "anna"]],
    state="opening",
)
LINE = event(4.0, "customer", line=1, text="my card", state="problem", mood=0, seconds=3.0)
START = event(0, "started", mode="voice", call="1")


def test_a_turn_keeps_words_acts_and_state() -> None:
    (turn,) = timeline_of([START, HEARD, event(5, "ended", ending="x", good=True)]).utterances
    assert (turn.speaker, turn.start, turn.end, turn.state) == ("trainee", 1.0, 3.0, "opening")
    assert [(word.text, word.confidence) for word in turn.words] == [("hello", 0.9), ("anna", 0.4)]
    assert [(act.act, act.verdict) for act in turn.acts] == [
        ("greet", "met"),
        ("thank", "undetermined"),
    ]


def test_a_line_ends_where_it_was_heard_to_end() -> None:
    end = event(6.8, "customer_end", line=1, cut=False)
    (line,) = timeline_of([START, LINE, end, event(9, "ended")]).utterances
    assert (line.start, line.end, line.cut_off) == (4.0, 6.8, False)


def test_a_line_the_trainee_spoke_over_is_cut() -> None:
    end = event(5.0, "customer_end", line=1, cut=True)
    (line,) = timeline_of([START, LINE, end]).utterances
    assert (line.end, line.cut_off) == (5.0, True)


def test_a_line_without_its_end_is_cut_where_the_journal_ends() -> None:
    (line,) = timeline_of([START, LINE, event(5.5, "silence", level=1)]).utterances
    assert (line.end, line.cut_off) == (5.5, True)


def test_the_same_line_may_be_said_again() -> None:
    events = [
        LINE,
        event(7, "customer_end", line=1, cut=False),
        event(8, "customer", line=1, text="my card", state="problem", mood=0, seconds=3.0),
        event(11, "customer_end", line=1, cut=False),
    ]
    assert [(u.start, u.end) for u in timeline_of([START, *events]).utterances] == [
        (4.0, 7.0),
        (8.0, 11.0),
    ]


def test_a_chat_line_is_never_cut() -> None:
    chat = event(0, "started", mode="chat")
    line = event(4.0, "customer", line=1, text="hi", state="", mood=0, seconds=0)
    made = timeline_of([chat, line])
    assert made.mode == "chat"
    assert made.utterances[0].cut_off is False


def test_the_last_partial_of_a_broken_call_is_kept() -> None:
    events = [START, HEARD, event(6, "partial", start=5.0, text="i will block")]
    for tail in ([], [event(6.5, "cut_off", reason="server")]):
        last = timeline_of([*events, *tail]).utterances[-1]
        assert (last.text, last.start, last.end, last.cut_off) == ("i will block", 5.0, 6.0, True)
        assert all(word.confidence == 0 for word in last.words)


def test_no_partial_is_kept_when_it_was_heard_or_taken_back_or_the_call_ended() -> None:
    partial = event(2, "partial", start=1.0, text="hello")
    empty = event(2.5, "partial", start=1.0, text="")
    for events in (
        [partial, HEARD],
        [partial, empty],
        [partial, event(9, "ended", ending="x", good=True)],
    ):
        assert not any(turn.cut_off for turn in timeline_of([START, *events]).utterances)


def test_marks_and_duration() -> None:
    moved = event(7, "move", move="transfer", target="fraud", needed=True)
    made = timeline_of([START, moved, event(8, "hold"), event(9, "ended", ending="x", good=True)])
    assert [mark.kind for mark in made.marks] == ["move", "hold", "ended"]
    assert dict(made.marks[0].data) == {"kind": "transfer", "target": "fraud", "needed": True}
    assert made.duration == 9


KINDS = st.sampled_from(
    ["started", "customer", "customer_end", "partial", "heard", "hold", "unhold", "flag", "ended"]
)


@given(st.lists(st.tuples(st.floats(0, 100), KINDS, st.integers(0, 2)), max_size=12))
def test_whatever_came_the_timeline_is_in_order(raw: list[tuple[float, str, int]]) -> None:
    events = [event(at, kind, line=line, text="so", seconds=2.0) for at, kind, line in raw]
    made = timeline_of(events)
    assert list(made.utterances) == sorted(made.utterances, key=lambda u: (u.start, u.end))
    assert all(turn.start <= turn.end <= made.duration for turn in made.utterances)
    assert made == timeline_of(events)


@given(st.text("ab ", max_size=30), st.floats(0, 10), st.floats(0, 10))
def test_spread_words_follow_each_other(text: str, start: float, length: float) -> None:
    words = spread(text, start, start + length)
    assert [word.text for word in words] == text.split()
    assert all(word.start <= word.end for word in words)
