"""Tables of calibration: sessions as their events, gold calls, certification."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base

if TYPE_CHECKING:
    from app.accounts.models import Person
    from app.quality.cards.models import CardVersion
    from app.recordings.models import Recording


class CalibrationSession(Base):
    """A session. Its events are the truth; what stands here is for lists and rights."""

    __tablename__ = "calibration_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    host_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    card_version_id: Mapped[int] = mapped_column(ForeignKey("scorecard_versions.id"))
    phase: Mapped[str] = mapped_column(String(8), index=True)
    round: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("calibration_sessions.id"))
    cancelled: Mapped[bool] = mapped_column(default=False)
    last_number: Mapped[int] = mapped_column(default=0)
    """The number of its last event."""
    results: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    """The Check's statistics, worked out once and kept with the ``last_number`` they are of."""
    created_at: Mapped[datetime]

    host: Mapped[Person] = relationship(lazy="joined")
    card_version: Mapped[CardVersion] = relationship(lazy="joined")
    parts: Mapped[list[SessionPart]] = relationship(lazy="select", cascade="all, delete-orphan")


class SessionPart(Base):
    """Who has which part in a session: host, rater, reference."""

    __tablename__ = "calibration_parts"

    session_id: Mapped[int] = mapped_column(
        ForeignKey("calibration_sessions.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    part: Mapped[str] = mapped_column(String(10), primary_key=True)

    person: Mapped[Person] = relationship(lazy="joined")


class SessionEvent(Base):
    """One event of a session, numbered from 1. Only ever added."""

    __tablename__ = "calibration_events"

    session_id: Mapped[int] = mapped_column(ForeignKey("calibration_sessions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(24))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class GoldCall(Base):
    """A call with certified answers: what a new rater is held against."""

    __tablename__ = "gold_calls"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"))
    card_version_id: Mapped[int] = mapped_column(ForeignKey("scorecard_versions.id"), index=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    """By criterion: a point or a word of ``Left``."""
    session_id: Mapped[int | None] = mapped_column(ForeignKey("calibration_sessions.id"))
    why: Mapped[str] = mapped_column(String(400), default="")
    set_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    recording: Mapped[Recording] = relationship(lazy="joined")
    card_version: Mapped[CardVersion] = relationship(lazy="joined")


class Certification(Base):
    """One person's run over the gold calls of a card."""

    __tablename__ = "certifications"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    card_version_id: Mapped[int] = mapped_column(ForeignKey("scorecard_versions.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    person: Mapped[Person] = relationship(lazy="joined")
    card_version: Mapped[CardVersion] = relationship(lazy="joined")
    sheets: Mapped[list[CertificationSheet]] = relationship(order_by="CertificationSheet.id")


class CertificationSheet(Base):
    """Her marks on one gold call, kept as she sets them."""

    __tablename__ = "certification_sheets"

    id: Mapped[int] = mapped_column(primary_key=True)
    certification_id: Mapped[int] = mapped_column(ForeignKey("certifications.id"), index=True)
    gold_call_id: Mapped[int] = mapped_column(ForeignKey("gold_calls.id"))
    marks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    revision: Mapped[int] = mapped_column(default=1)
    submitted_at: Mapped[datetime | None]

    gold_call: Mapped[GoldCall] = relationship(lazy="joined")
