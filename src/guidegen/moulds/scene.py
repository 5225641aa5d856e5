"""One guide about to be put together: whose it is, and the values that tell it from others of its role."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from decimal import Decimal
from typing import Any

from guidegen import schema
from guidegen.compose import Composer
from guidegen.composition import Composition
from guidegen.facts import Owner
from guidegen.language import Language
from guidegen.lookup import Found, Item, Missing, Read, Subject
from guidegen.moulds.depends import Depends, is_item
from guidegen.pairs import NO_PAIR
from guidegen.rules.formula import Failed, evaluate
from guidegen.rules.known import Known
from guidegen.values import Entries, Entry, Localized, Term

Key = Hashable


class Piece:
    """Some of a guide's text: its bytes, its newest date, and the number of the set of what it read."""

    __slots__ = ("data", "dated", "reads")

    def __init__(self, data: bytes, dated: str, reads: int) -> None:
        self.data = data
        self.dated = dated
        self.reads = reads


class Unsure(Exception):
    """What only composing the guide whole can settle: it says what is wrong, too."""


class Here:
    """A place in one locale: values of its facts that were asked for, and runs that were said of it."""

    def __init__(self, place: Owner, locale: str, language: Language) -> None:
        self.place = place
        self.locale = locale
        self.language = language
        self.values: dict[str, Key] = {}
        self.reads: dict[str, Read] = {}
        self.said: dict[Hashable, Piece] = {}


class There:
    """A role in one locale: what was read of it, and what rules made of other rules' values for it.

    `settled` has values of rules by name, and by the values of the rules `behind` them.
    """

    def __init__(self, role: Owner, depends: Depends) -> None:
        self.role = role
        self.depends = depends
        self.reads: dict[str, Read] = {}
        self.items: dict[str, list[Item]] = {}
        self.settled: dict[str, dict[Key, Key]] = {}
        self._behind: dict[str, tuple[str, ...]] = {}

    def behind(self, name: str) -> tuple[str, ...]:
        """The names of the rules that settle what a rule gives, as a list does the number of its entries.

        None where a fact has a say.
        """
        if name not in self._behind:
            direct = self.depends.direct(name)
            settled = all(self.depends.direct(inner) != (inner,) for inner in direct)
            self._behind[name] = direct if settled and not any(map(is_item, direct)) else ()
            self.settled[name] = {}
        return self._behind[name]


class _Remembering(Subject):
    """Reads each fact of a place and of a role once for all their guides."""

    here: Here
    there: There

    def read(self, name: str) -> Read:
        kept = self.here.reads if name.startswith("place.") else self.there.reads
        found = kept.get(name)
        if found is None:
            found = kept[name] = super().read(name)
        return found

    def items(self, name: str, kind: schema.Type) -> list[Item]:
        if not name.startswith("role."):
            return super().items(name, kind)
        kept = self.there.items
        if name not in kept:
            kept[name] = super().items(name, kind)
        return kept[name]


class Scene:
    """One guide of a place and a role that have nothing to themselves as a pair."""

    __slots__ = ("_derived", "_known", "composer", "here", "said", "there")

    def __init__(self, composer: Composer, here: Here, there: There) -> None:
        self.composer = composer
        self.here = here
        self.there = there
        self.said = here.said
        self._known: Known | None = None
        self._derived: dict[str, Key] = {}

    @property
    def known(self) -> Known:
        """What is known for this guide."""
        if self._known is None:
            pack, here, there = self.composer.pack, self.here, self.there
            subject = _Remembering(
                pack.facts,
                pack.settings.site,
                here.locale,
                self.composer.as_of,
                here.place,
                there.role,
                NO_PAIR,
            )
            subject.here, subject.there = here, there
            self._known = Known(subject, pack.book, pack.catalogue)
        return self._known

    def composition(self) -> Composition:
        """The guide as it is composed whole, to say parts of it."""
        here = self.here
        return Composition(self.composer.memory, self.known, here.locale, here.language)

    def read(self, name: str) -> Read:
        """What a name stands for."""
        return self.here.reads.get(name) or self.there.reads.get(name) or self.known.read(name)

    def value(self, name: str) -> Key:
        """What a name stands for, as something to compare by: the value, and its newest date."""
        if name.startswith("place."):
            kept = self.here.values
            found = kept.get(name)
            if found is None:
                found = kept[name] = key_of(self.read(name), self.here.locale)
            return found
        if name not in self._derived:
            self._derived[name] = self._derive(name)
        return self._derived[name]

    def _derive(self, name: str) -> Key:
        """The same for what a rule gives: looked up, where another rule's value settles it."""
        behind = self.there.behind(name)
        if not behind:
            return self._computed(name)
        kept, key = self.there.settled[name], self.values(behind)
        found = kept.get(key)
        if found is None:
            found = kept[key] = self._computed(name)
        return found

    def _computed(self, name: str) -> Key:
        derivation = self.composer.pack.book.derivations.get(name)
        if derivation is None:
            return key_of(self.known.read(name), self.here.locale)
        try:
            value, reads = evaluate(derivation.expression, self.read)
        except (Failed, RecursionError):
            raise Unsure from None
        return _shape(value, self.here.locale), max([read.dated for read in reads], default="")

    def values(self, names: tuple[str, ...]) -> Key:
        """The same for several names."""
        value = self.value
        return tuple([value(name) for name in names])


def key_of(read: Read, locale: str) -> Key:
    """Equal for reads that say the same in a locale and are equally dated."""
    return _shape(read.value, locale), read.dated


def _shape(value: Found, locale: str) -> Key:
    shape = _SHAPES.get(type(value))
    if shape is None:
        raise Unsure
    return shape(value, locale)


def _as_it_is(value: Key, locale: str) -> Key:
    return value


_SHAPES: dict[type, Callable[[Any, str], Key]] = {
    **dict.fromkeys((str, Decimal, bool, Missing), _as_it_is),
    Term: lambda value, _: value.key,
    Entries: lambda value, locale: tuple([_shape(fact.value, locale) for fact in value]),
    Localized: lambda value, locale: ("in", value.texts.get(locale)),
    Entry: lambda value, locale: tuple([_shape(part, locale) for part in value if part is not None]),
    dict: lambda value, locale: tuple([(name, _shape(fact.value, locale)) for name, fact in value.items()]),
}
