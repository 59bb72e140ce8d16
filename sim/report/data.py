"""Runs as plain data, ready for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sim.parameters import Plan
from sim.report import words
from sim.report.findings import definition, findings
from sim.report.view import MEASURES, View, long_rows
from sim.report.worst import worst_data
from sim.results import Difference, Estimate


def run_data(view: View, measures: Sequence[str] = ()) -> dict[str, Any]:
    """A run as JSON: the plan's name and seed, findings, definitions and every figure."""
    return {
        "kind": "run",
        "version": 1,
        "plan": plan_data(view.plan),
        "replications": view.result.replications,
        "confidence": view.plan.experiment.confidence,
        "stopped": view.stopped or None,
        "findings": findings(view),
        "service_level": _definitions(view),
        **worst_data(view),
        "intervals": list(view.intervals),
        "days": list(view.days.intervals) if view.days else [],
        "measures": measures_data(measures),
        "figures": list(long_rows(view, measures)),
    }


def plan_data(plan: Plan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "description": plan.description,
        "seed": plan.seed,
        "days": plan.days,
        "interval_seconds": plan.interval,
        "call_types": [one.name for one in plan.call_types],
        "groups": [one.name for one in plan.groups],
    }


def measures_data(names: Sequence[str] = ()) -> list[dict[str, str]]:
    """What each measure is called, its unit, and which way is better."""
    return [
        {"of": of, "name": one.name, "label": one.label, "unit": one.unit, "better": one.better}
        for of, known in MEASURES.items()
        for one in known.values()
        if not names or one.name in names
    ]


def estimate_data(unit: str, estimate: Estimate) -> dict[str, Any]:
    return asdict(words.bounded(unit, estimate))


def difference_data(difference: Difference) -> dict[str, Any]:
    return asdict(difference)


def _definitions(view: View) -> list[dict[str, Any]]:
    return [
        {
            "call_type": call_type.name,
            "target": target.share,
            "within_seconds": target.within,
            "definition": target.definition,
            "in_words": definition(target),
        }
        for column, call_type in enumerate(view.plan.call_types)
        if (target := view.target(column)) is not None
    ]
