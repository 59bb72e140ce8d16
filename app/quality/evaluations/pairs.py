"""The automatic rater beside people: the same call by the same card version, criterion by
criterion. Pure; what these pairs say of agreement is a matter for statistics.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from app.quality.answers import Answer, Left


@dataclass(frozen=True, slots=True)
class Scored:
    """One mark of one evaluation. ``rater`` is None for the machine."""

    version: int
    criterion: str
    recording: int
    rater: int | None
    answer: Answer


@dataclass(frozen=True, slots=True)
class Pairs:
    """Points that a person and the machine gave to the same call, at the same place of both.

    A call that several people scored stands once for each of them, so ``recordings`` says
    which pairs belong together. ``left_out`` counts pairs in which one of the two gave no
    point ("does not apply", "not sure").
    """

    version: int
    criterion: str
    recordings: tuple[int, ...]
    people: tuple[float, ...]
    machine: tuple[float, ...]
    left_out: int


def pairs(marks: Iterable[Scored]) -> tuple[Pairs, ...]:
    """By card version and criterion, in their order; those without any pair are left away."""
    machine: dict[tuple[int, str], dict[int, Answer]] = defaultdict(dict)
    people: dict[tuple[int, str], list[Scored]] = defaultdict(list)
    for mark in marks:
        key = (mark.version, mark.criterion)
        if mark.rater is None:
            machine[key][mark.recording] = mark.answer
        else:
            people[key].append(mark)
    both = sorted(key for key in people if key in machine)
    found = (_pairs(*key, people[key], machine[key]) for key in both)
    return tuple(each for each in found if each.recordings or each.left_out)


def _pairs(version: int, criterion: str, people: list[Scored], machine: dict[int, Answer]) -> Pairs:
    met = sorted(
        (each for each in people if each.recording in machine),
        key=lambda each: (each.recording, each.rater or 0),
    )
    points = [
        (each.recording, each.answer, judged)
        for each in met
        for judged in [machine[each.recording]]
        if not isinstance(each.answer, Left) and not isinstance(judged, Left)
    ]
    return Pairs(
        version,
        criterion,
        tuple(recording for recording, _person, _machine in points),
        tuple(person for _recording, person, _machine in points),
        tuple(judged for _recording, _person, judged in points),
        len(met) - len(points),
    )
