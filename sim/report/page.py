"""Reports as one HTML file: no scripts, nothing fetched, readable on paper and on a telephone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax import saxutils
from xml.sax.saxutils import quoteattr

from sim.report import words
from sim.report.style import STYLE
from sim.results import Estimate

# So few heads have room beside each other.
UPRIGHT = 8
BANDS = "Green: target reached; yellow: up to 10 points below; red and bold: further below."
# Beside the label of a row of this class.
SIGNS = {"worst": "▼ ", "low": "▽ ", "best": "► "}
Cell = str
Rows = Iterable[tuple[str, Sequence[Cell]]]


def escape(text: str) -> str:
    """Markup for a text; a number and its percent sign stay on one line."""
    return saxutils.escape(text).replace(" %", "\u00a0%")


def page(title: str, body: Iterable[str]) -> str:
    """A whole document; ``body`` is markup already."""
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8"/>',
            '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body><main>",
            *body,
            "</main></body>",
            "</html>",
            "",
        )
    )


def header(title: str, description: str, meta: str, findings: Sequence[str | Sequence[str]]) -> str:
    """``findings``: sentences; of several that belong together those after the first stand beneath
    it."""
    told = f'<p class="soft">{escape(description)}</p>' if description else ""
    items = "".join(_finding([one] if isinstance(one, str) else one) for one in findings)
    return (
        f"<header><h1>{escape(title)}</h1>{told}"
        f'<ul class="lead">{items}</ul><p class="meta">{escape(meta)}</p></header>'
    )


def _finding(lines: Sequence[str]) -> str:
    beneath = "".join(f"<li>{escape(line)}</li>" for line in lines[1:])
    return f"<li>{escape(lines[0])}{f'<ul>{beneath}</ul>' if beneath else ''}</li>"


def section(title: str, *parts: str, long: bool = False) -> str:
    """``long``: may be broken over pages when printed."""
    kind = ' class="long"' if long else ""
    return f"<section{kind}><h2>{escape(title)}</h2>{''.join(parts)}</section>"


def chart(svg: str) -> str:
    return f'<div class="scroll" tabindex="0">{svg}</div>'


def table(
    corner: str,
    heads: Sequence[str],
    rows: Rows,
    *,
    marks: dict[int, str] | None = None,
    words_in: Sequence[int] = (),
) -> str:
    """``marks``: class of a row by its number; ``words_in``: columns that hold text, not figures.

    A cell may hold a figure and what belongs to it after a tab, which is set smaller.
    """
    start = ' class="word"'
    head = "".join(
        f'<th scope="col"{start if place in words_in else ""}>{escape(one)}</th>'
        for place, one in enumerate(heads)
    )
    lines = []
    for number, (label, cells) in enumerate(rows):
        kind = (marks or {}).get(number, "")
        cells_text = "".join(
            f"<td{start if place in words_in else ''}>{_cell(one)}</td>"
            for place, one in enumerate(cells)
        )
        row_class = f" class={quoteattr(kind)}" if kind else ""
        sign = SIGNS.get(kind, "")
        lines.append(f'<tr{row_class}><th scope="row">{sign}{escape(label)}</th>{cells_text}</tr>')
    return (
        f'<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">{escape(corner)}</th>'
        f"{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def folded(summary: str, content: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"


def text_block(text: str) -> str:
    return f"<pre>{saxutils.escape(text)}</pre>"


def paragraphs(lines: Iterable[str]) -> str:
    return "".join(f'<p class="soft">{escape(line)}</p>' for line in lines)


def strip(
    labels: Sequence[str],
    rows: Iterable[tuple[str, Sequence[float], float | None, int | None]],
    corner: str = "",
    sign: str = "▼",
) -> str:
    """A heat strip: a row a plan (name, service levels as shares, target, which of them is marked:
    the worst), a cell an interval.

    The figure stands in each cell, so colour only helps; what is marked has a frame and a sign.
    """
    head = "".join(f'<th scope="col">{escape(label)}</th>' for label in labels)
    kind = "strip upright" if len(labels) <= UPRIGHT else "strip"
    lines = []
    for name, levels, target, marked in rows:
        cells = "".join(
            _strip_cell(level, target, sign if place == marked else "")
            for place, level in enumerate(levels)
        )
        lines.append(f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>')
    return (
        f'<div class="scroll" tabindex="0"><table class="{kind}"><thead><tr>'
        f'<th scope="col">{escape(corner)}</th>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def band(level: float, target: float | None) -> str:
    """``met``, ``near`` (within ten points) or ``far``; empty where there is nothing to tell."""
    if target is None or level != level:
        return ""
    if level >= target:
        return "met"
    return "near" if level >= target - 0.1 else "far"


def _strip_cell(level: float, target: float | None, sign: str) -> str:
    kind = " ".join(filter(None, (band(level, target), "marked" if sign else "")))
    text = words.decimal(level * 100, 0)
    return f"<td class={quoteattr(kind)}>{text}{f'<b>{sign}</b>' if sign else ''}</td>"


def figure(unit: str, found: Estimate) -> Cell:
    """A figure with what it is uncertain by, as a cell."""
    around = words.around(unit, found)
    doubt = "?" if words.doubtful(unit, found) and around != words.UNTOLD else ""
    return f"{words.figure(unit, found.mean)}\t{around}{doubt}"


def _cell(text: Cell) -> str:
    figure, _tab, small = text.partition("\t")
    return escape(figure) + (f" <small>{escape(small)}</small>" if small else "")
