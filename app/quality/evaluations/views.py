"""The pages of evaluations."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.quality.evaluations import models

bp = Blueprint("evaluations", __name__)
__all__ = ["models"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
