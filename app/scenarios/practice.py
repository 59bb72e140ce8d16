"""What practice is made of, in one place: scenarios, understanding, ears, voices, live calls.

``init_app`` puts one ``Practice`` into the application and starts nothing: what is
dear to make is made on first use, once, however many threads ask.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from flask import Flask, current_app

from app.config import Settings
from app.scenarios.library import Library
from app.scenarios.reading import Reader
from app.scenarios.registry import LiveCalls
from app.scenarios.schema import Scenario
from app.services import services
from app.speech import choose, silero_engine
from app.speech.cache import CachedSynthesizer
from app.speech.ports import Recognizer, VoiceActivity

if TYPE_CHECKING:
    from app.scenarios.understanding import ActReader

KEY = "callwright.practice"
ACTS = "acts"


@dataclass(frozen=True)
class Practice:
    settings: Settings
    _readers: dict[str, Reader] = field(default_factory=dict)

    @cached_property
    def library(self) -> Library:
        """The scenarios of this installation; broken ones are left out and reported."""
        return Library.load(self.settings.scenario_dir)

    @cached_property
    def understanding(self) -> ActReader:
        """The reader of acts, fitted from the bank or read from its cache."""
        # Here, because it is dear to import and no page needs it.
        from app.scenarios.training import load_reader

        cache = self.settings.data_dir / "understanding"
        return load_reader(self.settings.scenario_dir / ACTS, cache)

    def reader(self, scenario: Scenario) -> Reader:
        """The reader that also knows the scenario's own phrases."""
        if scenario.version not in self._readers:
            self._readers[scenario.version] = self.understanding.with_phrases(scenario.phrases)
        return self._readers[scenario.version]

    @property
    def recognizer(self) -> Recognizer:
        """Raises ``ModelError`` when there is none for the language."""
        return choose.recognizer(self.settings)

    @property
    def synthesizer(self) -> CachedSynthesizer:
        return choose.synthesizer(self.settings)

    def voice_activity(self) -> VoiceActivity:
        """A fresh detector, for one line."""
        return silero_engine.activity()

    @cached_property
    def live(self) -> LiveCalls:
        """The calls on the line in this process."""
        return LiveCalls(self.settings.max_calls)


def init_app(app: Flask) -> None:
    app.extensions[KEY] = Practice(services(app).settings)


def practice(app: Flask | None = None) -> Practice:
    """The ``Practice`` of ``app``, by default the one at work now."""
    found = (app or current_app).extensions[KEY]
    assert isinstance(found, Practice)
    return found
