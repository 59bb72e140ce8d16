"""Several evaluations of one call by one card, criterion by criterion. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.quality.answers import Mark
from app.quality.card import Criterion, Scorecard, Section
from app.quality.tally import asked


@dataclass(frozen=True, slots=True)
class Said:
    """One evaluation: the version of the card it was scored by, and its marks by criterion."""

    card: Scorecard
    marks: Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one of them says; ``mark`` is None when it was not marked or not asked.

    ``criterion`` is that of its own version, None when that version does not have it.
    """

    mark: Mark | None
    asked: bool
    criterion: Criterion | None


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion. ``differs``: those who marked it on the same scale do not all say the same."""

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


def compare(said: Sequence[Said]) -> tuple[Part, ...]:
    """The card of the first, with a cell for each of ``said``, in their order.

    Another version of the card is compared in the criteria that both have.
    """
    wanted = [
        asked(one.card, {name: each.answer for name, each in one.marks.items()}) for one in said
    ]
    return tuple(
        Part(section, tuple(_row(criterion, said, wanted) for criterion in section.criteria))
        for section in said[0].card.sections
    )


def _row(criterion: Criterion, said: Sequence[Said], wanted: Sequence[frozenset[str]]) -> Row:
    cells = tuple(
        _cell(criterion.id, one, questions) for one, questions in zip(said, wanted, strict=True)
    )
    values = criterion.scale.values
    alike = (each for each in cells if each.criterion and each.criterion.scale.values == values)
    answers = {cell.mark.answer for cell in alike if cell.mark is not None}
    return Row(criterion, cells, len(answers) > 1)


def _cell(name: str, one: Said, questions: frozenset[str]) -> Cell:
    own = next((each for each in one.card.criteria if each.id == name), None)
    is_asked = own is not None and name in questions
    return Cell(one.marks.get(name) if is_asked else None, is_asked, own)
