"""Values: what facts are, each with where it comes from and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from decimal import Decimal
from typing import NamedTuple

from guidegen.grammar import derived
from guidegen.source import Location


class Names(NamedTuple):
    """What something is called: forms by locale; a bare text is the form `name` of every locale."""

    forms: dict[str, dict[str, str]]  # locale ("" for every one) -> form -> text
    location: Location

    def stated(self, locale: str) -> dict[str, str]:
        """The forms that are stated for a locale."""
        return self.forms.get(locale) or self.forms.get("", {})

    def form(self, form: str, locale: str, kinds: tuple[str, ...] = ()) -> str | None:
        """The text of one form in a locale; None if there is none.

        What isn't stated may follow from the language's rules for names of these `kinds` (see `grammar`).
        """
        forms = self.stated(locale)
        return forms[form] if form in forms else derived(locale, kinds, form, forms)

    def label(self, locale: str) -> str:
        """A name for messages and lists."""
        forms = self.forms.get(locale) or next(iter(self.forms.values()), {})
        for form in ("name", "title_one", "one"):
            if form in forms:
                return forms[form]
        return next(iter(forms.values()), "")

    def spellings(self) -> list[str]:
        """Every form in every locale, each once."""
        return list(dict.fromkeys(text for forms in self.forms.values() for text in forms.values()))


class Localized(NamedTuple):
    """A text for each of some locales."""

    texts: dict[str, str]


class Term(NamedTuple):
    """A key of a vocabulary, with what it is called."""

    key: str
    names: Names


class Entry(NamedTuple):
    """An entry of a list: a name, and a note that stands behind it."""

    name: Value
    note: Value | None


class Entries(tuple["Fact", ...]):
    """The entries of a list, each a fact with its own provenance."""

    __slots__ = ()


class Series(NamedTuple):
    """Facts by the date from which each holds, earliest first."""

    facts: tuple[tuple[str, Fact], ...]


class Provenance(NamedTuple):
    """Where a value comes from, what it describes, when someone looked, how sure that is."""

    source: str | None = None
    dated: str | None = None
    checked: str | None = None
    confidence: str | None = None


class Fact(NamedTuple):
    """A value at its place. `key` is owner and path: `CITY.NAME`, `CITY.LIST[0]`.

    Lists hold facts, figures and records hold facts by key, so that each has its own provenance.
    """

    key: str
    value: Value
    location: Location
    provenance: Provenance


Value = str | Localized | Decimal | bool | Term | Entry | Series | Entries | MappingOf[str, Fact]
