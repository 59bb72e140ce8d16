"""Tables of evaluations: who scored which call by which card, and what was said of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base

if TYPE_CHECKING:
    from app.accounts.models import Person
    from app.quality.cards.models import CardVersion
    from app.recordings.models import Recording

PERSON, SELF, MACHINE = "person", "self", "machine"
"""A rater, the agent herself, or the rules of the card."""
DRAFT, SUBMITTED, RELEASED = "draft", "submitted", "released"
"""Being scored; done, the agent does not see it yet; the agent sees it."""
ACCEPTED, DISPUTED = "accepted", "disputed"
OPEN, UPHELD, CHANGED, WITHDRAWN = "open", "upheld", "changed", "withdrawn"
LONGEST_NOTE = 4_000


class Evaluation(Base):
    """One call scored by one rater under one version of a card."""

    __tablename__ = "evaluations"
    __table_args__ = (
        UniqueConstraint("recording_id", "card_version_id", "kind", "rater_id"),
        Index("ix_evaluations_agent_submitted", "agent_id", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"))
    card_version_id: Mapped[int] = mapped_column(ForeignKey("scorecard_versions.id"), index=True)
    framework_id: Mapped[int | None] = mapped_column(ForeignKey("framework_versions.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Whose work is scored."""
    rater_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    """None: the machine."""
    kind: Mapped[str] = mapped_column(String(8), index=True)
    status: Mapped[str] = mapped_column(String(10), index=True)
    revision: Mapped[int] = mapped_column(default=1)
    note: Mapped[str] = mapped_column(Text, default="")

    total: Mapped[float | None]
    """0..100, as the marks were when it was handed in; None: nothing could be judged."""
    passed: Mapped[bool | None]
    score: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    """The whole result: of people a ``Tally``, of the machine a ``Score``."""

    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    release_at: Mapped[datetime | None]
    """When the agent is to see it; None: not before somebody releases it."""
    released_at: Mapped[datetime | None]
    response: Mapped[str] = mapped_column(String(10), default="")
    response_words: Mapped[str] = mapped_column(Text, default="")
    responded_at: Mapped[datetime | None]
    session_id: Mapped[int | None]
    """The calibration session it was published from, on purpose; its marks are the consensus."""

    recording: Mapped[Recording] = relationship(lazy="joined")
    card_version: Mapped[CardVersion] = relationship(lazy="joined")
    agent: Mapped[Person | None] = relationship(foreign_keys=[agent_id], lazy="joined")
    rater: Mapped[Person | None] = relationship(foreign_keys=[rater_id], lazy="joined")
    marks: Mapped[list[EvaluationMark]] = relationship(
        order_by="EvaluationMark.id", back_populates="evaluation"
    )
    disputes: Mapped[list[Dispute]] = relationship(
        order_by="Dispute.id", back_populates="evaluation"
    )


class EvaluationMark(Base):
    """One criterion's mark. ``value`` or ``left`` is set; neither: a comment or seconds so far."""

    __tablename__ = "evaluation_marks"
    __table_args__ = (UniqueConstraint("evaluation_id", "criterion"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id", ondelete="CASCADE"))
    criterion: Mapped[str] = mapped_column(String(80))
    value: Mapped[float | None]
    left: Mapped[str] = mapped_column(String(16), default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    seconds: Mapped[list[float]] = mapped_column(JSON, default=list)
    causes: Mapped[list[str]] = mapped_column(JSON, default=list)
    version: Mapped[int] = mapped_column(default=1)
    """Counts the writes: whoever changes a mark says which one she saw."""
    changed_at: Mapped[datetime]

    evaluation: Mapped[Evaluation] = relationship(back_populates="marks")


class Dispute(Base):
    """The agent says that one mark is wrong."""

    __tablename__ = "disputes"

    id: Mapped[int] = mapped_column(primary_key=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluations.id"), index=True)
    criterion: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(Text)
    seconds: Mapped[list[float]] = mapped_column(JSON, default=list)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[datetime]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    due_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(10), default=OPEN, index=True)
    outcome_words: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    evaluation: Mapped[Evaluation] = relationship(back_populates="disputes", lazy="joined")
    opened_by: Mapped[Person] = relationship(foreign_keys=[opened_by_id], lazy="joined")
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id], lazy="joined")
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])


class Certificate(Base):
    """A rater has shown on gold calls that she scores by this card as was agreed."""

    __tablename__ = "certificates"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id"), index=True)
    granted_at: Mapped[datetime]
    until: Mapped[datetime | None]
    certification_id: Mapped[int | None]
    """The run over gold calls it came from; None: granted by hand, ``why`` says so."""
    why: Mapped[str] = mapped_column(String(400), default="")
    revoked_at: Mapped[datetime | None]
