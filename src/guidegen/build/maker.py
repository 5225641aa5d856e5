"""Makes the guides of a batch: their outputs, and what they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guidegen.build.work import SITE, Batch, Failed, Made, Output
from guidegen.compose import Composer
from guidegen.facts import FOLDERS, Owner
from guidegen.formats import rendered
from guidegen.golden import ENDINGS
from guidegen.guide import Guide, plain
from guidegen.moulds.cast import Cast, Moulds
from guidegen.pack import Pack
from guidegen.problems import Problem, Refused, errors

if TYPE_CHECKING:
    from guidegen.site.maker import SiteMaker


class Maker:
    """Makes guides of one pack, in some formats, as of a day (the pack's if empty).

    What is wrong with a place or a role fails their guides and no others. Raises `Refused` for what is
    wrong with what all guides share.
    """

    def __init__(self, pack: Pack, formats: tuple[str, ...], as_of: str = "") -> None:
        self.pack = pack
        self.formats = formats
        self.composer = Composer(pack, as_of)
        self.moulds = Moulds(self.composer)
        for locale in pack.locales:
            pack.shared(locale)
        if errors(pack.problems):
            raise Refused(pack.problems)
        self._site = _site_maker(pack, as_of) if SITE in formats else None
        self._roles: dict[tuple[str, str], tuple[Owner | None, list[Problem]]] = {}

    def make(self, batch: Batch) -> list[Made | Failed]:
        """What comes of each guide of a batch, in the order of its roles."""
        roles = [self._role(role, batch.locale) for role in batch.roles]
        mark = self.pack.noted()
        place = self.pack.facts.owner("place", batch.place)
        self.pack.owned(batch.locale, "place", batch.place)
        made = [
            Failed(slug, tuple(wrong)) if wrong else self._guide(batch, place, slug, role)
            for slug, (role, problems) in zip(batch.roles, roles)
            for wrong in [problems or self._wrong_with_pair(batch, slug)]
        ]
        for problem in self.pack.take_back(mark):
            self._forget_file(problem)
        return made

    def forget(self, place: str) -> None:
        """Drop what is kept of a place: a build goes on to the next one, and may have any number."""
        self.pack.forget("place", place)
        if self._site:
            self._site.forget(place)

    def _role(self, slug: str, locale: str) -> tuple[Owner | None, list[Problem]]:
        """A role, and what is wrong with its files, which is asked once for all places."""
        if (slug, locale) not in self._roles:
            mark = self.pack.noted()
            role = self.pack.facts.owner("role", slug)
            self.pack.owned(locale, "role", slug)
            problems = self.pack.take_back(mark)
            self._roles[slug, locale] = role, problems if errors(problems) else []
            for problem in errors(problems):  # the other locales have to hear of it too
                self._forget_file(problem)
        return self._roles[slug, locale]

    def _wrong_with_pair(self, batch: Batch, role: str) -> list[Problem]:
        """What is wrong with the file of a pair, which fails its own guides and no others."""
        mark = self.pack.noted()
        self.pack.facts.pair(batch.place, role)
        problems = errors(self.pack.take_back(mark))
        if problems:
            self.pack.forget("place", batch.place)
        return problems

    def _forget_file(self, problem: Problem) -> None:
        """Let a file that something is wrong with be read again for the next guide, which it fails too."""
        path = problem.location.path if problem.location else ""
        folder, _, name = path.rpartition("/")
        for kind, of_kind in FOLDERS.items():
            if folder == of_kind:
                self.pack.forget(kind, name.removesuffix(".yaml"))

    def _guide(self, batch: Batch, place: Owner | None, slug: str, role: Owner | None) -> Made | Failed:
        try:
            cast = self.moulds.cast(place, role, batch.locale) if place and role else None
            if cast is None or self.formats != ("text",) or errors(self.pack.problems):
                return self._whole(batch, slug, cast)
        except Refused as refused:
            return Failed(slug, tuple(refused.problems))
        output = Output(f"{batch.locale}/{batch.place}/{slug}.txt", cast.data)
        return Made(slug, (output,), cast.reads, cast.title, cast.dated)

    def _whole(self, batch: Batch, role: str, cast: Cast | None) -> Made:
        """A guide that is composed whole: what formats other than text need. Raises `Refused`."""
        guide = self.composer.compose(batch.place, role, batch.locale)
        reads = cast.reads if cast else self._anything(batch, role)
        if self._site:
            reads |= self._site.reads(batch.place, role, batch.locale)
        outputs = tuple(self._output(guide, format_) for format_ in self.formats)
        return Made(role, outputs, reads, plain(guide.meta.title), guide.meta.dated)

    def _output(self, guide: Guide, format_: str) -> Output:
        if self._site and format_ == SITE:
            return self._site.page(guide)
        return Output(f"{guide.name}.{ENDINGS[format_]}", rendered(guide, self.pack.settings.layout, format_))

    def _anything(self, batch: Batch, role: str) -> frozenset[str]:
        """All that a guide may read: what is known of one that can't be told apart beforehand."""
        pack = self.pack
        built_in = ("names", "scope", "status", "within")
        places = (*pack.fields["place"], *built_in)
        owned = {
            f"passage {kind}:{name}"
            for kind, slug in (("place", batch.place), ("role", role), ("pair", f"{batch.place}/{role}"))
            for name in pack.owned(batch.locale, kind, slug)
        }
        return frozenset(
            {
                *(f"place.{name}" for name in places),
                *(f"place.country.{name}" for name in places),
                *(f"role.{name}" for name in (*pack.fields["role"], *built_in)),
                *(f"rule {name}" for name, _ in pack.book.all()),
                *(f"terms {name}" for name in pack.facts.vocabularies),
                *(f"passage {name}" for name in pack.shared(batch.locale)),
                *owned,
                "pair",
                "outline",
                "settings",
            }
        )


def _site_maker(pack: Pack, as_of: str) -> SiteMaker:
    """What makes a site's pages, imported where there are some."""
    from guidegen.site.maker import SiteMaker

    return SiteMaker(pack, as_of)
