"""Places, roles and pairs: their names and their facts, read when they are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Protocol

from guidegen import schema
from guidegen.files import read_source
from guidegen.keys import SLUG, Keys, visible_key
from guidegen.pairs import NO_PAIR, Pair, read_overrides, read_pair_file
from guidegen.problems import Problem, Refused, suggest
from guidegen.provenance import read_provenance
from guidegen.schema import Schema
from guidegen.settings import STATUSES
from guidegen.source import Location, Source
from guidegen.stated import Reading, read_fact
from guidegen.values import Fact, Names, Provenance, Term
from guidegen.yamlfile import Mapping, Node, Scalar, read_file

FOLDERS = {"place": "facts/places", "role": "facts/roles"}
PAIRS = "facts/pairs"
MARKUP = re.compile(r"[{}]|</?[A-Za-z][^>]*>?|&#?\w+;|\*\*|__|`")
_SIGNS = re.compile(r"[{}<&*_`\n]")  # without one of them there is no markup, and one line
_DRAFT = re.compile(r"^status: *(draft|postponed)\b", re.MULTILINE)
STATUSES_OF_OWNERS = ("draft", "postponed", "published")


class Owner(NamedTuple):
    """A place or a role, with its facts by name.

    One that is `postponed` is a draft that nobody is at work on: what it lacks isn't asked for.
    """

    kind: str
    slug: str
    names: Names
    status: str
    scope: str
    within: Scalar | None
    facts: dict[str, Fact]
    location: Location

    @property
    def is_published(self) -> bool:
        """Whether guides of it are made, held by goldens and counted."""
        return self.status == "published"


class Untranslated(NamedTuple):
    """A place, a role or a term (`what`) that has no name in a draft locale."""

    locale: str
    what: str
    location: Location


class Kept(Protocol):
    """Has places and roles as they were read before, if their files are as they were."""

    def owner(self, kind: str, slug: str) -> Owner | None:
        """A place or role that nothing was wrong with; None if it has to be read."""

    def take(self, owner: Owner) -> None:
        """Keep a place or role that was read, and that nothing is wrong with."""


def stub(source: Source, name: str) -> Location | None:
    """The line of a scaffold that waits for a fact or a form, `# NAME:`, if the file has one."""
    found = re.search(rf"^ *# ?({re.escape(name)}):", source.text, re.MULTILINE)
    return source.at(found.start(1), len(name)) if found else None


class Facts:
    """The facts of a pack, each file read once and when it is first asked for.

    Problems gather in `problems` as files are read; those of a draft as warnings. `kept` may have places and
    roles from before, and gets those that are read.
    """

    def __init__(
        self, root: Path, fields: Schema, locales: tuple[str, ...], draft_locales: tuple[str, ...] = ()
    ) -> None:
        self.root = root
        self.fields = fields
        self.locales = locales
        self.draft_locales = draft_locales
        self.problems: list[Problem] = []
        self.kept: Kept | None = None
        self._vocabularies: dict[str, dict[str, Term]] | None = None
        self._owners: dict[tuple[str, str], Owner | None] = {}
        self._pairs: dict[tuple[str, str], Pair] = {}
        self._listed: dict[str, list[str]] = {}
        self._known: dict[str, frozenset[str]] = {}

    # -- what there is

    def slugs(self, kind: str) -> list[str]:
        """The slugs of all places or roles that have a file, drafts too, sorted."""
        if kind not in self._listed:
            self._listed[kind] = sorted(path.stem for path in self._files(FOLDERS[kind]))
        return self._listed[kind]

    def has(self, kind: str, slug: str) -> bool:
        """Whether a place or role of this slug has a file."""
        if kind not in self._known:
            self._known[kind] = frozenset(self.slugs(kind))
        return slug in self._known[kind]

    @cached_property
    def _paired(self) -> frozenset[str]:
        """The places that have something to themselves with some role."""
        return frozenset(path.name for path in (self.root / PAIRS).glob("*"))

    def pair_slugs(self) -> list[tuple[str, str]]:
        """The pairs that have a file, as place and role, sorted."""
        folders = sorted(path for path in (self.root / PAIRS).glob("*") if path.is_dir())
        return [
            (folder.name, path.stem)
            for folder in folders
            for path in sorted(self._files(f"{PAIRS}/{folder.name}"))
        ]

    def _files(self, folder: str) -> Iterable[Path]:
        return (self.root / folder).glob("*.yaml")

    @property
    def vocabularies(self) -> dict[str, dict[str, Term]]:
        """Terms by vocabulary and key, in the order of their files."""
        if self._vocabularies is None:
            self._vocabularies = {
                path.stem: self._vocabulary(path.stem) for path in sorted(self._files("facts"))
            }
        return self._vocabularies

    def _vocabulary(self, name: str) -> dict[str, Term]:
        mapping = read_file(self.root, f"facts/{name}.yaml", self.problems)
        terms = {}
        for key, at, node in mapping.each() if mapping else ():
            if not SLUG.fullmatch(key.replace("_", "-")):
                self._note(
                    "key",
                    f"'{visible_key(key)}' can't be a key",
                    at,
                    "use lower-case letters, digits and hyphens",
                )
            elif names := read_names(node, key, ("name",), self.locales, self.problems, free=True):
                terms[key] = Term(key, names)
        return terms

    @property
    def untranslated(self) -> list[Untranslated]:
        """The names of terms and owners that were read, and that draft locales haven't yet.

        They are nobody's concern but the translator's.
        """
        terms = [term for named in self.vocabularies.values() for term in named.values()]
        named = [(term.key, term.names) for term in terms]
        named += [(owner.slug, owner.names) for owner in self._owners.values() if owner]
        return [
            Untranslated(locale, what, names.location)
            for what, names in named
            for locale in self.draft_locales
            if "" not in names.forms and locale not in names.forms
        ]

    # -- places, roles, pairs

    def owner(self, kind: str, slug: str) -> Owner | None:
        """A place or a role by its slug; None, with problems noted, if it can't be read."""
        if (kind, slug) not in self._owners:
            self._owners[kind, slug] = self._kept_owner(kind, slug) or self._read_owner(kind, slug)
        return self._owners[kind, slug]

    def pair(self, place: str, role: str) -> Pair:
        """What is true of this role in this place only; `NO_PAIR` if it has no file."""
        if (place, role) not in self._pairs:
            name = f"{PAIRS}/{place}/{role}.yaml"
            there = place in self._paired and (self.root / name).exists()
            self._pairs[place, role] = self._read_pair(place, role, name) if there else NO_PAIR
        return self._pairs[place, role]

    def forget(self, kind: str, slug: str) -> None:
        """Drop what was read of a place or role, and of its pairs: it is read again when it is asked for.

        What was noted of it in `problems` stays there.
        """
        self._owners.pop((kind, slug), None)
        for pair in [pair for pair in self._pairs if slug in pair]:
            del self._pairs[pair]

    def country(self, place: Owner) -> Owner | None:
        """The nearest country that a place lies within: itself, if it is one."""
        seen = set()
        found: Owner | None = place
        while found and found.scope != "country":
            if found.slug in seen or found.within is None:
                return None
            seen.add(found.slug)
            found = self._within(found)
        return found

    def around(self, slug: str) -> list[str]:
        """The slugs of the places that a place lies within, the nearest first."""
        found: list[str] = []
        place = self.owner("place", slug) if self.has("place", slug) else None
        while place and place.within and place.within.text not in (slug, *found):
            if not self.has("place", place.within.text):
                break
            found.append(place.within.text)
            place = self.owner("place", place.within.text)
        return found

    def _within(self, place: Owner) -> Owner | None:
        if place.within is None or not self.has("place", place.within.text):
            return None
        return self.owner("place", place.within.text)

    def _note_within(self, owner: Owner, what: str, mapping: Mapping) -> None:
        """Note a `within` that is missing, or that names no place."""
        if owner.within is not None and not self.has("place", owner.within.text):
            slug = owner.within.text
            message = f"unknown place '{visible_key(slug)}'"
            self._note("unknown-place", message, owner.within.location, suggest(slug, self.slugs("place")))
        elif owner.within is None and owner.scope in ("city", "region") and "within" not in mapping.entries:
            hint = "add `within:` and the slug of the country or region it lies in"
            at = stub(mapping.location.source, "within") or mapping.location
            self._note("missing-key", f"{what} has no 'within'", at, hint)

    def _mapping(self, file: str) -> Mapping | None:
        """What a file of a place, role or pair holds; None, with problems noted, if it can't be read."""
        return read_file(self.root, file, self.problems)

    def _read_owner(self, kind: str, slug: str) -> Owner | None:
        file = f"{FOLDERS[kind]}/{slug}.yaml"
        mark = len(self.problems)
        if not schema.is_slug(slug):
            message = f"'{visible_key(slug)}' can't name a {kind}"
            self._note("slug", message, Location.of_file(file), _slug_hint(slug))
        mapping = self._mapping(file)
        if mapping is None:
            if self._says_draft(file):
                self.problems[mark:] = [p._replace(warning=True) for p in self.problems[mark:]]
            return None
        keys = Keys(mapping, f"{kind} '{slug}'", self.problems)
        names_node = keys.node("names", required=True)
        forms = schema.PLACE_FORMS if kind == "place" else ("name", *schema.ROLE_FORMS)
        names = names_node and read_names(names_node, slug, forms, self.locales, self.problems)
        keys.words("aliases")
        owner = Owner(
            kind,
            slug,
            names or Names({"": {"name": slug}}, mapping.location),
            keys.choice("status", STATUSES_OF_OWNERS, "published", required=True),
            keys.choice("scope", schema.SCOPES, required=True) if kind == "place" else "",
            keys.scalar("within") if kind == "place" else None,
            self._read_facts(keys, kind, slug),
            Location(mapping.location.source, 1, 1),
        )
        keys.close(_DECLARE)
        self._note_within(owner, f"{kind} '{slug}'", mapping)
        if not owner.is_published:
            self.problems[mark:] = [p._replace(warning=True) for p in self.problems[mark:]]
        if self.kept is not None and len(self.problems) == mark:
            self.kept.take(owner)
        return owner

    def _kept_owner(self, kind: str, slug: str) -> Owner | None:
        """An owner from before, unless what it says of other files may be wrong by now."""
        owner = self.kept.owner(kind, slug) if self.kept is not None else None
        if owner and owner.within and not self.has("place", owner.within.text):
            return None
        return owner

    def _read_facts(self, keys: Keys, kind: str, slug: str) -> dict[str, Fact]:
        inherited = read_provenance(keys, Provenance())
        reading = Reading((*self.locales, *self.draft_locales), self.vocabularies, self.problems)
        facts = {}
        for name, field in self.fields[kind].items():
            node = keys.node(name)
            if node and (fact := read_fact(node, field.type, f"{slug}.{name}", inherited, reading)):
                facts[name] = fact
        return facts

    def _read_pair(self, place: str, role: str, file: str) -> Pair:
        mapping = self._mapping(file)
        if mapping is None:
            return NO_PAIR
        slug = f"{place}/{role}"
        keys = Keys(mapping, f"pair '{slug}'", self.problems)
        for kind, name in (("place", place), ("role", role)):
            if not self.has(kind, name):
                self._note(
                    f"unknown-{kind}",
                    f"unknown {kind} '{visible_key(name)}'",
                    Location.of_file(file),
                    suggest(name, self.slugs(kind)),
                )
        pair = Pair(
            slug,
            self._read_facts(keys, "pair", slug),
            read_pair_file(keys),
            read_overrides(keys, slug, (*self.locales, *self.draft_locales)),
            Location(mapping.location.source, 1, 1),
            keys.choice("status", STATUSES, "published"),
        )
        keys.close(_DECLARE)
        return pair

    def _says_draft(self, file: str) -> bool:
        """Whether a file that can't be read as YAML says that it is a draft all the same."""
        try:
            return bool(_DRAFT.search(read_source(self.root, file).text))
        except Refused:
            return False

    def _note(self, kind: str, message: str, location: Location, hint: str = "") -> None:
        self.problems.append(Problem(kind, message, location, hint))


_DECLARE = "or declare it under `fields` in pack.yaml"


def _slug_hint(slug: str) -> str:
    better = "-".join(re.findall("[a-z0-9]+", slug.lower()))
    if better == slug and len(slug) <= schema.LONGEST_SLUG:
        return "an operating system keeps this name for itself: give the file another"
    rename = f"rename the file to {better}.yaml: " if schema.is_slug(better) else ""
    return (
        f"{rename}a slug has lower-case letters and digits, its words joined by hyphens, and at most "
        f"{schema.LONGEST_SLUG} characters"
    )


def read_names(
    node: Node,
    what: str,
    forms: tuple[str, ...],
    locales: tuple[str, ...],
    problems: list[Problem],
    *,
    free: bool = False,
) -> Names | None:
    """Names: a text, or for each locale a text or a record of forms (any forms if `free`).

    A locale that the pack doesn't have yet is read too: its names are searched for, not written.
    """
    if isinstance(node, Scalar):
        if node.is_empty:
            problems.append(Problem("empty-value", f"'{what}' has no name", node.location, "write one"))
            return None
        problems += _unfit(node, what)
        return Names({"": {"name": node.text}}, node.location)
    if not isinstance(node, Mapping):
        message = f"the name of '{what}' is a text, or a text for each locale, not a list"
        problems.append(Problem("wrong-type", message, node.location, "write it without brackets"))
        return None
    found: dict[str, dict[str, str]] = {}
    for locale, inner in node.entries.items():
        if isinstance(inner, Scalar) and inner.text.strip() and not inner.is_empty:
            found[locale] = {"name": inner.text}
            problems += _unfit(inner, what)
        elif isinstance(inner, Mapping):
            wanted = tuple(inner.entries) if free else forms
            found[locale] = _forms(inner, locale, wanted, problems)
            for form in inner.entries.values():
                problems += _unfit(form, what) if isinstance(form, Scalar) else ()
        else:
            empty = isinstance(inner, Scalar)
            says = "is empty" if empty else "is a text or a record of forms, not a list"
            message = f"the name of '{what}' in '{visible_key(locale)}' {says}"
            hint = "write the name" if empty else "write it without brackets"
            problems.append(Problem("wrong-type", message, inner.location, hint))
    problems += [
        Problem("missing-key", f"'{what}' has no name in '{locale}'", node.location, f"add `{locale}:`")
        for locale in locales
        if locale not in node.entries
    ]
    return Names(found, node.location)


def _forms(node: Mapping, locale: str, wanted: tuple[str, ...], problems: list[Problem]) -> dict[str, str]:
    """The forms of a name in one locale."""
    entries = node.entries
    texts = {
        form: scalar.text
        for form in wanted
        if isinstance(scalar := entries.get(form), Scalar) and scalar.text and not scalar.is_empty
    }
    if len(texts) == len(entries):
        return texts
    keys = Keys(node, f"the names in '{locale}'", problems)
    texts = {form: text for form in wanted if (text := keys.text(form))}
    keys.close()
    return texts


def _unfit(scalar: Scalar, what: str) -> list[Problem]:
    """What a name may not be: several lines, or markup that every guide would show as it stands."""
    problems: list[Problem] = []
    if not _SIGNS.search(scalar.text):
        return problems
    if "\n" in scalar.text:
        message = f"the name of '{what}' stands on one line"
        problems.append(Problem("layout", message, scalar.location, "write it without |"))
    if found := MARKUP.search(scalar.text):
        message = f"'{found[0]}' in the name of '{what}': a name is plain text, and shown as it stands"
        hint = "write it without braces, tags or other markup"
        problems.append(Problem("markup", message, scalar.location, hint))
    return problems
