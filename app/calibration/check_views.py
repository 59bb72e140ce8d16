"""The pages of calibration: Check, Act, before and after."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.calibration import models

bp = Blueprint("calibration_check", __name__)
__all__ = ["models"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
