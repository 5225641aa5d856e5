"""Where blocks that stand for each other differ: the words common to all, and what stands between these."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from guidegen.learn.model import Column

LONGEST_VALUE = 40  # longer ones are clauses, no names
_LONGEST_TEXT = 3000  # names stand in shorter blocks too; longer ones cost much and show nothing new
_MOST_LINES = 12
_LONG, _ALIKE = 40, 4
_MOST_UNITS = 1000  # what documents are about shows in so many lines, if anywhere
_PARTICLES = 6  # a language has no more that differ by name, as `de`, `du` and `d'`
_ENDS = frozenset(".!?:")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_SENTENCE = re.compile(r"[!?;:|\n\ue000-\uf8ff]|(?<!\b\w)(?<!\b\w\w)(?<!\b\w\w\w)\.(?=\s|$)")
_NUMERIC = re.compile(r"\W*\d[\d\W]*[^\W\d]{0,2}\W*")
_LETTER = re.compile(r"[^\W\d_]")


class Unit(NamedTuple):
    """A line of a column; lists and tables have several."""

    column: int
    line: int
    cells: Column

    def text(self, document: int) -> str | None:
        """The line as a document has it; None if it has none."""
        block = self.cells.cells.get(document)
        return block.lines[self.line] if block and self.line < len(block.lines) else None


class Frame(NamedTuple):
    """The words that all sampled documents have in a unit, in order."""

    unit: Unit
    words: tuple[str, ...]


class Gap(NamedTuple):
    """What sampled documents have between two common words of a frame; it may take in words beside it.

    `before` and `after` are the common words next to it that no punctuation but a hyphen parts from it.
    """

    frame: Frame
    place: int
    left: int
    right: int
    values: tuple[str, ...]
    before: str = ""
    after: str = ""

    @property
    def begins(self) -> bool:
        """Whether a sentence begins with it, which has a capital then whatever its case."""
        first = self.place - self.left
        return first == 0 or self.frame.words[first - 1] in _ENDS

    @property
    def key(self) -> tuple[str, ...]:
        """Its values, whatever their case."""
        return tuple(value.casefold() for value in self.values)


def units_of(columns: Sequence[Column], sample: Sequence[int]) -> list[Unit]:
    """The lines that every sampled document has, but for very long ones and those of lists that vary."""
    units = []
    for number, column in enumerate(columns):
        blocks = [column.cells[document] for document in sample if document in column.cells]
        if len(blocks) < len(sample):
            continue
        lengths = {len(block.lines) for block in blocks}
        if len(lengths) != 1:
            continue
        units += [
            Unit(number, line, column)
            for line in range(min(lengths.pop(), _MOST_LINES))
            if max(len(block.lines[line]) for block in blocks) <= _LONGEST_TEXT
        ]
    return units[:_MOST_UNITS]


def frame_of(unit: Unit, texts: Sequence[str]) -> Frame:
    """The words common to all of some texts: an iterated longest common subsequence.

    Words that some text lacks are left out first, which makes most of the comparisons trivial. Long texts
    that have less than a quarter in common are not of one template: nothing is common to them.
    """
    spelt = list(dict.fromkeys(tuple(_TOKEN.findall(text)) for text in texts))
    shared = Counter(spelt[0])
    for words in spelt[1:]:
        shared &= Counter(words)
    kept = dict.fromkeys(tuple(word for word in words if word in shared) for words in spelt)
    ordered = sorted(kept, key=len)
    common, shortest = ordered[0], min(map(len, spelt))
    for words in ordered[1:]:
        if shortest > _LONG and len(common) * _ALIKE < shortest:
            return Frame(unit, ())
        if words != common:
            common = tuple(common[at] for at in _matched(common, words))
    return Frame(unit, common)


def _matched(first: Sequence[str], second: Sequence[str]) -> dict[int, int]:
    """Which words of the first stand for which of the second, in order."""
    blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    return {block.a + k: block.b + k for block in blocks for k in range(block.size)}


def spots(frame: Frame, text: str) -> list[tuple[int, int] | None]:
    """Where each common word stands in a text; None for one that isn't there in its place."""
    wanted = set(frame.words)
    found = [(match.start(), match.end()) for match in _TOKEN.finditer(text) if match[0] in wanted]
    words = [text[start:end] for start, end in found]
    if len(words) == len(frame.words):
        return [spot if text[slice(*spot)] == word else None for spot, word in zip(found, frame.words)]
    pairs = _matched(frame.words, words)
    if len(pairs) < len(frame.words) and (greedy := _subsequence(frame.words, words)):
        pairs = greedy
    return [found[pairs[at]] if at in pairs else None for at in range(len(frame.words))]


def _subsequence(few: Sequence[str], many: Sequence[str]) -> dict[int, int]:
    """Where the few stand among the many, each as early as can be; nothing if they don't."""
    pairs: dict[int, int] = {}
    for at, word in enumerate(many):
        if len(pairs) < len(few) and few[len(pairs)] == word:
            pairs[len(pairs)] = at
    return pairs if len(pairs) == len(few) else {}


def between(frame: Frame, where: Sequence[tuple[int, int] | None], text: str, gap: Gap) -> str | None:
    """What a text has in a gap of its frame; None where the words around it aren't there."""
    first, last = gap.place - gap.left, gap.place + gap.right
    around = [where[at] for at in range(max(first - 1, 0), min(last + 1, len(where)))]
    if None in around:
        return None
    before = where[first - 1] if first else (0, 0)
    after = where[last] if last < len(where) else (len(text), len(text))
    return text[before[1] : after[0]].strip() if before and after else None


def gaps_of(unit: Unit, texts: Sequence[str]) -> Iterator[Gap]:
    """The gaps of a unit that may hold names: where it is empty in some, with the word before or after it."""
    if len(set(texts)) < 2:
        return
    frame = frame_of(unit, texts)
    where = [spots(frame, text) for text in texts]
    for index in range(len(frame.words) + 1):
        gap = _filled(Gap(frame, index, 0, 0, ()), where, texts)
        if len(set(gap.values)) < 2:
            continue
        wider = [gap] if all(gap.values) else [_wider(gap, where, texts, *by) for by in ((1, 0), (0, 1))]
        yield from (each for each in wider if is_name_like(each.values))


def widened(gap: Gap, texts: Sequence[str], left: int, right: int) -> Gap:
    """The gap with some more of the common words before and after it."""
    return _wider(gap, [spots(gap.frame, text) for text in texts], texts, left, right)


Spots = list[list[tuple[int, int] | None]]


def _wider(gap: Gap, where: Spots, texts: Sequence[str], left: int, right: int) -> Gap:
    words = gap.frame.words
    first, last = gap.place - gap.left - left, gap.place + gap.right + right
    if (
        first < 0
        or last > len(words)
        or not all(map(_LETTER.match, (*words[first : first + left][:1], *words[last - right : last])))
    ):
        return gap
    return _filled(gap._replace(left=gap.left + left, right=gap.right + right), where, texts)


def _filled(gap: Gap, where: Spots, texts: Sequence[str]) -> Gap:
    """The gap with what the texts have in it, and with the words beside it."""
    frame = gap.frame
    values = (between(frame, spot, text, gap) or "" for spot, text in zip(where, texts, strict=True))
    words, first, last = frame.words, gap.place - gap.left, gap.place + gap.right
    before = words[first - 1] if first else ""
    if before == "-" and first > 1:
        before = words[first - 2] + before
    after = words[last] if last < len(words) else ""
    return gap._replace(
        values=tuple(values),
        before=before if _LETTER.match(before) else "",
        after=after if _LETTER.match(after) else "",
    )


def is_name_like(values: Sequence[str]) -> bool:
    """Whether values may be names: short, no sentences, no numbers, not just particles as `de` and `d'`."""
    if not all(value and len(value) <= LONGEST_VALUE and _LETTER.search(value) for value in values):
        return False
    if any(_SENTENCE.search(value) for value in values):
        return False
    if sum(bool(_NUMERIC.fullmatch(value)) for value in values) * 2 >= len(values):
        return False
    if len({*values}) > _PARTICLES or any(value != value.lower() for value in values):
        return True
    return all(len(_LETTER.findall(value)) >= 4 for value in values)
