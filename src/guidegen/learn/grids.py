"""Lists and tables: whose entries a list has, and the template of each cell of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from guidegen.learn.holes import coarsest
from guidegen.learn.kinds import outcome
from guidegen.learn.model import ALL, PAIR, Block, Column, Grid, Items, Shared, Slip, Template
from guidegen.learn.slips import mended
from guidegen.learn.templates import grouped
from guidegen.learn.tokens import Known

ENTRY, ROW, CELL = "entry", "row", "cell"
_NEARLY = 10  # one document in so many may differ from what an axis determines
_TIMES = 3  # documents that agree against one

Rows = tuple[tuple[str, ...], ...]


def items(column: Column, known: Known) -> tuple[Items, tuple[Slip, ...]]:
    """The entries of each document's list, by the coarsest that determines them, and who differs.

    An axis determines a list, too, if one document in ten at most has another one, and two in three of each
    value have the same. What differs is a slip then, not a list of its own.
    """
    of = {document: block.lines for document, block in sorted(column.cells.items())}
    for by in (ALL, *coarsest(of, known)):
        usual = _usual(of, by, known)
        odd = [document for document in of if of[document] != usual.get(document)]
        if not odd:
            return Items(by, of), ()
        if usual and by != PAIR and len(odd) * _NEARLY <= len(of):
            slips = tuple(
                Slip(
                    document,
                    column.cells[document].text,
                    ENTRY,
                    _listed(column.cells[document], usual[document]),
                )
                for document in odd
            )
            return Items(by, usual), slips
    return Items(PAIR, of), ()


def _usual(of: Mapping[int, tuple[str, ...]], by: str, known: Known) -> dict[int, tuple[str, ...]]:
    """What most documents of each value have, if that is two in three."""
    by_value: dict[object, Counter[tuple[str, ...]]] = {}
    for document, entries in of.items():
        by_value.setdefault(known.value(by, document), Counter())[entries] += 1
    usual = {}
    for document in of:
        counted = by_value[known.value(by, document)]
        entries, count = min(counted.items(), key=lambda item: (-item[1], item[0]))
        if 3 * count < 2 * counted.total():
            return {}
        usual[document] = entries
    return usual


def _listed(block: Block, entries: Sequence[str]) -> str:
    return "\n".join(block.marker + entry for entry in entries)


def grid(column: Column, known: Known) -> tuple[Grid, dict[int, str]] | None:
    """A table as the template of each cell, and which documents don't quite fit, and why.

    None if the tables of the column aren't alike: as many rows and cells, one template for each. A document
    that alone has other rows, or something else in a cell, doesn't spoil the table of three that agree, nor
    one in ten that of the others.
    """
    rows = {document: _rows(block) for document, block in sorted(column.cells.items())}
    shapes = Counter(_shape(column.cells[document], cells) for document, cells in rows.items() if cells)
    if not shapes:
        return None
    usual = min(shapes.items(), key=lambda item: (-item[1], item[0]))[0]
    odd = {
        document: ROW for document, cells in rows.items() if _shape(column.cells[document], cells) != usual
    }
    made: list[tuple[Template, ...]] = []
    for row in range(len(usual[1])):
        line = []
        for cell in range(usual[1][row]):
            texts = {document: cells[row][cell] for document, cells in rows.items() if document not in odd}
            template, others = _cell(texts, known)
            odd.update((document, CELL) for document in others if document not in odd)
            line.append(template)
        made.append(tuple(line))
    if odd and not (len(odd) * _NEARLY <= len(rows) or (len(odd) == 1 and len(rows) > _TIMES)):
        return None
    return Grid(made[0], tuple(made[1:])), odd


def _rows(block: Block) -> Rows:
    """The cells of a table, without the rule under its header; none if it is laid out in another way."""
    rows = []
    for line in block.lines:
        cells = line.split("|")
        inner = cells[1:-1]
        if len(cells) < 3 or cells[0] or cells[-1]:
            return ()
        rows.append(tuple(inner))
    if len(rows) < 2 or any(not {*cell.strip()} <= {*"-:"} or not cell.strip() for cell in rows[1]):
        return ()
    del rows[1]
    if any(cell != f" {cell.strip()} " for row in rows for cell in row):
        return ()
    return tuple(tuple(cell.strip() for cell in row) for row in rows)


def _shape(block: Block, cells: Rows) -> tuple[str, tuple[int, ...]]:
    return (block.lines[1] if cells else "", tuple(len(row) for row in cells))


def _cell(texts: dict[int, str], known: Known) -> tuple[Template, list[int]]:
    """The template of most documents' cell, and the documents that say something else."""
    cells = {document: known.tokens(text, document) for document, text in texts.items()}
    if not cells:
        return (), []
    groups, mistakes = mended(grouped(cells, known), known)
    said = outcome(groups[:1], known, {}, ()).by
    others = [document for group in groups[1:] for document in group.documents]
    template = said.template if isinstance(said, Shared) else ()
    return template, sorted([*others, *(mistake.document for mistake in mistakes)])


def table(cells: Sequence[Sequence[str]], rule: str) -> str:
    """A table as documents have it."""
    header, *rows = ["| " + " | ".join(row) + " |" for row in cells]
    return "\n".join((header, rule, *rows))
