"""Tables of scorecards: a card and its versions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base

if TYPE_CHECKING:
    from app.accounts.models import Person

DRAFT, PUBLISHED, DROPPED = "draft", "published", "dropped"


class Card(Base):
    """A scorecard through all its versions. With ``scenario_id`` it is the card of a scenario."""

    __tablename__ = "scorecards"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    scenario_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    certified_only: Mapped[bool] = mapped_column(default=False)
    """Only raters with a certificate may score calls by it."""
    archived_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]

    versions: Mapped[list[CardVersion]] = relationship(
        order_by="CardVersion.id", back_populates="card", lazy="select"
    )


class CardVersion(Base):
    """One version. ``body`` is a ``Scorecard`` as JSON; once published it never changes."""

    __tablename__ = "scorecard_versions"
    __table_args__ = (
        UniqueConstraint("card_id", "number"),
        # Not unique: a later version may go back to what an earlier one said.
        Index("ix_scorecard_versions_card_hash", "card_id", "content_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id"))
    number: Mapped[int | None]
    """1, 2, 3… as published; None: a draft."""
    status: Mapped[str] = mapped_column(String(10), index=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_hash: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the canonical body, once published."""
    framework_id: Mapped[int | None] = mapped_column(ForeignKey("framework_versions.id"))
    """The framework in force when it was published."""
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("scorecard_versions.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    session_id: Mapped[int | None]
    """The calibration session that asked for this version."""
    revision: Mapped[int] = mapped_column(default=1)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    published_at: Mapped[datetime | None]

    card: Mapped[Card] = relationship(back_populates="versions", lazy="joined")
    created_by: Mapped[Person | None] = relationship(foreign_keys=[created_by_id])
    published_by: Mapped[Person | None] = relationship(foreign_keys=[published_by_id])
