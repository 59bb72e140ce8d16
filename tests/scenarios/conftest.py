"""A small whole scenario, and the three of the library."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.config import Settings
from app.recordings.timeline import ActHeard
from app.scenarios.bank import load_bank
from app.scenarios.library import load_one
from app.scenarios.moves import Action, Heard, Say
from app.scenarios.schema import Scenario

LIBRARY = Settings().scenario_dir
IDS = ("billing-dispute", "first-day-appointment", "lost-card")
SMALL = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8")
KNOWN_ACTS = frozenset(load_bank(LIBRARY / "acts").acts)


def written(folder: Path, text: str) -> Path:
    """The text as the file of a scenario called small."""
    path = folder / "small" / "scenario.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def hear(*acts: str, text: str = "", unsure: bool = False, at: float = 1.0) -> Heard:
    verdict = "undetermined" if unsure else "met"
    return Heard(at, text, tuple(ActHeard(act, 0.9, verdict, at, at, text) for act in acts))


def said(actions: tuple[Action, ...]) -> str:
    """What she says, empty when nothing."""
    return " ".join(action.text for action in actions if isinstance(action, Say))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return load_one(written(tmp_path_factory.mktemp("library"), SMALL), KNOWN_ACTS)


@pytest.fixture(scope="session")
def library() -> dict[str, Scenario]:
    return {name: load_one(LIBRARY / name / "scenario.yaml", KNOWN_ACTS) for name in IDS}
