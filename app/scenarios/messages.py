"""The voice protocol's messages, one dataclass each. The page is docs/voice-protocol.md.

Text frames are JSON objects with a ``type``; binary frames are a little-endian
uint32 and then PCM: upstream the frame's number (0, 1, 2…), downstream the
number of the line it belongs to.
"""

from __future__ import annotations

import json
import struct
import unicodedata
from dataclasses import MISSING, asdict, dataclass, field, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from app.errors import InvalidInput
from app.speech.ports import FRAME_BYTES, RATE

PROTOCOL = 1
MAX_TEXT_BYTES = 8_192
HEADER = struct.Struct("<I")


# ---- what the page (or the automatic trainee) sends -------------------------------------------


@dataclass(frozen=True, slots=True)
class Hello:
    """First message on the line, within five seconds."""

    protocol: int
    rate: int = RATE
    mode: Literal["voice", "chat"] = "voice"


@dataclass(frozen=True, slots=True)
class Button:
    """A button of the call page. ``pause``/``resume``/``help`` exist in practice only."""

    name: Literal[
        "hold",
        "unhold",
        "mute",
        "unmute",
        "pause",
        "resume",
        "help",
        "repeat",
        "hangup",
    ]


@dataclass(frozen=True, slots=True)
class Move:
    """Consult, transfer or escalate, to one of the targets the desk offers."""

    kind: Literal["consult", "transfer", "escalate"]
    target: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A chat line."""

    text: str


@dataclass(frozen=True, slots=True)
class Played:
    """The loudspeaker began line ``line`` when the microphone had taken ``sample`` samples."""

    line: int
    sample: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The loudspeaker came to the end of line ``line``, or was stopped there, at ``sample``."""

    line: int
    sample: int


ClientMessage = Hello | Button | Move | Typed | Played | Finished


# ---- what the server sends --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Welcome:
    """The line is open: from here on frames are heard. ``recognizer`` names who listens."""

    call: str
    mode: str
    practice: bool
    recognizer: str
    frame_samples: int
    buttons: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Line:
    """The customer speaks: her words; ``seconds`` of sound follow in binary frames (voice)."""

    line: int
    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop playing line ``line`` now: the trainee has taken the word."""

    line: int


@dataclass(frozen=True, slots=True)
class Partial:
    """The trainee's words so far; may still change. Empty text takes the bubble away."""

    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """The trainee's finished turn. ``acts`` (practice only) names what was understood."""

    text: str
    start: float
    end: float
    acts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the desk shows now: script lines of this state (practice) and possible moves."""

    state: str
    script: list[str] = field(default_factory=list)
    moves: list[dict[str, str]] = field(default_factory=list)
    on_hold: bool = False
    paused: bool = False
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Mood:
    """The customer's mood, -5 (furious) to 5 (delighted), and its word."""

    value: int
    word: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know that is not speech: a colleague's answer, a hint, a warning."""

    kind: Literal["tell", "help", "warning"]
    text: str


@dataclass(frozen=True, slots=True)
class Level:
    """Check before the call: loudness of the last half second in dBFS, and the noise floor."""

    speech_db: float
    noise_db: float
    verdict: Literal["quiet", "good", "loud", "noisy", "silent"]


@dataclass(frozen=True, slots=True)
class Checked:
    """Check before the call: what was heard of the sentence, and the share of words right."""

    sentence: str
    heard: str
    accuracy: float


@dataclass(frozen=True, slots=True)
class Failure:
    """Something is wrong; ``fatal`` closes the line. ``remedy`` says what to do."""

    code: str
    message: str
    remedy: str = ""
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over; ``next`` is the page for the after-call work."""

    ending: str
    title: str
    good: bool
    next: str


ServerMessage = (
    Welcome
    | Line
    | Stop
    | Partial
    | Said
    | Desk
    | Mood
    | Notice
    | Level
    | Checked
    | Failure
    | Ended
)

CLIENT_TYPES: dict[str, type[Any]] = {c.__name__.lower(): c for c in get_args(ClientMessage)}
SERVER_TYPES: dict[str, type[Any]] = {c.__name__.lower(): c for c in get_args(ServerMessage)}


def encode(message: ServerMessage | ClientMessage) -> str:
    """The message as a JSON text frame."""
    return json.dumps({"type": type(message).__name__.lower(), **asdict(message)})


def decode_client(text: str) -> ClientMessage:
    """A text frame from the page. Raises ``InvalidInput`` saying what is wrong with it."""
    message: ClientMessage = _decode(text, CLIENT_TYPES)
    return message


def decode_server(text: str) -> ServerMessage:
    """A text frame from the server, for the automatic trainee."""
    message: ServerMessage = _decode(text, SERVER_TYPES)
    return message


def pack_frame(number: int, pcm: bytes) -> bytes:
    return HEADER.pack(number) + pcm


def unpack_frame(data: bytes) -> tuple[int, bytes]:
    """A binary frame from the page: its number and exactly one frame of PCM."""
    if len(data) != HEADER.size + FRAME_BYTES:
        raise InvalidInput(
            f"an audio frame is {HEADER.size + FRAME_BYTES} bytes (a number and 512 samples), "
            f"got {len(data)}",
            field="frame",
        )
    return HEADER.unpack_from(data)[0], data[HEADER.size :]


def _decode(text: str, types: dict[str, type[Any]]) -> Any:
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise InvalidInput(f"a message is at most {MAX_TEXT_BYTES} bytes, got {len(text.encode())}")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInput("a text frame must be a JSON object, got something else") from None
    if not isinstance(body, dict):
        raise InvalidInput(f"a text frame must be a JSON object, got {type(body).__name__}")
    kind = body.pop("type", None)
    if not isinstance(kind, str) or kind not in types:
        raise InvalidInput(f"type must be one of {', '.join(types)}, got {kind!r}", field="type")
    return _build(types[kind], kind, body)


def _build(cls: type[Any], kind: str, body: dict[str, Any]) -> Any:
    hints = get_type_hints(cls)
    for f in fields(cls):
        if f.name not in body and f.default is MISSING and f.default_factory is MISSING:
            raise InvalidInput(f"{kind} needs {f.name}", field=f.name)
    for key, value in body.items():
        if key not in hints:
            raise InvalidInput(f"{kind} has no {key}", field=key)
        body[key] = _checked(hints[key], kind, key, value)
    return cls(**body)


def _checked(hint: Any, kind: str, key: str, value: Any) -> Any:
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            choices = ", ".join(get_args(hint))
            raise InvalidInput(f"{kind}.{key} must be one of {choices}, got {value!r}", field=key)
        return value
    wanted = get_origin(hint) or hint
    if wanted is float and type(value) is int:
        return float(value)
    if type(value) is not wanted:
        raise InvalidInput(
            f"{kind}.{key} must be {wanted.__name__}, got {type(value).__name__}",
            field=key,
        )
    if wanted is str and not _is_text(value):
        raise InvalidInput(f"{kind}.{key} must be text, got half or control characters", field=key)
    if wanted is int and not 0 <= value < 2**53 and key in ("line", "sample"):
        raise InvalidInput(f"{kind}.{key} must be zero or more, got {value}", field=key)
    return value


def _is_text(value: str) -> bool:
    """Whether it can be written down: JSON may carry lone surrogates and control characters."""
    return not any(
        unicodedata.category(char) in ("Cc", "Cs") and char not in "\t\n\r" for char in value
    )
