"""What the parts of the framework are called on the page."""

from __future__ import annotations

from flask_babel import gettext as _


def section_label(section: str) -> str:
    labels: dict[str, str] = {
        "mission": _("Mission"),
        "segments": _("Customers"),
        "policies": _("Policies"),
        "protocols": _("Protocols"),
        "metrics": _("Metrics and targets"),
        "expected": _("What good calls earn"),
        "profile": _("The people who do this work"),
        "trusted": _("Where the automatic rater counts alone"),
    }
    return labels[section]


def field_label(field: str) -> str:
    labels: dict[str, str] = {
        "mission": _("Mission"),
        "name": _("Name"),
        "who": _("Who they are"),
        "expects": _("What they expect"),
        "text": _("Text"),
        "skill": _("Kind of call"),
        "meaning": _("How it is counted"),
        "unit": _("Unit"),
        "direction": _("Direction"),
        "target": _("Target"),
        "target_new": _("Target for new people"),
        "target_practised": _("Target for practised people"),
        "target_expert": _("Target for experts"),
        "ordinary": _("Ordinary criteria, percent"),
        "critical": _("Critical criteria, percent"),
        "knowledge": _("Knowledge"),
        "skills": _("Skills"),
        "attitudes": _("Attitudes"),
        "after_30_days": _("After 30 days"),
        "after_60_days": _("After 60 days"),
        "after_90_days": _("After 90 days"),
        "criterion": _("Criterion"),
        "reason": _("Why"),
    }
    return labels.get(field, field)


def level_label(level: str) -> str:
    labels: dict[str, str] = {
        "new": _("New"),
        "practised": _("Practised"),
        "expert": _("Expert"),
    }
    return labels[level]


def direction_label(direction: str) -> str:
    return str(_("at most") if direction == "at_most" else _("at least"))
