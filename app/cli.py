"""The command ``callwright``. A mistake is told in one line on stderr; its exit status is 2."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from app.config import Settings
from app.errors import AppError, ConfigError, InvalidInput, Unavailable

# Commands that other features bring: name -> where, and what --help says of it.
BROUGHT = {
    "models": ("app.speech.commands:models", "Find, install and check speech models."),
    "scenarios": ("app.scenarios.commands:scenarios", "Check, show and walk scenarios."),
    "rehearse": ("app.scenarios.rehearse:rehearse", "Make a whole call with an automatic trainee."),
    "worker": ("app.jobs.commands:worker", "Do the jobs that take longer than a page."),
    "person": ("app.person_commands:person", "Give out or erase what is kept of one person."),
    "users": ("app.accounts.commands:users", "List, add and change people."),
}


class Commands(click.Group):
    """Loads a feature's commands when they are asked for, and tells errors in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *BROUGHT})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return super().get_command(ctx, name) or _brought(name)

    def main(self, *args: Any, **extra: Any) -> Any:
        extra["standalone_mode"] = False
        try:
            sys.exit(super().main(*args, **extra) or 0)
        except click.exceptions.Abort:
            _fail("stopped", 130)
        except click.ClickException as problem:
            _fail(problem.format_message(), problem.exit_code)
        except AppError as problem:
            words = ". ".join(p.rstrip(".") for p in (problem.message, problem.remedy) if p)
            _fail(words, 2 if isinstance(problem, InvalidInput | ConfigError) else 1)


def _fail(words: str, status: int) -> None:
    click.echo("callwright: " + " ".join(words.split()), err=True)
    sys.exit(status)


def _brought(name: str) -> click.Command | None:
    if name not in BROUGHT:
        return None
    place, purpose = BROUGHT[name]
    module, _colon, attribute = place.partition(":")
    try:
        command: click.Command = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as problem:
        return _missing(name, purpose, str(problem))
    return command


def _missing(name: str, purpose: str, why: str) -> click.Command:
    """In place of a command whose module is broken, so that the others still work."""

    @click.command(name, help=purpose, context_settings={"ignore_unknown_options": True})
    @click.argument("rest", nargs=-1, type=click.UNPROCESSED)
    def missing(rest: tuple[str, ...]) -> None:
        raise Unavailable(
            f"“{name}” cannot be used here: {why}.", remedy="Install Callwright again."
        )

    return missing


DEMO_PEOPLE = {
    "nina": "practises calls, and sees what was said of them",
    "sam": "has calls to score, and a session that waits for him",
    "quinn": "leads quality: framework, scorecards, plans, calibration",
    "pat": "plans; has nothing to hear",
    "ada": "adds people; sees jobs and the audit log",
}
"""What to sign in as whom for."""

without_calls = click.option(
    "--without-calls", is_flag=True, help="With --demo: its people only, which is quicker."
)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="callwright", prog_name="callwright")
def cli() -> None:
    """Practise calls by voice, on your own premises."""


@cli.command()
@click.option("--host", help="Address to listen on; by default 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; by default PORT or 8000.")
@click.option("--demo", is_flag=True, help="Set up the demo first, and print its people.")
@without_calls
@click.option("--without-worker", is_flag=True, help="Jobs are done by workers started elsewhere.")
def run(
    host: str | None, port: int | None, demo: bool, without_calls: bool, without_worker: bool
) -> None:
    """Serve the pages and calls."""
    from app import serve
    from app.db import db
    from app.provision import ready_app

    settings = Settings.from_environment()
    settings = dataclasses.replace(settings, host=host or settings.host, port=port or settings.port)
    if demo:
        # A process of its own: what it warms up must not be carried over a fork.
        extra = ["--without-calls"] if without_calls else []
        command = [sys.executable, "-m", "app.cli", "setup", "--demo", *extra]
        done = subprocess.run(command, check=False)
        if done.returncode:
            sys.exit(done.returncode)
    app = ready_app(settings)
    with app.app_context():
        db.engine.dispose()
    serve.run(settings, lambda address: _welcome(address, demo), worker=not without_worker)


def _welcome(address: str, demo: bool) -> None:
    lines = [f"Callwright is ready: {address}"]
    if demo:
        from app.accounts.demo import PASSWORD, PEOPLE

        lines.append(f"Demo people, all with the password {PASSWORD}:")
        lines += [
            f"  {login:<6} {role:<14} {name:<14} {DEMO_PEOPLE.get(login, '')}".rstrip()
            for login, name, role, *_rest in PEOPLE
        ]
    click.echo("\n".join(lines))
    sys.stdout.flush()


@cli.command()
@click.option("--demo", is_flag=True, help="Add the demo's people and calls too.")
@without_calls
def setup(demo: bool, without_calls: bool) -> None:
    """Make everything ready: folders, secret key, database. Safe to repeat."""
    from app import create_app
    from app.provision import provision

    whole = {"people"} if without_calls else {"people", "calls", "quality"}
    parts = whole if demo else set()
    for name, changed in provision(create_app(), demo=parts):
        if changed:
            click.echo(f"{name}: done")


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Keep everything (database, recordings, secret key) in FILE.tar.gz."""
    from app.backup import back_up
    from app.provision import ready_app

    report = back_up(ready_app(), file)
    click.echo(report.told())


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Where something is already: move that aside first.")
def restore(file: Path, force: bool) -> None:
    """Bring back what FILE holds. Stop the server first."""
    from app.restore import restore as bring_back

    report = bring_back(Settings.from_environment(), file, force=force)
    click.echo(report.told())


def main() -> None:
    cli.main(prog_name="callwright")


if __name__ == "__main__":
    main()
