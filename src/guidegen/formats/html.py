"""The HTML format: whole pages that load nothing else and run no script."""

from __future__ import annotations

from base64 import b64encode
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from guidegen.formats.collection import Collection
from guidegen.formats.frame import Frame
from guidegen.formats.structured import collection_ld, json_ld
from guidegen.guide import Bar, Block, Chart, Guide, Prose, flat, plain
from guidegen.language import direction

_DOT = Decimal("0.01")  # how wide a bar is that begins where it ends
_HERE = Path(__file__).parent


def html_bytes(guide: Guide, frame: Frame | None = None) -> bytes:
    """The guide as a page, UTF-8; on a site, with the `frame` around it.

    All of a guide's text is escaped by the template, wherever it stands.
    """
    return _page_bytes(
        "page.html",
        json_ld(guide, frame),
        guide.locale,
        frame,
        guide=guide,
        sections=_sections(guide),
        title=plain(guide.meta.title),
        description=plain(guide.meta.description),
        address=frame.address if frame else plain(guide.meta.address),
    )


def collection_bytes(page: Collection) -> bytes:
    """A page of lists, UTF-8. Its texts are escaped like a guide's."""
    return _page_bytes(
        "list.html",
        collection_ld(page),
        page.locale,
        page.frame,
        page=page,
        title=page.title,
        description=page.description,
        address=page.frame.address,
    )


def _page_bytes(template: str, structured: str, locale: str, frame: Frame | None, **content: Any) -> bytes:
    """A page of one of our templates, around it what a site's `frame` says; `structured` is JSON-LD."""
    style, style_hash = _style(is_of_site=frame is not None)
    page = _template(template).render(
        **content,
        locale=locale,
        direction=direction(locale),
        frame=frame,
        policy=_policy(style_hash, structured),
        stylesheet=style,
        structured=Markup(structured),  # noqa: S704  # has no character that HTML would read
    )
    return page.encode()


@cache
def _style(*, is_of_site: bool) -> tuple[Markup, str]:
    """The style of a page, ours and no text of a pack, and its hash."""
    files = ("page.css", "site.css") if is_of_site else ("page.css",)
    texts = [(_HERE / file).read_text("utf-8").strip() for file in files]  # checkers hash it without blanks
    style = "\n".join(texts)
    return Markup(style), _hash(style)  # noqa: S704


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _policy(style_hash: str, structured: str) -> str:
    """What a browser may do with the page: show it in its own style, and nothing else.

    `connect-src 'self'` lets tools that audit the page read the site's robots.txt.
    """
    return (
        f"default-src 'none'; style-src '{style_hash}'; script-src '{_hash(structured)}'; "
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"plain": plain, "bars": _bars}
    return environment


@cache
def _template(name: str) -> Template:
    return _environment().get_template(name)


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
