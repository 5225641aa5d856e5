"""Two names that stand together in a gap, and where they part: `testeurs à Gex` and `… au Havre`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Parting(NamedTuple):
    """Where values fall in two, whatever their case: after any first part, or before any last one."""

    firsts: frozenset[str]
    lasts: frozenset[str]

    def parts(self, value: str) -> tuple[str, str]:
        """The two parts of a value, known by either; the value and nothing if neither is known."""
        pairs = [
            (pair, pair[0].casefold() in self.firsts, pair[1].casefold() in self.lasts)
            for pair in _pairs(value)
        ]
        for known in (
            [pair for pair, first, last in pairs if first and last],
            [pair for pair, first, _ in reversed(pairs) if first],
            [pair for pair, _, last in pairs if last],
        ):
            if known:
                return known[0]
        return value, ""

    def fits(self, values: Sequence[str]) -> bool:
        """Whether values are made of known parts, all of them."""
        parts = map(self.parts, values)
        return all(first.casefold() in self.firsts and last.casefold() in self.lasts for first, last in parts)


def parting_of(values: Sequence[str]) -> Parting | None:
    """How values of two entities fall in two, if they do.

    A value falls where both of its parts recur most in other values. All must be pairs of fewer parts than
    there are values, most values a single document's, as a place's and a role's are; and the parts written
    differently, the one with capitals and the other mostly without: whether `Cloud Engineers` and `Data
    Analysts` are one thing or two nobody knows.
    """
    whole = [*dict.fromkeys(values)]
    pairs = {value: list(_pairs(value)) for value in whole}
    if len(whole) < 6 or len(whole) * 10 < len(values) * 9 or not all(pairs.values()):
        return None
    firsts = Counter(first for value in whole for first, _ in pairs[value])
    lasts = Counter(last for value in whole for _, last in pairs[value])

    def worth(pair: tuple[str, str]) -> tuple[int, int]:
        return firsts[pair[0]] * lasts[pair[1]], firsts[pair[0]] + lasts[pair[1]]

    chosen = [max(pairs[value], key=worth) for value in whole]
    first, last = [*dict.fromkeys(a for a, _ in chosen)], [*dict.fromkeys(b for _, b in chosen)]
    if min(len(first), len(last)) < 2 or len(first) + len(last) >= len(whole):
        return None
    if not (_are_mixed(first, last) or _are_mixed(last, first)):
        return None
    return Parting(frozenset(map(str.casefold, first)), frozenset(map(str.casefold, last)))


def _pairs(value: str) -> Iterator[tuple[str, str]]:
    words = value.split(" ")
    for at in range(1, len(words)):
        yield " ".join(words[:at]), " ".join(words[at:])


def _are_mixed(names: Sequence[str], others: Sequence[str]) -> bool:
    """Whether the first have capitals, and at least half of the others none."""
    low = sum(text == text.lower() for text in others)
    return all(text != text.lower() for text in names) and low * 2 >= len(others)
