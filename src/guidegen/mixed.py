"""A pack with some changes made to it, in memory: between an old pack and a new one lie many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from guidegen import schema
from guidegen.changes import Change
from guidegen.facts import Facts, Owner
from guidegen.lookup import Catalogue
from guidegen.outline import Block, Outline, Section, check_outline
from guidegen.pack import Pack
from guidegen.pairs import NO_PAIR, Override, Pair
from guidegen.parts import (
    FIELDS,
    ORDER,
    OUTLINE,
    PAIR,
    PASSAGES,
    RULES,
    SETTINGS,
    TERMS,
    Container,
    Path,
    placed_blocks,
)
from guidegen.problems import Problem
from guidegen.rules.book import Book, Derivation, Each, check_book
from guidegen.rules.table import Row, Table, check_table
from guidegen.schema import Schema
from guidegen.settings import Settings
from guidegen.snippets import Passage
from guidegen.source import Location
from guidegen.values import Entries, Fact, Names, Series, Term

ByContainer = dict[Container, list[Change]]
Held = TypeVar("Held")


class MixedPack(Pack):
    """A pack as it would be with these changes and no others; no file is read or written.

    What doesn't hold together then (a block that names a formula that isn't there) is left out, and noted
    in `problems`.
    """

    def __init__(self, base: Pack, changes: Iterable[Change]) -> None:
        by: ByContainer = {}
        for change in changes:
            by.setdefault(change.container, []).append(change)
        self._base, self._by = base, by
        self._problems: list[Problem] = []
        self.root = base.root
        self.settings = _settings(base.settings, by.get(SETTINGS, []))
        self.fields = _fields(base.fields, by.get(FIELDS, []))
        self.all_locales = tuple(self.settings.locales)
        self.locales = tuple(tag for tag, one in self.settings.locales.items() if one.is_published)
        self.draft_locales = tuple(tag for tag in self.all_locales if tag not in self.locales)
        self.facts = MixedFacts(base.facts, by, self.fields)
        self._languages = {}
        self._snippets = {}
        if any(held in (FIELDS, RULES, OUTLINE) or held[0] == TERMS for held in by):
            self.catalogue = Catalogue(self.fields, self.facts.vocabularies, self.all_locales)
            self.book = self._sound_book(_book(base.book, by.get(RULES, [])))
            self.outline = self._sound_outline(_outline(base.outline, by.get(OUTLINE, [])))
        else:
            self.catalogue, self.book, self.outline = base.catalogue, base.book, base.outline

    def shared(self, locale: str) -> dict[str, Passage]:
        """The passages that all guides of a locale share."""
        return self._changed(locale, "", "", self._base.shared(locale))

    def owned(self, locale: str, kind: str, slug: str) -> dict[str, Passage]:
        """The passages of one place, role or pair."""
        return self._changed(locale, kind, slug, self._base.owned(locale, kind, slug))

    def _changed(self, locale: str, kind: str, slug: str, base: dict[str, Passage]) -> dict[str, Passage]:
        found = dict(base)
        for change in self._by.get((PASSAGES, locale, kind, slug), []):
            _put(found, change.path[0], change.now.content if change.now else None)
        return found

    def _sound_book(self, book: Book) -> Book:
        """The rules without those that fail, and without those that only these keep from failing."""
        terms = {name: list(found) for name, found in self.facts.vocabularies.items()}
        while True:
            self.catalogue.derived.clear()
            problems = check_book(book, self.catalogue, terms)
            if not problems:
                return book
            self._problems += problems
            broken = {name for name, kind in self.catalogue.derived.items() if _is_broken(kind)}
            broken |= {
                name for name, table in book.tables.items() if any(check_table(table, self.catalogue, terms))
            }
            book = Book(
                _without(book.derivations, broken),
                _without(book.eaches, broken),
                _without(book.tables, broken),
            )

    def _sound_outline(self, outline: Outline) -> Outline:
        tables = [table.name for table in self.book.tables.values() if table.gives == "passage"]

        def sound(blocks: tuple[Block, ...]) -> Iterator[Block]:
            for block in blocks:
                alone = block._replace(blocks=()) if isinstance(block, Section) else block
                problems = list(check_outline(Outline((alone,), outline.about), self.catalogue, tables))
                self._problems += problems
                if not problems:
                    inner = tuple(sound(block.blocks)) if isinstance(block, Section) else ()
                    yield block._replace(blocks=inner) if isinstance(block, Section) else block

        return outline._replace(blocks=tuple(sound(outline.blocks)))


class MixedFacts(Facts):
    """The facts of a pack as they would be with these changes."""

    def __init__(self, base: Facts, by: ByContainer, fields: Schema) -> None:
        super().__init__(base.root, fields, base.locales, base.draft_locales)
        self._base, self._by = base, by
        vocabularies = dict.fromkeys((*base.vocabularies, *(held[1] for held in by if held[0] == TERMS)))
        self._vocabularies = {
            name: _terms(base.vocabularies.get(name, {}), by.get((TERMS, name), [])) for name in vocabularies
        }
        self._renamed = any(held[0] == TERMS for held in by)

    def slugs(self, kind: str) -> list[str]:
        """The slugs of all places or roles, sorted."""
        here = {held[1] for held in self._by if held[0] == kind}
        return sorted(slug for slug in {*self._base.slugs(kind), *here} if self.has(kind, slug))

    def has(self, kind: str, slug: str) -> bool:
        """Whether there is a place or role of this slug."""
        return self.owner(kind, slug) is not None if (kind, slug) in self._by else self._base.has(kind, slug)

    def pair_slugs(self) -> list[tuple[str, str]]:
        """The pairs that something is stated for, as place and role, sorted."""
        here = {(held[1], held[2]) for held in self._by if held[0] == PAIR}
        return sorted({*self._base.pair_slugs(), *here})

    def _read_owner(self, kind: str, slug: str) -> Owner | None:
        base = self._base.owner(kind, slug) if self._base.has(kind, slug) else None
        owner = _owner(base, kind, slug, self._by.get((kind, slug), []))
        return owner and owner._replace(facts=self._linked(kind, owner.facts))

    def pair(self, place: str, role: str) -> Pair:
        """What is true of this role in this place only."""
        base = self._base.pair(place, role)
        found = _pair(base, f"{place}/{role}", self._by.get((PAIR, place, role), []))
        return found._replace(facts=self._linked(PAIR, found.facts))

    def _linked(self, owner: str, facts: dict[str, Fact]) -> dict[str, Fact]:
        """Facts whose terms are those of these vocabularies, and whose records are in their order."""
        if not self._renamed:
            return facts
        kinds = {name: field.type for name, field in self.fields[owner].items()}
        linked = {name: self._link(fact, kinds[name]) for name, fact in facts.items() if name in kinds}
        return {name: fact for name, fact in linked.items() if fact}

    def _link(self, fact: Fact, kind: schema.Type) -> Fact | None:
        value = fact.value
        if isinstance(value, Series):
            inner = ((date, self._link(one, kind)) for date, one in value.facts)
            return fact._replace(value=Series(tuple((date, one) for date, one in inner if one)))
        if isinstance(value, Entries) and isinstance(kind, schema.ListOf):
            entries = (self._link(entry, kind.item) for entry in value)
            return fact._replace(value=Entries(entry for entry in entries if entry))
        if isinstance(value, Term) and isinstance(kind, schema.KeyOf):
            term = self.vocabularies.get(kind.vocabulary, {}).get(value.key)
            if term is None:
                message = f"'{fact.key}' names '{value.key}', which isn't among {kind.vocabulary}"
                self.problems.append(Problem("unknown-term", message, fact.location))
            return fact._replace(value=term) if term else None
        if isinstance(value, dict) and isinstance(kind, schema.Record):
            terms = self.vocabularies.get(kind.vocabulary, {})
            return fact._replace(value={key: value[key] for key in terms if key in value})
        return fact


def _put(found: dict[Any, Any], key: Any, value: Any) -> None:
    """Set what is under a key; None takes it away."""
    if value is None:
        found.pop(key, None)
    else:
        found[key] = value


def _without(found: dict[str, Held], names: set[str]) -> dict[str, Held]:
    return {name: held for name, held in found.items() if name not in names}


def _content(change: Change) -> Any:
    return change.now.content if change.now else None


def _is_broken(kind: schema.Type) -> bool:
    return isinstance(kind, schema.Broken)


# -- what others stand behind


def _arranged(base: Iterable[str], changes: list[Change], name_of: Any) -> list[str]:
    """Names in order: those that are gone left out, new ones after what stands before them."""
    gone = {name_of(change) for change in changes if change.now is None}
    names = [name for name in base if name not in gone]
    for change in changes:
        if change.part.kind == ORDER and change.now:
            names = _reordered(names, change.now.content)
    for change in changes:
        if change.now and change.now.kind != ORDER and name_of(change) not in names:
            behind = [names.index(name) + 1 for name in change.now.after if name in names]
            names.insert(behind[-1] if behind else 0, name_of(change))
    return names


def _reordered(names: list[str], order: tuple[str, ...]) -> list[str]:
    """Names in another order; those that it doesn't have stay behind what they stood behind."""
    arranged = [name for name in order if name in names]
    for index, name in enumerate(names):
        if name not in arranged:
            before = [arranged.index(other) + 1 for other in names[:index] if other in arranged]
            arranged.insert(before[-1] if before else 0, name)
    return arranged


# -- pack.yaml


def _settings(settings: Settings, changes: list[Change]) -> Settings:
    site, locales, layout = dict(settings.site), dict(settings.locales), settings.layout
    for change in changes:
        head, *names = change.path
        content: Any = _content(change)
        if head == "site":
            _put(site, names[0], content)
        elif head == "locales":
            _put(locales, names[0], content)
        elif head == "text":
            layout = layout._replace(**{names[0]: content})
        else:
            settings = settings._replace(**{head: content})
    return settings._replace(site=site, locales=locales, layout=layout)


def _fields(fields: Schema, changes: list[Change]) -> Schema:
    found = {owner: dict(inner) for owner, inner in fields.items()}
    for change in changes:
        _put(found[change.path[0]], change.path[1], _content(change))
    return found


# -- facts


def _terms(base: dict[str, Term], changes: list[Change]) -> dict[str, Term]:
    terms = dict(base)
    for change in changes:
        if change.part.kind != ORDER:
            _put(terms, change.path[0], change.now and Term(change.path[0], change.now.content))
    return {key: terms[key] for key in _arranged(base, changes, lambda change: change.path[0])}


def _owner(base: Owner | None, kind: str, slug: str, changes: list[Change]) -> Owner | None:
    if not changes:
        return base
    found = {change.path: _content(change) for change in changes}
    if ("status",) in found and found[("status",)] is None:
        return None
    at = changes[0].part.at
    owner = base or Owner(kind, slug, Names({}, at), "draft", "", None, {}, Location(at.source, 1, 1))
    forms = dict(owner.names.forms)
    facts = owner.facts
    for path, content in found.items():
        if path[0] == "names":
            _put(forms, path[1], content)
        elif path[0] == "facts":
            facts = _with(facts, path[1:], content)
        else:
            owner = owner._replace(**{path[0]: content})
    return owner._replace(names=owner.names._replace(forms=forms), facts=facts)


def _with(facts: dict[str, Fact], path: Path, content: Fact | None) -> dict[str, Fact]:
    """Facts with another at a path; what holds others keeps those it has."""
    head, *rest = path
    found = dict(facts)
    held = facts.get(head)
    if rest:
        inner = held.value if held and isinstance(held.value, dict) else {}
        changed = _with(dict(inner), tuple(rest), content)
        if held is None and content:
            held = content._replace(key=content.key.rpartition(".")[0])
        _put(found, head, held and held._replace(value=changed))
    elif content and isinstance(content.value, dict) and held and isinstance(held.value, dict):
        found[head] = content._replace(value=held.value)
    else:
        _put(found, head, content)
    return found


def _pair(base: Pair, slug: str, changes: list[Change]) -> Pair:
    if not changes:
        return base
    pair = base if base is not NO_PAIR else Pair(slug, {}, base.file, (), changes[0].part.at)
    overrides: dict[Path, Override] = {("overrides", one.locale, one.block): one for one in pair.overrides}
    for change in changes:
        content: Any = _content(change)
        if change.path[0] == "status":
            pair = pair._replace(status=content or NO_PAIR.status)
        elif change.path[0] == "facts":
            pair = pair._replace(facts=_with(pair.facts, change.path[1:], content))
        elif change.path[0] == "file":
            default = getattr(NO_PAIR.file, change.path[1])
            content = default if content is None else content
            pair = pair._replace(file=pair.file._replace(**{change.path[1]: content}))
        else:
            _put(overrides, change.path, content)
    return pair._replace(overrides=tuple(overrides.values()))


# -- rules and outline


def _book(base: Book, changes: list[Change]) -> Book:
    derivations, eaches, tables = dict(base.derivations), dict(base.eaches), dict(base.tables)
    rows: dict[str, list[Change]] = {}
    for change in changes:
        kind, name, *rest = change.path
        content: Any = _content(change)
        if kind == "derivations":
            _put(derivations, name, content)
        elif kind == "eaches":
            _put_each(eaches, name, rest, content)
        elif rest:
            rows.setdefault(name, []).append(change)
        else:
            _put(tables, name, content and _with_head(tables.get(name), content))
    for name, inner in rows.items():
        if name in tables:
            tables[name] = _with_rows(tables[name], inner)
    return Book(derivations, eaches, tables)


def _put_each(eaches: dict[str, Each], name: str, rest: list[str], content: Each | Derivation | None) -> None:
    held = eaches.get(name)
    if not rest:
        fields = held.fields if held else {}
        _put(eaches, name, content._replace(fields=fields) if isinstance(content, Each) else None)
    elif held:
        fields = dict(held.fields)
        _put(fields, rest[0], content)
        eaches[name] = held._replace(fields=fields)


def _with_head(held: Table | None, content: Table) -> Table:
    """A table's new head on the rows that it has; the whole table, if its columns are others."""
    columns = [column.name for column in content.columns]
    if held is None or [column.name for column in held.columns] != columns:
        return content
    return content._replace(
        rows=held.rows,
        otherwise=held.otherwise,
        is_complete=held.is_complete,
        otherwise_location=held.otherwise_location,
    )


def _with_rows(table: Table, changes: list[Change]) -> Table:
    rows: dict[str, Row] = {row.name: row for row in table.rows}
    of_rows = [change for change in changes if change.path[2] or change.part.kind == ORDER]
    for change in changes:
        if change.part.kind == ORDER:
            continue
        if change.path[2]:
            _put(rows, change.path[2], _content(change))
        elif change.now:
            other: Table = change.now.content
            table = table._replace(
                otherwise=other.otherwise,
                is_complete=other.is_complete,
                otherwise_location=other.otherwise_location,
            )
    names = _arranged([row.name for row in table.rows], of_rows, lambda change: change.path[2])
    return table._replace(rows=tuple(rows[name] for name in names))


def _outline(base: Outline, changes: list[Change]) -> Outline:
    blocks = {
        block.id: (parent, block, base.gaps.get(block.id)) for parent, block in placed_blocks(base.blocks)
    }
    names = list(blocks)
    about = base.about
    placing = [change for change in changes if change.path[:1] != ("meta",)]
    for change in changes:
        if change.path[:1] == ("meta",):
            about = about._replace(**{change.path[1]: _content(change)})
        elif change.part.kind != ORDER:
            _put(blocks, change.path[0], _content(change))
    listed = [(name, *blocks[name]) for name in _arranged(names, placing, lambda change: change.path[0])]

    def within(parent: str) -> tuple[Block, ...]:
        return tuple(
            block._replace(blocks=within(block.id)) if isinstance(block, Section) else block
            for _, around, block, _ in listed
            if (around if around in blocks else "") == parent
        )

    gaps = {name: gap for name, _, _, gap in listed if gap is not None}
    return Outline(within(""), about, gaps)
