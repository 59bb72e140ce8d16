"""The transcript as WebVTT."""

from __future__ import annotations

from app.recordings.timeline import Speaker, Timeline, Utterance
from app.recordings.vtt import webvtt

NAMES: dict[Speaker, str] = {"trainee": "Anna <A&B>", "customer": "Mrs Ellis"}


def test_cues_with_speakers_in_order_and_escaped() -> None:
    call = Timeline(
        (
            Utterance("trainee", 0.5, 2.25, "hello & --> <b>bold</b>\nnext"),
            Utterance("customer", 3661.5, 3661.5, "my card", cut_off=True),
            Utterance("trainee", 3700, 3701, "  "),
        ),
        (),
        3702,
    )
    assert webvtt(call, NAMES) == (
        "WEBVTT\n"
        "\n"
        "1\n"
        "00:00:00.500 --> 00:00:02.250\n"
        "<v Anna &lt;A&amp;B&gt;>hello &amp; --&gt; &lt;b&gt;bold&lt;/b&gt; next</v>\n"
        "\n"
        "2\n"
        "01:01:01.500 --> 01:01:01.600\n"
        "<v Mrs Ellis>my card …</v>\n"
    )


def test_an_empty_call_is_a_valid_file() -> None:
    assert webvtt(Timeline((), (), 0.0), NAMES) == "WEBVTT\n"
