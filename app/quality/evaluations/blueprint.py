"""The one blueprint that all pages of evaluations and disputes hang on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("evaluations", __name__)
