"""Making an installation ready: every step does nothing when it is done already."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from importlib import import_module

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app import create_app, migration
from app.config import Settings
from app.errors import Unavailable
from app.services import services


@dataclass(frozen=True, slots=True)
class Step:
    """``does`` is "module:function": it takes the app and says whether it changed anything."""

    name: str
    does: str
    demo: str = ""
    """The part of the demo it is for; empty for what every installation needs."""

    def run(self, app: Flask) -> bool:
        module, _colon, function = self.does.partition(":")
        step: Callable[[Flask], bool] = getattr(import_module(module), function)
        return step(app)


# A new step adds its line here, after what it stands on.
STEPS = (
    Step("folders", "app.provision:make_folders"),
    Step("database", "app.migration:upgrade"),
    Step("understanding", "app.scenarios.fitted:fit"),
    Step("demo people", "app.accounts.demo:add_people", demo="people"),
    Step("demo calls", "app.scenarios.demo:add_calls", demo="calls"),
    Step("recordings of practice calls", "app.scenarios.kept_calls:keep_all"),
    Step("verdicts on practice calls", "app.scenarios.verdicts:keep_all"),
    Step("demo quality", "app.calibration.demo:add_quality", demo="quality"),
)


def provision(app: Flask, *, demo: Collection[str] = ()) -> Iterator[tuple[str, bool]]:
    """Do every step; tells each one's name and whether it changed anything.

    ``demo`` names the parts of the demo that are wanted.
    """
    for step in STEPS:
        if not step.demo or step.demo in demo:
            yield step.name, step.run(app)


def ready_app(settings: Settings | None = None) -> Flask:
    """The application on a database that is set up. Raises ``Unavailable`` when it is not."""
    app = create_app(settings)
    with app.app_context():
        try:
            current = migration.is_current()
        except SQLAlchemyError as problem:
            raise Unavailable(
                f"The database cannot be opened: {getattr(problem, 'orig', problem)}.",
                remedy="Check CALLWRIGHT_DATABASE_URL and CALLWRIGHT_DATA_DIR, or run: "
                "callwright setup",
            ) from problem
    if not current:
        raise Unavailable(
            "The database is not at the newest tables.", remedy="Run: callwright setup"
        )
    return app


def make_folders(app: Flask) -> bool:
    """The folders below ``data_dir``. They hold voices: nobody else on the machine may look."""
    home = services(app).settings.data_dir
    wanted = (home, home / "recordings", home / "uploads", home / "voice-cache")
    missing = [path for path in wanted if not path.is_dir()]
    for path in missing:
        path.mkdir(parents=True, mode=0o700)
    return bool(missing)
