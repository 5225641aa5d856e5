"""Columns of a decision table that never matter: whatever their values, the outcome is the same.

Where no two rows meet, each pair of different outcomes is looked at: if their other cells meet, the column
tells them apart. Else the other columns are gone through first, what is left of the rows kept in mind: only
rows that tell values of the column apart can make a difference, and where none is left nothing more is
looked at. A column that matters shows it after a few steps. Where it takes too many, nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Sequence

from guidegen.rules.atoms import Atoms, Column, bits
from guidegen.rules.cover import uncovered
from guidegen.rules.table import Table

MOST_ATOMS = 5_000  # of one column
MOST_STEPS = 1_000_000  # of one table, shared by its columns


def idle_columns(table: Table, columns: Sequence[Column], *, apart: bool = False) -> tuple[int, ...]:
    """The numbers of columns, first come first served, without all of which outcomes would be the same.

    `apart` says what is known of the table: no two rows match the same values, nothing is impossible, and
    it has no gap.
    """
    rows = range(len(table.rows) + len(table.impossible))
    telling = [
        index for index, column in enumerate(columns) if not all(column.matches_all(row) for row in rows)
    ]
    idle = [index for index in range(len(columns)) if index not in telling]
    atoms = {} if apart else {index: columns[index].all(MOST_ATOMS) for index in telling}
    for number in telling:
        free = [*(index for index in idle if index in telling), number]
        if apart:
            matters = _tells_outcomes_apart(table, columns, free)
        else:
            known = [atoms[index] for index in telling if index not in free]
            search = _Search(table, known, [atoms[index] for index in free], MOST_STEPS // len(columns))
            matters = search.finds_a_difference()
        if not matters:
            idle.append(number)
    return tuple(sorted(idle))


def _tells_outcomes_apart(table: Table, columns: Sequence[Column], free: list[int]) -> bool:
    """Whether rows that never meet would meet without some columns, and have different outcomes."""
    others = [column for index, column in enumerate(columns) if index not in free]
    everything = (1 << len(table.rows)) - 1
    with_outcome: dict[str | None, int] = {}
    for number, row in enumerate(table.rows):
        with_outcome[row.outcome] = with_outcome.get(row.outcome, 0) | 1 << number
    for number, row in enumerate(table.rows):
        if not all(part for _, part in (column.within(number) for column in columns)):
            continue
        met = everything & ~with_outcome[row.outcome]
        for column in others:
            met &= column.meeting(number)
        if any(all(part for _, part in (column.within(other) for column in columns)) for other in bits(met)):
            return True
        if not table.is_complete and row.outcome != table.otherwise:
            space = [
                column.within() if index in free else column.within(number)
                for index, column in enumerate(columns)
            ]
            if uncovered(space, everything) is not None:
                return True
    return False


class _TooMany(Exception):
    """More steps than are worth it."""


class _Search:
    """A search for values of some columns, `known`, at which others, `free`, make a difference."""

    def __init__(
        self, table: Table, known: Sequence[Atoms | None], free: Sequence[Atoms | None], steps: int
    ) -> None:
        self.table = table
        self.steps = steps
        self.known = [atoms for atoms in known if atoms]
        self.free = [atoms for atoms in free if atoms]
        self.all_are_listed = len(self.known) == len(known) and len(self.free) == len(free)
        self.own = (1 << len(table.rows)) - 1
        self.rows = (1 << len(table.rows) + len(table.impossible)) - 1
        self.telling = 0
        for atoms in self.free:
            self.telling |= self.rows & ~atoms.span(atoms.whole)[1]
        self.sure = [self.rows]  # rows that match whatever comes, from each column on
        for atoms in reversed([*self.known, *self.free]):
            self.sure.insert(0, self.sure[0] & atoms.span(atoms.whole)[1])
        self.seen: list[set[int]] = [set() for _ in known]

    def finds_a_difference(self) -> bool:
        """Whether there is one; it is taken for granted where that takes too many steps to know."""
        try:
            return not self.all_are_listed or self._differs(0, self.rows)
        except _TooMany:
            return True

    def _differs(self, index: int, left: int) -> bool:
        sure = left & self.sure[index]
        if sure & ~self.own:
            return False  # impossible, whatever comes
        if self.table.hit == "first" and sure:
            left &= ~self.own | (sure & -sure) * 2 - 1
        if not left & self.telling:
            return False
        if index == len(self.known):
            return self._differs_here(left)
        if left in self.seen[index]:
            return False
        self.seen[index].add(left)
        return any(self._differs(index + 1, after) for after in self._after(self.known[index], left))

    def _differs_here(self, left: int) -> bool:
        reached = {left}
        for atoms in self.free:
            reached = {after for mask in reached for after in self._after(atoms, mask)}
        return len({self._outcome(mask) for mask in reached if not mask & ~self.own}) > 1

    def _after(self, atoms: Atoms, left: int) -> dict[int, None]:
        """What is left of the rows, for each atom."""
        self.steps -= len(atoms.rows)
        if self.steps < 0:
            raise _TooMany
        return dict.fromkeys(left & rows for rows in atoms.rows)

    def _outcome(self, matching: int) -> tuple[str, ...] | None:
        """What the table comes to where these rows match; None where it refuses."""
        table = self.table
        found = [table.rows[row] for row in bits(matching)]
        if table.hit == "first":
            found = found[:1]
        if not found:
            return None if table.is_complete else (table.otherwise,) if table.otherwise else ()
        if table.hit == "unique" and len(found) > 1:
            return None
        return tuple(row.outcome for row in found if row.outcome is not None)
