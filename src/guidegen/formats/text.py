"""The text format: one line per block, as a content team reads and compares it."""

from __future__ import annotations

from collections.abc import Iterator

from guidegen.guide import Block, Grid, Guide, Laid, Link, Listing, Prose, Span, Text, flat, plain
from guidegen.settings import Layout

BOM = b"\xef\xbb\xbf"
Line = list[Span]


def text_bytes(guide: Guide, layout: Layout) -> bytes:
    """The guide as UTF-8 text, by the layout of pack.yaml and what the pair's file says."""
    text = plain(spans(guide, layout)).encode()
    return BOM + text if guide.file.byte_order_mark else text


def spans(guide: Guide, layout: Layout) -> Iterator[Span]:
    """Every character of the text, each with its origin: a span of the guide, or a layout setting."""
    newline = guide.file.newline or layout.newline
    lines = [line for block in flat(guide.blocks) for line in _block(block, layout)]
    for index, (line, ends_block) in enumerate(lines):
        yield from line
        if index < len(lines) - 1:
            yield Span(newline, Laid("text.newline"))
            if ends_block and layout.blank_lines:
                yield Span(newline * layout.blank_lines, Laid("text.blank_lines"))
        elif layout.final_newline if guide.file.final_newline is None else guide.file.final_newline:
            yield Span(newline, Laid("text.final_newline"))


def _block(block: Block, layout: Layout) -> Iterator[tuple[Line, bool]]:
    """The lines of a block, the last one marked."""
    lines = list(_lines(block, layout))
    for number, line in enumerate(lines, 1):
        yield line, number == len(lines)


def _lines(block: Block, layout: Layout) -> Iterator[Line]:
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
