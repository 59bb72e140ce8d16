"""The example plans that come with the simulator."""

from __future__ import annotations

import difflib
from pathlib import Path

from sim.errors import PlanError
from sim.plan_files.tree import one_line
from sim.spelling import nearest

FOLDER = Path(__file__).resolve().parent.parent / "plans"


def names() -> tuple[str, ...]:
    """What the examples are called, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def beside(folder: Path, name: str) -> str:
    """The plan file in a folder that a name that is not there comes close to; empty for none."""
    try:
        there = [path.name for path in folder.iterdir() if path.suffix in (".yaml", ".yml")]
    except OSError:
        return ""
    return next(iter(difflib.get_close_matches(name, there, n=1)), "")


def path(name: str) -> Path:
    """Raises PlanError for a name that no example has."""
    if name not in names():
        raise PlanError([f"no example is called {one_line(name)}: {nearest(name, names())}"])
    return FOLDER / f"{name}.yaml"


def text(name: str) -> str:
    return path(name).read_text(encoding="utf-8")
