"""Composition: pack, place, role and locale become a guide."""

from __future__ import annotations

from guidegen import guide as made
from guidegen.composition import Composition, Memory
from guidegen.facts import FOLDERS
from guidegen.guide import Guide, Joined, Overridden, Said
from guidegen.lookup import Subject
from guidegen.pack import Pack
from guidegen.problems import Problem, Refused, errors, once_per_lack
from guidegen.rules.known import Known
from guidegen.source import Location


def compose(pack: Pack, place: str, role: str, locale: str, as_of: str = "") -> Guide:
    """The guide of one place and role in one locale; `as_of` is a day, the pack's if empty.

    Raises `Refused` with everything that is wrong with what this guide reaches.
    """
    return Composer(pack, as_of).compose(place, role, locale)


class Composer:
    """Composes guides of one pack as of one day; what read only a role or nothing is made once."""

    def __init__(self, pack: Pack, as_of: str = "") -> None:
        self.pack = pack
        self.as_of = as_of or pack.settings.as_of
        self.memory = Memory(pack)

    def compose(self, place: str, role: str, locale: str) -> Guide:
        """One guide. Raises `Refused`, also for what is wrong with the files it depends on."""
        self._read(place, role)
        guide, problems = self.attempt(place, role, locale)
        if errors(self.pack.problems):
            raise Refused(self.pack.problems)
        if guide is None or errors(problems):
            files = {f"{folder}/{slug}.yaml" for folder, slug in zip(FOLDERS.values(), (place, role))}
            own = [found for found in self.pack.problems if found.location and found.location.path in files]
            own = [problem._replace(warning=False) for problem in own]
            if all(problem.kind == "missing-key" for problem in own):
                own += problems  # nothing that was misread makes more look missing than is
            raise Refused(own)
        return guide

    def _read(self, place: str, role: str) -> None:
        """Read what a guide is made from; what is wrong there is said before what follows from it."""
        facts = self.pack.facts
        about = facts.owner("place", place)
        facts.owner("role", role)
        facts.pair(place, role)
        if about:
            facts.country(about)
        if errors(self.pack.problems):
            raise Refused(self.pack.problems)

    def attempt(self, place: str, role: str, locale: str) -> tuple[Guide | None, list[Problem]]:
        """As much of a guide as can be composed, and what is wrong with the rest of it."""
        language = self.pack.language(locale)
        known = self.known(place, role, locale)
        if known is None:
            return None, []
        composition = Composition(self.memory, known, locale, language)
        blocks = composition.blocks(self.pack.outline.blocks)
        meta = composition.meta(self.pack.outline, blocks)
        composition.check_overrides()
        guide = Guide(
            place,
            role,
            locale,
            self.as_of,
            meta,
            blocks,
            tuple(composition.decisions.values()),
            known.subject.pair.file,
            {**self.pack.outline.gaps, **dict(known.subject.pair.file.blank_lines)},
        )
        return guide, once_per_lack(composition.problems)

    def known(self, place: str, role: str, locale: str) -> Known | None:
        """What is known for one guide; None if its place or role can't be read."""
        about, wanted = self.pack.facts.owner("place", place), self.pack.facts.owner("role", role)
        if about is None or wanted is None:
            return None
        pair = self.pack.facts.pair(place, role)
        subject = Subject(self.pack.facts, self.pack.settings.site, locale, self.as_of, about, wanted, pair)
        return Known(subject, self.pack.book, self.pack.catalogue)


def location_of(pack: Pack, origin: made.Origin, locale: str) -> Location:
    """Where what an origin names stands: file, line and column."""
    if isinstance(origin, Said):
        passage = pack.passage_by_id(origin.passage, locale)
        leaf = next(leaf for leaf in passage.leaves() if leaf.number == origin.part)
        return passage.where(leaf)
    if isinstance(origin, Joined):
        return next(block.location for block in pack.outline.all() if block.id == origin.block)
    if isinstance(origin, Overridden):
        slug = origin.key.partition(".")[0]
        place, _, role = slug.partition("/")
        return next(
            override.location
            for override in pack.facts.pair(place, role).overrides
            if override.key == origin.key
        )
    return pack.settings.layout.locations[origin.setting.removeprefix("text.")]
