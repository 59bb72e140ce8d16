"""What was heard in an uploaded recording, as a file beside its sound: ``transcript.json``.

Who speaks is kept as the channel; which channel is the agent's is a fact of the
recording that may be mended later, so speakers are named when it is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from app.errors import StorageError
from app.recordings.durable import replace_with, storage_error
from app.recordings.folders import PART
from app.recordings.timeline import Speaker, Timeline, Utterance, Word

TRANSCRIPT = "transcript.json"
UNFINISHED = "transcript.unfinished.json"
"""What was heard so far, while the rest is still listened to."""

Channel = Literal["left", "right", "both"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words on one channel without a pause between them; seconds from the recording's start."""

    channel: Channel
    words: tuple[Word, ...]

    @property
    def start(self) -> float:
        return self.words[0].start

    @property
    def end(self) -> float:
        return max(word.end for word in self.words)


@dataclass(frozen=True, slots=True)
class Transcript:
    """All that was heard, in order of time. ``seconds`` is how much sound was listened to."""

    recognizer: str
    seconds: float
    stretches: tuple[Stretch, ...] = ()

    def timeline(self, agent_channel: str) -> Timeline:
        """With the agent on ``agent_channel`` as "trainee"; "unknown" where both share one."""
        said = tuple(
            Utterance(
                speaker=_speaker(each.channel, agent_channel),
                start=each.start,
                end=each.end,
                text=" ".join(word.text for word in each.words),
                words=each.words,
            )
            for each in sorted(self.stretches, key=lambda each: (each.start, each.channel))
        )
        return Timeline(said, (), self.seconds)


def _speaker(channel: Channel, agent_channel: str) -> Speaker:
    if channel == "both" or not agent_channel:
        return "unknown"
    return "trainee" if channel == agent_channel else "customer"


def write(path: Path, transcript: Transcript) -> None:
    """Replace the file at ``path``, at once and for good. Raises ``StorageError``."""
    part = path.with_name(path.name + PART)
    body = {
        "version": 1,
        "recognizer": transcript.recognizer,
        "seconds": transcript.seconds,
        "stretches": [_plain(each) for each in transcript.stretches],
    }
    try:
        part.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
        replace_with(part, path)
    except OSError as error:
        raise storage_error(path, error) from error


def read(path: Path) -> Transcript:
    """Raises ``StorageError`` for a file that is missing or damaged."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        stretches = tuple(_stretches(body["stretches"]))
        return Transcript(str(body["recognizer"]), float(body["seconds"]), stretches)
    except OSError as error:
        raise storage_error(path, error) from error
    except (ValueError, TypeError, KeyError) as error:
        raise StorageError(f"{path.name} is damaged: {error}") from error


def _plain(stretch: Stretch) -> dict[str, Any]:
    words = [[w.text, w.start, w.end, round(w.confidence, 3)] for w in stretch.words]
    return {"channel": stretch.channel, "words": words}


def _stretches(rows: Iterable[dict[str, Any]]) -> Iterable[Stretch]:
    for row in rows:
        words = tuple(Word(str(t), float(s), float(e), float(c)) for t, s, e, c in row["words"])
        if row["channel"] not in ("left", "right", "both") or not words:
            raise ValueError("a stretch has a channel and words")
        yield Stretch(row["channel"], words)
