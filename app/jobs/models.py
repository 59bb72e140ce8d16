"""The table of jobs."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, Enum, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.jobs.queue import Standing, State

if TYPE_CHECKING:
    from app.accounts.models import Person

STATE_TYPE: Final = Enum(
    State,
    native_enum=False,
    length=12,
    name="state",
    create_constraint=True,
    values_callable=lambda states: [state.value for state in states],
)
STANDING: Final = tuple(field.name for field in fields(Standing))


class Job(Base):
    """One piece of work. The columns of ``Standing`` change through ``stand`` alone."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_state_not_before", "state", "not_before"),
        Index("ix_jobs_state_lease_until", "state", "lease_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60), index=True)
    about: Mapped[str] = mapped_column(String(200), default="")
    """What it works on, for people: the name of a file or plan."""
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    kept: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the work wants to find again when it is resumed."""
    unique_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    """Who asked for it; None: Callwright itself."""
    created_at: Mapped[datetime] = mapped_column(index=True)
    progress: Mapped[float] = mapped_column(default=0.0)
    """0 to 1."""
    note: Mapped[str] = mapped_column(String(200), default="")
    worker: Mapped[str] = mapped_column(String(120), default="")
    """Host and process of whoever ran it last."""

    state: Mapped[State] = mapped_column(STATE_TYPE, default=State.QUEUED)
    allowed: Mapped[int]
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    losses: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str] = mapped_column(String(32), default="")
    lease_until: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(300), default="")

    person: Mapped[Person | None] = relationship("Person", lazy="joined")

    @property
    def standing(self) -> Standing:
        return Standing(**{name: getattr(self, name) for name in STANDING})

    def stand(self, standing: Standing) -> None:
        for name, value in asdict(standing).items():
            setattr(self, name, value)
