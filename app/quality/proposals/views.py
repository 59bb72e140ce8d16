"""The pages of proposals."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.quality.proposals import models

bp = Blueprint("proposals", __name__)
__all__ = ["models"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
