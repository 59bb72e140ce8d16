"""What the speech tests share: a real model, real sentences in a real voice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.config import Settings
from app.speech.flite_engine import FliteSynthesizer
from app.speech.models import state_of
from app.speech.pyttsx3_engine import Pyttsx3Synthesizer
from app.speech.vosk_engine import VoskRecognizer


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture(scope="session")
def model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = state_of("en", Settings(data_dir=tmp_path_factory.mktemp("data")))
    assert found.path is not None, "type: callwright models install en"
    assert found.state == "ready", found.detail
    return found.path


@pytest.fixture(scope="session")
def vosk(model_path: Path) -> VoskRecognizer:
    return VoskRecognizer(model_path)


@pytest.fixture(scope="session")
def flite() -> FliteSynthesizer:
    return FliteSynthesizer()


@pytest.fixture
def pyttsx3() -> Iterator[Pyttsx3Synthesizer]:
    voice = Pyttsx3Synthesizer()
    yield voice
    voice.close()
