"""The text format: one line per block, as a content team reads and compares it."""

from __future__ import annotations

from collections.abc import Iterator

from guidegen.guide import (
    Block,
    Chart,
    Grid,
    Guide,
    Joined,
    Laid,
    Link,
    Listing,
    Prose,
    Span,
    Text,
    flat,
    plain,
)
from guidegen.settings import Layout

BOM = b"\xef\xbb\xbf"
Line = list[Span]
_OTHER = {"\n": "\r\n", "\r\n": "\n"}


def text_bytes(guide: Guide, layout: Layout) -> bytes:
    """The guide as UTF-8 text, by the layout of pack.yaml and what the pair's file says."""
    text = plain(spans(guide, layout)).encode()
    return BOM + text if guide.file.byte_order_mark else text


def spans(guide: Guide, layout: Layout) -> Iterator[Span]:
    """Every character of the text, each with its origin: a span of the guide, or a layout setting.

    Lines end as the layout or the pair's file says, also those within a text that is put out as it stands.
    """
    newline = guide.file.newline or layout.newline
    odd = frozenset(guide.file.odd_newlines)
    number = 1
    for span in _spans(guide, layout):
        if "\n" not in span.text or (newline == "\n" and not odd):
            yield span
            continue
        for index, piece in enumerate(span.text.split("\n")):
            if index:
                yield Span(_OTHER[newline] if number in odd else newline, span.origin)
                number += 1
            if piece:
                yield Span(piece, span.origin)


def _spans(guide: Guide, layout: Layout) -> Iterator[Span]:
    """The same, every line ending with LF."""
    blocks = [block for block in flat(guide.blocks) if not isinstance(block, Chart)]
    for index, block in enumerate(blocks):
        if index:
            yield Span("\n", Laid("text.newline"))
            if blank := guide.gaps.get(block.id, layout.blank_lines):
                own = block.id in guide.gaps
                yield Span("\n" * blank, Joined(block.id) if own else Laid("text.blank_lines"))
        elif blank := guide.gaps.get(block.id, 0):
            yield Span("\n" * blank, Joined(block.id))
        for line_index, line in enumerate(lines_of(block, layout)):
            if line_index:
                yield Span("\n", Laid("text.newline"))
            yield from line
    ends = layout.final_newline if guide.file.final_newline is None else guide.file.final_newline
    if blocks and (guide.file.blank_end or ends):
        yield Span("\n" * (guide.file.blank_end + ends), Laid("text.final_newline"))


def lines_of(block: Block, layout: Layout) -> Iterator[Line]:
    """The lines of a block, without their endings."""
    if isinstance(block, (Prose, Link)):
        yield list(block.text)
    elif isinstance(block, Listing):
        for entry in block.entries:
            yield [Span(layout.bullet, Laid("text.bullet")), *entry]
    elif isinstance(block, Grid):
        yield _row(block.header, layout)
        yield _rule(len(block.header), layout)
        for row in block.rows:
            yield _row(row, layout)


def _row(cells: tuple[Text, ...], layout: Layout) -> Line:
    mark = Laid("text.column")
    line: Line = [Span(f"{layout.column} ", mark)]
    for index, cell in enumerate(cells):
        between = f" {layout.column} " if index < len(cells) - 1 else f" {layout.column}"
        line += [*cell, Span(between, mark)]
    return line


def _rule(columns: int, layout: Layout) -> Line:
    cell = [Span(layout.rule, Laid("text.rule")), Span(layout.column, Laid("text.column"))]
    return [Span(layout.column, Laid("text.column")), *cell * columns]
