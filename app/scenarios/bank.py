"""The bank of acts: what an agent can do with words, and many real ways to say each.

One YAML file a group in ``scenario_library/acts``. An act has a meaning, ways to
``say`` it and near misses in ``not`` (the same words, another meaning). A phrase
that also carries other acts is a mapping from the phrase to their ids. A file
with ``negatives`` holds sentences that carry no act; one with ``slots`` holds
what ``{name}`` and the like may stand for; one with ``heard`` holds phrases as a
recogniser bent them, by act.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from app.errors import ScenarioError

SLOT = re.compile(r"\{(\w+)\}")
_ACT_KEYS = frozenset({"means", "say", "not", "strict", "keeps", "states"})
_FILE_KEYS = frozenset({"group", "acts", "negatives", "slots", "heard"})


@dataclass(frozen=True, slots=True)
class Act:
    """One act.

    ``strict``: a false alarm would be unjust, so more certainty is asked for.
    ``keeps``: negated words still count as this act, and reported ones if it states nothing.
    ``states``: it tells something, so a question or a report in the same words is not it.
    """

    id: str
    group: str
    means: str
    strict: bool = False
    keeps: bool = False
    states: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence and the acts it carries; none for a negative."""

    text: str
    acts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Bank:
    """Everything the classifier learns from."""

    acts: Mapping[str, Act]
    phrases: tuple[Phrase, ...]
    negatives: tuple[Phrase, ...]
    slots: Mapping[str, tuple[str, ...]]
    fingerprint: str


def load_bank(folder: Path) -> Bank:
    """Read every ``*.yaml`` of ``folder``. Raises ``ScenarioError`` naming the file."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise ScenarioError(
            f"expected the bank of acts in {folder}, found no .yaml file there",
            remedy="Put the folder back, or set CALLWRIGHT_SCENARIO_DIR to the right library.",
        )
    digest = hashlib.sha256()
    acts: dict[str, Act] = {}
    positive: list[Phrase] = []
    negative: list[Phrase] = []
    slots: dict[str, tuple[str, ...]] = {}
    for path in paths:
        raw = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + raw + b"\0")
        body = _parse(path, raw)
        for act in _acts_of(path, body):
            if act.id in acts:
                raise ScenarioError(f"{path.name}: act {act.id} is defined twice", field=act.id)
            acts[act.id] = act
        for phrase in _phrases_of(path, body):
            (positive if phrase.acts else negative).append(phrase)
        slots.update(_slots_of(path, body))
    bank = Bank(acts, tuple(positive), tuple(negative), slots, digest.hexdigest()[:20])
    _check(bank)
    return bank


def learnt_acts(bank: Bank) -> tuple[str, ...]:
    """The acts that have phrases; the others are found in other ways."""
    return tuple(sorted({act for phrase in bank.phrases for act in phrase.acts}))


def _parse(path: Path, raw: bytes) -> dict[str, object]:
    try:
        body = YAML(typ="safe").load(raw)
    except YAMLError as error:
        raise ScenarioError(f"{path.name} is not YAML: {error}") from None
    if not isinstance(body, dict) or not set(body) <= _FILE_KEYS:
        keys = ", ".join(sorted(_FILE_KEYS))
        raise ScenarioError(f"{path.name} must be a mapping with {keys}, got {_keys(body)}")
    return body


def _keys(body: object) -> str:
    return ", ".join(map(str, body)) if isinstance(body, dict) else type(body).__name__


def _acts_of(path: Path, body: Mapping[str, object]) -> Iterable[Act]:
    entries = body.get("acts", {})
    if not isinstance(entries, dict):
        raise ScenarioError(f"{path.name}: acts must be a mapping, got {type(entries).__name__}")
    for name, entry in entries.items():
        if not isinstance(entry, dict) or not set(entry) <= _ACT_KEYS or "means" not in entry:
            raise ScenarioError(
                f"{path.name}: act {name} needs means and may have say, not, "
                f"strict, keeps, states; "
                f"got {_keys(entry)}",
                field=str(name),
            )
        yield Act(
            id=str(name),
            group=str(body.get("group", path.stem)),
            means=str(entry["means"]),
            strict=bool(entry.get("strict", False)),
            keeps=bool(entry.get("keeps", False)),
            states=bool(entry.get("states", False)),
        )


def _slots_of(path: Path, body: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    entries = body.get("slots", {})
    if not isinstance(entries, dict) or not all(isinstance(v, list) for v in entries.values()):
        raise ScenarioError(f"{path.name}: slots must be a mapping from a name to a list")
    return {str(name): tuple(map(str, values)) for name, values in entries.items()}


def _phrases_of(path: Path, body: Mapping[str, object]) -> Iterable[Phrase]:
    entries = body.get("acts", {})
    assert isinstance(entries, dict)
    for name, entry in entries.items():
        yield from _phrases(path, entry.get("say", []), frozenset({str(name)}))
        yield from _phrases(path, entry.get("not", []), frozenset())
    yield from _phrases(path, body.get("negatives", []), frozenset())
    heard = body.get("heard", {})
    assert isinstance(heard, dict)
    for name, lines in heard.items():
        yield from _phrases(path, lines, frozenset(str(name).split("+")))


def _phrases(path: Path, lines: object, base: frozenset[str]) -> Iterable[Phrase]:
    if not isinstance(lines, list):
        raise ScenarioError(f"{path.name}: expected a list of phrases, got {type(lines).__name__}")
    for line in lines:
        if isinstance(line, str):
            yield Phrase(line.strip(), base)
        elif isinstance(line, dict) and len(line) == 1:
            ((text, extra),) = line.items()
            yield Phrase(str(text).strip(), base | frozenset(map(str, extra)))
        else:
            raise ScenarioError(
                f"{path.name}: a phrase is text, or text: [acts]; got {line!r}. "
                "Put words like yes, no and on in quotes."
            )


def _check(bank: Bank) -> None:
    for phrase in bank.phrases + bank.negatives:
        unknown = sorted(phrase.acts - set(bank.acts))
        if unknown:
            raise ScenarioError(
                f"the bank has no act {', '.join(unknown)} (in the phrase {phrase.text!r})"
            )
        for slot in SLOT.findall(phrase.text):
            if slot not in bank.slots:
                raise ScenarioError(f"no slot {slot} for the phrase {phrase.text!r}")
