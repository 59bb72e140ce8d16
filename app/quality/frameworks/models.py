"""The table of the quality framework: one document, its drafts and published versions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base

if TYPE_CHECKING:
    from app.accounts.models import Person

DRAFT, PUBLISHED, DROPPED = "draft", "published", "dropped"


class FrameworkVersion(Base):
    """One version. Once published it never changes; the newest published one is in force."""

    __tablename__ = "framework_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int | None] = mapped_column(unique=True)
    """1, 2, 3… as published; None: a draft."""
    status: Mapped[str] = mapped_column(String(10), index=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("framework_versions.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)
    """Counts the saves of a draft: whoever saves says which one she saw."""
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    published_at: Mapped[datetime | None]

    created_by: Mapped[Person] = relationship(foreign_keys=[created_by_id], lazy="joined")
    published_by: Mapped[Person | None] = relationship(foreign_keys=[published_by_id])
