"""The table of proposals: what should be coached or changed, until somebody takes it up."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base

if TYPE_CHECKING:
    from app.accounts.models import Person

COACHING, FRAMEWORK, CARD, GUIDANCE = "coaching", "framework", "card", "guidance"
OPEN, TAKEN, DROPPED = "open", "taken", "dropped"


class Proposal(Base):
    """Coaching of a person, or a change of framework, card or guidance, with its reason."""

    __tablename__ = "proposals"
    __table_args__ = (Index("ix_proposals_source", "source_kind", "source_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), index=True)
    status: Mapped[str] = mapped_column(String(8), default=OPEN, index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    """Who is to be coached."""
    card_id: Mapped[int | None] = mapped_column(ForeignKey("scorecards.id"))
    criterion: Mapped[str] = mapped_column(String(80), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    """What should be: the new guidance, the change in a sentence, what to practise."""
    reason: Mapped[str] = mapped_column(Text)
    source_kind: Mapped[str] = mapped_column(String(16))
    """``gap``, ``session`` or ``person``."""
    source_id: Mapped[str] = mapped_column(String(120), default="")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(String(400), default="")
    card_version_id: Mapped[int | None]
    """The draft of a card that was begun when it was taken up."""
    framework_id: Mapped[int | None]
    """The same for a draft of the framework."""

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id], lazy="joined")
    created_by: Mapped[Person] = relationship(foreign_keys=[created_by_id], lazy="joined")
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
