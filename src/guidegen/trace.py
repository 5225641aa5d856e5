"""From what was read to where it is stated: the fact, name, term or setting behind a key, and its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from guidegen.facts import FOLDERS, PAIRS, Owner
from guidegen.files import read_source
from guidegen.grammar import made_from
from guidegen.lookup import MISSING, TERM, Found, Read, at_day
from guidegen.pack import Pack
from guidegen.schema import ASPECTS
from guidegen.settings import FILE as SETTINGS
from guidegen.source import Location
from guidegen.values import Entries, Fact, Localized, Names, Provenance, Series, Term
from guidegen.yamlfile import Mapping, Node, Scalar, need_yaml

NAMES = "names"


class Traced(NamedTuple):
    """What stands behind a key: its value, where that is stated, and where it comes from.

    `kind` is fact, name, term or setting. A name that nobody stated `follows` from another of its forms by
    a rule of its language: the location is that form's.
    """

    kind: str
    key: str
    value: Found
    location: Location
    provenance: Provenance = Provenance()
    follows: str = ""


class Tracer:
    """Traces what guides of a locale read as of a day. Each file is read once."""

    def __init__(self, pack: Pack, locale: str, as_of: str) -> None:
        self.pack = pack
        self.locale = locale
        self.as_of = as_of
        self._files: dict[str, Mapping] = {}
        self._facts: dict[str, dict[str, Fact]] = {}

    def trace(self, read: Read) -> list[Traced]:
        """What a fact that was read is made of: of a form of a list's key, the entry and then the term."""
        slug, _, path = read.key.partition(".")
        if read.name.startswith("site."):
            return [self.setting(path)]
        owner = self._owner(slug, path)
        if owner is None and slug in self.pack.facts.vocabularies:
            key, _, form = path.partition(".")
            return [self.term(self.pack.facts.vocabularies[slug][key], form)]
        if owner and path.startswith(f"{NAMES}."):
            return [self._name(owner, read, path.rpartition(".")[2])]
        if owner and path in ("slug", "scope", "within"):
            at = Location.of_file(owner.location.path)
            if path != "slug":
                at = _inside(self._file(at.path), path)
            return [Traced("fact", read.key, read.value, at)]
        return self._fact(slug, read)

    def term(self, term: Term, form: str = "") -> Traced:
        """A term of a vocabulary: one form of what it is called, or its key."""
        path = term.names.location.path
        vocabulary = path.rpartition("/")[2].removesuffix(".yaml")
        file = self._file(path)
        key = f"{vocabulary}.{term.key}"
        if not form:
            return Traced("term", key, term.key, file.keys[term.key])
        at, follows = self._form(file.entries[term.key], term.names, TERM, form)
        text = term.names.form(form, self.locale, TERM)
        return Traced("term", f"{key}.{form}", text or MISSING, at, follows=follows)

    def setting(self, name: str) -> Traced:
        """What pack.yaml says of the site."""
        root = self._file(SETTINGS).entries["site"]
        return Traced("setting", f"site.{name}", self.pack.settings.site[name], _inside(root, name))

    def entry(self, fact: Fact) -> list[Traced]:
        """An entry of a list that is said: the entry, and the term that it is, if it is one."""
        fact = at_day(fact, self.as_of)
        found = [Traced("fact", fact.key, fact.value, self._in_locale(fact), fact.provenance)]
        return found + ([self.term(fact.value, "name")] if isinstance(fact.value, Term) else [])

    def stated(self, key: str) -> Iterator[Traced]:
        """The names and facts that are stated under a key of a place, role or pair."""
        slug = key.partition(".")[0]
        for kind in FOLDERS:
            owner = self.pack.facts.owner(kind, slug) if self.pack.facts.has(kind, slug) else None
            for locale in self.pack.all_locales if owner else ():
                own = Tracer(self.pack, locale, self.as_of)
                for form, text in owner.names.stated(locale).items() if owner else ():
                    name = f"{slug}.{NAMES}.{locale}.{form}"
                    if owner and is_below(name, key):
                        yield own._name(owner, Read(name, name, text), form)
            for word in ("scope", "within") if owner and owner.kind == "place" else ():
                node = self._file(owner.location.path).entries.get(word) if owner else None
                if isinstance(node, Scalar) and is_below(f"{slug}.{word}", key):
                    yield Traced("fact", f"{slug}.{word}", node.text, node.location)
        facts = self._all(slug)
        under = [fact for fact in facts.values() if is_below(fact.key, key)] or [
            fact for fact in facts.values() if is_below(key, fact.key)
        ][-1:]
        for fact in under:
            whole = fact.key.partition("[")[0]
            if not isinstance(fact.value, dict) and (whole == fact.key or not is_below(whole, key)):
                yield Traced("fact", fact.key, fact.value, self._in_locale(fact), fact.provenance)

    # -- owners and their facts

    def _owner(self, slug: str, path: str) -> Owner | None:
        for kind in FOLDERS:
            if self.pack.facts.has(kind, slug) and (owner := self.pack.facts.owner(kind, slug)):
                words = {"slug", "scope", "within", NAMES, *self.pack.fields[kind]}
                if path.partition(".")[0].partition("[")[0] in words:
                    return owner
        return None

    def _name(self, owner: Owner, read: Read, form: str) -> Traced:
        kinds = (owner.scope, "place") if owner.kind == "place" else ("role",)
        at, follows = self._form(self._file(owner.location.path).entries.get(NAMES), owner.names, kinds, form)
        return Traced("name", read.key, read.value, at, follows=follows)

    def _form(
        self, node: Node | None, names: Names, kinds: tuple[str, ...], form: str
    ) -> tuple[Location, str]:
        """Where a form of a name stands; if it is made from another, where that does, and which it is."""
        stated = names.stated(self.locale)
        base = form if form in stated else made_from(self.locale, kinds, form) or ""
        at = names.location
        if isinstance(node, Scalar):
            at = node.location
        elif isinstance(node, Mapping) and self.locale in node.entries:
            inner = node.entries[self.locale]
            at = inner.location
            if isinstance(inner, Mapping) and base in inner.entries:
                at = inner.entries[base].location
        return at, "" if base == form else base

    def _fact(self, slug: str, read: Read) -> list[Traced]:
        facts = self._all(slug)
        key, part = read.key, ""
        if key not in facts:
            key, _, part = read.key.rpartition(".")
        fact = facts.get(key)
        if fact is None:
            return [Traced("fact", read.key, read.value, self._home(slug, read))]
        at = self._in_locale(fact)
        if part in ASPECTS:
            at = self._aspect(fact, part)
        elif part and isinstance(fact.value, Term):
            entry = Traced("fact", fact.key, fact.value, fact.location, fact.provenance)
            return [entry, self.term(fact.value, "" if part == "key" else part)]
        elif part:
            at = self._in_locale(fact, part)
        return [Traced("fact", read.key, read.value, at, fact.provenance)]

    def _all(self, slug: str) -> dict[str, Fact]:
        """Every fact of a place, role or pair by its key, those that lists and records hold too."""
        if slug not in self._facts:
            found: list[Fact] = []
            place, pair, role = slug.partition("/")
            if pair:
                found += self.pack.facts.pair(place, role).facts.values()
            for kind in FOLDERS:
                owner = self.pack.facts.owner(kind, slug) if self.pack.facts.has(kind, slug) else None
                found += owner.facts.values() if owner else ()
            self._facts[slug] = {fact.key: fact for top in found for fact in self._with_inner(top)}
        return self._facts[slug]

    def _with_inner(self, fact: Fact) -> Iterator[Fact]:
        if isinstance(fact.value, Series):
            begun = fact.value.facts[0][0] <= self.as_of
            fact = at_day(fact, self.as_of) if begun else fact
        yield fact
        inner: list[Fact] = []
        if isinstance(fact.value, Entries):
            inner = list(fact.value)
        elif isinstance(fact.value, dict):
            inner = list(fact.value.values())
        for one in inner:
            yield from self._with_inner(one)

    def _home(self, slug: str, read: Read) -> Location:
        """The file that a fact belongs in which nobody stated."""
        if not slug or "/" in slug:
            return Location.of_file(f"{PAIRS}/{slug}.yaml" if slug else PAIRS)
        kind = next((kind for kind in FOLDERS if self.pack.facts.has(kind, slug)), "place")
        return Location.of_file(f"{FOLDERS[kind]}/{slug}.yaml")

    # -- places in files

    def _file(self, path: str) -> Mapping:
        if path not in self._files:
            self._files[path] = need_yaml(read_source(self.pack.root, path))
        return self._files[path]

    def _in_locale(self, fact: Fact, part: str = "") -> Location:
        """Where a fact's value stands, or a part of an entry; of a text in several locales, this one's."""
        if not (part or isinstance(fact.value, Localized)):
            return fact.location
        node = _chain_to(self._file(fact.location.path), fact.location)[-1]
        if part and isinstance(node, Mapping):
            node = node.entries.get(part, node)
        if isinstance(node, Mapping):
            node = node.entries.get(self.locale, node)
        return node.location

    def _aspect(self, fact: Fact, aspect: str) -> Location:
        """Where the source or confidence of a fact stands: with it, or with what holds it."""
        for node in reversed(_chain_to(self._file(fact.location.path), fact.location)):
            if isinstance(node, Mapping) and aspect in node.entries:
                return node.entries[aspect].location
        return fact.location


def _chain_to(root: Node, at: Location) -> list[Node]:
    """The nodes from a file's root to the one that stands at a location."""
    inner = root.entries.values() if isinstance(root, Mapping) else ()
    for node in inner if isinstance(root, (Mapping, Scalar)) else root.items:
        if (node.location.line, node.location.column) == (at.line, at.column):
            return [root, node]
        found = _chain_to(node, at)
        if len(found) > 1:
            return [root, *found]
    return [root]


def _inside(node: Node, key: str) -> Location:
    """Where the value of a key stands; the mapping itself, if it hasn't got it."""
    if isinstance(node, Mapping) and key in node.entries:
        return node.entries[key].location
    return node.location


def stated_under(pack: Pack, key: str, as_of: str = "") -> Iterator[Traced]:
    """What is stated under a key, as of a day: facts, names, terms, settings; or formulas, for a rule's key.

    Texts are in the source language; a list is one fact.
    """
    tracer = Tracer(pack, pack.locales[0], as_of or pack.settings.as_of)
    slug, _, path = key.partition(".")
    for name in pack.settings.site if slug == "site" else ():
        if is_below(f"site.{name}", key):
            yield tracer.setting(name)
    for term in pack.facts.vocabularies.get(slug, {}).values():
        for form in term.names.stated(tracer.locale):
            if is_below(f"{slug}.{term.key}.{form}", key):
                yield tracer.term(term, form)
    if slug in pack.book.derivations:
        rule = pack.book.derivations[slug]
        yield Traced("rule", slug, rule.text.text, rule.location)
    elif slug in pack.book.eaches:
        for field, rule in pack.book.eaches[slug].fields.items():
            if path.count(".") == 0 or path.endswith(f".{field}"):
                yield Traced(
                    "rule", f"{slug}.{path.split('.')[0] or '…'}.{field}", rule.text.text, rule.location
                )
    yield from tracer.stated(key)


def is_below(key: str, prefix: str) -> bool:
    """Whether a key is another or lies below it: CITY.LIST[0] lies below CITY.LIST and CITY."""
    return key == prefix or key.startswith((f"{prefix}.", f"{prefix}["))
