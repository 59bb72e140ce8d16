"""A benchmark imports this before what it measures: the packages beside it, installed or not."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What the product needs, and what only its tools need.
NEEDED = ("flask", "ciw")

sys.path.insert(0, str(ROOT))
if not all(map(find_spec, NEEDED)):
    sys.exit(f"This needs the tools' Python: make tools, then .venv/bin/python {sys.argv[0]}")
