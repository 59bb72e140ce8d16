"""Where the database stands, and how it comes to the newest tables."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app

from app.config import REPOSITORY
from app.db import engine

MIGRATIONS = REPOSITORY / "migrations"


@lru_cache(maxsize=1)
def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return ScriptDirectory.from_config(config)


def of_a_model(name: str | None, kind: str, parents: Mapping[str, str | None]) -> bool:
    """For Alembic's comparison: the index of what is said is the database's own, in no model."""
    return not (name or "").startswith("passages_fts")


def head() -> str:
    """The newest revision this version of the product knows."""
    return script().get_current_head() or ""


def knows(revision: str) -> bool:
    """Whether ``revision`` is one of this version's own."""
    return any(known.revision == revision for known in script().walk_revisions())


def current() -> str:
    """The revision the database is at; empty for a new one."""
    with engine().connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def is_current() -> bool:
    return current() == head()


def upgrade(app: Flask) -> bool:
    """Bring the database to the newest tables; False when it was there already."""
    with app.app_context():
        if is_current():
            return False
        config = current_app.extensions["migrate"].migrate.get_config()
        logging.getLogger("alembic").setLevel(logging.WARNING)
        command.upgrade(config, "head")
    return True
