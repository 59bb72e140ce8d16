"""What the documents name exists, and what there is to say is said in them."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from app.cli import cli
from app.config import PREFIX, REPOSITORY, Settings
from app.recordings import history
from app.scenarios import messages

PAGES = (REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md")))
OPERATIONS = (REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")
PROTOCOL = (REPOSITORY / "docs" / "voice-protocol.md").read_text(encoding="utf-8")
MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```[^\n]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
FILE = re.compile(r"^[\w./-]+\.(?:py|md|yaml|json|js|toml|lock|css)$")
WHERE = (
    "",
    "app",
    "app/*",
    "app/static/js",
    "docs",
    "tests/*",
    "scenario_library/*",
    "sim",
    "sim/*",
)
IN_GENERAL = {
    "scenario.yaml",
    "events.jsonl",
    "peaks.json",
    "transcript.json",
    "plan.yaml",
    "my_rules.py",
    "settle.py",
}
"""Names of a kind of file, not of one."""


def names(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return [line for block, inline in CODE.findall(text) for line in (block or inline).splitlines()]


def page_id(page: Path) -> str:
    return page.name


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        path, _hash, anchor = unquote(link).partition("#")
        target = (page.parent / path) if path else page
        assert target.exists(), f"{page.name} links to {link}"
        if anchor:
            heads = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {head.lower().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_commands_exist(page: Path) -> None:
    for line in names(page):
        for words in re.findall(r"(?:^|bin/|[\s=])callwright((?: [^\s#|…]+)*)", line):
            _check_command(words.split(), f"{page.name}: {line}")
        for target in re.findall(r"\bmake ([a-z]+)", line):
            assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), f"{page.name}: {line}"
        for script in re.findall(r"python3? ((?:scripts|benchmarks)/\w+\.py)", line):
            assert (REPOSITORY / script).is_file(), f"{page.name}: {line}"


def _check_command(words: list[str], where: str) -> None:
    command: click.Command = cli
    context = click.Context(cli)
    for word in words:
        option = re.fullmatch(r"\[?(--?[a-z-]+)\]?", word)
        if option:
            known = {name for p in command.params for name in (*p.opts, *p.secondary_opts)}
            assert option[1] in known | {"--help"}, f"no {option[1]} in {where}"
        elif isinstance(command, click.Group):
            found = command.get_command(context, word)
            assert found is not None, f"no command {word} in {where}"
            command = found


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_files_exist(page: Path) -> None:
    for line in names(page):
        for name in FILE.findall(line.strip()):
            assert name in IN_GENERAL or _known(name), f"{page.name}: {name} is not there"


def _known(name: str) -> bool:
    return any(True for where in WHERE for _ in REPOSITORY.glob(f"{where}/{name}".lstrip("/")))


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_is_documented(name: str) -> None:
    assert f"| `{PREFIX}{name.upper()}` |" in OPERATIONS


def test_no_setting_is_made_up() -> None:
    known = {PREFIX + field.name.upper() for field in fields(Settings)}
    known.add("CALLWRIGHT_REHEARSE_PASSWORD")
    for page in PAGES:
        told = set(re.findall(r"CALLWRIGHT_[A-Z_]+[A-Z]", page.read_text(encoding="utf-8")))
        assert told - known == set(), page.name


@pytest.mark.parametrize("kinds", [messages.CLIENT_TYPES, messages.SERVER_TYPES])
def test_every_message_is_in_the_protocol_with_its_keys(kinds: dict[str, type]) -> None:
    spoken = PROTOCOL.partition("## The journal")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*)$", spoken, re.MULTILINE))
    for kind, message in kinds.items():
        assert kind in rows, f"{kind} is missing"
        missing = [f.name for f in fields(message) if f"`{f.name}`" not in rows[kind]]
        assert missing == [], kind


def test_every_kind_of_the_journal_is_in_the_protocol() -> None:
    chapter = PROTOCOL.partition("## The journal")[2]
    told = {
        name
        for row in re.findall(r"^\| (`[^|]*) \|", chapter, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    assert journal_kinds() - told == set()


def journal_kinds() -> set[str]:
    """Every kind that the program's own source writes or reads."""
    source = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("scenarios", "recordings")
        for path in (REPOSITORY / "app" / folder).glob("*.py")
    )
    written = re.findall(r'(?:\blog|\bappend|Record)\(\s*(?:[\w.]+,\s*)?"(\w+)"', source)
    return set(written) | set(history.MARKS)


@pytest.mark.parametrize("path", sorted((REPOSITORY / "benchmarks").glob("*.py")), ids=page_id)
def test_every_benchmark_has_its_place(path: Path) -> None:
    page = (REPOSITORY / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert f"benchmarks/{path.name}" in page
    source = path.read_text(encoding="utf-8")
    # Whoever has the packages can run it, whether this one is installed among them or not.
    assert "__main__" not in source or re.search(r"^import here\b", source, re.MULTILINE)


def test_nothing_of_a_machine_is_in_the_documents() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"/(root|home|work|tmp)/", text), page.name


def test_the_licence_is_the_one_that_is_named() -> None:
    text = (REPOSITORY / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0" in text
