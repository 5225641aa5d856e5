"""Documents of a family side by side: which blocks stand for each other, as columns."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from guidegen.learn.likeness import Likeness, Unit
from guidegen.learn.model import Block, Column, Document
from guidegen.learn.stacks import Stack, joined_alternatives, joined_sections

Tokens = Callable[[int, Block], frozenset[str]]

_GAP = -200  # what a block without counterpart costs; two alike are worth up to 2,200
_FEW_CELLS = 100  # of a table of scores: so small, it is filled before equal blocks are looked for
_MOST_CELLS = 100_000  # of one table of scores; where it would be larger, only what is equal is matched
_ALL_CELLS = 3_000_000  # of all documents' largest tables, twenty seconds or so
_IMPOSSIBLE = -1_000_000
_WORD = re.compile(r"\w+")
_ANCHOR, _WORDS = attrgetter("anchor"), attrgetter("words")


def key_words(text: str) -> frozenset[str]:
    """What blocks are compared by as long as nothing is known of names: their words, case aside."""
    return frozenset(_WORD.findall(text.casefold()))


def align(documents: Sequence[Document], tokens: Tokens) -> list[Column]:
    """Columns in an order in which every document has its blocks, each of them in one column.

    Progressive alignment, the commonest shape of a document first, of these the longest. Lines that only
    one column and one block of the document have (but for words that vary) are matched at once; what
    lies between is aligned by Needleman-Wunsch, `tokens` giving what blocks are compared by. So a thousand
    documents cost little more than their blocks. A list or table stands for another under a like heading, or
    if their entries are like; paragraphs under one heading may differ wholly. What `Likeness` says of blocks
    was tried on guides of four templates, in three languages, whole and damaged in thirty ways.
    """
    units = Likeness.of(documents, tokens)
    profile: list[Stack] = []
    shapes = [tuple((unit.kind, unit.heading) for unit in row) for row in units.units]
    usual = Counter(shapes)
    order = sorted(range(len(documents)), key=lambda n: (-usual[shapes[n]], -len(shapes[n]), n))
    most = max(_FEW_CELLS, min(_MOST_CELLS, _ALL_CELLS // max(1, len(documents))))
    for number in order:
        matched = _matched(units.units[number], profile, units, most)
        profile = _merged(number, documents[number].blocks, units.units[number], profile, matched)
    return joined_alternatives(joined_sections(profile, units), len(documents))


Pair = tuple[int, int]


class _Stretch(NamedTuple):
    """Blocks of a document and columns, each from the first to the last (excluded)."""

    top: int
    bottom: int
    left: int
    right: int


def _matched(units: Sequence[Unit], profile: Sequence[Stack], likeness: Likeness, most: int) -> list[Pair]:
    """Blocks and the columns that they belong to, both counted from 0, in order."""
    pairs: list[Pair] = []
    waiting = [_Stretch(0, len(units), 0, len(profile))]
    while waiting:
        stretch = waiting.pop()
        cells = (stretch.bottom - stretch.top) * (stretch.right - stretch.left)
        if not cells:
            continue
        sure = _sure(units, profile, stretch, _ANCHOR)
        if not sure and cells > _FEW_CELLS:
            sure = _sure(units, profile, stretch, _WORDS)
        if not sure:
            if cells > most:
                pairs += _equal_ends(units, profile, stretch)
            else:
                pairs += _best(units, profile, stretch, likeness)
            continue
        pairs += sure
        top, left = stretch.top, stretch.left
        for row, column in [*sure, (stretch.bottom, stretch.right)]:
            waiting.append(_Stretch(top, row, left, column))
            top, left = row + 1, column + 1
    return sorted(pairs)


def _sure(
    units: Sequence[Unit],
    profile: Sequence[Stack],
    stretch: _Stretch,
    mark: Callable[[Unit], int],
) -> list[Pair]:
    """The longest run in order of blocks and columns that have a mark which no other there has."""
    columns = range(stretch.left, stretch.right)
    at = _only((found, i) for i in columns for found in set(map(mark, profile[i].kept)))
    here = _only((mark(units[i]), i) for i in range(stretch.top, stretch.bottom))
    pairs = sorted((i, at[found]) for found, i in here.items() if i >= 0 and at.get(found, -1) >= 0)
    pairs = [(i, column) for i, column in pairs if units[i].kind == profile[column].kept[0].kind]
    ends: list[int] = []  # the lowest column that a run of this length ends in
    last: list[int] = []  # and which pair that is
    before: list[int] = []
    for index, (_, column) in enumerate(pairs):
        length = bisect_left(ends, column)
        ends[length : length + 1] = [column]
        last[length : length + 1] = [index]
        before.append(last[length - 1] if length else -1)
    run: list[Pair] = []
    index = last[-1] if last else -1
    while index >= 0:
        run.append(pairs[index])
        index = before[index]
    return run[::-1]


def _only(found: Iterable[Pair]) -> dict[int, int]:
    """Where each mark is, or -1 if it is in several places; marks below 0 are none."""
    at: dict[int, int] = {}
    for mark, index in found:
        if mark >= 0:
            at[mark] = -1 if mark in at else index
    return at


def _best(
    units: Sequence[Unit], profile: Sequence[Stack], stretch: _Stretch, likeness: Likeness
) -> list[Pair]:
    """Matches of a stretch that together are worth most."""
    height, width = stretch.bottom - stretch.top, stretch.right - stretch.left
    worth = [_GAP * column for column in range(width + 1)]
    ways = []
    for row in range(height):
        unit = units[stretch.top + row]
        above, worth = worth, [_GAP * (row + 1)]
        way = bytearray(width + 1)
        for column in range(1, width + 1):
            match = above[column - 1] + _worth(unit, profile[stretch.left + column - 1], likeness)
            left, up = worth[-1] + _GAP, above[column] + _GAP
            best = max(match, left, up)
            way[column] = 0 if match == best else 1 if left == best else 2
            worth.append(best)
        ways.append(way)
    pairs: list[Pair] = []
    while height and width:  # from the end: what is doubled matches as a whole
        way_taken = ways[height - 1][width]
        if way_taken == 0:
            height, width = height - 1, width - 1
            pairs.append((stretch.top + height, stretch.left + width))
        elif way_taken == 1:
            width -= 1
        else:
            height -= 1
    return pairs


def _equal_ends(units: Sequence[Unit], profile: Sequence[Stack], stretch: _Stretch) -> list[Pair]:
    """What is equal where a stretch begins, and where it ends."""
    top, bottom, left, right = stretch
    pairs: list[Pair] = []
    while top < bottom and left < right and units[top].identity in profile[left].keys:
        pairs.append((top, left))
        top, left = top + 1, left + 1
    while top < bottom and left < right and units[bottom - 1].identity in profile[right - 1].keys:
        bottom, right = bottom - 1, right - 1
        pairs.append((bottom, right))
    return pairs


def _worth(unit: Unit, stack: Stack, likeness: Likeness) -> int:
    """What it is worth that a block stands in a column: as much as with the block there most like it."""
    if unit.identity in stack.keys:
        return 2200
    return max((likeness.worth(unit, other) for other in stack.kept), default=_IMPOSSIBLE)


def _merged(
    number: int,
    blocks: Sequence[Block],
    units: Sequence[Unit],
    profile: Sequence[Stack],
    matched: Sequence[Pair],
) -> list[Stack]:
    """The columns with a document's blocks in them, in new columns where none is theirs."""
    merged: list[Stack] = []
    row = column = 0
    for row_end, column_end in [*matched, (len(units), len(profile))]:
        fresh = []
        for index in range(row, row_end):
            stack = Stack()
            stack.add(number, blocks[index], units[index])
            fresh.append(stack)
        merged += _in_sections(profile[column:column_end], fresh)
        if row_end < len(units):
            profile[column_end].add(number, blocks[row_end], units[row_end])
            merged.append(profile[column_end])
        row, column = row_end + 1, column_end + 1
    return merged


def _in_sections(skipped: Sequence[Stack], fresh: Sequence[Stack]) -> list[Stack]:
    """Columns that a document skips and those it brings; what belongs to the heading before comes first."""
    own, new = _first_heading(skipped), _first_heading(fresh)
    return [*skipped[:own], *fresh[:new], *skipped[own:], *fresh[new:]]


def _first_heading(stacks: Sequence[Stack]) -> int:
    return next((index for index, stack in enumerate(stacks) if stack.kept[0].heading), len(stacks))
