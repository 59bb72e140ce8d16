"""Where the pages of Check, Act, the change and the exports hang."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("calibration_check", __name__, url_prefix="/quality/calibration")
