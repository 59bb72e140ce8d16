"""What a redacted span takes away: the arithmetic, for any spans and words."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.recordings import history
from app.recordings.erasing import evidence_without, journal_without, transcript_without
from app.recordings.redaction import (
    HIDDEN,
    Span,
    fingerprint,
    hides,
    merge,
    redacted,
    samples,
    within,
    words_inside,
)
from app.recordings.seconds import parse
from app.recordings.timeline import Timeline, Utterance, Word
from app.recordings.transcript import Stretch, Transcript
from tests.recordings_listening.conftest import SAID, journal_lines, words_of

tenths = st.integers(0, 200).map(lambda n: n / 10)
spans = st.lists(
    st.tuples(tenths, st.integers(1, 40)).map(lambda t: Span(t[0], t[0] + t[1] / 10)), max_size=6
)


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    said, at = [], 0.0
    for number in range(draw(st.integers(0, 5))):
        words, start = [], at
        for count in range(draw(st.integers(0, 4))):
            end = at + draw(st.integers(1, 10)) / 10
            words.append(Word(f"word{number}x{count}", at, end))
            at = end + draw(st.integers(0, 5)) / 10
        text = " ".join(word.text for word in words) or f"line{number}"
        at = max(at, start + 0.5)
        said.append(Utterance("customer", start, at, text, tuple(words)))
    return Timeline(tuple(said), (), at)


@given(spans)
def test_merging_keeps_every_second_once(some: list[Span]) -> None:
    merged = merge(some)
    for one, next_one in pairwise(merged):
        assert one.end < next_one.start
    moments = [n / 20 for n in range(500)]
    assert [any(s.start <= m < s.end for s in some) for m in moments] == [
        any(s.start <= m < s.end for s in merged) for m in moments
    ]
    assert merge(merged) == merged
    assert merge(reversed(some)) == merged


@given(timelines(), spans)
def test_no_word_from_inside_is_left_and_none_from_outside_is_lost(
    call: Timeline, some: list[Span]
) -> None:
    cut = merge(some)
    shown = redacted(call, cut)
    text = " ".join(each.text for each in shown.utterances)
    for said in call.utterances:
        for word in said.words:
            inside = any(s.start < word.end and s.end > word.start for s in cut)
            assert (word.text in text.split()) is not inside
        if not said.words:
            assert (said.text in text.split()) is not hides(cut, said.start, said.end)
    lost = " ".join(each.text for each in words_inside(call, cut)).split()
    everything = " ".join(each.text for each in call.utterances).split()
    assert sorted([*lost, *(w for w in text.split() if w != HIDDEN)]) == sorted(everything)
    assert redacted(shown, cut) == shown


@given(spans, st.integers(1, 400_000))
def test_a_span_covers_at_least_its_samples(some: list[Span], length: int) -> None:
    for first, last in samples(merge(some), 16_000, length):
        assert 0 <= first < last <= length
    covered = {n for first, last in samples(merge(some), 10, length) for n in range(first, last)}
    wanted = {n for s in some for n in range(round(s.start * 10), min(round(s.end * 10), length))}
    assert wanted <= covered
    assert all({n - 1, n + 1} & wanted for n in covered - wanted)


@given(spans, spans)
def test_a_fingerprint_names_just_these_spans(one: list[Span], other: list[Span]) -> None:
    same = merge(one) == merge(other)
    assert (fingerprint(merge(one)) == fingerprint(merge(other))) is same


@given(spans)
def test_an_erased_journal_reads_as_the_whole_one_redacted(some: list[Span]) -> None:
    cut = merge(some)
    left = journal_without(journal_lines(), cut)
    whole = history.timeline_of(journal_lines())
    assert redacted(history.timeline_of(left), cut) == redacted(whole, cut)
    told = json.dumps(left)
    for word in words_of(SAID, 1.0):
        if word.text in ("clara", "whitfield", "card", "four", "two"):
            assert (f'"{word.text}"' in told) is not hides(cut, word.start, word.end)
    assert journal_without(left, cut) == left


@given(spans)
def test_an_erased_transcript_reads_as_the_whole_one_redacted(some: list[Span]) -> None:
    cut = merge(some)
    kept = Transcript("test", 12.0, (Stretch("left", words_of(SAID, 1.0)),))
    left = transcript_without(kept, cut)
    assert redacted(left.timeline("left"), cut) == redacted(kept.timeline("left"), cut)


def test_evidence_loses_its_words_wherever_it_lies() -> None:
    score = {
        "results": [
            {"evidence": [{"start": 2.0, "end": 3.0, "words": "clara", "note": None}]},
            {"evidence": [{"start": 8.0, "end": 9.0, "words": "bye", "note": None}]},
        ]
    }
    left = evidence_without(score, (Span(2.5, 4.0),))
    assert left["results"][0]["evidence"][0]["words"] == HIDDEN
    assert left["results"][1] == score["results"][1]


@pytest.mark.parametrize(
    ("start", "end"),
    [(3.0, 3.0), (4.0, 3.0), (-1.0, 2.0), (0.0, float("inf")), (float("nan"), 1.0)],
)
def test_what_is_no_span_is_refused(start: float, end: float) -> None:
    with pytest.raises(InvalidInput):
        Span(start, end)


def test_a_span_ends_with_its_recording() -> None:
    assert within(Span(8.0, 99.0), 10.0) == Span(8.0, 10.0)
    for beyond in (Span(10.0, 12.0), Span(9.99, 12.0)):
        with pytest.raises(InvalidInput):
            within(beyond, 10.0)


@pytest.mark.parametrize(
    ("text", "told"),
    [("4:07", 247.0), ("4:07.5", 247.5), ("1:04:07", 3847.0), ("247.5", 247.5), ("0:02,25", 2.25)],
)
def test_seconds_as_people_type_them(text: str, told: float) -> None:
    assert parse(text, "start") == told


@pytest.mark.parametrize("text", ["", "x", "-1", "1:2:3:4", "4:", ":7", "nan", "1e9", "9" * 40])
def test_what_is_no_time_is_refused(app: object, text: str) -> None:
    with app.test_request_context(), pytest.raises(InvalidInput):  # type: ignore[attr-defined]
        parse(text, "start")
