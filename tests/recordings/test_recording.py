"""Real FLAC files, read back sample by sample."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InvalidInput, StorageError
from app.recordings import finalise as finishing
from app.recordings import flac
from app.recordings.finalise import NOTHING, finalise, recover
from app.recordings.folders import FLAC, JOURNAL, LEFT, PART, PEAKS, RIGHT
from app.recordings.journal import Journal, read
from app.recordings.peaks import peaks_json
from app.recordings.writer import StereoWriter

Samples = npt.NDArray[np.int16]


def noise(samples: int, seed: int = 1) -> bytes:
    values = np.random.default_rng(seed).integers(-32768, 32767, samples, "<i2", endpoint=True)
    return values.astype("<i2").tobytes()


def channels(folder: Path) -> tuple[Samples, Samples]:
    samples, rate = soundfile.read(folder / FLAC, dtype="int16", always_2d=True)
    assert rate == 16_000
    return samples[:, 0], samples[:, 1]


def recorded(folder: Path, left: bytes, right: bytes = b"", at: int = 0) -> Path:
    with StereoWriter(folder) as writer:
        writer.add_trainee(left)
        if right:
            writer.place_customer(right, at)
    return folder


@settings(max_examples=25, deadline=None)
@given(
    sizes=st.lists(st.integers(0, 3000), max_size=8),
    at=st.integers(0, 9000),
    length=st.integers(0, 5000),
    cut=st.integers(0, 15000),
)
def test_both_channels_come_back_sample_exact(
    sizes: list[int], at: int, length: int, cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("call")
    left, right = noise(sum(sizes)), noise(length, seed=2)
    with StereoWriter(folder) as writer:
        for end, size in zip(np.cumsum(sizes), sizes, strict=True):
            writer.add_trainee(left[2 * (end - size) : 2 * end])
        assert writer.position == sum(sizes)
        writer.place_customer(right, at)
        writer.cut_customer(cut)
    wanted = np.frombuffer(b"\0\0" * (at if length else 0) + right, "<i2")[:cut]
    done = finalise(folder)
    samples = max(sum(sizes), len(wanted))
    if not samples:
        assert done == NOTHING
        return
    one, other = channels(folder)
    assert len(one) == samples
    assert one[: sum(sizes)].tobytes() == left
    assert not one[sum(sizes) :].any()
    assert (other[: len(wanted)] == wanted).all()
    assert not other[len(wanted) :].any()
    assert done.seconds == samples / 16_000


def test_longer_than_a_block(tmp_path: Path) -> None:
    left, right = noise(200_001), noise(70_000, seed=2)
    finalise(recorded(tmp_path, left, right, at=65_000))
    one, other = channels(tmp_path)
    assert one.tobytes() == left
    assert other[65_000:135_000].tobytes() == right


def test_finished_says_what_is_there(tmp_path: Path) -> None:
    done = finalise(recorded(tmp_path, noise(16_000)))
    assert done.path == tmp_path / FLAC
    assert done.sha256 == hashlib.sha256(done.path.read_bytes()).hexdigest()
    assert sorted(os.listdir(tmp_path)) == [FLAC, PEAKS]
    assert finalise(tmp_path) == done


def test_peaks_are_the_loudest_of_each_twentieth(tmp_path: Path) -> None:
    left = np.zeros(16_000, "<i2")
    left[800] = -32_768
    right = np.full(1_600, 16_384, "<i2")
    finalise(recorded(tmp_path, left.tobytes(), right.tobytes()))
    peaks = json.loads((tmp_path / PEAKS).read_text())
    assert (peaks["rate"], peaks["seconds"]) == (20, 1.0)
    assert peaks["channels"][0] == [0, 1, *[0] * 18]
    assert peaks["channels"][1] == [0.5, 0.5, *[0] * 18]


def test_a_call_without_sound(tmp_path: Path) -> None:
    assert finalise(tmp_path) == NOTHING
    StereoWriter(tmp_path).close()
    assert finalise(tmp_path) == NOTHING
    assert os.listdir(tmp_path) == []


def test_an_odd_last_byte_is_dropped(tmp_path: Path) -> None:
    left = noise(1000)
    (tmp_path / LEFT).write_bytes(left + b"\x7f")
    (tmp_path / RIGHT).write_bytes(b"\x7f")
    finalise(tmp_path)
    one, other = channels(tmp_path)
    assert one.tobytes() == left
    assert not other.any()


def test_a_missing_channel_is_silence(tmp_path: Path) -> None:
    (tmp_path / RIGHT).write_bytes(noise(1000))
    finalise(tmp_path)
    one, other = channels(tmp_path)
    assert not one.any()
    assert other.tobytes() == noise(1000)


class Killed(BaseException):
    """Stands for a kill -9: nothing catches it."""


@pytest.mark.parametrize("point", range(1, 13))
def test_killed_at_any_point_of_finishing_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: int
) -> None:
    left, right = noise(20_000), noise(5_000, seed=2)
    recorded(tmp_path, left, right, at=3_000)
    steps = 0

    def step(real: object) -> object:
        def counted(*args: object, **named: object) -> object:
            nonlocal steps
            steps += 1
            if steps == point:
                raise Killed
            result = real(*args, **named)  # type: ignore[operator]
            steps += 1
            if steps == point:
                raise Killed
            return result

        return counted

    monkeypatch.setattr(flac, "encode", step(flac.encode))
    monkeypatch.setattr(os, "replace", step(os.replace))
    monkeypatch.setattr(finishing, "peaks_json", step(peaks_json))
    monkeypatch.setattr(Path, "unlink", step(Path.unlink))
    with pytest.raises(Killed):
        finalise(tmp_path)
    monkeypatch.undo()
    done = finalise(tmp_path)
    one, other = channels(tmp_path)
    assert one.tobytes() == left
    assert other[3_000:8_000].tobytes() == right
    assert done.peaks is not None
    assert json.loads(done.peaks.read_text())["seconds"] == 1.25
    assert not [name for name in os.listdir(tmp_path) if name.endswith((PART, ".pcm"))]


def test_half_a_flac_from_before_is_written_anew(tmp_path: Path) -> None:
    recorded(tmp_path, noise(20_000))
    (tmp_path / (FLAC + PART)).write_bytes(b"fLaC rubbish")
    finalise(tmp_path)
    assert channels(tmp_path)[0].tobytes() == noise(20_000)


def test_a_damaged_flac_says_so(tmp_path: Path) -> None:
    (tmp_path / FLAC).write_bytes(b"rubbish")
    with pytest.raises(StorageError, match="could not be read") as raised:
        finalise(tmp_path)
    assert "backup" in raised.value.remedy


def test_no_room_for_the_flac_keeps_the_raw_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(tmp_path, noise(20_000))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(StorageError, match="no room left"):
        finalise(tmp_path)
    monkeypatch.undo()
    finalise(tmp_path)
    assert channels(tmp_path)[0].tobytes() == noise(20_000)


def died(folder: Path, *events: tuple[float, str]) -> Path:
    recorded(folder, noise(32_000), noise(64_000, seed=2), at=16_000)
    with Journal(folder / JOURNAL) as journal:
        for at, kind in events:
            journal.append(at, kind)
    return folder


def test_recover_marks_the_call_once_and_keeps_nothing_unheard(tmp_path: Path) -> None:
    died(tmp_path, (0, "started"), (1.0, "customer"))
    done = recover(tmp_path)
    assert done == recover(tmp_path)
    assert done.seconds == 2.0
    cuts = [event for event in read(tmp_path / JOURNAL).events if event["kind"] == "cut_off"]
    assert cuts == [{"at": 2.0, "kind": "cut_off", "reason": "server"}]
    assert channels(tmp_path)[1][16_000:].tobytes() == noise(64_000, seed=2)[:32_000]


def test_recover_leaves_a_call_that_ended_as_it_is(tmp_path: Path) -> None:
    died(tmp_path, (0, "started"), (5.0, "ended"))
    assert recover(tmp_path).seconds == 5.0
    assert [event["kind"] for event in read(tmp_path / JOURNAL).events] == ["started", "ended"]


def test_recover_without_a_journal(tmp_path: Path) -> None:
    recorded(tmp_path, noise(1_600))
    assert recover(tmp_path).seconds == 0.1


def test_the_length_is_limited_and_what_is_there_stays(tmp_path: Path) -> None:
    with StereoWriter(tmp_path, max_seconds=1) as writer:
        writer.add_trainee(noise(16_000))
        with pytest.raises(StorageError, match="at most"):
            writer.add_trainee(noise(1))
        with pytest.raises(StorageError, match="at most"):
            writer.place_customer(noise(2), 15_999)
    assert finalise(tmp_path).seconds == 1.0


def test_bad_sound(tmp_path: Path) -> None:
    with StereoWriter(tmp_path) as writer:
        with pytest.raises(InvalidInput, match="whole 16-bit samples, got 3"):
            writer.add_trainee(b"abc")
        with pytest.raises(InvalidInput, match="zero or more"):
            writer.place_customer(b"ab", -1)


def test_a_finished_recording_is_not_written_to(tmp_path: Path) -> None:
    finalise(recorded(tmp_path, noise(100)))
    with pytest.raises(StorageError, match="finished"):
        StereoWriter(tmp_path)


def test_opened_again_it_goes_on(tmp_path: Path) -> None:
    recorded(tmp_path, noise(100))
    recorded(tmp_path, noise(50, seed=3))
    finalise(tmp_path)
    assert channels(tmp_path)[0].tobytes() == noise(100) + noise(50, seed=3)
