"""A document's lines as the blocks that a pack would write, by its own marks for lists and tables."""

from __future__ import annotations

from collections.abc import Sequence

from guidegen.learn.model import Block, Document
from guidegen.settings import Layout


def blocks_of(document: Document, layout: Layout) -> tuple[Block, ...]:
    """A document's lines as blocks, by the layout of a pack."""
    lines = [
        (one.number + at, text) for one in document.blocks for at, text in enumerate(one.text.split("\n"))
    ]
    found: list[Block] = []
    end = gap = 0
    index = 0
    while index < len(lines):
        number, text = lines[index]
        gap, kind, marker, count = number - end - 1, "line", "", 1
        if layout.bullet and text.startswith(layout.bullet) and len(text) > len(layout.bullet):
            kind, marker = "list", layout.bullet
            while _follows(lines, index, count) and lines[index + count][1].startswith(marker):
                count += 1
        elif rows := _rows(lines, index, layout):
            kind, count = "table", rows
        texts = tuple(line.removeprefix(marker) for _, line in lines[index : index + count])
        found.append(Block(kind, texts, marker, gap, number))
        index, end = index + count, number + count - 1
    return tuple(found)


def _follows(lines: Sequence[tuple[int, str]], index: int, count: int) -> bool:
    return index + count < len(lines) and lines[index + count][0] == lines[index][0] + count


def _rows(lines: Sequence[tuple[int, str]], index: int, layout: Layout) -> int:
    column, rule = layout.column, layout.rule
    if not lines[index][1].startswith(f"{column} ") or not _follows(lines, index, 1):
        return 0
    width = lines[index + 1][1].count(f"{rule}{column}")
    if not width or lines[index + 1][1] != column + f"{rule}{column}" * width:
        return 0
    count = 2
    while _follows(lines, index, count) and lines[index + count][1].startswith(f"{column} "):
        count += 1
    return count


def cells_of(line: str, layout: Layout) -> list[str]:
    """The cells of a line of a table."""
    inner = line.removeprefix(f"{layout.column} ").removesuffix(f" {layout.column}")
    return inner.split(f" {layout.column} ")
