"""Phrases that differ from place to place in one sentence: holes that no name explains, facts for them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from guidegen.finding import fold
from guidegen.learn.model import PAIR, PLACE, ROLE, Slot
from guidegen.learn.runs import Key, Merged, between_of, is_worth, length_of, runs_of, spans_of
from guidegen.learn.templates import ALIGNED, Contexts, Group, by_size, grouped, size
from guidegen.learn.tokens import Cells, Known, Token, joined

# What two texts must have in common, and when one template for both is worth it.
_SHINGLE = 3
_ALIKE = 30  # per cent of the shingles of the shorter one
_LIKE = 60  # per cent that words are alike
_LONGEST = 120  # letters of a phrase: more is a text of its own
_AT_ONCE = 12  # texts in a row that don't go with the others
_BARREN = 8  # texts in a row that went with none: then the others won't either
_SENTENCE_ENDS = re.compile(r"[.!?…]\s")

_START, _END = ("", ""), ("\0", "")  # no token is empty


class Hole(NamedTuple):
    """A phrase that no known name explains: what determines it, the words before and after it, its texts."""

    by: str
    before: str
    after: str
    of: dict[int, str]


def merged(groups: list[Group], known: Known, holes: dict[Slot, Hole]) -> list[Group]:
    """The groups, those merged that differ in phrases only; adds to `holes` what the new slots say.

    Groups that share 30 % of their runs of three words are aligned. What all have in common, in runs of two
    words at least, must be 40 % of them, with at most four holes, none of which is empty in one text, and
    one template must take 85 % of the bytes of several at most (after InfoShield). A hole
    is a fact only if a place, a role or a pair determines it and two values in three are different: else
    these are variants.
    """
    if len(groups) < 2 or any(len(group.pieces) > ALIGNED for group in groups):
        return groups
    work = _Work(groups, known, holes)
    done: set[int] = set()
    result: list[Group] = []
    barren = 0
    for leader in range(len(groups)):
        if leader in done:
            continue
        near = work.near(leader, done) if barren < _BARREN else []
        found = work.one(work.cluster(leader, near))
        barren += bool(near)
        if found is not None and leader in found[1]:
            result += found[0]
            done.update(found[1])
            barren = 0
        else:
            result.append(groups[leader])
            done.add(leader)
    return by_size(result)


class _Work:
    """Groups to be merged, by what their pieces are known."""

    def __init__(self, groups: list[Group], known: Known, holes: dict[Slot, Hole]) -> None:
        self.groups, self.known, self.holes = groups, known, holes
        contexts = Contexts(groups)
        self.keys: list[list[Key]] = [[_START, *contexts.keys(group), _END] for group in groups]
        self.sizes = [size(group.shown) for group in groups]
        self.shingles = [_shingles(each) for each in self.keys]
        self.holders: dict[tuple[Key, ...], list[int]] = {}
        for index, each in enumerate(self.shingles):
            for shingle in each:
                self.holders.setdefault(shingle, []).append(index)

    def near(self, leader: int, done: set[int]) -> list[int]:
        """The groups most like one, the nearest first."""
        shared: Counter[int] = Counter()
        for shingle in self.shingles[leader]:
            shared.update(index for index in self.holders[shingle] if index != leader and index not in done)
        enough = [
            (-count, index)
            for index, count in shared.items()
            if count * 100 >= _ALIKE * min(len(self.shingles[leader]), len(self.shingles[index]))
        ]
        return [index for _, index in sorted(enough)]

    def cluster(self, leader: int, near: Iterable[int]) -> Merged:
        """The leader and all that can be merged with it, one after the other."""
        keys = self.keys[leader]
        state = Merged(keys, [0] * len(keys), self.sizes[leader], [leader])
        failed = 0
        for index in near:
            candidate = runs_of(self._with(state, index))
            if is_worth(candidate):
                state, failed = candidate, 0
            else:
                failed += 1
            if failed == _AT_ONCE:
                break
        return state

    def _with(self, state: Merged, index: int) -> Merged:
        """One text more: what is left in common, and what is side by side still."""
        spans = spans_of(state, self.keys[index]) if len(state.members) > 1 else None
        if spans is not None:  # nothing is lost
            more = iter(spans)
            between = [count and count + length_of(next(more)) for count in state.between]
            return state._replace(
                between=between, total=state.total + self.sizes[index], members=[*state.members, index]
            )
        matcher = SequenceMatcher(None, state.common, self.keys[index], autojunk=False)
        pairs = [
            (block.a + step, block.b + step)
            for block in matcher.get_matching_blocks()
            for step in range(block.size)
        ]
        between = [
            between_of(state, a, next_a) + next_b - b - 1
            for (a, b), (next_a, next_b) in zip(pairs, pairs[1:])
        ]
        common = [state.common[a] for a, _ in pairs]
        return Merged(common, [*between, 0], state.total + self.sizes[index], [*state.members, index])

    def one(self, state: Merged) -> tuple[list[Group], list[int]] | None:
        """The members of a cluster with slots for the holes, if each hole is a fact; and which members.

        Where a hole takes few values, only those are tried that have the same one as the first.
        """
        if len(state.members) < 2:
            return None
        spans = {index: spans_of(state, self.keys[index]) for index in state.members}
        fitting = {index: found for index, found in spans.items() if found is not None}
        if len(fitting) < 2 or state.members[0] not in fitting:
            return None
        if any(self._is_explained(index, span) for index, found in fitting.items() for span in found):
            return None
        odd = self._mistyped(fitting)
        if odd == state.members[0]:
            return None
        if odd is not None:
            return self.one(
                self.cluster(state.members[0], [each for each in state.members[1:] if each != odd])
            )
        for number in range(state.holes):
            values = {
                document: _text(tokens[slice(*found[number])])
                for index, found in fitting.items()
                for document, tokens in self.groups[index].cells.items()
            }
            if _determined(values, self.known) is None:
                return self._agreeing(state.members[0], fitting, number)
        return self._filled(fitting), list(fitting)

    def _mistyped(self, fitting: dict[int, list[tuple[int, int]]]) -> int | None:
        """The one member whose phrase begins or ends with nearly the word that all others have there.

        That word is none of the phrase: a typo has made it one.
        """
        for number in range(len(next(iter(fitting.values())))):
            for side in (0, -1):
                edges = {
                    index: self.keys[index][found[number][0] + 1 : found[number][1] + 1][side]
                    for index, found in fitting.items()
                }
                counted = Counter(edges.values()).most_common(2)
                if len(counted) == 2 and counted[0][1] == len(edges) - 1 > 1:
                    [odd] = [index for index, key in edges.items() if key != counted[0][0]]
                    usual, mistyped = counted[0][0][1], edges[odd][1]
                    if isinstance(usual, str) and isinstance(mistyped, str) and alike(usual, mistyped):
                        return odd
        return None

    def _is_explained(self, index: int, span: tuple[int, int]) -> bool:
        """Whether a hole has a name or a figure of each document in it: then this is another template."""
        return any(
            not piece.is_same and (piece.slots or piece.form)
            for piece in self.groups[index].pieces[slice(*span)]
        )

    def _agreeing(
        self, first: int, fitting: dict[int, list[tuple[int, int]]], number: int
    ) -> tuple[list[Group], list[int]] | None:
        """The members merged that have in a hole what the first has in it."""
        start, end = fitting[first][number]
        phrase = self.keys[first][start + 1 : end + 1]
        same = [
            index
            for index, found in fitting.items()
            if self.keys[index][found[number][0] + 1 : found[number][1] + 1] == phrase
        ]
        if not 1 < len(same) < len(fitting):
            return None
        state = self.cluster(first, [index for index in same if index != first])
        return self.one(state) if len(state.members) > 1 else None

    def _filled(self, fitting: dict[int, list[tuple[int, int]]]) -> list[Group]:
        """The members with a slot in each hole."""
        cells: Cells = {}
        slots: list[Slot] = []
        for number in range(len(next(iter(fitting.values())))):
            values: dict[int, str] = {}
            edges = ("", "")
            for index, found in fitting.items():
                start, end = found[number]
                for document, tokens in self.groups[index].cells.items():
                    values[document] = _text(tokens[start:end])
                    edges = edges if any(edges) else _edges(tokens, start, end)
            by = _determined(values, self.known) or PAIR
            slots.append(Slot(f"{by}.{len(self.holes)}"))
            self.holes[slots[-1]] = Hole(by, *edges, dict(sorted(values.items())))
        for index, found in fitting.items():
            for document, tokens in self.groups[index].cells.items():
                made: list[Token] = []
                at = 0
                for slot, (start, end) in zip(slots, found):
                    hole = tokens[start:end]
                    made += tokens[at:start]
                    made.append(Token(hole[0].space, _text(hole), hole[0].at, (slot,), is_name=True))
                    at = end
                cells[document] = (*made, *tokens[at:])
        return grouped(cells, self.known)


def alike(left: str, right: str) -> bool:
    """Whether words are alike by six tenths: as a word and what a slip of the hand makes of it.

    Numbers never are: what is wrong with them isn't told by their looks.
    """
    if any(letter.isdigit() for letter in left + right):
        return False
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    return 2 * same * 100 >= _LIKE * (len(left) + len(right))


def _text(hole: Sequence[Token]) -> str:
    """What stands in a hole, without the blanks before it."""
    return joined((hole[0]._replace(space=""), *hole[1:]))


def _edges(tokens: Sequence[Token], start: int, end: int) -> tuple[str, str]:
    return joined(tokens[max(0, start - 4) : start]), joined(tokens[end : end + 4])


def _shingles(keys: Sequence[Key]) -> list[tuple[Key, ...]]:
    """Runs of three, each once, in order."""
    return list(dict.fromkeys(tuple(keys[at : at + _SHINGLE]) for at in range(max(1, len(keys) - 2))))


def _determined(values: dict[int, str], known: Known) -> str | None:
    """By what the phrases are determined, if they are phrases, and two in three of them differ."""
    if any(
        len(text) > _LONGEST or _SENTENCE_ENDS.search(text) or {"\n", "\t"} & {*text}
        for text in values.values()
    ):
        return None
    for by in (PLACE, ROLE, PAIR):
        of = {known.value(by, document): text for document, text in values.items()}
        if all(of[known.value(by, document)] == text for document, text in values.items()):
            distinct = len({*of.values()})
            return by if distinct > 1 and 3 * distinct > 2 * len(of) else None
    return None


def coarsest(documents: Iterable[int], known: Known) -> list[str]:
    """What may determine something in these documents, that with the fewest values first."""
    many = list(documents)
    counts = {by: len({known.value(by, document) for document in many}) for by in (PLACE, ROLE, PAIR)}
    return sorted(counts, key=lambda by: counts[by])


def named(hole: Hole, taken: Iterable[str]) -> str:
    """A name for the fact behind a hole, after the words before it, or behind it: `known_for`."""
    words = re.findall(r"[^\W\d_]+", hole.before)[-2:] or re.findall(r"[^\W\d_]+", hole.after)[:2]
    base = re.sub(r"[^a-z0-9]+", "_", fold(" ".join(words))).strip("_")
    base = base if base[:1].isalpha() else "phrase"
    name, count = base, 2
    while name in taken:
        name, count = f"{base}_{count}", count + 1
    return name
