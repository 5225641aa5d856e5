"""How like two blocks of a family are, seen with what stands before them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from guidegen.learn.model import Block, Document

LONGEST_HEADING = 90  # characters
_MOST_BESIDE = 60  # headings of one document
_SENTENCE_ENDS = (".", ":", ";", ",", "!")
_IMPOSSIBLE = -1_000_000
_NONE = -1

# Of a thousand: headings are each other's from here on, by their words' weight and by their number.
_HEADINGS, _HEADING_WORDS = 350, 200
_LISTS = 500  # lists under unlike headings
_TOGETHER = 300  # what one heading above two paragraphs is worth
_BY_CHANCE = 150  # words that paragraphs have in common because every text has them
_PARAGRAPHS = 300  # paragraphs under unlike headings
_SHORT_AND_LONG = 200  # a line that looks like a heading, and a paragraph, under one heading
_SHORT_AND_LONG_APART = 500  # and under two


class Unit(NamedTuple):
    """A block as it is compared: numbers stand for sets of tokens."""

    kind: str
    words: int  # of a block of this kind
    heading: bool  # looks like one, and the family, or what comes next, says that it is
    short: bool  # looks like one
    near: int  # the words of the line before that looks like a heading
    under: int  # the words of the heading before
    first: bool  # the first of its document
    anchor: int  # what the lines have in common that are surely each other's

    @property
    def identity(self) -> tuple[int, int, int]:
        """The same for blocks that can't be told apart."""
        return self.words, self.near, self.under


class Likeness:
    """What a family's blocks are compared by, and how like they are, computed once for equal ones."""

    def __init__(self, words: list[frozenset[str]], count: int) -> None:
        self.units: list[list[Unit]] = []
        self._words = words
        self._count = count
        self._in_headings: dict[str, int] = {}  # by word, the documents with a heading that has it, as bits
        self._headings: dict[int, int] = {}  # the same by the words of a heading
        self._alike: dict[tuple[int, int], int] = {}
        self._related: dict[tuple[int, int], int] = {}
        self._weights: dict[tuple[int, int], int] = {}
        self._beside: dict[int, tuple[int, ...]] = {}  # by heading, those of the first document that has it

    @classmethod
    def of(cls, documents: Sequence[Document], tokens: Callable[[int, Block], frozenset[str]]) -> Likeness:
        """The likeness of these documents' blocks; `tokens` gives what they are compared by."""
        numbers: dict[tuple[str, frozenset[str]], int] = {}
        keys = []
        for number, document in enumerate(documents):
            found = [
                (block.kind, tokens(number, block) or frozenset((block.text,))) for block in document.blocks
            ]
            keys.append([numbers.setdefault(words, len(numbers)) for words in found])
        likeness = cls([words for _, words in numbers], len(documents))
        shorts = [[_looks_like_heading(block) for block in document.blocks] for document in documents]
        likeness._count_headings(keys, shorts)
        everywhere = Counter(
            word for row in keys for word in frozenset().union(*(likeness._words[key] for key in row))
        )
        anchors: dict[frozenset[str], int] = {}
        for document, row, short in zip(documents, keys, shorts):
            common = [
                anchors.setdefault(constant, len(anchors))
                if (constant := likeness._constant(document.blocks[i], row[i], short[i], everywhere))
                else _NONE
                for i in range(len(row))
            ]
            likeness.units.append(list(likeness._units(document.blocks, row, short, common)))
        return likeness

    def worth(self, one: Unit, other: Unit) -> int:
        """What it is worth that two blocks stand for each other; far below nothing if they can't."""
        if one.kind != other.kind:
            return _IMPOSSIBLE
        if one.kind != "line":
            alike = self.alike(one.words, other.words)
            if self.related(one.near, other.near) >= _HEADINGS:
                return 700 + alike
            return alike - 400 if alike >= _LISTS else _IMPOSSIBLE
        if one.heading and other.heading:
            related = self.related(one.words, other.words)
            if related >= _HEADINGS:
                return 2 * related + self._context(one, other)
            return 100 if one.first and other.first else _IMPOSSIBLE
        return self._of_lines(one, other)

    def alike(self, one: int, other: int) -> int:
        """Of a thousand words of either block, how many both have."""
        if one == other:
            return 1000
        pair = (one, other) if one < other else (other, one)
        found = self._alike.get(pair)
        if found is None:
            first, second = self._words[one], self._words[other]
            shared = len(first & second)
            found = self._alike[pair] = 1000 * shared // (len(first) + len(second) - shared)
        return found

    def related(self, one: int, other: int) -> int:
        """How like two headings are; words that few headings have are names, and count little.

        Nothing if some document has both; if most words that one has and the other lacks stand in headings
        of one document with each word that stands in their stead, for what takes turns never meets; or if
        the document of one has a heading that is more like the other.
        """
        if one == other:
            return 1000
        if one < 0 or other < 0:
            return 0
        pair = (one, other) if one < other else (other, one)
        found = self._related.get(pair)
        if found is None:
            found = self._weighed(one, other)
            if found and (self._has_better(one, other, found) or self._has_better(other, one, found)):
                found = 0
            self._related[pair] = found
        return found

    def _has_better(self, one: int, other: int, found: int) -> bool:
        beside = self._beside.get(one, ())
        return any(self._weighed(third, other) > found for third in beside if third not in (one, other))

    def _weighed(self, one: int, other: int) -> int:
        pair = (one, other) if one < other else (other, one)
        weighed = self._weights.get(pair)
        if weighed is None:
            weighed = self._weights[pair] = self._relation(one, other)
        return weighed

    def _relation(self, one: int, other: int) -> int:
        first, second = self._words[one], self._words[other]
        shared = first & second
        if 1000 * len(shared) < _HEADING_WORDS * (len(first) + len(second) - len(shared)):
            return 0
        if self._headings.get(one, 0) & self._headings.get(other, 0):
            return 0
        only_first, only_second = first - shared, second - shared
        if only_first and only_second:
            for those, these in ((only_first, only_second), (only_second, only_first)):
                met = sum(all(self._meet(word, stead) for stead in these) for word in those)
                if 2 * met > len(those):
                    return 0
        common = sum(map(self._weight, shared))
        return 1000 * common // (common + sum(map(self._weight, first ^ second)))

    def _meet(self, one: str, other: str) -> bool:
        return self._in_headings.get(one, 0) & self._in_headings.get(other, 0) != 0

    def _weight(self, word: str) -> int:
        share = 100 * self._in_headings.get(word, 0).bit_count() // self._count
        return 1 + share * share

    def _context(self, one: Unit, other: Unit) -> int:
        return self.related(one.under, other.under) // 5

    def _of_lines(self, one: Unit, other: Unit) -> int:
        alike = self.alike(one.words, other.words)
        together = self.related(one.under, other.under) >= _HEADINGS
        if one.heading or other.heading:
            enough = _SHORT_AND_LONG if together else _SHORT_AND_LONG_APART
            return 2 * alike if alike >= enough else _IMPOSSIBLE
        if together:
            worth = _TOGETHER + (2 * alike if alike >= _BY_CHANCE else 0)
            return worth - 50 if one.short != other.short else worth
        return 2 * alike if alike >= _PARAGRAPHS else _IMPOSSIBLE

    def _count_headings(self, keys: Sequence[Sequence[int]], shorts: Sequence[Sequence[bool]]) -> None:
        for number, (row, short) in enumerate(zip(keys, shorts)):
            bit = 1 << number
            headings = dict.fromkeys(key for key, is_short in zip(row, short) if is_short)
            beside = tuple(islice(headings, _MOST_BESIDE))
            for key in headings:
                self._beside.setdefault(key, beside)
                self._headings[key] = self._headings.get(key, 0) | bit
                for word in self._words[key]:
                    self._in_headings[word] = self._in_headings.get(word, 0) | bit

    def _constant(self, block: Block, key: int, short: bool, everywhere: Counter[str]) -> frozenset[str]:
        """The words of a line that most documents have, if these are most of its words; else none."""
        if block.kind != "line":
            return frozenset()
        words = self._words[key]
        if short:
            constant = {word for word in words if 2 * self._in_headings[word].bit_count() > self._count}
        else:
            constant = {word for word in words if 2 * everywhere[word] > self._count}
        return frozenset(constant) if 2 * len(constant) > len(words) else frozenset()

    def _recurs(self, key: int) -> bool:
        """Whether most of a heading's words stand in headings of other documents too."""
        words = self._words[key]
        return 2 * sum(self._in_headings[word].bit_count() > 1 for word in words) >= len(words)

    def _units(
        self, blocks: Sequence[Block], row: Sequence[int], short: Sequence[bool], anchors: Sequence[int]
    ) -> Iterator[Unit]:
        near = under = _NONE
        for i, (block, key) in enumerate(zip(blocks, row)):
            heading = short[i] and (
                self._recurs(key)
                or (i + 1 < len(blocks) and blocks[i + 1].kind != "line")
                or block.text.startswith("#")
            )
            yield Unit(block.kind, key, heading, short[i], near, under, i == 0, anchors[i])
            if short[i]:
                near = key
            if heading:
                under = key


def _looks_like_heading(block: Block) -> bool:
    if block.kind != "line" or len(block.lines[0]) > LONGEST_HEADING:
        return False
    return not block.lines[0].rstrip().endswith(_SENTENCE_ENDS)
