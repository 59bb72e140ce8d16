"""Speech models: which there are, where they lie, whether they are whole."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from flask_babel import gettext as _

from app.errors import InvalidInput, ModelError

if TYPE_CHECKING:
    from app.config import Settings

State = Literal["ready", "missing", "damaged"]

MODEL_PATH = "VOSK_MODEL_PATH"  # Vosk's own setting: a model, or a folder of models
ENOUGH = ("am/final.mdl", "conf/mfcc.conf")  # what no model can do without


@dataclass(frozen=True, slots=True)
class MavenFile:
    """A model published as a Maven artefact: a zip, and the model's folder in it."""

    coordinates: str
    file: str
    sha256: str
    folder: str


@dataclass(frozen=True, slots=True)
class Model:
    """A published Vosk model. ``files`` are sizes in bytes, where they are known."""

    language: str
    name: str
    maven: MavenFile | None = None
    files: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


ENGLISH = Model(
    "en",
    "vosk-model-small-en-us-0.15",
    MavenFile(
        coordinates="com.alphacephei:vosk-model-en:0.3.45:aar",
        file="vosk-model-en-0.3.45.aar",
        sha256="8a5792fccaf873b4745dbd1b3fe19d8a77a15898e806674020eea820424771cd",
        folder="assets/model-en-us/",
    ),
    MappingProxyType(
        {
            "am/final.mdl": 15_962_575,
            "conf/mfcc.conf": 131,
            "conf/model.conf": 290,
            "graph/Gr.fst": 24_013_795,
            "graph/HCLr.fst": 22_416_994,
            "graph/disambig_tid.int": 102,
            "graph/phones/word_boundary.int": 1_761,
            "ivector/final.dubm": 168_048,
            "ivector/final.ie": 8_288_887,
            "ivector/final.mat": 44_975,
            "ivector/global_cmvn.stats": 1_080,
            "ivector/online_cmvn.conf": 95,
            "ivector/splice.conf": 35,
        }
    ),
)
MODELS: Mapping[str, Model] = MappingProxyType(
    {
        "en": ENGLISH,
        "fa": Model("fa", "vosk-model-small-fa-0.42"),
        "ru": Model("ru", "vosk-model-small-ru-0.22"),
        "zh": Model("zh", "vosk-model-small-cn-0.22"),
    }
)


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """One line of the list of models. ``remedy`` is what to type, "" when all is well."""

    language: str
    engine: Literal["vosk", "pocketsphinx"]
    name: str
    state: State
    path: Path | None = None
    detail: str = ""
    remedy: str = ""


def of_language(language: str) -> Model:
    """The model we know for ``language``. Raises ``InvalidInput`` naming those there are."""
    try:
        return MODELS[language]
    except KeyError:
        known = ", ".join(MODELS)
        raise InvalidInput(
            _("There is a speech model for %(known)s, got %(got)s", known=known, got=language)
        ) from None


def shared_folder() -> Path:
    """Where every program that uses Vosk looks, and where ours are installed."""
    return Path.home() / ".cache" / "vosk"


def find(language: str, settings: Settings) -> Path | None:
    """The folder of the model of ``language``: the first that is whole, else the first."""
    found = _candidates(of_language(language), settings)
    return next(filter(is_whole, found), found[0] if found else None)


def _candidates(model: Model, settings: Settings) -> list[Path]:
    """Every model of the language in the usual places, the best known name first."""
    named = os.environ.get(MODEL_PATH, "")
    if named and (Path(named) / "am").is_dir():  # it names the model itself
        return [Path(named)] if model.language == settings.language else []
    folders = [settings.data_dir / "models", shared_folder(), Path("/usr/share/vosk")]
    if named:
        folders.insert(1, Path(named))
    known = [f / model.name for f in folders if (f / model.name).is_dir()]
    return known + [other for f in folders for other in _others(f, model)]


def _others(folder: Path, model: Model) -> list[Path]:
    """Models of the same language under another name (a bigger one, a later one)."""
    code = model.name.removeprefix("vosk-model-small-").partition("-")[0]
    patterns = (f"vosk-model-small-{code}-*", f"vosk-model-{code}-*")
    return [p for pattern in patterns for p in sorted(folder.glob(pattern)) if p.is_dir()]


def is_whole(path: Path) -> bool:
    """Whether ``verify`` has nothing to say about the model in ``path``."""
    try:
        verify(path)
    except ModelError:
        return False
    return True


def verify(path: Path) -> None:
    """Raise ``ModelError`` when a file of the model in ``path`` is missing or cut short."""
    model = next((m for m in MODELS.values() if m.name == path.name), None)
    sizes = dict(model.files) if model else {}
    wrong = [name for name in sizes or ENOUGH if not _whole(path / name, sizes.get(name))]
    if wrong:
        raise ModelError(
            _(
                "The speech model in %(path)s is damaged: %(file)s is missing or cut short.",
                path=str(path),
                file=wrong[0],
            ),
            remedy=install_command(model.language if model else "en"),
        )


def _whole(file: Path, size: int | None) -> bool:
    try:
        found = file.stat().st_size
    except OSError:
        return False
    return found == size if size is not None else found > 0


def install_command(language: str) -> str:
    """What to type to have the model of ``language`` installed (or mended)."""
    return f"callwright models install {language}"


def state_of(language: str, settings: Settings) -> ModelStatus:
    """The Vosk model of one language. A few file look-ups: cheap enough for every page."""
    model = of_language(language)
    path = find(language, settings)
    remedy = install_command(language)
    if path is None:
        detail = _("No speech model is installed.")
        return ModelStatus(language, "vosk", model.name, "missing", None, detail, remedy)
    try:
        verify(path)
    except ModelError as error:
        return ModelStatus(language, "vosk", path.name, "damaged", path, error.message, remedy)
    return ModelStatus(language, "vosk", path.name, "ready", path)


def status(settings: Settings) -> list[ModelStatus]:
    """Every language's Vosk model, then the recogniser that is always there."""
    embedded = ModelStatus(
        "en", "pocketsphinx", "en-us", "ready", None, _("Comes with the product; hears less well.")
    )
    return [*(state_of(language, settings) for language in MODELS), embedded]
