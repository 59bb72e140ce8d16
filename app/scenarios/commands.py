"""``callwright scenarios``: check, show and walk scenarios without a server."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from app.config import Settings
from app.errors import InvalidInput
from app.scenarios import facts as fact
from app.scenarios import screen, walk
from app.scenarios.bank import load_bank
from app.scenarios.library import FILE, files, load_one
from app.scenarios.lint import lint_file
from app.scenarios.moves import Say, Tell
from app.scenarios.outcome import score_of
from app.scenarios.parts import Transition
from app.scenarios.problems import Problem, did_you_mean
from app.scenarios.schema import Scenario, json_schema
from app.scenarios.template import fill

SCHEMA_FILE = "scenario.schema.json"
seed_option = click.option("--seed", type=click.IntRange(0, 2**31), default=1, show_default=True)


@click.group()
def scenarios() -> None:
    """Check, show and walk scenarios."""


@scenarios.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.pass_context
def lint(ctx: click.Context, paths: tuple[Path, ...]) -> None:
    """Find what is wrong or odd in scenarios, with line and remedy.

    PATHS are scenario files, their folders, or folders of them; without any, the
    library. Exit status 1 when there are errors.
    """
    found = _files(paths or (_library(),))
    acts = _known_acts()
    problems = [problem for path in found for problem in lint_file(path, acts)]
    for problem in problems:
        click.echo(str(problem))
    click.echo(_summary(len(found), problems))
    ctx.exit(1 if any(problem.severity == "error" for problem in problems) else 0)


@scenarios.command()
@click.argument("scenario_id")
@seed_option
def show(scenario_id: str, seed: int) -> None:
    """Show a scenario: who calls, every state and its ways on, endings, scorecard."""
    scenario = _scenario(scenario_id)
    console = Console()
    drawn = fact.draw(scenario, seed)
    console.print(f"[bold]{escape(scenario.title)}[/bold]  {scenario.id}  {scenario.version[:12]}")
    console.print(escape(scenario.summary))
    console.print(escape(f"Goal: {fill(scenario.briefing.goal, drawn)}"))
    console.print(_pairs(f"Facts of seed {seed}", ((k, str(v)) for k, v in drawn.items())))
    menu = screen.menu(scenario, drawn)
    console.print(_pairs("Told the menu", ((row.label, row.value) for row in menu)))
    console.print(_tree(scenario))
    endings = ((f"{'+' if e.good else '-'} {k}", e.title) for k, e in scenario.endings.items())
    console.print(_pairs("Endings", endings))
    console.print(_card(scenario))


@scenarios.command(name="walk")
@click.argument("scenario_id")
@seed_option
@click.option("--most", type=click.IntRange(10, 100_000), default=2000, show_default=True)
@click.option("--run", "only", default="", help="Only this run of the automatic trainee.")
def walk_command(scenario_id: str, seed: int, most: int, only: str) -> None:
    """Let the automatic trainee make its calls, then search every way to every ending."""
    scenario = _scenario(scenario_id)
    if only:
        walk.endings_meant(scenario, only)
    console = Console()
    for run in (only,) if only else (walk.GOOD, *scenario.trainee.bad):
        _print_run(console, scenario, seed, run)
    if not only:
        _print_ways(console, scenario, walk.explore(scenario, seed, most))


@scenarios.command()
@click.option("--write", is_flag=True, help=f"Write it to {SCHEMA_FILE} in the library.")
def schema(write: bool) -> None:
    """Print the JSON Schema of a scenario file, for editors."""
    text = schema_text()
    if not write:
        click.echo(text, nl=False)
        return
    path = _library() / SCHEMA_FILE
    path.write_text(text, encoding="utf-8")
    click.echo(f"wrote {path}")


def schema_text() -> str:
    """The published schema as it stands in the library."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


# ---- finding ----------------------------------------------------------------------------------


def _library() -> Path:
    return Settings.from_environment().scenario_dir


def _known_acts() -> frozenset[str]:
    return frozenset(load_bank(_library() / "acts").acts)


def _scenario(scenario_id: str) -> Scenario:
    path = _library() / scenario_id / FILE
    if not path.is_file():
        known = [each.parent.name for each in files(_library())]
        raise InvalidInput(
            f"there is no scenario {scenario_id!r}",
            remedy=did_you_mean(scenario_id, known, what="there are"),
        )
    return load_one(path, _known_acts())


def _files(paths: Iterable[Path]) -> tuple[Path, ...]:
    found: list[Path] = []
    for path in paths:
        if path.is_file():
            found.append(path)
        elif (path / FILE).is_file():
            found.append(path / FILE)
        elif below := files(path):
            found.extend(below)
        else:
            raise InvalidInput(
                f"expected a {FILE} or a folder with scenarios, found none at {path}",
                remedy="name a scenario's folder, or none for the whole library",
            )
    return tuple(dict.fromkeys(found))


def _summary(count: int, problems: list[Problem]) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    what = f"{count} scenario{'' if count == 1 else 's'}"
    return f"{what}: {errors} errors, {warnings} warnings" if problems else f"{what}: all good"


# ---- showing ----------------------------------------------------------------------------------


def _pairs(title: str, rows: Iterable[tuple[str, str]]) -> Table:
    table = Table(title=title, title_justify="left", show_header=False, box=None)
    for left, right in rows:
        table.add_row(escape(left), escape(right))
    return table


def _tree(scenario: Scenario) -> Tree:
    tree = Tree("States")
    for name, state in scenario.states.items():
        start = " (start)" if name == scenario.start else ""
        branch = tree.add(f"[bold]{name}[/bold]{start}  {escape(state.title or '')}")
        for line in state.say:
            mood = f"{line.mood}: " if line.mood else ""
            branch.add(f'[italic]{escape(mood)}"{escape(line.text)}"[/italic]')
        for rule in state.on:
            branch.add(escape(_rule(rule)))
    everywhere = tree.add("[bold]anywhere[/bold]")
    for rule in scenario.anywhere:
        everywhere.add(escape(_rule(rule)))
    for target, move in scenario.moves.items():
        everywhere.add(escape(f"{move.kind} {target}: {move.label}"))
    return tree


def _rule(rule: Transition) -> str:
    when = " | ".join(rule.when.any) or " & ".join(rule.when.all) or "by itself"
    guard = f" if {rule.guard}" if rule.guard else ""
    mood = f" mood {rule.mood:+d}" if rule.mood else ""
    sets = "".join(f" {name}={value}" for name, value in rule.set.items())
    way = f" -> {rule.go}" if rule.go else f" => {rule.end}" if rule.end else ""
    said = f' "{rule.say[0].text}"' if rule.say else ""
    return f"{when}{guard}{mood}{sets}{way}{said}"


def _card(scenario: Scenario) -> Table:
    card = scenario.scorecard
    table = Table(title=f"{card.title}: pass mark {card.pass_mark:g}", title_justify="left")
    for heading in ("section", "criterion", "weight", "critical", "rule"):
        table.add_column(heading)
    for section in card.sections:
        for each in section.criteria:
            weight, critical = f"{each.weight:g}", each.critical.replace("none", "")
            table.add_row(section.id, escape(each.title), weight, critical, each.rule.kind)
    return table


# ---- walking ----------------------------------------------------------------------------------


def _print_run(console: Console, scenario: Scenario, seed: int, run: str) -> None:
    made = walk.good_run(scenario, seed, run)
    title = "Good run" if run == walk.GOOD else scenario.trainee.bad[run].title
    console.print(f"\n[bold]{escape(title)}[/bold] ({run}, seed {seed})")
    for step in made.steps:
        console.print(f"  [dim]{step.before}[/dim] you: {escape(_did(step.did))}")
        for action in step.actions:
            if isinstance(action, Say):
                word = scenario.mood_word(step.state.mood)
                console.print(f"    caller ({word}): {escape(action.text)}")
            elif isinstance(action, Tell):
                console.print(f"    desk: {escape(action.text)}")
    score = score_of(scenario, seed, run)
    total = "-" if score.total is None else f"{score.total:g}"
    missed = [each.id for each in score.results if each.outcome == "not_met"]
    console.print(f"  ending {made.ending or 'none'}, score {total}; missed: {_list(missed)}")


def _did(did: walk.TraineeAct) -> str:
    match did:
        case walk.SayThis(text, _):
            return text
        case walk.UseMove(kind, target):
            return f"({kind} {target})"
        case walk.HoldFor(seconds):
            return f"(hold for {seconds:g} s)"
        case walk.HangUpNow():
            return "(hangs up)"


def _print_ways(console: Console, scenario: Scenario, found: walk.Exploration) -> None:
    bound = "all of them" if found.complete else "the bound; --most looks further"
    console.print(f"\n[bold]Ways[/bold]: {found.situations} situations, {bound}")
    for ending, each in scenario.endings.items():
        ways = found.ways.get(ending, ())
        console.print(f"  {'+' if each.good else '-'} {ending}: {len(ways)} ways")
        for way in sorted(ways, key=lambda way: len(way.did))[:3]:
            console.print(f"      {escape(' > '.join(way.states))} ({escape(way.did[-1])})")
    console.print(f"  states not seen: {_list(sorted(set(scenario.states) - found.states))}")


def _list(names: list[str]) -> str:
    return ", ".join(names) or "none"
