"""Scenarios from their folders: read, checked whole, and every mistake told with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from app import yaml_file
from app.errors import NotFound, ScenarioError
from app.scenarios import references, shape
from app.scenarios.problems import Finding, Problem, did_you_mean
from app.scenarios.schema import Scenario
from app.yaml_file import YamlFile

FILE = "scenario.yaml"
MAX_ARTICLE_BYTES = 20_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file as it was read. ``scenario`` is None when a problem is an error."""

    path: Path
    source: YamlFile
    scenario: Scenario | None
    problems: tuple[Problem, ...]

    def problem(self, finding: Finding) -> Problem:
        """A finding with its line in this file."""
        line = self.source.line_of(finding.place)
        return Problem(self.path, line, finding.severity, finding.message, finding.remedy)


@dataclass(frozen=True, slots=True)
class Library:
    """Every scenario that can be used, and what is wrong with the others."""

    scenarios: Mapping[str, Scenario] = field(default_factory=lambda: MappingProxyType({}))
    problems: tuple[Problem, ...] = ()

    @staticmethod
    def load(directory: Path, known_acts: AbstractSet[str] | None = None) -> Library:
        """Every folder with a scenario.yaml. A broken one is reported and left out."""
        loaded = [load_file(path, known_acts) for path in files(directory)]
        scenarios = {each.scenario.id: each.scenario for each in loaded if each.scenario}
        problems = tuple(problem for each in loaded for problem in each.problems)
        return Library(MappingProxyType(scenarios), problems)

    def all(self) -> tuple[Scenario, ...]:
        """Every scenario: first steps before advanced ones, then by title."""
        levels = ("first", "standard", "advanced")
        return tuple(
            sorted(self.scenarios.values(), key=lambda s: (levels.index(s.level), s.title))
        )

    def get(self, scenario_id: str) -> Scenario:
        """Raises ``NotFound``."""
        if scenario_id not in self.scenarios:
            raise NotFound(
                f"There is no scenario {scenario_id!r}.",
                remedy=did_you_mean(scenario_id, self.scenarios, what="there are"),
            )
        return self.scenarios[scenario_id]


def files(directory: Path) -> tuple[Path, ...]:
    """The scenario files below a folder of scenarios, in order of their names."""
    return tuple(sorted(directory.glob(f"*/{FILE}")))


def load_one(path: Path, known_acts: AbstractSet[str] | None = None) -> Scenario:
    """The scenario of a file. Raises ``ScenarioError`` with every mistake in its message."""
    loaded = load_file(path, known_acts)
    if loaded.scenario is None:
        raise ScenarioError("\n".join(map(str, loaded.problems)), remedy="Correct the file.")
    return loaded.scenario


def load_file(path: Path, known_acts: AbstractSet[str] | None = None) -> Loaded:
    """Read a scenario file; never raises for what is in it."""
    source = _read(path)
    findings = list[Finding]()
    scenario: Scenario | None = None
    if isinstance(source.data, dict):
        data = {**source.data}
        findings.extend(_articles(data, path.parent))
        scenario, shapes = _validated(data, source)
        findings.extend(shapes)
        findings.extend(_named(path, data))
        if scenario is not None:
            findings.extend(references.check(scenario, known_acts))
    elif not source.wrong:
        findings.append(Finding((), "a scenario is keys and values", "begin with `id:`"))
    problems = tuple(
        sorted(
            {*_unreadable(path, source), *_placed(path, source, findings)},
            key=lambda problem: (problem.line, problem.message),
        )
    )
    usable = scenario if not any(p.severity == "error" for p in problems) else None
    return Loaded(path, source, usable, problems)


def _read(path: Path) -> YamlFile:
    try:
        if path.stat().st_size > yaml_file.MAX_BYTES:
            return _unusable(
                f"a scenario has at most {yaml_file.MAX_BYTES:,} bytes, "
                f"got {path.stat().st_size:,}",
                "split it in two",
            )
        return yaml_file.read(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return _unusable("the file is not UTF-8 text", "save it as UTF-8")
    except OSError as error:
        return _unusable(f"the file cannot be read: {error.strerror}", "check path and rights")


def _unusable(message: str, remedy: str) -> YamlFile:
    return YamlFile(wrong=[yaml_file.Wrong(1, message, remedy)])


def _unreadable(path: Path, source: YamlFile) -> Iterator[Problem]:
    for wrong in source.wrong:
        yield Problem(path, wrong.line, "error", wrong.message, wrong.remedy)


def _placed(path: Path, source: YamlFile, findings: list[Finding]) -> Iterator[Problem]:
    for finding in findings:
        line = source.line_of(finding.place)
        yield Problem(path, line, finding.severity, finding.message, finding.remedy)


def _validated(data: dict[str, Any], source: YamlFile) -> tuple[Scenario | None, list[Finding]]:
    """The scenario and what is wrong with its shape.

    Keys that are wrong and may be left away are left away and the rest is looked
    at once more, so that one typing mistake does not hide the mistakes behind it.
    """
    try:
        return Scenario.model_validate(data), []
    except ValidationError as error:
        wrong = list(shape.findings(error, source))
    without = data
    for finding in wrong:
        without = _without(without, finding.place)
    try:
        return Scenario.model_validate(without), wrong
    except ValidationError:
        return None, wrong


def _without(data: Any, place: tuple[str | int, ...]) -> Any:
    """A copy without the key at a place; items of lists stay, so that places stay right."""
    if not place or isinstance(place[-1], int):
        return data
    if len(place) == 1:
        return {key: value for key, value in data.items() if key != place[0]}
    first, rest = place[0], place[1:]
    if isinstance(data, dict) and first in data:
        return {**data, first: _without(data[first], rest)}
    if isinstance(data, list) and isinstance(first, int) and first < len(data):
        return [_without(item, rest) if i == first else item for i, item in enumerate(data)]
    return data


def _named(path: Path, data: dict[str, Any]) -> Iterator[Finding]:
    if isinstance(data.get("id"), str) and data["id"] != path.parent.name:
        yield Finding(
            ("id",),
            f"the id is {data['id']!r} and the folder {path.parent.name!r}",
            "give both the same name",
        )


def _articles(data: dict[str, Any], folder: Path) -> Iterator[Finding]:
    """Put the text of each article's file into ``data``."""
    briefing = data.get("briefing")
    articles = briefing.get("articles") if isinstance(briefing, dict) else None
    if not isinstance(briefing, dict) or not isinstance(articles, list):
        return
    filled = []
    for index, article in enumerate(articles):
        name = article.get("file") if isinstance(article, dict) else None
        if isinstance(name, str):
            text, wrong = _article(folder, name)
            article = {**article, "text": text}
            if wrong:
                yield Finding(("briefing", "articles", index, "file"), *wrong)
        filled.append(article)
    data["briefing"] = {**briefing, "articles": filled}


def _article(folder: Path, name: str) -> tuple[str, tuple[str, str] | None]:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        return "", (f"the article {name} is outside the folder", "put it beside the scenario")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return "", (f"the article {name} cannot be read", "add the file, or correct its name")
    if len(text.encode()) > MAX_ARTICLE_BYTES:
        return "", (f"the article {name} has more than {MAX_ARTICLE_BYTES:,} bytes", "shorten it")
    return text, None
