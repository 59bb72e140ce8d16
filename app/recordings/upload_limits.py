"""What an uploaded recording may be at most, and what is said when it is more."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask_babel import gettext as _

from app.recordings.decoding import Bounds, Head
from app.recordings.sniff import Container
from app.recordings.upload_error import Refusal, UploadError

_FORMATS = {
    Container.WAV: {"WAV", "WAVEX", "RF64"},
    Container.FLAC: {"FLAC"},
    Container.OGG: {"OGG"},
    Container.MP3: {"MP3"},
}
_SUBTYPES = frozenset(
    "PCM_S8 PCM_U8 PCM_16 PCM_24 PCM_32 FLOAT DOUBLE ULAW ALAW IMA_ADPCM MS_ADPCM GSM610 "
    "VORBIS OPUS MPEG_LAYER_III".split()
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What an upload may be at most, and what reading it may use."""

    bytes: int = 512 << 20
    seconds: float = 2 * 60 * 60
    least_rate: int = 8_000
    most_rate: int = 192_000
    channels: int = 2
    bounds: Bounds = field(default_factory=Bounds)


LIMITS = Limits()


def check_size(size: int, limits: Limits) -> None:
    """Raise ``UploadError`` for a file of too many bytes."""
    if size > limits.bytes:
        raise UploadError(
            Refusal.TOO_LARGE,
            _(
                "The file has %(size)s MB; at most %(most)s MB are taken.",
                size=-(-size // (1 << 20)),
                most=limits.bytes >> 20,
            ),
        )


def check_head(head: Head, container: Container, limits: Limits) -> None:
    """Raise ``UploadError`` for what a file says of itself, if that is not taken."""
    if head.format not in _FORMATS[container] or head.subtype not in _SUBTYPES:
        raise UploadError(
            Refusal.UNSUPPORTED,
            _("The sound in this file is packed in a way that cannot be read here."),
        )
    if not 1 <= head.channels <= limits.channels:
        raise UploadError(
            Refusal.UNSUPPORTED,
            _(
                "The file has %(n)s channels; one, or two with a speaker each, are taken.",
                n=head.channels,
            ),
        )
    if not limits.least_rate <= head.rate <= limits.most_rate:
        raise UploadError(
            Refusal.UNSUPPORTED,
            _(
                "The file has %(n)s samples a second; %(least)s to %(most)s are taken.",
                n=head.rate,
                least=limits.least_rate,
                most=limits.most_rate,
            ),
        )


def too_long(limits: Limits) -> UploadError:
    """The refusal of a recording that goes on beyond the limit."""
    minutes = round(limits.seconds / 60)
    return UploadError(
        Refusal.TOO_LONG,
        _("The recording is longer than %(n)s minutes, the most that is taken.", n=minutes),
    )
