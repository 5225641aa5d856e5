"""A document laid along an outline: which of its blocks is which, at the least cost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from guidegen import schema
from guidegen.learn.backwards import Element, Elements, Held, Own, Steps, Way, joined, matched
from guidegen.learn.beforehand import Beforehand
from guidegen.learn.expected import Expected, hints_of, label_of
from guidegen.learn.inverse import Inverse
from guidegen.learn.lined import cells_of
from guidegen.learn.model import Block
from guidegen.outline import Grid, Listing, Prose
from guidegen.template import Slot

MOST_BLOCKS = 1_500  # of a document beyond which it is no guide of this pack
# Costs in hundredths.
LIST, OWN, NEW, NEAR, MISSING, OPTIONAL, EXTRA = 30, 100, 150, 200, 300, 10, 300
ASTRAY = 60  # for a block that isn't under its heading
_UNLIKE = 35  # hundredths of words in common below which a line isn't near
_LIKE, _CLEARLY = 50, 15  # and those by which it is a variant with a slip, and no other one
_TELLING = 6  # characters of its own words by which a text is known wherever it stands
_MOST_LINES = 200  # of a passage that is put out as it stands
_ALL_STEPS = 600_000
_LINE_STEPS = 6_000
_WORD = re.compile(r"\w+")


class Reading(NamedTuple):
    """How a block was read: in which way, and what its slots hold; of a list or table, row by row.

    `kind` is same, own, new (a text that no row has), near, list, table or lines. `labels` are what the
    rows of a table are of.
    """

    kind: str
    way: Way | None = None
    held: Held = ()
    rows: tuple[Held | None, ...] = ()
    labels: tuple[str, ...] = ()


class Pairing(NamedTuple):
    """A block of the document (`size` of them from `start` on) that stands for an expected one."""

    planned: int
    start: int
    size: int
    reading: Reading
    is_moved: bool = False


class Laid(NamedTuple):
    """The pairs, and what is left over: expected blocks that are missing, blocks that are extra."""

    blocks: tuple[Block, ...]
    pairings: tuple[Pairing, ...]
    missing: tuple[int, ...]
    extra: tuple[int, ...]


class Layer:
    """Reads the blocks of one document as the blocks that are expected."""

    def __init__(
        self, before: Beforehand, planned: Sequence[Expected], blocks: tuple[Block, ...], inverse: Inverse
    ) -> None:
        self.before, self.planned, self.blocks, self.inverse = before, planned, blocks, inverse
        self.layout = before.pack.settings.layout
        self.steps = Steps(_ALL_STEPS)
        self._under: set[tuple[int, int]] = set()
        self._kinds: dict[str, schema.Type] = {}
        self._words = [frozenset(_WORD.findall(block.text.lower())) for block in blocks]
        self._usual = [[(_words_of(way.elements), way) for way in one.all_ways()] for one in planned]

    def laid(self) -> Laid:
        """The pairing that costs least; on ties the later of the expected blocks is the missing one."""
        came = self._table()
        pairings: list[Pairing] = []
        missing, extra = [], []
        at, left = len(self.planned), len(self.blocks)
        while at or left:
            step = came[at][left]
            if step is None:
                at -= 1
                missing.append(at)
            elif isinstance(step, int):
                left -= 1
                extra.append(left)
            else:
                at, left = at - 1, left - step[0]
                pairings.append(Pairing(at, left, *step))
        more = list(self._moved(missing[::-1], extra[::-1]))
        more += self._replaced(pairings[::-1], missing[::-1], extra[::-1], more)
        missing = [index for index in missing if index not in {one.planned for one in more}]
        extra = [index for index in extra if index not in {one.start for one in more}]
        ordered = sorted([*pairings, *more], key=lambda one: one.start)
        return Laid(self.blocks, tuple(ordered), tuple(missing[::-1]), tuple(extra[::-1]))

    def _replaced(
        self, pairings: Sequence[Pairing], missing: Sequence[int], extra: Sequence[int], moved: list[Pairing]
    ) -> Iterator[Pairing]:
        """Lines that stand where a text is missing: they are what is said instead."""
        gone = {one.planned for one in moved}, {one.start for one in moved}
        left = dict.fromkeys(
            start for start in extra if start not in gone[1] and self.blocks[start].kind == "line"
        )
        for index in missing:
            if index in gone[0] or isinstance(self.planned[index].block, (Listing, Grid)):
                continue
            after = max((one.start + one.size for one in pairings if one.planned < index), default=0)
            until = min((one.start for one in pairings if one.planned > index), default=len(self.blocks))
            start = next((start for start in left if after <= start < until), None)
            if start is not None:
                del left[start]
                yield Pairing(index, start, 1, Reading("near"))

    def _moved(self, missing: Sequence[int], extra: Sequence[int]) -> Iterator[Pairing]:
        """Missing blocks that stand elsewhere: texts, and what follows them there as in the outline."""
        left = dict.fromkeys(extra)
        behind = (-2, -2)
        for index in missing:
            for start in left:
                follows = behind == (index - 1, start - 1)
                found = next((one for one in self._readings(index, start) if one[0] == 1), None)
                if found and (follows or _is_telling(found[2])) and found[2].kind not in ("near", "new"):
                    yield Pairing(index, start, 1, found[2], is_moved=True)
                    behind = (index, start)
                    del left[start]
                    break

    def _table(self) -> list[list[int | tuple[int, Reading] | None]]:
        """The last step to each beginning of the outline with each of the document, at the least cost."""
        many = len(self.blocks) + 1
        costs = [[EXTRA * left for left in range(many)]]
        came: list[list[int | tuple[int, Reading] | None]] = [[0] * many]
        for index, one in enumerate(self.planned):
            skip = OPTIONAL if one.is_optional else MISSING
            above = costs[-1]
            row = [cost + skip for cost in above]
            steps: list[int | tuple[int, Reading] | None] = [None] * many
            for start in range(many):
                if start and row[start - 1] + EXTRA < row[start]:
                    row[start], steps[start] = row[start - 1] + EXTRA, 0
                if start == len(self.blocks):
                    continue
                for count, cost, reading in self._readings(index, start):
                    if above[start] + cost <= row[start + count]:
                        row[start + count], steps[start + count] = above[start] + cost, (count, reading)
            costs.append(row)
            came.append(steps)
        return came

    def _readings(self, index: int, start: int) -> Iterator[tuple[int, int, Reading]]:
        """How a block may be read as an expected one: how many blocks that takes, and its cost."""
        one, block = self.planned[index], self.blocks[start]
        if isinstance(one.block, Prose) and one.block.kind == "lines":
            yield from self._as_lines(one, start)
        elif isinstance(one.block, Listing):
            if block.kind == "list":
                cost, reading = self._as_list(one, block)
                yield 1, cost + self._astray(index, start), reading
        elif isinstance(one.block, Grid):
            if block.kind == "table" and (found := self._as_table(one, block)):
                yield 1, *found
        elif block.kind == "line" and (found := self._as_text(index, one, start)):
            yield 1, *found

    # -- texts

    def _as_text(self, index: int, one: Expected, start: int) -> tuple[int, Reading] | None:
        text = self.blocks[start].lines[0]
        exact = self._exactly(one, start)
        if exact:
            return (OWN + self._astray(index, start) if exact.kind == "own" else 0), exact
        astray = self._astray(index, start)
        near, way = self._nearest(index, start)
        found = None
        if near >= _UNLIKE:
            found = NEAR - near, Reading("near", way, self._sentences(way, text) if way else ())
        if not one.is_heading and (not found or found[0] > NEW):
            for each in one.open_ways:
                held = self.read(each, text, None)
                if held is not None:
                    return NEW + astray, Reading("new", each, held)
        return found

    def _exactly(self, one: Expected, start: int) -> Reading | None:
        """How a line says an expected block to the letter."""
        text = self.blocks[start].lines[0]
        for way in one.ways(text):
            held = self.read(way, text, None)
            if held is not None:
                is_own = any(isinstance(slot, Own) for slot, _ in held)
                return Reading("own" if is_own else "same", way, held)
        return None

    def _astray(self, index: int, start: int) -> int:
        """What it costs that a block isn't under its heading."""
        before = self.planned[index - 1] if index else None
        if before is None or not before.is_heading or (index, start) in self._under:
            return 0
        is_line = start > 0 and self.blocks[start - 1].kind == "line"
        if is_line and self._exactly(before, start - 1):
            self._under.add((index, start))
            return 0
        return ASTRAY

    def _nearest(self, index: int, start: int) -> tuple[int, Way | None]:
        """How near a line is to what is expected, and the way that it is near to, if that is plain."""
        words = self._words[start]
        ranked = [(_alike(usual, words), at, way) for at, (usual, way) in enumerate(self._usual[index])]
        if not ranked:
            return 0, None
        near, _, way = max(ranked, key=lambda one: (one[0], -one[1]))
        others = max((each for each, _, one in ranked if one.rows != way.rows), default=0)
        return near, way if near >= _LIKE and near - others >= _CLEARLY else None

    def _sentences(self, way: Way, text: str) -> Held:
        """What the slots hold in those sentences of a line that are as they should be."""
        expected: list[list[Element]] = [[]]
        for element in way.elements:
            first, *more = element.split(". ") if isinstance(element, str) else (element,)
            expected[-1].append(first)
            expected += [[each] for each in more]
        stand = text.split(". ")
        if len(expected) != len(stand):
            return ()
        found: list[tuple[Slot | Own, str]] = []
        for elements, sentence in zip(expected, stand):
            found += self.read(Way(joined(elements)), sentence, None) or ()
        return tuple(found)

    def read(self, way: Way, text: str, item: schema.Type | None) -> Held | None:
        """What the slots of a way hold in a text; None if the text isn't that."""
        steps = Steps(min(_LINE_STEPS, self.steps.left))
        begun = steps.left

        def fits(slot: Slot | Own, piece: str) -> bool:
            if isinstance(slot, Own):
                return piece == piece.strip()
            return self.inverse.claim(slot, piece, self.kind_of(slot.name, item)) is not None

        hints = {} if item else hints_of((way,), self.before)
        held = matched(way.elements, text, fits, hints, steps)
        self.steps.left -= begun - max(0, steps.left)
        return held

    def kind_of(self, name: str, item: schema.Type | None) -> schema.Type:
        """The type of a slot's name."""
        if name.startswith("item"):
            return self.before.type_of(name, item)
        if name not in self._kinds:
            self._kinds[name] = self.before.type_of(name)
        return self._kinds[name]

    # -- lists, tables and lines

    def _as_list(self, one: Expected, block: Block) -> tuple[int, Reading]:
        rows = self.entries(one, block.lines)
        unread = sum(row is None for row in rows)
        if one.lines is None:
            alike = _alike(frozenset(one.stated), frozenset(block.lines))
            return LIST + 100 * unread // len(rows) - alike * LIST // 100, Reading("list", rows=rows)
        alike = _alike(frozenset(one.lines), frozenset(block.lines))
        cost = 0 if one.lines == block.lines else LIST + (100 - alike) * 7 // 10
        return cost, Reading("list", rows=rows)

    def entries(self, one: Expected, lines: Iterable[str]) -> tuple[Held | None, ...]:
        """What each entry of a list holds; None for one that is no such entry."""
        assert isinstance(one.block, Listing)
        item = self.before.item_of(one.block.each.name)
        return tuple(self._first(one.entry, line, item) for line in lines)

    def _first(self, ways: Iterable[Way], text: str, item: schema.Type | None) -> Held | None:
        found = (self.read(way, text, item) for way in ways)
        return next((held for held in found if held is not None), None)

    def _as_table(self, one: Expected, block: Block) -> tuple[int, Reading] | None:
        assert isinstance(one.block, Grid)
        header, rows = (
            cells_of(block.lines[0], self.layout),
            [cells_of(line, self.layout) for line in block.lines[2:]],
        )
        if len(header) != len(one.block.header) or not rows:
            return None
        same = sum(self._first(ways, text, None) is not None for ways, text in zip(one.parts, header))
        item = self.before.item_of(one.block.each.name)
        held: list[Held | None] = []
        labels = []
        for row in rows:
            cells = [self._first(ways, text, item) for ways, text in zip(one.cells, row)]
            told = [slot for cell in cells if cell for slot in cell]
            held.append(tuple(told) if len(row) == len(cells) and any(c is not None for c in cells) else None)
            labels.append(self._label(one, row))
        return 100 - 100 * same // len(header), Reading("table", rows=tuple(held), labels=tuple(labels))

    def _label(self, one: Expected, row: Sequence[str]) -> str:
        """The key of the record that a row is of, by a cell that names it."""
        assert isinstance(one.block, Grid)
        for item in self.before.vocabulary_items(one.block.each.name):
            for ways, text in zip(one.cells, row):
                if text in label_of(item, ways, self.before):
                    return item.key
        return ""

    def _as_lines(self, one: Expected, start: int) -> Iterator[tuple[int, int, Reading]]:
        """Lines as they stand: those that are known, or as many as there may be."""
        texts: list[str] = []
        for count, block in enumerate(self.blocks[start : start + _MOST_LINES], 1):
            texts += [*[""] * (block.gap if texts else 0), *block.text.split("\n")]
            if one.lines is None:
                if one.parts[0] and any(isinstance(each, Own) for each in one.parts[0][0].elements):
                    yield count, OWN + OPTIONAL * (count - 1), Reading("lines", one.parts[0][0])
                elif one.parts[0] and (held := self.read(one.parts[0][0], "\n".join(texts), None)):
                    yield count, 0, Reading("same", one.parts[0][0], held)
            elif len(texts) >= len(one.lines):
                if tuple(texts) == one.lines:
                    yield count, 0, Reading("lines")
                return


def _is_telling(reading: Reading) -> bool:
    return reading.kind == "same" and reading.way is not None and reading.way.weight >= _TELLING


def _words_of(elements: Elements) -> frozenset[str]:
    return frozenset(
        word for element in elements if isinstance(element, str) for word in _WORD.findall(element.lower())
    )


def _alike(one: frozenset[str], other: frozenset[str]) -> int:
    """Hundredths of words that two texts have in common."""
    return 100 * len(one & other) // (len(one | other) or 1)
