"""Tables of recordings: what can be heard, what is hidden in it, what was noted, who may hear."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base

if TYPE_CHECKING:
    from app.accounts.models import Person

PRACTICE, UPLOAD = "practice", "upload"
WAITING, WORKING, READY, FAILED, ERASED = "waiting", "working", "ready", "failed", "erased"
LEFT_CHANNEL, RIGHT_CHANNEL = "left", "right"


class Recording(Base):
    """Something that can be heard or read again: a practice call, or a call uploaded.

    ``key`` names its folder under ``recordings_dir``; of a practice call it is the call's id.
    """

    __tablename__ = "recordings"
    __table_args__ = (Index("ix_recordings_agent_happened", "agent_id", "happened_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    source: Mapped[str] = mapped_column(String(8), index=True)
    status: Mapped[str] = mapped_column(String(8), index=True)
    title: Mapped[str] = mapped_column(String(200))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Who handled the call; None: nobody this product knows, or not told."""
    happened_at: Mapped[datetime] = mapped_column(index=True)
    seconds: Mapped[float] = mapped_column(default=0.0)
    mode: Mapped[str] = mapped_column(String(8), default="voice")
    language: Mapped[str] = mapped_column(String(8), default="en")
    skill: Mapped[str] = mapped_column(String(80), default="", index=True)
    """What kind of call: the scenario of a practice call, the queue of an uploaded one."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Further words that came with an upload, by column of its CSV."""

    agent_channel: Mapped[str] = mapped_column(String(5), default=LEFT_CHANNEL)
    """On which channel the agent speaks; empty: both speak on one."""
    channels: Mapped[int] = mapped_column(default=2)
    audio_sha256: Mapped[str] = mapped_column(String(64), default="")
    recognizer: Mapped[str] = mapped_column(String(32), default="")

    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    uploaded_at: Mapped[datetime | None]
    original_name: Mapped[str] = mapped_column(String(255), default="")
    """Shown only; never a path."""
    original_bytes: Mapped[int] = mapped_column(default=0)
    original_sha256: Mapped[str] = mapped_column(String(64), default="", index=True)
    job_id: Mapped[int | None]
    trouble: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Why it failed: ``{"message": …, "remedy": …}`` as they were told."""

    revision: Mapped[int] = mapped_column(default=1)
    """Counts what changes what others hear or read: redactions, erasing."""
    original_erased_at: Mapped[datetime | None]
    """When redacted spans were last erased from the disk, on purpose."""
    exemplar_at: Mapped[datetime | None] = mapped_column(index=True)
    exemplar_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    exemplar_why: Mapped[str] = mapped_column(String(400), default="")
    exemplar_skill: Mapped[str] = mapped_column(String(80), default="")
    held: Mapped[bool] = mapped_column(default=False)
    """Kept whatever its age (a complaint, a court): retention passes over it."""
    erased_at: Mapped[datetime | None]

    agent: Mapped[Person | None] = relationship(foreign_keys=[agent_id], lazy="joined")
    uploaded_by: Mapped[Person | None] = relationship(foreign_keys=[uploaded_by_id], lazy="select")
    redactions: Mapped[list[Redaction]] = relationship(
        order_by="Redaction.start", lazy="select", back_populates="recording"
    )


class Redaction(Base):
    """A span whose sound and words nobody hears or reads, unless it is taken back."""

    __tablename__ = "redactions"
    __table_args__ = (CheckConstraint('"end" > start', name="span"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(
        ForeignKey("recordings.id", ondelete="CASCADE"), index=True
    )
    start: Mapped[float]
    end: Mapped[float]
    reason: Mapped[str] = mapped_column(String(200), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    erased_at: Mapped[datetime | None]
    """Since then the span is gone from the disk as well: it cannot be taken back."""

    recording: Mapped[Recording] = relationship(back_populates="redactions")


class Remark(Base):
    """A comment pinned to a second. ``shared``: the agent sees it too."""

    __tablename__ = "remarks"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(
        ForeignKey("recordings.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at_seconds: Mapped[float]
    words: Mapped[str] = mapped_column(Text)
    shared: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    """Deleted, and for a day to be brought back by its writer."""

    person: Mapped[Person] = relationship(lazy="joined")


class HearingGrant(Base):
    """Somebody may hear what her role alone would not let her: given by a plan or a session.

    Exactly one of ``recording_id``, ``agent_id``, ``team_id`` and ``everybody`` says what.
    ``source`` names who gave it (``plan:3``, ``session:5``) and takes it back again.
    """

    __tablename__ = "hearing_grants"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN recording_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN agent_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN team_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN everybody THEN 1 ELSE 0 END) = 1",
            name="one_thing",
        ),
        Index("ix_hearing_grants_person_source", "person_id", "source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    recording_id: Mapped[int | None] = mapped_column(
        ForeignKey("recordings.id", ondelete="CASCADE"), index=True
    )
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"))
    everybody: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(40), index=True)
    granted_at: Mapped[datetime]


class Passage(Base):
    """What one speaker said without a break, as it may be read: the text that is searched.

    Made anew whenever a transcript or its redactions change.
    """

    __tablename__ = "passages"
    __table_args__ = (UniqueConstraint("recording_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    number: Mapped[int]
    speaker: Mapped[str] = mapped_column(String(10))
    start: Mapped[float]
    end: Mapped[float]
    words: Mapped[str] = mapped_column(Text)


class RetentionRun(Base):
    """One night of retention, or a dry run of it: what was erased, by kind, and what was kept."""

    __tablename__ = "retention_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    dry: Mapped[bool]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
