"""What is known of a document's place and role before it is read: what slots, lists and conditions are."""

from __future__ import annotations

from guidegen import schema
from guidegen.facts import Owner
from guidegen.language import Language
from guidegen.lookup import MISSING, Item, Subject, UnknownName, Unusable, is_present, term_reads
from guidegen.outline import Use
from guidegen.pack import Pack
from guidegen.pairs import Pair
from guidegen.problems import Refused
from guidegen.rules.known import Known
from guidegen.snippets import Passage, evaluate, fill
from guidegen.source import Location
from guidegen.template import Slot

_NAMED = (*schema.PLACE_FORMS, "slug", "scope")


class Beforehand:
    """A place and a role, in a pack or about to be, as a document is read for them.

    What is stated of the role, of the country around the place and of the site is certain, and so are the
    place's names; what is stated of the place itself is what the document may say otherwise.
    """

    def __init__(self, pack: Pack, locale: str, place: Owner, role: Owner, pair: Pair) -> None:
        self.pack = pack
        self.locale = locale
        self.place = place
        self.role = role
        self.language: Language = pack.language(locale)
        subject = Subject(pack.facts, pack.settings.site, locale, pack.settings.as_of, place, role, pair)
        self.known = Known(subject, pack.book, pack.catalogue)
        self.country = pack.facts.country(place)
        self._texts: dict[tuple[str, object], str | None] = {}
        self._passages: dict[str, Passage | None] = {}

    def type_of(self, name: str, item: schema.Type | None = None) -> schema.Type:
        """The type of a name; broken if the pack doesn't know it."""
        try:
            return self.pack.catalogue.type_of(name, item)
        except (UnknownName, Unusable):
            return schema.Broken()

    def item_of(self, each: str) -> schema.Type | None:
        """The type of what a list or table goes over by."""
        try:
            return self.pack.catalogue.item_of(each)
        except (UnknownName, Unusable):
            return None

    def is_certain(self, name: str) -> bool:
        """Whether what is stated under a name, if anything is, holds for the document too."""
        root, *path = name.split(".")
        if root == "place":
            return self.is_around(name) or path[0] in _NAMED
        if root in ("role", "site"):
            return True
        return root not in ("pair", "item") and self.pack.book.leaf_roots({root}) <= {"role", "site"}

    def is_around(self, name: str) -> bool:
        """Whether a name is of the country, and this is another place."""
        around = self.country is None or self.country.slug != self.place.slug
        return name.startswith("place.country.") and around

    def own(self, name: str) -> str:
        """A name as it reads of the place itself: the country of a country is that."""
        while name.startswith("place.country.") and not self.is_around(name):
            name = "place." + name.removeprefix("place.country.")
        return name

    def certain(self, slot: Slot) -> str | None:
        """The text of a slot that the document can't say otherwise; None if it can, or nobody knows."""
        return self.stated(slot) if self.is_certain(self.own(slot.name)) else None

    def stated(self, slot: Slot) -> str | None:
        """The text of a slot by what is stated; None if nothing is."""
        key = (slot.name, slot.filters)
        if key not in self._texts:
            self._texts[key] = self._stated(slot)
        return self._texts[key]

    def _stated(self, slot: Slot) -> str | None:
        try:
            found = self.known.read(slot.name)
            if found.value is MISSING:
                return None
            return "".join(fill(_nobodys(self.locale), slot, found, self.language))
        except Refused:
            return None

    def is_met(self, name: str) -> bool | None:
        """Whether a condition is met; None if the document may tell."""
        if not self.is_certain(self.own(name)):
            return None
        try:
            found = self.known.read(name)
        except Refused:
            return None
        return is_present(found.value)

    def items(self, each: str) -> list[Item]:
        """What a list or table goes over, as far as it is stated."""
        try:
            return self.known.items(each)
        except Refused:
            return []

    def vocabulary_items(self, each: str) -> list[Item]:
        """An item for each term of the vocabulary whose records a table goes over, as far as it is named."""
        kind = self.item_of(each)
        if not isinstance(kind, schema.Record):
            return []
        terms = self.pack.facts.vocabularies.get(kind.vocabulary, {})
        return [
            Item(key, term_reads(term, kind.vocabulary, self.locale), each, term.names)
            for key, term in terms.items()
        ]

    def lines(self, each: str, passage: Passage) -> list[str] | None:
        """The entries of a list, as stated; None if one can't be said."""
        try:
            return [
                "".join(
                    "".join(said.pieces) for said in evaluate(passage, self.known.reader(item), self.language)
                )
                for item in self.items(each)
            ]
        except Refused:
            return None

    def passage(self, use: Use) -> Passage | None:
        """The passage that a name means; None if nobody has written it. Raises `Refused` for wrong syntax."""
        if use.name not in self._passages:
            kind, colon, inner = use.name.partition(":")
            slugs = {"place": self.place.slug, "role": self.role.slug}
            slugs["pair"] = "/".join(slugs.values())
            found = (
                self.pack.owned(self.locale, kind, slugs[kind])
                if colon and kind in slugs
                else self.pack.shared(self.locale)
            )
            passage = found.get(inner if colon else use.name)
            self._passages[use.name] = passage if passage and passage.text else None
        return self._passages[use.name]


def _nobodys(locale: str) -> Passage:
    """A passage for what is wrong with a slot to be said of: it isn't said."""
    return Passage("", "", locale, Location.of_file(""), [])
