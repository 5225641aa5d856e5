"""rules/outline.yaml, read: each block and what it names, or what is wrong with it."""

from __future__ import annotations

import re

from guidegen.keys import Keys, kind_of, visible_key
from guidegen.lookup import ROOTS
from guidegen.outline import (
    KINDS,
    PERIODS,
    TEXT_KINDS,
    About,
    Bars,
    Block,
    Chart,
    Grid,
    Link,
    Listing,
    Occupation,
    Outline,
    Prose,
    Section,
    Use,
)
from guidegen.problems import Problem, suggest
from guidegen.source import Location
from guidegen.yamlfile import Mapping, Node, Scalar, Sequence

_ID = re.compile(r"[a-z0-9]+([.:_-][a-z0-9]+)*", re.ASCII)


def read_outline(root: Mapping, problems: list[Problem]) -> Outline:
    """The outline that rules/outline.yaml states."""
    keys = Keys(root, "the outline", problems)
    about = _about(keys.mapping_of("meta"), problems)
    sequence = keys.sequence("blocks", required=True)
    keys.close()
    gaps: dict[str, int] = {}
    outline = Outline(_blocks(sequence, problems, gaps), about, gaps)
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


def _blocks(sequence: Sequence | None, problems: list[Problem], gaps: dict[str, int]) -> tuple[Block, ...]:
    blocks = (_block(node, problems, gaps) for node in (sequence.items if sequence else ()))
    return tuple(block for block in blocks if block)


def _block(node: Node, problems: list[Problem], gaps: dict[str, int]) -> Block | None:
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
    block = _read_block(kinds[0], keys, problems, gaps)
    count = keys.count("blank_lines")
    if block and "blank_lines" in node.entries:
        gaps[block.id] = count
    keys.close()
    return block


def _read_block(kind: str, keys: Keys, problems: list[Problem], gaps: dict[str, int]) -> Block | None:
    when, given, at = _named(keys.scalar("when")), keys.text("id"), keys.mapping.keys[kind]
    if kind == "section":
        blocks = _blocks(keys.sequence("blocks", required=True), problems, gaps)
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
        if not _ID.fullmatch(block.id):
            message = f"'{visible_key(block.id)}' can't name a block"
            hint = "use lower-case letters, digits, and . : _ - between them"
            problems.append(Problem("block-id", message, block.location, hint))
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
