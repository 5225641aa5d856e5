"""A guide: blocks made of spans, each of which knows where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from guidegen.lookup import Read
from guidegen.pairs import PairFile
from guidegen.rules.table import Decision


class Said(NamedTuple):
    """Comes from a leaf of a passage; `part` counts its leaves, `piece` the texts that one gives.

    `item` is what the entry or cell stands for; `table` and `row` are what chose the passage.
    """

    passage: str
    part: int
    piece: int
    reads: tuple[Read, ...]
    item: str = ""
    table: str = ""
    row: str = ""

    @property
    def facts(self) -> list[Read]:
        """The facts that were read, directly and through derivations, each once."""
        return list({read.key: read for read in _flat(self.reads) if not read.is_derived}.values())

    @property
    def derivations(self) -> list[Read]:
        """The derivations that were read, directly and through others, each once."""
        return list({read.key: read for read in _flat(self.reads) if read.is_derived}.values())


class Joined(NamedTuple):
    """What stands between: the space between two parts of a block, the blank lines before one."""

    block: str


class Overridden(NamedTuple):
    """Literal text that a pair has for a block; `key` is the override's."""

    key: str


class Laid(NamedTuple):
    """What a format adds by a setting of pack.yaml, as `text.bullet`."""

    setting: str


Origin = Said | Joined | Overridden | Laid


class Span(NamedTuple):
    """Text that comes from one place."""

    text: str
    origin: Origin


Text = tuple[Span, ...]


class Prose(NamedTuple):
    """A title, paragraph, heading or lines."""

    kind: str
    id: str
    text: Text


class Listing(NamedTuple):
    """A list of entries."""

    id: str
    entries: tuple[Text, ...]
    kind: str = "list"


class Grid(NamedTuple):
    """A table: a header and rows of cells."""

    id: str
    header: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    kind: str = "table"


class Bar(NamedTuple):
    """One of several amounts: what it is of, the amount in words, and the two numbers it lies between."""

    label: Text
    value: Text
    low: Read
    high: Read


class Chart(NamedTuple):
    """A picture of bars; text formats leave it out, for what it shows stands in words elsewhere."""

    id: str
    title: Text
    bars: tuple[Bar, ...]
    kind: str = "chart"


class Link(NamedTuple):
    """A text that leads to an address."""

    id: str
    text: Text
    address: Text
    kind: str = "link"


class Section(NamedTuple):
    """Blocks that stand or fall together."""

    id: str
    blocks: tuple[Block, ...]
    kind: str = "section"


Block = Prose | Listing | Grid | Chart | Link | Section


class Occupation(NamedTuple):
    """The role for structured data: its name, where, and a bar in `currency` `per` year or so."""

    name: Text
    where: Text
    bars: tuple[Bar, ...]
    currency: str
    per: str


class Meta(NamedTuple):
    """What is said about a guide. `dated` is the newest date of a fact that reached it."""

    title: Text
    description: Text
    address: Text
    dated: str
    publisher: Link | None = None
    breadcrumbs: tuple[Link, ...] = ()
    occupation: Occupation | None = None


class Guide(NamedTuple):
    """One place × role × locale, composed. `decisions` are the tables' outcomes that shaped it.

    `gaps` has the blank lines before a block of the text format, by its id, where they aren't the layout's.
    """

    place: str
    role: str
    locale: str
    as_of: str
    meta: Meta
    blocks: tuple[Block, ...]
    decisions: tuple[Decision, ...]
    file: PairFile
    gaps: Mapping[str, int] = MappingProxyType({})

    @property
    def name(self) -> str:
        """`en/CITY/ROLE`: the guide's path, without an ending."""
        return f"{self.locale}/{self.place}/{self.role}"


def plain(text: Iterable[Span]) -> str:
    """The characters of some spans."""
    return "".join(span.text for span in text)


def flat(blocks: Iterable[Block]) -> Iterator[Prose | Listing | Grid | Chart | Link]:
    """Blocks in order, those of sections in their place."""
    for block in blocks:
        if isinstance(block, Section):
            yield from flat(block.blocks)
        else:
            yield block


def texts(block: Block) -> Iterator[Text]:
    """The texts of a block that a reader sees, in order."""
    if isinstance(block, (Prose, Link)):
        yield block.text
    elif isinstance(block, Listing):
        yield from block.entries
    elif isinstance(block, Grid):
        yield from block.header
        for row in block.rows:
            yield from row
    elif isinstance(block, Chart):
        yield block.title
        for bar in block.bars:
            yield bar.label
            yield bar.value
    else:
        for inner in block.blocks:
            yield from texts(inner)


def _flat(reads: Iterable[Read]) -> Iterator[Read]:
    for read in reads:
        yield read
        yield from _flat(read.because)
