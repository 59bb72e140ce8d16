"""What a sweep says in sentences: the fewest that reach the target, or the most that still do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.report import words
from sim.report.swept import Swept, held
from sim.report.swept_cheapest import cheapest, pairs
from sim.report.swept_search import Search


def findings(swept: Swept) -> list[str]:
    """A sentence on all call types at once and one for each that can reach its target; of two
    figures for values of the first axis, where those that lead to the same have it together. Of the
    agents of two groups which combination is the cheapest."""
    sure = [column for column in swept.by_type if _sure(swept, column)]
    unsure = [column for column in swept.columns if column not in sure]
    told = _stopped(swept)
    if swept.staffing:
        best = cheapest(swept)
        told += [*best.sentences, *pairs(swept, best.columns)]
    else:
        alike: dict[str, list[Any]] = {}
        for value, places in swept.rows():
            for one in _searches(swept, places, unsure):
                alike.setdefault(one.sentence, []).append(value)
        told += [_with(swept, values, sentence) for sentence, values in alike.items()]
    if sure:
        reached = [f"{words.target_percent(swept.share(one))}{swept.of(one)}" for one in sure]
        told.append(f"Every value surely reaches {words.listed(reached)}.")
    return told


def _stopped(swept: Swept) -> list[str]:
    return [f"Stopped early, {swept.stopped}."] if swept.stopped else []


def _searches(swept: Swept, places: Sequence[int], columns: Sequence[int]) -> list[Search]:
    """All call types at once, those left out that never reach their targets; then each by itself
    where there is one figure, for with two there would be too many sentences."""
    able = swept.able(columns, places)
    if len(columns) <= 1 or not able:
        return [Search(swept, places, [one]) for one in columns]
    never = [one for one in columns if one not in able]
    together = Search(swept, places, able, never)
    if len(swept.axes) > 1 or len(able) == 1:
        return [together]
    return [together, *(Search(swept, places, [one]) for one in able)]


def _sure(swept: Swept, column: int) -> bool:
    """Whatever the value, the target is surely reached, and no interval surely misses it: one
    sentence for all such call types, nobody asks for the fewest that do."""
    target = swept.share(column)
    for place, view in enumerate(swept.views):
        row = view.worst(column)
        if row is None or not swept.level(place, column).low >= target:
            return False
        if view.of_type("service_level", row, column).high < target:
            return False
    return True


def _with(swept: Swept, values: Sequence[Any], sentence: str) -> str:
    if len(swept.axes) == 1:
        return sentence
    start = held(values, swept.axes[0].path)
    return f"With {start}: {sentence[0].lower()}{sentence[1:]}"
