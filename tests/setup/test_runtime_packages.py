"""What the product imports is what an installation has: packages of the tests are none of it."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from app.config import REPOSITORY

OWN = {"app", "sim"}


def test_every_import_is_of_a_locked_package() -> None:
    locked = {
        _plain(line.split("==")[0])
        for line in (REPOSITORY / "requirements.lock").read_text().splitlines()
        if re.match(r"[A-Za-z0-9]", line)
    }
    known = packages_distributions()
    foreign = {
        (name, str(path.relative_to(REPOSITORY)))
        for folder in sorted(OWN)
        for path in (REPOSITORY / folder).rglob("*.py")
        for name in _imported(path)
        if not {_plain(each) for each in known.get(name, ())} & locked
    }
    assert not foreign


def _imported(path: Path) -> Iterator[str]:
    """The top modules that are neither the language's nor the product's own."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom) and node.module and not node.level
            else []
        )
        for name in names:
            top = name.split(".")[0]
            if top not in sys.stdlib_module_names and top not in OWN:
                yield top


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).strip().lower()
