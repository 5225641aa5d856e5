"""Names that slots, cells and formulas read: their types in a pack, their values for one guide."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from guidegen import schema
from guidegen.facts import FOLDERS, PAIRS, Facts, Owner
from guidegen.grammar import derivable
from guidegen.pairs import Pair
from guidegen.problems import refuse, suggest
from guidegen.schema import Schema
from guidegen.values import Entries, Entry, Fact, Localized, Names, Series, Term, Value

SITE = ("name", "address")
TERM = ("term",)
_OF_ENTRY = ("name", "note", *schema.ASPECTS)
ROOTS = ("place", "role", "pair", "site")


class Missing:
    """The value of a name that nothing is known of."""

    def __repr__(self) -> str:
        return "missing"


MISSING = Missing()
Found = Value | Missing


class Read(NamedTuple):
    """That a name was read: `name` as written, `key` of the fact or derivation, its value.

    A derivation was read `because` of what its formula read; a fact has nothing behind it but its
    source. `dated` is the newest date among what was read.
    """

    name: str
    key: str
    value: Found
    dated: str = ""
    because: tuple[Read, ...] = ()
    is_derived: bool = False


def home_of(read: Read) -> str:
    """Where to state what was read and isn't there: the field, and the file that it belongs in.

    What rules make of a fact that is missing leads back to that fact.
    """
    if read.because:
        return home_of(read.because[0])
    root = read.name.partition(".")[0]
    slug, _, path = read.key.partition(".")
    folder = {"pair": PAIRS, **FOLDERS}.get(root)
    return f"state `{path}` in {folder}/{slug}.yaml" if folder else f"state `{read.key}`"


class Item(NamedTuple):
    """One of several: the key of an entry or record, what `item.…` reads for it, what it is one of.

    `names` are those of the vocabulary's term that it is or belongs to, whose forms may follow by rule.
    """

    key: str
    reads: dict[str, Read]
    over: str
    names: Names | None = None

    def read(self, name: str, locale: str) -> Read:
        """What `item.…` stands for."""
        try:
            return self.reads[name]
        except KeyError:
            return self._form(name, locale)

    def _form(self, name: str, locale: str) -> Read:
        form = name.removeprefix("item.")
        text = self.names.form(form, locale, TERM) if self.names else None
        return Read(name, f"{self.key}.{form}", text or MISSING)


class UnknownName(Exception):
    """A name that no pack file declares; carries message and hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Unusable(Exception):
    """A name whose own definition is wrong: that is said there, and not once more where it is read."""


class Catalogue:
    """The names that there are in a pack, and the type of each.

    `locales` say which forms of a vocabulary's terms their languages' rules give.
    `derived` grows while rules are read: type by name of a derivation or of a table with values. It
    `is_partial` if a rules file couldn't be read: then nobody knows which names there are.
    """

    def __init__(
        self, fields: Schema, terms: dict[str, dict[str, Term]], locales: tuple[str, ...] = ()
    ) -> None:
        self.fields = fields
        self.terms = terms
        self.locales = locales
        self.derived: dict[str, schema.Type] = {}
        self.is_partial = False
        self._of_owners: dict[str, schema.Type] = {}

    def type_of(self, name: str, item: schema.Type | None = None) -> schema.Type:
        """The type of a dotted name; `item` is the type of what is gone through.

        Raises `UnknownName`, or `Unusable` for a name whose definition is wrong.
        """
        root, *path = name.split(".")
        if root == "item":
            return self._item(name, path, item)
        if root == "site":
            return self._one_of(name, path, dict.fromkeys(SITE, schema.Text()))
        if root in ("place", "role", "pair"):
            if name not in self._of_owners:
                self._of_owners[name] = self._owner(name, root, path)
            return self._of_owners[name]
        if root in self.derived:
            return self._inside(name, self.derived[root], path, root)
        if self.is_partial:
            raise Unusable
        known = [*ROOTS, *self.derived, *(["item"] if item else [])]
        raise UnknownName(f"unknown name '{name}'", suggest(root, known))

    def item_of(self, name: str) -> schema.Type | None:
        """The type of what a list or map of records is gone through by; None if it is neither."""
        kind = self.type_of(name)
        if isinstance(kind, schema.ListOf):
            return kind.item
        return kind if isinstance(kind, schema.Record) else None

    def _item(self, name: str, path: list[str], item: schema.Type | None) -> schema.Type:
        if item is None:
            raise UnknownName(
                f"'{name}' stands outside of a list or table",
                "`item` is an entry or record of what a list or table goes over",
            )
        return self._inside(name, item, path, "item")

    def _owner(self, name: str, root: str, path: list[str]) -> schema.Type:
        while root == "place" and path[:1] == ["country"]:
            path = path[1:]
        known: dict[str, schema.Type] = {field.name: field.type for field in self.fields[root].values()}
        if root != "pair":
            forms = schema.PLACE_FORMS if root == "place" else schema.ROLE_FORMS
            known |= dict.fromkeys(("slug", *forms), schema.Text())
        if root == "place":
            known["scope"] = schema.Choice(schema.SCOPES)
        return self._one_of(name, path, known)

    def _one_of(self, name: str, path: list[str], known: dict[str, schema.Type]) -> schema.Type:
        if not path:
            likely = next((form for form in ("name", "many") if form in known), next(iter(known), "…"))
            raise UnknownName(f"'{name}' says too little", f"write what of it is meant: {name}.{likely}")
        if path[0] not in known:
            prefix = name[: len(name) - len(".".join(path))]
            near = suggest(path[0], list(known))
            raise UnknownName(f"unknown name '{name}'", near.replace("known:", f"{prefix}… has:"))
        return self._inside(name, known[path[0]], path[1:], path[0])

    def _inside(self, name: str, kind: schema.Type, path: list[str], reached: str) -> schema.Type:
        if isinstance(kind, schema.Broken):
            raise Unusable
        if not path:
            return kind
        head, *rest = path
        inner: dict[str, schema.Type] = {}
        if (
            isinstance(kind, schema.Record)
            and reached != "item"
            and head in self.terms.get(kind.vocabulary, {})
        ):
            return self._inside(name, kind, rest, "item") if rest else kind
        if isinstance(kind, schema.Record):
            inner = {field.name: field.type for field in kind.fields.values()}
            inner |= self._term_names(kind.vocabulary)
        elif isinstance(kind, schema.KeyOf):
            inner = self._term_names(kind.vocabulary)
        elif isinstance(kind, schema.Entry):
            inner = {"name": schema.Text(), "note": schema.Text()}
        elif isinstance(kind, schema.Figures) and head not in schema.ASPECTS:
            inner = {head: schema.Number()}
        if head in inner:
            return self._inside(name, inner[head], rest, head)
        if isinstance(kind, (schema.Record, schema.KeyOf)) and self._is_derivable(head) and not rest:
            return schema.Text()
        if head in schema.ASPECTS and not rest:
            return schema.Choice(schema.CONFIDENCES) if head == "confidence" else schema.Text()
        raise UnknownName(
            f"unknown name '{name}': '{reached}' has no '{head}'", suggest(head, [*inner, *schema.ASPECTS])
        )

    def _is_derivable(self, form: str) -> bool:
        return any(form in derivable(locale, *TERM) for locale in self.locales)

    def _term_names(self, vocabulary: str) -> dict[str, schema.Type]:
        forms = {
            form
            for term in self.terms.get(vocabulary, {}).values()
            for by_form in term.names.forms.values()
            for form in by_form
        }
        return dict.fromkeys(("key", *sorted(forms)), schema.Text())


class Subject:
    """What one guide is about: reads the facts of its place, role and pair, at a date.

    Reading never fails for what is missing (the value is `MISSING`); it raises `Refused` for a
    series that begins later than the date.
    """

    def __init__(
        self,
        facts: Facts,
        site: dict[str, str],
        locale: str,
        as_of: str,
        place: Owner,
        role: Owner,
        pair: Pair,
    ) -> None:
        self.facts = facts
        self.site = site
        self.locale = locale
        self.as_of = as_of
        self.place = place
        self.role = role
        self.pair = pair

    def read(self, name: str) -> Read:
        """What a dotted name stands for, by the facts alone."""
        root, *path = name.split(".")
        if root == "site":
            return Read(name, name, self.site.get(path[0], MISSING))
        if root == "pair":
            return self._fact(name, self.pair.slug, self.pair.facts, path)
        owner: Owner | None = self.place if root == "place" else self.role
        while root == "place" and path[0] == "country" and owner:
            owner, path = self.facts.country(owner), path[1:]
        if owner is None:
            return Read(name, f"{self.place.slug}.within", MISSING)
        return self._owned(name, owner, path)

    def _owned(self, name: str, owner: Owner, path: list[str]) -> Read:
        head = path[0]
        if head == "slug":
            return Read(name, f"{owner.slug}.slug", owner.slug)
        if head == "scope" and owner.kind == "place":
            return Read(name, f"{owner.slug}.scope", owner.scope)
        forms = schema.PLACE_FORMS if owner.kind == "place" else schema.ROLE_FORMS
        if head in forms:
            kinds = (owner.scope, "place") if owner.kind == "place" else ("role",)
            text = owner.names.form(head, self.locale, kinds)
            return Read(name, f"{owner.slug}.names.{self.locale}.{head}", text or MISSING)
        return self._fact(name, owner.slug, owner.facts, path)

    def _fact(self, name: str, slug: str, facts: dict[str, Fact], path: list[str]) -> Read:
        key = ".".join((slug, *path))
        fact = facts.get(path[0])
        if fact is None:
            return Read(name, key, MISSING)
        return self.inside(name, self.at(fact), path[1:])

    def inside(self, name: str, fact: Fact, path: list[str]) -> Read:
        """What lies at a path within a fact."""
        value = fact.value
        if not path:
            if isinstance(value, Entries) and any(isinstance(entry.value, Series) for entry in value):
                value = Entries(self.at(entry) for entry in value)
            return Read(name, fact.key, value, newest(fact))
        head, *rest = path
        if isinstance(value, dict) and head in value:
            return self.inside(name, self.at(value[head]), rest)
        key = f"{fact.key}.{'.'.join(path)}"
        if isinstance(value, Term) and head not in schema.ASPECTS:
            text = value.key if head == "key" else value.names.form(head, self.locale, TERM)
            return Read(name, key, text or MISSING, newest(fact))
        if isinstance(value, Entry):
            inner = value.name if head == "name" else value.note if head == "note" else None
            if inner is not None:
                return Read(name, key, inner, newest(fact))
        if head in schema.ASPECTS:
            return Read(name, key, getattr(fact.provenance, head) or MISSING, newest(fact))
        return Read(name, key, MISSING)

    def at(self, fact: Fact) -> Fact:
        """The fact as of the date, if it is a series. Raises `Refused` before it begins."""
        return at_day(fact, self.as_of)

    def items(self, name: str, kind: schema.Type) -> list[Item]:
        """The entries of a list, or the records of a map, that a name stands for."""
        return self.items_of(self.read(name), kind)

    def items_of(self, read: Read, kind: schema.Type) -> list[Item]:
        """The same, for what was read."""
        if isinstance(read.value, Entries):
            return [self._entry_item(self.at(fact), kind, read.name) for fact in read.value]
        if isinstance(read.value, dict) and isinstance(kind, schema.Record):
            terms = self.facts.vocabularies.get(kind.vocabulary, {})
            return [
                self._record_item(self.at(fact), terms[key], kind, read.name)
                for key, fact in read.value.items()
                if key in terms
            ]
        return []

    def _entry_item(self, fact: Fact, kind: schema.Type, over: str) -> Item:
        item = kind.item if isinstance(kind, schema.ListOf) else kind
        if isinstance(fact.value, Term):
            names = fact.value.names
            parts = ("key", *names.stated(self.locale), *schema.ASPECTS)
            return Item(fact.key, _EntryReads(self, fact, parts), over, names)
        reads = _EntryReads(self, fact, _OF_ENTRY if isinstance(item, schema.Entry) else schema.ASPECTS)
        return Item(fact.key, reads, over)

    def _record_item(self, fact: Fact, term: Term, kind: schema.Record, over: str) -> Item:
        reads = _EntryReads(self, fact, (*kind.fields, *schema.ASPECTS))
        reads |= term_reads(term, kind.vocabulary, self.locale)
        return Item(fact.key, reads, over, term.names)


class _EntryReads(dict[str, Read]):
    """What `item` and `item.…` read of an entry or record, each when it is asked for."""

    def __init__(self, subject: Subject, fact: Fact, parts: tuple[str, ...]) -> None:
        self.subject = subject
        self.fact = fact
        self.parts = parts

    def __missing__(self, name: str) -> Read:
        head, dot, part = name.partition(".")
        if (
            head != "item"
            or (dot and part not in self.parts)
            or (not dot and isinstance(self.fact.value, dict))
        ):
            raise KeyError(name)
        self[name] = found = self.subject.inside(name, self.fact, [part] if dot else [])
        return found


def at_day(fact: Fact, day: str) -> Fact:
    """The fact as of a day, if it is a series. Raises `Refused` for a day before it begins."""
    if not isinstance(fact.value, Series):
        return fact
    current = [inner for date, inner in fact.value.facts if date <= day]
    if not current:
        begins = fact.value.facts[0][0]
        raise refuse(
            "series-begins-later",
            f"'{fact.key}' begins on {begins}, after {day}",
            fact.location,
            "give the value that held before, or a later date",
        )
    return current[-1]


def term_reads(term: Term, vocabulary: str, locale: str) -> dict[str, Read]:
    """What `item.…` reads of the vocabulary's term that a record belongs to."""
    key = f"{vocabulary}.{term.key}"
    forms = term.names.stated(locale)
    reads = {f"item.{form}": Read(f"item.{form}", f"{key}.{form}", text) for form, text in forms.items()}
    return {"item.key": Read("item.key", key, term.key), **reads}


def newest(fact: Fact) -> str:
    """The newest date among a fact and what it holds; empty if none is dated."""
    dated = fact.provenance.dated or ""
    if isinstance(fact.value, Entries):
        return max([dated, *map(newest, fact.value)])
    if isinstance(fact.value, dict):
        return max([dated, *map(newest, fact.value.values())])
    return dated


def say(value: Found, locale: str) -> str | None:
    """The text that a value is in a locale; None if it is none (a number, a list, missing)."""
    if isinstance(value, str):
        return value
    if isinstance(value, Localized):
        return value.texts.get(locale)
    if isinstance(value, Term):
        return value.names.form("name", locale)
    if isinstance(value, Entry):
        return say(value.name, locale)
    return None


def is_present(value: Found) -> bool:
    """Whether there is something: not missing, not empty, and not `no`."""
    if isinstance(value, Missing):
        return False
    if isinstance(value, (str, Entries, dict, bool)):
        return bool(value)
    return True


Reader = Callable[[str], Read]
