"""Guides as files: each format is a function from a guide to bytes."""

from __future__ import annotations

from guidegen.guide import Guide
from guidegen.settings import Layout


def rendered(guide: Guide, layout: Layout, format_: str) -> bytes:
    """A guide in one of the formats of `settings.FORMATS`; `layout` is the text format's."""
    if format_ == "json":
        from guidegen.formats.json import json_bytes

        return json_bytes(guide)
    if format_ == "markdown":
        from guidegen.formats.markdown import markdown_bytes

        return markdown_bytes(guide)
    if format_ == "html":
        from guidegen.formats.html import html_bytes

        return html_bytes(guide)
    from guidegen.formats.text import text_bytes

    return text_bytes(guide, layout)
