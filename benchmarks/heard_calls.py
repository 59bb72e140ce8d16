"""What is read from whole calls as they are really heard, act by act.

Every scenario's good run and its bad ones are played offline (real recogniser, the
trainee spoken by flite's slt and rms). For each of the trainee's lines the acts its
script means are compared with those read from what was heard.

    python benchmarks/heard_calls.py [--seeds 1,2] [--lines] [--keep turns.json]
    python benchmarks/heard_calls.py --again turns.json    # the same words read anew

A line often does more than its script is for ("I'm so sorry to hear that" is meant to
show empathy and apologizes as well): ``heard_calls.yaml`` lists what is also right in a
line. It neither counts as false when read nor as missed when not.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, astuple, dataclass, field
from functools import cache
from pathlib import Path

import here  # noqa: F401
from ruamel.yaml import YAML

from app.config import Settings
from app.quality.scoring import score
from app.recordings import journal
from app.recordings.folders import JOURNAL
from app.recordings.timeline import ActHeard, Word
from app.scenarios import facts as fact
from app.scenarios import messages
from app.scenarios.library import Library
from app.scenarios.mind import Mind
from app.scenarios.played import play
from app.scenarios.practice import Practice
from app.scenarios.reading import Expectation, Reader
from app.scenarios.rehearse import trainee_voice
from app.scenarios.switchboard import CustomerVoice, Job
from app.scenarios.walk import GOOD, SayThis, TraineeAct, endings_meant
from app.speech.ear import Ear

ALSO = Path(__file__).with_suffix(".yaml")
VOICES = ("slt", "rms")


@dataclass(frozen=True, slots=True)
class Plan:
    """One call to be played."""

    scenario: str
    run: str
    seed: int
    voice: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Words heard in one turn, as (text, start, end, confidence), and what was expected then."""

    words: tuple[tuple[str, float, float, float], ...]
    expected: tuple[str, ...]


@dataclass(slots=True)
class Line:
    """A line the trainee said, the acts its script means, and the turns it was heard as."""

    scenario: str
    seed: int
    said: str
    meant: tuple[str, ...]
    pieces: list[Piece] = field(default_factory=list)

    @property
    def heard(self) -> str:
        return " | ".join(" ".join(word[0] for word in piece.words) for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a call: its ending, its score and the criteria that were not met."""

    plan: Plan
    ending: str
    total: float | None
    not_met: tuple[str, ...]
    undetermined: tuple[str, ...]
    seconds: float
    lines: list[Line]


class Noting(Mind):
    """The automatic trainee, noting what it said and how many turns of it were heard."""

    def __init__(self, plan: Plan, practice: Practice, reader: NotingReader) -> None:
        self.lines: list[Line] = []
        self._plan = plan
        self._reader = reader
        super().__init__(practice.library.get(plan.scenario), plan.seed, plan.run)

    def next(self) -> TraineeAct | None:
        act = super().next()
        if isinstance(act, SayThis):
            self.lines.append(Line(self._plan.scenario, self._plan.seed, act.text, act.acts))
        return act

    def take(self, message: messages.ServerMessage) -> None:
        if isinstance(message, messages.Said) and self.lines:
            self.lines[-1].pieces.append(self._reader.last)
        super().take(message)


class NotingReader:
    """Reads like the reader it wraps and keeps what was asked of it last."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.acts = reader.acts
        self.last = Piece((), ())

    def read(self, words: Sequence[Word], expected: Expectation) -> tuple[ActHeard, ...]:
        self.last = Piece(tuple(astuple(word) for word in words), tuple(sorted(expected.acts)))
        return self._reader.read(words, expected)


# ---- playing ----------------------------------------------------------------------------------


def plans(seeds: Sequence[int]) -> list[Plan]:
    """Every run of every scenario; the voices take turns."""
    found = []
    for scenario in Library.load(Settings.from_environment().scenario_dir).all():
        for i, run in enumerate((GOOD, *scenario.trainee.bad)):
            for j, seed in enumerate(seeds if run == GOOD else seeds[:1]):
                found.append(Plan(scenario.id, run, seed, VOICES[(i + j) % 2]))
    return found


@cache
def _practice() -> Practice:
    return Practice(Settings.from_environment())


def played(plan: Plan) -> Played:
    """Play the call and judge it."""
    practice = _practice()
    scenario = practice.library.get(plan.scenario)
    reader = NotingReader(practice.reader(scenario))
    mind = Noting(plan, practice, reader)
    folder = Path(tempfile.mkdtemp(prefix="callwright-heard-"))
    try:
        outcome = play(
            Job("heard", scenario, plan.seed, "voice", "practice", folder),
            mind,
            reader=reader,
            ear=Ear(practice.recognizer.open(), practice.voice_activity()),
            voice=CustomerVoice.of(scenario, practice.synthesizer),
            speak=trainee_voice(f"flite:{plan.voice}", practice.settings),
        )
        events = journal.read(folder / JOURNAL).events
    finally:
        shutil.rmtree(folder)
    timeline = journal.timeline_of(events)
    result = score(scenario.scorecard, timeline, fact.as_text(fact.draw(scenario, plan.seed)))
    by_outcome = defaultdict(list)
    for each in result.results:
        by_outcome[each.outcome].append(each.id)
    return Played(
        plan,
        outcome.ending,
        result.total,
        tuple(by_outcome["not_met"]),
        tuple(by_outcome["undetermined"]),
        outcome.seconds,
        mind.lines,
    )


def play_all(seeds: Sequence[int]) -> Iterator[Played]:
    """The calls, two at a time, each told as it is done."""
    with ProcessPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        for each in pool.map(played, plans(seeds)):
            print(_told(each), flush=True)
            yield each


def _told(call: Played) -> str:
    plan, library = call.plan, _practice().library
    scenario = library.get(plan.scenario)
    meant = endings_meant(scenario, plan.run)
    fails = () if plan.run == GOOD else scenario.trainee.bad[plan.run].fails
    good = "ok " if call.ending in meant and set(fails) <= set(call.not_met) else "BAD"
    return (
        f"{good} {plan.scenario:22} {plan.run:14} seed {plan.seed} {plan.voice} "
        f"{call.seconds:4.0f} s  {call.ending:13} {call.total!s:>5}  "
        f"not met: {', '.join(call.not_met) or '-'}"
        + (f"  undetermined: {', '.join(call.undetermined)}" if call.undetermined else "")
    )


# ---- judging ----------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    """Counts for one act."""

    met: int = 0
    unsure: int = 0
    missed: int = 0
    false: int = 0
    false_unsure: int = 0

    def cells(self) -> str:
        said = max(1, self.met + self.unsure + self.missed)
        precision = self.met / max(1, self.met + self.false)
        return (
            f"{precision:9.2f} {self.met / said:7.2f} {self.met:5} {self.unsure:7} "
            f"{self.missed:7} {self.false:6} {self.false_unsure:8}"
        )


def also_right() -> dict[str, frozenset[str]]:
    """Beginnings of lines, and the acts that are also right in them."""
    body = YAML(typ="safe").load(ALSO)
    return {str(text): frozenset(acts) for text, acts in body.items()}


def judge(lines: Iterable[Line], readers: dict[str, Reader], show: bool) -> dict[str, Tally]:
    """Read every line anew and compare; counts by act, and ``all``."""
    also = also_right()
    library = _practice().library
    found: dict[str, Tally] = defaultdict(Tally)
    shown: Counter[str] = Counter()
    for line in lines:
        if not line.heard:
            continue
        drawn = fact.as_text(fact.draw(library.get(line.scenario), line.seed))
        verdicts = _verdicts(line, readers[line.scenario], drawn)
        allowed = frozenset(line.meant).union(
            *(acts for text, acts in also.items() if line.said.startswith(text))
        )
        wrong = _count(found, line.meant, allowed, verdicts)
        if show and wrong:
            shown[f"{line.said}\n    heard {line.heard}\n    {'  '.join(wrong)}"] += 1
    for text, times in shown.most_common():
        print(f"{times} x {text}")
    return found


def _verdicts(line: Line, reader: Reader, facts: Mapping[str, str]) -> dict[str, str]:
    """The best verdict of each act over the turns the line was heard as."""
    best: dict[str, str] = {}
    for piece in line.pieces:
        words = [Word(*word) for word in piece.words]
        for act in reader.read(words, Expectation(frozenset(piece.expected), facts)):
            if best.get(act.act) != "met":
                best[act.act] = act.verdict
    return best


def _count(
    found: dict[str, Tally],
    meant: Iterable[str],
    allowed: frozenset[str],
    verdicts: dict[str, str],
) -> list[str]:
    wrong = []
    for act in meant:
        name = {"met": "met", "undetermined": "unsure"}.get(verdicts.get(act, ""), "missed")
        for tally in (found[act], found["all"]):
            setattr(tally, name, getattr(tally, name) + 1)
        if name != "met":
            wrong.append(f"{name} {act}")
    for act, verdict in verdicts.items():
        if act not in allowed:
            name = "false" if verdict == "met" else "false_unsure"
            for tally in (found[act], found["all"]):
                setattr(tally, name, getattr(tally, name) + 1)
            wrong.append(f"{name} {act}")
    return wrong


def show_table(found: dict[str, Tally]) -> None:
    print(f"\n{'act':24} precision  recall   met  unsure  missed  false  false?")
    for name in [*sorted(found.keys() - {"all"}), "all"]:
        print(f"{name:24} {found[name].cells()}")
    print("false?: read as undetermined though not said; unsure: said, left undetermined")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="1,2,3", help="bad runs take the first only")
    parser.add_argument("--lines", action="store_true", help="print every line read wrongly")
    parser.add_argument("--keep", type=Path, help="keep what was heard in this file")
    parser.add_argument("--again", type=Path, help="read anew what was kept; plays no call")
    options = parser.parse_args()
    practice = _practice()
    readers: dict[str, Reader] = {s.id: practice.reader(s) for s in practice.library.all()}
    if options.again:
        lines = [_line(each) for each in json.loads(options.again.read_text())]
    else:
        calls = list(play_all([int(seed) for seed in options.seeds.split(",")]))
        lines = [line for call in calls for line in call.lines]
    if options.keep:
        options.keep.write_text(json.dumps([asdict(line) for line in lines]))
    show_table(judge(lines, readers, options.lines))


def _line(body: dict[str, object]) -> Line:
    pieces = [
        Piece(tuple(tuple(word) for word in piece["words"]), tuple(piece["expected"]))
        for piece in body.pop("pieces")  # type: ignore[attr-defined]
    ]
    return Line(**body, pieces=pieces)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
