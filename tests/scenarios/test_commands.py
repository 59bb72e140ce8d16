from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.errors import InvalidInput
from app.scenarios.commands import SCHEMA_FILE, scenarios, schema_text
from tests.scenarios.conftest import IDS, LIBRARY, SMALL, written


def test_the_published_schema_is_that_of_the_models() -> None:
    text = (LIBRARY / SCHEMA_FILE).read_text(encoding="utf-8")
    assert text == schema_text(), "run `callwright scenarios schema --write`"
    assert {"states", "scorecard", "facts"} <= set(json.loads(text)["required"])


def test_lint_is_content_with_the_library() -> None:
    result = CliRunner().invoke(scenarios, ["lint", str(LIBRARY / "first-day-appointment")])
    assert result.exit_code == 0
    assert "1 scenario: all good" in result.output


def test_lint_tells_mistakes_with_their_line_and_status_1(tmp_path: Path) -> None:
    written(tmp_path, SMALL.replace("go: wish}", "go: wisch}"))
    result = CliRunner().invoke(scenarios, ["lint", str(tmp_path)])
    assert result.exit_code == 1
    line = next(n for n, each in enumerate(SMALL.splitlines(), 1) if "go: wish}" in each)
    assert f"scenario.yaml:{line}: error: there is no state `wisch`" in result.output


def test_lint_of_warnings_alone_is_no_failure(tmp_path: Path) -> None:
    written(tmp_path, SMALL.replace("    script: [Goodbye.]\n", ""))
    result = CliRunner().invoke(scenarios, ["lint", str(tmp_path)])
    assert (result.exit_code, "0 errors, 1 warnings" in result.output) == (0, True)


@pytest.mark.parametrize("command", [["lint", "nowhere"], ["show", "lost-crad"], ["walk", "x"]])
def test_bad_input_is_told(command: list[str]) -> None:
    result = CliRunner().invoke(scenarios, command)
    assert isinstance(result.exception, InvalidInput)
    assert result.exception.remedy


@pytest.mark.parametrize("name", IDS)
def test_show_shows_it_whole(name: str) -> None:
    result = CliRunner().invoke(scenarios, ["show", name, "--seed", "3"])
    assert result.exit_code == 0, result.exception
    for words in ("Facts of seed 3", "States", "Endings", "pass mark", "anywhere"):
        assert words in result.output


def test_walk_makes_each_run_and_lists_the_ways() -> None:
    result = CliRunner().invoke(scenarios, ["walk", "lost-card", "--seed", "2", "--most", "60"])
    assert result.exit_code == 0, result.exception
    for words in ("Good run", "Asks for the PIN", "score 100", "never_asks_pin", "cut_off"):
        assert words in result.output


def test_walk_of_an_unknown_run_names_those_there_are() -> None:
    result = CliRunner().invoke(scenarios, ["walk", "lost-card", "--run", "ask_pin"])
    assert isinstance(result.exception, InvalidInput)
    assert "asks_pin" in result.exception.remedy
