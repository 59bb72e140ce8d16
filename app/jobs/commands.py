"""``callwright worker``: the process that does the jobs."""

from __future__ import annotations

import os

import click

from app import logs
from app.jobs.worker import Worker, stop_on_signals
from app.provision import ready_app

NICE = 10
"""Beside a server calls come first: whoever speaks does not wait for a job."""


@click.command()
@click.option("--drain", is_flag=True, help="Do what is due now, then end.")
@click.option("--with-parent", is_flag=True, hidden=True)
def worker(drain: bool, with_parent: bool) -> None:
    """Do the jobs, one after another, until told to stop. Run as many as you like."""
    if with_parent:
        os.nice(NICE)
    made = Worker(ready_app())
    logs.configure()
    stop_on_signals(made, with_parent=with_parent)
    if drain:
        click.echo(f"{made.drain()} jobs done")
    else:
        made.run()
