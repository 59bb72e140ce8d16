"""The pages of monitoring plans."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.quality.monitoring import models

bp = Blueprint("monitoring", __name__)
__all__ = ["models"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
