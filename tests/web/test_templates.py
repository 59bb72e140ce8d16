"""Every page's template can be read, and is ready before anybody asks for it."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from app.scenarios.warm import read_pages


def test_all_are_ready_after_the_start(app: Flask) -> None:
    read_pages(app)
    folder = Path(app.root_path) / "templates"
    assert app.jinja_env.cache is not None
    assert len(app.jinja_env.cache) == len(list(folder.rglob("*.html")))
