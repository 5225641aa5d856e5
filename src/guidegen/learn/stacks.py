"""Columns while they grow, and those that turn out to be one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from itertools import combinations, pairwise

from guidegen.learn.likeness import Likeness, Unit
from guidegen.learn.model import Block, Column

_KEPT = 8  # blocks that a column is compared by
_MOST_TRIED = 200  # pairs of sections
_MOST_COLUMNS = 2_000  # beyond, sections stay as they were found


class Stack:
    """A column while it grows: its cells, and what further blocks are compared by."""

    __slots__ = ("cells", "kept", "keys")

    def __init__(self) -> None:
        self.cells: dict[int, Block] = {}
        self.keys: set[tuple[int, int, int]] = set()
        self.kept: list[Unit] = []

    def add(self, number: int, block: Block, unit: Unit) -> None:
        """Take a document's block in."""
        self.cells[number] = block
        if unit.identity not in self.keys:
            self.keys.add(unit.identity)
            if len(self.kept) < _KEPT:
                self.kept.append(unit)


def joined_sections(profile: Sequence[Stack], likeness: Likeness) -> list[Column]:
    """The columns; a section that is in two places only because of the order documents came in is one.

    Two columns with a heading in common, but no document, are one if all documents keep their order then;
    so are the columns below them that are like each other. A section that some document has elsewhere
    contradicts the others' order, and stays in two places.
    """
    joins = {index: index for index in range(len(profile))}
    rows: dict[int, list[int]] = {}
    for index, stack in enumerate(profile):
        for number in stack.cells:
            rows.setdefault(number, []).append(index)
    order = list(joins)
    cells = [dict(stack.cells) for stack in profile]
    for one, other in _same_heading(profile) if len(profile) <= _MOST_COLUMNS else ():
        section = [(one, other), *_below(profile, one, other, likeness)]
        trial = joins | {second: joins[first] for first, second in section}
        if any(joins[i] != i for _, i in section) or any(
            cells[joins[first]].keys() & cells[second].keys() for first, second in section
        ):
            continue
        trial_order = _common_order([[trial[index] for index in rows[number]] for number in sorted(rows)])
        if trial_order is None:
            continue
        joins, order = trial, trial_order
        for first, second in section:
            cells[joins[first]] |= cells[second]
    return [Column(dict(sorted(cells[index].items()))) for index in order]


def _same_heading(profile: Sequence[Stack]) -> Iterator[tuple[int, int]]:
    """Pairs of columns that share a heading and no document, in order, the first so many."""
    having: dict[tuple[int, bool], list[int]] = {}
    for index, stack in enumerate(profile):
        headings = [unit for unit in stack.kept if unit.heading]
        marks = {(unit.words, True) for unit in headings} | {(unit.anchor, False) for unit in headings}
        for mark in marks:
            having.setdefault(mark, []).append(index)
    having.pop((-1, False), None)
    pairs = {
        pair
        for indexes in having.values()
        if len(indexes) <= _KEPT
        for pair in combinations(indexes, 2)
        if profile[pair[0]].cells.keys().isdisjoint(profile[pair[1]].cells)
    }
    yield from sorted(pairs)[:_MOST_TRIED]


def _below(profile: Sequence[Stack], one: int, other: int, likeness: Likeness) -> Iterator[tuple[int, int]]:
    """Columns below two headings that are like each other, in order."""
    second = other + 1
    for first in _section(profile, one):
        for index in range(second, len(profile)):
            if profile[index].kept[0].heading:
                break
            if likeness.worth(profile[first].kept[0], profile[index].kept[0]) > 0:
                yield first, index
                second = index + 1
                break


def _section(profile: Sequence[Stack], heading: int) -> Iterator[int]:
    for index in range(heading + 1, len(profile)):
        if profile[index].kept[0].heading:
            return
        yield index


def joined_alternatives(columns: Sequence[Column], count: int) -> list[Column]:
    """The columns; where each document has something else of the same shape at one place, these are one.

    A place lies between two columns that all documents have. At least three alternatives there, of which
    no document has two nor half the documents one, are no sections that are there or not: they are what
    each document says there. Documents of another shape, fewer than half, keep the columns they have.
    """
    found: list[Column] = []
    start = 0
    for end in range(len(columns) + 1):
        if end == len(columns) or len(columns[end].cells) == count:
            found += [*_joined(columns[start:end], count), *columns[end : end + 1]]
            start = end + 1
    return found


def _joined(columns: Sequence[Column], count: int) -> Sequence[Column]:
    having: dict[int, list[int]] = {}
    for index, column in enumerate(columns):
        for number in column.cells:
            having.setdefault(number, []).append(index)
    shapes: dict[tuple[str, ...], list[int]] = {}
    for number in sorted(having):
        kinds = tuple(columns[index].cells[number].kind for index in having[number])
        shapes.setdefault(kinds, []).append(number)
    usual = max(shapes.values(), key=len, default=[])
    if 2 * len(usual) <= count or len(columns) < 3:
        return columns
    joins: dict[int, int] = {}  # the first of the columns that a column becomes one with
    for same in zip(*(having[number] for number in usual)):
        alternatives = set(same)
        if joins.keys() & alternatives:
            return columns
        if len(alternatives) > 1 and (
            len(alternatives) < 3 or any(2 * len(columns[index].cells) > count for index in alternatives)
        ):
            return columns
        joins.update(dict.fromkeys(alternatives, min(alternatives)))
    rows = [[joins.get(index, index) for index in having[number]] for number in sorted(having)]
    order = _common_order(rows)
    if order is None or any(len(set(row)) < len(row) for row in rows):
        return columns
    cells: dict[int, dict[int, Block]] = {index: {} for index in order}
    for index, column in enumerate(columns):
        cells[joins.get(index, index)].update(column.cells)
    return [Column(dict(sorted(cells[index].items()))) for index in order]


def _common_order(rows: Sequence[Sequence[int]]) -> list[int] | None:
    """An order that all of these rows are in; none if they contradict each other."""
    after: dict[int, set[int]] = {index: set() for row in rows for index in row}
    for row in rows:
        for one, other in pairwise(row):
            after[one].add(other)
    waits = Counter(other for others in after.values() for other in others)
    ready = sorted(index for index in after if not waits[index])
    order: list[int] = []
    while ready:
        order.append(heappop(ready))
        for other in after[order[-1]]:
            waits[other] -= 1
            if not waits[other]:
                heappush(ready, other)
    return order if len(order) == len(after) else None
