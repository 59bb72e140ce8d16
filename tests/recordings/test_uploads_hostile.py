"""Files made to break a decoder, and decoders that break: one refusal, and nothing left behind."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from app.errors import StorageError
from app.recordings.decoder import Decoder
from app.recordings.decoding import Bounds
from app.recordings.upload_error import Refusal, UploadError
from app.recordings.upload_limits import Limits
from app.recordings.uploads import Uploaded, take_in
from tests.recordings.uploads import made, speech, two_speakers

TIGHT = Limits(seconds=60, bounds=Bounds(memory=256 << 20, cpu_seconds=2, wall_seconds=5.0))


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder() as warm:
        yield warm


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    into = tmp_path / "recording"
    into.mkdir()
    return into


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Less than a second of speech in every kind of file."""
    at = tmp_path_factory.mktemp("bases")
    one, two = speech()[:12_000], two_speakers()[26_000:38_000]
    kinds = {
        "wav": (one, 16_000, "WAV", "PCM_16"),
        "wav24": (two, 16_000, "WAVEX", "PCM_24"),
        "float": (two, 8_000, "WAV", "FLOAT"),
        "adpcm": (one, 8_000, "WAV", "MS_ADPCM"),
        "flac": (two, 16_000, "FLAC", "PCM_16"),
        "mp3": (one, 16_000, "MP3", "MPEG_LAYER_III"),
        "vorbis": (two, 16_000, "OGG", "VORBIS"),
        "opus": (one, 16_000, "OGG", "OPUS"),
    }
    return {name: made(at / name, *kind).read_bytes() for name, kind in kinds.items()}


def mutated(base: bytes, others: list[bytes], chance: random.Random) -> Iterator[bytes]:
    """Forty-eight files that were this one."""
    size = len(base)
    for _time in range(10):
        yield base[: chance.randrange(size)]
    for reach, flips in ((64, 1), (64, 4), (size, 1), (size, 30)):
        for _time in range(5):
            bad = bytearray(base)
            for _flip in range(flips):
                bad[chance.randrange(reach)] ^= 1 << chance.randrange(8)
            yield bytes(bad)
    for word in (b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x00"):
        for _time in range(4):
            at = chance.randrange(4, 60)
            yield base[:at] + word + base[at + 4 :]
    other = chance.choice(others)
    cut = chance.randrange(size)
    yield base + other
    yield base[:60] + other[60:]
    yield other[:60] + base[60:]
    yield base[:cut] + other + base[cut:]
    yield base[cut:]
    yield base + bytes(chance.randbytes(5_000))


def plausible_or_refused(data: bytes, folder: Path, decoder: Decoder) -> str:
    """Take ``data`` in; what came of it in a word. Fails for anything but a recording or a no."""
    source = folder.parent / "upload"
    source.write_bytes(data)
    for path in folder.iterdir():
        path.unlink()
    began = time.monotonic()
    try:
        taken = take_in(source, folder, limits=TIGHT, decoder=decoder)
    except UploadError as refused:
        assert not list(folder.iterdir())
        return refused.kind
    finally:
        assert time.monotonic() - began < TIGHT.bounds.wall_seconds + 2
        assert source.read_bytes() == data
    assert len(list(folder.iterdir())) == 2
    info = soundfile.info(taken.path)
    assert (info.samplerate, info.channels) == (16_000, taken.channels)
    assert 0 < taken.seconds <= TIGHT.seconds
    return "taken"


@pytest.mark.parametrize(
    "name", ["wav", "wav24", "float", "adpcm", "flac", "mp3", "vorbis", "opus"]
)
def test_mutated_files(name: str, bases: dict[str, bytes], folder: Path, decoder: Decoder) -> None:
    chance = random.Random(f"mutants of {name}")
    assert plausible_or_refused(bases[name], folder, decoder) == "taken"
    others = [base for other, base in bases.items() if other != name]
    outcomes = [
        plausible_or_refused(data, folder, decoder) for data in mutated(bases[name], others, chance)
    ]
    assert len(outcomes) == 48
    assert len(set(outcomes)) > 1
    assert Refusal.TIMED_OUT not in outcomes


def riff(*chunks: tuple[bytes, int, bytes]) -> bytes:
    body = b"".join(name + size.to_bytes(4, "little") + data for name, size, data in chunks)
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WAVE" + body


def fmt(tag: int = 1, channels: int = 1, rate: int = 16_000, bits: int = 16) -> tuple:
    width = channels * bits // 8
    fields = (
        (tag, 2),
        (channels, 2),
        (rate, 4),
        (rate * width & 0xFFFFFFFF, 4),
        (width & 0xFFFF, 2),
    )
    body = b"".join(value.to_bytes(size, "little") for value, size in (*fields, (bits, 2)))
    return (b"fmt ", 16, body)


SOUND = (np.sin(np.arange(8_000) / 5) * 9_000).astype("<i2").tobytes()
NESTED = riff(fmt(), (b"LIST", 60_000, riff(fmt(), (b"LIST", 1 << 31, riff()))))
NOT_SOUND = {
    "empty": b"",
    "text": "Grüß Gott, it's a text.\r\n".encode() * 99,
    "one letter": b"a",
    "zeros": bytes(5_000),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(900),
    "elf": b"\x7fELF\x02\x01\x01" + bytes(900),
    "zip": b"PK\x03\x04" + bytes(900),
}
UNREADABLE = {
    "m4a": b"\x00\x00\x00\x20ftypM4A " + bytes(900),
    "aiff": b"FORM\x00\x00\x10\x00AIFFCOMM" + bytes(900),
    "avi": b"RIFF\x00\x10\x00\x00AVI LIST" + bytes(900),
    "theora": b"OggS\x00\x02" + bytes(20) + b"\x01\x2a\x80theora" + bytes(900),
    "riff alone": b"RIFF",
}
BROKEN = {
    "wave alone": b"RIFF\xff\xff\xff\xffWAVE",
    "zero rate": riff(fmt(rate=0), (b"data", len(SOUND), SOUND)),
    "huge rate": riff(fmt(rate=0xFFFFFFFF), (b"data", len(SOUND), SOUND)),
    "no channels": riff(fmt(channels=0), (b"data", len(SOUND), SOUND)),
    "65535 channels": riff(fmt(channels=65_535), (b"data", len(SOUND), SOUND)),
    "no bits": riff(fmt(bits=0), (b"data", len(SOUND), SOUND)),
    "unknown codec": riff(fmt(tag=0x1234), (b"data", len(SOUND), SOUND)),
    "no format": riff((b"data", len(SOUND), SOUND)),
    "nested": NESTED,
    "flac alone": b"fLaC" + bytes(4_000),
    "flac of blocks": b"fLaC" + b"\x04\xff\xff\xff" * 1_000,
    "ogg alone": b"OggS\x00\x02" + bytes(20) + b"\x01\x1e\x01vorbis" + b"\xff" * 4_000,
    "tag of nothing": b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + bytes(4_000),
}


@pytest.mark.parametrize("name", NOT_SOUND)
def test_what_is_no_sound(name: str, folder: Path, decoder: Decoder) -> None:
    assert plausible_or_refused(NOT_SOUND[name], folder, decoder) == Refusal.NOT_AUDIO


@pytest.mark.parametrize("name", UNREADABLE)
def test_other_kinds_of_sound(name: str, folder: Path, decoder: Decoder) -> None:
    assert plausible_or_refused(UNREADABLE[name], folder, decoder) == Refusal.UNSUPPORTED


@pytest.mark.parametrize("name", BROKEN)
def test_what_only_claims_to_be_sound(name: str, folder: Path, decoder: Decoder) -> None:
    assert plausible_or_refused(BROKEN[name], folder, decoder) != "taken"


def test_the_refusal_names_what_was_found_and_what_is_taken(tmp_path: Path) -> None:
    source = tmp_path / "call.wav"
    source.write_bytes(NOT_SOUND["png"])
    with pytest.raises(UploadError, match=r"PNG.*WAV, FLAC, OGG \(Vorbis or Opus\) or MP3"):
        take_in(source, tmp_path)


def test_a_huge_announced_length_is_not_believed(folder: Path, decoder: Decoder) -> None:
    endless = riff(fmt(), (b"data", 0xFFFFFFF0, SOUND))
    assert plausible_or_refused(endless, folder, decoder) in ("taken", Refusal.DAMAGED)
    for path in folder.glob("call.flac"):
        assert soundfile.info(path).duration == 0.5


def bomb(path: Path, minutes: int) -> Path:
    """A FLAC of some kilobytes whose sound is a steady tone of ``minutes``."""
    block = np.full(480_000, 12_000, np.int16)
    with soundfile.SoundFile(path, "w", 8_000, 1, format="FLAC", subtype="PCM_16") as out:
        for _minute in range(minutes):
            out.write(block)
    return path


def test_a_flac_bomb_is_stopped_by_what_came_not_by_what_it_announces(
    tmp_path: Path, folder: Path, decoder: Decoder
) -> None:
    honest = bomb(tmp_path / "bomb", 60).read_bytes()
    assert len(honest) < 400_000
    assert plausible_or_refused(honest, folder, decoder) == Refusal.TOO_LONG
    for announced in (0, 8_000, (1 << 36) - 1):
        lying = bytearray(honest)
        lying[21] = lying[21] & 0xF0 | announced >> 32
        lying[22:26] = (announced & 0xFFFFFFFF).to_bytes(4, "big")
        assert plausible_or_refused(bytes(lying), folder, decoder) in (
            Refusal.TOO_LONG,
            Refusal.DAMAGED,
            "taken",
        )
        for path in folder.glob("call.flac"):
            assert soundfile.info(path).duration <= TIGHT.seconds


def test_a_flac_that_ends_early_is_damaged(
    bases: dict[str, bytes], tmp_path: Path, folder: Path, decoder: Decoder
) -> None:
    whole = made(tmp_path / "whole", np.tile(speech(), 3), 16_000, "FLAC", "PCM_16").read_bytes()
    assert plausible_or_refused(whole[: len(whole) // 2], folder, decoder) == Refusal.DAMAGED


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda at: at.symlink_to("/etc/passwd")])
def test_only_plain_files(make: Callable[[Path], None], tmp_path: Path, folder: Path) -> None:
    make(tmp_path / "upload")
    with pytest.raises(StorageError):
        take_in(tmp_path / "upload", folder)
    assert not list(folder.iterdir())


def descendants(of: int) -> list[int]:
    listed = Path(f"/proc/{of}/task/{of}/children").read_text().split()
    return [pid for child in map(int, listed) for pid in (child, *descendants(child))]


def decoding_pid(decoder: Decoder) -> int:
    assert decoder._process is not None
    (pid,) = descendants(decoder._process.pid)
    return pid


class InTheMiddle:
    """Progress that does something once, when a part is done."""

    def __init__(self, action: Callable[[], None]) -> None:
        self.action: Callable[[], None] | None = action

    def __call__(self, share: float) -> None:
        if share > 0.3 and self.action:
            action, self.action = self.action, None
            action()


@pytest.fixture
def long_call(tmp_path: Path) -> Path:
    return made(tmp_path / "upload", np.tile(two_speakers(), (10, 1)), 16_000, "WAV", "PCM_16")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (signal.SIGKILL, Refusal.DIED),
        (signal.SIGSEGV, Refusal.DIED),
        (signal.SIGXCPU, Refusal.TIMED_OUT),
        (signal.SIGSTOP, Refusal.TIMED_OUT),
    ],
)
def test_a_decoder_that_ends_or_hangs_in_the_middle(
    number: int, kind: Refusal, long_call: Path, folder: Path, decoder: Decoder
) -> None:
    hit = InTheMiddle(lambda: os.kill(decoding_pid(decoder), number))
    limits = Limits(bounds=Bounds(wall_seconds=1.0))
    with pytest.raises(UploadError) as refused:
        take_in(long_call, folder, limits=limits, progress=hit, decoder=decoder)
    assert refused.value.kind is kind
    assert not list(folder.iterdir())
    assert isinstance(take_in(long_call, folder, decoder=decoder), Uploaded)


def test_the_warm_process_itself_is_killed(long_call: Path, folder: Path) -> None:
    with Decoder() as decoder:
        take_in(long_call, folder, decoder=decoder)
        assert decoder._process is not None
        decoder._process.kill()
        decoder._process.wait()
        taken = take_in(long_call, folder, decoder=decoder)
        hit = InTheMiddle(lambda: os.kill(decoder._process.pid, signal.SIGKILL))
        assert take_in(long_call, folder, progress=hit, decoder=decoder) == taken
        assert take_in(long_call, folder, decoder=decoder) == taken


def test_the_end_of_a_short_file_may_be_told_with_its_beginning(
    bases: dict[str, bytes], folder: Path, decoder: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    plausible_or_refused(bases["adpcm"][:3_000], folder, decoder)
    warm = decoder._process
    send = socket.send_fds

    def late(*request: Any) -> None:
        send(*request)
        time.sleep(0.2)

    monkeypatch.setattr(socket, "send_fds", late)
    assert plausible_or_refused(bases["adpcm"][:3_000], folder, decoder) == "taken"
    assert decoder._process is warm


def test_too_little_memory_is_a_refusal(long_call: Path, folder: Path, decoder: Decoder) -> None:
    limits = Limits(bounds=Bounds(memory=1 << 20))
    with pytest.raises(UploadError) as refused:
        take_in(long_call, folder, limits=limits, decoder=decoder)
    assert refused.value.kind is Refusal.DIED


KILLED_SERVER = """
import os, sys
from pathlib import Path
from app.recordings.decoder import Decoder
from app.recordings.uploads import take_in

def die(share):
    if share > 0.3:
        print(decoder._process.pid, flush=True)
        os.kill(os.getpid(), 9)

decoder = Decoder()
take_in(Path(sys.argv[1]), Path(sys.argv[2]), progress=die, decoder=decoder)
"""


def test_no_decoder_outlives_its_server(long_call: Path, folder: Path, decoder: Decoder) -> None:
    command = [sys.executable, "-c", KILLED_SERVER, str(long_call), str(folder)]
    dead = subprocess.run(command, capture_output=True, text=True, check=False)
    assert dead.returncode == -signal.SIGKILL
    warm = Path("/proc") / dead.stdout.strip()
    until = time.monotonic() + 5
    while warm.exists() and "Z" not in (warm / "stat").read_text().split()[2]:
        assert time.monotonic() < until
        time.sleep(0.02)
    assert not (folder / "call.flac").exists()
    take_in(long_call, folder, decoder=decoder)
    assert sorted(os.listdir(folder)) == ["call.flac", "peaks.json"]


class Cancelled(BaseException):
    pass


@pytest.mark.parametrize("share", [0.0, 0.04, 0.3, 0.8, 0.92, 0.98])
def test_cancelled_anywhere_nothing_is_left(
    share: float, long_call: Path, folder: Path, decoder: Decoder
) -> None:
    def cancel(done: float) -> None:
        if done >= share:
            raise Cancelled

    open_before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(Cancelled):
        take_in(long_call, folder, progress=cancel, decoder=decoder)
    assert not list(folder.iterdir())
    take_in(long_call, folder, decoder=decoder)
    assert decoder._process is not None
    assert not descendants(decoder._process.pid)
    assert abs(len(os.listdir("/proc/self/fd")) - open_before) <= 2


def test_the_decoder_can_do_nothing_else(long_call: Path, folder: Path, decoder: Decoder) -> None:
    seen: dict[str, str] = {}

    def look() -> None:
        at = Path(f"/proc/{decoding_pid(decoder)}")
        seen["limits"] = " ".join((at / "limits").read_text().split())
        seen["open"] = " ".join(sorted(os.readlink(fd) for fd in (at / "fd").iterdir()))
        seen["environment"] = (at / "environ").read_text()

    os.environ["A_SECRET_OF_THE_TESTS"] = "swordfish"
    with Decoder() as decoder:
        take_in(long_call, folder, progress=InTheMiddle(look), decoder=decoder)
    del os.environ["A_SECRET_OF_THE_TESTS"]
    for limit in (
        "Max open files 0 0",
        "Max file size 0 0",
        "Max core file size 0 0",
        f"Max address space {512 << 20} {512 << 20}",
        "Max cpu time 300 301",
    ):
        assert limit in seen["limits"]
    source, pipe = seen["open"].split()
    assert (source, pipe.partition(":")[0]) == (str(long_call), "pipe")
    assert "swordfish" not in seen["environment"]
