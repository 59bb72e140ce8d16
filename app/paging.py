"""Long lists a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select, func, select

from app.db import db

PER_PAGE = 50
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: Sequence[T]
    number: int
    """Counted from 1."""
    pages: int
    total: int


def page_of(chosen: Select[T], number: int) -> Page[T]:
    """Page ``number`` of what ``chosen`` selects; a page beyond the end is the last one."""
    rows = chosen.order_by(None).subquery()
    total = db.session.scalar(select(func.count()).select_from(rows)) or 0
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(1, number), pages)
    items = db.session.scalars(chosen.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).unique()
    return Page(items=items.all(), number=number, pages=pages, total=total)
