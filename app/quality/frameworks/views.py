"""The pages of the quality framework."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.quality.frameworks import models

bp = Blueprint("frameworks", __name__)
__all__ = ["models"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
