"""A contact centre as a discrete-event model: arrivals, routing, staffing.

The modules named here are for other programs, the rest are their parts and may change; what is in
them stands in docs/simulation/library.md. None is imported before it is asked for: a formula needs
no clock, and a run no charts.
"""

__all__ = [
    "centre",
    "check",
    "comparison",
    "erlang",
    "errors",
    "expected",
    "experiment",
    "metrics",
    "parameters",
    "plan_file",
    "records",
    "report",
    "results",
    "routing",
    "staffing",
    "sweep",
    "what_if",
]
