"""The database: one ``Base``, times in UTC, and ``transaction()``, the only commit.

Objects stay readable after the commit (``expire_on_commit=False``), so that a view
renders what a service returned without asking the database again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from app.config import Settings
from app.errors import Conflict

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_SECONDS = 10
WRITES = "callwright_writes"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in, aware (UTC) out. A time without a zone is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment must carry its time zone, got {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """What every table's class derives from."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime}


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


def init_app(app: Flask, settings: Settings) -> None:
    """Bind the database of ``settings`` to ``app``. Opens no connection yet."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(settings)
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _prepare_sqlite)
            event.listen(db.engine, "begin", _begin_sqlite)


def _engine_options(settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {
        "pool_size": 8,
        "max_overflow": settings.threads,
        "pool_timeout": BUSY_SECONDS,
    }
    if not settings.database_url.startswith("sqlite"):
        options["pool_pre_ping"] = True
    return options


def _prepare_sqlite(connection: Any, record: object) -> None:
    # The driver's own BEGIN comes too late and never IMMEDIATE: ours is in _begin_sqlite.
    connection.isolation_level = None
    connection.create_function("lower", 1, _lower, deterministic=True)
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _lower(text: object) -> object:
    """SQLite's own lower() knows ASCII alone; names are written in every script."""
    return text.lower() if isinstance(text, str) else text


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the write lock at once: it waits its turn instead of failing half-way."""
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def transaction() -> Iterator[Session]:
    """All of it or nothing. The only place that commits; one inside another joins it.

    Raises ``Conflict`` when the database refuses what would break its rules (the
    same name twice, something still in use).
    """
    session: Session = db.session()
    if session.info.get(WRITES):
        yield session
        return
    _end_reading(session)
    session.info[WRITES] = True
    try:
        session.connection(execution_options={WRITES: True})
        yield session
        session.commit()
    except IntegrityError as clash:
        session.rollback()
        raise Conflict(
            "This clashes with something that is already there.",
            remedy="Reload the page and try again.",
        ) from clash
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(WRITES, None)


def _end_reading(session: Session) -> None:
    """Let go of an older view of the data, so that the write sees what is there now."""
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("something was changed outside of transaction()")
    session.commit()


def engine() -> Engine:
    """The engine of the running application."""
    return db.engine
