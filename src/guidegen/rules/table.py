"""Decision tables: rows of cells that choose one outcome by looking at facts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from guidegen import schema
from guidegen.keys import NUMBER
from guidegen.lookup import MISSING, Catalogue, Found, Missing, Read, Reader, UnknownName, Unusable, home_of
from guidegen.problems import Problem, Refused, refuse, suggest
from guidegen.rules.cells import Cell, Contains, Interval, Looked, literals, matches
from guidegen.source import Location
from guidegen.values import Entries, Fact, Term

HIT_POLICIES = ("unique", "first", "collect")


class Column(NamedTuple):
    """A fact, the confidence in one, or a derivation that a table looks at."""

    name: str
    location: Location


class Row(NamedTuple):
    """A set for each column, and the outcome where all match; the outcome None says nothing."""

    name: str
    cells: tuple[Cell, ...]
    outcome: str | None
    location: Location
    cell_locations: tuple[Location, ...]
    outcome_location: Location


class Table(NamedTuple):
    """A decision table. `gives` is what its outcomes are: passages, or values that rules may read.

    `impossible` are the author's assumptions: values that never stand together, as rows without outcome.
    """

    name: str
    about: str
    hit: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    gives: str
    otherwise: str | None
    is_complete: bool
    location: Location
    otherwise_location: Location
    impossible: tuple[Row, ...] = ()


class Decision(NamedTuple):
    """What a table came to: the rows that matched, none if it fell to `otherwise`, and what it read."""

    table: Table
    rows: tuple[Row, ...]
    reads: tuple[Read, ...]

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        """Row name and outcome, in order; the row is `otherwise` where none matched."""
        if not self.rows:
            return [("otherwise", self.table.otherwise)] if self.table.otherwise else []
        return [(row.name, row.outcome) for row in self.rows if row.outcome is not None]


def decide(table: Table, read: Reader) -> Decision:
    """The rows of a table that match. Raises `Refused` where its hit policy isn't met."""
    reads = tuple(read(column.name) for column in table.columns)
    values = [look(found.value) for found in reads]
    matching = tuple(row for row in table.rows if all(map(matches, row.cells, values)))
    for row in table.impossible:
        if all(map(matches, row.cells, values)):
            message = f"table '{table.name}' takes for impossible that {_seen(reads, values)}"
            hint = f"row '{row.name}' of `impossible` doesn't hold: mend it, or the facts"
            raise refuse("impossible", message, row.location, hint)
    if table.hit == "first":
        matching = matching[:1]
    if table.hit == "unique" and len(matching) > 1:
        both = " and ".join(f"'{row.name}' (line {row.location.line})" for row in matching)
        raise refuse(
            "overlap",
            f"table '{table.name}' has more than one row where {_seen(reads, values)}",
            matching[1].location,
            f"rows {both} both match: narrow one of them, or write `hit: first` or `hit: collect`",
        )
    if not matching and table.is_complete:
        message = f"table '{table.name}' has no row where {_seen(reads, values)}"
        lacking = next((found for found in reads if isinstance(found.value, Missing)), None)
        hint = "add a row, or `otherwise: nothing`"
        if lacking and not lacking.is_derived:
            hint = f"{home_of(lacking)}, or {hint}"
        raise Refused([Problem("gap", message, table.location, hint, lacks=lacking.key if lacking else "")])
    return Decision(table, matching, reads)


def _seen(reads: tuple[Read, ...], values: list[Looked]) -> str:
    return ", ".join(f"{found.name} is {shown(value)}" for found, value in zip(reads, values))


def look(value: Found) -> Looked:
    """A read value as cells see it."""
    if isinstance(value, Term):
        return value.key
    if isinstance(value, Entries):
        return frozenset(_key(fact) for fact in value)
    if isinstance(value, (Decimal, bool, str)):
        return value
    return MISSING


def _key(fact: Fact) -> str:
    return fact.value.key if isinstance(fact.value, Term) else str(fact.value)


def shown(value: Looked) -> str:
    """A value as a cell would write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "empty"
    return repr(value) if value is MISSING else str(value)


# -- checking against the columns' domains


def check_table(table: Table, catalogue: Catalogue, terms: dict[str, list[str]]) -> Iterator[Problem]:
    """What is wrong with a table's columns and cells, given the types of what it looks at.

    `terms` has the keys of each vocabulary.
    """
    for index, column in enumerate(table.columns):
        try:
            kind = catalogue.type_of(column.name)
        except UnknownName as unknown:
            yield Problem("unknown-name", unknown.message, column.location, unknown.hint)
            continue
        except Unusable:
            continue
        domain = _domain(kind, terms)
        if domain is None:
            yield Problem(
                "column",
                f"'{column.name}' can't be a column: it is no number, choice, key or list of keys",
                column.location,
                "declare it as a choice in pack.yaml",
            )
            continue
        for row in (*table.rows, *table.impossible):
            if fault := _misfit(row.cells[index], kind, domain):
                message, hint = fault
                yield Problem("cell", f"{message} in column '{column.name}'", row.cell_locations[index], hint)


def value_type(table: Table) -> schema.Type:
    """The type of the outcomes of a table that gives values."""
    outcomes = [row.outcome or "" for row in table.rows] + ([table.otherwise] if table.otherwise else [])
    if all(outcome in ("yes", "no") for outcome in outcomes):
        return schema.Boolean()
    if all(NUMBER.fullmatch(outcome) for outcome in outcomes):
        return schema.Number()
    return schema.Choice(tuple(dict.fromkeys(outcomes)))


def value_of(outcome: str, kind: schema.Type) -> Decimal | bool | str:
    """An outcome as the value that it is."""
    if isinstance(kind, schema.Boolean):
        return outcome == "yes"
    return Decimal(outcome) if isinstance(kind, schema.Number) else outcome


def _domain(kind: schema.Type, terms: dict[str, list[str]]) -> list[str] | None:
    """The words that a column of this type may hold; empty for numbers and yes/no; None for no domain."""
    if isinstance(kind, (schema.Number, schema.Boolean)):
        return []
    if isinstance(kind, schema.Choice):
        return list(kind.options)
    if isinstance(kind, schema.KeyOf):
        return terms.get(kind.vocabulary, [])
    if isinstance(kind, schema.ListOf) and isinstance(kind.item, schema.KeyOf):
        return terms.get(kind.item.vocabulary, [])
    return None


def _misfit(cell: Cell, kind: schema.Type, domain: list[str]) -> tuple[str, str] | None:
    if isinstance(cell, Contains) != isinstance(kind, schema.ListOf) and literals(cell):
        return (
            ("one value for a list", "write `contains a, b` or `contains any of a, b`")
            if isinstance(kind, schema.ListOf)
            else ("`contains` for a single value", "write `a, b` for one of several")
        )
    if isinstance(cell, Interval) and not isinstance(kind, schema.Number):
        known = f"; known: {', '.join(domain[:12])}" if domain else ""
        return "a range of numbers", f"write a word, or several: a, b{known}"
    for value in literals(cell):
        if isinstance(kind, schema.Number):
            if not isinstance(value, Decimal):
                return f"'{value}' is no number", "write a number, a range, or over, under, at least, at most"
            if outside := schema.in_domain(value, kind):
                return (
                    f"{value} can never be",
                    f"the field is {outside}: mend the cell, or its range in pack.yaml",
                )
        elif isinstance(kind, schema.Boolean):
            if not isinstance(value, bool):
                return f"'{value}' is not yes or no", "write yes or no"
        elif str(value) not in domain:
            word = shown(value)
            return f"unknown value '{word}'", suggest(word, domain)
    return None
