"""The page about the format knows every key, and its examples are true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from app.scenarios import parts, schema
from app.scenarios.parts import State
from app.scenarios.schema import Facts
from app.yaml_file import read
from tests.scenarios.conftest import IDS, LIBRARY

DOCS = Path(__file__).parents[2] / "docs" / "scenario-format.md"
PAGE = DOCS.read_text(encoding="utf-8")
MODELS = [
    each
    for module in (parts, schema)
    for each in vars(module).values()
    if isinstance(each, type)
    and issubclass(each, BaseModel)
    and each.__module__.startswith("app.scenarios")
]
KEYS = sorted({f.alias or name for m in MODELS for name, f in m.model_fields.items()})


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_described(key: str) -> None:
    assert re.search(rf"`[^`]*\b{key}\b[^`]*`|^\s*(- )?\{{?{key}:", PAGE, re.MULTILINE), key


def test_the_examples_are_true() -> None:
    blocks = [read(block).data for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
    assert Facts.model_validate(blocks[0]["facts"]).computed["name"].how == "join"
    assert State.model_validate(blocks[1]["states"]["verify"]).expects[0] == "ask_name"


def test_every_scenario_stands_in_the_table() -> None:
    readme = (LIBRARY / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in readme for name in IDS)
