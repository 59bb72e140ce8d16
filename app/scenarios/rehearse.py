"""``callwright rehearse``: a whole call by an automatic trainee, through the real server."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click
from rich.console import Console
from rich.table import Table

from app.accounts.demo import PASSWORD
from app.config import Settings
from app.errors import InvalidInput, Unavailable
from app.private_server import private_server, share_learnt
from app.quality.result import Score
from app.quality.wording import wording
from app.scenarios.library import Library
from app.scenarios.mind import Mind
from app.scenarios.rehearsal import Rehearsal, Report
from app.scenarios.schema import Scenario
from app.scenarios.visitor import Started, Visitor
from app.scenarios.walk import GOOD, endings_meant
from app.serve import answers
from app.speech.cache import CachedSynthesizer
from app.speech.flite_engine import FliteSynthesizer
from app.speech.ports import Synthesizer
from app.speech.pyttsx3_engine import Pyttsx3Synthesizer

DEMO_LOGIN = "nina"
NOTE = "Rehearsed by the automatic trainee. "


@dataclass(frozen=True, slots=True)
class Server:
    """Where to rehearse, and as whom."""

    url: str
    login: str
    password: str


@click.command()
@click.argument("scenario")
@click.option("--voice", default="flite:slt", show_default=True, help="The trainee's voice.")
@click.option("--seed", type=click.IntRange(0), help="Which variation; by default one by chance.")
@click.option("--text", "by_text", is_flag=True, help="By chat instead of voice.")
@click.option("--run", "run_name", default=GOOD, show_default=True, help="Or a bad run's name.")
@click.option("--test", "as_test", is_flag=True, help="As a test, not as practice.")
@click.option("--url", help="A running server; without it a private one is started.")
@click.option("--as", "login", default=DEMO_LOGIN, show_default=True, help="Who signs in.")
@click.option("--password", envvar="CALLWRIGHT_REHEARSE_PASSWORD", default=PASSWORD, hidden=True)
@click.option("--quiet", is_flag=True, help="Print only the result.")
def rehearse(
    scenario: str,
    voice: str,
    seed: int | None,
    by_text: bool,
    run_name: str,
    as_test: bool,
    url: str | None,
    login: str,
    password: str,
    quiet: bool,
) -> None:
    """Make the whole call of SCENARIO with an automatic trainee, in real time.

    It speaks with a synthesised voice over the same socket as the page, is heard by
    the real recogniser, and answered by the real dialogue. Prints transcript and
    scorecard. Exit status 0 when the call came to the ending the run is meant for.
    The password is taken from CALLWRIGHT_REHEARSE_PASSWORD; by default the demo's.
    """
    settings = Settings.from_environment()
    played = Library.load(settings.scenario_dir).get(scenario)
    meant = endings_meant(played, run_name)
    speaker = None if by_text else trainee_voice(voice, settings)
    console = Console(highlight=False, quiet=quiet)
    with server(url, login, password) as place:
        visitor = Visitor(place.url, place.login, place.password)
        started = visitor.start(
            scenario,
            mode="chat" if by_text else "voice",
            purpose="test" if as_test else "practice",
            seed=seed,
        )
        mind = Mind(played, started.seed, run_name)
        line = visitor.socket(f"/calls/{started.call}/line")
        report = Rehearsal(line, mind, speaker, partial(_tell, console)).run()
        ok = _conclude(visitor, played, started, report, meant)
    sys.exit(0 if ok else 1)


def trainee_voice(voice: str, settings: Settings) -> Callable[[str], bytes]:
    """The voice named ``engine:voice``; what it says is kept like the customer's lines."""
    engine, _colon, name = voice.partition(":")
    engines: dict[str, type[Synthesizer]] = {
        "flite": FliteSynthesizer,
        "pyttsx3": Pyttsx3Synthesizer,
    }
    if engine not in engines:
        raise InvalidInput(
            f"a voice is engine:name with the engine {' or '.join(engines)}, got {voice!r}"
        )
    kept = CachedSynthesizer(engines[engine](), settings.data_dir / "voice-cache" / "trainee")
    return partial(kept.say, voice=name)


def _tell(console: Console, who: str, text: str) -> None:
    styles = {"customer": "cyan", "trainee": "green", "heard": "dim green", "desk": "yellow"}
    console.print(f"{who:>9}  {text}", style=styles[who], markup=False)


def _conclude(
    visitor: Visitor, scenario: Scenario, started: Started, report: Report, meant: tuple[str, ...]
) -> bool:
    """After-call work, then the score as the debrief shows it. True for the ending meant."""
    out = Console(highlight=False)
    if report.failure is not None:
        out.print(f"The line failed: {report.failure.message} {report.failure.remedy}")
        return False
    ended = report.ended
    assert ended is not None
    if not ended.ending:
        out.print(f"{ended.title} (call {started.call})")
        return False
    right = scenario.wrap_up.right.get(ended.ending) or tuple(scenario.wrap_up.dispositions)
    note = NOTE + " ".join(point.words[0] for point in scenario.wrap_up.note)
    visitor.wrap_up(started.call, right[0], note)
    out.print(score_table(Score.from_dict(visitor.log(started.call)["score"])))
    good = "good" if ended.good else "not good"
    out.print(f"Ending: {ended.title} ({ended.ending}, {good}); seed {started.seed}")
    if report.gaps:
        waited = median(gap.seconds for gap in report.gaps)
        out.print(f"The customer answered after {waited:.2f} s (median).")
    if ended.ending not in meant:
        out.print(f"This run is meant to end in {' or '.join(meant)}.")
    return ended.ending in meant


def score_table(score: Score) -> Table:
    """The scorecard for a terminal."""
    total = "–" if score.total is None else f"{score.total:g}"
    table = Table(title=f"{score.title}: {total} of 100", title_justify="left")
    table.add_column("")
    table.add_column("Criterion")
    table.add_column("Weight", justify="right")
    table.add_column("Why")
    signs = {"met": "+", "not_met": "-", "undetermined": "?", "not_applicable": "."}
    for result in score.results:
        at = f" ({result.evidence[0].start:.0f} s)" if result.evidence else ""
        table.add_row(
            signs[result.outcome], result.title, f"{result.weight:g}", wording(result.reason) + at
        )
    return table


@contextmanager
def server(url: str | None, login: str, password: str) -> Iterator[Server]:
    """The server at ``url``, or a private one with demo people, gone at the end."""
    if url:
        if not answers(url.rstrip("/")):
            raise Unavailable(f"no server answers at {url}", remedy="Start one with: make run")
        yield Server(url, login, password)
        return
    with TemporaryDirectory(prefix="callwright-") as folder:
        share_learnt(Settings.from_environment().data_dir, Path(folder))
        with private_server(Path(folder)) as address:
            yield Server(address, login, password)
