"""The HTML format: a whole page that loads nothing else and runs no script."""

from __future__ import annotations

from base64 import b64encode
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from guidegen.formats.structured import json_ld
from guidegen.guide import Bar, Block, Chart, Guide, Prose, flat, plain
from guidegen.language import direction

_DOT = Decimal("0.01")  # how wide a bar is that begins where it ends
_HERE = Path(__file__).parent


def html_bytes(guide: Guide) -> bytes:
    """The guide as a page, UTF-8. All of a guide's text is escaped by the template, wherever it stands."""
    stylesheet = (_HERE / "page.css").read_text("utf-8").strip()  # checkers hash it without blanks
    structured = json_ld(guide)
    page = _template().render(
        guide=guide,
        direction=direction(guide.locale),
        sections=_sections(guide),
        policy=_policy(stylesheet, structured),
        stylesheet=Markup(stylesheet),  # noqa: S704  # ours, and no text of a pack
        structured=Markup(structured),  # noqa: S704  # has no character that HTML would read
    )
    return page.encode()


def _policy(stylesheet: str, structured: str) -> str:
    """What a browser may do with the page: show it in its own style, and nothing else.

    `connect-src 'self'` lets tools that audit the page read the site's robots.txt.
    """
    style, data = (b64encode(sha256(text.encode()).digest()).decode() for text in (stylesheet, structured))
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{data}'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"plain": plain, "bars": _bars}
    return environment.get_template("page.html")


def _sections(guide: Guide) -> list[list[Block]]:
    """The blocks in runs: what stands before the first heading, then each heading and what follows it."""
    sections: list[list[Block]] = [[]]
    for block in flat(guide.blocks):
        if isinstance(block, Prose) and block.kind == "heading":
            sections.append([])
        sections[-1].append(block)
    return [blocks for blocks in sections if blocks]


def _bars(chart: Chart) -> list[dict[str, Any]]:
    """Where each bar is drawn, in per cent of the width; the longest reaches the right edge."""
    widest = max(_end(bar) for bar in chart.bars)
    drawn = []
    for number, bar in enumerate(chart.bars, 1):
        width = max((_end(bar) - _start(bar)) / widest, _DOT)
        drawn.append(
            {
                "bar": bar,
                "id": f"{chart.id}-{number}",
                "top": 52 * (number - 1),
                "left": _percent(min(_start(bar) / widest, 1 - width)),
                "width": _percent(width),
            }
        )
    return drawn


def _start(bar: Bar) -> Decimal:
    assert isinstance(bar.low.value, Decimal)
    return bar.low.value


def _end(bar: Bar) -> Decimal:
    assert isinstance(bar.high.value, Decimal)
    return bar.high.value


def _percent(share: Decimal) -> str:
    return f"{(share * 100).quantize(Decimal('0.01'), ROUND_HALF_UP)}%"
