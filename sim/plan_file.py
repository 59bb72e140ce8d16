"""Plan files: the door to reading, writing, examples and the schema of plans in YAML.

A plan file says what ``sim.parameters`` says, and besides: ``base`` (another plan, of which only
what differs is written), ``what_if`` (a list of named changes made last, see ``sim.what_if``), and
``from`` inside arrivals (a CSV file of what really came).
"""

from __future__ import annotations

from sim.plan_files import packaged
from sim.plan_files.differences import differences
from sim.plan_files.from_history import plan_from_history
from sim.plan_files.loading import load, loads
from sim.plan_files.schema import schema
from sim.plan_files.writing import text as dump

__all__ = [
    "differences",
    "dump",
    "example",
    "examples",
    "load",
    "loads",
    "plan_from_history",
    "schema",
]


def example(name: str = "day") -> str:
    """An example plan as commented YAML. Raises PlanError for a name none has."""
    return packaged.text(name)


def examples() -> tuple[str, ...]:
    """The names of the example plans."""
    return packaged.names()
