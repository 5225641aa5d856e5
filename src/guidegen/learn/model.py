"""What learning speaks of: documents as blocks, blocks in columns, and what explains a column.

A document is meant by its number in its family, counted from 0 in the order of paths.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

PLACE, ROLE, PAIR, ALL = "place", "role", "pair", ""  # by what something is determined; ALL: by nothing


class Block(NamedTuple):
    """A line, the items of a list without their marker, or the lines of a table.

    `gap` counts the blank lines before it, `number` is that of its first line, counted from 1.
    """

    kind: str  # line, list or table
    lines: tuple[str, ...]
    marker: str  # of a list, as `- `
    gap: int
    number: int

    @property
    def text(self) -> str:
        """Its lines as they stand in the document."""
        return "\n".join(self.marker + line for line in self.lines)


class Document(NamedTuple):
    """A document: its blocks, and all that they don't say of its bytes.

    `newline` is how most lines end, `odd_newlines` are the numbers of the lines that end the other way
    (LF, or CRLF); `blank_end` counts blank lines behind the last block.
    """

    path: str
    blocks: tuple[Block, ...]
    newline: str
    odd_newlines: tuple[int, ...]
    final_newline: bool
    byte_order_mark: bool
    blank_end: int


class Column(NamedTuple):
    """Blocks that stand for each other, by document; not every document has one."""

    cells: dict[int, Block]


class Slot(NamedTuple):
    """A name of the pack through filters, as `place.name` and (`lower`,)."""

    name: str
    filters: tuple[str, ...] = ()


class Figure(NamedTuple):
    """A number in each of some documents, all written in one form: `money`, `thousands`, `number`.

    Which formula or fact gives it is found later; `number` tells figures of a family apart.
    """

    number: int
    form: str
    values: dict[int, Decimal]


Part = str | Slot | Figure
Template = tuple[Part, ...]  # a text with holes


class Entity(NamedTuple):
    """What documents are about: its texts by form and document.

    A place has the form `name`; a role some of `one`, `many`, `title_one`, `title_many`. `slots` say how a
    template reads a form, `lower` for instance as Slot("place.name", ("lower",)).
    """

    kind: str  # place or role; `fact` for one that a place or role determines
    forms: dict[str, dict[int, str]]
    slots: dict[str, Slot]


class Shared(NamedTuple):
    """One template for all documents that have the block."""

    template: Template


class Variants(NamedTuple):
    """Several templates, and which one each document has; what decides is found later."""

    templates: tuple[Template, ...]
    of: dict[int, int]


class Own(NamedTuple):
    """A text for each place, each role or each pair, and by document."""

    by: str
    of: dict[int, Template]


class Sentences(NamedTuple):
    """Parts joined by a space, each explained for itself; a part may be nothing in some documents."""

    parts: tuple[Shared | Variants | Own, ...]


class Items(NamedTuple):
    """A list: the entries of each document, determined by the place, the role, the pair, or by nothing."""

    by: str
    of: dict[int, tuple[str, ...]]


class Grid(NamedTuple):
    """A table: the templates of its header cells, and of each row's, rows being the same in all documents."""

    header: tuple[Template, ...]
    rows: tuple[tuple[Template, ...], ...]


class Slip(NamedTuple):
    """A document that has a block otherwise than its explanation says, for what looks like a mistake."""

    document: int
    text: str
    why: str  # typo, entry, figure …
    meant: str


class Explained(NamedTuple):
    """A column and what explains it; `slips` are documents that don't quite fit."""

    column: Column
    by: Shared | Variants | Own | Sentences | Items | Grid
    slips: tuple[Slip, ...] = ()


def templates_of(by: object) -> Iterator[Template]:
    """The templates of an explanation."""
    if isinstance(by, Shared):
        yield by.template
    elif isinstance(by, Variants):
        yield from by.templates
    elif isinstance(by, Own):
        yield from by.of.values()
    elif isinstance(by, Sentences):
        for part in by.parts:
            yield from templates_of(part)
    elif isinstance(by, Grid):
        for row in (by.header, *by.rows):
            yield from row
