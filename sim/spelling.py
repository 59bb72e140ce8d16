"""Names that are not there: what was meant, or what there is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: object, known: Iterable[str]) -> str:
    """``did you mean …?`` or the list of what there is."""
    names = sorted(set(known))
    near = difflib.get_close_matches(str(word)[:80], names, n=1)
    if near:
        return f"did you mean {near[0]}?"
    return f"there are {', '.join(names)}" if names else "there are none"


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """``no call type is called sale: did you mean sales?``"""
    return f"no {kind} is called {name}: {nearest(name, known)}"
