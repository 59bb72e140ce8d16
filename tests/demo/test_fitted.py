"""Setup sees at a glance that the understanding is fitted, and that it no longer is."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.config import Settings
from app.scenarios import fitted
from app.scenarios.practice import ACTS, Practice


@pytest.fixture
def learnt(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every learning, which here takes no time."""
    folders: list[Path] = []

    def learn(self: Practice) -> None:
        cache = self.settings.data_dir / "understanding"
        cache.mkdir(parents=True, exist_ok=True)
        (cache / "some.npz").touch()
        folders.append(cache)

    monkeypatch.setattr(Practice, "understanding", property(learn))
    return folders


@pytest.fixture
def bare(tmp_path: Path) -> Flask:
    bank = tmp_path / "library" / ACTS
    bank.mkdir(parents=True)
    (bank / "small.yaml").write_text("acts: {}", encoding="utf-8")
    home = tmp_path / "var"
    return create_app(
        Settings(data_dir=home, scenario_dir=tmp_path / "library", secret_key="s" * 32)
    )


def test_once(bare: Flask, learnt: list[Path]) -> None:
    assert fitted.fit(bare) is True
    assert fitted.fit(bare) is False
    assert len(learnt) == 1


def test_again_when_the_bank_changed(bare: Flask, learnt: list[Path], tmp_path: Path) -> None:
    fitted.fit(bare)
    (tmp_path / "library" / ACTS / "small.yaml").write_text("acts: {a: {}}", encoding="utf-8")
    assert fitted.fit(bare) is False  # nothing new was stored, but it has looked
    assert len(learnt) == 2


def test_again_when_the_fit_is_gone(bare: Flask, learnt: list[Path]) -> None:
    fitted.fit(bare)
    (learnt[0] / "some.npz").unlink()
    assert fitted.fit(bare) is True
    assert len(learnt) == 2
