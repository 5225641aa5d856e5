"""Where the pages of a site lie, and what leads from one to another: trails, languages, onward links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from guidegen.formats.frame import Frame, Labels, Step, Tongue
from guidegen.outline import FILE as OUTLINE
from guidegen.outline import Use
from guidegen.pack import Pack
from guidegen.problems import Problem, Refused, refuse
from guidegen.site.address import Spot, link
from guidegen.site.plan import FILE, Plan
from guidegen.site.words import Speaker
from guidegen.source import Location

Way = tuple[str, Spot]  # what a page is called, and where it is


class Ways:
    """The ways of one pack's site as of one day. Raises `Refused` if the pack doesn't say what they are."""

    def __init__(self, pack: Pack, as_of: str) -> None:
        self.pack = pack
        self.plan = _needed(pack)
        self.speaker = Speaker(pack, as_of)
        self.ground = self.speaker.ground
        if wrong := self.ground.problem:
            raise Refused([wrong])
        if pack.outline.about.address is None:
            hint = "write `address: PASSAGE` under `meta`, and in the passage where on the site a guide lies"
            at = Location.of_file(OUTLINE)
            raise refuse("site", "the outline doesn't say at which address a guide is", at, hint)
        self.guide_address: Use = pack.outline.about.address
        self.front = self._front()

    # -- where pages are

    def guide(self, place: str, role: str, locale: str) -> Spot:
        """The page of a guide. Raises `Refused`."""
        return self.speaker.spot(self.guide_address, locale, place, role)

    def guide_location(self, place: str, role: str, locale: str) -> Location:
        """Where a guide's address is stated."""
        return self.speaker.home_of(self.guide_address, locale, place, role)

    def page(self, kind: str, locale: str, slug: str = "") -> Spot:
        """The page of an index, a place or a role. Raises `Refused`."""
        return self.speaker.spot(self._address_of(kind), locale, **_about(kind, slug))

    def location(self, kind: str, locale: str, slug: str = "") -> Location:
        """Where the address of an index, a place or a role is stated."""
        return self.speaker.home_of(self._address_of(kind), locale, **_about(kind, slug))

    def _address_of(self, kind: str) -> Use:
        address = self.plan.sheets[kind].address
        assert address is not None  # only the front page has none
        return address

    def _front(self) -> Spot | None:
        """The site's first page, if none of the indexes is that."""
        root = self.ground.at("index.html")
        if root not in (self.page("index", locale) for locale in self.pack.locales):
            if "front" not in self.plan.sheets:
                message = "nothing would stand at the site's own address"
                hint = "write `front:` with its passages, or give an index the address {{ site.address }}"
                raise refuse("site", message, Location.of_file(FILE), hint)
            return root
        if "front" in self.plan.sheets:
            at = self.plan.sheets["front"].title.location
            raise refuse("site", "an index has the site's own address", at, "leave `front` out, or move it")
        return None

    # -- what leads to pages

    def trail(self, locale: str, place: str = "") -> list[Way]:
        """The way from the site's first page to the index, and on to a place's page."""
        ways = [(self._name("front", locale), self.front)] if self.front else []
        ways.append((self._name("index", locale), self.page("index", locale)))
        if place:
            ways.append((self._name("place", locale, place), self.page("place", locale, place)))
        return ways

    def _name(self, kind: str, locale: str, place: str = "") -> str:
        name = self.plan.sheets[kind].name
        assert name is not None  # only a role's page has none
        return self.speaker.say(name, locale, place).text

    def more(self, place: str, role: str, locale: str) -> list[Way]:
        """From a guide to all of its place, and to all of its role."""
        say, sheets = self.speaker.say, self.plan.sheets
        return [
            (say(sheets["place"].heading, locale, place).text, self.page("place", locale, place)),
            (say(sheets["role"].heading, locale, role=role).text, self.page("role", locale, role)),
        ]

    def languages(self, spots: Mapping[str, Spot]) -> tuple[tuple[str, str], ...]:
        """What `hreflang` says of a page in several languages: tags and addresses, the default last."""
        if len(spots) < 2:
            return ()
        source = spots.get(self.pack.locales[0])
        default = [("x-default", source.address)] if source else []
        return (*((tag, spot.address) for tag, spot in spots.items()), *default)

    def frame(
        self,
        kind: str,
        locale: str,
        spots: Mapping[str, Spot],
        trail: Iterable[Way] = (),
        more: Iterable[Way] = (),
    ) -> Frame:
        """What stands around a page of a kind that Open Graph knows; `spots` has it in each language."""
        here, say, labels = spots[locale], self.speaker.say, self.plan.labels
        is_translated = len(spots) > 1
        source = spots.get(self.pack.locales[0])
        return Frame(
            here.address,
            self.pack.settings.site["name"],
            kind,
            self._territory(locale),
            Labels(*(say(labels[name], locale).text for name in ("trail", "languages", "more"))),
            tuple(step(here, way) for way in trail),
            tuple(
                Tongue(tag, name, self._territory(tag), step(here, (name, spot)))
                for tag, spot in spots.items()
                if is_translated and (name := say(labels["language"], tag).text)
            ),
            source.address if source and is_translated else "",
            tuple(step(here, way) for way in more),
        )

    def _territory(self, locale: str) -> str:
        return self.pack.settings.locales[locale].babel


def step(here: Spot, way: Way) -> Step:
    """A link from a page to another."""
    text, there = way
    return Step(text, link(here.path, there.path), there.address)


def _about(kind: str, slug: str) -> dict[str, str]:
    return {kind: slug} if slug else {}


def _needed(pack: Pack) -> Plan:
    if pack.site is None:
        hint = (
            "write it: `labels`, and for `front`, `index`, `place` and `role` the passages of their address, "
            "name, title, heading, description and lists; `guidegen schema site` has its form, the pack that "
            "guidegen comes with an example"
        )
        missing = Problem(
            "site", "the pack doesn't say what a site's pages say", Location.of_file(FILE), hint
        )
        wrong = [found for found in pack.problems if found.location and found.location.path == FILE]
        raise Refused(wrong or [missing])
    return pack.site
