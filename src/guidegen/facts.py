"""Places, roles and pairs: their names and their facts, read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from guidegen import schema
from guidegen.keys import SLUG, Keys, visible_key
from guidegen.problems import Problem, suggest
from guidegen.schema import Schema
from guidegen.source import Location
from guidegen.values import Fact, Names, Provenance, Reading, Term, read_fact, read_provenance
from guidegen.yamlfile import Mapping, Node, Scalar, read_file

FOLDERS = {"place": "facts/places", "role": "facts/roles"}
PAIRS = "facts/pairs"
BLOCK_TEXTS = ("text", "absent")


class Owner(NamedTuple):
    """A place or a role, with its facts by name."""

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


class Override(NamedTuple):
    """A literal text for one block of one locale of one pair; None leaves the block out."""

    locale: str
    block: str
    text: str | None
    key: str
    location: Location


class PairFile(NamedTuple):
    """How a pair's text differs from the layout: None where it doesn't."""

    newline: str | None = None
    final_newline: bool | None = None
    byte_order_mark: bool = False


class Pair(NamedTuple):
    """What is true of one role in one place only."""

    slug: str
    facts: dict[str, Fact]
    file: PairFile
    overrides: tuple[Override, ...]
    location: Location | None


NO_PAIR = Pair("", {}, PairFile(), (), None)


def home_of(name: str, key: str) -> str:
    """Where to state what a name reads and doesn't find: the field, and the file that it belongs in.

    `name` is as written (`place.country.factor`), `key` as looked for (`COUNTRY.factor`).
    """
    root = name.partition(".")[0]
    slug, _, path = key.partition(".")
    folder = {"pair": PAIRS, **FOLDERS}.get(root)
    return f"state `{path}` in {folder}/{slug}.yaml" if folder else f"state `{key}`"


class Facts:
    """The facts of a pack, each file read once and when it is first asked for.

    Problems gather in `problems` as files are read; those of a draft as warnings.
    """

    def __init__(self, root: Path, fields: Schema, locales: tuple[str, ...]) -> None:
        self.root = root
        self.fields = fields
        self.locales = locales
        self.problems: list[Problem] = []
        self._vocabularies: dict[str, dict[str, Term]] | None = None
        self._owners: dict[tuple[str, str], Owner | None] = {}
        self._pairs: dict[tuple[str, str], Pair] = {}
        self._listed: dict[str, list[str]] = {}

    # -- what there is

    def slugs(self, kind: str) -> list[str]:
        """The slugs of all places or roles that have a file, drafts too, sorted."""
        if kind not in self._listed:
            self._listed[kind] = sorted(path.stem for path in self._files(FOLDERS[kind]))
        return self._listed[kind]

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
        for key, node in mapping.entries.items() if mapping else ():
            at = mapping.keys[key]  # type: ignore[union-attr]  # there if it has entries
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

    # -- places, roles, pairs

    def owner(self, kind: str, slug: str) -> Owner | None:
        """A place or a role by its slug; None, with problems noted, if it can't be read."""
        if (kind, slug) not in self._owners:
            self._owners[kind, slug] = self._read_owner(kind, slug)
        return self._owners[kind, slug]

    def pair(self, place: str, role: str) -> Pair:
        """What is true of this role in this place only; `NO_PAIR` if it has no file."""
        if (place, role) not in self._pairs:
            name = f"{PAIRS}/{place}/{role}.yaml"
            there = (self.root / name).exists()
            self._pairs[place, role] = self._read_pair(place, role, name) if there else NO_PAIR
        return self._pairs[place, role]

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

    def _within(self, place: Owner) -> Owner | None:
        assert place.within is not None
        slug = place.within.text
        if slug not in self.slugs("place"):
            self._note(
                "unknown-place",
                f"unknown place '{visible_key(slug)}'",
                place.within.location,
                suggest(slug, self.slugs("place")),
            )
            return None
        return self.owner("place", slug)

    def _read_owner(self, kind: str, slug: str) -> Owner | None:
        file = f"{FOLDERS[kind]}/{slug}.yaml"
        mark = len(self.problems)
        if not schema.is_slug(slug):
            self._note(
                "slug",
                f"'{visible_key(slug)}' can't name a {kind}",
                Location.of_file(file),
                "a slug has lower-case letters and digits, words joined by hyphens, at most 80 "
                "characters, and is no name that an operating system keeps for itself",
            )
        mapping = read_file(self.root, file, self.problems)
        if mapping is None:
            return None
        keys = Keys(mapping, f"{kind} '{slug}'", self.problems)
        names_node = keys.node("names", required=True)
        forms = schema.PLACE_FORMS if kind == "place" else ("name", *schema.ROLE_FORMS)
        names = names_node and read_names(names_node, "names", forms, self.locales, self.problems)
        keys.words("aliases")
        owner = Owner(
            kind,
            slug,
            names or Names({"": {"name": slug}}, mapping.location),
            keys.choice("status", schema.STATUSES, "published", required=True),
            keys.choice("scope", schema.SCOPES, required=True) if kind == "place" else "",
            keys.scalar("within") if kind == "place" else None,
            self._read_facts(keys, kind, slug),
            Location(mapping.location.source, 1, 1),
        )
        keys.close()
        if owner.within is None and owner.scope in ("city", "region"):
            keys.note(
                "missing-key",
                f"{kind} '{slug}' has no 'within'",
                mapping.location,
                "add `within:` and the slug of the country or region it lies in",
            )
        if not owner.is_published:
            self.problems[mark:] = [p._replace(warning=True) for p in self.problems[mark:]]
        return owner

    def _read_facts(self, keys: Keys, kind: str, slug: str) -> dict[str, Fact]:
        inherited = read_provenance(keys, Provenance())
        reading = Reading(self.locales, self.vocabularies, self.problems)
        facts = {}
        for name, field in self.fields[kind].items():
            node = keys.node(name)
            if node and (fact := read_fact(node, field.type, f"{slug}.{name}", inherited, reading)):
                facts[name] = fact
        return facts

    def _read_pair(self, place: str, role: str, file: str) -> Pair:
        mapping = read_file(self.root, file, self.problems)
        if mapping is None:
            return NO_PAIR
        slug = f"{place}/{role}"
        keys = Keys(mapping, f"pair '{slug}'", self.problems)
        for kind, name in (("place", place), ("role", role)):
            if name not in self.slugs(kind):
                self._note(
                    f"unknown-{kind}",
                    f"unknown {kind} '{visible_key(name)}'",
                    Location.of_file(file),
                    suggest(name, self.slugs(kind)),
                )
        pair = Pair(
            slug,
            self._read_facts(keys, "pair", slug),
            self._pair_file(keys),
            self._overrides(keys, slug),
            Location(mapping.location.source, 1, 1),
        )
        keys.close()
        return pair

    def _pair_file(self, keys: Keys) -> PairFile:
        mapping = keys.mapping_of("file")
        if mapping is None:
            return PairFile()
        file = Keys(mapping, "'file'", self.problems)
        newline = {"lf": "\n", "crlf": "\r\n", "": None}[file.choice("newline", ("lf", "crlf"))]
        final = file.flag("final_newline") if "final_newline" in mapping.entries else None
        result = PairFile(newline, final, file.flag("byte_order_mark"))
        file.asked.append("final_newline")
        file.close()
        return result

    def _overrides(self, keys: Keys, slug: str) -> tuple[Override, ...]:
        sequence = keys.sequence("overrides")
        overrides = []
        for index, node in enumerate(sequence.items if sequence else ()):
            if not isinstance(node, Mapping):
                self._note(
                    "wrong-type",
                    "an override holds keys and values",
                    node.location,
                    "write {locale: en, block: guide.intro, text: …, owner: …, reason: …}",
                )
                continue
            entry = Keys(node, "the override", self.problems)
            override = Override(
                entry.choice("locale", self.locales, required=True),
                entry.text("block", required=True),
                None if entry.flag("absent") else entry.text("text"),
                f"{slug}.overrides[{index}]",
                node.location,
            )
            if (override.text is None) == ("text" in node.entries):
                entry.note("override", "an override has a text, or `absent: yes`", node.location)
            entry.asked.append("text")
            entry.text("owner", required=True)
            entry.text("reason", required=True)
            if not entry.date("expires", whole=True) and not entry.text("source"):
                entry.note(
                    "missing-key",
                    "the override has no 'expires'",
                    node.location,
                    "say until when it holds: `expires: 2027-01-31`",
                )
            entry.close()
            overrides.append(override)
        return tuple(overrides)

    def _note(self, kind: str, message: str, location: Location, hint: str = "") -> None:
        self.problems.append(Problem(kind, message, location, hint))


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
            problems.append(Problem("empty-value", f"'{what}' has no name", node.location))
            return None
        return Names({"": {"name": node.text}}, node.location)
    if not isinstance(node, Mapping):
        problems.append(Problem("wrong-type", f"'{what}' is a name, or names by locale", node.location))
        return None
    found: dict[str, dict[str, str]] = {}
    for locale, inner in node.entries.items():
        if isinstance(inner, Scalar) and not inner.is_empty:
            found[locale] = {"name": inner.text}
        elif isinstance(inner, Mapping):
            keys = Keys(inner, f"the names in '{locale}'", problems)
            wanted = tuple(inner.entries) if free else forms
            found[locale] = {form: text for form in wanted if (text := keys.text(form))}
            keys.close()
        else:
            problems.append(
                Problem(
                    "wrong-type",
                    f"the name in '{visible_key(locale)}' is a text or a record of forms",
                    inner.location,
                )
            )
    problems += [
        Problem("missing-key", f"'{what}' has none for '{locale}'", node.location, f"add `{locale}:`")
        for locale in locales
        if locale not in found
    ]
    return Names(found, node.location)
