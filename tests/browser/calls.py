"""Calls made without a browser, for the pages that show calls."""

from __future__ import annotations

import time

from app.accounts.demo import PASSWORD
from app.scenarios import messages
from app.scenarios.microphone import Microphone
from app.scenarios.mind import Mind
from app.scenarios.rehearsal import Rehearsal
from app.scenarios.schema import Scenario
from app.scenarios.visitor import Visitor
from app.speech.ports import RATE
from tests.browser.house import House


def silent_call(house: House, login: str, scenario: str) -> str:
    """Two seconds of a call by voice in which the trainee says nothing, wrapped up; its id."""
    visitor = Visitor(house.url, login, PASSWORD)
    started = visitor.start(scenario, mode="voice", purpose="practice", seed=5)
    line = visitor.socket(f"/calls/{started.call}/line")
    line.send(messages.encode(messages.Hello(messages.PROTOCOL, mode="voice")))
    microphone = Microphone(lambda number, pcm: line.send(messages.pack_frame(number, pcm)))
    while True:
        data = line.receive(timeout=60)
        assert data is not None, "the line was not answered"
        if not isinstance(data, str):
            continue
        message = messages.decode_server(data)
        if isinstance(message, messages.Welcome):
            microphone.start()
            while microphone.samples < 2 * RATE:
                time.sleep(0.05)
            microphone.stop()
            line.send(messages.encode(messages.Button("hangup")))
        elif isinstance(message, messages.Ended):
            break
    visitor.wrap_up(started.call, "lost_call", "Nobody spoke.")
    return started.call


def typed_call(house: House, login: str, scenario: Scenario, seed: int) -> str:
    """A whole call by chat by the automatic trainee, wrapped up; its id."""
    visitor = Visitor(house.url, login, PASSWORD)
    started = visitor.start(scenario.id, mode="chat", purpose="practice", seed=seed)
    line = visitor.socket(f"/calls/{started.call}/line")
    report = Rehearsal(line, Mind(scenario, seed), None).run()
    assert report.ended is not None
    disposition = scenario.wrap_up.right[report.ended.ending][0]
    visitor.wrap_up(started.call, disposition, "Typed from the first word to the last.")
    return started.call
