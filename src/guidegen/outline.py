"""The outline: the order of a guide's blocks, what each is made of, and whether that exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from guidegen import schema
from guidegen.lookup import Catalogue, UnknownName, Unusable
from guidegen.problems import Problem, suggest
from guidegen.source import Location

FILE = "rules/outline.yaml"
TEXT_KINDS = ("title", "paragraph", "heading", "lines")
KINDS = (*TEXT_KINDS, "list", "table", "chart", "link", "section")
PERIODS = ("hour", "day", "week", "month", "year")


class Use(NamedTuple):
    """A name in the outline, and where it stands.

    It is a passage's (`place:scene`), a fact's or derivation's, or a table's that `decides` the passage.
    """

    name: str
    decides: bool
    location: Location


class Prose(NamedTuple):
    """A title, paragraph, heading or lines: parts joined by a space."""

    kind: str
    id: str
    parts: tuple[Use, ...]
    when: Use | None
    location: Location


class Listing(NamedTuple):
    """A list with an entry for each of several."""

    id: str
    each: Use
    entry: Use
    when: Use | None
    location: Location


class Grid(NamedTuple):
    """A table with a header and a row for each of several."""

    id: str
    header: tuple[Use, ...]
    each: Use
    row: tuple[Use, ...]
    when: Use | None
    location: Location


class Bars(NamedTuple):
    """A bar for each of several, `low` and `high` being names of the numbers it goes between."""

    each: Use
    label: Use
    low: Use
    high: Use


class Chart(NamedTuple):
    """A picture of bars under a title, what each amounts to written out in `value`."""

    id: str
    title: Use
    bars: Bars
    value: Use
    when: Use | None
    location: Location


class Link(NamedTuple):
    """A text that leads to an address."""

    id: str
    text: Use
    to: Use
    when: Use | None
    location: Location


class Section(NamedTuple):
    """Blocks that stand or fall together."""

    id: str
    blocks: tuple[Block, ...]
    when: Use | None
    location: Location


Block = Prose | Listing | Grid | Chart | Link | Section


class Occupation(NamedTuple):
    """What structured data says of the role: its name, and what it earns in each `per`."""

    name: Use
    where: Use | None
    bars: Bars
    per: str


class About(NamedTuple):
    """The passages that say something about a guide: what `meta` names."""

    description: Use | None = None
    address: Use | None = None
    publisher: Link | None = None
    breadcrumbs: tuple[Link, ...] = ()
    occupation: Occupation | None = None


class Outline(NamedTuple):
    """A guide's blocks in order, and what is said about it.

    `gaps` has the blank lines before a block, by its id, where they aren't the layout's.
    """

    blocks: tuple[Block, ...]
    about: About
    gaps: Mapping[str, int] = MappingProxyType({})

    def all(self) -> Iterator[Block]:
        """Every block, also those in sections."""
        return _all(self.blocks)


def _all(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Section):
            yield from _all(block.blocks)


def uses(block: Block) -> list[tuple[Use, Use | None]]:
    """The passages and tables that a block names, each with the name of what its `item` goes over."""
    if isinstance(block, Prose):
        return [(part, None) for part in block.parts]
    if isinstance(block, Listing):
        return [(block.entry, block.each)]
    if isinstance(block, Grid):
        return [*((use, None) for use in block.header), *((use, block.each) for use in block.row)]
    if isinstance(block, Chart):
        return [(block.title, None), (block.bars.label, block.bars.each), (block.value, block.bars.each)]
    return [(block.text, None), (block.to, None)] if isinstance(block, Link) else []


def uses_about(about: About) -> list[tuple[Use, Use | None]]:
    """The same, for what is said about a guide."""
    links = [*([about.publisher] if about.publisher else []), *about.breadcrumbs]
    named = [about.description, about.address, *(use for link in links for use in (link.text, link.to))]
    found: list[tuple[Use, Use | None]] = [(use, None) for use in named if use]
    if job := about.occupation:
        found += [(use, None) for use in (job.name, job.where) if use]
        found.append((job.bars.label, job.bars.each))
    return found


def check_outline(outline: Outline, catalogue: Catalogue, tables: list[str]) -> Iterator[Problem]:
    """Names that don't exist, or aren't what their block needs; `tables` are those that give passages."""
    for block in outline.all():
        if block.when:
            negated = block.when._replace(name=block.when.name.removeprefix("not "))
            yield from _check_name(negated, catalogue)
        if isinstance(block, (Listing, Grid)):
            yield from _check_each(block.each, catalogue)
        if isinstance(block, Chart):
            yield from _check_bars(block.bars, catalogue)
        for use, _ in uses(block):
            if use.decides and use.name not in tables and not catalogue.is_partial:
                yield Problem(
                    "unknown-table", f"unknown table '{use.name}'", use.location, suggest(use.name, tables)
                )
    if outline.about.occupation:
        yield from _check_bars(outline.about.occupation.bars, catalogue)


def _check_name(use: Use, catalogue: Catalogue) -> Iterator[Problem]:
    try:
        catalogue.type_of(use.name)
    except UnknownName as unknown:
        yield Problem("unknown-name", unknown.message, use.location, unknown.hint)
    except Unusable:
        pass


def _check_each(each: Use, catalogue: Catalogue) -> Iterator[Problem]:
    try:
        if catalogue.item_of(each.name) is None:
            message = f"'{each.name}' is no list and has no records"
            hint = "`each` goes over a list, or over records"
            yield Problem("wrong-type", message, each.location, hint)
    except UnknownName as unknown:
        yield Problem("unknown-name", unknown.message, each.location, unknown.hint)
    except Unusable:
        pass


def _check_bars(bars: Bars, catalogue: Catalogue) -> Iterator[Problem]:
    """A bar is drawn between two numbers."""
    wrong = list(_check_each(bars.each, catalogue))
    yield from wrong
    for use in (bars.low, bars.high) if not wrong else ():
        try:
            kind = catalogue.type_of(use.name, catalogue.item_of(bars.each.name))
        except UnknownName as unknown:
            yield Problem("unknown-name", unknown.message, use.location, unknown.hint)
        except Unusable:
            pass
        else:
            if not isinstance(kind, schema.Number):
                hint = "a bar is drawn from one number to another, as from item.NAME to item.NAME"
                yield Problem("wrong-type", f"'{use.name}' is no number", use.location, hint)
