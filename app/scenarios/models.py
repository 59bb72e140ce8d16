"""Tables of practice: the frozen versions of scenarios, and calls."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base

if TYPE_CHECKING:
    from app.accounts.models import Person

READY, LIVE, WRAP_UP, DONE, CUT_OFF = "ready", "live", "wrap_up", "done", "cut_off"
STATUSES = (READY, LIVE, WRAP_UP, DONE, CUT_OFF)
"""A call is ready (nobody has picked up), live, in after-call work, done, or cut off."""


class ScenarioVersion(Base):
    """A scenario as it was when somebody practised it; never changed afterwards."""

    __tablename__ = "scenario_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    scenario_id: Mapped[str] = mapped_column(String(64), index=True)
    content_hash: Mapped[str] = mapped_column(String(64), unique=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]


class Call(Base):
    """One practice call of one person, from the briefing to the debrief."""

    __tablename__ = "calls"
    __table_args__ = (
        Index("ix_calls_person_created", "person_id", "created_at"),
        Index("ix_calls_person_scenario", "person_id", "scenario_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("scenario_versions.id"))
    scenario_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    seed: Mapped[int]
    mode: Mapped[str] = mapped_column(String(8))
    purpose: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(8), default=READY, index=True)

    created_at: Mapped[datetime] = mapped_column(index=True)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    seconds: Mapped[float] = mapped_column(default=0.0)
    recognizer: Mapped[str] = mapped_column(String(32), default="")
    audio_sha256: Mapped[str] = mapped_column(String(64), default="")

    word_accuracy: Mapped[float | None]
    speech_db: Mapped[float | None]
    noise_db: Mapped[float | None]

    ending: Mapped[str] = mapped_column(String(64), default="")
    good: Mapped[bool | None]
    cut_reason: Mapped[str] = mapped_column(String(32), default="")
    counts: Mapped[bool] = mapped_column(default=False)
    """Whether it burns an attempt: see ``service.counts``."""

    score: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    total: Mapped[float | None]
    passed: Mapped[bool | None]

    disposition: Mapped[str] = mapped_column(String(64), default="")
    disposition_right: Mapped[bool | None]
    note: Mapped[str] = mapped_column(Text, default="")
    acw_seconds: Mapped[float | None]

    person: Mapped[Person] = relationship(lazy="joined")
    version: Mapped[ScenarioVersion] = relationship(lazy="select")
