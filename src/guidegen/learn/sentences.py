"""Paragraphs as sentences: what each group of documents has in the place of each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from guidegen.learn.model import Slot
from guidegen.learn.templates import Contexts, Group, size
from guidegen.learn.tokens import Cells, Token, Tokens

_STOPS = (".", "!", "?", "…")
_CLOSING = ")]}»”’\"'"
_OPENING = "([{«“‘„\"'¿¡"
SAVING = 60  # bytes below which parts are more trouble than they are worth
_MANY = 60  # groups that are aligned sentence by sentence without any sentence in common
_SENTENCES = 100  # of a paragraph that is aligned with others
_REPRESENTATIVES = 8
_PAIR, _GAP = 10, -20  # hundredths: two unlike sentences stand for each other rather than for nothing

Key = tuple[str, str | Slot]
Sentence = tuple[Key, ...]


class _Place(NamedTuple):
    """Sentences that stand for each other: by group, where its sentence begins and ends."""

    spans: dict[int, tuple[int, int]]
    keys: list[Sentence]


def breaks(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Where each sentence begins and ends, in tokens; sentences are parted by exactly one blank.

    A sentence ends with a stop, perhaps in quotes or brackets, before a capital, a figure, a name or an
    opening quote. A wrong guess does no harm: it is the same in all documents with the same words.
    """
    starts = [0]
    for index in range(1, len(tokens)):
        token = tokens[index]
        if token.space == " " and token.raw and _ends(tokens, index) and _begins(token):
            starts.append(index)
    return list(zip(starts, [*starts[1:], len(tokens)]))


def _ends(tokens: Sequence[Token], index: int) -> bool:
    before = index - 1
    while before > 0 and tokens[before].raw in _CLOSING and not tokens[before].space:
        before -= 1
    return tokens[before].raw in _STOPS and not tokens[before].space


def _begins(token: Token) -> bool:
    first = token.raw[0]
    return token.is_name or (
        not first.islower() and (first.isalnum() or first in _OPENING or bool(token.form))
    )


def columns(groups: Sequence[Group]) -> list[Cells]:
    """The sentences of some groups of documents, in columns: for each, the tokens by document.

    Nothing if texts have but one sentence, or too little in common for it to matter. Groups are aligned one
    after the other, as blocks are: the same sentence first, then the share of common words.
    """
    spans = [breaks(next(iter(group.cells.values()))) for group in groups]
    if not 2 <= max(len(each) for each in spans) <= _SENTENCES:
        return []
    contexts = Contexts(groups)
    keys = [contexts.keys(group) for group in groups]
    sentences = [
        [_stripped(keys[index][start:end]) for start, end in each] for index, each in enumerate(spans)
    ]
    if len(groups) > _MANY and _shared(sentences) < SAVING:
        return []
    places: list[_Place] = []
    order = sorted(range(len(groups)), key=lambda index: (-len(sentences[index]), index))
    for index in order:
        places = _aligned(places, index, sentences[index], spans[index])
    return [_cells(place, groups) for place in places]


def _stripped(keys: Sequence[Key]) -> Sentence:
    return (("", keys[0][1]), *keys[1:])


def _shared(sentences: Sequence[Sequence[Sentence]]) -> int:
    """The bytes that are saved if each sentence stands once."""
    counted: Counter[Sentence] = Counter()
    for each in sentences:
        counted.update({*each})
    return sum(
        (count - 1)
        * sum(size(space) + (size(text) if isinstance(text, str) else 0) for space, text in sentence)
        for sentence, count in counted.items()
    )


def _aligned(
    places: list[_Place], index: int, sentences: Sequence[Sentence], spans: Sequence[tuple[int, int]]
) -> list[_Place]:
    """The places with one group more (Needleman-Wunsch)."""
    rows, width = len(places), len(sentences)
    scores = [[0] * (width + 1) for _ in range(rows + 1)]
    for row in range(rows + 1):
        for column in range(width + 1):
            options = []
            if row:
                options.append(scores[row - 1][column] + _GAP)
            if column:
                options.append(scores[row][column - 1] + _GAP)
            if row and column:
                pair = _likeness(places[row - 1], sentences[column - 1])
                options.append(scores[row - 1][column - 1] + pair)
            scores[row][column] = max(options, default=0)
    made: list[_Place] = []
    row, column = rows, width
    while row or column:
        here = scores[row][column]
        if row and column:
            pair = _likeness(places[row - 1], sentences[column - 1])
            if here == scores[row - 1][column - 1] + pair:
                row, column = row - 1, column - 1
                made.append(_joining(places[row], index, sentences[column], spans[column]))
                continue
        if row and here == scores[row - 1][column] + _GAP:
            row -= 1
            made.append(places[row])
        else:
            column -= 1
            made.append(_Place({index: spans[column]}, [sentences[column]]))
    return made[::-1]


def _joining(place: _Place, index: int, sentence: Sentence, span: tuple[int, int]) -> _Place:
    known = sentence in place.keys or len(place.keys) >= _REPRESENTATIVES
    return _Place({**place.spans, index: span}, place.keys if known else [*place.keys, sentence])


def _likeness(place: _Place, sentence: Sentence) -> int:
    """In hundredths, two for the same sentence."""
    if sentence in place.keys:
        return 200
    words = {*sentence}
    best = 0
    for other in place.keys:
        common = len(words.intersection(other))
        best = max(best, 200 * common // (len(words) + len({*other}) - common))
    return _PAIR + best if best < 190 else 190


def _cells(place: _Place, groups: Sequence[Group]) -> Cells:
    cells: Cells = {}
    for index, (start, end) in place.spans.items():
        for document, tokens in groups[index].cells.items():
            cells[document] = alone(tokens[start:end])
    return dict(sorted(cells.items()))


def alone(tokens: Tokens) -> Tokens:
    """A sentence without the blank before it."""
    return (tokens[0]._replace(space=""), *tokens[1:]) if tokens else tokens


def together(first: Tokens, second: Tokens) -> Tokens:
    """Two sentences, or one if the other is nothing."""
    if not first or not second:
        return first or second
    return (*first, second[0]._replace(space=" "), *second[1:])


def fused(columns_: list[Cells], partitions: list[frozenset[frozenset[int]]]) -> list[Cells]:
    """The columns, neighbours put together that part the documents in the same way."""
    made: list[Cells] = []
    last: frozenset[frozenset[int]] | None = None
    for cells, partition in zip(columns_, partitions):
        if made and partition == last:
            before = made[-1]
            documents = sorted({*before, *cells})
            made[-1] = {
                document: together(before.get(document, ()), cells.get(document, ()))
                for document in documents
            }
        else:
            made.append(cells)
        last = partition
    return made
