"""Which recogniser and which voice this installation has, and what it lacks.

Models and voices are dear: each is made once for the process, when first asked for.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from app.errors import ModelError
from app.speech import flite_engine, pyttsx3_engine
from app.speech.cache import CachedSynthesizer
from app.speech.flite_engine import FliteSynthesizer
from app.speech.models import state_of
from app.speech.pocketsphinx_engine import PocketsphinxRecognizer
from app.speech.ports import Recognizer, Synthesizer
from app.speech.pyttsx3_engine import Pyttsx3Synthesizer
from app.speech.vosk_engine import VoskRecognizer

if TYPE_CHECKING:
    from app.config import Settings

log = logging.getLogger(__name__)
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Missing:
    """Something this installation lacks. ``remedy`` is what to type or do.

    ``needed``: without it calls by voice are impossible, not only worse.
    """

    what: str
    remedy: str
    needed: bool = True


def recognizer(settings: Settings) -> Recognizer:
    """The recogniser of the settings; the model is read when its first ear is opened.

    ``auto`` is Vosk where its model is found whole, else (English only) pocketsphinx.
    Raises ``ModelError`` when there is none for the language.
    """
    if settings.recognizer == "pocketsphinx":
        return _embedded(settings.language)
    found = state_of(settings.language, settings)
    if found.state == "ready" and found.path is not None:
        return _vosk(found.path)
    if settings.recognizer == "auto" and settings.language == "en":
        return _instead(found.detail)
    raise ModelError(found.detail, remedy=found.remedy)


def synthesizer(settings: Settings) -> CachedSynthesizer:
    """The voice of the settings, with its cache on disk in front."""
    return _voice(settings.voice, settings.language, settings.data_dir / "voice-cache")


def missing(settings: Settings) -> list[Missing]:
    """What is lacking here and how to mend it; empty when all is well. Under a millisecond."""
    return [*_missing_ears(settings), *_missing_voice(settings)]


def _missing_ears(settings: Settings) -> list[Missing]:
    if settings.recognizer == "pocketsphinx" and settings.language == "en":
        return []
    found = state_of(settings.language, settings)
    if found.state == "ready":
        return []
    if settings.recognizer == "auto" and settings.language == "en":
        what = found.detail + " " + _("The embedded recogniser listens; it hears less well.")
        return [Missing(what, found.remedy, needed=False)]
    return [Missing(found.detail, found.remedy)]


def _missing_voice(settings: Settings) -> list[Missing]:
    if settings.voice == "flite":
        return [] if flite_engine.installed() else [_lacks("flite")]
    return [] if pyttsx3_engine.installed() else [_lacks("espeak-ng")]


def _lacks(package: str) -> Missing:
    what = _("The customer has no voice: %(package)s is not installed.", package=package)
    return Missing(what, f"apt-get install {package}")


def _embedded(language: str) -> Recognizer:
    if language != "en":
        raise ModelError(
            _("The embedded recogniser understands English only, got %(got)s.", got=language),
            remedy=_("Set CALLWRIGHT_RECOGNIZER to auto and install the model of the language."),
        )
    return PocketsphinxRecognizer()


@cache
def _instead(detail: str) -> Recognizer:
    """The embedded recogniser, with one warning that it is not the one wished for."""
    log.warning("%s Pocketsphinx listens instead.", detail)
    return _embedded("en")


def _vosk(path: Path) -> Recognizer:
    with _lock:
        return _vosk_once(path)


@cache
def _vosk_once(path: Path) -> Recognizer:
    return VoskRecognizer(path)


def _voice(name: str, language: str, folder: Path) -> CachedSynthesizer:
    with _lock:
        return _voice_once(name, language, folder)


@cache
def _voice_once(name: str, language: str, folder: Path) -> CachedSynthesizer:
    engine: Synthesizer = FliteSynthesizer() if name == "flite" else Pyttsx3Synthesizer(language)
    # The default voice ("") is another one in another language, so each has its folder.
    return CachedSynthesizer(engine, folder / language)
