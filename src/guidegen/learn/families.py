"""Which documents are of one kind: families that share enough of their wording to be learned together."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from zlib import crc32

from guidegen.learn.model import Document

JOINS = 15  # per cent of the smaller one's phrases that two documents of a family have in common
ALIKE = 8  # per cent of all phrases of both that they have in common
BELONGS = 15  # per cent of its phrases that a member has in common with the others at least
FEWEST = 3  # phrases in common, if they aren't all there are
_STANDING = 8  # documents that stand for a family
_COVERED = 50  # per cent; a document of which one that stands for its family has less stands for it too
_COMMON = 64  # of these documents, that a phrase is looked up in: more have it if it is the language's
_KEPT = 1_500_000  # phrases of all documents together, about; beyond, each document keeps an even share
_WORD = re.compile(r"[^\W\d]+|\d[\d.,\s]*")


def families(documents: Sequence[Document]) -> tuple[list[list[int]], list[int]]:
    """Families as lists of document numbers, and the documents that belong to none.

    Documents are compared by phrases: three words in a row, case and figures aside, of lines and tables
    (entries of lists are facts, and say little of a document's kind). A document joins the family that has
    the one most like it, from `JOINS` and `ALIKE` per cent on, and stays if the others have `BELONGS` per
    cent of its phrases. Measured: guides of one template share 46 per cent and more of the smaller one and
    30 of both; of two templates in one language 11 and 5; licences that quote each other 25 and 5. An index
    from phrases to the few documents that stand for each family makes this linear; the largest come first,
    whatever the order of arguments. Families are ordered by their first document. A document that is alone
    is a family.
    """
    if len(documents) == 1:
        return [[0]], []
    phrases = _sketches(documents)
    found = _grouped(phrases, _by_size(documents, phrases))
    kept = [members for group in found if len(members := _belonging(group, phrases)) > 1]
    inside = {number for members in kept for number in members}
    return sorted(sorted(members) for members in kept), [n for n in range(len(documents)) if n not in inside]


def _sketches(documents: Sequence[Document]) -> list[frozenset[int]]:
    """The phrases of each document as numbers; of very many, those that divide evenly."""
    whole = [_phrases(document) for document in documents]
    share = 1 + sum(map(len, whole)) // _KEPT
    if share == 1:
        return whole
    return [frozenset(p for p in phrases if p % share == 0) or phrases for phrases in whole]


def _phrases(document: Document) -> frozenset[int]:
    lines = [line for block in document.blocks if block.kind != "list" for line in block.lines]
    return frozenset(_numbered(lines)) or frozenset(
        crc32(entry.casefold().encode()) for block in document.blocks for entry in block.lines
    )


def _numbered(lines: Sequence[str]) -> Iterator[int]:
    for line in lines:
        words = ["0" if word[0].isdigit() else word for word in _WORD.findall(line.casefold())]
        if not words:
            continue
        for start in range(max(1, len(words) - 2)):
            yield crc32(" ".join(words[start : start + 3]).encode())


def _by_size(documents: Sequence[Document], phrases: Sequence[frozenset[int]]) -> list[int]:
    """The documents' numbers, most phrases first; what stands in them decides between equals."""

    def key(number: int) -> tuple[int, bytes]:
        text = "\n".join(block.text for block in documents[number].blocks)
        return -len(phrases[number]), hashlib.sha256(text.encode()).digest()

    return sorted(range(len(documents)), key=key)


def _grouped(phrases: Sequence[frozenset[int]], order: Sequence[int]) -> list[list[int]]:
    """Documents by the family that has the one most like them, among a few that stand for each family."""
    groups: list[list[int]] = []
    standing: list[list[int]] = []
    group_of: dict[int, int] = {}
    having: dict[int, list[int]] = {}  # of the documents that stand for a family, those with a phrase
    for number in order:
        own = phrases[number]
        shared: Counter[int] = Counter()
        for phrase in own:
            shared.update(having.get(phrase, ()))
        group, covered = len(groups), 0
        if near := [
            (1000 * count // (len(own) + len(phrases[other]) - count), -other)
            for other, count in shared.items()
            if _joins(count, len(own), len(phrases[other]))
        ]:
            group = group_of[-max(near)[1]]
            covered = 100 * max(shared[other] for other in standing[group]) // len(own)
            groups[group].append(number)
        else:
            groups.append([number])
            standing.append([])
        if covered < _COVERED and len(standing[group]) < _STANDING:
            group_of[number] = group
            standing[group].append(number)
            for phrase in own:
                if len(among := having.setdefault(phrase, [])) < _COMMON:
                    among.append(number)
    return groups


def _joins(shared: int, one: int, other: int) -> bool:
    """Whether two documents that have so many phrases, and so many in common, are of one template."""
    least = min(one, other)
    return (
        100 * shared >= JOINS * least
        and 100 * shared >= ALIKE * (one + other - shared)
        and shared >= min(FEWEST, least)
    )


def _belonging(group: Sequence[int], phrases: Sequence[frozenset[int]]) -> list[int]:
    """Those of a group that have enough in common with the others, without those that haven't."""
    members = list(group)
    while len(members) > 1:
        counts: Counter[int] = Counter()
        for number in members:
            counts.update(phrases[number])
        staying = [
            number
            for number in members
            if 100 * sum(counts[phrase] > 1 for phrase in phrases[number]) >= BELONGS * len(phrases[number])
        ]
        if len(staying) == len(members):
            break
        members = staying
    return members
