"""Erasing removes one call's folder and nothing else, ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import InvalidInput, StorageError
from app.recordings.folders import erase, folder_of


@pytest.mark.parametrize("call", ["..", ".", "", "a/b", "../x", "/etc", "a\0b", "-rf", "x" * 101])
def test_a_bad_id_is_refused(tmp_path: Path, call: str) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(InvalidInput, match="call's id"):
        erase(tmp_path / "x", call)
    assert (tmp_path / "x").exists()


def test_erase_takes_the_whole_folder_once(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, 42)
    folder.mkdir()
    (folder / "call.flac").write_bytes(b"sound")
    (tmp_path / "43").mkdir()
    assert erase(tmp_path, 42) is True
    assert erase(tmp_path, 42) is False
    assert [each.name for each in tmp_path.iterdir()] == ["43"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "recordings", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "precious").write_text("keep")
    (root / "1").symlink_to(outside)
    with pytest.raises(StorageError, match="not a folder"):
        erase(root, 1)
    (root / "2").mkdir()
    (root / "2" / "link").symlink_to(outside)
    assert erase(root, 2) is True
    assert (outside / "precious").read_text() == "keep"
