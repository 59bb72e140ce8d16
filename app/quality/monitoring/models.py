"""Tables of monitoring: plans, who scores for them, and the calls they have chosen."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.quality.text import Text

if TYPE_CHECKING:
    from app.accounts.models import Person
    from app.quality.cards.models import Card
    from app.recordings.models import Recording

OPEN, DONE, SKIPPED = "open", "done", "skipped"

plan_raters = Table(
    "monitoring_plan_raters",
    Base.metadata,
    Column("plan_id", ForeignKey("monitoring_plans.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class MonitoringPlan(Base):
    """Whose calls are listened to, which of them, how many, by whom and by when."""

    __tablename__ = "monitoring_plans"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200), unique=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id"))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    """A ``Plan`` (people, selection, quotas, due) as JSON."""
    revision: Mapped[int] = mapped_column(default=1)
    active: Mapped[bool] = mapped_column(default=False, index=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    card: Mapped[Card] = relationship(lazy="joined")
    raters: Mapped[list[Person]] = relationship(secondary=plan_raters)
    created_by: Mapped[Person] = relationship(foreign_keys=[created_by_id])


class Assignment(Base):
    """One call somebody is to listen to and score, because a plan chose it."""

    __tablename__ = "assignments"
    __table_args__ = (UniqueConstraint("plan_id", "recording_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("monitoring_plans.id"))
    period: Mapped[str] = mapped_column(String(16))
    """Of which period's quota it is: the day on which the period began."""
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"), index=True)
    rater_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    drawn_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(String(8), default=OPEN, index=True)
    why: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """The rules that chose it, as ``Text`` values."""
    skipped_words: Mapped[str] = mapped_column(String(400), default="")
    evaluation_id: Mapped[int | None] = mapped_column(ForeignKey("evaluations.id"))
    closed_at: Mapped[datetime | None]

    plan: Mapped[MonitoringPlan] = relationship(lazy="joined")
    recording: Mapped[Recording] = relationship(lazy="joined")
    rater: Mapped[Person] = relationship(foreign_keys=[rater_id], lazy="joined")

    @property
    def reasons(self) -> list[Text]:
        return [Text.from_dict(each) for each in self.why]
