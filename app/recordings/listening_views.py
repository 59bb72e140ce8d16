"""The page on which a recording is heard: player, remarks, redaction, exemplars."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.recordings import models

bp = Blueprint("listening", __name__)
__all__ = ["models"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
