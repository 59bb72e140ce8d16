"""Drawings as inline SVG whose colours are the page's own: they follow light, dark and print.

Drawn by matplotlib with stand-in colours that become ``var(--…)`` afterwards. The same figures give
the same text: no date, no random ids. There is neither a script nor a style attribute in it, so a
page with a strict content security policy shows it too; ``sim.report.style`` says what the
variables are.
"""

from __future__ import annotations

import io
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import quoteattr

COLOURS = {
    "ink": "#010203",
    "soft": "#020304",
    "line": "#030405",
    "one": "#040506",
    "two": "#050607",
    "three": "#060708",
    "bad": "#070809",
    "four": "#08090a",
    "five": "#090a0b",
    "six": "#0a0b0c",
    "raised": "#0b0c0d",
}
SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "callwright",
    "font.size": 11,
    "axes.edgecolor": COLOURS["line"],
    "axes.labelcolor": COLOURS["soft"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": COLOURS["soft"],
    "ytick.color": COLOURS["soft"],
    "text.color": COLOURS["ink"],
    "grid.color": COLOURS["line"],
    "grid.linewidth": 0.6,
}
WIDTH = 9.6

# matplotlib's settings, and which warnings are shown, belong to all threads of a process.
_DRAWING = threading.Lock()


def drawn(draw: Callable[[Any], None], height: float, key: str, label: str) -> str:
    """What ``draw`` puts on a figure. height: inches; key: tells the drawings of a page apart;
    label: for those who do not see it. May be called from any thread."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    text = io.StringIO()
    with _DRAWING, _names_in_any_script(), rc_context(SETTINGS):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure)
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    return _inline(text.getvalue(), key, label)


@contextmanager
def _names_in_any_script() -> Iterator[None]:
    """What the measuring font lacks is drawn by the browser's fonts all the same."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from font")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        yield


def _inline(svg: str, key: str, label: str) -> str:
    """Only what a page needs: no prologue, metadata or namespaces; ids begin with ``key``."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.S)
    svg = re.sub(r"\sxmlns(:\w+)?=\"[^\"]*\"", "", svg)
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>\s*", "", svg, flags=re.S)
    svg = re.sub(r" ?\n ?", " ", svg)
    svg = re.sub(r' style="([^"]*)"', _as_attributes, svg)
    svg = re.sub(r'\bid="', f'id="{key}-', svg)
    svg = re.sub(r"url\(#", f"url(#{key}-", svg)
    svg = re.sub(r'xlink:href="#', f'href="#{key}-', svg)
    for name, colour in COLOURS.items():
        svg = svg.replace(colour, f"var(--{name})")
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert size is not None
    head = f'<svg viewBox="{size[0][9:-1]}" role="img" aria-label={quoteattr(label)}>'
    return head + svg[svg.index(">") + 1 :].strip()


def _as_attributes(style: re.Match[str]) -> str:
    """``style="fill: none; stroke: red"`` as ``fill="none" stroke="red"``; fonts are the page's."""
    declared = (one.partition(":") for one in style[1].split(";") if one.strip())
    pairs = ((name.strip(), value.strip()) for name, _colon, value in declared)
    return "".join(f' {name}="{value}"' for name, value in pairs if name != "font-family")
