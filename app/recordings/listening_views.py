"""Hearing a recording: its page, what it fetches, what is changed from it."""

from __future__ import annotations

from flask import Flask

from app.recordings import listening_changes
from app.recordings.listening_pages import bp

__all__ = ["bp", "init_app", "listening_changes"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
