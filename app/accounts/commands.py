"""``callwright users``: people from the command line. A password is never an argument."""

from __future__ import annotations

import sys

import click
from sqlalchemy import select

from app.accounts import passwords, service, teams
from app.accounts.forms import LOGIN, PersonInput
from app.accounts.models import Person, Role, Team
from app.db import db
from app.errors import InvalidInput, NotFound
from app.provision import ready_app
from app.services import now

ROLES = click.Choice([role.value for role in Role])
from_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from stdin.")
one_time = click.option("--one-time", is_flag=True, help="Make a one-time password and print it.")


@click.group()
def users() -> None:
    """List, add and change people."""


@users.command("list")
@click.option("--all", "everybody", is_flag=True, help="Those who may not sign in, too.")
def list_people(everybody: bool) -> None:
    """One line a person: log-in, role, team, name."""
    with ready_app().app_context():
        for person in service.everybody():
            if person.active or everybody:
                team = person.team.name if person.team else "-"
                off = "" if person.active else "  (deactivated)"
                click.echo(f"{person.login:<20} {person.role:<14} {team:<16} {person.name}{off}")


@users.command()
@click.argument("login")
@click.option("--name", help="Full name; by default the log-in name.")
@click.option("--role", type=ROLES, default="agent", show_default=True)
@click.option("--team", default="", help="A team's name; it is created when it is new.")
@from_stdin
@one_time
def add(
    login: str, name: str | None, role: str, team: str, password_stdin: bool, one_time: bool
) -> None:
    """Add the person who signs in as LOGIN."""
    login = login.strip().lower()
    if not LOGIN.fullmatch(login):
        raise InvalidInput(
            f"a log-in name has 2 to 254 letters, digits or . _ + @ -, got {login!r}", field="login"
        )
    with ready_app().app_context():
        password = _password(password_stdin, one_time)
        wanted = PersonInput(login, name or login, Role(role), _team_id(team))
        service.add(None, wanted, password, at=now(), temporary=one_time)
    click.echo(f"{login} is added as {role}.")
    _show(password, one_time)


@users.command()
@click.argument("login")
@from_stdin
@one_time
def passwd(login: str, password_stdin: bool, one_time: bool) -> None:
    """Give LOGIN a new password; every device of hers is signed out."""
    with ready_app().app_context():
        person = known(login)
        password = _password(password_stdin, one_time)
        service.set_password(None, person, password, temporary=one_time)
    click.echo(f"{person.login} has a new password.")
    _show(password, one_time)


@users.command()
@click.argument("login")
def deactivate(login: str) -> None:
    """LOGIN can no longer sign in; her calls stay."""
    with ready_app().app_context():
        service.deactivate(None, known(login))
    click.echo(f"{login} can no longer sign in.")


@users.command()
@click.argument("login")
def activate(login: str) -> None:
    """LOGIN can sign in again."""
    with ready_app().app_context():
        service.reactivate(None, known(login))
    click.echo(f"{login} can sign in.")


def known(login: str) -> Person:
    """Who signs in as ``login``. Raises ``InvalidInput``."""
    try:
        return service.by_login(login)
    except NotFound as error:
        raise InvalidInput(error.message, remedy="See: callwright users list") from error


def _team_id(name: str) -> int | None:
    if not name.strip():
        return None
    known = db.session.scalar(select(Team.id).where(Team.name == name.strip()))
    return known if known is not None else teams.add(None, name.strip(), at=now()).id


def _password(stdin: bool, one_time: bool) -> str:
    """From stdin, made for one time, or asked for twice without showing it."""
    if stdin and one_time:
        raise InvalidInput("--password-stdin and --one-time exclude each other")
    if one_time:
        return passwords.one_time()
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _show(password: str, one_time: bool) -> None:
    if one_time:
        click.echo(f"Password for the first sign-in: {password}")
