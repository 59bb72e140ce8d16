"""The command line. A mistake is told in one line on stderr, and the exit status is 2."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from sim.errors import Cancelled, PlanError, SimError

PROGRAM = "python -m sim"
STOPPED, BROKEN_PIPE, BAD_INPUT, BROKEN = 130, 141, 2, 1

# For terminals without these signs; a question mark means something else in the tables.
PLAIN = dict(zip("±–−•▼▽►│█▅▂·…’", "~--*!,>|#=_..'", strict=True))

# Loaded when asked for: a command's imports cost more than most of its work.
COMMANDS = {
    "run": "Run a plan and show what its day is like.",
    "compare": "Compare plans, or routing policies, on the same days.",
    "sweep": "Run a plan with some figures changed step by step.",
    "staff": "Agents needed in each half hour, beside those the plan has.",
    "erlang": "Queueing formulas: service level, or the fewest agents.",
    "check": "Look a plan over without running it.",
    "example": "Write a plan to begin with, on standard output.",
    "schema": "Write the JSON Schema of plans, on standard output.",
}


class Commands(click.Group):
    """Imports a command's module when it is called for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        found: click.Command = import_module(f"sim.commands.{name}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(
                f"there is no command {args[0]}: there are {', '.join(COMMANDS)}", ctx
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=Commands,
    name=PROGRAM,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def cli() -> None:
    """A contact centre's day, simulated: under any staffing, routing and demand.

    \b
    Begin like this:
      python -m sim example > plan.yaml
      python -m sim check plan.yaml
      python -m sim run plan.yaml
      python -m sim sweep plan.yaml --set groups.Calls.agents=36:48:4
      python -m sim erlang --calls 100 --aht 4:00 --service-level 80/20
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Never shows a traceback for what the caller can put right."""
    _make_writable()
    try:
        cli.main(args=arguments, prog_name=PROGRAM, standalone_mode=False)
        sys.stdout.flush()
    except BaseException as problem:
        sys.exit(told(problem))
    sys.exit(0)


def _make_writable() -> None:
    """Standard output and error, whatever they can show, and though they may be closed."""
    codecs.register_error("plain", _plain)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            setattr(sys, name, os.fdopen(nowhere, "w", encoding="utf-8"))
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="plain")


def _plain(problem: UnicodeError) -> tuple[str, int]:
    """Signs a terminal doesn't know become others of the same width: tables stay straight."""
    assert isinstance(problem, UnicodeEncodeError)
    lost = problem.object[problem.start : problem.end]
    return "".join(PLAIN.get(one, "?") for one in lost), problem.end


def told(problem: BaseException) -> int:
    """Says what went wrong and returns the exit status."""
    if isinstance(problem, SystemExit | click.exceptions.Exit):
        code: Any = problem.code if isinstance(problem, SystemExit) else problem.exit_code
        return int(code or 0)
    if isinstance(problem, BrokenPipeError):
        return _nobody_reads()
    if isinstance(problem, Cancelled):
        return _say([str(problem)], STOPPED)
    if isinstance(problem, KeyboardInterrupt | click.exceptions.Abort):
        return _say(["stopped"], STOPPED)
    if isinstance(problem, PlanError) and len(problem.problems) > 1:
        where = f"{problem.source}: " if problem.source else ""
        first = f"{where}{len(problem.problems)} problems"
        return _say([first, *problem.problems], BAD_INPUT)
    if isinstance(problem, click.exceptions.NoArgsIsHelpError):
        click.echo(problem.ctx.get_help() if problem.ctx else "", err=True)
        return BAD_INPUT
    if isinstance(problem, click.UsageError):
        command = f"{problem.ctx.command_path} --help" if problem.ctx else f"{PROGRAM} --help"
        return _say([f"{problem.format_message().rstrip('.')} (see {command})"], BAD_INPUT)
    if isinstance(problem, click.ClickException):
        return _say([problem.format_message()], BAD_INPUT)
    if isinstance(problem, SimError | UnicodeDecodeError):
        return _say([str(problem)], BAD_INPUT)
    if isinstance(problem, OSError):
        where = f"{problem.filename}: " if problem.filename else ""
        return _say([f"{where}{problem.strerror or problem}"], BAD_INPUT)
    if isinstance(problem, MemoryError):
        return _say(["there is not enough memory for this plan"], BAD_INPUT)
    if sys.flags.dev_mode:
        raise problem
    kind = type(problem).__name__
    advice = "please report it; python -X dev -m sim shows where it happened"
    return _say([f"a fault of the simulator itself: {kind}: {problem} ({advice})"], BROKEN)


def _say(lines: list[str], status: int) -> int:
    first, *more = [" ".join(line.split()) for line in lines]
    click.echo(f"{PROGRAM}: {first}", err=True)
    for line in more:
        click.echo(f"  {line}", err=True)
    return status


def _nobody_reads() -> int:
    """``| head`` has seen enough; what is left to flush goes nowhere, in silence."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE
