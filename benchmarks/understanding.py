"""How well turns are read, against two plain rivals, on sentences never learnt from.

python benchmarks/understanding.py            # the held-out sentences as written
python benchmarks/understanding.py --spoken   # said by flite, heard by Vosk, then read
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import here
import numpy as np
from rapidfuzz import fuzz, process
from ruamel.yaml import YAML

from app.recordings.timeline import Word
from app.scenarios.bank import SLOT, Bank, load_bank
from app.scenarios.embedding import embed
from app.scenarios.reading import Expectation
from app.scenarios.training import load_reader
from app.scenarios.understanding import ActReader

HELD_OUT = here.ROOT / "tests" / "understanding" / "heldout.yaml"
FRESH = HELD_OUT.with_name("fresh.yaml")
BANK = here.ROOT / "scenario_library" / "acts"


@dataclass(frozen=True, slots=True)
class Case:
    """A held-out sentence: what kind it is, what is said and the acts in it."""

    kind: str
    text: str
    acts: frozenset[str]


@dataclass(slots=True)
class Tally:
    """Counts for precision and recall."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def add(self, said: Iterable[str], truth: Iterable[str]) -> None:
        said, truth = set(said), set(truth)
        self.right += len(said & truth)
        self.false += len(said - truth)
        self.missed += len(truth - said)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.false)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.false + self.missed)


Method = Callable[[str], set[str]]


def held_out(path: Path = HELD_OUT) -> list[Case]:
    """The sentences that are never learnt from."""
    body = YAML(typ="safe").load(path)
    return [
        Case(kind, line["say"], frozenset(line["acts"]))
        for kind, lines in body.items()
        for line in lines
    ]


def words_of(text: str, confidence: float = 0.95) -> list[Word]:
    """Words as if said at an even pace."""
    return [Word(w, i * 0.35, i * 0.35 + 0.3, confidence) for i, w in enumerate(text.split())]


def by_reader(reader: ActReader) -> Method:
    def method(text: str) -> set[str]:
        heard = reader.read(words_of(text), Expectation())
        return {act.act for act in heard if act.verdict == "met"}

    return method


def by_nearest(bank: Bank, least: float = 0.75) -> Method:
    """The rival: acts of every example at least this similar to the whole sentence."""
    examples = [p for p in bank.phrases if len(p.acts) == 1]
    vectors = embed([SLOT.sub("", p.text) for p in examples])

    def method(text: str) -> set[str]:
        likeness = vectors @ embed([text])[0]
        best = np.flatnonzero(likeness >= min(least, max(0.6, float(likeness.max()))))
        return {act for i in best for act in examples[int(i)].acts}

    return method


def by_keywords(bank: Bank, least: float = 90.0) -> Method:
    """The rival: acts of every example whose words are found together in the sentence."""
    examples = [
        (SLOT.sub("", p.text).strip(), p.acts)
        for p in bank.phrases
        if len(SLOT.sub("", p.text).split()) >= 2
    ]
    texts = [text for text, _ in examples]

    def method(text: str) -> set[str]:
        padded = [t if len(t) <= len(text) else "" for t in texts]
        hits = process.extract(
            text, padded, scorer=fuzz.partial_ratio, score_cutoff=least, limit=None
        )
        return {act for _, _, i in hits if padded[i] for act in examples[i][1]}

    return method


def measure(method: Method, cases: Sequence[Case]) -> dict[str, Tally]:
    """Tallies of ``all``, of each ``kind …`` and of each ``act …``."""
    found: dict[str, Tally] = defaultdict(Tally)
    for case in cases:
        said = method(case.text)
        found["all"].add(said, case.acts)
        found[f"kind {case.kind}"].add(said, case.acts)
        for act in said | case.acts:
            found[f"act {act}"].add(said & {act}, case.acts & {act})
    return found


def by_group(found: dict[str, Tally], bank: Bank) -> dict[str, Tally]:
    groups: dict[str, Tally] = defaultdict(Tally)
    for key, tally in found.items():
        if key.startswith("act "):
            group = groups[bank.acts[key[4:]].group]
            group.right += tally.right
            group.false += tally.false
            group.missed += tally.missed
    return groups


def show(title: str, tallies: dict[str, Tally]) -> None:
    print(f"{title:28}  {'F1':>5} {'prec.':>6} {'recall':>6}   right false missed")
    for name, t in tallies.items():
        print(
            f"  {name:26}  {t.f1:5.2f} {t.precision:6.2f} {t.recall:6.2f}   "
            f"{t.right:5} {t.false:5} {t.missed:6}"
        )


def speed(reader: ActReader, length: int = 12) -> float:
    """Median milliseconds of processor time to read a turn of ``length`` words."""
    pool = " ".join(case.text for case in held_out()).split()
    taken = []
    for i in range(60):
        turn = words_of(" ".join(pool[i * length : (i + 1) * length]))
        began = time.process_time()
        reader.read(turn, Expectation())
        taken.append(time.process_time() - began)
    return statistics.median(taken) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--spoken", action="store_true", help="say the sentences and hear them")
    parser.add_argument("--cache", type=Path, default=here.ROOT / "var" / "understanding")
    parser.add_argument("--model", type=Path, default=None, help="folder of the Vosk model")
    parser.add_argument("--errors", action="store_true", help="print every sentence read wrongly")
    options = parser.parse_args()
    bank = load_bank(BANK)
    began = time.perf_counter()
    reader = load_reader(BANK, options.cache)
    print(f"reader ready after {time.perf_counter() - began:.1f} s")
    cases = held_out()
    print(f"{len(bank.phrases)} phrases, {len(bank.acts)} acts, {len(cases)} held-out sentences\n")
    ours = measure(by_reader(reader), cases)
    rivals = {
        "this reader": ours,
        "nearest example": measure(by_nearest(bank), cases),
        "keywords (RapidFuzz)": measure(by_keywords(bank), cases),
    }
    show("all sentences", {name: found["all"] for name, found in rivals.items()})
    print()
    show("this reader by kind", {k[5:]: t for k, t in ours.items() if k.startswith("kind ")})
    print()
    show("this reader by group", by_group(ours, bank))
    print()
    show(
        "second set, read once", {"this reader": measure(by_reader(reader), held_out(FRESH))["all"]}
    )
    print(f"\nmedian read of 12 words: {speed(reader):.1f} ms of processor time")
    if options.errors:
        _print_errors(reader, cases)
    if options.spoken:
        _spoken(reader, cases, options.model)


def _print_errors(reader: ActReader, cases: Sequence[Case]) -> None:
    for case in cases:
        heard = reader.read(words_of(case.text), Expectation())
        said = {act.act for act in heard if act.verdict == "met"}
        if said != case.acts:
            p = reader.probabilities(case.text)
            missed = {a: f"{p[a]:.2f}" for a in case.acts - said}
            false = {a: f"{p[a]:.2f}" for a in said - case.acts}
            print(f"{case.kind}: {case.text}\n    missed {missed} false {false}")


def _spoken(reader: ActReader, cases: Sequence[Case], model: Path | None) -> None:
    """The same sentences said by two voices and heard by Vosk."""
    from benchmarks.speaking import heard_as

    for voice in ("slt", "rms"):
        found: dict[str, Tally] = defaultdict(Tally)
        for case, words in zip(cases, heard_as([c.text for c in cases], voice, model), strict=True):
            heard = reader.read(words, Expectation())
            said = {act.act for act in heard if act.verdict == "met"}
            possible = {act.act for act in heard}
            found["met"].add(said, case.acts)
            found["met or undetermined"].add(possible, case.acts)
        show(f"\nspoken by flite {voice}", found)


if __name__ == "__main__":
    main()
