"""What a file is, by its first bytes alone: neither its name nor a browser is believed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _

from app.recordings.upload_error import Refusal, UploadError


class Container(StrEnum):
    """The kinds of files that are taken."""

    WAV = "WAV"
    FLAC = "FLAC"
    OGG = "OGG"
    MP3 = "MP3"


@dataclass(frozen=True, slots=True)
class Found:
    """A kind of file, and the byte at which it begins (behind tags)."""

    container: Container
    start: int


HEAD_BYTES = 512
_OGG_CODECS = {b"\x01vorbis": "Vorbis", b"OpusHead": "Opus"}
_KNOWN = (
    (0, b"\x7fELF", "ELF"),
    (0, b"\x89PNG", "PNG"),
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"GIF8", "GIF"),
    (0, b"%PDF", "PDF"),
    (0, b"PK\x03\x04", "ZIP"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"MZ", "EXE"),
    (0, b"#!AMR", "AMR"),
    (0, b".snd", "AU"),
    (0, b"caff", "CAF"),
    (0, b"FORM", "AIFF"),
    (0, b"RIFX", "RIFX"),
    (0, b"riff", "Wave64"),
    (0, b"OggS", "OGG (Speex, FLAC, Theora…)"),
    (0, b"\x30\x26\xb2\x75", "WMA"),
    (0, b"\x1aE\xdf\xa3", "Matroska / WebM"),
    (4, b"ftyp", "MP4 / M4A"),
    (8, b"AVI ", "AVI"),
    (0, b"RIFF", "RIFF"),
)
_NOT_SOUND = {"ELF", "PNG", "JPEG", "GIF", "PDF", "ZIP", "gzip", "EXE"}


def find(fd: int) -> Found:
    """The kind of the open file ``fd``, whose position stays where it is.

    Raises ``UploadError`` that names what was found and what is taken.
    """
    start = _after_tags(fd)
    head = os.pread(fd, HEAD_BYTES, start)
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return Found(Container.WAV, start)
    if head[:4] == b"fLaC":
        return Found(Container.FLAC, start)
    if head[:4] == b"OggS" and _ogg_codec(head):
        return Found(Container.OGG, start)
    if _is_mp3(fd, start):
        return Found(Container.MP3, start)
    raise _refused(head)


def _after_tags(fd: int) -> int:
    """Where sound begins: behind ID3v2 tags, which MP3 (and some FLAC) files open with."""
    start = 0
    for _times in range(4):
        tag = os.pread(fd, 10, start)
        if len(tag) < 10 or tag[:3] != b"ID3" or max(tag[6:10]) > 127:
            break
        size = 0
        for seven_bits in tag[6:10]:
            size = size << 7 | seven_bits
        start += 10 + size + (10 if tag[5] & 0x10 else 0)
    return start


def _ogg_codec(page: bytes) -> str | None:
    """The codec of the first packet of an OGG page, if it is one that is taken."""
    if len(page) < 27:
        return None
    packet = page[27 + page[26] :]
    return next((name for mark, name in _OGG_CODECS.items() if packet.startswith(mark)), None)


_KBITS = {  # by (MPEG 1?), layer III
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def _is_mp3(fd: int, start: int) -> bool:
    """Whether a frame of layer III begins here, and another (or the end) where it ends."""
    length = _frame_length(os.pread(fd, 4, start))
    if not length:
        return False
    following = os.pread(fd, 4, start + length)
    return len(following) < 4 or _frame_length(following) > 0 or following[:3] == b"TAG"


def _frame_length(head: bytes) -> int:
    """Bytes of the MPEG layer III frame with this header; 0 when it is none (ISO 11172-3)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, bits, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or bits in (0, 15) or rate == 3:
        return 0
    kbits = _KBITS[version == 3][bits]
    per_frame = 144_000 if version == 3 else 72_000
    return per_frame * kbits // _RATES[version][rate] + (head[2] >> 1 & 1)


def _refused(head: bytes) -> UploadError:
    accepted = _("Upload WAV, FLAC, OGG (Vorbis or Opus) or MP3.")
    if not head:
        return UploadError(Refusal.NOT_AUDIO, _("The file is empty.") + " " + accepted)
    name = next((name for at, mark, name in _KNOWN if head[at:].startswith(mark)), None)
    if name is None and _is_text(head):
        return UploadError(
            Refusal.NOT_AUDIO, _("This is a text file, not a recording.") + " " + accepted
        )
    if name is None:
        return UploadError(
            Refusal.NOT_AUDIO, _("This is no kind of recording known here.") + " " + accepted
        )
    if name in _NOT_SOUND:
        found = _("This is a file of type %(name)s, not a recording.", name=name)
        return UploadError(Refusal.NOT_AUDIO, found + " " + accepted)
    found = _("Files of type %(name)s cannot be read here.", name=name)
    return UploadError(Refusal.UNSUPPORTED, found + " " + accepted)


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return False
        text = head[: error.start].decode("utf-8")
    return all(letter.isprintable() or letter in "\r\n\t\f\ufeff" for letter in text)
