"""One guide about to be put together: whose it is, and the values that tell it from others of its role."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from decimal import Decimal
from typing import Any

from guidegen.compose import Composer, Composition
from guidegen.facts import Owner
from guidegen.language import Language
from guidegen.lookup import Found, Missing, Read, Subject
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


class Consequences:
    """Values of rules that follow from other rules' values alone, as the number of entries does from a list.

    For one role in one locale. `behind` gives the rules that settle one, none if facts do.
    """

    def __init__(self, depends: Depends) -> None:
        self.depends = depends
        self.kept: dict[str, dict[Key, Key]] = {}
        self._behind: dict[str, tuple[str, ...]] = {}

    def behind(self, name: str) -> tuple[str, ...]:
        """The names of the rules that settle what a rule gives; none where a fact has a say."""
        if name not in self._behind:
            direct = self.depends.direct(name)
            settled = all(self.depends.direct(inner) != (inner,) for inner in direct)
            self._behind[name] = direct if settled and not any(map(is_item, direct)) else ()
            self.kept[name] = {}
        return self._behind[name]


class _Remembering(Subject):
    """Reads each fact of a place and of a role once for all their guides."""

    kept: tuple[dict[str, Read], dict[str, Read]]

    def read(self, name: str) -> Read:
        kept = self.kept[not name.startswith("place.")]
        found = kept.get(name)
        if found is None:
            found = kept[name] = super().read(name)
        return found


class Scene:
    """One guide of a place and a role that have nothing to themselves as a pair.

    `role_reads` are the reads of the role's facts so far, in this locale.
    """

    __slots__ = ("_derived", "_known", "composer", "consequences", "here", "role", "role_reads", "said")

    def __init__(
        self,
        composer: Composer,
        here: Here,
        role: Owner,
        role_reads: dict[str, Read],
        consequences: Consequences,
    ) -> None:
        self.composer = composer
        self.here = here
        self.role = role
        self.role_reads = role_reads
        self.consequences = consequences
        self.said = here.said
        self._known: Known | None = None
        self._derived: dict[str, Key] = {}

    @property
    def known(self) -> Known:
        """What is known for this guide."""
        if self._known is None:
            composer, here = self.composer, self.here
            pack = composer.pack
            subject = _Remembering(
                pack.facts, pack.settings.site, here.locale, composer.as_of, here.place, self.role, NO_PAIR
            )
            subject.kept = here.reads, self.role_reads
            self._known = Known(subject, pack.book, pack.catalogue)
        return self._known

    def composition(self) -> Composition:
        """The guide as it is composed whole, to say parts of it."""
        here = self.here
        return Composition(self.composer, self.known, here.locale, here.language)

    def read(self, name: str) -> Read:
        """What a name stands for."""
        return self.here.reads.get(name) or self.role_reads.get(name) or self.known.read(name)

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
        behind = self.consequences.behind(name)
        if not behind:
            return self._computed(name)
        kept, key = self.consequences.kept[name], self.values(behind)
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
