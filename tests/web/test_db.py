"""The database: transactions, times, migrations that end where the models are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier, Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, inspect, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from app import create_app, migration
from app.accounts.models import Team
from app.config import Settings
from app.db import Base, UtcDateTime, db, transaction
from app.errors import Conflict
from tests.conftest import START


def team(name: str) -> Team:
    return Team(name=name, created_at=START)


def count() -> int:
    return db.session.scalar(select(func.count(Team.id))) or 0


def add_and_fail(session: Session) -> None:
    session.add(team("North"))
    session.flush()
    raise ZeroDivisionError


def test_all_or_nothing(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ZeroDivisionError), transaction() as session:
            add_and_fail(session)
        assert count() == 0
        with transaction() as session:
            session.add(team("North"))
        assert count() == 1


def test_one_inside_another_joins_it(app: Flask) -> None:
    def both(outer: Session) -> None:
        with transaction() as inner:
            inner.add(team("South"))
        add_and_fail(outer)

    with app.app_context():
        with pytest.raises(ZeroDivisionError), transaction() as outer:
            both(outer)
        assert count() == 0


def test_what_breaks_a_rule_is_a_conflict(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            session.add(team("North"))
        with pytest.raises(Conflict), transaction() as session:
            session.add(team("North"))
        with pytest.raises(Conflict), transaction() as session:
            session.execute(text("INSERT INTO team_leads (person_id, team_id) VALUES (77, 77)"))
        assert count() == 1


def test_a_change_outside_is_refused(app: Flask) -> None:
    with app.app_context():
        db.session.add(team("North"))
        with pytest.raises(RuntimeError, match="outside of transaction"), transaction():
            pass


def test_readable_after_the_commit(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        north = team("North")
        session.add(north)
    assert north.name == "North"


def test_writers_wait_their_turn(app: Flask) -> None:
    """Read, then write, from many threads at once: nobody is told "locked", no count is lost."""
    with app.app_context(), transaction() as session:
        session.execute(text("CREATE TABLE counter (n INTEGER)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))
    start = Barrier(8)

    def add() -> None:
        start.wait()
        for _ in range(10):
            with app.app_context():
                db.session.execute(text("SELECT n FROM counter")).scalar()
                with transaction() as session:
                    n = session.execute(text("SELECT n FROM counter")).scalar_one()
                    session.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})

    threads = [Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert db.session.execute(text("SELECT n FROM counter")).scalar_one() == 80


def test_sqlite_is_set_up(app: Flask) -> None:
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000, "synchronous": 1}
    with app.app_context(), db.engine.connect() as connection:
        got = {key: connection.exec_driver_sql(f"PRAGMA {key}").scalar() for key in wanted}
    assert got == wanted


@given(
    st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2200, 1, 1)),
    st.integers(-14 * 60, 14 * 60),
)
def test_a_moment_comes_back_the_same(moment: datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    column, dialect = UtcDateTime(), sqlite.dialect()
    kept = column.process_bind_param(aware, dialect)
    back = column.process_result_value(kept, dialect)
    assert back == aware
    assert back is not None
    assert back.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), sqlite.dialect())


def test_the_migrations_end_where_the_models_are(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "target_metadata": Base.metadata,
                "include_name": migration.of_a_model,
            },
        )
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == migration.head()


def test_the_way_back_leaves_nothing(tmp_path: Path) -> None:
    from flask_migrate import downgrade

    app = create_app(Settings(data_dir=tmp_path, secret_key="s" * 32))
    assert migration.upgrade(app)
    assert not migration.upgrade(app)
    with app.app_context():
        downgrade(revision="base")
        assert inspect(db.engine).get_table_names() == ["alembic_version"]
        db.engine.dispose()


def test_revisions_are_known(app: Flask) -> None:
    assert migration.knows(migration.head())
    assert not migration.knows("ffffffffffff")
