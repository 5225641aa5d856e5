"""Proofs about decision tables: what no row decides, what two rows decide, and rows that never do.

Exact, over the columns' declared domains, not over the places there are: each column is cut into atoms at
its cells' boundaries, an atom being values that the same rows match; rows are bits of a mask. A combination
of values is then one atom per column, and the rows that match it are the masks' intersection. Columns are
free of one another: what is derived may take any value of its type next to any fact, but for what the table
takes for impossible.

Missing counts as a value where a cell of the column speaks of it (`missing`, `present`); else the fact is
required, and `check` reports a guide that lacks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache, reduce
from operator import and_, or_
from typing import NamedTuple

from guidegen import schema
from guidegen.lookup import MISSING
from guidegen.rules.cells import Absent, Cell, Contains, Looked, Present, literals, matches
from guidegen.rules.table import Table


class Atom(NamedTuple):
    """Values of a column that the same rows match: one of them, and the rows as bits."""

    witness: Looked
    rows: int


Witness = tuple[Looked, ...]  # a value for each column
Atoms = tuple[tuple[Atom, ...], ...]  # of each column


class Proof(NamedTuple):
    """What holds of a table: the first values that no row decides, rows that meet, rows never reached.

    `overlaps` are pairs of row numbers with values that both match; `unreachable` has the numbers of rows
    that decide nothing: no value is in their cells, or under `hit: first` earlier rows have them all.
    """

    gap: Witness | None
    overlaps: tuple[tuple[int, int, Witness], ...]
    unreachable: tuple[int, ...]


def prove(table: Table, kinds: tuple[schema.Type, ...], terms: dict[str, list[str]]) -> Proof:
    """What can be proved of a table whose columns have these types; `terms` has each vocabulary's keys."""
    rows = (*table.rows, *table.impossible)
    columns = tuple(
        _atoms([row.cells[index] for row in rows], _values(kind, terms)) for index, kind in enumerate(kinds)
    )
    count = len(table.rows)
    impossible = (1 << len(rows)) - (1 << count)
    gap = uncovered(columns, (1 << len(rows)) - 1) if table.is_complete else None
    unreachable = []
    for row in range(count):
        earlier = (1 << row) - 1 if table.hit == "first" else 0
        own = tuple(_of(row, atoms) for atoms in columns)
        if not all(own) or uncovered(own, earlier | impossible) is None:
            unreachable.append(row)
    overlaps = tuple(_overlaps(columns, count, impossible)) if table.hit == "unique" else ()
    return Proof(gap, overlaps, tuple(unreachable))


def uncovered(columns: Atoms, rows: int) -> Witness | None:
    """A combination of values that none of these rows matches; None if there is none.

    What is left of the rows is swept through the columns; what was found for a column and a mask is kept.
    """
    whole = [reduce(and_, (atom.rows for atom in atoms), rows) for atoms in columns]
    behind = [reduce(and_, whole[index:], rows) for index in range(len(columns) + 1)]

    @cache
    def sweep(column: int, left: int) -> Witness | None:
        if left & behind[column] and column < len(columns):
            return None  # a row that matches whatever comes
        if column == len(columns):
            return None if left else ()
        for left_after, atom in {left & atom.rows: atom for atom in columns[column]}.items():
            rest = sweep(column + 1, left_after)
            if rest is not None:
                return (atom.witness, *rest)
        return None

    return sweep(0, rows)


def _of(row: int, atoms: tuple[Atom, ...]) -> tuple[Atom, ...]:
    """The atoms of a column that a row matches."""
    return tuple(atom for atom in atoms if atom.rows >> row & 1)


def _overlaps(columns: Atoms, count: int, impossible: int) -> Iterator[tuple[int, int, Witness]]:
    """Each pair of rows that some values match both: they meet in each column, and columns are free."""
    everything = (1 << count) - 1
    for row in range(count):
        met = [reduce(or_, (atom.rows for atom in _of(row, atoms)), 0) for atoms in columns]
        both = reduce(and_, met, everything) >> (row + 1)
        while both:
            other = row + (both & -both).bit_length()
            shared = tuple(_of(other, _of(row, atoms)) for atoms in columns)
            witness = uncovered(shared, impossible)
            if witness is not None:
                yield row, other, witness
            both &= both - 1


# -- atoms

Values = Callable[[list[Cell]], Iterator[Looked]]


def _atoms(cells: list[Cell], values: Values) -> tuple[Atom, ...]:
    """A column's atoms, each with the first of its values."""
    found: dict[int, Looked] = {}
    for value in values(cells):
        rows = sum(1 << row for row, cell in enumerate(cells) if matches(cell, value))
        found.setdefault(rows, value)
    if any(isinstance(cell, (Absent, Present)) for cell in cells):
        rows = sum(1 << row for row, cell in enumerate(cells) if matches(cell, MISSING))
        found.setdefault(rows, MISSING)
    return tuple(Atom(witness, rows) for rows, witness in found.items())


def _values(kind: schema.Type, terms: dict[str, list[str]]) -> Values:
    """One value at least of each set that the cells of a column of this type tell apart."""
    if isinstance(kind, schema.Number):
        return lambda cells: _numbers(kind, cells)
    listed: tuple[Looked, ...] | None = None
    if isinstance(kind, schema.Boolean):
        listed = (True, False)
    elif isinstance(kind, schema.Choice):
        listed = kind.options
    elif isinstance(kind, schema.KeyOf):
        listed = tuple(terms.get(kind.vocabulary, ()))
    if listed is not None:
        return lambda _: iter(listed)
    assert isinstance(kind, schema.ListOf)
    assert isinstance(kind.item, schema.KeyOf)
    keys = terms.get(kind.item.vocabulary, [])
    return lambda cells: _sets(keys, cells)


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


def _sets(keys: list[str], cells: list[Cell]) -> Iterator[frozenset[str]]:
    """Sets of keys, one at least for each set of cells that some set of keys matches.

    Key by key: of the sets made so far those are kept that cells will tell apart, by what of each cell they
    have. A key that no cell names stands for all such.
    """
    asked = [cell for cell in dict.fromkeys(cells) if isinstance(cell, Contains)]
    named = [key for key in keys if any(key in cell.keys for cell in asked)]
    states: dict[tuple[bool, ...], frozenset[str]] = {tuple(cell.all for cell in asked): frozenset()}
    for key in named:
        grown: dict[tuple[bool, ...], frozenset[str]] = {}
        for state, chosen in states.items():
            with_key = tuple(has if cell.all else has or key in cell.keys for has, cell in zip(state, asked))
            grown.setdefault(with_key, chosen | {key})
            without = tuple(
                has and key not in cell.keys if cell.all else has for has, cell in zip(state, asked)
            )
            grown.setdefault(without, chosen)
        states = grown
    rest = frozenset(key for key in keys if key not in named)
    for chosen in states.values():
        if chosen or rest:
            yield chosen or frozenset(sorted(rest)[:1])
