"""Makes the pages of a site: one for each guide, and those that lead to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guidegen.build.work import Output
from guidegen.compose import Composer
from guidegen.formats.html import html_bytes
from guidegen.guide import Guide
from guidegen.pack import Pack
from guidegen.problems import Refused, refuse, together
from guidegen.site.lists import Lists, Published
from guidegen.site.reads import SiteReads
from guidegen.site.sitemap import robots, sitemaps
from guidegen.site.ways import Ways


class SiteMaker:
    """Makes the pages of one pack's site, as of a day (the pack's if empty).

    Raises `Refused` if the pack has no rules/site.yaml, or a wrong one.
    """

    def __init__(self, pack: Pack, as_of: str = "") -> None:
        self.pack = pack
        self.composer = Composer(pack, as_of)
        self.ways = Ways(pack, self.composer.as_of)
        self._reads = SiteReads(self.ways)

    def guide(self, place: str, role: str, locale: str) -> Output:
        """The page of a guide. Raises `Refused`, also if it can't lie on the site."""
        return self.page(self.composer.compose(place, role, locale))

    def page(self, guide: Guide) -> Output:
        """The same, for a guide that is composed already."""
        ways, place, role, locale = self.ways, guide.place, guide.role, guide.locale
        spots = {tag: ways.guide(place, role, tag) for tag in dict.fromkeys((*self.pack.locales, locale))}
        here = spots[locale]
        for tag, spot in spots.items():
            if tag != locale and spot.path.casefold() == here.path.casefold():
                message = (
                    f"{here.address} would be two pages: {locale}/{place}/{role} and {tag}/{place}/{role}"
                )
                at = ways.guide_location(place, role, max(tag, locale, key=[*spots].index))
                raise refuse("address", message, at, "let the address of each language be another")
        trail, more = ways.trail(locale, place), ways.more(place, role, locale)
        return Output(here.path, html_bytes(guide, ways.frame("article", locale, spots, trail, more)))

    def reads(self, place: str, role: str, locale: str) -> frozenset[str]:
        """What a guide's page reads besides the guide, by keys as `build.work.Made` has them."""
        return self._reads.of(place, role, locale)

    def pages(self, published: Iterable[Published]) -> Iterator[Output]:
        """All pages but the guides', for the guides that the site has: indexes, places, roles, the sitemap.

        Of a guide it keeps a path and a date. A page that can't be made is left out; at the end all that is
        wrong is raised as `Refused`, also that two pages would be one file.
        """
        lists = Lists(self.ways, published)
        yield from lists.pages()
        yield from sitemaps(self.ways.ground.home, lists.mapped())
        yield robots(self.ways.ground.home)
        if lists.problems:
            raise Refused(together(lists.problems))

    def forget(self, place: str) -> None:
        """Drop what is kept of a place."""
        self.ways.speaker.forget(place)


def site(pack: Pack, as_of: str = "") -> Iterator[Output]:
    """The whole site of a pack, file by file. Raises `Refused` at the first guide that can't be made."""
    maker = SiteMaker(pack, as_of)
    published = []
    for locale, place, role in pack.guides():
        guide = maker.composer.compose(place, role, locale)
        output = maker.page(guide)
        published.append(Published(place, role, locale, output.path, guide.meta.dated))
        yield output
    yield from maker.pages(published)
