"""Puts a call together: scenario, reader, ear, voice, journal and recording. No Flask."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.recordings.folders import JOURNAL
from app.recordings.journal import Journal
from app.recordings.writer import StereoWriter
from app.scenarios import messages
from app.scenarios.chat_call import ChatCall
from app.scenarios.conversation import Conversation
from app.scenarios.reading import Reader
from app.scenarios.schema import Scenario
from app.scenarios.voice_call import VoiceCall
from app.speech.cache import CachedSynthesizer
from app.speech.ear import Ear


class Page(Protocol):
    """Where messages and sound go: a socket's wire, or an automatic trainee in this process."""

    def send(self, message: messages.ServerMessage) -> None: ...

    def send_sound(self, line: int, pcm: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be played: which call, of which scenario, how."""

    call: str
    scenario: Scenario
    seed: int
    mode: str
    purpose: str
    folder: Path


@dataclass(frozen=True, slots=True)
class CustomerVoice:
    """The customer's voice: an engine and how it is to speak."""

    synthesizer: CachedSynthesizer
    name: str
    pace: int

    @classmethod
    def of(cls, scenario: Scenario, synthesizer: CachedSynthesizer) -> CustomerVoice:
        """The voice the scenario names for this engine."""
        voice = scenario.persona.voice
        name = voice.flite if synthesizer.name == "flite" else voice.pyttsx3
        return cls(synthesizer, name, voice.pace)

    def say(self, text: str) -> bytes:
        return self.synthesizer.say(text, voice=self.name, pace=self.pace)

    def render_ahead(self, lines: tuple[str, ...]) -> None:
        self.synthesizer.render_ahead(lines, voice=self.name, pace=self.pace)


@contextmanager
def voice_call(
    job: Job, page: Page, reader: Reader, ear: Ear, voice: CustomerVoice
) -> Iterator[VoiceCall]:
    """A call by voice; journal and recording are closed at the end of the block."""
    with _journal(job) as journal, StereoWriter(job.folder) as writer:
        yield VoiceCall(
            _conversation(job, page, reader, journal),
            ear,
            writer,
            speak=voice.say,
            render_ahead=voice.render_ahead,
            send=page.send,
            send_sound=page.send_sound,
            patience=job.scenario.persona.patience,
        )


@contextmanager
def chat_call(job: Job, page: Page, reader: Reader) -> Iterator[ChatCall]:
    """A call by chat; the journal is closed at the end of the block."""
    with _journal(job) as journal:
        talk = _conversation(job, page, reader, journal)
        yield ChatCall(talk, send=page.send, patience=job.scenario.persona.patience)


@contextmanager
def _journal(job: Job) -> Iterator[Journal]:
    job.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with Journal(job.folder / JOURNAL) as journal:
        journal.append(
            0.0,
            "started",
            call=job.call,
            scenario=job.scenario.id,
            version=job.scenario.version,
            seed=job.seed,
            mode=job.mode,
            purpose=job.purpose,
        )
        yield journal


def _conversation(job: Job, page: Page, reader: Reader, journal: Journal) -> Conversation:
    return Conversation(
        job.scenario,
        job.seed,
        practice=job.purpose == "practice",
        reader=reader,
        journal=journal,
        send=page.send,
    )
