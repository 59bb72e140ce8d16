"""What is wrong in a scenario file: where, what, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from app.yaml_file import Place

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. An ``error`` keeps the scenario from being used."""

    file: Path
    line: int
    severity: Severity
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{self.file}:{self.line}: {self.severity}: {self.message}{remedy}"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem of a scenario before it is known on which line it stands."""

    place: Place
    message: str
    remedy: str = ""
    severity: Severity = "error"


def did_you_mean(word: str, known: Iterable[str], *, what: str = "") -> str:
    """A remedy for a name that is not known: the nearest one, else what there is."""
    names = sorted(set(known))
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]}?"
    some = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"{what or 'there is'}: {some}" if names else ""
