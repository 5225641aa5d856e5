"""What is proved wrong with the decision tables of a pack, each with values that show it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from guidegen.lookup import MISSING
from guidegen.pack import Pack
from guidegen.problems import Problem
from guidegen.rules.cover import Witness
from guidegen.rules.proof import Proof, prove
from guidegen.rules.table import Row, Table, shown

_SHOWN_AT_MOST = 12  # pairs of rows of one table
_CELLS_SHOWN = 5
_CELL_SHOWN = 40
_NAMED = 4


class Finding(NamedTuple):
    """Something wrong with a table; for a gap or an overlap, the values that show it."""

    table: Table
    problem: Problem
    witness: Witness | None = None


def proof_problems(pack: Pack) -> Iterator[Problem]:
    """What is wrong with the tables, whether or not a guide runs into it."""
    return (finding.problem for finding in findings(pack))


def findings(pack: Pack) -> Iterator[Finding]:
    """Gaps, rows that both match, rows that are never reached or stand twice, columns that never matter."""
    terms = {name: list(found) for name, found in pack.facts.vocabularies.items()}
    for table in pack.book.tables.values():
        kinds = tuple(pack.catalogue.type_of(column.name) for column in table.columns)
        yield from _of_table(pack, table, prove(table, kinds, terms))


def _of_table(pack: Pack, table: Table, proof: Proof) -> Iterator[Finding]:
    free = _free(pack, table)
    if proof.gap is not None:
        message = f"table '{table.name}' has no row where {_where(table, proof.gap)}"
        lacking = [column.name for column, value in zip(table.columns, proof.gap) if value is MISSING]
        hint = f"add a row{_with_missing(lacking)}, or `otherwise: nothing`{free}"
        yield Finding(table, Problem("gap", message, table.location, hint), proof.gap)
    repeated = {later for _, later in proof.duplicates}
    pairs = [found for found in proof.overlaps if not repeated & {*found[:2]}]
    more = len(pairs) - _SHOWN_AT_MOST
    for first, second, witness in pairs[:_SHOWN_AT_MOST]:
        one, other = table.rows[first], table.rows[second]
        message = f"rows '{one.name}' and '{other.name}' both match where {_where(table, witness)}"
        message += f" (and {more} more pairs)" if more > 0 else ""
        hint = (
            f"{_cells(table, one, other)}\n"
            f"narrow one of them ('{one.name}' is in line {one.location.line}), or write `hit: first`{free}"
        )
        yield Finding(table, Problem("overlap", message, other.location, hint), witness)
    for first, second in proof.duplicates:
        yield Finding(table, _duplicate(table, table.rows[first], table.rows[second]))
    for number in proof.unreachable:
        if number not in repeated:
            yield Finding(table, _unreachable(table, table.rows[number]))
    for number in proof.idle:
        column = table.columns[number]
        message = f"column '{column.name}' of table '{table.name}' never changes the outcome"
        left = ", as far as `impossible` leaves a choice" if table.impossible else ""
        hint = f"the outcome is the same whatever it is{left}: delete the column, or narrow a cell"
        yield Finding(table, Problem("idle-column", message, column.location, hint, warning=True))


def _duplicate(table: Table, one: Row, other: Row) -> Problem:
    message = f"row '{other.name}' of table '{table.name}' matches exactly what row '{one.name}' does"
    hint = f"'{one.name}' is in line {one.location.line}: delete one of the two"
    if one.outcome != other.outcome:
        hint += ", or change its cells"
    return Problem("duplicate-row", message, other.location, hint)


def _unreachable(table: Table, row: Row) -> Problem:
    message = f"row '{row.name}' of table '{table.name}' can never be reached"
    hint = "no value lies in all of its cells: mend or delete it"
    if table.hit == "first":
        hint = "earlier rows match all that it matches: move it up, or delete it"
    return Problem("unreachable-row", message, row.location, hint)


# -- in words


def _where(table: Table, witness: Witness) -> str:
    return ", ".join(f"{column.name} is {shown(value)}" for column, value in zip(table.columns, witness))


def _free(pack: Pack, table: Table) -> str:
    """What is to be known of computed columns: nothing but `impossible` rows relates them to others."""
    computed = [
        f"`{column.name}`" for column in table.columns if column.name.split(".")[0] in pack.catalogue.derived
    ]
    if not computed:
        return ""
    are = "is computed, and may be" if len(computed) == 1 else "are computed, and may each be"
    return f"; {_joined(computed)} {are} anything unless `impossible:` rows say what never stands together"


def _joined(names: list[str]) -> str:
    """Names by comma and `and`, a few of many."""
    if len(names) > _NAMED:
        names = [*names[: _NAMED - 1], f"{len(names) - _NAMED + 1} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _with_missing(columns: list[str]) -> str:
    return f" with `missing` or `any` under {_joined(columns)}" if columns else ""


def _cells(table: Table, one: Row, other: Row) -> str:
    """The cells at which two rows meet, as they are written, where one of them says anything."""
    met = []
    for column, *where in zip(table.columns, one.cell_locations, other.cell_locations):
        left, right = (_written(at.text) for at in where)
        if (left, right) != ("any", "any"):
            met.append(f"{column.name} `{left}` {'in both' if left == right else f'and `{right}`'}")
    if not met:
        return "both match everything"
    return "their cells meet: " + "; ".join(met[:_CELLS_SHOWN]) + ("; …" if len(met) > _CELLS_SHOWN else "")


def _written(cell: str) -> str:
    cell = cell.strip(" |") or "any"
    return cell if len(cell) <= _CELL_SHOWN else f"{cell[: _CELL_SHOWN - 1]}…"
