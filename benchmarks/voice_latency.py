"""How long the customer lets the trainee wait: real Vosk, real sockets, real time.

For 1 to 12 calls at once: seconds from the trainee's last sound to the customer's
first, and the part of it that is not waiting for silence (recognising, understanding,
deciding, sending). The rival in the same run is the recogniser's own end of speech:
a program that waits for Vosk to say that an utterance is over, fed the same sound.

    python benchmarks/voice_latency.py [--calls 1,4,8,12] [--seed 3]

The trainees run on the same machine as the server and take part of its time.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import here  # noqa: F401

from app.accounts.demo import PASSWORD
from app.config import Settings
from app.scenarios.library import Library
from app.scenarios.mind import Mind
from app.scenarios.rehearsal import Rehearsal, Report
from app.scenarios.rehearse import server, trainee_voice
from app.scenarios.schema import Scenario
from app.scenarios.visitor import Visitor
from app.scenarios.walk import SayThis, good_run
from app.speech import choose
from app.speech.ports import FRAME_BYTES, FRAME_SECONDS

SCENARIO = "first-day-appointment"
PEOPLE = ("nina", "omar", "mei", "jonas")


@dataclass(frozen=True)
class Answer:
    """One gap, split: the silence waited for, and the rest (seconds)."""

    gap: float
    rest: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", default="1,4,8,12")
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    levels = [int(each) for each in options.calls.split(",")]
    os.environ["CALLWRIGHT_MAX_CALLS"] = str(max(levels) + 1)
    settings = Settings.from_environment()
    scenario = Library.load(settings.scenario_dir).get(SCENARIO)
    voice = trainee_voice("flite:slt", settings)
    lines = render(scenario, options.seed, voice)
    print(f"Vosk's own end of speech, same sound: {rival(settings, lines)}")
    print(
        f"{'calls':>5} {'answers':>8} {'p50 s':>7} {'p95 s':>7} {'rest p50':>9} {'rest p95':>9} "
        f"{'good':>6} {'server MB':>10}"
    )
    for level in levels:
        run(level, scenario, options.seed, voice)


Voice = Callable[[str], bytes]


def render(scenario: Scenario, seed: int, voice: Voice) -> list[bytes]:
    """Every line of the good run, so that no voice is made while time is taken."""
    steps = good_run(scenario, seed).steps
    return [voice(step.did.text) for step in steps if isinstance(step.did, SayThis)]


def rival(settings: Settings, lines: list[bytes]) -> str:
    """p50 and p95 of sound's end -> Vosk's AcceptWaveform saying that it is over."""
    recognizer = choose.recognizer(settings)
    waits = []
    for pcm in lines:
        ear = recognizer.open()
        raw = ear._recognizer  # the engine itself, without our ear in front
        for start in range(0, len(pcm), FRAME_BYTES):
            raw.AcceptWaveform(pcm[start : start + FRAME_BYTES])
        waited = 0.0
        while waited < 3.0:
            waited += FRAME_SECONDS
            if raw.AcceptWaveform(bytes(FRAME_BYTES)):
                break
        waits.append(waited)
        ear.close()
    return f"p50 {percentile(waits, 50):.2f} s, p95 {percentile(waits, 95):.2f} s"


def run(level: int, scenario: Scenario, seed: int, voice: Voice) -> None:
    answers: list[Answer] = []
    good = [0]
    with server(None, PEOPLE[0], PASSWORD) as place:
        time.sleep(8)  # models are loaded in the background; latency is taken warm
        threads = [
            threading.Thread(target=call, args=(place.url, i, scenario, seed, voice, answers, good))
            for i in range(level)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        memory = server_memory()
    gaps = [each.gap for each in answers]
    rest = [each.rest for each in answers]
    print(
        f"{level:>5} {len(gaps):>8} {percentile(gaps, 50):>7.2f} {percentile(gaps, 95):>7.2f} "
        f"{percentile(rest, 50):>9.2f} {percentile(rest, 95):>9.2f} {good[0]:>3}/{level:<2} "
        f"{memory:>10.0f}",
        flush=True,
    )


def call(
    url: str,
    number: int,
    scenario: Scenario,
    seed: int,
    voice: Voice,
    answers: list[Answer],
    good: list[int],
) -> None:
    """One whole call; its answers are added, and ``good[0]`` counts the good endings."""
    time.sleep(number * 0.7)
    visitor = Visitor(url, PEOPLE[number % len(PEOPLE)], PASSWORD)
    started = visitor.start(scenario.id, mode="voice", purpose="practice", seed=seed)
    mind = Mind(scenario, started.seed)
    line = visitor.socket(f"/calls/{started.call}/line")
    report = Rehearsal(line, mind, voice).run()
    good[0] += bool(report.ended and report.ended.good)
    if report.ended and report.ended.ending:
        right = scenario.wrap_up.right.get(report.ended.ending) or tuple(
            scenario.wrap_up.dispositions
        )
        visitor.wrap_up(started.call, right[0], "Benchmark.")
        answers += split(report, visitor.log(started.call)["events"])


def split(report: Report, events: list[dict[str, object]]) -> list[Answer]:
    """Each gap with the silence before the turn was over taken away."""
    ends = [float(str(event["at"])) for event in events if event["kind"] == "heard"]
    found = []
    for gap in report.gaps:
        over = next((end for end in ends if end >= gap.voice_ended), None)
        if over is not None:
            found.append(Answer(gap.seconds, max(0.0, gap.seconds - (over - gap.voice_ended))))
    return found


def server_memory() -> float:
    """Peak resident megabytes of the serving process started by this one."""
    peaks = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
            command = (status.parent / "cmdline").read_text()
        except OSError:
            continue
        if "app.cli" in command and "run" in command:
            found = re.search(r"VmHWM:\s+(\d+)", text)
            peaks.append(int(found.group(1)) / 1024 if found else 0.0)
    return max(peaks, default=0.0)


def percentile(values: list[float], q: int) -> float:
    if len(values) < 2:
        return values[0] if values else float("nan")
    return statistics.quantiles(values, n=100, method="inclusive")[q - 1]


if __name__ == "__main__":
    main()
