"""A pack with some files otherwise than on the disk: what it would say before they are written."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from guidegen.facts import FOLDERS, Facts, Owner
from guidegen.pack import Pack, owned_file
from guidegen.pairs import Pair
from guidegen.snippets import Passage, read_snippets
from guidegen.source import Source
from guidegen.values import Fact
from guidegen.yamlfile import Mapping as Node
from guidegen.yamlfile import read_yaml


class OverlaidFacts(Facts):
    """Facts of which some files are taken from texts.

    Of a place or role that has a file too, the text holds for facts in `taken` (`OWNER.FACT`, dotted), and
    the file for all others.
    """

    def __init__(self, base: Facts, texts: Mapping[str, str], taken: Collection[str]) -> None:
        super().__init__(base.root, base.fields, base.locales, base.draft_locales)
        self._base, self._texts, self._taken = base, texts, taken
        self._vocabularies = base.vocabularies

    def slugs(self, kind: str) -> list[str]:
        """The slugs of all places or roles, sorted."""
        new = [file.rpartition("/")[2][:-5] for file in self._texts if file.startswith(f"{FOLDERS[kind]}/")]
        return sorted({*self._base.slugs(kind), *new})

    def has(self, kind: str, slug: str) -> bool:
        """Whether there is a place or role of this slug."""
        return f"{FOLDERS[kind]}/{slug}.yaml" in self._texts or self._base.has(kind, slug)

    def _mapping(self, file: str) -> Node | None:
        if file in self._texts:
            return read_yaml(Source(file, self._texts[file]), self.problems)
        return super()._mapping(file)

    def _read_owner(self, kind: str, slug: str) -> Owner | None:
        if f"{FOLDERS[kind]}/{slug}.yaml" not in self._texts:
            return self._base.owner(kind, slug)
        told = super()._read_owner(kind, slug)
        there = self._base.owner(kind, slug) if self._base.has(kind, slug) else None
        if told is None or there is None:
            return told
        facts = dict(there.facts)
        for name, fact in told.facts.items():
            facts[name] = self._merged(f"{kind}.{name}", facts.get(name), fact)
        forms = {**told.names.forms, **there.names.forms}
        names = there.names._replace(forms=forms)
        return there._replace(facts=facts, names=names, within=there.within or told.within)

    def _merged(self, name: str, there: Fact | None, told: Fact) -> Fact:
        if there is None:
            return told
        if name in self._taken:  # another value, and just as sure: no line tells of that
            sure = told.provenance.confidence or there.provenance.confidence
            return told._replace(provenance=told.provenance._replace(confidence=sure))
        if isinstance(there.value, dict) and isinstance(told.value, dict):
            inner = dict(there.value)
            for key, fact in told.value.items():
                inner[key] = self._merged(f"{name}.{key}", inner.get(key), fact)
            return there._replace(value=inner)
        return there

    def pair(self, place: str, role: str) -> Pair:
        """What is true of this role in this place only."""
        file = f"facts/pairs/{place}/{role}.yaml"
        if (place, role) not in self._pairs:
            pair = self._read_pair(place, role, file) if file in self._texts else None
            self._pairs[place, role] = pair or self._base.pair(place, role)
        return self._pairs[place, role]


class Overlay(Pack):
    """A pack as it would be with these texts as some of its facts and snippets; no file is written.

    `facts` has the whole text of a file of facts as if it were a new one, see `OverlaidFacts`; `snippets`
    the texts of passages that the pack's files don't have.
    """

    def __init__(
        self, base: Pack, facts: Mapping[str, str], snippets: Mapping[str, str], taken: Collection[str]
    ) -> None:
        self._base, self._more = base, snippets
        self._problems = []
        self.root = base.root
        self.settings, self.fields = base.settings, base.fields
        self.all_locales, self.locales = base.all_locales, base.locales
        self.draft_locales = base.draft_locales
        self.facts = OverlaidFacts(base.facts, facts, taken)
        self._languages, self._snippets = {}, {}
        self.catalogue, self.book, self.outline = base.catalogue, base.book, base.outline

    def shared(self, locale: str) -> dict[str, Passage]:
        """The passages that all guides of a locale share."""
        return self._base.shared(locale)

    def owned(self, locale: str, kind: str, slug: str) -> dict[str, Passage]:
        """The passages of one place, role or pair."""
        if (locale, slug) not in self._snippets:
            file = owned_file(locale, kind, slug)
            there = self._base.owned(locale, kind, slug)
            more = self._more.get(file)
            read = read_snippets(Source(file, more), locale, slug, self._problems) if more else {}
            self._snippets[locale, slug] = {**there, **read}
        return self._snippets[locale, slug]
