"""The pages of scorecards."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.quality.cards import models

bp = Blueprint("cards", __name__)
__all__ = ["models"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
