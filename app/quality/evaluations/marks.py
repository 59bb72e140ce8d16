"""A kept mark, as a value and as the form of a scorecard takes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.quality.answers import Answer, Left, Mark
from app.quality.evaluations.models import EvaluationMark


def answer_of(row: EvaluationMark) -> Answer | None:
    """None: only a comment or seconds so far."""
    return Left(row.left) if row.left else row.value


def put(row: EvaluationMark, answer: Answer | None) -> None:
    """Set the row's answer."""
    row.left = answer.value if isinstance(answer, Left) else ""
    row.value = answer if isinstance(answer, float) else None


def told(row: EvaluationMark) -> dict[str, Any]:
    """For the form, with its version."""
    answer = answer_of(row)
    return {
        "answer": answer.value if isinstance(answer, Left) else answer,
        "comment": row.comment,
        "seconds": list(row.seconds),
        "causes": list(row.causes),
        "version": row.version,
    }


def marks_of(rows: Iterable[EvaluationMark]) -> dict[str, Mark]:
    """The marks that have an answer, by criterion."""
    return {
        row.criterion: Mark(answer, row.comment, tuple(row.seconds), tuple(row.causes))
        for row in rows
        if (answer := answer_of(row)) is not None
    }
