"""Several evaluations of one call by one card, criterion by criterion. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.quality.answers import Answer, Mark
from app.quality.card import Criterion, Scorecard, Section
from app.quality.tally import asked


@dataclass(frozen=True, slots=True)
class Cell:
    """What one of them says; ``mark`` is None when it was not marked or not asked."""

    mark: Mark | None
    asked: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion. ``differs``: those who marked it do not all say the same."""

    criterion: Criterion
    cells: tuple[Cell, ...]
    differs: bool

    @property
    def shown(self) -> bool:
        """Whether any of them was asked it."""
        return any(cell.asked for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Part:
    section: Section
    rows: tuple[Row, ...]


def compare(card: Scorecard, marks: Sequence[Mapping[str, Mark]]) -> tuple[Part, ...]:
    """The card with a cell for each of ``marks``, in their order."""
    wanted = [asked(card, {name: each.answer for name, each in one.items()}) for one in marks]
    return tuple(
        Part(section, tuple(_row(criterion, marks, wanted) for criterion in section.criteria))
        for section in card.sections
    )


def _row(
    criterion: Criterion,
    marks: Sequence[Mapping[str, Mark]],
    wanted: Sequence[frozenset[str]],
) -> Row:
    cells = tuple(
        Cell(
            one.get(criterion.id) if criterion.id in questions else None, criterion.id in questions
        )
        for one, questions in zip(marks, wanted, strict=True)
    )
    said: set[Answer] = {cell.mark.answer for cell in cells if cell.mark is not None}
    return Row(criterion, cells, len(said) > 1)
