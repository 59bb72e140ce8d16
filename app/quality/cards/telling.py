"""Whoever wants to know that a version of a card was published says so here.

The rooms of quality lean downwards only: cards cannot call the proposals, which stand above.
They tell it here, in the transaction that publishes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app

from app.accounts.models import Person
from app.quality.cards.models import CardVersion

Follow = Callable[[CardVersion, Person, datetime], None]
KEY = "callwright_card_published"


def whenever(app: Flask, follow: Follow) -> None:
    """``follow(version, by, at)`` is called for every version that is published by a person."""
    app.extensions.setdefault(KEY, []).append(follow)


def tell(version: CardVersion, by: Person, at: datetime) -> None:
    """Call everybody who follows. Inside the caller's ``transaction()``."""
    for follow in current_app.extensions.get(KEY, ()):
        follow(version, by, at)
