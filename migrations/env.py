"""How Alembic reaches the application's own engine and tables."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app

from app.db import WRITES, Base, engine
from app.migration import of_a_model


def without_empty(ctx: Any, revision: Any, directives: list[Any]) -> None:
    """``flask db migrate`` writes no file when nothing has changed."""
    if directives and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def run() -> None:
    options = dict(current_app.extensions["migrate"].configure_args)
    options.setdefault("process_revision_directives", without_empty)
    lite = engine().dialect.name == "sqlite"
    with engine().connect().execution_options(**{WRITES: True}) as connection:
        # SQLite cannot alter a table in place, batch mode copies it: no cascades meanwhile.
        # The pragma does nothing inside a transaction, so it goes past SQLAlchemy.
        driver: Any = connection.connection.driver_connection
        if lite:
            driver.execute("PRAGMA foreign_keys = OFF")
            options["transactional_ddl"] = True
        try:
            context.configure(
                connection=connection,
                target_metadata=Base.metadata,
                include_name=of_a_model,
                **options,
            )
            with context.begin_transaction():
                context.run_migrations()
        finally:
            if lite:
                connection.rollback()
                driver.execute("PRAGMA foreign_keys = ON")


run()
