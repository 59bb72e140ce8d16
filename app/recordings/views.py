"""The pages of recordings: upload, progress, the list and its search."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.recordings import models

bp = Blueprint("recordings", __name__)
__all__ = ["models"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
