"""Whoever wants to know that an evaluation was handed in says so here.

The rooms of quality lean downwards only: evaluations cannot call monitoring, which
stands above them. They tell it here, in the transaction that hands the evaluation in.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from flask import Flask, current_app

if TYPE_CHECKING:
    from app.quality.evaluations.models import Evaluation

    Follow = Callable[[Evaluation, datetime], None]

KEY = "callwright_handed_in"


def whenever(app: Flask, follow: Follow) -> None:
    """``follow(evaluation, at)`` is called for every evaluation that is handed in."""
    app.extensions.setdefault(KEY, []).append(follow)


def tell(evaluation: Evaluation, at: datetime) -> None:
    """Call everybody who follows. Inside the caller's ``transaction()``."""
    for follow in current_app.extensions.get(KEY, ()):
        follow(evaluation, at)
