"""Decision tables from the text that people write: a header, and a line for each row."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guidegen.keys import KEY, SLUG, Keys
from guidegen.problems import Problem, suggest
from guidegen.rules.cells import FORMS, Anything, Cell, parse_cell
from guidegen.rules.syntax import SyntaxFault
from guidegen.rules.table import HIT_POLICIES, Column, Row, Table
from guidegen.source import Location
from guidegen.yamlfile import Mapping, Scalar

NOTHING = "nothing"
_RULE = re.compile(r"[|:\- ]+")


def read_table(name: str, node: Mapping, at: Location, problems: list[Problem]) -> Table | None:
    """The table that a rules file states; None, with problems noted, if it can't be used."""
    keys = Keys(node, f"table '{name}'", problems)
    about, hit = keys.text("about"), keys.choice("hit", HIT_POLICIES, "unique")
    otherwise = keys.scalar("otherwise")
    text = keys.scalar("table", required=True, hint="write `table: |`, and below it a line for each row")
    assumed = keys.scalar("impossible")
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
    impossible = _assumptions(assumed, columns, problems) if assumed else []
    _check_names([*rows, *impossible], problems)
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
        tuple(row for row in impossible if row),
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


def _cells(line: Line, *, outcome: bool = True) -> tuple[Line, Line] | None:
    """The cells before and after `||`, each stripped and at its offset; None if the form is broken.

    A line without an outcome has no `||`.
    """
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
    return sides if side == int(outcome) else None


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


def _assumptions(text: Scalar, columns: tuple[Column, ...], problems: list[Problem]) -> list[Row | None]:
    """The rows of `impossible`: a set for some of the table's columns, any value for the others."""
    lines = list(_lines(text))
    header = _cells(lines[0], outcome=False) if lines else None
    names = [name for name, _ in header[0]] if header else []
    known = [column.name for column in columns]
    if not header or names[:1] != ["row"] or len(lines) < 2:
        hint = "write `| row | FACT | FACT |`, then a line for each combination, without an outcome"
        problems.append(Problem("table", "this is no list of impossible rows", text.location, hint))
        return []
    for name, offset in header[0][1:]:
        if name not in known:
            at = text.at(offset, max(1, len(name)))
            problems.append(Problem("table", f"the table has no column '{name}'", at, suggest(name, known)))
    if not set(names[1:]) <= {*known}:
        return []
    return [_assumption(line, names[1:], known, text, problems) for line in lines[1:]]


def _assumption(
    line: Line, names: list[str], known: list[str], text: Scalar, problems: list[Problem]
) -> Row | None:
    start = text.at(line[0][1])
    sides = _cells(line, outcome=False)
    if sides is None or len(sides[0]) != len(names) + 1:
        hint = "write `| name | cell | cell |`, with a cell for each column and no outcome"
        problems.append(Problem("table", "this row isn't as the header is", start, hint))
        return None
    (name, offset), *cells = sides[0]
    at = text.at(offset, max(1, len(name)))
    if not SLUG.fullmatch(name):
        problems.append(
            Problem("key", f"'{name}' can't name a row", at, "use lower-case letters, digits and -")
        )
    parsed = [_parsed(cell, cell_offset, text, problems) for cell, cell_offset in cells]
    by_name = {column: cell for column, cell in zip(names, parsed) if cell is not None}
    where = {column: text.at(place, max(1, len(cell))) for column, (cell, place) in zip(names, cells)}
    if len(by_name) < len(names):
        return None
    sets = tuple(by_name.get(column, Anything()) for column in known)
    return Row(name, sets, None, at, tuple(where.get(column, at) for column in known), at)


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
