"""Decision tables: rows of cells that choose one outcome by looking at facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from guidegen import schema
from guidegen.keys import KEY, NUMBER, SLUG, Keys
from guidegen.lookup import MISSING, Catalogue, Found, Read, Reader, UnknownName, Unusable
from guidegen.problems import Problem, refuse, suggest
from guidegen.rules.cells import FORMS, Cell, Contains, Interval, Looked, literals, matches, parse_cell
from guidegen.rules.syntax import SyntaxFault
from guidegen.source import Location
from guidegen.values import Entries, Fact, Term
from guidegen.yamlfile import Mapping, Scalar

HIT_POLICIES = ("unique", "first", "collect")
NOTHING = "nothing"
_RULE = re.compile(r"[|:\- ]+")


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
    """A decision table. `gives` is what its outcomes are: passages, or values that rules may read."""

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
    if table.hit == "first":
        matching = matching[:1]
    seen = ", ".join(f"{found.name} is {shown(value)}" for found, value in zip(reads, values))
    if table.hit == "unique" and len(matching) > 1:
        both = " and ".join(f"'{row.name}' (line {row.location.line})" for row in matching)
        raise refuse(
            "overlap",
            f"table '{table.name}' has more than one row where {seen}",
            matching[1].location,
            f"rows {both} both match: narrow one of them, or write `hit: first` or `hit: collect`",
        )
    if not matching and table.is_complete:
        raise refuse(
            "gap",
            f"table '{table.name}' has no row where {seen}",
            table.location,
            "add a row, or `otherwise: nothing`",
        )
    return Decision(table, matching, reads)


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


# -- reading


def read_table(name: str, node: Mapping, at: Location, problems: list[Problem]) -> Table | None:
    """The table that a rules file states; None, with problems noted, if it can't be used."""
    keys = Keys(node, f"table '{name}'", problems)
    about, hit = keys.text("about"), keys.choice("hit", HIT_POLICIES, "unique")
    otherwise = keys.scalar("otherwise")
    text = keys.scalar("table", required=True, hint="write `table: |`, and below it a line for each row")
    keys.close()
    if text is None:
        return None
    mark = len(problems)
    lines = list(_lines(text))
    if len(lines) < 2:
        keys.note(
            "table",
            f"table '{name}' has no rows",
            text.location,
            "write a header `| row | FACT || passage |`, then a line for each row",
        )
        return None
    columns, gives = _header(lines[0], text, problems)
    if len(problems) > mark:
        return None
    rows = [_row(line, columns, gives, text, problems) for line in lines[1:]]
    _check_names(rows, problems)
    expected = SLUG if gives == "passage" else KEY
    if not expected.fullmatch(name):
        keys.note(
            "key",
            f"'{name}' can't name a table of {gives}s",
            at,
            "use lower-case letters, digits and "
            + ("-" if gives == "passage" else "_, for other rules read it by name"),
        )
    outcome = otherwise.text if otherwise and otherwise.text != NOTHING else None
    table = Table(
        name,
        about,
        hit,
        columns,
        tuple(row for row in rows if row),
        gives,
        outcome,
        otherwise is None,
        at,
        otherwise.location if otherwise else at,
    )
    return table if len(problems) == mark else None


Line = list[tuple[str, int]]  # the cells of a line: text, offset in the scalar; "" stands for `||`
_SPLIT = re.compile(r"""\|\|?|(?:"[^"\n]*"|[^|"\n]|")+""")


def _lines(text: Scalar) -> Iterator[Line]:
    offset = 0
    for line in text.text.split("\n"):
        stripped = line.strip()
        if stripped and not (_RULE.fullmatch(stripped) and "-" in stripped):
            yield [(part[0], offset + part.start()) for part in _SPLIT.finditer(line)]
        offset += len(line) + 1


def _cells(line: Line) -> tuple[Line, Line] | None:
    """The cells before and after `||`, each stripped and at its offset; None if the form is broken."""
    parts = [(text, offset) for text, offset in line if text.strip()]
    if len(parts) < 2 or parts[0][0] != "|" or parts[-1][0] != "|":
        return None
    sides: tuple[Line, Line] = ([], [])
    side, filled = 0, False
    for text, offset in parts[1:]:
        if text in ("|", "||"):
            if not filled:
                sides[side].append(("", offset))
            filled = False
            if text == "||":
                side += 1
                if side > 1:
                    return None
        else:
            lead = len(text) - len(text.lstrip())
            sides[side].append((text.strip(), offset + lead))
            filled = True
    return sides if side == 1 else None


def _header(line: Line, text: Scalar, problems: list[Problem]) -> tuple[tuple[Column, ...], str]:
    sides = _cells(line)
    inputs, outcome = sides or ([], [])
    names = [cell for cell, _ in outcome]
    if not inputs or inputs[0][0] != "row" or names not in (["passage"], ["value"]):
        problems.append(
            Problem(
                "table",
                "this is no header of a decision table",
                text.at(line[0][1]),
                "write `| row | FACT | FACT || passage |`, or `value` where other rules read the outcome",
            )
        )
        return (), "passage"
    columns = tuple(Column(name, text.at(offset, len(name))) for name, offset in inputs[1:])
    for index, column in enumerate(columns):
        if column.name in [earlier.name for earlier in columns[:index]]:
            message = f"column '{column.name}' stands here twice"
            problems.append(Problem("table", message, column.location, "delete one of the two"))
    return columns, names[0]


def _row(
    line: Line, columns: tuple[Column, ...], gives: str, text: Scalar, problems: list[Problem]
) -> Row | None:
    start = text.at(line[0][1])
    sides = _cells(line)
    if sides is None or not sides[0] or len(sides[1]) != 1:
        problems.append(
            Problem(
                "table", "this row isn't closed as the header is", start, "write `| name | cell || outcome |`"
            )
        )
        return None
    (name, offset), *cells = sides[0]
    at = text.at(offset, len(name))
    if len(cells) != len(columns):
        problems.append(
            Problem(
                "ragged-row",
                f"row '{name}' has {_many(len(cells), 'cell')} for {_many(len(columns), 'column')}",
                at,
                "write a cell for each column; `any` matches everything",
            )
        )
        return None
    if not SLUG.fullmatch(name):
        problems.append(
            Problem(
                "key",
                f"'{name}' can't name a row",
                at,
                "use lower-case letters, digits and -; it is kept in goldens' origins",
            )
        )
    parsed = [_parsed(cell, offset, text, problems) for cell, offset in cells]
    outcome, offset = sides[1][0]
    if not outcome:
        problems.append(
            Problem(
                "table",
                f"row '{name}' has no outcome",
                at,
                f"write a {gives}" + (" or `nothing`" if gives == "passage" else ""),
            )
        )
    if any(cell is None for cell in parsed):
        return None
    nothing = gives == "passage" and outcome == NOTHING
    return Row(
        name,
        tuple(cell for cell in parsed if cell is not None),
        None if nothing else outcome,
        at,
        tuple(text.at(offset, max(1, len(cell))) for cell, offset in cells),
        text.at(offset, max(1, len(outcome))),
    )


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _parsed(cell: str, offset: int, text: Scalar, problems: list[Problem]) -> Cell | None:
    try:
        return parse_cell(cell)
    except SyntaxFault as fault:
        problems.append(
            Problem(
                "cell",
                f"'{cell[:60]}' is no cell: {fault.message}",
                text.at(offset + fault.offset, fault.width),
                fault.hint or FORMS,
            )
        )
        return None


def _check_names(rows: list[Row | None], problems: list[Problem]) -> None:
    seen: dict[str, Row] = {}
    for row in rows:
        if row and row.name in seen:
            problems.append(
                Problem(
                    "duplicate-key",
                    f"a row '{row.name}' stands here a second time",
                    row.location,
                    f"it is first given in line {seen[row.name].location.line}; rename one of the two",
                )
            )
        elif row:
            seen[row.name] = row


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
        for row in table.rows:
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
