"""A scorecard's settings in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from app.quality.card import Critical
from app.quality.text import N_, Text, text

CRITICAL: Mapping[Critical, Text] = {
    "none": text(N_("Not critical")),
    "criterion": text(N_("Failing it earns nothing")),
    "section": text(N_("Failing it loses its section")),
    "card": text(N_("Failing it fails the whole call")),
}
SCALES: Mapping[str, Text] = {
    "yes_no": text(N_("Yes or no")),
    "1-5": text(N_("1 to 5")),
    "1-10": text(N_("1 to 10")),
    "named": text(N_("Points of your own")),
}
