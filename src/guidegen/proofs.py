"""What is proved wrong with the decision tables of a pack, each with values that show it."""

from __future__ import annotations

from collections.abc import Iterator

from guidegen.pack import Pack
from guidegen.problems import Problem
from guidegen.rules.proof import Proof, Witness, prove
from guidegen.rules.table import Table, shown

_SHOWN_AT_MOST = 12  # pairs of rows of one table
_FREE = "`{}` is computed, and may be anything unless `impossible:` rows say what never stands together"


def proof_problems(pack: Pack) -> Iterator[Problem]:
    """Gaps, rows that both match, and rows that are never reached, whether or not a guide runs into them."""
    terms = {name: list(found) for name, found in pack.facts.vocabularies.items()}
    for table in pack.book.tables.values():
        kinds = tuple(pack.catalogue.type_of(column.name) for column in table.columns)
        yield from _problems(pack, table, prove(table, kinds, terms))


def _problems(pack: Pack, table: Table, proof: Proof) -> Iterator[Problem]:
    computed = [
        column.name for column in table.columns if column.name.split(".")[0] in pack.catalogue.derived
    ]
    free = f"; {_FREE.format(computed[0])}" if computed else ""
    if proof.gap is not None:
        message = f"table '{table.name}' has no row where {_where(table, proof.gap)}"
        hint = f"add a row, or `otherwise: nothing`{free}"
        yield Problem("gap", message, table.location, hint)
    more = len(proof.overlaps) - _SHOWN_AT_MOST
    for first, second, witness in proof.overlaps[:_SHOWN_AT_MOST]:
        one, other = table.rows[first], table.rows[second]
        message = f"rows '{one.name}' and '{other.name}' both match where {_where(table, witness)}"
        message += f" (and {more} more pairs)" if more > 0 else ""
        hint = (
            f"narrow one of them ('{one.name}' is in line {one.location.line}), or write `hit: first`{free}"
        )
        yield Problem("overlap", message, other.location, hint)
    for number in proof.unreachable:
        row = table.rows[number]
        message = f"row '{row.name}' of table '{table.name}' can never be reached"
        hint = "no value lies in all of its cells: mend or delete it"
        if table.hit == "first":
            hint = "earlier rows match all that it matches: move it up, or delete it"
        yield Problem("unreachable-row", message, row.location, hint)


def _where(table: Table, witness: Witness) -> str:
    return ", ".join(f"{column.name} is {shown(value)}" for column, value in zip(table.columns, witness))
