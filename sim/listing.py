"""Several things in a row of words."""

from __future__ import annotations

from collections.abc import Callable, Iterable


def listed(names: list[str], last: str = "and") -> str:
    """``a, b and c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def spans(places: Iterable[int], name: Callable[[int], str], to: str) -> str:
    """``Mon–Wed and Fri``: three and more in a row by their ends, with ``to`` between them."""
    runs: list[list[int]] = []
    for place in places:
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    said = list[str]()
    for run in runs:
        said += [f"{name(run[0])}{to}{name(run[-1])}"] if len(run) > 2 else map(name, run)
    return listed(said)
