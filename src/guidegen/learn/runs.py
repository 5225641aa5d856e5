"""What several texts have in common, in runs of words with holes between them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from guidegen.learn.model import Slot
from guidegen.learn.templates import size

# When one template for several texts is worth it.
_WORDS, _LETTERS = 2, 6  # of a run between two holes, else it belongs to the hole
_CONSTANT = 40  # per cent of the bytes
_HOLES = 4
_WORTH = 85  # per cent of the bytes of the texts apart
_VALUE = 4  # bytes that a fact costs besides its text
_SLOT = 12  # bytes of a slot

Key = tuple[str, str | Slot]


class Merged(NamedTuple):
    """Texts merged so far: what they have in common, in order, their bytes, and which groups they are.

    `between` counts the tokens of all texts between a common one and the next.
    """

    common: list[Key]
    between: list[int]
    total: int
    members: list[int]

    @property
    def holes(self) -> int:
        """How many there are between the runs."""
        return len(self.between) - self.between.count(0)


def between_of(state: Merged, start: int, end: int) -> int:
    """The tokens of all texts between two common ones, if none between these counts as common."""
    return sum(state.between[start:end]) + (end - start - 1) * len(state.members)


def runs_of(state: Merged) -> Merged:
    """The common parts without runs that are too short to be more than chance; these go to the holes.

    So do runs not half as long as the holes beside them. A run at either end of the text stays however
    short it is.
    """
    while True:
        runs: list[list[int]] = []
        for index in range(len(state.common)):
            if index and not state.between[index - 1]:
                runs[-1].append(index)
            else:
                runs.append([index])
        kept = [
            index
            for number, run in enumerate(runs)
            if number in (0, len(runs) - 1) or _is_long(state, run)
            for index in run
        ]
        if len(kept) == len(state.common):
            return state
        between = [between_of(state, start, end) for start, end in zip(kept, kept[1:])]
        state = state._replace(common=[state.common[index] for index in kept], between=[*between, 0])


def _is_long(state: Merged, run: Sequence[int]) -> bool:
    beside = min(state.between[run[0] - 1], state.between[run[-1]])
    return _is_run([state.common[index] for index in run]) and 2 * len(run) * len(state.members) >= beside


def _is_run(run: Sequence[Key]) -> bool:
    words = [text for _, text in run if not isinstance(text, str) or text[:1].isalnum() or text[:1] == "\0"]
    return len(words) >= _WORDS and sum(_size(key) for key in run) >= _LETTERS


def length_of(span: tuple[int, int]) -> int:
    """How many tokens a hole has."""
    return span[1] - span[0]


@lru_cache(maxsize=1 << 16)
def _size(key: Key) -> int:
    space, text = key
    return size(space) + (size(text) if isinstance(text, str) else _SLOT)


def is_worth(runs: Merged) -> bool:
    """Whether one template for all is shorter than one for each, and mostly words."""
    if not 0 < runs.holes <= _HOLES:
        return False
    count = len(runs.members)
    constant = sum(map(_size, runs.common))
    together = runs.total - (count - 1) * constant + _VALUE * runs.holes * count
    return constant * count * 100 >= _CONSTANT * runs.total and together * 100 <= _WORTH * runs.total


def spans_of(runs: Merged, keys: list[Key]) -> list[tuple[int, int]] | None:
    """Where the tokens of one text have the holes; None if the runs aren't in it, or nothing is between."""
    parts: list[list[Key]] = [[]]
    for key, between in zip(runs.common, runs.between):
        parts[-1].append(key)
        if between:
            parts.append([])
    first, *middle, last = parts
    ends = len(keys) - len(last)
    if keys[: len(first)] != first or keys[ends:] != last:
        return None
    spans = []
    at = len(first)
    for run in middle:
        fits = range(at + 1, ends - len(run))
        start = next((start for start in fits if keys[start : start + len(run)] == run), None)
        if start is None:
            return None
        spans.append((at - 1, start - 1))  # tokens have no mark of the start
        at = start + len(run)
    return [*spans, (at - 1, ends - 1)] if at < ends else None
