"""The framework to begin with that the product carries."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from app.quality.frameworks.document import Framework

FILE = Path(__file__).with_name("example.yaml")


@cache
def example() -> Framework:
    return Framework.model_validate(YAML(typ="safe").load(FILE.read_text(encoding="utf-8")))
