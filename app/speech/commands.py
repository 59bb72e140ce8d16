"""``callwright models list | install | check``."""

from __future__ import annotations

from pathlib import Path

import click

from app.config import Settings
from app.errors import ModelError
from app.speech.install import install
from app.speech.models import MODELS, ModelStatus, of_language, state_of, status
from app.speech.vosk_engine import VoskRecognizer

Language = click.Choice(tuple(MODELS))


@click.group()
def models() -> None:
    """Speech models: what is installed, what is whole, what is missing."""


@models.command("list")
def list_() -> None:
    """List the models of every language and where they lie."""
    for found in status(Settings.from_environment()):
        click.echo(_line(found))


@models.command("install")
@click.argument("language", type=Language, default="en")
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), help="Folder, instead of Vosk's own"
)
def install_(language: str, into: Path | None) -> None:
    """Install the model of LANGUAGE, or mend it when it is damaged."""
    if into is None and state_of(language, Settings.from_environment()).state == "ready":
        click.echo(f"{of_language(language).name}: installed and whole.")
        return
    install(language, folder=into, progress=click.echo)


@models.command("check")
@click.argument("language", type=Language, default="en")
def check(language: str) -> None:
    """Verify the files of the model of LANGUAGE, then really load it."""
    found = state_of(language, Settings.from_environment())
    click.echo(_line(found))
    if found.path is None or found.state != "ready":
        raise ModelError(found.detail, remedy=f"To mend it: {found.remedy}")
    VoskRecognizer(found.path).open().close()
    click.echo("It loads and listens.")


def _line(found: ModelStatus) -> str:
    where = str(found.path) if found.path else found.detail
    return f"{found.language}  {found.engine:<12}  {found.state:<8}  {found.name}  {where}"
