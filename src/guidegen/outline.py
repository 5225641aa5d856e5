"""rules/outline.yaml: the order of a guide's blocks, and what each is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from guidegen import schema
from guidegen.keys import Keys, kind_of, visible_key
from guidegen.lookup import ROOTS, Catalogue, UnknownName, Unusable
from guidegen.problems import Problem, suggest
from guidegen.source import Location
from guidegen.yamlfile import Mapping, Node, Scalar, Sequence

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
    """A guide's blocks in order, and what is said about it."""

    blocks: tuple[Block, ...]
    about: About

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


def read_outline(root: Mapping, problems: list[Problem]) -> Outline:
    """The outline that rules/outline.yaml states."""
    keys = Keys(root, "the outline", problems)
    about = _about(keys.mapping_of("meta"), problems)
    sequence = keys.sequence("blocks", required=True)
    keys.close()
    outline = Outline(_blocks(sequence, problems), about)
    _check_ids(outline, problems)
    titles = [block for block in outline.all() if isinstance(block, Prose) and block.kind == "title"]
    if sequence and not titles:
        hint = "write a block `- title: PASSAGE`"
        problems.append(Problem("outline", "a guide has one title", sequence.location, hint))
    for title in titles[1:]:
        hint = f"a guide has one; the first is in line {titles[0].location.line}"
        problems.append(Problem("outline", "a second title", title.location, hint))
    return outline


def _about(mapping: Mapping | None, problems: list[Problem]) -> About:
    if mapping is None:
        return About()
    keys = Keys(mapping, "'meta'", problems)
    description, address = (_named(keys.scalar(key)) for key in ("description", "address"))
    publisher = keys.mapping_of("publisher")
    breadcrumbs = keys.sequence("breadcrumbs")
    about = About(
        description,
        address,
        _link_to(publisher, "'publisher'", problems) if publisher else None,
        tuple(
            link
            for node in (breadcrumbs.items if breadcrumbs else ())
            if (link := _link_to(node, "a breadcrumb", problems))
        ),
        _occupation(keys.mapping_of("occupation"), problems),
    )
    keys.close()
    return about


def _link_to(node: Node, what: str, problems: list[Problem]) -> Link | None:
    if not isinstance(node, Mapping):
        problems.append(Problem("wrong-type", f"{what} holds keys and values", node.location, _FORMS["link"]))
        return None
    keys = Keys(node, what, problems)
    link = _link(keys, "", None, node.location, problems)
    keys.close()
    return link


def _occupation(mapping: Mapping | None, problems: list[Problem]) -> Occupation | None:
    if mapping is None:
        return None
    keys = Keys(mapping, "'occupation'", problems)
    name, where = _named(keys.scalar("name", required=True)), _named(keys.scalar("where"))
    bars = _bars(keys)
    per = keys.choice("per", PERIODS, required=True)
    keys.close()
    return Occupation(name, where, bars, per) if name and bars else None


def _blocks(sequence: Sequence | None, problems: list[Problem]) -> tuple[Block, ...]:
    blocks = (_block(node, problems) for node in (sequence.items if sequence else ()))
    return tuple(block for block in blocks if block)


def _block(node: Node, problems: list[Problem]) -> Block | None:
    if not isinstance(node, Mapping):
        problems.append(
            Problem(
                "outline",
                f"a block is a mapping, not {kind_of(node)}",
                node.location,
                "write `- heading: PASSAGE`",
            )
        )
        return None
    kinds = [key for key in node.entries if key in KINDS]
    if len(kinds) != 1:
        key = kinds[1] if kinds else next(iter(node.entries), "")
        problems.append(
            Problem(
                "outline",
                f"a block is one thing, not {' and '.join(kinds)}"
                if kinds
                else f"unknown block '{visible_key(key)}'",
                node.keys.get(key, node.location),
                "begin a block of its own with `- `" if kinds else suggest(key, KINDS),
            )
        )
        return None
    keys = Keys(node, f"the {kinds[0]}", problems)
    block = _read_block(kinds[0], keys, problems)
    keys.close()
    return block


def _read_block(kind: str, keys: Keys, problems: list[Problem]) -> Block | None:
    when, given, at = _named(keys.scalar("when")), keys.text("id"), keys.mapping.keys[kind]
    if kind == "section":
        blocks = _blocks(keys.sequence("blocks", required=True), problems)
        return Section(given or keys.text("section", required=True), blocks, when, at)
    node = keys.node(kind, required=True)
    if node is None:
        return None
    if kind in TEXT_KINDS:
        parts = _parts(node, problems)
        if isinstance(node, Sequence) and not node.items:
            keys.note(
                "outline", f"the {kind} is made of nothing", node.location, "name a passage, or delete it"
            )
        return Prose(kind, given or parts[0].name, parts, when, at) if parts else None
    if not isinstance(node, Mapping):
        keys.note("wrong-type", f"a {kind} holds keys and values", node.location, _FORMS[kind])
        return None
    inner = Keys(node, f"the {kind}", problems)
    read = {"list": _list, "table": _table, "chart": _chart, "link": _link}[kind]
    block = read(inner, given, when, at, problems)
    inner.close()
    return block


_FORMS = {
    "list": "write {each: place.LIST, entry: PASSAGE}",
    "table": "write {header: [PASSAGE, PASSAGE], each: RECORDS, row: [PASSAGE, PASSAGE]}",
    "chart": "write {title: PASSAGE, each: RECORDS, label: PASSAGE, value: PASSAGE, "
    "from: item.NAME, to: item.NAME}",
    "link": "write {text: PASSAGE, to: PASSAGE}",
}


def _list(keys: Keys, given: str, when: Use | None, at: Location, problems: list[Problem]) -> Block | None:
    each, entry = (_named(keys.scalar(key, required=True)) for key in ("each", "entry"))
    return Listing(given or each.name, each, entry, when, at) if each and entry else None


def _table(keys: Keys, given: str, when: Use | None, at: Location, problems: list[Problem]) -> Block | None:
    header, row = (
        tuple(Use(word.text, False, word.location) for word in keys.words(key, required=True))
        for key in ("header", "row")
    )
    each = _named(keys.scalar("each", required=True))
    if not header or len(header) != len(row):
        keys.note(
            "outline",
            f"the header has {len(header)} cells, the row {len(row)}",
            at,
            "write a passage for each column in both",
        )
    return Grid(given or header[0].name, header, each, row, when, at) if header and row and each else None


def _chart(keys: Keys, given: str, when: Use | None, at: Location, problems: list[Problem]) -> Block | None:
    title, value = (_named(keys.scalar(key, required=True)) for key in ("title", "value"))
    bars = _bars(keys)
    return Chart(given or title.name, title, bars, value, when, at) if title and value and bars else None


def _bars(keys: Keys) -> Bars | None:
    each, label, low, high = (
        _named(keys.scalar(key, required=True)) for key in ("each", "label", "from", "to")
    )
    return Bars(each, label, low, high) if each and label and low and high else None


def _link(keys: Keys, given: str, when: Use | None, at: Location, problems: list[Problem]) -> Link | None:
    text, to = (_named(keys.scalar(key, required=True)) for key in ("text", "to"))
    return Link(given or text.name, text, to, when, at) if text and to else None


def _named(scalar: Scalar | None) -> Use | None:
    return Use(scalar.text, False, scalar.location) if scalar else None


def _parts(node: Node, problems: list[Problem]) -> tuple[Use, ...]:
    parts = []
    for part in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(part, Scalar) and not part.is_empty:
            parts.append(Use(part.text, False, part.location))
        elif isinstance(part, Mapping) and (owner := next(iter(part.entries), "")) in ROOTS:
            name = part.entries[owner]
            hint = f"write {owner}:{name.text if isinstance(name, Scalar) else '…'}"
            problems.append(Problem("outline", "a space after the colon", part.keys[owner], hint))
        elif isinstance(part, Mapping):
            keys = Keys(part, "the part", problems)
            table = keys.scalar("decide", required=True)
            keys.close()
            if table:
                parts.append(Use(table.text, True, table.location))
        else:
            hint = "write a passage's name, or {decide: TABLE}"
            problems.append(Problem("outline", "a part of a block is missing", part.location, hint))
    return tuple(parts)


def _check_ids(outline: Outline, problems: list[Problem]) -> None:
    seen: dict[str, Block] = {}
    for block in outline.all():
        if block.id in seen:
            problems.append(
                Problem(
                    "duplicate-id",
                    f"two blocks are named '{block.id}'",
                    block.location,
                    f"the other is in line {seen[block.id].location.line}; give this one an `id:` of its own",
                )
            )
        seen.setdefault(block.id, block)
