"""``python -m sim schema``: what a plan may say, for editors and other programs."""

from __future__ import annotations

import click

from sim.report.formats import as_json


@click.command("schema")
def command() -> None:
    """Write the JSON Schema of plan files on standard output.

    \b
    Example:
      python -m sim schema > plan.schema.json
    """
    from sim.plan_file import schema

    click.echo(as_json(schema()), nl=False)
