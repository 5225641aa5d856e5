"""The parts of a pack: facts, passages, formulas, rows, blocks and settings, each under a key of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from guidegen.facts import Owner
from guidegen.outline import Block, Outline, Section
from guidegen.pack import Pack
from guidegen.pairs import Pair
from guidegen.rules.book import Book, Derivation
from guidegen.rules.table import Table
from guidegen.settings import Settings
from guidegen.snippets import Passage
from guidegen.source import Location
from guidegen.values import Fact, Names, Term
from guidegen.yamlfile import Scalar

SETTINGS, FIELDS, RULES, OUTLINE = ("settings",), ("fields",), ("rules",), ("outline",)
TERMS, PLACE, ROLE, PAIR, PASSAGES = "terms", "place", "role", "pair", "passages"
ORDER = "order"  # the kind of the part that says in which order others stand
Container = tuple[str, ...]  # what holds parts: one of those above; a kind and a slug; a locale's passages
Path = tuple[str, ...]  # of a part in its container


class Part(NamedTuple):
    """A part: `kind` and `key` name it in the whole pack, `says` is its content whatever line it is in.

    `after` are the names of those that stand before it, where order matters; `at` is where it stands.
    """

    kind: str
    key: str
    content: Any
    says: Any
    at: Location
    after: tuple[str, ...] = ()


Parts = dict[Path, Part]


def parts(pack: Pack, container: Container) -> Parts:
    """The parts that a container holds in this pack; none if it isn't there."""
    kind, *names = container
    if container == SETTINGS:
        return dict(_settings(pack.settings))
    if container == FIELDS:
        return dict(_fields(pack))
    if container == RULES:
        return dict(_rules(pack.book))
    if container == OUTLINE:
        return dict(_outline(pack.outline))
    if kind == TERMS:
        return dict(_terms(names[0], pack.facts.vocabularies.get(names[0], {})))
    if kind == PASSAGES:
        return dict(_passages(pack, *names))
    if kind == PAIR:
        return dict(_pair(pack.facts.pair(names[0], names[1])))
    owner = pack.facts.owner(kind, names[0]) if pack.facts.has(kind, names[0]) else None
    return dict(_owner(owner)) if owner else {}


def fact_parts(path: Path, fact: Fact) -> Iterator[tuple[Path, Part]]:
    """A fact at a path; of one that holds others what is said of them all, and each of those."""
    if not isinstance(fact.value, dict):
        yield path, _part("fact", fact.key, fact, fact.location)
        return
    yield path, _part("fact", fact.key, fact._replace(value={}), fact.location)
    for name, inner in fact.value.items():
        yield from fact_parts((*path, name), inner)


def bare(value: Any) -> Any:
    """What a value says, whatever file and line it stands in; terms by their keys, passages by their text."""
    if isinstance(value, Location):
        return None
    if isinstance(value, (Scalar, Passage)):
        return value.text
    if isinstance(value, Derivation):
        return value.text.text
    if isinstance(value, Term):
        return value.key
    if isinstance(value, dict):
        return {key: bare(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return (type(value).__name__, *map(bare, value))
    return str(value) if isinstance(value, Decimal) else value


def _part(kind: str, key: str, content: Any, at: Location, after: Iterable[str] = ()) -> Part:
    return Part(kind, key, content, bare(content), at, tuple(after))


def _order(key: str, names: Iterable[str], at: Location) -> Part:
    listed = tuple(names)
    return Part(ORDER, key, listed, listed, at)


# -- pack.yaml


def _settings(settings: Settings) -> Iterator[tuple[Path, Part]]:
    at = settings.locations
    for name, value in settings.site.items():
        yield ("site", name), _part("setting", f"site.{name}", value, at["site"])
    for name in ("currency", "as_of"):
        yield (name,), _part("setting", name, getattr(settings, name), at[name])
    golden = at.get("golden", at["text"])
    yield ("golden_format",), _part("setting", "golden", settings.golden_format, golden)
    for tag, locale in settings.locales.items():
        yield ("locales", tag), _part("setting", f"locales.{tag}", locale, locale.location)
    layout = settings.layout
    for name in layout._fields:
        if name != "locations":
            place = layout.locations.get(name, at["text"])
            yield ("text", name), _part("layout", f"text.{name}", getattr(layout, name), place)


def _fields(pack: Pack) -> Iterator[tuple[Path, Part]]:
    for owner, fields in pack.fields.items():
        for name, field in fields.items():
            part = Part("field", f"{owner}.{name}", field, bare(field.type), field.location)
            yield (owner, name), part


# -- facts


def _terms(vocabulary: str, terms: dict[str, Term]) -> Iterator[tuple[Path, Part]]:
    before: list[str] = []
    for key, term in terms.items():
        names, at = term.names, term.names.location
        yield (key,), Part("term", f"{vocabulary}.{key}", names, bare(names.forms), at, tuple(before))
        before.append(key)
    if terms:
        yield (), _order(vocabulary, terms, at)


def _owner(owner: Owner) -> Iterator[tuple[Path, Part]]:
    slug, at = owner.slug, owner.location
    yield ("status",), _part("fact", f"{slug}.status", owner.status, at)
    if owner.kind == PLACE:
        yield ("scope",), _part("fact", f"{slug}.scope", owner.scope, at)
        within = owner.within
        yield ("within",), _part("fact", f"{slug}.within", within, within.location if within else at)
    yield from _names(slug, owner.names)
    for name, fact in owner.facts.items():
        yield from fact_parts(("facts", name), fact)


def _names(slug: str, names: Names) -> Iterator[tuple[Path, Part]]:
    for locale, forms in names.forms.items():
        key = f"{slug}.names.{locale}" if locale else f"{slug}.names"
        yield ("names", locale), _part("fact", key, forms, names.location)


def _pair(pair: Pair) -> Iterator[tuple[Path, Part]]:
    if pair.location is None:
        return
    yield ("status",), _part("fact", f"{pair.slug}.status", pair.status, pair.location)
    for name, fact in pair.facts.items():
        yield from fact_parts(("facts", name), fact)
    for name, value in pair.file._asdict().items():
        if value not in (None, False, (), 0):
            yield ("file", name), _part("file", f"{pair.slug}.file.{name}", value, pair.location)
    for override in pair.overrides:
        says = bare(override._replace(key=""))
        name = f"{override.locale}:{override.block}"
        path = ("overrides", override.locale, override.block)
        yield path, Part("override", f"{pair.slug}.{name}", override, says, override.location)


# -- rules and outline


def _rules(book: Book) -> Iterator[tuple[Path, Part]]:
    for name, derivation in book.derivations.items():
        yield ("derivations", name), _part("formula", name, derivation, derivation.location)
    for name, each in book.eaches.items():
        head = Part("formula", f"{name}.each", each, each.over, each.over_location)
        yield ("eaches", name), head
        for field, derivation in each.fields.items():
            key = f"{name}.{field}"
            yield ("eaches", name, field), _part("formula", key, derivation, derivation.location)
    for table in book.tables.values():
        yield from _table(table)


def _table(table: Table) -> Iterator[tuple[Path, Part]]:
    """A table's head, its rows and what it falls to; a head with other columns takes all of it along."""
    path = ("tables", table.name)
    head = (table.hit, bare(table.columns), table.gives, bare(table.impossible))
    yield path, Part("table", table.name, table, head, table.location)
    names = [row.name for row in table.rows]
    for index, row in enumerate(table.rows):
        yield (*path, row.name), _part("row", f"{table.name}/{row.name}", row, row.location, names[:index])
    falls_to = (table.is_complete, table.otherwise)
    at = table.otherwise_location
    yield (*path, ""), Part("row", f"{table.name}/otherwise", table, falls_to, at)
    order = () if table.hit == "unique" else names  # where one row matches, none comes before another
    yield (*path, "", ""), Part(ORDER, table.name, tuple(names), tuple(order), table.location)


def _outline(outline: Outline) -> Iterator[tuple[Path, Part]]:
    listed = list(placed_blocks(outline.blocks))
    names = [block.id for _, block in listed]
    for index, (parent, block) in enumerate(listed):
        alone = block._replace(blocks=()) if isinstance(block, Section) else block
        gap = outline.gaps.get(block.id)
        says = (parent, bare(alone), gap)
        yield (
            (block.id,),
            Part("block", block.id, (parent, alone, gap), says, block.location, tuple(names[:index])),
        )
    if listed:
        yield (), _order("outline", names, listed[0][1].location)
        about = outline.about
        for name in about._fields:
            at = listed[0][1].location
            yield (
                ("meta", name),
                _part("meta", name, getattr(about, name), _first(getattr(about, name)) or at),
            )


def placed_blocks(blocks: Iterable[Block], parent: str = "") -> Iterator[tuple[str, Block]]:
    """Every block in order, each with the section it stands in."""
    for block in blocks:
        yield parent, block
        if isinstance(block, Section):
            yield from placed_blocks(block.blocks, block.id)


def _first(value: Any) -> Location | None:
    """Where the first of what a value consists of stands."""
    if isinstance(value, Location):
        return value
    found: Callable[[Any], Location | None] = _first
    inner = value if isinstance(value, tuple) else ()
    return next((at for part in inner if (at := found(part))), None)


# -- passages


def _passages(pack: Pack, locale: str, kind: str, slug: str) -> Iterator[tuple[Path, Part]]:
    found = pack.owned(locale, kind, slug) if slug else pack.shared(locale)
    for name, passage in found.items():
        yield (name,), _part("passage", f"{locale}/{passage.id}", passage, passage.location)
