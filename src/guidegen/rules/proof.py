"""Proofs about decision tables: what no row decides, what two rows decide, and rows that never do.

Exact, over the columns' declared domains, not over the places there are. Columns are free of one another:
what is derived may take any value of its type next to any fact, but for what the table takes for impossible.

Missing counts as a value where a cell of the column speaks of it (`missing`, `present`); else the fact is
required, and `check` reports a guide that lacks it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from guidegen import schema
from guidegen.rules.atoms import Column, bits, cut
from guidegen.rules.cover import Witness, uncovered, uncovered_by_apart
from guidegen.rules.idle import idle_columns
from guidegen.rules.table import Table


class Proof(NamedTuple):
    """What holds of a table: the first values that no row decides, rows that meet, rows never reached.

    `overlaps` are pairs of row numbers with values that both match; `unreachable` has the numbers of rows
    that decide nothing: no value is in their cells, or under `hit: first` earlier rows have them all.
    `duplicates` are pairs of rows, the earlier first, that match the same values (under `hit: collect` with
    the same outcome too). `idle` are columns that change no outcome, whatever their values: a guide would
    be the same without all of them. Of a table with a gap or an overlap none are named.
    """

    gap: Witness | None
    overlaps: tuple[tuple[int, int, Witness], ...]
    unreachable: tuple[int, ...]
    duplicates: tuple[tuple[int, int], ...]
    idle: tuple[int, ...]


def prove(table: Table, kinds: tuple[schema.Type, ...], terms: dict[str, list[str]]) -> Proof:
    """What can be proved of a table whose columns have these types; `terms` has each vocabulary's keys."""
    columns = cut(table, kinds, terms)
    count = len(table.rows)
    impossible = (1 << count + len(table.impossible)) - (1 << count)
    overlaps = tuple(_overlaps(columns, count, impossible)) if table.hit == "unique" else ()
    apart = not impossible and not any(_meeting(columns, row, count) for row in range(count))
    gap = None
    if table.is_complete:
        everything = [column.within() for column in columns]
        gap = (
            uncovered_by_apart(everything, range(count))
            if apart
            else uncovered(everything, (1 << count) - 1 | impossible)
        )
    unreachable = tuple(
        row
        for row in range(count)
        if uncovered(
            [column.within(row) for column in columns],
            impossible | ((1 << row) - 1 if table.hit == "first" else 0),
        )
        is None
    )
    idle = () if gap is not None or overlaps else idle_columns(table, columns, apart=apart)
    return Proof(gap, overlaps, unreachable, tuple(_duplicates(table, columns)), idle)


def _meeting(columns: tuple[Column, ...], row: int, count: int) -> int:
    """The later rows that meet a row in each column."""
    both = (1 << count) - (2 << row)
    for column in columns:
        both &= column.meeting(row)
    return both


def _overlaps(columns: tuple[Column, ...], count: int, impossible: int) -> Iterator[tuple[int, int, Witness]]:
    """Each pair of rows that some values match both: they meet in each column, and columns are free."""
    for row in range(count):
        for other in bits(_meeting(columns, row, count)):
            witness: Witness | None = tuple(column.shared(row, other) for column in columns)
            if impossible:
                witness = uncovered([column.within(row, other) for column in columns], impossible)
            if witness is not None:
                yield row, other, witness


def _duplicates(table: Table, columns: tuple[Column, ...]) -> Iterator[tuple[int, int]]:
    first: dict[object, int] = {}
    for number, row in enumerate(table.rows):
        if not all(part for _, part in (column.within(number) for column in columns)):
            continue
        same = (*(column.alike(number) for column in columns), row.outcome if table.hit == "collect" else "")
        if first.setdefault(same, number) != number:
            yield first[same], number
