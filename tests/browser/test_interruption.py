"""A trainee speaks over the customer, who stops at once."""

from __future__ import annotations

import io
import re

import numpy as np
import soundfile
from playwright.sync_api import expect

from app.speech.ports import RATE
from tests.browser.conftest import OpenDesk
from tests.browser.tape import Studio

SEED = 2
OPENING = "Good morning, Northfield Bank, my name is Alex. How can I help you?"
OVER = "I am so sorry to hear that, please do not worry, we will sort this out together."
MOST_AFTER_STOP = 200.0
"""Milliseconds in which the loudspeaker has to be silent."""


def test_the_customer_stops_when_the_trainee_takes_the_word(
    open_desk: OpenDesk, studio: Studio
) -> None:
    # Her first line is long; two and a half seconds after the greeting she is in the midst of it.
    desk = open_desk(studio.lines("over", SEED, (0.0, OPENING), (2.6, OVER)))
    desk.sign_in("mei")
    call = desk.start("lost-card", seed=SEED)
    desk.turn_on()
    desk.take_call()
    cut = desk.get("bubble-customer").filter(has_text="you took the word here")
    expect(cut).to_have_count(1, timeout=60_000)
    expect(
        desk.get("bubble-you").filter(has_text=re.compile("sorry|worry|together")).first
    ).to_be_visible()
    seen = desk.seen()
    desk.hang_up()

    # In the loudspeaker: silent within a moment of the server's stop.
    stop = seen["stops"][0]
    assert any(stop["at"] - 300 < at <= stop["at"] for at in seen["loud"]), "she was not speaking"
    resumed = [at for at in seen["loud"] if stop["at"] < at < stop["at"] + 1000]
    late = max(resumed, default=stop["at"]) - stop["at"]
    assert late < MOST_AFTER_STOP
    assert any(
        done["line"] == stop["line"] and done["at"] >= stop["at"] for done in seen["finished"]
    )

    # In the journal: who took the word, and that the line was cut.
    events = desk.log(call)
    taken = next(event for event in events if event["kind"] == "interrupted")
    assert taken["by"] == "trainee"
    assert 0.0 < taken["heard"] < 1.0
    line = taken["line"]
    began = next(e for e in events if e["kind"] == "customer" and e["line"] == line)
    ended = next(e for e in events if e["kind"] == "customer_end" and e["line"] == line)
    assert ended["cut"] is True
    assert ended["at"] < began["at"] + began["seconds"] - 0.2

    # In the recording: her side is silent from there until she speaks again.
    answer = desk.page.request.get(f"/calls/{call}/audio.flac")
    assert answer.status == 200
    sound, rate = soundfile.read(io.BytesIO(answer.body()))
    assert (rate, sound.shape[1]) == (RATE, 2)
    again = [e["at"] for e in events if e["kind"] == "customer" and e["at"] > ended["at"]]
    until = min([*again, len(sound) / RATE])
    customer = sound[:, 1]
    before = customer[int(began["at"] * RATE) : int(ended["at"] * RATE)]
    after = customer[int((ended["at"] + 0.05) * RATE) : int(until * RATE)]
    assert np.abs(before).max() > 0.05
    assert len(after) > RATE / 4
    assert np.abs(after).max() == 0.0
