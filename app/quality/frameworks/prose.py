"""Passages of the framework as HTML: Markdown without HTML, pictures or headings of its own."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markupsafe import Markup

# A heading inside a passage would break the document's own order of headings.
_PARSER = MarkdownIt("commonmark", {"html": False}).disable(["heading", "lheading", "image"])
_PARSER.enable("table")


def prose(text: str) -> Markup:
    return Markup(_PARSER.render(text))
