"""What a grid of rounded products says of its factors and bases, each for itself and together.

Every cell says `low <= base × factor <= high`. In logarithms these are differences, so the tightest bounds
are shortest paths (Bellman and Ford); here they stay exact, a bound being a quotient of integers. A circle
of cells that contradict each other is found as a circle of parents.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from guidegen.learn.rounding import Interval

Cell = tuple[int, int]  # row, place
Bound = tuple[int, int, bool]  # numerator, denominator, whether the end itself is out
_Edge = tuple[int, int, bool, int, bool]  # other node, low, whether it is out, high, whether it is out
_Edges = list[list[_Edge]]  # by node
_ONE: Bound = (1, 1, False)


class Contradiction(NamedTuple):
    """Cells that can't all be products of bases and factors, rounded."""

    cells: tuple[Cell, ...]


class Bounds:
    """The bounds of each factor and base, the first factor being 1; a choice tightens those of all others."""

    def __init__(self, bases: _Half, factors: _Half) -> None:
        self._bases = bases  # upper bounds of bases, lower ones of factors
        self._factors = factors  # upper bounds of factors, lower ones of bases

    def copy(self) -> Bounds:
        """The same bounds, to be tightened apart from these."""
        return Bounds(self._bases.copy(), self._factors.copy())

    def ends(self, is_base: bool, index: int) -> tuple[Bound | None, Bound | None]:
        """The lower and upper bound of a row's base, or of a place's factor."""
        if is_base:
            return self._factors.lower[index], self._bases.upper[index]
        return self._bases.lower[index], self._factors.upper[index]

    def interval(self, is_base: bool, index: int) -> Interval:
        """What a row's base, or a place's factor, may be."""
        low, high = self.ends(is_base, index)
        assert low is not None  # the grid is connected
        assert high is not None
        return Interval(Fraction(*low[:2]), Fraction(*high[:2]), not low[2], not high[2])

    def choose(self, is_base: bool, index: int, value: Fraction) -> None:
        """Choose a row's base, or a place's factor, from its interval."""
        bound = (value.numerator, value.denominator, False)
        if is_base:
            self._bases.set_upper(index, bound)
            self._factors.set_lower(index, bound)
        else:
            self._bases.set_lower(index, bound)
            self._factors.set_upper(index, bound)


def bounds_of(cells: Mapping[Cell, Interval], rows: int, places: int) -> Bounds | Contradiction:
    """The tightest bounds for a connected grid, the first place's factor being 1.

    The ends of intervals are positive integers.
    """
    by_row: _Edges = [[] for _ in range(rows)]
    by_place: _Edges = [[] for _ in range(places)]
    for (row, place), found in cells.items():
        ends = (found.low.numerator, not found.has_low, found.high.numerator, not found.has_high)
        by_row[row].append((place, *ends))
        by_place[place].append((row, *ends))
    factors: list[Bound | None] = [_ONE, *[None] * (places - 1)]
    bases = _Half([None] * rows, [*factors], by_place, by_row)
    if circle := bases.tighten((0,)):
        pairs = zip(circle, (*circle[1:], circle[0]))
        turned = [pair if index % 2 else pair[::-1] for index, pair in enumerate(pairs)]
        return Contradiction(tuple(dict.fromkeys((row, place) for row, place in turned)))
    uppers = _Half(factors, [None] * rows, by_row, by_place)
    uppers.tighten((), (0,))
    return Bounds(bases, uppers)


class _Half:
    """The bounds that follow from each other: upper ones of one side, lower ones of the other."""

    def __init__(
        self, upper: list[Bound | None], lower: list[Bound | None], of_lower: _Edges, of_upper: _Edges
    ) -> None:
        self.upper = upper
        self.lower = lower
        self.of_lower = of_lower
        self.of_upper = of_upper
        self.upper_parent: dict[int, int] = {}
        self.lower_parent: dict[int, int] = {}

    def copy(self) -> _Half:
        """The same bounds, to be tightened apart from these."""
        return _Half([*self.upper], [*self.lower], self.of_lower, self.of_upper)

    def set_upper(self, node: int, bound: Bound) -> None:
        """Choose an upper bound, at most the one there is; it follows from nothing then."""
        self.upper[node] = bound
        self.upper_parent.pop(node, None)
        self.tighten((), (node,))

    def set_lower(self, node: int, bound: Bound) -> None:
        """Choose a lower bound, at least the one there is; it follows from nothing then."""
        self.lower[node] = bound
        self.lower_parent.pop(node, None)
        self.tighten((node,))

    def tighten(self, lower: tuple[int, ...], upper: tuple[int, ...] = ()) -> tuple[int, ...]:
        """Let the bounds of these nodes have their effect on all others.

        Gives the circle of nodes that contradict each other, lower and upper ones in turn; empty if none do.
        """
        changed_lower, changed_upper = dict.fromkeys(lower), dict.fromkeys(upper)
        while changed_lower or changed_upper:
            next_upper = self._lower_upper(changed_lower)
            changed_lower = self._raise_lower({**changed_upper, **next_upper})
            changed_upper = {}
            if circle := self._circle(changed_lower):
                return circle
        return ()

    def _lower_upper(self, changed: Mapping[int, None]) -> dict[int, None]:
        upper = self.upper
        found: dict[int, None] = {}
        for node in changed:
            bound = self.lower[node]
            assert bound is not None
            above, below, is_out = bound
            for other, _, _, high, without in self.of_lower[node]:
                new = (high * below, above, without or is_out)
                old = upper[other]
                if old is not None:
                    more = new[0] * old[1] - old[0] * new[1]
                    if more > 0 or (more == 0 and (old[2] or not new[2])):
                        continue
                upper[other] = new
                self.upper_parent[other] = node
                found[other] = None
        return found

    def _raise_lower(self, changed: Mapping[int, None]) -> dict[int, None]:
        lower = self.lower
        found: dict[int, None] = {}
        for node in changed:
            bound = self.upper[node]
            assert bound is not None
            above, below, is_out = bound
            for other, low, without, _, _ in self.of_upper[node]:
                new = (low * below, above, without or is_out)
                old = lower[other]
                if old is not None:
                    more = new[0] * old[1] - old[0] * new[1]
                    if more < 0 or (more == 0 and (old[2] or not new[2])):
                        continue
                lower[other] = new
                self.lower_parent[other] = node
                found[other] = None
        return found

    def _circle(self, starts: Mapping[int, None]) -> tuple[int, ...]:
        """A lower bound that follows from itself, with those between: lower, upper and so on."""
        seen: dict[int, int] = {}
        for start in starts:
            node, path = start, []
            while node not in seen and node in self.lower_parent:
                seen[node] = start
                above = self.lower_parent[node]
                path += [node, above]
                if above not in self.upper_parent:
                    break
                node = self.upper_parent[above]
            else:
                if seen.get(node) == start:
                    return tuple(path[2 * path[::2].index(node) :])
        return ()
