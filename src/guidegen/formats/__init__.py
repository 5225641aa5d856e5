"""Guides as files: each format is a function from a guide to bytes."""

from __future__ import annotations

from guidegen.guide import Guide
from guidegen.settings import Layout


def rendered(guide: Guide, layout: Layout, format_: str) -> bytes:
    """A guide in a format: `text` or `json`."""
    if format_ == "json":
        from guidegen.formats.json import json_bytes

        return json_bytes(guide)
    from guidegen.formats.text import text_bytes

    return text_bytes(guide, layout)
