"""Good files of every kind become recordings of the product's own kind."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.recordings.decoder import Decoder
from app.recordings.sniff import Container
from app.recordings.upload_error import Refusal, UploadError
from app.recordings.upload_limits import Limits
from app.recordings.uploads import Uploaded, take_in
from tests.recordings.uploads import loudness, made, speech, two_speakers


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder() as warm:
        yield warm


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    into = tmp_path / "recording"
    into.mkdir()
    return into


def check(taken: Uploaded, folder: Path, seconds: float, channels: int) -> np.ndarray:
    """What holds for every recording taken in; its samples, one column a channel."""
    assert sorted(path.name for path in folder.iterdir()) == ["call.flac", "peaks.json"]
    info = soundfile.info(taken.path)
    assert (info.format, info.subtype, info.samplerate) == ("FLAC", "PCM_16", 16_000)
    assert info.channels == taken.channels == channels
    assert taken.seconds == info.frames / 16_000 == pytest.approx(seconds, abs=0.12)
    assert taken.sha256 == hashlib.sha256(taken.path.read_bytes()).hexdigest()
    peaks = json.loads(taken.peaks.read_text())
    assert (peaks["rate"], len(peaks["channels"])) == (20, channels)
    assert peaks["seconds"] == pytest.approx(taken.seconds, abs=0.001)
    return soundfile.read(taken.path, always_2d=True)[0]


KINDS = [
    *(
        ("WAV", subtype, rate)
        for rate in (8_000, 16_000, 44_100, 48_000)
        for subtype in ("PCM_U8", "PCM_16", "PCM_24", "FLOAT")
    ),
    ("WAV", "ULAW", 8_000),
    ("WAV", "ALAW", 8_000),
    ("WAVEX", "PCM_16", 22_050),
    ("FLAC", "PCM_16", 44_100),
    ("FLAC", "PCM_24", 96_000),
    ("MP3", "MPEG_LAYER_III", 44_100),
    ("MP3", "MPEG_LAYER_III", 16_000),
    ("OGG", "VORBIS", 44_100),
    ("OGG", "OPUS", 48_000),
]


@pytest.mark.parametrize(("kind", "subtype", "rate"), KINDS)
def test_two_speakers_stay_apart(
    kind: str, subtype: str, rate: int, tmp_path: Path, folder: Path, decoder: Decoder
) -> None:
    source = made(tmp_path / "any name.exe", two_speakers(rate), rate, kind, subtype)
    taken = take_in(source, folder, decoder=decoder)
    got = check(taken, folder, 4.0, 2)
    assert taken.container == Container(kind.removesuffix("EX"))
    assert taken.original.rate == rate
    assert taken.original_sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    left, right = loudness(got[:, 0]), loudness(got[:, 1])
    assert left[:18].max() > 10 * left[22:].max()
    assert right[22:].max() > 10 * right[:18].max()
    expected = loudness(two_speakers()[:, 0])
    n = min(len(left), len(expected))
    assert np.corrcoef(left[:n], expected[:n])[0, 1] > 0.9


@pytest.mark.parametrize(
    ("kind", "subtype", "rate"),
    [
        ("WAV", "PCM_16", 8_000),
        ("FLAC", "PCM_16", 16_000),
        ("MP3", "MPEG_LAYER_III", 44_100),
        ("OGG", "VORBIS", 48_000),
        ("OGG", "OPUS", 16_000),
    ],
)
@pytest.mark.parametrize("twice", [False, True], ids=["mono", "both channels the same"])
def test_one_voice_is_one_channel(
    twice: bool,
    kind: str,
    subtype: str,
    rate: int,
    tmp_path: Path,
    folder: Path,
    decoder: Decoder,
) -> None:
    voice = speech(rate)[: 3 * rate]
    samples = np.stack([voice, voice], axis=1) if twice else voice
    source = made(tmp_path / "upload", samples, rate, kind, subtype)
    taken = take_in(source, folder, decoder=decoder)
    got = check(taken, folder, len(voice) / rate, 1)
    assert taken.original.channels == 1 + twice
    heard, said = loudness(got[:, 0]), loudness(speech()[: 3 * 16_000])
    n = min(len(heard), len(said))
    assert np.corrcoef(heard[:n], said[:n])[0, 1] > 0.95


def test_sixteen_bits_at_16_khz_stay_as_they_are(tmp_path: Path, folder: Path) -> None:
    source = made(tmp_path / "upload", two_speakers(), 16_000, "WAV", "PCM_16")
    taken = take_in(source, folder)
    before, after = soundfile.read(source, dtype="int16"), soundfile.read(taken.path, dtype="int16")
    assert np.array_equal(before[0], after[0])


def test_one_short_word_on_the_other_channel_makes_two(
    tmp_path: Path, folder: Path, decoder: Decoder
) -> None:
    voice = np.tile(speech()[:32_000], 20)
    samples = np.stack([voice, voice], axis=1)
    samples[300_000:305_000, 1] = 0
    source = made(tmp_path / "upload", samples, 16_000, "WAV", "PCM_16")
    assert take_in(source, folder, decoder=decoder).channels == 2


def test_loud_floats_are_clipped_and_no_numbers_are_silence(
    tmp_path: Path, folder: Path, decoder: Decoder
) -> None:
    samples = speech()[:16_000].astype(np.float32)
    samples[:4] = [np.nan, np.inf, -np.inf, 7.5]
    samples.view(np.uint32)[4] = 0x7F80_0001  # a signalling NaN
    source = made(tmp_path / "upload", samples, 16_000, "WAV", "FLOAT")
    got = check(take_in(source, folder, decoder=decoder), folder, 1.0, 1)
    assert np.allclose(got[:5, 0], [0, 1, -1, 1, 0], atol=1e-4)


@pytest.mark.parametrize(
    ("kind", "subtype"), [("MP3", "MPEG_LAYER_III"), ("FLAC", "PCM_16"), ("WAV", "PCM_16")]
)
def test_tags_before_the_sound_do_not_matter(
    kind: str, subtype: str, tmp_path: Path, folder: Path, decoder: Decoder
) -> None:
    plain = made(tmp_path / "plain", speech()[:32_000], 16_000, kind, subtype)
    picture = b"\x89PNG" * 50_000
    size = bytes(len(picture) >> 7 * place & 127 for place in (3, 2, 1, 0))
    source = tmp_path / "tagged"
    source.write_bytes(b"ID3\x04\x00\x00" + size + picture + plain.read_bytes())
    taken = take_in(source, folder, decoder=decoder)
    check(taken, folder, 2.0, 1)
    assert taken.container == kind


@pytest.mark.parametrize("loud_first", [False, True])
def test_an_mp3_that_does_not_tell_its_length_is_heard_to_its_end(
    loud_first: bool, tmp_path: Path, folder: Path, decoder: Decoder
) -> None:
    """Its length, guessed from the bit rate of its beginning, would be half or twice the real."""
    noise = np.random.default_rng(5).uniform(-0.9, 0.9, 160_000)
    samples = np.r_[noise, noise / 9_000][:: 1 if loud_first else -1]
    told = tmp_path / "told"
    with soundfile.SoundFile(
        told, "w", 16_000, 1, "MPEG_LAYER_III", format="MP3", bitrate_mode="VARIABLE"
    ) as out:
        out.write(samples)
    data = told.read_bytes()
    second_frame = data.index(data[:2], 4)
    assert b"Xing" in data[:second_frame]
    source = tmp_path / "untold"
    source.write_bytes(data[second_frame:])
    taken = take_in(source, folder, decoder=decoder)
    check(taken, folder, 20.0, 1)
    assert taken.original.frames == 0


def test_progress_goes_from_nothing_to_nearly_all_and_never_back(
    tmp_path: Path, folder: Path, decoder: Decoder
) -> None:
    source = made(tmp_path / "upload", np.tile(speech(), 4), 16_000, "OGG", "VORBIS")
    shares: list[float] = []
    take_in(source, folder, progress=shares.append, decoder=decoder)
    assert shares == sorted(shares)
    assert 0 <= shares[0] < 0.1
    assert len({round(share, 1) for share in shares}) >= 8
    assert 0.95 < shares[-1] <= 1


def test_a_second_time_replaces_what_a_killed_one_left(
    tmp_path: Path, folder: Path, decoder: Decoder
) -> None:
    (folder / "call.flac.part").write_bytes(b"half")
    (folder / "peaks.json.part").write_bytes(b"half")
    source = made(tmp_path / "upload", speech(), 16_000, "WAV", "PCM_16")
    first = take_in(source, folder, decoder=decoder)
    assert take_in(source, folder, decoder=decoder) == first
    check(first, folder, len(speech()) / 16_000, 1)


SILENT = np.zeros(16_000)


@pytest.mark.parametrize(
    ("samples", "rate", "limits", "kind"),
    [
        (SILENT, 16_000, Limits(), Refusal.SILENT),
        (SILENT[:0], 16_000, Limits(), Refusal.SILENT),
        (SILENT, 4_000, Limits(), Refusal.UNSUPPORTED),
        (SILENT, 384_000, Limits(), Refusal.UNSUPPORTED),
        (np.zeros((100, 3)), 16_000, Limits(), Refusal.UNSUPPORTED),
        (SILENT, 16_000, Limits(seconds=0.5), Refusal.TOO_LONG),
        (SILENT, 16_000, Limits(bytes=10_000), Refusal.TOO_LARGE),
    ],
)
def test_beyond_the_limits(
    samples: np.ndarray,
    rate: int,
    limits: Limits,
    kind: Refusal,
    tmp_path: Path,
    folder: Path,
    decoder: Decoder,
) -> None:
    source = made(tmp_path / "upload", samples, rate, "WAV", "PCM_16")
    with pytest.raises(UploadError) as refused:
        take_in(source, folder, limits=limits, decoder=decoder)
    assert refused.value.kind is kind
    assert not list(folder.iterdir())
