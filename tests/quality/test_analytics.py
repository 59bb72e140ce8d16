"""Figures of a call, against a call counted by hand."""

from __future__ import annotations

import pytest

from app.quality.analytics import Figure, analyse
from app.quality.figures import filler_words
from app.quality.spans import Span, gaps, union
from app.recordings.timeline import Timeline

from .calls import call, customer, mark, move, trainee

CALL = call(
    trainee(1, 3, "hello um this is anna"),
    customer(3.5, 8),
    trainee(7, 9, "i am sorry to hear that"),
    trainee(10, 14, "let me look"),
    mark(7, "interrupted", by="trainee"),
    mark(15, "hold"),
    mark(45, "unhold"),
    customer(54, 60),
    trainee(61, 62, "bye"),
    mark(2, "mood", value=0, reason=""),
    mark(8, "mood", value=-2, reason="interrupted"),
    mark(3, "state", name="opening"),
    mark(9, "state", name="verify"),
    move(20, "consult", "desk"),
)


def figure(timeline: Timeline, name: str) -> Figure:
    return next(each for each in analyse(timeline).figures if each.id == name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("talk_share", 46.2),  # 9 s of 9 + 10.5
        ("pace", 100.0),  # 15 words in 9 s
        ("monologue", 7.0),  # 7 to 14
        ("latency", 0.5),  # waits 0 and 1 s
        ("dead_air", 9.0),  # 45 to 54
        ("hold", 30.0),
        ("interruptions", 1.0),
        ("fillers", 1.0),
        ("silence", 21.4),  # 1 + 0.5 + 1 + 1 + 9 + 1 of 63
    ],
)
def test_figures(name: str, value: float) -> None:
    assert figure(CALL, name).value == pytest.approx(value, abs=0.05)


def test_moments_for_the_page() -> None:
    made = analyse(CALL)
    assert made.monologue == Span(7, 14)
    assert made.dead_air == (Span(45, 54),)
    assert made.holds == (Span(15, 45),)
    assert made.overlaps == (Span(7, 8),)
    assert made.interruptions == (7,)
    assert made.mood == ((2, 0), (8, -2))
    assert made.path == ((3, "opening"), (9, "verify"))


def test_every_figure_lies_on_its_scale_or_says_it_is_unusual() -> None:
    for each in analyse(CALL).figures:
        assert each.scale[0] <= each.usual[0] < each.usual[1] <= each.scale[1]
        assert each.is_usual in (True, False, None)
        assert each.source.key


def test_an_empty_call_has_no_figures_to_divide_by() -> None:
    made = analyse(call(ended=None))
    assert figure(call(ended=None), "pace").value is None
    assert made.monologue is None


def test_a_chat_has_no_figures_of_sound() -> None:
    chat = call(trainee(1, 1, "hello"), customer(2, 2), mode="chat")
    assert [each.id for each in analyse(chat).figures] == ["latency", "hold"]


def test_ordinary_words_are_no_fillers() -> None:
    said = "would you like me to um look like i let you know it is you know like late uh"
    assert filler_words(call(trainee(0, 9, said))) == {"like": 2, "uh": 1, "um": 1, "you know": 1}


def test_spans() -> None:
    assert union([Span(3, 5), Span(1, 2), Span(4, 6)]) == (Span(1, 2), Span(3, 6))
    assert gaps([Span(1, 2), Span(3, 6)], 0, 8) == (Span(0, 1), Span(2, 3), Span(6, 8))
    assert gaps([Span(0, 9)], 0, 8) == ()
