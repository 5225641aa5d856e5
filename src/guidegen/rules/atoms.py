"""Columns of a decision table cut into atoms: values that the same rows match.

Whatever values a column may have, its cells tell only so many of them apart. One value stands for each atom,
and what rows match it is a mask, a bit for each row; some of a column's atoms are a mask as well.

Lists of keys would have as many atoms as there are sets of keys. But a larger set never matches fewer rows:
cells say what a set contains, and none says what it doesn't. To find values that rows don't match, the least
sets that others allow are enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from guidegen import schema
from guidegen.lookup import MISSING
from guidegen.rules.cells import Absent, Anything, Cell, Contains, Looked, Present, literals, matches
from guidegen.rules.table import Table

_SPANS_KEPT = 10_000


class Atoms:
    """Atoms of a column: a value of each, and the rows that match it. Parts of them are masks.

    Of values that the same rows match, the first is kept.
    """

    def __init__(self, values: Iterable[tuple[Looked, int]]) -> None:
        found: dict[int, Looked] = {}
        for value, rows in values:
            found.setdefault(rows, value)
        self.values = tuple(found.values())
        self.rows = tuple(found)
        self.whole = (1 << len(found)) - 1
        self._spans: dict[int, tuple[int, int]] = {}
        self._of: dict[int, int] = {}

    def span(self, part: int) -> tuple[int, int]:
        """The rows that match some of these atoms, and those that match them all."""
        if part not in self._spans:
            if len(self._spans) >= _SPANS_KEPT:
                self._spans.clear()
            some, every = 0, -1
            for number in bits(part):
                some |= self.rows[number]
                every &= self.rows[number]
            self._spans[part] = some, every
        return self._spans[part]

    def of(self, row: int) -> int:
        """The atoms that a row matches."""
        if row not in self._of:
            self._of[row] = sum(1 << number for number, rows in enumerate(self.rows) if rows >> row & 1)
        return self._of[row]

    def without(self, part: int, rows: int) -> int:
        """Those of some atoms that none of these rows matches."""
        return sum(1 << number for number in bits(part) if not self.rows[number] & rows)

    def first(self, part: int) -> Looked:
        """A value of some atoms: the first's."""
        return self.values[(part & -part).bit_length() - 1]


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, from the lowest."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


Part = tuple[Atoms, int]  # atoms, and which of them


class Listed:
    """A column whose atoms can be listed: numbers, yes and no, words, keys."""

    def __init__(self, cells: list[Cell], values: Iterable[Looked]) -> None:
        alike = _alike(cells)
        self.atoms = Atoms((value, _matching(alike, value)) for value in values)

    def within(self, *rows: int) -> Part:
        """The values that all of these rows match."""
        part = self.atoms.whole
        for row in rows:
            part &= self.atoms.of(row)
        return self.atoms, part

    def shared(self, row: int, other: int) -> Looked:
        """A value that both of two rows match, which meet."""
        return self.atoms.first(self.within(row, other)[1])

    def meeting(self, row: int) -> int:
        """The rows that share a value with a row."""
        return self.atoms.span(self.atoms.of(row))[0]

    def matches_all(self, row: int) -> bool:
        """Whether a row matches every value."""
        return self.atoms.of(row) == self.atoms.whole

    def alike(self, row: int) -> object:
        """What is equal for rows that match the same values."""
        return self.atoms.of(row)

    def all(self, most: int) -> Atoms | None:
        """All atoms; None if they are more than `most`."""
        return self.atoms if len(self.atoms.rows) <= most else None


class Keyed:
    """A column of lists of keys; an empty list is one too."""

    def __init__(self, cells: list[Cell], keys: list[str]) -> None:
        self.cells = cells
        self.keys = keys
        self.speaks_of_missing = _speaks_of_missing(cells)
        self._alike = _alike(cells)
        self._asked = [cell for cell in self._alike if isinstance(cell, Contains)]
        named = {key for cell in self._asked for key in cell.keys}
        unnamed = next((key for key in keys if key not in named), None)
        self._unnamed = frozenset[str]() if unnamed is None else frozenset([unnamed])
        self._rows: dict[Looked, int] = {}
        self._within: dict[frozenset[Cell], Atoms] = {}

    def within(self, *rows: int) -> Part:
        """Values that all of these rows match: the least sets, by which no other row matches more."""
        cells = frozenset(self.cells[row] for row in rows)
        if cells not in self._within:
            self._within[cells] = Atoms((value, self._matching(value)) for value in self._least(cells))
        atoms = self._within[cells]
        return atoms, atoms.whole

    def shared(self, row: int, other: int) -> Looked:
        """A value that both of two rows match, which meet."""
        return self._least(frozenset((self.cells[row], self.cells[other])))[0]

    def meeting(self, row: int) -> int:
        """The rows that share a value with a row: a list of all keys lies in each but `missing`."""
        cell = self.cells[row]
        values: list[Looked] = [frozenset(self.keys), *([MISSING] if self.speaks_of_missing else [])]
        return _union(self._matching(value) for value in values if matches(cell, value))

    def matches_all(self, row: int) -> bool:
        """Whether a row matches every value."""
        return isinstance(self.cells[row], Anything)

    def alike(self, row: int) -> object:
        """What is equal for rows that match the same values."""
        cell = self.cells[row]
        if isinstance(cell, Contains):
            return cell.all or len(cell.keys) == 1, frozenset(cell.keys)
        return cell

    def all(self, most: int) -> Atoms | None:
        """All atoms; None if they are more than `most`."""
        sets = _sets(self.keys, self._asked, most)
        if sets is None:
            return None
        values: list[Looked] = [*sets, *([MISSING] if self.speaks_of_missing else [])]
        return Atoms((value, self._matching(value)) for value in values)

    def _least(self, cells: frozenset[Cell]) -> list[Looked]:
        """The least sets that lie in all of these cells, and what else does."""
        sets = [frozenset[str]()]
        for cell in self._asked:
            if cell in cells:
                further = [cell.keys] if cell.all else [(key,) for key in cell.keys]
                grown = (
                    found if matches(cell, found) else found | {*keys} for found in sets for keys in further
                )
                sets = list(dict.fromkeys(grown))
        values: list[Looked] = [
            *(found or self._unnamed for found in sets),
            *([MISSING] if self.speaks_of_missing else []),
        ]
        return [value for value in values if all(matches(cell, value) for cell in cells)]

    def _matching(self, value: Looked) -> int:
        if value not in self._rows:
            self._rows[value] = _matching(self._alike, value)
        return self._rows[value]


Column = Listed | Keyed


def cut(table: Table, kinds: tuple[schema.Type, ...], terms: dict[str, list[str]]) -> tuple[Column, ...]:
    """The columns of a table, whose types these are; rows of `impossible` count on after the table's.

    `terms` has each vocabulary's keys. Missing is a value where a cell of the column speaks of it.
    """
    rows = (*table.rows, *table.impossible)
    return tuple(_column(kind, [row.cells[index] for row in rows], terms) for index, kind in enumerate(kinds))


def _column(kind: schema.Type, cells: list[Cell], terms: dict[str, list[str]]) -> Column:
    if isinstance(kind, schema.ListOf):
        assert isinstance(kind.item, schema.KeyOf)
        return Keyed(cells, terms.get(kind.item.vocabulary, []))
    values = list(_values(kind, cells, terms))
    return Listed(cells, [*values, *([MISSING] if _speaks_of_missing(cells) else [])])


def _values(kind: schema.Type, cells: list[Cell], terms: dict[str, list[str]]) -> Iterable[Looked]:
    if isinstance(kind, schema.Number):
        return _numbers(kind, cells)
    if isinstance(kind, schema.Boolean):
        return (True, False)
    if isinstance(kind, schema.Choice):
        return kind.options
    assert isinstance(kind, schema.KeyOf)
    return terms.get(kind.vocabulary, ())


def _speaks_of_missing(cells: list[Cell]) -> bool:
    return any(isinstance(cell, (Absent, Present)) for cell in cells)


def _alike(cells: list[Cell]) -> dict[Cell, int]:
    """The rows of each cell, as a mask: many have the same."""
    found: dict[Cell, int] = {}
    for row, cell in enumerate(cells):
        found[cell] = found.get(cell, 0) | 1 << row
    return found


def _matching(alike: dict[Cell, int], value: Looked) -> int:
    return _union(rows for cell, rows in alike.items() if matches(cell, value))


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union


def _numbers(kind: schema.Number, cells: list[Cell]) -> Iterator[Decimal]:
    """The bounds that cells name, and a number between each two and beyond the last, within the domain."""
    bounds = {bound for cell in cells for bound in literals(cell) if isinstance(bound, Decimal)}
    bounds |= {bound for bound in (kind.low, kind.high) if bound is not None}
    points = sorted(bounds) or [Decimal(0)]
    step = Decimal(1)
    candidates = [points[0] - step]
    for point, following in zip(points, [*points[1:], None]):
        candidates.append(point)
        if following is None:
            candidates.append(point + step)
        elif kind.integral:
            candidates += [point.to_integral_value("ROUND_FLOOR") + 1]
        else:
            candidates.append((point + following) / 2)
    for number in candidates:
        whole = number == number.to_integral_value()
        if not schema.in_domain(number, kind) and (whole or not kind.integral):
            yield number


def _sets(keys: list[str], asked: list[Contains], most: int) -> list[frozenset[str]] | None:
    """Sets of keys, one for each set of cells that some set of keys matches; None if more than `most`.

    Key by key: of the sets made so far those are kept that cells will tell apart, by what of each cell they
    have. A key that no cell names changes nothing.
    """
    states: dict[tuple[bool, ...], frozenset[str]] = {tuple(cell.all for cell in asked): frozenset()}
    for key in keys:
        naming = [key in cell.keys for cell in asked]
        if not any(naming):
            continue
        grown: dict[tuple[bool, ...], frozenset[str]] = {}
        for state, chosen in states.items():
            added = tuple(has if cell.all else has or names for has, names, cell in zip(state, naming, asked))
            grown.setdefault(added, chosen | {key})
            left = tuple(
                has and not names if cell.all else has for has, names, cell in zip(state, naming, asked)
            )
            grown.setdefault(left, chosen)
        states = grown
        if len(states) > most:
            return None
    return list(states.values())
