"""``callwright person``: give out what is kept of one person's calls, or erase it."""

from __future__ import annotations

from pathlib import Path

import click

from app import person_data
from app.accounts.commands import known
from app.provision import ready_app
from app.services import now


@click.group()
def person() -> None:
    """Give out or erase what is kept of one person's calls."""


@person.command()
@click.argument("login")
@click.argument("file", type=click.Path(path_type=Path))
def export(login: str, file: Path) -> None:
    """Put LOGIN's calls, evaluations and the remarks on them into FILE (a zip)."""
    with ready_app().app_context():
        given = person_data.export(known(login), file, by=None)
    click.echo(
        f"{file} holds {given.recordings} recordings ({given.without_sound} without sound) "
        f"and {given.evaluations} evaluations."
    )


@person.command()
@click.argument("login")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(login: str, yes: bool) -> None:
    """Erase sound and words of all LOGIN's calls, for good. What is held stays."""
    with ready_app().app_context():
        who = known(login)
        many = len(person_data.recordings_of(who))
        if not yes:
            click.confirm(f"Erase {many} recordings of {who.name} for good?", abort=True)
        gone, held = person_data.erase(who, by=None, at=now())
    click.echo(f"{gone} recordings are erased; {held} are held and stay.")
