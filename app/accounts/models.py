"""The tables of people: who they are, which team, where they are signed in, what they did."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, Column, Enum, ForeignKey, Index, String, Table, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from app.db import Base


class Role(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    QA = "qa"
    PLANNER = "planner"
    ADMINISTRATOR = "administrator"


ROLE_TYPE: Final = Enum(
    Role,
    native_enum=False,
    length=20,
    name="role",
    create_constraint=True,
    values_callable=lambda roles: [role.value for role in roles],
)

team_leads = Table(
    "team_leads",
    Base.metadata,
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("team_id", ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Team(Base):
    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    created_at: Mapped[datetime]


class Person(Base):
    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(254), unique=True)
    """What she types to sign in: a name or an e-mail address, in small letters."""
    name: Mapped[str] = mapped_column(String(120), index=True)
    role: Mapped[Role] = mapped_column(ROLE_TYPE, index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(String(8), default="")
    """Empty: what the browser asks for."""
    timezone: Mapped[str] = mapped_column(String(64), default="")
    """An IANA name; empty: UTC."""
    password_hash: Mapped[str] = mapped_column(String(255))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]

    team: Mapped[Team | None] = relationship(lazy="joined")
    leads: Mapped[list[Team]] = relationship(secondary=team_leads, order_by=Team.name)
    """The teams a supervisor leads."""


class SignIn(Base):
    """One browser in which somebody is signed in. The row is the session: delete it, it ends."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the random token that only the browser keeps."""
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(64), default="")

    person: Mapped[Person] = relationship(lazy="joined")


class SignInAttempt(Base):
    """A sign-in that has not succeeded: counted in the database, so by all processes together."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        Index("ix_sign_in_attempts_login_address_at", "login", "address", "at"),
        Index("ix_sign_in_attempts_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(254))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)


class AuditEntry(Base):
    """Who did what to what. Rows are only ever added; what they name may be gone by now."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_subject_kind_id", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    """None: nobody signed in, or the command line."""
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject_kind: Mapped[str] = mapped_column(String(40), default="")
    subject_id: Mapped[str] = mapped_column(String(64), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    address: Mapped[str] = mapped_column(String(64), default="")
    request_id: Mapped[str] = mapped_column(String(64), default="")

    person: Mapped[Person | None] = relationship(lazy="joined")


def _refuse(mapper: Mapper[AuditEntry], connection: object, entry: AuditEntry) -> None:
    raise RuntimeError("the audit log is append-only")


event.listen(AuditEntry, "before_update", _refuse)
event.listen(AuditEntry, "before_delete", _refuse)
